"""The second hand: a learner's calendar and stages, computed from docs/plan.md alone.

Written by somebody who had not read the bot's rules for them; it imports nothing of the bot. What a
day's drill must be is in second_hand_choice.py. Where the page leaves something open, a comment
beginning with READING says what was taken.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LONGEST = 400  # days looked over; no plan of the cast is longer
FUNDAMENTALS, SCENARIOS, DAILY = "fundamentals", "scenarios", "daily"
LOOPS, BLITZ, FINAL = "loops", "blitz", "final"
# The table of docs/plan.md for M = 1 to 7: fundamentals, scenarios, daily, mock loops, blitz.
SHORT = {
    1: (0, 1, 0, 0, 0),
    2: (1, 1, 0, 0, 0),
    3: (1, 1, 0, 0, 1),
    4: (1, 1, 0, 1, 1),
    5: (1, 2, 0, 1, 1),
    6: (2, 2, 0, 1, 1),
    7: (2, 2, 0, 2, 1),
}
ORDER = (FUNDAMENTALS, SCENARIOS, DAILY, LOOPS, BLITZ)
WEEK_WITHOUT_A_DATE = (
    FUNDAMENTALS, FUNDAMENTALS, SCENARIOS, SCENARIOS, LOOPS, LOOPS, BLITZ,
)  # fmt: skip


@dataclass
class Calendar:
    """What is known of a learner's days so far. `weekdays`: 0 is Monday."""

    tz: str
    at: time
    weekdays: frozenset[int]
    first: date  # the plan's first day
    set_up: datetime
    target: date | None = None
    holidays: frozenset[date] = frozenset()
    off: set[date] = field(default_factory=set)
    # Pauses and rests, [from, until); None: it has not ended.
    spells: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    told: bool = True  # of the newest day that is over: the member said how it went

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def moment(self, day: date) -> datetime:
        """The daily time of that date."""
        return datetime.combine(day, self.at, self.zone)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def is_work_day(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays and day not in self.off

    def is_practice_day(self, day: date) -> bool:
        """A work day in no pause and no rest; the interview's day is none.

        READING: a date lies in a pause when the instant of its daily time does.
        """
        if not self.is_work_day(day) or day < self.first or day == self.target:
            return False
        at = self.moment(day)
        return not any(a <= at and (b is None or at < b) for a, b in self.spells)

    def practice_days(self, first: date, last: date) -> list[date]:
        """Those from `first` to `last`, both included."""
        span = min((last - first).days + 1, LONGEST)
        days = (first + n * DAY for n in range(max(span, 0)))
        return [day for day in days if self.is_practice_day(day)]


@dataclass(frozen=True)
class Place:
    """What a local date is in the plan."""

    stage: str | None
    number: int
    of: int | None
    in_last_five: bool  # nothing new, as soon as three drills were answered
    silent: bool
    last: bool  # the last practice day before the day


def stages_with_a_date(total: int) -> list[str]:
    """The stage of practice day 1, 2, … of a plan of `total` practice days before the day."""
    if total <= 0:
        return []
    if total == 1:
        return [FINAL]
    before = total - 2
    if before == 0:
        return [FINAL, FINAL]
    counts = SHORT.get(before)
    if counts is None:
        weeks, fortnights = (before - 7) // 7, (before - 7) // 14
        fundamentals, scenarios = min(2 + weeks, 5), min(2 + weeks, 6)
        loops, blitz = min(2 + fortnights, 4), min(1 + fortnights, 3)
        counts = (fundamentals, scenarios, before - fundamentals - scenarios - loops - blitz,
                  loops, blitz)  # fmt: skip
    laid = [stage for stage, count in zip(ORDER, counts, strict=True) for _ in range(count)]
    assert len(laid) == before
    return [*laid, FINAL, FINAL]


def place(calendar: Calendar, day: date) -> Place:
    target = calendar.target
    counted = len(calendar.practice_days(calendar.first, day))
    if target is None:
        # READING: a date that is none has the stage of the practice days counted so far.
        at = max(counted, 1) - 1
        stage = WEEK_WITHOUT_A_DATE[at] if at < len(WEEK_WITHOUT_A_DATE) else DAILY
        return Place(stage, counted, None, in_last_five=False, silent=False, last=False)
    days = calendar.practice_days(calendar.first, target - DAY)
    laid = stages_with_a_date(len(days))
    # READING: without any practice day before the day there is silence from the start.
    silent = day > days[-1] if days else True
    over = day >= target
    # READING: the last five days have no end until the member has told how it went.
    return Place(
        stage=None if over or not laid else laid[max(counted, 1) - 1],
        number=counted,
        of=len(days),
        in_last_five=day >= target - 5 * DAY,
        silent=silent,
        last=bool(days) and day == days[-1],
    )


def wants_daily(calendar: Calendar, day: date) -> bool:
    """Whether that date brings a daily drill, by what is known now."""
    if not calendar.is_practice_day(day) or calendar.moment(day) <= calendar.set_up:
        return False
    return not place(calendar, day).silent
