"""Whether somebody is in a round still: asked when it is matched, recorded and told."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import rules
from bot.mocks.rounds.rules import Presence
from bot.mocks.rules import EntryState, RoundState
from bot.mocks.tables import MockEntry, MockProfile, MockRound
from bot.people.tables import Member


def presence(profile: MockProfile | None, member: Member) -> Presence:
    """Of somebody in the round under way."""
    if profile is None:
        return Presence(False, member.is_deleted, False, None, member.paused_until)
    return Presence(
        profile.joined_at is not None,
        member.is_deleted,
        profile.resting,
        profile.skipped_week,
        member.paused_until,
    )


async def alone_wanted(session: AsyncSession, entry_id: int) -> bool:
    """*No partner this week*: is it still so, and do they still want one?"""
    found = await _entry(session, entry_id)
    if found is None:
        return False
    entry, row, member, profile = found
    if entry.state != EntryState.STANDBY or row.state != RoundState.RUNNING:
        return False
    return presence(profile, member).takes_part(row.week, rules.matches_at(row.week))


async def rest_wanted(session: AsyncSession, entry_id: int) -> bool:
    """*You rest from now on*: do they?"""
    found = await _entry(session, entry_id)
    if found is None:
        return False
    profile, member = found[3], found[2]
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
