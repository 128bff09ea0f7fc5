"""Which recall card comes with a drill, and what is kept of why the drill came. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.plans.choosing import Chosen
from bot.plans.course import Place


@dataclass(frozen=True)
class Reason:
    """What the line says, as it is kept in a session's `told["why"]`: plain values.

    `number` and `of` are practice days of the plan, 0 where there is none; `level` is 0 to 4 over
    so many `marks`, 0 while the aim is not known; `difficulty` and `rung` are 0 to 2; `since` is
    an ISO date or empty, and so many `days` ago.
    """

    code: str
    aim: str
    stage: str = ""
    number: int = 0
    of: int = 0
    weakest: bool = False
    known: bool = False  # some cell is
    level: float = 0.0
    marks: int = 0
    leans: bool = False
    difficulty: int = 0
    rung: int = 0
    step: str = ""
    own_track: bool = True
    since: str = ""
    days: int = 0
    missed: bool = True  # the answer on that day was

    @classmethod
    def of_place(cls, code: str, place: Place) -> "Reason":
        """Without more than the day; other lines of the message say the rest."""
        return cls(code, "", place.stage.value if place.stage else "", place.number, place.of or 0)

    @classmethod
    def of_choice(cls, chosen: Chosen, place: Place, known: bool, today: date) -> "Reason":
        level, since = chosen.level, chosen.since
        return cls(
            chosen.why.value,
            chosen.aim.value,
            place.stage.value if place.stage else "",
            place.number,
            place.of or 0,
            chosen.weakest,
            known,
            level.mean if level else 0.0,
            level.marks if level else 0,
            chosen.leans,
            chosen.difficulty,
            chosen.rung,
            chosen.step.value,
            chosen.own_track,
            since.isoformat() if since else "",
            (today - since).days if since else 0,
            chosen.missed,
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Reason":
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def card(cards: Sequence[str], shown: Sequence[str], due: Mapping[str, date]) -> str | None:
    """The recall card: one that is due and one never shown take turns, beginning with a new one.

    `cards` are those of the track and `due` those of any, in the bank; `shown` is newest first.
    Without a new one what is due, else what was shown longest ago; None without any card.
    """
    fresh = [one for one in cards if one not in shown]
    ready = min(due, key=lambda one: (due[one], one), default=None)
    last_was_new = bool(shown) and shown[0] not in shown[1:]
    if ready is not None and (last_was_new or not fresh):
        return ready
    if fresh:
        return fresh[0]
    return max(cards, key=lambda one: (shown.index(one), one), default=None)
