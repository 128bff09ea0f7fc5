"""The check-in form's lines, and what comes back when it was taken."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.calls import outgoing as calls
from bot.okrs.calls import views
from bot.okrs.calls.views import Aside, Back
from bot.okrs.checkins.loading import Item
from bot.okrs.checkins.views import Line
from bot.okrs.votes.service import Held, Taken
from bot.okrs.wording import value_words
from bot.outbox import service as outbox
from bot.outbox.topics import topic
from bot.people.tables import Member


def line(one: Item) -> Line:
    return Line(
        one.key_result_id,
        one.title,
        one.team,
        one.terms,
        one.value,
        one.value_at,
        one.confidence,
        one.gives_value,
    )


async def give_back(
    session: AsyncSession,
    member: Member,
    taken: Taken,
    held: Held,
    gone: int,
    now: datetime,
    machine_now: datetime,
) -> Back:
    """Revise the message that asked, or say it anew where none did; returns what is said."""
    asides = _asides(taken, gone)
    rounds = set(held.rounds)
    await calls.restate(
        session, member.workspace_id, [member.id], rounds, now, machine_now, asides=asides
    )
    known = await calls.facts(session, member.workspace_id, [member.id], rounds, now)
    mine = [one for one in known.items.get(member.id, ()) if one.key_result_id in taken.ids]
    back = calls.told_back(taken.at, mine, [one for one in mine if one.due], known, asides)
    if not all(one.round_id in rounds for one in mine):  # no message has asked for these
        number = int(machine_now.timestamp() * 1_000_000)
        said = topic(f"okr_checked_in_{member.id}", number)
        await outbox.say(session, calls.answer(member, said, views.checked_in(back)), machine_now)
    return back


def _asides(taken: Taken, gone: int) -> Sequence[Aside]:
    told = [Aside("late", title) for title in taken.late]
    told += [Aside("unknown", title) for title in taken.unknown]
    for one in taken.crossed:
        value = value_words(one.terms, one.value)
        told.append(Aside("crossed", one.title, one.user_id, value, one.at))
    return [*told, Aside("gone", "")] if gone else told
