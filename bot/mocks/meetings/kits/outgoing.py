"""Each interviewer's kit, held back until their group has heard of each other."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.mocks.meetings import rules
from bot.mocks.meetings.kits import views
from bot.mocks.meetings.kits.rules import Run
from bot.mocks.meetings.rules import Person
from bot.mocks.meetings.service import Gathered
from bot.mocks.service import Sitting
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.slack.blocks import Message

KIND = "mock_kit"


def drafts(told: Gathered, content: Content) -> list[Draft]:
    """They go when the group's message has landed (`eligibility.release_kits`), or never."""
    end = rules.ends(told.week)
    return [
        Draft(
            one.member.workspace_id,
            one.member.dm_channel or one.member.user_id,
            topic(KIND, one.seat.id),
            views.RULE,
            Lane.SCHEDULED,
            message(told, one, content),
            member_id=one.member.id,
            not_before=end,
            expires_at=end,
        )
        for one in told.sitting
    ]


def message(told: Gathered, one: Sitting, content: Content) -> Message:
    people = [Person(sat.member.user_id, sat.member.tz) for sat in told.sitting]
    turn = next(
        (number, turn)
        for number, turn in enumerate(rules.turns(people))
        if turn.interviewer == one.member.user_id
    )
    run = Run(turn[1].candidate, turn[1].observer, turn[0], turn[1].minutes)
    found = content.kits.get(one.seat.kit_id)
    return views.kit(found, run) if found else views.gone(one.seat.kit_id, run)


async def changed(
    session: AsyncSession, told: Gathered, content: Content, machine_now: datetime
) -> None:
    """Three are two now: other people, other minutes."""
    for one in told.sitting:
        place, said = one.member.workspace_id, topic(KIND, one.seat.id)
        await outbox.revise(session, place, said, message(told, one, content), machine_now)


async def put_away(
    session: AsyncSession,
    sitting: Sequence[Sitting],
    machine_now: datetime,
    *,
    off: bool,
    told: bool,
) -> None:
    """These people need their kits no more. `off`: the whole meeting; `told`: it was heard of."""
    for one in sitting:
        place, said = one.member.workspace_id, topic(KIND, one.seat.id)
        if told:
            await outbox.revise(session, place, said, views.not_needed(off), machine_now)
        else:
            await outbox.withdraw(session, place, said, machine_now)
