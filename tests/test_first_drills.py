"""The drills that come to the people of a fresh sandbox are those that answers were written for."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import content
from bot.drills import service as drills
from bot.drills.queries import parse
from bot.first_day import PRACTICE, SETUPS
from bot.first_drills import ANSWERS, few
from bot.plans import choosing
from bot.plans.choosing import Past, Wish
from bot.scoring.embedded import score
from bot.scoring.rules import Cell, Rubric

THURSDAY = date(2027, 3, 4)
BANK = few(content.load([Path(__file__).parent.parent / "content"]))
RUBRIC = Rubric.from_dict(BANK.rubric)


def played(user: str, days: list[date]) -> list[Past]:
    """What these days make of a new plan, newest first; every drill has to find its answer."""
    past: list[Past] = []
    for day in days:
        known = choosing.levels(one.marks for one in past)
        wish = Wish(SETUPS[user].track, user, day, "fundamentals", levels=known)
        chosen = choosing.choose(choosing.bank(BANK.drills), past, wish)
        assert chosen is not None
        assert chosen.drill_id in ANSWERS[user], f"{user} has no answer in bot/first_drills.py"
        drill = BANK.drills[chosen.drill_id]
        prose = parse.read(ANSWERS[user][drill.id]).prose
        card = score(drills.question(drill), prose, RUBRIC)
        marks = {cell: one.score for cell, one in card.cells.items() if one.score is not None}
        past.insert(
            0, Past(drill.id, drill.family, day, "daily", True, card.overall, marks, chosen.aim)
        )
    return past


def test_ana_is_known_by_the_first_morning_and_weakest_in_trade_offs() -> None:
    days = [THURSDAY, *(THURSDAY + timedelta(days=5 - before) for before, _ in PRACTICE)]
    past = played("U0ANA", days)
    known = choosing.levels(one.marks for one in past)
    assert set(known) == set(Cell)
    assert choosing.weakest(known) == Cell.trade_offs
    assert (
        known[Cell.trade_offs].mean
        < min(level.mean for cell, level in known.items() if cell != Cell.trade_offs) - 1
    )
    assert {one.drill_id for one in past} == set(ANSWERS["U0ANA"])


@pytest.mark.parametrize("user", ["U0BEN", "U0DEV"])
def test_the_others_answered_one(user: str) -> None:
    past = played(user, [THURSDAY])
    assert [one.drill_id for one in past] == list(ANSWERS[user])
    assert past[0].overall is not None
