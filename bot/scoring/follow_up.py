"""Second answers: what changed, the probe's reply, and the retake of the one thing missed."""

from dataclasses import dataclass, replace

from bot.scoring.embedded import score
from bot.scoring.embedded.admissible import Marked
from bot.scoring.embedded.case import Case, case_of, weight
from bot.scoring.embedded.evidence import strength
from bot.scoring.embedded.key_points import coverage, words_of
from bot.scoring.embedded.reading import Reading, read_answer
from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import gap_kind, read
from bot.scoring.rules import Cell, Evidence, Question, Rubric, Scorecard
from bot.scoring.wording import Focus, worded

FLIP_QUESTION = "Then name the two or three things that would flip your answer."
NOTICEABLE = 0.1  # a smaller move of overall is called no change
FLIP_NAMED = 0.38  # coverage from which a flip dimension counts as named
FLIP_OWN = 0.3  # the same, of its words that neither prompt nor probe gave
FLIPPING = 0.3  # probability from which a sentence of a first answer speaks of flipping at all
CLEARER = 0.25  # what a cell must gain for a retake without a kind of its own


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

    @property
    def noticeable(self) -> bool:
        return abs(self.overall) >= NOTICEABLE


@dataclass(frozen=True)
class ProbeScore:
    """The reply to the probe as a change: `evidence` is new, its places are in the reply.

    `before` are the drill's flips that the first answer named, `now` those that the reply named
    beside them, `unnamed` the rest; all empty where the drill has none.
    """

    before: tuple[str, ...]
    now: tuple[str, ...]
    unnamed: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    change: Change


@dataclass(frozen=True)
class RetakeScore:
    """Was the one thing met? `before` and `after` are the marks of its cell, 0 to 4.

    `text` says what was found or is missing, `then` the next step.
    """

    met: bool
    quote: str | None
    before: float
    after: float
    text: str
    then: str


def change(first: Scorecard, second: Scorecard, seed: str = "") -> Change:
    """What moved between two cards of the same question."""
    cells: dict[Cell, float | None] = {}
    for cell in Cell:
        before, after = first.cells[cell].score, second.cells[cell].score
        cells[cell] = None if before is None or after is None else round(after - before, 2)
    old, new = _kinds(first), _kinds(second)
    delta = round(second.overall - first.overall, 2)
    way = "same" if abs(delta) < NOTICEABLE else "up" if delta > 0 else "down"
    return Change(
        cells,
        delta,
        tuple(kind for kind in new if kind not in old),
        tuple(kind for kind in old if kind not in new),
        worded("change", way, seed).format(size=f"{abs(delta):.1f}"),
    )


def _kinds(card: Scorecard) -> tuple[str, ...]:
    found = (each.kind for cell in card.cells.values() for each in cell.evidence)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class _Both:
    """Both texts as one answer; what stands in the second is known by its place."""

    card: Scorecard
    text: str
    reading: Reading
    offset: int

    @classmethod
    def of(cls, question: Question, first: str, second: str, rubric: Rubric) -> "_Both":
        joint = first.rstrip() + "\n" + second
        read_both = read_answer(question, joint)
        return cls(score(question, joint, rubric), joint, read_both, len(joint) - len(second))

    @property
    def added(self) -> tuple[Marked, ...]:
        """The second text's sentences that may give evidence: a repeated one may not."""
        marked = self.reading.marked
        return tuple(
            each for each in marked if each.reason is None and each.sentence.start >= self.offset
        )

    def evidence(self) -> tuple[Evidence, ...]:
        found = (each for cell in self.card.cells.values() for each in cell.evidence)
        return tuple(
            replace(each, start=each.start - self.offset, end=each.end - self.offset)
            for each in found
            if each.start >= self.offset
        )

    def quote(self, each: Marked) -> str:
        return self.text[each.sentence.start : each.sentence.end]


def score_probe(
    question: Question,
    first_answer: str,
    first_card: Scorecard,
    probe: str,
    reply: str,
    rubric: Rubric,
) -> ProbeScore:
    """Mark the reply by what it adds to the first answer, the flip test among it.

    Handing the probe back adds nothing: its words count as the prompt's.
    """
    asked = replace(question, prompt=f"{question.prompt}\n{probe}\n{FLIP_QUESTION}")
    base = score(asked, first_answer, rubric)
    both = _Both.of(asked, first_answer, reply, rubric)
    content = [each for each in both.evidence() if each.kind not in {"clear", "topic"}]
    known = {*_kinds(first_card), "clear", "topic", "vague"}
    new = tuple(each for each in both.evidence() if each.kind not in known)
    first = read_answer(asked, first_answer).marked
    told = [each for each in first if each.reason is None and each.signs["flip"] >= FLIPPING]
    before = _named(question.flips, told, case_of(asked))
    now = _named(question.flips, both.added, case_of(asked))
    # Words without evidence of their own may take from an answer, and never add to it.
    idle = not content and not now and both.card.overall > base.overall
    return ProbeScore(
        before,
        tuple(flip for flip in now if flip not in before),
        tuple(flip for flip in question.flips if flip not in {*before, *now}),
        new,
        change(base, base if idle else both.card, probe),
    )


def _named(
    flips: tuple[str, ...], sentences: list[Marked] | tuple[Marked, ...], case: Case
) -> tuple[str, ...]:
    """The flips that one of the sentences names, with a word of its own where the flip has any."""
    return tuple(
        flip
        for flip in flips
        if any(_names(flip, each.sentence.content_set, case) for each in sentences)
    )


def _names(flip: str, said: frozenset[str], case: Case) -> bool:
    wanted = {stem: weight(stem) for part in read_text(flip).sentences for stem in part.content}
    own = {stem: share for stem, share in wanted.items() if stem not in case.prompt.content}
    if own and coverage(own, words_of(said - case.prompt.content)) < FLIP_OWN:
        return False
    return coverage(wanted, words_of(said)) >= FLIP_NAMED


def score_retake(
    focus: Focus, question: Question, first_answer: str, retake: str, rubric: Rubric
) -> RetakeScore:
    """Mark a retake on the one thing missed; the rest of the answer stands as it was.

    What the first answer said counts once: said again it is no evidence.
    """
    kind = gap_kind(focus.what)
    first = score(question, first_answer, rubric)
    before = first.cells[focus.cell].score or 0.0
    if focus.cell is Cell.communication:
        card = score(question, retake, rubric)
        after, quotes = card.cells[focus.cell].score or 0.0, card.cells[focus.cell].quotes
        quote = quotes[0] if quotes and after >= before + CLEARER else None
    else:
        # The name of what was asked for is not the thing itself.
        asked = replace(question, prompt=f"{question.prompt}\n{focus.what}")
        both = _Both.of(asked, first_answer, retake, rubric)
        card = both.card if both.added else first
        after = card.cells[focus.cell].score or 0.0
        found = _best(both, kind, gained=after >= before + CLEARER)
        quote = both.quote(found) if found else None
    way = "met" if quote else "already" if kind in _kinds(first) else "missing"
    text = worded("retake", way, retake).format(what=focus.what)
    return RetakeScore(quote is not None, quote, before, after, text, _then(way, kind, focus, card))


def _best(both: _Both, kind: str, *, gained: bool) -> Marked | None:
    """The added sentence that shows the kind best; for no kind, any where the cell gained."""
    added = both.added
    if all(kind not in each.signs for each in added):
        return added[0] if added and gained else None
    case = both.reading.case
    shown = [each for each in added if each.shows(kind)]
    shown = [each for each in shown if strength(each, kind, len(added), case) > 0]
    return max(shown, key=lambda each: each.signs[kind], default=None)


def _then(way: str, kind: str, focus: Focus, card: Scorecard) -> str:
    """What to do now: a sentence to fill in, or the next gap of the cell."""
    texts = read("feedback.toml")
    if way == "missing":
        frame = texts["frame"].get(kind)
        start = worded("start", kind, focus.what, "other")
        return f"{start} You could begin: “{frame}”" if frame else start
    left = [gap_kind(what) for what in card.cells[focus.cell].missing if what != focus.what]
    if not left:
        return worded("retake", "done", focus.what)
    return f"Next time: {_lowered(worded('start', left[0], focus.what, 'other'))}"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
