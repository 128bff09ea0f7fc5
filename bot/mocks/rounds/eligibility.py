"""Whether somebody without a partner, or at rest, is still to be told so."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.rules import EntryState, RoundState
from bot.mocks.tables import MockEntry, MockProfile, MockRound
from bot.people.tables import Member
from bot.plans.ending import eligibility as peace


async def alone_wanted(session: AsyncSession, entry_id: int) -> bool:
    """*No partner this week*: is it still so, and do they still want one?"""
    found = await _entry(session, entry_id)
    if found is None:
        return False
    entry, row, member, profile = found
    if entry.state != EntryState.STANDBY or row.state != RoundState.RUNNING:
        return False
    known = [(profile, member)]
    return bool(await mocks.staying(session, known, row.week, rules.noon(row.week)))


async def rest_wanted(session: AsyncSession, entry_id: int) -> bool:
    """*You rest from now on*: do they, and may they be told so in that week?"""
    found = await _entry(session, entry_id)
    if found is None:
        return False
    profile, member, row = found[3], found[2], found[1]
    if await peace.silent_week(session, [member.id], row.week + rules.WEEK):
        return False
    return profile.joined_at is not None and profile.resting and not member.is_deleted


async def _entry(
    session: AsyncSession, entry_id: int
) -> tuple[MockEntry, MockRound, Member, MockProfile] | None:
    found = await session.execute(
        select(MockEntry, MockRound, Member, MockProfile)
        .join(MockRound, MockRound.id == MockEntry.round_id)
        .join(Member, Member.id == MockEntry.member_id)
        .join(MockProfile, MockProfile.member_id == MockEntry.member_id)
        .where(MockEntry.id == entry_id)
    )
    row = found.first()
    return None if row is None else (row[0], row[1], row[2], row[3])
