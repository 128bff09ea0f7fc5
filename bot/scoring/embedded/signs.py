"""What a sentence does: names an assumption, prices an option, takes a decision, …

For every kind of evidence a linear model over the sentence's words, pairs and triples of words,
the cues of cues.toml and a few facts about its form. The weights in signs.json were fitted on
sentences that people labelled by kind (tests/scoring/sentences); fitting is written down in
tests/scoring/fit_signs.py.
"""

import math
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from bot.scoring.embedded.case import Case
from bot.scoring.embedded.text import Sentence
from bot.scoring.embedded.vocabulary import cues, manners, read

START, END = "<", ">"
EARLY = 3  # sentences in which the question is usually restated


def features(sentence: Sentence, place: int, case: Case) -> tuple[str, ...]:
    """What the model looks at in the sentence that is number `place`, from 0, of an answer.

    Always in the same order, so that floats add up to the same sum in every process.
    """
    return tuple(dict.fromkeys(_features(sentence, place, case)))


def _features(sentence: Sentence, place: int, case: Case) -> Iterator[str]:
    tokens = [START, *(_token(stem) for stem in sentence.stems), END]
    pairs = [f"{a} {b}" for a, b in pairwise(tokens)]
    yield from tokens
    yield from pairs
    yield from (f"{pair} {c}" for pair, c in zip(pairs, tokens[2:], strict=False))
    yield from (f"cue:{kind}" for kind, _ in cues().find(sentence.stems))
    yield from (f"manner:{kind}" for kind, _ in manners().find(sentence.stems))
    own = sum(number not in case.numbers for number in sentence.numbers)
    yield f"numbers:{min(2, len(sentence.numbers))}"
    yield f"own numbers:{min(2, own)}"
    yield f"case words:{min(3, len(sentence.content_set & case.specific))}"
    yield f"words:{min(4, len(sentence.words) // 7)}"
    if place < EARLY:
        yield "early"


def _token(stem: str) -> str:
    return "#" if stem[0].isdigit() else stem


@cache
def _model() -> Mapping[str, tuple[tuple[int, float], ...]]:
    """For each feature its weights, [kind's number, weight]."""
    weights = read("signs.json")["weights"]
    return {name: tuple((int(kind), value) for kind, value in row) for name, row in weights.items()}


@cache
def kinds() -> tuple[str, ...]:
    return tuple(read("signs.json")["kinds"])


def signs(sentence: Sentence, place: int, case: Case) -> dict[str, float]:
    """For every kind the model's probability, 0 to 1, that the sentence is evidence of it."""
    names = kinds()
    sums = list(read("signs.json")["bias"])
    model = _model()
    for feature in features(sentence, place, case):
        for kind, weight in model.get(feature, ()):
            sums[kind] += weight
    return {name: 1 / (1 + math.exp(-value)) for name, value in zip(names, sums, strict=True)}
