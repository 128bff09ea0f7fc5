"""From a question and an answer to a scorecard. Pure: the same input gives the same bytes."""

from bot.scoring.embedded import cells
from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.evidence import KINDS, Found, collect, shown
from bot.scoring.embedded.key_points import key_points
from bot.scoring.embedded.reading import Reading, read_answer
from bot.scoring.embedded.text import Text
from bot.scoring.embedded.vocabulary import gap_name
from bot.scoring.embedded.weighing import Weighing, overall
from bot.scoring.rules import Cell, CellScore, Evidence, Question, Rubric, Scorecard

NAME = "embedded-v2"
FEWEST_WORDS = 12  # a shorter answer is not assessed


def score(question: Question, answer: str, rubric: Rubric) -> Scorecard:
    """Mark an answer. Never raises on any text; every quote is an exact part of `answer`.

    A cell the question does not exercise, or any cell of an answer under 12 words, is None; a
    cell that is exercised and left out is 0 with no quote and the gap named.
    """
    reading = read_answer(question, answer)
    text, marked, case = reading.text, reading.marked, reading.case
    if text.words < FEWEST_WORDS:
        return _too_short(question, reading)
    found = collect(marked, case)
    weighing = Weighing.of(question, reading)
    scores = {
        cell: _cell(cell, text, marked, found, weighing, rubric)
        if cell in question.cells
        else CellScore(None)
        for cell in Cell
    }
    points = key_points(question, case, marked, answer)
    return Scorecard(
        cells=scores,
        overall=overall(
            question, scores, [point.earned for point in points], weighing, rubric.weights
        ),
        key_points=tuple(point.told for point in points),
        flags=weighing.flags(),
        scorer=NAME,
        confidence=_confidence(found, text),
    )


def _too_short(question: Question, reading: Reading) -> Scorecard:
    points = key_points(question, reading.case, (), reading.text.raw)
    flags = ("too_short", "grader_instruction") if reading.aside else ("too_short",)
    told = tuple(point.told for point in points)
    return Scorecard({cell: CellScore(None) for cell in Cell}, 0.0, told, flags, NAME, "low")


def _raw(
    cell: Cell,
    text: Text,
    marked: tuple[Marked, ...],
    found: dict[str, Found],
    weighing: Weighing,
) -> float:
    if cell is Cell.communication:
        return cells.communication(text, marked, weighing.idle)
    return cells.content(text, found, cell)


def _cell(
    cell: Cell,
    text: Text,
    marked: tuple[Marked, ...],
    found: dict[str, Found],
    weighing: Weighing,
    rubric: Rubric,
) -> CellScore:
    value = cells.calibrated(cell, _raw(cell, text, marked, found, weighing))
    top = min(weighing.cap(cell), cells.most(found, cell))
    value = round(min(top, max(0.0, value) * weighing.factor(cell)), 2)
    evidence = _evidence(cell, text, marked, found) if value else ()
    if not evidence:
        value = 0.0
    gaps = cells.missing(found, cell, value)
    if cell is Cell.communication:
        gaps = weighing.faults(text)
    named = tuple(gap_name(gap) for gap in gaps) if value < 4 else ()
    return CellScore(value, evidence, rubric.anchor(cell, value), named)


def _evidence(
    cell: Cell, text: Text, marked: tuple[Marked, ...], found: dict[str, Found]
) -> tuple[Evidence, ...]:
    if cell is Cell.communication:
        usable = [each for each in marked if each.reason is None]
        usable = usable or [each for each in marked if each.reason not in {"list", "grader"}]
        if not usable:
            return ()
        clearest = max(usable, key=lambda each: (each.specificity, -each.place))
        return (Found("clear", clearest, 1.0, 1).quoted(text.raw),)
    there = [found[kind] for kind in KINDS[cell] if kind in found]
    clear = [each for each in there if shown(found, each.kind)]
    best = max(there, key=lambda each: each.strength, default=None)
    return tuple(each.quoted(text.raw) for each in clear or ([best] if best else []))


def _confidence(found: dict[str, Found], text: Text) -> str:
    carriers = {each.marked.place for kind, each in found.items() if shown(found, kind)}
    if len(carriers) >= 5 and text.words >= 60:
        return "high"
    return "medium" if len(carriers) >= 3 else "low"
