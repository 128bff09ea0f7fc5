"""Fits bot/scoring/embedded/data/marks.toml again: `python -m tests.scoring.fit_marks`.

For every content cell the weights of its kinds of evidence: least squares on the hands' marks of
the development half and of the further answers, drawn to the weights that the anchors suggest
(PRIOR) so that no kind loses its worth by chance; none is negative. Then an isotonic map from
sums to marks. Every answer is read with signs that were fitted without its drill, as a new
drill's answer will be; the signs of all drills are fitted at the end. Needs
`pip install --group fit`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from scipy.optimize import lsq_linear
from sklearn.isotonic import IsotonicRegression

from bot.scoring.embedded import cells
from bot.scoring.embedded.admissible import shares
from bot.scoring.embedded.evidence import KINDS, Found, collect
from bot.scoring.embedded.reading import read_answer
from bot.scoring.embedded.text import Text
from bot.scoring.embedded.vocabulary import FOLDER
from bot.scoring.rules import Cell
from tests.scoring import fit_signs
from tests.scoring.graded_set import Graded, load
from tests.scoring.sentence_set import Example, examples, marked

FILE = FOLDER / "marks.toml"
PULL = 10.0  # as many answers' worth of evidence for every prior weight
KNOTS = 5
FOLDS = 5
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


@dataclass(frozen=True)
class Seen:
    """An answer as the scorer reads it before any weight is known."""

    graded: Graded
    found: dict[str, Found]
    text: Text
    communication: float


def read_all(answers: Sequence[Graded], sentences: Sequence[Example]) -> list[Seen]:
    """Read every answer with signs fitted without its drill; leaves the signs of all behind."""
    names = sorted({each.drill for each in answers})
    seen = []
    for fold in range(FOLDS):
        left_out = set(names[fold::FOLDS])
        fit_signs.fit([each for each in sentences if each.drill not in left_out])
        seen += [read(each) for each in answers if each.drill in left_out]
    fit_signs.fit(list(sentences))
    return seen


def read(graded: Graded) -> Seen:
    reading = read_answer(graded.question, graded.text)
    found = collect(reading.marked, reading.case)
    idle = shares(reading.marked)
    spoken = max(0.0, cells.communication(reading.text, reading.marked, idle))
    return Seen(graded, found, reading.text, spoken)


def weights(cell: Cell, answers: Sequence[Seen]) -> list[float]:
    """Weights of the kinds in their order, then of a second sentence."""
    kinds = KINDS[cell]
    prior = numpy.array([*(PRIOR[cell][kind] for kind in kinds), SECOND])
    rows = []
    for each in answers:
        found = each.found
        best = [found[kind].strength if kind in found else 0.0 for kind in kinds]
        second = sum(found[kind].second for kind in kinds if kind in found)
        factor = cells.breadth(found, cell) * cells.room(each.text, cell)
        rows.append(numpy.array([*best, second]) * factor)
    pull = numpy.eye(len(prior)) * PULL**0.5
    matrix = numpy.vstack([numpy.array(rows), pull])
    marks = [each.graded.cells[cell] for each in answers]
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


def table(cell: Cell, answers: Sequence[Seen]) -> list[str]:
    *best, second = weights(cell, answers)
    by_kind = dict(zip(KINDS[cell], best, strict=True))
    fitted = {"best": by_kind, "second": second}
    raw = [cells.summed(each.found, cell, fitted) * cells.room(each.text, cell) for each in answers]
    marks = [each.graded.cells[cell] for each in answers]
    pairs = ", ".join(f"{kind} = {weight}" for kind, weight in by_kind.items())
    return [
        f"[{cell.value}]",
        f"best = {{ {pairs} }}",
        f"second = {second}",
        f"knots = {knots(raw, marks)}",
        "",
    ]


def main() -> None:
    written = [each for each in load() if each.style != "made" and each.kind != "off_topic"]
    answers = read_all([*written, *marked()], list(examples()))
    lines = [
        "# From strengths of evidence to marks: what the best sentence of every kind adds, what a",
        "# second one adds, and the map from sums to marks, [sum, mark], straight lines between.",
        f"# Origin: tests/scoring/fit_marks.py on {len(answers)} marked answers.",
        "",
    ]
    for cell in KINDS:
        lines += table(cell, answers)
    # Communication has a formula of its own; only its map is fitted.
    spoken = knots(
        [each.communication for each in answers],
        [each.graded.cells[Cell.communication] for each in answers],
    )
    lines += [f"[{Cell.communication.value}]", f"knots = {spoken}"]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
