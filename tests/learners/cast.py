"""Seven simulated learners: who they are, what they do, and in plain words what must come of it.

Their answers are composed of the bank's own model answers, sentence by sentence. The scorer takes
no copy of the model answer that it is given, so `swapped` makes a bank in which each drill holds
another drill's.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

import holidays

from bot import content
from bot.config import ROOT
from bot.content import Content
from bot.drills.service import question
from bot.scoring.embedded import score
from bot.scoring.rubrics.service import standard
from bot.scoring.rules import Cell

WEEK = frozenset(range(5))
BEGINS = datetime(2027, 1, 11, 7, 50, tzinfo=UTC)  # a Monday
ENDS = datetime(2027, 3, 19, 21, 0, tzinfo=UTC)
ROUND = 7  # places by which `swapped` moves the model answers
MODEL = re.compile(r'^model_answer = """.*?"""$', re.DOTALL | re.MULTILINE)

# How somebody answers their n-th daily drill (from 0), and on which local date: one of
# good, no trade-offs, opening (the first three sentences), closing (the last one), skip, silent.
Manner = Callable[[int, date], str]


@dataclass(frozen=True)
class Act:
    """What a learner does besides answering, at a local time.

    `do`: types (a command), tells (how it went: `went, then` or `went, new_date, date`).
    """

    at: str
    do: str
    what: str


@dataclass(frozen=True)
class Learner:
    user: str
    expectation: str
    tz: str
    at: time
    track: str
    manner: Manner
    target: date | None = None
    country: str | None = None
    weekdays: frozenset[int] = WEEK
    acts: tuple[Act, ...] = ()
    # Wants the next scenario, and the blitz to its end, on the first so many days of that stage.
    wants_more: int = 0
    recalls: bool = False  # turns the recall card and marks it
    last_days: tuple[date, ...] = field(default=())  # the last practice days, counted by hand

    @property
    def holidays(self) -> frozenset[date]:
        if self.country is None:
            return frozenset()
        return frozenset(holidays.country_holidays(self.country, years=(2027,)))


def weak(number: int, day: date) -> str:
    """Every fourth drill goes by."""
    return "silent" if number % 4 == 3 else "no trade-offs"


def improving(number: int, day: date) -> str:
    if number % 4 == 3:
        return "silent"
    return "opening" if number < 12 else "good"


def erratic(number: int, day: date) -> str:
    turns = ("good", "closing", "silent", "opening", "skip", "closing", "good", "silent", "silent")
    return turns[number % len(turns)]


def absent(number: int, day: date) -> str:
    if date(2027, 1, 25) <= day < date(2027, 2, 8):
        return "silent"
    return ("opening", "good")[number % 2]


def eager(number: int, day: date) -> str:
    return "good" if number % 3 else "opening"


def steady(number: int, day: date) -> str:
    return ("opening", "good", "silent", "good")[number % 4]


def until(last: date, manner: Manner) -> Manner:
    """Then silent, so the bot rests after five drills."""
    return lambda number, day: manner(number, day) if day <= last else "silent"


CAST = (
    Learner(
        "U0WEAK",
        "Sixty days to the interview, no trade-offs in any answer. Practice days 11 January to 11 "
        "March are 44: 5 fundamentals, 6 scenarios, 24 daily, 4 loops, 3 blitz, 2 final. Once "
        "trade-offs are known to be weakest, two drills of three aim at them. Silence from 12 "
        "March; on the 15th they speak, are asked, and rest: nothing comes after that.",
        "Europe/Berlin",
        time(9),
        "product-metrics",
        weak,
        target=date(2027, 3, 12),
        country="DE",
        acts=(
            Act("2027-03-15 07:30", "types", "/drill now"),
            Act("2027-03-15 07:40", "tells", "well, rest"),
        ),
        wants_more=2,
        last_days=(date(2027, 3, 11),),
    ),
    Learner(
        "U0BETTER",
        "Weak at first and good later, with a week’s pause in the middle: 25 weekdays from 11 "
        "January to the interview on 15 February, five of them paused (the pause ends at noon on 3 "
        "February, after the daily time). What was missed comes back when it is due. On the "
        "silent Sunday before it they ask for a drill: one more final one, and silence goes on.",
        "Africa/Lagos",
        time(9),
        "leadership",
        improving,
        target=date(2027, 2, 15),
        country="NG",
        acts=(
            Act("2027-01-27 12:00", "types", "/drill pause 1w"),
            Act("2027-02-14 10:00", "types", "/drill now"),
        ),
        recalls=True,
        last_days=(date(2027, 2, 12),),
    ),
    Learner(
        "U0WILD",
        "Erratic, six days a week but not on Republic Day; Metrics and SQL, which no other gets.",
        "Asia/Kolkata",
        time(13, 30),
        "metrics-coding",
        erratic,
        target=date(2027, 2, 15),
        country="IN",
        weekdays=frozenset(range(6)),
        last_days=(date(2027, 2, 13),),
    ),
    Learner(
        "U0AWAY",
        "Silent from 25 January: the fifth drill in silence is that of the 29th, then the bot "
        "rests. On Monday 8 February at 08:30 they call, before the daily time: what they get is "
        "the day's drill, and the plan has lost five practice days and no stage.",
        "America/Sao_Paulo",
        time(9),
        "product-execution",
        absent,
        target=date(2027, 2, 26),
        country="BR",
        acts=(Act("2027-02-08 08:30", "types", "/drill now"),),
        last_days=(date(2027, 2, 25),),
    ),
    Learner(
        "U0SOON",
        "Three days: one scenario, two finals; after three answers nothing new. Then a new date, "
        "1 February: a plan of eleven practice days from the day on which it is named.",
        "Europe/London",
        time(8),
        "product-operations",
        eager,
        target=date(2027, 1, 14),
        country="GB",
        acts=(
            Act("2027-01-15 07:20", "types", "/drill now"),
            Act("2027-01-15 07:40", "tells", "so_so, new_date, 2027-02-01"),
        ),
        wants_more=1,
        last_days=(date(2027, 1, 13), date(2027, 1, 29)),
    ),
    Learner(
        "U0TEN",
        "Ten days with a holiday (18 January) and a day off (the 20th, told on the 12th): 11 to 15 "
        "and the 19th are practice days, so fundamentals, scenario, loop, blitz and two finals. "
        "Silence begins on the 20th, a day before the interview's eve would end. They speak on the "
        "25th and continue without a date; after a week they fall silent and the bot rests.",
        "America/New_York",
        time(7),
        "aligned-incentives",
        until(date(2027, 1, 29), eager),
        target=date(2027, 1, 21),
        country="US",
        acts=(
            Act("2027-01-12 06:30", "types", "/drill off 2027-01-20"),
            Act("2027-01-25 06:10", "types", "/drill now"),
            Act("2027-01-25 06:40", "tells", "badly, go_on"),
        ),
        last_days=(date(2027, 1, 19),),
    ),
    Learner(
        "U0NODATE",
        "Six weeks without a date, set up in the evening: that Monday is the plan's first day all "
        "the same, Tuesday the second. Two fundamentals, two scenarios, two loops, a blitz, then "
        "daily drills, with no drill on Waitangi Day (8 February). On 22 February they name 4 "
        "March, and a plan of eight practice days begins.",
        "Pacific/Auckland",
        time(8),
        "product-metrics",
        steady,
        country="NZ",
        acts=(Act("2027-02-22 07:30", "types", "/drill target 2027-03-04"),),
        last_days=(date(2027, 3, 3),),
    ),
)


def swapped(folder: Path) -> Content:
    """A copy of the bank in `folder` in which each drill holds another one's model answer."""
    shutil.copytree(ROOT / "content", folder, dirs_exist_ok=True)
    files = sorted(folder.glob("drills/*/*.toml"))
    texts = [file.read_text("utf-8") for file in files]
    answers = [MODEL.findall(text) for text in texts]
    assert all(len(found) == 1 for found in answers)
    for place, (file, text) in enumerate(zip(files, texts, strict=True)):
        (theirs,) = answers[(place + ROUND) % len(files)]
        file.write_text(text.replace(answers[place][0], theirs), "utf-8")
    return content.load([folder])


class Speech:
    """What a learner says to a drill of the swapped bank, in a given manner."""

    def __init__(self, bank: Content) -> None:
        self.bank, self.rubric = bank, standard(bank)
        self.own: Mapping[str, str] = {
            one.id: one.model_answer for one in content.load([ROOT / "content"]).drills.values()
        }
        self._known: dict[tuple[str, str], str] = {}

    def to(self, drill_id: str, manner: str) -> str:
        key = drill_id, manner
        if key not in self._known:
            self._known[key] = self._made(drill_id, manner)
        return self._known[key]

    def _made(self, drill_id: str, manner: str) -> str:
        sentences = [one for one in re.split(r"(?<=[.!?:])\s+", self.own[drill_id]) if one]
        if manner == "opening":
            return " ".join(sentences[:3])
        if manner == "closing":
            return sentences[-1]
        if manner == "no trade-offs":
            return self._without(drill_id, sentences, Cell.trade_offs)
        return self.own[drill_id]

    def _without(self, drill_id: str, sentences: list[str], cell: Cell) -> str:
        """The answer without the sentences in which the scorer finds evidence for the cell."""
        asked, kept = question(self.bank.drills[drill_id]), sentences
        for _ in range(6):
            found = score(asked, " ".join(kept), self.rubric).cells[cell].quotes
            left = [one for one in kept if not any(q in one or one in q for q in found)]
            if not found or not left:
                break
            kept = left
        return " ".join(kept)
