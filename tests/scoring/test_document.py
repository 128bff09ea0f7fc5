"""docs/scoring.md shows what the scorer gives."""

from tests.scoring.document import PAGE, filled


def test_the_page_on_scoring_tells_the_truth() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "<!-- example -->" in page
    assert "<!-- figures -->" in page
    assert filled(page) == page, "run python -m tests.scoring.document"
