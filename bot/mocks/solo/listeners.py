from collections.abc import Mapping
from typing import Any

from bot.clock import instant_of
from bot.content import TRACKS
from bot.deps import Deps, Session
from bot.drills.marks import views as marks
from bot.errors import UserMistake
from bot.mocks.solo import held, outgoing, rules, service, views
from bot.mocks.solo.held import Posted
from bot.mocks.solo.rules import State
from bot.mocks.solo.service import MockSolo, Said
from bot.people import service as people
from bot.plans import parse
from bot.slack.blocks import Message
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Open,
    Outcome,
    RefreshHome,
    Say,
    Show,
    Verb,
    View,
)

NEW = (None, "file_share", "thread_broadcast", "me_message")


async def solo(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock solo [track]` and the button: a mock interview with the bot, for anybody."""
    track = _track(deps, knock.rest)
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        made = await service.offer(session, deps.content, member, track, deps.now())
        if made.new:
            await outgoing.offer(session, deps.content, member, made, deps.machine_now())
    if made.row.state == State.OPEN and made.row.ends_at:
        return (Say(views.runs_already(made.row.ends_at)),)
    minutes = made.kit.minutes
    said = views.on_its_way(minutes) if made.new else views.waits_already(minutes)
    return Say(said), RefreshHome()


def _track(deps: Deps, typed: str) -> str:
    """The track that was typed, if any. Raises UserMistake."""
    if not typed:
        return ""
    there = {kit.track for kit in deps.content.kits.values()}
    try:
        track = parse.track(typed)
    except UserMistake as mistake:
        known = {"known": ", ".join(one for one in TRACKS if one in (there or TRACKS))}
        told = mistake.values | known
        raise UserMistake(f"solo_{mistake.code}", field=None, **told) from mistake
    if there and track not in there:
        raise UserMistake("no_kits_for", **views.no_kits_for(track, there))
    return track


async def _mine(session: Session, knock: Knock, solo_id: int) -> MockSolo:
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    return await service.owned(session, solo_id, member)


async def start(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The clock runs and the case is told."""
    async with deps.transaction(knock) as session:
        row = await _mine(session, knock, knock.number)
        kit = service.kit_of(deps.content, row)
        service.start(row, kit, deps.now())
        await outgoing.begin(session, deps.content, row, kit, deps.machine_now())
    return ()


async def done(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """It ends before its minutes are over."""
    async with deps.transaction(knock) as session:
        row = await _mine(session, knock, knock.number)
        if row.state != State.OPEN:
            raise UserMistake("solo_over")
        if not await held.text_of(session, row.id):
            raise UserMistake("solo_nothing_yet")
        now, machine_now = deps.now(), deps.machine_now()
        await outgoing.end(session, deps.content, row, now, machine_now, early=True)
    return ()


async def stop(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """It is thrown away, after a question."""
    async with deps.transaction(knock) as session:
        row = await _mine(session, knock, knock.number)
        if row.state not in (State.OFFERED, State.OPEN):
            raise UserMistake("solo_over")
        service.close(row, State.STOPPED)
        await held.throw_away(session, row)
        await outgoing.restate(session, deps.content, row, deps.machine_now())
    return ()


# --- this mark is wrong ---------------------------------------------------------------------------


async def open_wrong(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*This mark is wrong*, filled with what was said of the mark before."""
    cell = marks.read_cell(str(knock.action.get("action_id") or "").rpartition(".")[2])
    async with deps.transaction() as session:
        row = await _mine(session, knock, knock.number)
        found = await service.disputed(session, row, cell)
    said = found.said or Said("", None)
    return (Open(views.wrong_form(row.id, cell, found.score, said.why, said.fitting)),)


async def save_wrong(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    solo_id, cell = marks.read_mark(knock.metadata)
    back = marks.read_taken_back(knock.state)
    said = None if back else Said(*marks.read_wrong(knock.state))
    async with deps.transaction(knock) as session:
        row = await _mine(session, knock, solo_id)
        new = await service.dispute(session, row, cell, said, deps.now())
    told = marks.wrong_taken_back(cell) if back else marks.wrong_kept(cell, again=not new)
    return Show(told), RefreshHome()


# --- the thread ---------------------------------------------------------------------------------


async def replied(deps: Deps, knock: Knock, solo_id: int) -> None:
    """A message, an edit or a deletion in the thread."""
    event, channel = knock.event, str(knock.event["channel"])
    async with deps.transaction() as session:
        row = await service.load(session, knock.workspace_id, solo_id)
        subtype = event.get("subtype")
        if subtype in NEW:
            await _new(deps, session, row, channel, event)
        elif subtype == "message_changed":
            await _changed(deps, session, row, channel, event.get("message") or {})
        elif subtype == "message_deleted":
            await _deleted(deps, session, row, channel, str(event.get("deleted_ts") or ""))


async def _new(
    deps: Deps, session: Session, row: MockSolo, channel: str, message: Mapping[str, Any]
) -> None:
    member = await people.get(session, row.member_id)
    ts, text = str(message["ts"]), str(message.get("text") or "")
    if message.get("user") != member.user_id:
        return
    if await held.find(session, row.workspace_id, channel, ts) is not None:
        return
    if not text.strip():
        await outgoing.reply(session, row, ts, views.no_words(), deps.machine_now())
        return
    at = deps.clock.calendar_of(instant_of(ts))
    posted = Posted(channel, ts, text, at)
    if row.state == State.STOPPED:
        await outgoing.reply(session, row, ts, views.stopped_notice(), deps.machine_now())
        return
    taken = await held.receive(session, row, posted, deps.machine_now())
    if said := _said(deps, row, text, taken=taken):
        await outgoing.reply(session, row, ts, said, deps.machine_now())


def _said(deps: Deps, row: MockSolo, text: str, *, taken: bool) -> Message | None:
    """What is replied to a message: the interviewer's answer, or why it does not count."""
    if row.state in (State.OFFERED, State.GONE):
        return views.not_begun()
    if not taken:
        return views.too_late()
    kit = deps.content.kits.get(row.kit_id)
    if row.state != State.OPEN or kit is None:
        return None
    asked = rules.answer(text, kit.facts)
    return views.told(asked.told) if asked else None


async def _changed(
    deps: Deps, session: Session, row: MockSolo, channel: str, message: Mapping[str, Any]
) -> None:
    """An edit; one that overtook its message brings it along."""
    ts = str(message.get("ts") or "")
    if message.get("subtype") == "tombstone":
        await _deleted(deps, session, row, channel, ts)
        return
    known = await held.find(session, row.workspace_id, channel, ts)
    if known is None:
        await _new(deps, session, row, channel, message)
        known = await held.find(session, row.workspace_id, channel, ts)
    if known is None or known.solo_id != row.id:
        return
    edited = str((message.get("edited") or {}).get("ts") or "")
    text = str(message.get("text") or "")
    held.edit(session, row, known, text, edited, deps.machine_now())


async def _deleted(deps: Deps, session: Session, row: MockSolo, channel: str, ts: str) -> None:
    """A deletion; one that overtook its message keeps it out."""
    known = await held.find(session, row.workspace_id, channel, ts)
    if known is not None:
        held.delete(session, row, known, deps.machine_now())
    elif ts.partition(".")[0].isdecimal():
        posted = Posted(channel, ts, "", deps.clock.calendar_of(instant_of(ts)))
        await held.receive(session, row, posted, deps.machine_now(), deleted=True)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/mock", "solo", solo, "a mock interview with me, by the clock", usage="[track]"),
    Action(views.SOLO, solo, "a mock interview with the bot"),
    Action(views.START, start, "let the clock of a solo mock run"),
    Action(views.DONE, done, "end a solo mock and see the marks"),
    Action(views.STOP, stop, "throw a solo mock away"),
    Action(views.WRONG, open_wrong, "call a mark of a solo mock wrong"),
    View(views.SAVE_WRONG, save_wrong, "what is wrong with a mark of a solo mock"),
)
