"""Free time on one grid of quarter-hours in UTC, from windows in people's own zones.

The grid covers the ISO week of every zone: it begins on Monday 00:00 UTC minus 14 hours and ends
on Sunday 24:00 UTC plus 12. Each quarter-hour is asked what the local clock says at that
instant, so an hour that a clock change drops is nobody's and one that it repeats counts twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.mocks.pairing.pool import Window

QUARTER = 15  # minutes
A_DAY = 24 * 60 // QUARTER
BEFORE, AFTER = 14, 12  # hours that the earliest and the latest zone stand off UTC
QUARTERS = (7 * 24 + BEFORE + AFTER) * 60 // QUARTER
LENGTH = 4  # quarter-hours of a meeting: 60 minutes

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Waking:
    """Quarter-hours of the local day, from `wake` up to `sleep`."""

    wake: int
    sleep: int


def instant(week: date, quarter: int) -> datetime:
    """The UTC instant at which that quarter-hour of the grid begins."""
    monday = datetime.combine(week, time(), UTC)
    return monday + timedelta(minutes=quarter * QUARTER) - timedelta(hours=BEFORE)


def quarter_from(week: date, moment: datetime) -> int:
    """The first quarter-hour of the grid that begins at `moment` or later, 0 to QUARTERS."""
    past = (moment - instant(week, 0)) / timedelta(minutes=QUARTER)
    return min(max(0, ceil(past)), QUARTERS)


@lru_cache(maxsize=512)
def local_quarters(zone: str, week: date) -> NDArray[np.int32]:
    """For each quarter-hour of the grid, the quarter-hour of the local week (0 to 671), or -1."""
    tz, first = ZoneInfo(zone), week.toordinal()
    found = np.full(QUARTERS, -1, dtype=np.int32)
    for place in range(QUARTERS):
        local = instant(week, place).astimezone(tz)
        day = local.toordinal() - first
        if 0 <= day < 7:
            found[place] = day * A_DAY + (local.hour * 60 + local.minute) // QUARTER
    return found


def free(zone: str, windows: Sequence[Window], week: date, waking: Waking) -> Flags:
    """Which quarter-hours of the grid lie wholly in the windows and in the waking hours."""
    local = np.zeros(7 * A_DAY + 1, dtype=np.bool_)  # the last, found as -1, stays empty
    for one in windows:
        start = max(-(-one.start // QUARTER), waking.wake)
        end = min(one.end // QUARTER, waking.sleep)
        if start < end:
            local[one.day * A_DAY + start : one.day * A_DAY + end] = True
    return local[local_quarters(zone, week)]


def starts(free_time: Flags) -> Flags:
    """Where 60 free minutes in a row begin; works on the last axis."""
    found = free_time.copy()
    for later in range(1, LENGTH):
        found[..., :-later] &= free_time[..., later:]
        found[..., -later:] = False
    return found
