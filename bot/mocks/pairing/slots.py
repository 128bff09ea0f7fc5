"""Up to three times to meet, spread over days, at hours that suit everybody."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np

from bot.mocks.pairing.overlap import A_DAY, LENGTH, Flags, Waking, instant, local_quarters

COUNT = 3
COMFORT = 8  # quarter-hours from the edges of the waking day beyond which more is no better
HOUR = 4


def choose(common: Flags, zones: Sequence[str], week: date, waking: Waking) -> tuple[datetime, ...]:
    """Starts in UTC, in order. `common`: where 60 minutes that are free for all begin.

    The first, the middle and the last day that has one; several on a day, none over another,
    when there are fewer days. On a day: away from the edges of anybody's waking hours, then on
    the full hour, then early. `zones` are the members' own.
    """
    locals_ = [local_quarters(zone, week).tolist() for zone in zones]
    days: dict[int, list[int]] = {}
    for quarter in np.flatnonzero(common).tolist():
        days.setdefault(int(locals_[0][quarter]) // A_DAY, []).append(quarter)
    for starts in days.values():
        starts.sort(
            key=lambda quarter: _awkward(quarter, [one[quarter] for one in locals_], waking)
        )
    order = sorted(days)
    if len(order) > COUNT:
        order = [order[0], order[len(order) // 2], order[-1]]
    return tuple(instant(week, one) for one in sorted(_picked([days[day] for day in order])))


def _awkward(quarter: int, local: Sequence[int], waking: Waking) -> tuple[int, int, int]:
    edge = min(
        min(int(one) % A_DAY - waking.wake, waking.sleep - LENGTH - int(one) % A_DAY)
        for one in local
    )
    return -min(edge, COMFORT), sum(int(one) % HOUR > 0 for one in local), quarter


def _picked(days: Sequence[list[int]]) -> list[int]:
    """One from each day, then a second and a third round over the days."""
    chosen: list[int] = []
    for _ in range(COUNT):
        for starts in days:
            if len(chosen) == COUNT:
                return chosen
            fitting = (q for q in starts if all(abs(q - one) >= LENGTH for one in chosen))
            found = next(fitting, None)
            if found is not None:
                chosen.append(found)
    return chosen
