"""Fits bot/scoring/embedded/data/relevance.toml again: `python -m tests.scoring.fit_relevance`.

Good answers of the development half and the shipped drills' model answers, each beside its own
drill (1) and beside all others (0); logistic regression. Needs `pip install --group fit`.
"""

import tomllib
from collections import defaultdict
from pathlib import Path

from sklearn.linear_model import LogisticRegression

from bot.scoring.embedded.admissible import mark
from bot.scoring.embedded.case import case_of
from bot.scoring.embedded.relevance import features
from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import FOLDER
from bot.scoring.rules import Question
from tests.scoring.graded_set import GOOD, drills, question_of
from tests.scoring.sentence_set import real_answers

SENTENCES = 5  # of a further answer, to be surely about its drill
FILE = FOLDER / "relevance.toml"


def cases() -> list[tuple[Question, list[str]]]:
    """Every drill with the answers that are surely about it."""
    paths = sorted(Path("content/drills").glob("*/*.toml"))
    shipped = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    written: dict[str, list[str]] = defaultdict(list)
    for answer in real_answers():
        if len(answer.sentences) >= SENTENCES:
            written[answer.drill].append("\n".join(text for _, text in answer.sentences))
    found = []
    for drill in [*shipped, *drills("development")]:
        good = [each["text"] for each in drill.get("answers", []) if each["kind"] in GOOD]
        found.append((question_of(drill), good or written[drill["id"]]))
    return found


def measured(question: Question, text: str) -> tuple[float, ...]:
    marked = mark(read_text(text).sentences, case_of(question))
    return features(marked, question)


def fit(known: list[tuple[Question, list[str]]]) -> tuple[float, list[float]]:
    """Bias and weights; one's own answers count twenty times, others are so many more."""
    pairs = [
        (measured(question, text), int(other is question))
        for question, _ in known
        for other, texts in known
        for text in texts
    ]
    rows, own = [row for row, _ in pairs], [mine for _, mine in pairs]
    model = LogisticRegression(class_weight={0: 1, 1: 20}, max_iter=1000).fit(rows, own)
    values = list(zip(model.decision_function(rows), own, strict=True))
    for bound in (0.0, 1.0, 2.0):
        missed = sum(value < bound for value, mine in values if mine)
        passed = sum(value >= bound for value, mine in values if not mine)
        print(f"bound {bound}: {missed} of {sum(own)} missed, {passed} of {len(own)} others pass")
    return round(float(model.intercept_[0]), 2), [round(float(w), 2) for w in model.coef_[0]]


def main() -> None:
    bias, weights = fit(cases())
    lines = [
        "# Log-odds that an answer is about its drill; features of relevance.py in their order.",
        "# Origin: tests/scoring/fit_relevance.py, drills that ship and the development half.",
        f"bias = {bias}",
        f"weights = {weights}",
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
