"""Fits bot/scoring/embedded/data/marks.toml again: `python -m tests.scoring.fit_marks`.

For every content cell the weights of its kinds of evidence: least squares on the hands' marks of
the development half, drawn to the weights that the anchors suggest (PRIOR) so that no kind
loses its worth by chance; none is negative. Then an isotonic map from sums to marks, at most
eight knots. Needs `pip install --group fit`.
"""

from collections.abc import Sequence

import numpy
from scipy.optimize import lsq_linear
from sklearn.isotonic import IsotonicRegression

from bot.scoring.embedded import cells
from bot.scoring.embedded.admissible import mark, shares
from bot.scoring.embedded.case import case_of
from bot.scoring.embedded.evidence import KINDS, Found, collect
from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import FOLDER
from bot.scoring.rules import Cell
from tests.scoring.graded_set import Graded, load
from tests.scoring.sentence_set import marked

FILE = FOLDER / "marks.toml"
PULL = 10.0  # as many answers' worth of evidence for every prior weight
KNOTS = 5
PRIOR: dict[Cell, dict[str, float]] = {
    Cell.restatement: {
        "reframe": 1.4, "assumption": 1.1, "definition": 0.7, "scope": 0.6, "constraint": 0.4,
        "topic": 0.8,
    },
    Cell.trade_offs: {
        "cost": 0.7, "alternative": 0.5, "decision": 0.6, "priced": 0.9, "flip": 1.0,
        "loser": 0.4, "boundary": 0.3, "reason": 0.5,
    },
    Cell.execution: {
        "action": 0.9, "metric": 0.5, "threshold": 0.8, "stop": 0.4, "steps": 0.3, "time": 0.6,
        "owner": 0.5, "method": 0.3, "vague": 0.3,
    },
}  # fmt: skip
SECOND = 0.2  # of every kind's second sentence


def collected(graded: Graded) -> dict[str, Found]:
    case = case_of(graded.question)
    return collect(mark(read_text(graded.text).sentences, case), case)


def weights(cell: Cell, found: Sequence[dict[str, Found]], marks: Sequence[float]) -> list[float]:
    """Weights of the kinds in their order, then of a second sentence."""
    kinds = KINDS[cell]
    prior = numpy.array([*(PRIOR[cell][kind] for kind in kinds), SECOND])
    rows = []
    for each in found:
        best = [each[kind].strength if kind in each else 0.0 for kind in kinds]
        second = sum(each[kind].second for kind in kinds if kind in each)
        rows.append(numpy.array([*best, second]) * cells.breadth(each, cell))
    pull = numpy.eye(len(prior)) * PULL**0.5
    matrix = numpy.vstack([numpy.array(rows), pull])
    wanted = numpy.concatenate([numpy.array(marks), pull @ prior])
    fitted = lsq_linear(matrix, wanted, bounds=(0.1, 3.0)).x
    return [round(float(value), 2) for value in fitted]


def knots(raw: Sequence[float], marks: Sequence[float]) -> list[list[float]]:
    """An isotonic map thinned to a few points and smoothed; it begins at 0, 0."""
    line = IsotonicRegression(y_min=0.0, y_max=4.0, out_of_bounds="clip").fit(raw, marks)
    top = float(numpy.quantile(raw, 0.97))
    places = numpy.linspace(0.0, top, KNOTS + 2)[1:]
    around = numpy.linspace(-0.12 * top, 0.12 * top, 9)
    smooth = [float(line.predict(place + around).mean()) for place in places]
    inner = [[round(float(x), 2), round(y, 2)] for x, y in zip(places, smooth, strict=True)]
    return [[0.0, 0.0], *inner]


def table(cell: Cell, answers: Sequence[Graded]) -> list[str]:
    found = [collected(each) for each in answers]
    marks = [each.cells[cell] for each in answers]
    fitted = weights(cell, found, marks)
    *best, second = fitted
    pairs = ", ".join(f"{kind} = {w}" for kind, w in zip(KINDS[cell], best, strict=True))
    rows = []
    for each in found:
        sums = sum(
            w * each[kind].strength + second * each[kind].second
            for kind, w in zip(KINDS[cell], best, strict=True)
            if kind in each
        )
        rows.append(sums * cells.breadth(each, cell))
    return [
        f"[{cell.value}]",
        f"best = {{ {pairs} }}",
        f"second = {second}",
        f"knots = {knots(rows, marks)}",
        "",
    ]


def spoken(answers: Sequence[Graded]) -> list[str]:
    """Communication has a formula of its own; only its knots are fitted."""
    raw = []
    for each in answers:
        case = case_of(each.question)
        text = read_text(each.text)
        marked = mark(text.sentences, case)
        raw.append(max(0.0, cells.communication(text, marked, shares(marked))))
    marks = [each.cells[Cell.communication] for each in answers]
    return [f"[{Cell.communication.value}]", f"knots = {knots(raw, marks)}"]


def main() -> None:
    written = [each for each in load() if each.style != "made" and each.kind != "off_topic"]
    answers = [*written, *marked()]
    lines = [
        "# From strengths of evidence to marks: what the best sentence of every kind adds, what a",
        "# second one adds, and the map from sums to marks, [sum, mark], straight lines between.",
        f"# Origin: tests/scoring/fit_marks.py on {len(answers)} marked answers.",
        "",
    ]
    for cell in KINDS:
        lines += table(cell, answers)
    FILE.write_text("\n".join([*lines, *spoken(answers)]) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
