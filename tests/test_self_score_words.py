"""What is said of own marks, and when a card waits: values in, words out."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.drills.answers.views import Card, card
from bot.drills.marks.rules import Standing, holds
from bot.home.marks.views import called_wrong, harshness_line, seen_self
from bot.scoring.feedback import Feedback, Line
from bot.scoring.gap import CellGap, Harshness, SeenSelf
from bot.scoring.rules import Cell, CellScore, Evidence, KeyPointScore, Scorecard
from bot.scoring.wording import Focus

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
BOX = NOW + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("asks", "marked", "revealed", "live", "box", "waits"),
    [
        (True, False, False, True, BOX, True),
        (False, False, False, True, BOX, False),  # not switched on
        (True, True, False, True, BOX, False),  # they marked themselves
        (True, False, True, True, BOX, False),  # they have seen marks
        (True, False, False, False, BOX, False),  # the session is over
        (True, False, False, True, NOW, False),  # the box has closed this instant
        (True, False, False, True, None, False),  # there is no box: a channel's old session
    ],
)
def test_when_a_card_waits(
    asks: bool, marked: bool, revealed: bool, live: bool, box: datetime | None, waits: bool
) -> None:
    assert holds(Standing(asks, marked, revealed, live, box), NOW) is waits


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            Harshness(-0.62, 0.31, 8),
            "You mark yourself 0.6 lower than I do, give or take 0.3, over 8 answers.",
        ),
        (
            Harshness(0.3, 0.5, 3),
            "You mark yourself 0.3 higher than I do, give or take 0.5, over 3 answers. "
            "That may still be chance.",
        ),
        (
            Harshness(-0.04, 0.2, 20),
            "You mark yourself about as I do, give or take 0.2, over 20 answers.",
        ),
    ],
)
def test_harshness_in_words(told: Harshness, line: str) -> None:
    assert harshness_line(told) == line


def shown(told: SeenSelf) -> str:
    return json.dumps(seen_self(told), ensure_ascii=False)


def test_before_three_answers_home_says_how_to_begin() -> None:
    assert "So far" not in shown(SeenSelf(0, {}, None))
    two = shown(SeenSelf(2, {Cell.execution: CellGap(1.0, 2, (1.0, 1.0))}, None))
    assert "So far: 2." in two
    assert "*Execution*" not in two


def test_gaps_per_cell_in_words() -> None:
    cells = {
        Cell.execution: CellGap(0.75, 4, (1.0, 0.0, 1.02, -0.04)),
        Cell.communication: CellGap(-1.2, 1, (-1.2,)),
    }
    told = shown(SeenSelf(4, cells, Harshness(0.2, 0.4, 4)))
    assert (
        "*Execution*  0.8 higher than I do over 4 answers; "
        "the last 4, newest at the end: +1.0, 0, +1.0, 0" in told
    )
    assert "*Communication*  1.2 lower than I do over 1 answer" in told
    assert "1 answer;" not in told


def test_marks_called_wrong_in_words() -> None:
    counts = ((Cell.trade_offs, "embedded-v2", 1), (Cell.execution, "a<b", 1200))
    assert called_wrong(counts).splitlines() == [
        "*Marks called wrong in the last 30 days*",
        "• Trade-offs, by embedded-v2: 1 mark",
        "• Execution, by a&lt;b: 1,200 marks",
    ]


def a_card(own: dict[Cell, int], *, blind: bool = True) -> str:
    evidence = (Evidence("I choose A.", 0, 11, "decision"),)
    cells = {
        Cell.trade_offs: CellScore(2.0, evidence, "You take a side."),
        Cell.execution: CellScore(1.4, evidence, ""),
        Cell.communication: CellScore(None),
    }
    line = Line("Keep it.")
    feedback = Feedback(line, line, line, None, "Why?", Focus(Cell.execution, "an owner"))
    scored = Scorecard(cells, 2.0)
    made = card(Card(1, scored, feedback, final=True, late=False, own=own, own_blind=blind))
    return json.dumps([made.text, *made.blocks], ensure_ascii=False)


def test_the_gap_on_a_card() -> None:
    told = a_card({Cell.trade_offs: 3, Cell.execution: 1, Cell.communication: 4})
    assert '"*Trade-offs: 2/4*  You take a side.\\nyou 3 · Drumbeat 2"' in told
    assert '"> “I choose A.”"' in told, "at full width, not beside the button"
    assert "you 1 · Drumbeat 1" in told
    assert "you 4" not in told, "nothing to compare it with"
    assert "Your own marks are 0.5 higher than mine, on average over 2 cells." in told
    assert "\\nTrade-offs: 2/4\\n" in told


def plain_card(scored: Scorecard, *, final: bool = True) -> str:
    line = Line("Keep it.")
    feedback = Feedback(line, line, line, None, "Why?", Focus(Cell.execution, "an owner"))
    made = card(Card(1, scored, feedback, final=final, late=False))
    return json.dumps(made.blocks, ensure_ascii=False)


def test_missed_key_points_are_listed_once_the_answer_is_final() -> None:
    """Before that, two words would buy the list of what a strong answer says."""
    points = (
        KeyPointScore("Names a guardrail", True, 1.0, "refunds stay under 2%"),
        KeyPointScore("Counts the sellers", False, 0.0),
    )
    scored = Scorecard({Cell.execution: CellScore(2.0)}, 2.0, points)
    early, late = plain_card(scored, final=False), plain_card(scored)
    assert "*Key points so far: 1 of 2 covered*" in early
    assert "Counts the sellers" not in early
    assert "listed once your answer is final" in early
    assert "*Key points: 1 of 2 covered*" in late
    assert ":white_circle: Counts the sellers" in late
    for told in (early, late):
        assert ":white_check_mark: Names a guardrail\\n> “refunds stay under 2%”" in told


def test_nothing_is_missing_from_the_highest_mark() -> None:
    for score, told in ((4.0, False), (3.0, True)):
        cells = {Cell.execution: CellScore(score, (), "All of it.", ("an owner",))}
        assert ("Missing: an owner" in plain_card(Scorecard(cells, score))) is told


def test_a_card_says_why_a_cell_has_no_mark() -> None:
    cells = dict.fromkeys(Cell, CellScore(None))
    short = plain_card(Scorecard(cells, 0.0, (), ("too_short",)))
    assert "The answer is too short for it." in short
    assert "does not ask" not in short
    asked = {**cells, Cell.execution: CellScore(2.0)}
    assert "*Restatement: not assessed*  The drill does not ask for it." in plain_card(
        Scorecard(asked, 2.0)
    )


def test_one_cell_and_no_gap() -> None:
    assert "Your own marks are the same as mine." in a_card({Cell.trade_offs: 2})
    late = a_card({Cell.trade_offs: 0}, blind=False)
    assert "are 2.0 lower than mine. You gave them after you saw the card." in late
    assert "Your own marks" not in a_card({})
    assert "Your own marks" not in a_card({Cell.communication: 2})
