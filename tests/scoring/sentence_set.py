"""Sentences of answers, labelled by the kinds of evidence they carry: what the sentence model
learns from.

`sentences/*.tsv`: a line `# drill` (what follows a bar says whose answer it is) starts an answer,
then one sentence a line, its codes before a tab. `first_answers`, `graded_answers` and
`model_answers` are sentences of the development half and of the shipped drills, labelled by two
readers. The other files were written for this purpose by more hands, to the shipped drills:
`rare_kinds_*` are single sentences of kinds that answers seldom carry, `hollow` are answers that
sound rich and say nothing. `marks.csv` holds one more hand's marks. None is of the unseen half.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.scoring.embedded.case import Case, case_of
from bot.scoring.embedded.signs import EARLY, features
from bot.scoring.embedded.text import read_text
from tests.scoring.graded_set import (
    Graded,
    answer_id,
    drills,
    graded,
    question_of,
    read_hand,
)

FOLDER = Path(__file__).parent / "sentences"
BANK = Path("content/drills")
SINGLE = "sentences"  # the style of what is no answer but sentences of many people
IN_LINES = ("bullets", "chat")
ENOUGH_WORDS = 5  # of a sentence within a stretch, for the stretch to show what it shows
CODES = {
    "R": "reframe", "A": "assumption", "D": "definition", "S": "scope", "C": "constraint",
    "K": "cost", "L": "loser", "O": "alternative", "P": "priced", "X": "decision", "F": "flip",
    "B": "boundary", "Y": "reason", "T": "action", "V": "vague", "M": "metric", "H": "threshold",
    "Z": "stop", "Q": "steps", "W": "owner", "E": "time", "G": "method", "N": "noise",
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A sentence as the model sees it, and the kinds that its reader gave it."""

    drill: str
    features: frozenset[str]
    kinds: frozenset[str]


@cache
def _cases() -> dict[str, Case]:
    found = {drill["id"]: case_of(question_of(drill)) for drill in drills("development")}
    for path in BANK.glob("*/*.toml"):
        drill = tomllib.loads(path.read_text(encoding="utf-8"))
        found[drill["id"]] = case_of(question_of(drill))
    return found


@dataclass(frozen=True)
class Answer:
    """An answer in labelled sentences, (codes, text) each; `drill` is a drill's id."""

    drill: str
    kind: str
    style: str
    sentences: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return ("\n" if self.style in IN_LINES else " ").join(text for _, text in self.sentences)


def answers() -> Iterator[Answer]:
    """Every labelled answer, file by file."""
    for path in sorted(FOLDER.glob("*.tsv")):
        drill, kind, style, found = "", "", "", list[tuple[str, str]]()
        for line in [*path.read_text(encoding="utf-8").splitlines(), "#"]:
            if line.startswith("#"):
                if found:
                    yield Answer(drill, kind, style, tuple(found))
                drill, kind, style = (part.strip() for part in f"{line[1:]}||".split("|")[:3])
                found = []
            elif line.strip():
                codes, _, text = line.partition("\t")
                found.append((codes.strip(), text))


def real_answers() -> Iterator[Answer]:
    """Those that somebody meant: no hollow ones, and no sentences written one by one."""
    return (each for each in answers() if each.kind != "hollow" and each.style != SINGLE)


@cache
def marked() -> tuple[Graded, ...]:
    """The further answers with one hand's marks."""
    marks = read_hand(FOLDER / "marks.csv")
    shipped = (tomllib.loads(path.read_text(encoding="utf-8")) for path in BANK.glob("*/*.toml"))
    questions = {drill["id"]: question_of(drill, told=True) for drill in shipped}
    return tuple(
        graded(each.drill, questions[each.drill], "further", each.style, each.text, marks[key])
        for each in answers()
        if (key := answer_id(each.text)) in marks
    )


def examples() -> Iterator[Example]:
    """Every labelled sentence, and the answers once more without stops."""
    for answer in answers():
        if answer.style == SINGLE:
            yield from _single(answer)
        else:
            yield from _examples(answer.drill, answer.sentences)


def _single(answer: Answer) -> Iterator[Example]:
    """Sentences that were written one by one: with their marks at the start of an answer, and
    without them further on, so that neither tells anything of their kinds.
    """
    case = _cases()[answer.drill]
    for codes, text in answer.sentences:
        kinds = frozenset(CODES[code] for code in codes)
        for place, typed in ((0, text), (EARLY, _bare(text))):
            for sentence in read_text(typed).sentences:
                yield Example(answer.drill, frozenset(features(sentence, place, case)), kinds)


def _examples(drill: str, answer: tuple[tuple[str, str], ...]) -> Iterator[Example]:
    """An answer's sentences, then the same answer as it stands without any stop or capital.

    Speech and chat have few stops: a stretch then shows what the sentences in it show.
    """
    case = _cases()[drill]
    words: list[frozenset[str]] = []  # the kinds of the sentence that each word stands in
    for place, (codes, text) in enumerate(answer):
        kinds = frozenset(CODES[code] for code in codes)
        for sentence in read_text(text).sentences:
            yield Example(drill, frozenset(features(sentence, place, case)), kinds)
            words += [kinds] * len(sentence.words)
    bare = read_text(" ".join(_bare(text) for _, text in answer)).sentences
    if sum(len(sentence.words) for sentence in bare) != len(words):
        return  # stuttered over the seam of two sentences: no way to tell which word is whose
    at = 0
    for place, sentence in enumerate(bare):
        near = words[at : at + len(sentence.words)]
        at += len(sentence.words)
        shown = {kind for kinds in near for kind in kinds}
        most = {kind for kind in shown if sum(kind in each for each in near) >= ENOUGH_WORDS}
        yield Example(drill, frozenset(features(sentence, place, case)), frozenset(most))


def _bare(text: str) -> str:
    return re.sub(r"[^\w\s%']|(?<!\w)'|'(?!\w)", " ", text).lower()
