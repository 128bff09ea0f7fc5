"""Matching in a process of its own: the graph library holds the interpreter's lock for seconds.

The process starts with the first round and ends after it has been idle for a minute. One that
dies under a round is replaced and the round made anew; a second death raises MatcherFailed.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from bot.errors import MatcherFailed
from bot.mocks import rules
from bot.mocks.pairing import parcel
from bot.mocks.pairing.parcel import Made, Order, Planned
from bot.processes import OneProcess

if TYPE_CHECKING:  # numpy and rustworkx are loaded in the process alone
    from bot.mocks.pairing.groups import Group, Round

LONGEST = 600.0  # seconds that a round may take; ten thousand people take half a minute
IDLE = 60.0  # seconds after the last round until the process ends
PAGE = 10  # groups, which one transaction writes: more would hold the loop up


def make(order: Order) -> Made:
    """What the process does for one round."""
    from bot.mocks.pairing import groups

    pool, awake = parcel.unpacked(order)
    made = groups.pair(pool, order.weights)
    told = [_planned(order, made, group, awake) for group in made.groups]
    return Made(tuple(parcel.pack_groups(page) for page in _pages(told)), made.alone)


def _pages(rows: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    return (rows[at : at + PAGE] for at in range(0, len(rows), PAGE))


def _planned(order: Order, made: "Round", group: "Group", awake: dict[str, rules.Awake]) -> Planned:
    from bot.mocks.pairing import groups

    tell_at = rules.tell_at([awake[one] for one in group.members], order.week, order.now)
    slots = groups.slots_from(made, group.members, tell_at + rules.NOTICE)
    return Planned(group.members, group.roles, group.why, group.weight, slots, tell_at)


class Matcher(OneProcess):
    """Matching behind one process; `idle` and `longest` are in seconds of the loop's clock."""

    def __init__(self, idle: float = IDLE, longest: float = LONGEST) -> None:
        failed = MatcherFailed("the matching process died or hung twice under one round")
        super().__init__(idle, longest, failed)

    async def make(self, order: Order) -> Made:
        """The round. Raises MatcherFailed when the process died twice."""
        return await self._call(partial(make, order))
