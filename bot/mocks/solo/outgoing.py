"""What a solo mock puts into the outbox: values from the service, words from the views."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.content.kits import Kit
from bot.mocks.solo import held, rules, service, views
from bot.mocks.solo.rules import Cue, Kind, State
from bot.mocks.solo.service import KIND, MockSolo, Offer
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.scoring.feedback import Feedback
from bot.scoring.rules import Cell, Scorecard
from bot.slack.blocks import Message

RULE = "mock.solo"
CARD_RULE = "mock.solo_card"  # quotes the member
CALM = 3.5  # a mark from which nothing stronger is shown beside it


def top(row: MockSolo) -> str:
    """The topic of the message that starts the thread."""
    return topic(KIND, row.id)


async def _say(
    session: AsyncSession,
    row: MockSolo,
    name: str,
    message: Message,
    machine_now: datetime,
    *,
    expires_at: datetime | None = None,
    rule: str = RULE,
) -> bool:
    """One line in the thread. The member asked for all of them, so quiet hours do not count."""
    member = await session.get_one(Member, row.member_id)
    draft = Draft(
        row.workspace_id,
        member.dm_channel or member.user_id,
        topic(f"{KIND}_{name}", row.id),
        rule,
        Lane.ANSWER,
        message,
        member_id=member.id,
        thread_of=top(row),
        expires_at=expires_at,
    )
    return await outbox.say(session, draft, machine_now)


def _told(row: MockSolo, kit: Kit) -> views.Told:
    return views.Told(row.id, kit.track, kit.difficulty, kit.minutes, row.privacy)


async def offer(
    session: AsyncSession, content: Content, member: Member, made: Offer, machine_now: datetime
) -> None:
    """The message with *Start*; one that makes way for it says so."""
    row = made.row
    draft = Draft(
        row.workspace_id,
        member.dm_channel or member.user_id,
        top(row),
        RULE,
        Lane.ANSWER,
        views.offered(_told(row, made.kit)),
        member_id=member.id,
    )
    await outbox.say(session, draft, machine_now)
    if made.instead is not None:
        await restate(session, content, made.instead, machine_now)


async def restate(
    session: AsyncSession, content: Content, row: MockSolo, machine_now: datetime
) -> None:
    """Let the top message show how it stands."""
    kit = content.kits.get(row.kit_id)
    gone = views.Told(row.id, "", "", 0, row.privacy)
    told = _told(row, kit) if kit else gone
    if row.state == State.OPEN and row.ends_at:
        message = views.running(told, row.ends_at)
    else:
        message = views.over(told, State(row.state))
    await outbox.revise(session, row.workspace_id, top(row), message, machine_now)


async def begin(
    session: AsyncSession, content: Content, row: MockSolo, kit: Kit, machine_now: datetime
) -> None:
    """Minute 0: the case, and the top message with the time."""
    if row.started_at is None:
        return
    await say_cues(session, row, kit, [service.plan(kit)[0]], row.started_at, machine_now)
    await restate(session, content, row, machine_now)


async def say_cues(
    session: AsyncSession,
    row: MockSolo,
    kit: Kit,
    cues: Sequence[Cue],
    now: datetime,
    machine_now: datetime,
) -> None:
    """These lines of the plan but its end, each once, none after the next one's time."""
    if row.started_at is None or row.ends_at is None:
        return
    cues_of_kit = service.plan(kit)
    for cue in cues:
        if cue.kind == Kind.CASE:
            message = views.case(kit.prompt, kit.minutes, row.ends_at, row.id)
        elif cue.kind == Kind.PROBE:
            message = views.probe(cue.ask, cue.minute)
        elif cue.kind == Kind.SOON:
            message = views.soon(rules.minutes_left(row.ends_at, now), row.id)
        else:
            continue
        until = rules.until(cues_of_kit, cue, row.started_at)
        await _say(session, row, str(cue.place), message, machine_now, expires_at=until)


async def end(
    session: AsyncSession,
    content: Content,
    row: MockSolo,
    at: datetime,
    machine_now: datetime,
    *,
    early: bool = False,
) -> None:
    """The interview is over: what was written is marked, or nothing is, kindly."""
    service.end(row, at)
    written = bool(await held.text_of(session, row.id))
    message = views.ended(early=early) if written else views.ended_empty()
    await _say(session, row, "end", message, machine_now)
    if written:
        held.changed(session, row, machine_now)
    await restate(session, content, row, machine_now)


async def reply(
    session: AsyncSession, row: MockSolo, ts: str, message: Message, machine_now: datetime
) -> None:
    """A reply to one message of the member's, once."""
    await _say(session, row, f"reply_{ts.replace('.', '')}", message, machine_now)


async def show_card(
    session: AsyncSession, row: MockSolo, message: Message, machine_now: datetime
) -> None:
    """Say the card, or change the one that was said: always the same message."""
    if not await _say(session, row, "card", message, machine_now, rule=CARD_RULE):
        told = topic(f"{KIND}_card", row.id)
        await outbox.revise(session, row.workspace_id, told, message, machine_now)


def card(row: MockSolo, kit: Kit, scorecard: Scorecard, feedback: Feedback) -> Message:
    """The scorecard, and what strong sounds like in the cell that was weakest."""
    weakest = weakest_cell(scorecard)
    sounds = [views.Sound(one.strong, one.weak) for one in kit.signals if one.cell == weakest]
    return views.card(row.id, scorecard, feedback, weakest, sounds, late=row.late)


def weakest_cell(scorecard: Scorecard) -> Cell | None:
    """The cell with the lowest mark; None when nothing was marked, or all of it is strong."""
    marks = {cell: one.score for cell, one in scorecard.cells.items() if one.score is not None}
    low = {cell: mark for cell, mark in marks.items() if mark < CALM}
    return min((cell for cell in Cell if cell in low), key=lambda cell: low[cell], default=None)
