"""The check-in form's lines, and what comes back when it was taken."""

from collections.abc import Sequence

from bot.okrs.calls.views import Aside
from bot.okrs.checkins.loading import Item
from bot.okrs.checkins.views import Line
from bot.okrs.votes.service import Taken
from bot.okrs.wording import value_words


def line(one: Item) -> Line:
    """What the person said in this round stands in the form until it is revealed."""
    said = None if one.revealed else one.given
    return Line(
        one.key_result_id,
        one.title,
        one.team,
        one.terms,
        one.value,
        one.value_at,
        one.confidence,
        one.gives_value,
        said.note if said else "",
        said.blocker if said else "",
    )


def asides(taken: Taken, gone: int) -> Sequence[Aside]:
    """What the person should know beside the results."""
    told = [Aside("late", title) for title in taken.late]
    told += [Aside("unknown", title) for title in taken.unknown]
    for one in taken.crossed:
        value = value_words(one.terms, one.value)
        told.append(Aside("crossed", one.title, one.user_id, value, one.at))
    return [*told, Aside("gone", "")] if gone else told
