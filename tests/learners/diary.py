"""One learner's diary: what came, held day by day against what the second hand says.

Knows nothing of the bot's rules; `play.py` feeds it what Slack and the store have.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.learners import second_hand as hand
from tests.learners import second_hand_choice as choice
from tests.learners.cast import BEGINS, Learner
from tests.learners.second_hand import Calendar
from tests.learners.second_hand_choice import Came, Expected, Item

SILENT_DRILLS = 5
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Seen:
    """A session as the store has it when its message came."""

    id: int
    drill: str
    kind: str
    planned_at: datetime
    stage: str | None
    aim: str | None
    back: bool
    warmup: str | None


@dataclass(frozen=True)
class Shown:
    """A recall card that came; `mark`: knew, half, missed, or None while nobody marked it."""

    card: str
    day: date
    back: bool  # it was due
    mark: str | None = None


@dataclass
class Entry:
    """What came on a day, beside what had to come."""

    came: Came
    stage: str | None
    expected: Expected | None
    place: hand.Place


@dataclass
class Diary:
    learner: Learner
    items: Mapping[str, Item]
    cards: Mapping[str, set[str]]  # {track: recall cards}
    calendar: Calendar = field(init=False)
    entries: dict[int, Entry] = field(default_factory=dict)  # by session, in order
    shown: dict[int, Shown] = field(default_factory=dict)
    wanted: list[date] = field(default_factory=list)  # dates that had to bring a daily drill
    asked: set[date] = field(default_factory=set)  # on which a drill was asked for
    dailies: list[tuple[date, str]] = field(default_factory=list)  # (date, answered|silent|skip)
    mute: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    muted_for: date | None = None  # the interview whose silence `mute` has
    differences: list[str] = field(default_factory=list)
    looked: datetime = BEGINS

    def __post_init__(self) -> None:
        who = self.learner
        first = BEGINS.astimezone(ZoneInfo(who.tz)).date()
        self.calendar = Calendar(
            who.tz, who.at, who.weekdays, first, BEGINS, who.target, who.holidays
        )

    def differ(self, day: date, what: str, was: object, wanted: object) -> None:
        if was != wanted:
            said = f"{self.learner.user} {day}: {what}: the bot {was!r}, the page {wanted!r}"
            self.differences.append(said)

    @property
    def log(self) -> list[Came]:
        return [one.came for one in self.entries.values()]

    # --- the calendar ----------------------------------------------------------------------------

    def time_passes(self, now: datetime) -> None:
        """Note each daily time that has come since, by the calendar as it stands, and silence."""
        day = self.calendar.today(self.looked)
        while day <= self.calendar.today(now):
            has_come = self.looked < self.calendar.moment(day) <= now
            if has_come and day not in self.asked and hand.wants_daily(self.calendar, day):
                self.wanted.append(day)
            day += hand.DAY
        self._notice_silence(now)
        self.looked = now

    def _notice_silence(self, now: datetime) -> None:
        """From midnight after the last practice day on, until the learner speaks."""
        day, target = self.calendar.today(now), self.calendar.target
        resting = any(last is None for _, last in self.calendar.spells)
        if resting or self.muted_for == target or not hand.place(self.calendar, day).silent:
            return
        while hand.place(self.calendar, day - hand.DAY).silent and day > self.calendar.first:
            day -= hand.DAY
        midnight = datetime.combine(day, datetime.min.time(), self.calendar.zone)
        self.mute.append((midnight.astimezone(UTC), None))
        self.muted_for = target

    def speaks(self, now: datetime) -> None:
        """The learner types something: a rest is over. In silence there is an hour of answers."""
        self.calendar.spells = [
            (first, now if last is None else last) for first, last in self.calendar.spells
        ]
        if self.mute and self.mute[-1][1] is None:
            self.mute[-1] = (self.mute[-1][0], now)
            self.mute.append((now + HOUR, None))

    def hears_again(self) -> None:
        """How it went was told, and the drills go on."""
        if self.mute and self.mute[-1][1] is None:
            self.mute.pop()

    def paused(self, now: datetime, until: datetime) -> None:
        self.calendar.spells.append((now, until))

    def named(self, target: date | None, now: datetime, *, anew: bool) -> None:
        """Another date, or none; `anew`: the plan begins today."""
        self.calendar.target = target
        if anew:
            self.calendar.first = self.calendar.today(now)

    def rests(self, now: datetime) -> None:
        self.calendar.spells.append((now, None))

    # --- what came -------------------------------------------------------------------------------

    def came(self, seen: Seen) -> None:
        """A session's message is there: was it this one that had to come?"""
        day = self.calendar.today(seen.planned_at)
        place = hand.place(self.calendar, day)
        log = self.log
        wanted = None
        if seen.kind != "blitz":
            wanted = choice.expected(self.items, log, place, self.learner.track, day, seen.kind)
        if seen.kind != "blitz":
            self.differ(day, f"stage of the {seen.kind} drill", seen.stage, place.stage)
        if seen.warmup is not None:
            self._card(seen, seen.warmup, day)
        if wanted is not None:
            self._compare(day, seen, wanted)
        if seen.kind == "now":
            self.asked.add(day)  # before the daily time it counts as the day's drill
        came = Came(seen.drill, seen.kind, day, seen.aim, seen.back)
        self.entries[seen.id] = Entry(came, seen.stage, wanted, place)

    def _compare(self, day: date, seen: Seen, wanted: Expected) -> None:
        what = f"{seen.kind} drill (aim {wanted.aim}, rung {wanted.rung}, {wanted.how})"
        self.differ(day, "aim", seen.aim, wanted.aim)
        self.differ(day, "back", seen.back, wanted.how == "back")
        if seen.drill not in wanted.drills:
            self.differ(day, what, seen.drill, sorted(wanted.drills))

    def _card(self, seen: Seen, card: str, day: date) -> None:
        marked = [(one.card, one.day, one.mark) for one in self.shown.values() if one.mark]
        due = {card: on for card, on in choice.recall_due(marked).items() if on <= day}
        met = [one.card for one in self.shown.values()]
        new = self.cards[self.learner.track] - set(met)
        first_due = min(due, key=lambda card: (due[card], card)) if due else None
        turn_of_due = bool(self.shown) and not list(self.shown.values())[-1].back
        if first_due and (turn_of_due or not new):
            wanted = {first_due}
        elif new:
            wanted = new
        else:
            last = {card: place for place, card in enumerate(met)}
            wanted = {min(last, key=lambda card: last[card])}
        if card not in wanted:
            self.differ(day, "recall card", card, sorted(wanted))
        self.shown[seen.id] = Shown(card, day, back=card in due)

    def marked(self, session_id: int, mark: str) -> None:
        self.shown[session_id] = replace(self.shown[session_id], mark=mark)

    def answered(self, session_id: int, overall: float, marks: Mapping[str, float]) -> None:
        entry = self.entries[session_id]
        entry.came = replace(entry.came, answered=True, overall=overall, marks=marks)

    def ended(self, session_id: int, how: str, now: datetime) -> None:
        """A session is over: answered, silent or skip. After five silent ones the bot rests."""
        came = self.entries[session_id].came
        if came.kind != "daily":
            return
        self.dailies.append((came.day, how))
        lately = [each for _, each in self.dailies[-SILENT_DRILLS:]]
        if lately == ["silent"] * SILENT_DRILLS:
            self.rests(now)

    def in_mute(self, at: datetime) -> bool:
        slack = timedelta(seconds=1)
        return any(a <= at and (b is None or at < b - slack) for a, b in self.mute)
