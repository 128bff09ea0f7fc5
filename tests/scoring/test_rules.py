from bot.scoring.embedded import score
from bot.scoring.rules import Cell, CellScore, Scorecard
from tests.scoring.graded_set import load, rubric


def test_titles_are_what_people_read() -> None:
    assert [cell.title for cell in Cell] == [
        "Restatement",
        "Trade-offs",
        "Execution",
        "Communication",
    ]


def test_a_card_survives_storing() -> None:
    graded = load()[0]
    card = score(graded.question, graded.text, rubric())
    assert Scorecard.from_dict(card.to_dict()) == card


def test_halves_go_up_and_null_stays_null() -> None:
    assert CellScore(2.5).level == 3
    assert CellScore(2.49).level == 2
    assert CellScore(None).level is None
