"""A week of mocks planted through tables and services: what most tests of mocks begin with."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import rules, service
from bot.mocks.rules import EntryState, GroupState, Reason, RoundState
from bot.mocks.tables import MockEntry, MockGroup, MockProfile, MockRound, MockSeat
from bot.people import service as people
from bot.people.tables import Member

ROLES = ("interviewer", "candidate", "observer")
EVENINGS = [[day, "17:00", "20:00"] for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]
SOMETIME = timedelta(weeks=8)


async def member(session: AsyncSession, workspace_id: int, user: str) -> Member:
    return await people.ensure(session, workspace_id, user)


async def joined(
    session: AsyncSession,
    workspace_id: int,
    user: str,
    now: datetime,
    windows: Sequence[Sequence[str]] = EVENINGS,
    **more: object,
) -> MockProfile:
    """This person takes part every week, on weekday evenings of their own clock."""
    profile = await service.profile(session, await member(session, workspace_id, user))
    profile.joined_at, profile.windows = now - SOMETIME, [list(one) for one in windows]
    for name, value in more.items():
        setattr(profile, name, value)
    return profile


async def running(session: AsyncSession, workspace_id: int, now: datetime) -> MockRound:
    """The round of the week in which `now` lies, matched."""
    week = rules.monday(now.date())
    row = await session.scalar(
        select(MockRound).where(MockRound.workspace_id == workspace_id, MockRound.week == week)
    )
    if row is None:
        row = MockRound(
            workspace_id=workspace_id,
            week=week,
            seed=1,
            state=RoundState.RUNNING,
            matches_at=rules.matches_at(week),
            closes_at=rules.closes_at(week),
            next_at=rules.counts_at(week),
        )
        session.add(row)
        await session.flush()
    return row


async def grouped(
    session: AsyncSession,
    workspace_id: int,
    now: datetime,
    users: Sequence[str] = ("U0ANA", "U0BEN"),
    slots: Sequence[datetime] = (),
    kits: Mapping[str, str] | None = None,
    **more: object,
) -> MockGroup:
    """These people in a group of the running round that is about to be told.

    Slots at 17, 18 and 19 o'clock UTC on the next day unless given.
    """
    row = await running(session, workspace_id, now)
    tomorrow = now.replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=1)
    told = slots or [tomorrow + timedelta(hours=hour) for hour in range(3)]
    group = MockGroup(
        workspace_id=workspace_id,
        round_id=row.id,
        track="product-metrics",
        weight=5.5,
        slots=[one.isoformat() for one in told],
        tell_at=now,
        **more,
    )
    session.add(group)
    await session.flush()
    sat = [await member(session, workspace_id, user) for user in users]
    group.why = [Reason("overlap", (), "", 6.0).to_dict()]
    first = {one.id: role for one, role in zip(sat, ROLES, strict=False)}
    for one in sat:
        await joined(session, workspace_id, one.user_id, now)
        session.add(
            MockSeat(
                workspace_id=workspace_id,
                round_id=row.id,
                group_id=group.id,
                member_id=one.id,
                turn=rules.turns(first)[one.id],
                role=first[one.id],
                kit_id=(kits or {}).get(one.user_id, "no-such-kit"),
                kit_version=1,
                ask_at=rules.ask_at(service.awake(one), row.week, now, None),
            )
        )
        session.add(
            MockEntry(
                workspace_id=workspace_id,
                round_id=row.id,
                member_id=one.id,
                state=EntryState.SEATED,
            )
        )
    await session.flush()
    return group


async def met(session: AsyncSession, group: MockGroup, now: datetime) -> None:
    """Everybody of the group says that they met."""
    group.state, group.ended_at = GroupState.MET, now
    for one in await service.sittings(session, group.id):
        one.seat.outcome, one.seat.touched_at, one.seat.ask_at = "met", now, None
        one.seat.remind_at = now + rules.REMIND_AFTER
    ids = [one.member.id for one in await service.sittings(session, group.id)]
    await service.put_out(session, group.round_id, ids, EntryState.DONE)
