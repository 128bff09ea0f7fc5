"""An answer as it is scored: what it says to whoever marks it is set aside first."""

from dataclasses import dataclass

from bot.scoring.embedded.addressing import blanked, to_marker
from bot.scoring.embedded.admissible import Marked, mark
from bot.scoring.embedded.case import Case, case_of
from bot.scoring.embedded.text import Sentence, Text, read_text
from bot.scoring.rules import Question


@dataclass(frozen=True)
class Reading:
    """`text` and `marked` are what is left of the answer, every word in its place.

    `aside` holds the sentences to the marker. An answer reads the same with and without them.
    """

    case: Case
    text: Text
    marked: tuple[Marked, ...]
    aside: tuple[Sentence, ...]

    @property
    def aside_share(self) -> float:
        """The share of the answer's words that speak to the marker, 0 to 1."""
        words = sum(len(sentence.words) for sentence in self.aside)
        return words / (words + self.text.words) if words else 0.0

    @property
    def said(self) -> int:
        """Words that stand in sentences; lists of words do not count."""
        return sum(len(each.sentence.words) for each in self.marked if each.reason != "list")


def read_answer(question: Question, answer: str) -> Reading:
    case = case_of(question)
    text = read_text(answer)
    spoken = to_marker(text.sentences, case, answer)
    aside = tuple(text.sentences[place] for place in sorted(spoken))
    if spoken:
        text = read_text(blanked(answer, text.sentences, spoken))
    return Reading(case, text, mark(text.sentences, case), aside)
