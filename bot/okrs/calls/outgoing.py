"""Check-ins by direct message: asking, and giving back once something was said.

The message of a call is revised in place: it tells the reader's own confidence at once, and
everybody's after the reveal.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs import loading as okrs
from bot.okrs.calls import service, views
from bot.okrs.calls.service import ASK, REMIND, Asking
from bot.okrs.calls.views import Aside, Back, Result, Voice, Wanted
from bot.okrs.checkins import loading
from bot.okrs.checkins import service as checkins
from bot.okrs.checkins.loading import Item
from bot.okrs.outlook.wording import forecast_words
from bot.okrs.scoreboard import KeyResultLine
from bot.okrs.wording import reason_words
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.slack.blocks import Message

KIND, REMINDER = "okr_check_in", "okr_check_in_reminder"
DAY = timedelta(days=1)


def ask(told: Asking, now: datetime) -> Draft:
    """The message of a call, or its reminder; not later than quiet hours begin."""
    shown = [wanted(one) for one in told.items]
    say = views.reminder if told.reminder else views.asked
    return Draft(
        told.member.workspace_id,
        told.member.dm_channel or told.member.user_id,
        topic(REMINDER if told.reminder else KIND, told.call.id),
        REMIND if told.reminder else ASK,
        Lane.REMINDER,
        say(shown, told.deadline),
        member_id=told.member.id,
        expires_at=people.quiet_at(told.member, now, min(told.deadline, now + DAY)),
    )


def wanted(one: Item) -> Wanted:
    return Wanted(one.title, one.team, one.terms, one.value, one.gives_value)


# --- giving back --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What messages about some rounds say; `lines` by key result, `voices` only of the revealed."""

    items: Mapping[int, tuple[Item, ...]]
    lines: Mapping[int, KeyResultLine]
    voices: Mapping[tuple[int, int], tuple[Voice, ...]]


async def facts(
    session: AsyncSession,
    workspace_id: int,
    member_ids: Collection[int],
    rounds: Collection[int],
    now: datetime,
    key_results: Collection[int] = (),
) -> Facts:
    """What these people are told of these rounds, and of key results outside them; read once."""
    items = await loading.items(session, member_ids, now, also=rounds)
    places = {
        one.team_cycle_id
        for told in items.values()
        for one in told
        if one.round_id in rounds or one.key_result_id in key_results
    }
    lines = {}
    for place in sorted(places):
        board = await okrs.scoreboard(session, workspace_id, place, now)
        lines.update({one.id: one for one in board.key_results})
    voices: dict[tuple[int, int], list[Voice]] = defaultdict(list)
    for round_id in sorted(rounds):
        for one in await checkins.round_notes(session, round_id):
            said = Voice(one.user_id, one.confidence or 0, one.note, one.blocker)
            voices[round_id, one.key_result_id].append(said)
    return Facts(
        items,
        lines,
        {key: tuple(sorted(told, key=lambda one: one.confidence)) for key, told in voices.items()},
    )


def result(one: Item, known: Facts) -> Result:
    """A key result as it stands now, with its reason and forecast in words."""
    line = known.lines[one.key_result_id]
    titles = {each.id: each.title for each in known.lines.values()}
    if line.guardrail and line.history.guardrail is not None:
        titles[line.history.guardrail] = line.guardrail
    standing = line.standing
    return Result(
        one.title,
        one.team,
        standing.terms,
        standing.value,
        standing.colour,
        reason_words(standing.why, titles),
        forecast_words(standing.forecast, standing.terms) if standing.forecast else "",
        one.given.confidence if one.given else None,
        one.revealed,
        known.voices.get((one.round_id or 0, one.key_result_id), ()),
    )


def told_back(
    at: datetime,
    items: Sequence[Item],
    due: Sequence[Item],
    known: Facts,
    asides: Sequence[Aside] = (),
) -> Back:
    """What the person gets for these key results, and what is still due of them."""
    shown = tuple(result(one, known) for one in items if one.key_result_id in known.lines)
    return Back(at, shown, tuple(wanted(one) for one in due), tuple(asides))


async def restate(
    session: AsyncSession,
    workspace_id: int,
    member_ids: Collection[int],
    rounds: Collection[int],
    now: datetime,
    machine_now: datetime,
    *,
    forgetting: bool = False,
) -> None:
    """Let the messages about these rounds say how things stand, for each of these people.

    `forgetting`: nothing is kept of what they said before.
    """
    told = await service.spoken(session, member_ids, rounds)
    if not told:
        return
    about = {row.id for one in told for row in one.rounds}
    known = await facts(session, workspace_id, member_ids, about, now)
    if forgetting:
        said = [topic(KIND, one.call.id) for one in told]
        await outbox.forget_words(session, workspace_id, said)
    await _put_all(session, told, known, machine_now)


async def give_back(
    session: AsyncSession,
    member: Member,
    at: datetime,
    ids: Collection[int],
    rounds: Collection[int],
    asides: Sequence[Aside],
    now: datetime,
    machine_now: datetime,
) -> Back:
    """What one person gets for key results they have just checked in.

    The messages that asked are revised; what no message has asked for is said in a new one.
    """
    told = await service.spoken(session, [member.id], rounds)
    about = {row.id for one in told for row in one.rounds} | set(rounds)
    known = await facts(session, member.workspace_id, [member.id], about, now, ids)
    await _put_all(session, told, known, machine_now, asides)
    mine = [one for one in known.items.get(member.id, ()) if one.key_result_id in ids]
    outside = [one for one in mine if one.round_id not in about]
    if outside:
        number = int(machine_now.timestamp() * 1_000_000)
        said = topic(f"okr_checked_in_{member.id}", number)
        message = views.checked_in(told_back(at, outside, (), known, asides))
        await outbox.say(session, answer(member, said, message), machine_now)
    return told_back(at, mine, [one for one in mine if one.due], known, asides)


async def _put_all(
    session: AsyncSession,
    told: Sequence[service.Spoken],
    known: Facts,
    machine_now: datetime,
    asides: Sequence[Aside] = (),
) -> None:
    for one in told:
        message = _standing(one, known, asides)
        if message is not None:
            await _put(session, one, message, machine_now)
        if one.done:
            place, reminded = one.member.workspace_id, topic(REMINDER, one.call.id)
            await outbox.revise(session, place, reminded, views.answered(), machine_now)


def _standing(one: service.Spoken, known: Facts, asides: Sequence[Aside]) -> Message | None:
    ids = {row.id for row in one.rounds}
    mine = [item for item in known.items.get(one.call.member_id, ()) if item.round_id in ids]
    given = [item for item in mine if item.given is not None]
    if not mine:
        return views.past()
    if given:
        at = max(item.given.at for item in given if item.given is not None)
        due = [item for item in mine if item.due and one.open]
        return views.checked_in(told_back(at, given, due, known, asides))
    if one.open:
        return None
    return views.closed([item.title for item in mine])


async def _put(
    session: AsyncSession, one: service.Spoken, message: Message, machine_now: datetime
) -> None:
    """In place of what was asked; who answered before being asked gets it as an answer."""
    said = topic(KIND, one.call.id)
    if one.done and await outbox.say(session, answer(one.member, said, message), machine_now):
        return
    lane = None if one.open else Lane.REMINDER
    await outbox.revise(session, one.member.workspace_id, said, message, machine_now, lane)


def answer(member: Member, said: str, message: Message) -> Draft:
    return Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        said,
        "okr.checked_in",
        Lane.ANSWER,
        message,
        member_id=member.id,
    )
