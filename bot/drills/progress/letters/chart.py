"""The letter's picture, in values. Pure."""

from datetime import date
from typing import Any

from bot.drills.progress.letters.rules import Course, Letter
from bot.plans.letters.rules import month_before
from bot.scoring.rules import LEVELS

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def month_words(day: date) -> str:
    """`October 2026`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def picture(told: Letter) -> dict[str, Any]:
    """What `bot.plans.pictures.letter` draws."""
    return {
        "kind": "letter",
        "title": month_words(told.first),
        "days": told.length,
        "highest": LEVELS - 1,
        "before": MONTHS[month_before(told.first).month - 1],
        "panels": [_panel(one) for one in told.courses],
    }


def _panel(one: Course) -> dict[str, Any]:
    return {
        "title": one.cell.title,
        "says": _level(one),
        "dots": [[dot.day, dot.mark, dot.partner] for dot in one.dots],
        "level": one.level,
        "before": one.before,
    }


def _level(one: Course) -> str:
    marks = "1 mark" if len(one.dots) == 1 else f"{len(one.dots)} marks"
    return f"mean {one.level:.1f}, {marks}" if one.level is not None else marks
