"""Tells who has no partner, and who rests from now on."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.rounds import views
from bot.mocks.rounds.recording import Left
from bot.mocks.rounds.rules import is_late
from bot.mocks.rounds.service import Resting
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people

ALONE, REST = "mock_alone", "mock_rest"


async def alone(
    session: AsyncSession, week: date, left: Sequence[Left], now: datetime, machine_now: datetime
) -> None:
    """No partner: from their Monday morning on, later as soon as they are awake; once a loss."""
    await outbox.say_all(session, [_alone(week, one, now) for one in left], machine_now)


def _alone(week: date, one: Left, now: datetime) -> Draft:
    awake, late = mocks.awake(one.member), is_late(week, now)
    return Draft(
        one.member.workspace_id,
        one.member.dm_channel or one.member.user_id,
        alone_as(one.entry_id, one.groups),
        views.ALONE,
        Lane.SCHEDULED,
        views.alone(one.code, late or one.groups > 0, one.entry_id),
        member_id=one.member.id,
        not_before=awake.from_on(now) if late else rules.tell_at([awake], week, now),
        expires_at=rules.counts_at(week),
    )


def alone_as(entry_id: int, groups: int) -> str:
    """The topic of *no partner this week*, said after so many groups of the round."""
    said = topic(ALONE, entry_id)
    return f"{said}:{groups}" if groups else said


async def over(
    session: AsyncSession,
    workspace_id: int,
    waited: Sequence[tuple[int, int]],
    machine_now: datetime,
) -> None:
    """Nobody stays on standby in a round that has closed; `waited` as in `service.Step`."""
    for entry_id, had in waited:
        for groups in range(had + 1):
            said = alone_as(entry_id, groups)
            await outbox.revise(session, workspace_id, said, views.over(), machine_now, Lane.DIGEST)


async def resting(
    session: AsyncSession, tired: Sequence[Resting], now: datetime, machine_now: datetime
) -> None:
    drafts = [
        Draft(
            one.member.workspace_id,
            one.member.dm_channel or one.member.user_id,
            topic(REST, one.entry_id),
            views.REST,
            Lane.SCHEDULED,
            views.rest(rules.REST_AFTER),
            member_id=one.member.id,
            not_before=people.awake_at(one.member, now),
        )
        for one in tired
    ]
    if drafts:
        await outbox.say_all(session, drafts, machine_now)
