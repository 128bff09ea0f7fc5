"""Who takes part in which week: the profile, the week asked for, the week left out."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.mocks import service
from bot.mocks.joining import parse, rules
from bot.mocks.joining.rules import Sheet, Wanted
from bot.mocks.pairing.pool import Window
from bot.mocks.rules import EntryState, GroupState, Rhythm
from bot.mocks.tables import MockEntry, MockGroup, MockProfile, MockRound, MockSeat
from bot.people import service as people
from bot.people.rules import zone
from bot.people.tables import Member
from bot.plans.ending import eligibility as peace


async def joined(session: AsyncSession, member: Member) -> MockProfile:
    """The profile, locked, of somebody who has joined. Raises UserMistake."""
    profile = await service.profile(session, member)
    if profile.joined_at is None:
        raise UserMistake("not_joined")
    return profile


def wanted(profile: MockProfile) -> Wanted:
    return Wanted(
        Rhythm(profile.rhythm),
        parse.given(profile.windows),
        profile.level,
        tuple(profile.tracks),
    )


def sheet(profile: MockProfile, member: Member) -> Sheet:
    """What the form opens with."""
    return Sheet(
        wanted(profile),
        member.tz,
        member.tz_chosen,
        profile.joined_at is not None,
        member.privacy_told,
    )


async def join(
    session: AsyncSession, member: Member, told: Wanted, now: datetime, machine_now: datetime
) -> None:
    """Keep what the form says; from now on the member takes part, also after a rest."""
    profile = await service.profile(session, member)
    put(profile, told)
    profile.joined_at = profile.joined_at or now
    come_back(profile)
    member.privacy_told, member.erased_at = True, None
    await service.open_round(session, member.workspace_id, now)
    await _look_again(session, member, now, machine_now)


async def set_windows(
    session: AsyncSession,
    member: Member,
    windows: Sequence[Window],
    now: datetime,
    machine_now: datetime,
) -> None:
    """Other free times, from the next matching on; who is on standby is matched again."""
    profile = await joined(session, member)
    profile.windows = parse.stored(windows)
    await _look_again(session, member, now, machine_now)


def put(profile: MockProfile, told: Wanted) -> None:
    profile.rhythm, profile.level = told.rhythm.value, told.level
    profile.windows, profile.tracks = parse.stored(told.windows), list(told.tracks)


def come_back(profile: MockProfile) -> None:
    """The rest after silent rounds is over."""
    profile.resting, profile.silent_rounds = False, 0


async def _look_again(
    session: AsyncSession, member: Member, now: datetime, machine_now: datetime
) -> None:
    """Somebody on standby has other times now: perhaps there is a partner after all."""
    running = await service.running_round(session, member.workspace_id, now)
    if running is not None and await entry_state(session, running, member) == EntryState.STANDBY:
        await service.stand_by(session, running.id, [member.id], machine_now, first=False)


async def leave(session: AsyncSession, member: Member) -> None:
    """No rounds from now on; rhythm, times and exclusions are kept for a return."""
    profile = await service.profile(session, member)
    profile.joined_at = profile.wanted_week = profile.skipped_week = None
    come_back(profile)
    await session.execute(
        update(MockEntry)
        .where(MockEntry.member_id == member.id, MockEntry.state == EntryState.STANDBY)
        .values(state=EntryState.OUT)
    )


# --- this week, next week -------------------------------------------------------------------------


async def want(
    session: AsyncSession, member: Member, week: date | None, now: datetime, machine_now: datetime
) -> tuple[str, date]:
    """A partner for that week, or without one for the first that can be: a code, and its Monday.

    In the round under way: *looking* on standby, *seated* with a partner. In the next round:
    *takes_part*, *too_late* when this week can be no more, *back* after a rest. Raises UserMistake.
    """
    profile = await joined(session, member)
    if member.paused_until is not None and member.paused_until > now:
        raise UserMistake("mocks_paused")
    ahead = await service.open_round(session, member.workspace_id, now)
    running = await service.running_round(session, member.workspace_id, now)
    rested, code = profile.resting, "takes_part"
    come_back(profile)
    if week is None and rested:
        code = "back"
    elif running is not None and week in (None, running.week):
        found = await _look(session, member, profile, running, now, machine_now)
        if found:
            return found, running.week
        week, code = None, "too_late"
    if week not in (None, ahead.week):
        raise UserMistake("week_gone")
    ask_for(profile, ahead.week)
    return code, ahead.week


async def next_week(session: AsyncSession, member: Member, now: datetime) -> date:
    """The Monday of the round that somebody means by *next week*.

    From the matching on Sunday on it is the one under way.
    """
    running = await service.running_round(session, member.workspace_id, now)
    today = now.astimezone(zone(member.tz)).date()
    if running is not None and running.week > today:
        return running.week
    return (await service.open_round(session, member.workspace_id, now)).week


def ask_for(profile: MockProfile, week: date) -> None:
    """A partner in that week, not matched yet, whatever the rhythm; also when it was left out."""
    profile.wanted_week = week
    if profile.skipped_week == week:
        profile.skipped_week = None


async def _look(
    session: AsyncSession,
    member: Member,
    profile: MockProfile,
    running: MockRound,
    now: datetime,
    machine_now: datetime,
) -> str:
    """On standby in the round under way, if that can still lead to a meeting; else empty."""
    state = await entry_state(session, running, member)
    if state in (EntryState.STANDBY, EntryState.SEATED):
        return "looking" if state == EntryState.STANDBY else "seated"
    if not can_meet(member, profile, running.week, now):
        return ""
    if not await service.stand_by(session, running.id, [member.id], machine_now, first=False):
        return ""
    if await peace.silent_week(session, [member.id], running.week):
        ask_for(profile, running.week)  # asked for, so the silence about an interview is broken
    if profile.skipped_week == running.week:
        profile.skipped_week = None
    return "looking"


def can_meet(member: Member, profile: MockProfile, week: date, now: datetime) -> bool:
    """Has the member a free hour left in that week?"""
    windows = parse.given(profile.windows)
    return rules.still_free(windows, member.tz, people.off(member), week, now)


async def left_out(
    session: AsyncSession, member: Member, week: date | None, now: datetime
) -> tuple[str, MockRound]:
    """The round that *not this week* is about, and what is to be done there.

    *ahead*: it is not matched yet, and the member is out of it now. *running*: seat and standby are
    to be given up. *out*: they are out of it already. Raises UserMistake.
    """
    profile = await joined(session, member)
    ahead = await service.open_round(session, member.workspace_id, now)
    running = await service.running_round(session, member.workspace_id, now)
    if running is not None and week in (None, running.week):
        state = await entry_state(session, running, member)
        if state in (EntryState.STANDBY, EntryState.SEATED):
            return "running", running
        if state == EntryState.OUT or week is not None:
            return "out", running
    if week not in (None, ahead.week):
        raise UserMistake("week_gone")
    profile.skipped_week = ahead.week
    if profile.wanted_week == ahead.week:
        profile.wanted_week = None
    return "ahead", ahead


async def entry_state(session: AsyncSession, row: MockRound, member: Member) -> str | None:
    """How the member stands in this round; None: they were not eligible."""
    found: str | None = await session.scalar(
        select(MockEntry.state).where(
            MockEntry.round_id == row.id, MockEntry.member_id == member.id
        )
    )
    return found


async def had_partner(session: AsyncSession, member: Member, week: date) -> bool:
    """Was the member in a group in the round of that week, when it was told or still to be?"""
    found = await session.scalar(
        select(MockSeat.id)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .join(MockRound, MockRound.id == MockSeat.round_id)
        .where(MockSeat.member_id == member.id, MockRound.week == week)
        .where(MockGroup.state != GroupState.UNTOLD)
        .where(MockSeat.left_at.is_(None) | (MockSeat.left_at >= MockGroup.tell_at))
        .limit(1)
    )
    return found is not None
