"""How things stand for one member, read for the bare `/mock` and for App Home."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import rules as weeks
from bot.mocks import service as mocks
from bot.mocks.joining import rules, service
from bot.mocks.joining.rules import Meeting, Standing
from bot.mocks.marks import service as marks
from bot.mocks.meetings.rules import BY_DIRECT_MESSAGE
from bot.mocks.rules import EntryState
from bot.mocks.tables import MockExclusion, MockGroup, MockProfile, MockRound
from bot.people.tables import Member
from bot.plans.ending import eligibility as peace


async def standing(session: AsyncSession, member: Member, now: datetime) -> Standing:
    """Whether they take part, in which week, and with whom. Writes nothing."""
    week = weeks.next_week(now)
    begins = weeks.matches_at(week)
    profile = await session.scalar(select(MockProfile).where(MockProfile.member_id == member.id))
    turn = await marks.turn(session, member, now)
    if profile is None or profile.joined_at is None:
        return Standing(member.tz, week, begins, to_mark=turn.waiting, newest=turn.newest)
    wanted = service.wanted(profile)
    had = await service.had_partner(session, member, week - weeks.WEEK)
    silent = await peace.silent_week(session, [member.id], week)
    meeting = await _meeting(session, member, now)
    running, looking, possible = await _running(session, member, profile, now)
    paused = member.paused_until if member.paused_until and member.paused_until > now else None
    return Standing(
        tz=member.tz,
        week=week,
        matches_at=begins,
        joined=True,
        resting=profile.resting,
        rhythm=wanted.rhythm,
        windows=wanted.windows,
        level=wanted.level,
        tracks=wanted.tracks,
        excluded=await _excluded(session, member),
        why_not=rules.why_not(
            mocks.wish(profile, member, had_partner=had, silent=bool(silent)), week
        ),
        paused_until=paused,
        running=running,
        looking=looking,
        possible=possible and meeting is None and paused is None,
        meeting=meeting,
        to_mark=turn.waiting,
        newest=turn.newest,
    )


async def _excluded(session: AsyncSession, member: Member) -> int:
    count = select(func.count()).where(MockExclusion.member_id == member.id)
    return await session.scalar(count) or 0


async def _meeting(session: AsyncSession, member: Member, now: datetime) -> Meeting | None:
    groups = await mocks.under_way(session, member)
    if not groups:
        return None
    group = groups[-1]
    row = await session.get_one(MockRound, group.round_id)
    sat = await mocks.sittings(session, group.id)
    return Meeting(
        week=row.week,
        user_ids=tuple(one.member.user_id for one in sat if one.member.id != member.id),
        told_at=group.tell_at,
        told=group.channel is not None,
        agreed_at=group.agreed_at,
        slots=_ahead(group, now),
        channel=None if group.channel == BY_DIRECT_MESSAGE else group.channel,
    )


def _ahead(group: MockGroup, now: datetime) -> tuple[datetime, ...]:
    slots = sorted(datetime.fromisoformat(one) for one in group.slots)
    return tuple(one for one in slots if one > now)


async def _running(
    session: AsyncSession, member: Member, profile: MockProfile, now: datetime
) -> tuple[date | None, bool, bool]:
    """The round under way, whether they are on standby in it, and whether they could be."""
    running = await mocks.running_round(session, member.workspace_id, now)
    if running is None:
        return None, False, False
    state = await service.entry_state(session, running, member)
    free = service.can_meet(member, profile, running.week, now)
    could = free and state != EntryState.SEATED and not profile.resting
    return running.week, state == EntryState.STANDBY, could and state != EntryState.STANDBY
