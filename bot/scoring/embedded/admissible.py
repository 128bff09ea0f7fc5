"""Which sentences may give evidence at all. Marks are only ever taken from those."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.scoring.embedded.case import COPY_RUN, PROMPT_RUN, Case, Wording, generic, joined
from bot.scoring.embedded.signs import signs
from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import manners, stems_of

MOSTLY_LISTS = 0.35  # share of the words of an answer that stand in lists
OWN_WORDS = 2  # of content: with so many, a sentence that quotes the prompt also says something
FRAGMENT = 0.3  # share of grammar words under which a sentence is hardly one
SHOWN = 0.4  # probability from which a sentence is said to show a kind of evidence


@dataclass(frozen=True)
class Marked:
    """A sentence with what it seems to do, and why it gives no evidence (None: it may).

    `signs` holds the probability, 0 to 1, of every kind of evidence.
    """

    sentence: Sentence
    place: int
    signs: Mapping[str, float]
    manners: frozenset[str]
    reason: str | None
    facts: int  # words and numbers of the case, or numbers of the answer's own
    specificity: float  # 0.1 to 1

    def shows(self, kind: str) -> bool:
        return self.signs[kind] >= SHOWN


def mark(sentences: tuple[Sentence, ...], case: Case) -> tuple[Marked, ...]:
    """Look at every sentence in order."""
    found: list[Marked] = []
    named = [_manner(each, case) for each in sentences]
    reciting = sum("frameworks" in kinds for kinds in named) >= 2
    said = 0  # sentences so far that are no lists: those do not push an answer's opening back
    for place, (sentence, manner) in enumerate(zip(sentences, named, strict=True)):
        found_signs = signs(sentence, said, case)
        facts = _facts(sentence, case)
        reason = (
            _copied(sentence, case)
            or _repeated(sentence, sentences[:place])
            or _empty(sentence, manner, facts, reciting)
        )
        if "grader" in manner:
            reason = "grader"
        weight = specificity(sentence, manner, found_signs, case)
        said += reason != "list"
        found.append(Marked(sentence, place, found_signs, manner, reason, facts, weight))
    return _among_lists(found)


def _among_lists(found: list[Marked]) -> tuple[Marked, ...]:
    """Where most of an answer is lists, fragments between them are lists too."""
    if shares(tuple(found)).get("list", 0.0) < MOSTLY_LISTS:
        return tuple(found)
    return tuple(
        replace(each, reason="list")
        if each.reason is None and each.sentence.grammar < FRAGMENT
        else each
        for each in found
    )


def _manner(sentence: Sentence, case: Case) -> frozenset[str]:
    """What the sentence sounds like. A word of the case's own, such as rice, names no method."""
    return frozenset(
        kind
        for kind, place in manners().find(sentence.stems)
        if kind != "frameworks" or sentence.stems[place] not in case.words
    )


def _facts(sentence: Sentence, case: Case) -> int:
    return len(sentence.content_set & case.specific) + len(sentence.numbers)


def specificity(
    sentence: Sentence, manner: frozenset[str], shown: Mapping[str, float], case: Case
) -> float:
    """From 0.1 (could stand in any answer) to 1 (numbers, dates, people and words of the case)."""
    own = sum(1.0 if number not in case.numbers else 0.5 for number in sentence.numbers)
    value = 0.45 + 0.2 * min(2.0, own)
    value += 0.15 * min(2, len(sentence.content_set & case.specific))
    value += 0.1 * (shown["time"] >= SHOWN) + 0.1 * (shown["owner"] >= SHOWN)
    value -= 0.25 * ("hype" in manner) + 0.2 * ("frameworks" in manner)
    if not sentence.numbers and all(generic(stem) for stem in sentence.content):
        value -= 0.3
    return max(0.1, min(1.0, value))


def _listed(sentence: Sentence) -> bool:
    """A list of words is no statement: hardly any grammar, many commas, no verb."""
    count = len(sentence.words)
    verb = not stems_of("verbs").isdisjoint(sentence.stems)
    if count < 7:
        return sentence.grammar == 0 and not verb and not sentence.numbers
    dense = sentence.commas / count
    if dense > 0.4:
        return True
    bare = len(sentence.numbers) / count < 0.1
    if sentence.grammar < 0.15:
        return not verb or (count >= 9 and (bare or dense > 0.2))
    return bare and count >= 12 and (dense > 0.3 or (dense > 0.2 and sentence.grammar < 0.25))


def _contains_run(wording: Wording, content: tuple[str, ...], length: int) -> bool:
    return any(
        joined(content[place : place + length]) in wording.stems
        for place in range(len(content) - length + 1)
    )


def _prompt_copy(sentence: Sentence, case: Case) -> bool:
    words = tuple(word.text for word in sentence.words)
    own = sum(stem not in case.prompt.content for stem in sentence.content)
    if own < OWN_WORDS:
        for place in range(len(words) - PROMPT_RUN + 1):
            if joined(words[place : place + PROMPT_RUN]) in case.prompt.words:
                return True
    if len(words) >= 3 and joined(words) in case.prompt.words:
        return True
    content = sentence.content
    shared = sum(stem in case.prompt.content for stem in content)
    # A short sentence on the case uses its words; only a longer one is a copy at three quarters.
    enough = 0.75 * len(content) if len(content) >= 6 else len(content)
    known = all(number in case.numbers for number in sentence.numbers)
    return len(content) >= 4 and shared >= enough and known


def _handed_back(sentence: Sentence, wording: Wording, is_point: bool) -> bool:
    content = sentence.content
    shared = len(sentence.content_set & wording.content)
    if not shared:
        return False
    if len(content) >= COPY_RUN and shared > 1 and _contains_run(wording, content, COPY_RUN):
        return True
    words = joined(tuple(word.text for word in sentence.words))
    if len(sentence.words) >= 4 and words in wording.words:
        return True
    if not is_point or len(content) < 3:
        return False
    if wording.size >= 4 and wording.stems in joined(content):
        return True
    return shared >= 0.8 * len(sentence.content_set) and shared >= 0.6 * len(wording.content)


def _copied(sentence: Sentence, case: Case) -> str | None:
    if _listed(sentence):
        return "list"
    if _prompt_copy(sentence, case):
        return "prompt"
    if case.model is not None and _handed_back(sentence, case.model, is_point=False):
        return "model"
    if any(_handed_back(sentence, point, is_point=True) for point in case.points):
        return "model"
    return None


def _repeated(sentence: Sentence, earlier: tuple[Sentence, ...]) -> str | None:
    own = sentence.content_set
    for other in earlier:
        if sentence.stems == other.stems:
            return "repeat"
        both = len(own & other.content_set)
        if len(own) >= 3 and both > 0.8 * len(own | other.content_set):
            return "repeat"
    return None


def _empty(sentence: Sentence, manner: frozenset[str], facts: int, reciting: bool) -> str | None:
    if "frameworks" in manner and facts < 2:
        return "framework"
    if reciting and facts == 0:
        return "framework"
    if "padding" in manner and facts < 2:
        return "padding"
    return None


def shares(marked: tuple[Marked, ...]) -> dict[str, float]:
    """For each reason the share of the answer's words that stand in such sentences."""
    total = sum(len(each.sentence.words) for each in marked) or 1
    found: dict[str, float] = {}
    for each in marked:
        if each.reason:
            share = len(each.sentence.words) / total
            found[each.reason] = found.get(each.reason, 0.0) + share
    return found
