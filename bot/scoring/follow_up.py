"""Second answers: what changed, the probe's reply, and the retake of the one thing missed."""

from dataclasses import dataclass, replace

from bot.scoring.embedded import score
from bot.scoring.embedded.case import weight
from bot.scoring.embedded.key_points import coverage, words_of
from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import gap_kind, read
from bot.scoring.rules import Cell, Evidence, Question, Rubric, Scorecard
from bot.scoring.wording import Focus, pick

NOTICEABLE = 0.1  # a smaller move of overall is called no change
FLIP_NAMED = 0.5  # coverage from which a flip dimension counts as named
CLEARER = 0.25  # what communication must gain for a retake about it


@dataclass(frozen=True)
class Change:
    """From one card to the next: differences from -4 to 4; None where either was not assessed.

    `gained` and `lost` are kinds of evidence; `text` says it in a sentence.
    """

    cells: dict[Cell, float | None]
    overall: float
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class ProbeScore:
    """The reply to the probe as a change: `evidence` is new, its places are in the reply."""

    flips: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    delta: float
    text: str


@dataclass(frozen=True)
class RetakeScore:
    """Was the one thing met? `before` and `after` are the marks of its cell, 0 to 4."""

    met: bool
    quote: str | None
    before: float
    after: float


def change(first: Scorecard, second: Scorecard) -> Change:
    """What moved between two cards of the same question."""
    cells: dict[Cell, float | None] = {}
    for cell in Cell:
        before, after = first.cells[cell].score, second.cells[cell].score
        cells[cell] = None if before is None or after is None else round(after - before, 2)
    old, new = _kinds(first), _kinds(second)
    delta = round(second.overall - first.overall, 2)
    way = _way(delta)
    return Change(
        cells,
        delta,
        tuple(kind for kind in new if kind not in old),
        tuple(kind for kind in old if kind not in new),
        pick(read("feedback.toml")["change"][way], f"{second.overall}", way),
    )


def _way(delta: float) -> str:
    if abs(delta) < NOTICEABLE:
        return "same"
    return "up" if delta > 0 else "down"


def _kinds(card: Scorecard) -> tuple[str, ...]:
    found = (each.kind for cell in card.cells.values() for each in cell.evidence)
    return tuple(dict.fromkeys(found))


def _together(
    question: Question, first: str, second: str, rubric: Rubric
) -> tuple[Scorecard, tuple[Evidence, ...]]:
    """Both texts as one answer, and the evidence that stands in the second, placed in it."""
    joint = first.rstrip() + "\n" + second
    offset = len(joint) - len(second)
    card = score(question, joint, rubric)
    new = tuple(
        replace(each, start=each.start - offset, end=each.end - offset)
        for cell in card.cells.values()
        for each in cell.evidence
        if each.start >= offset
    )
    return card, new


def score_probe(
    question: Question,
    first_answer: str,
    first_card: Scorecard,
    probe: str,
    reply: str,
    rubric: Rubric,
) -> ProbeScore:
    """Mark the reply by what it adds to the first answer.

    Handing the probe back adds nothing: its words count as the prompt's.
    """
    asked = replace(question, prompt=f"{question.prompt}\n{probe}")
    base = score(asked, first_answer, rubric)
    card, new = _together(asked, first_answer, reply, rubric)
    known = set(_kinds(first_card))
    new = tuple(each for each in new if each.kind not in known and each.kind != "clear")
    words = frozenset(stem for part in read_text(reply).sentences for stem in part.content)
    flips = tuple(flip for flip in question.flips if _named(flip, words))
    delta = round(card.overall - base.overall, 2)
    return ProbeScore(flips, new, delta, _said(question, flips, delta, probe))


def _named(flip: str, words: frozenset[str]) -> bool:
    content = {stem for part in read_text(flip).sentences for stem in part.content}
    return coverage({stem: weight(stem) for stem in content}, words_of(words)) >= FLIP_NAMED


def _said(question: Question, flips: tuple[str, ...], delta: float, seed: str) -> str:
    texts = read("feedback.toml")["change"]
    way = _way(delta)
    said = pick(texts[way], seed, way)
    if question.flips:
        named = pick(texts["flips"], seed, "flips")
        said += " " + named.format(count=len(flips), total=len(question.flips))
    return said


def score_retake(
    focus: Focus, question: Question, first_answer: str, retake: str, rubric: Rubric
) -> RetakeScore:
    """Mark a retake on the one thing missed; the rest of the answer stands as it was."""
    before = score(question, first_answer, rubric).cells[focus.cell].score or 0.0
    if focus.cell is Cell.communication:
        card = score(question, retake, rubric)
        after = card.cells[focus.cell].score or 0.0
        quotes = card.cells[focus.cell].quotes
        met = after >= before + CLEARER
        return RetakeScore(met, quotes[0] if met and quotes else None, before, after)
    card, new = _together(question, first_answer, retake, rubric)
    after = card.cells[focus.cell].score or 0.0
    kind = gap_kind(focus.what)
    found = next((each for each in new if each.kind == kind), None)
    return RetakeScore(found is not None, found.quote if found else None, before, after)
