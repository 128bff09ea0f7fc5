"""The scoreboard's page from values: what it says, and that nothing in it is markup or script."""

import re
from datetime import timedelta

import pytest

from bot.okrs.board import rendering
from bot.okrs.board.drawing import HEIGHT, WIDTH, drawing
from bot.okrs.board.page import page
from bot.people.rules import zone
from tests.okrs import board_sample as boards
from tests.timing import spent


def test_what_nobody_knows_is_said_so() -> None:
    made = page(boards.sample())
    cards = {card.title: card for section in made.sections for card in section.cards}
    silent = cards["Median length of a call"]
    assert (silent.value, silent.target) == ("no value yet", "no target yet")
    assert (silent.drawing, silent.progress.share, silent.accountable) == (None, None, "")
    stale = next(card for title, card in cards.items() if title.startswith("Everyshop"))
    assert stale.progress.words == "Held when last measured."
    assert cards["Questions answered within four hours"].accountable == (
        "a former member (design, no longer here)"
    )
    assert [(one.count, one.word) for one in made.counts] == [
        (3, "On track"),
        (1, "At risk"),
        (1, "Off track"),
        (2, "Unknown"),
    ]


def test_what_people_typed_is_no_markup() -> None:
    text = rendering.board(page(boards.sample(team="<b>&\"'</b>")))
    assert "<script" not in text
    assert "<b>&" not in text
    assert "&lt;script&gt;" in text


def test_no_style_stands_outside_the_hashed_one() -> None:
    text = rendering.board(page(boards.sample()))
    assert text.count("<style>") == 1
    assert f"<style>{rendering.STYLE}</style>" in text
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


@pytest.mark.parametrize(
    "at", [boards.AT, boards.AT - timedelta(weeks=9), boards.AT + timedelta(weeks=40)]
)
def test_drawings_stay_in_their_box(at: object) -> None:
    assert isinstance(at, type(boards.AT))
    tz = zone("Europe/Berlin")
    for line in boards.sample().board.key_results:
        drawn = drawing(line, at, tz)
        if drawn is None:
            continue
        points = f"{drawn.values} {drawn.course} {','.join(drawn.last)}".split()
        for x, y in (point.split(",") for point in points):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= HEIGHT
        assert drawn.described.endswith(".")


def test_a_drawing_says_its_newest_values() -> None:
    line = next(iter(boards.sample().board.key_results))
    drawn = drawing(line, boards.AT, zone("Europe/Berlin"))
    assert drawn is not None
    assert drawn.described.startswith("26 January: 9 days; 2 February: 8.6 days;")
    assert drawn.described.endswith("2 March: 6.4 days.")


def test_a_full_page_is_quick() -> None:
    """500 key results with a quarter's check-ins each; 0.1 s on a quiet machine."""
    told = boards.many(500)
    rendering.board(page(boards.sample()))
    assert spent(lambda: rendering.board(page(told))) < 0.5
    text = rendering.board(page(told))
    assert text.count('<li class="card"') == 500
