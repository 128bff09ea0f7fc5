"""Writes the example and the figures of docs/scoring.md anew: `python -m tests.scoring.document`.

The numbers there are what the scorer gives, never what somebody typed; a test holds them to it.
"""

from pathlib import Path

from bot.scoring.embedded import score
from bot.scoring.feedback import feedback
from bot.scoring.rules import Cell
from tests.scoring import figures
from tests.scoring.agreement import kappa, spearman
from tests.scoring.graded_set import COLUMNS, load, rubric

PAGE = Path("docs/scoring.md")
DRILL, KIND, STYLE = "bike-share-drop", "sharp", "prose"


def example() -> str:
    """A drill, a short answer to it and every mark with its words."""
    graded = next(
        each for each in load() if (each.drill, each.kind, each.style) == (DRILL, KIND, STYLE)
    )
    card = score(graded.question, graded.text, rubric())
    told = feedback(graded.question, graded.text, card, "1")
    rows = []
    for cell in Cell:
        found = card.cells[cell]
        quotes = "<br>".join(f"“{quote}”" for quote in found.quotes[:2])
        missing = ", ".join(found.missing)
        rows.append(f"| {cell.title} | {found.score} | {found.anchor} | {quotes} | {missing} |")
    return "\n".join(
        [
            f"> {graded.question.prompt}",
            "",
            "Somebody answers in five lines:",
            "",
            f"> {graded.text}",
            "",
            "| cell | mark | the level it meets | on these words | missing |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"Overall {card.overall}, confidence {card.confidence}. Three readers gave it "
            f"{graded.overall:.2f} on average. *Keep:* {told.keep.text} *Stop:* {told.stop.text} "
            f"*Start:* {told.start.text}",
        ]
    )


def agreement() -> str:
    """The figures of the unseen half, cell by cell, and what has to be reached."""
    scored = figures.run("unseen")
    rows = ["| | scorer and readers: Spearman | kappa | reader and reader: Spearman | kappa |"]
    rows.append("|---|---|---|---|---|")
    for column in reversed(COLUMNS):
        cell = Cell(column) if column in tuple(Cell) else None
        values = (
            figures.agreement(scored, cell, spearman),
            figures.agreement(scored, cell, kappa),
            figures.between_hands(column, spearman),
            figures.between_hands(column, kappa),
        )
        name = cell.title if cell else "Overall"
        rows.append(f"| {name} | " + " | ".join(f"{value:.2f}" for value in values) + " |")
    rows += ["", "| figure | reached | wanted |", "|---|---|---|"]
    for each in figures.figures(scored):
        wanted = f"at {'least' if each.least else 'most'} {each.bound:g}"
        rows.append(f"| {each.name} | {each.value:.2f} | {wanted} |")
    return "\n".join(rows)


def filled(page: str) -> str:
    """The page with both parts between their marks."""
    for name, text in (("example", example()), ("figures", agreement())):
        start = page.index(mark := f"<!-- {name} -->\n") + len(mark)
        page = page[:start] + text + page[page.index("\n<!-- end -->", start) :]
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
