"""Fits bot/scoring/embedded/data/relevance.toml again: `python -m tests.scoring.fit_relevance`.

Good answers of the development half and the shipped drills' model answers, each beside its own
drill (1) and beside all others (0); logistic regression. Needs `pip install -e '.[fit]'`.
"""

import tomllib
from pathlib import Path

from sklearn.linear_model import LogisticRegression

from bot.scoring.embedded.admissible import mark
from bot.scoring.embedded.case import case_of
from bot.scoring.embedded.relevance import features
from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import FOLDER
from bot.scoring.rules import Question
from tests.scoring.graded_set import GOOD, drills, question_of

FILE = FOLDER / "relevance.toml"
NAMES = ("share", "number", "prompt", "points", "salient", "numbers")


def cases() -> list[tuple[Question, list[str]]]:
    """Every drill with the answers that are surely about it."""
    paths = sorted(Path("content/drills").glob("*/*.toml"))
    shipped = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    found = [(question_of(drill), [drill["model_answer"]]) for drill in shipped]
    for drill in drills("development"):
        good = [each["text"] for each in drill["answers"] if each["kind"] in GOOD]
        found.append((question_of(drill), [drill["model_answer"], *good]))
    return found


def measured(question: Question, text: str) -> tuple[float, ...]:
    case = case_of(question)
    return features(mark(read_text(text).sentences, case), question, case)


def main() -> None:
    rows, own = [], []
    known = cases()
    for question, answers in known:
        for other, texts in known:
            for text in texts:
                rows.append(measured(question, text))
                own.append(int(other is question))
    model = LogisticRegression(class_weight="balanced", max_iter=1000).fit(rows, own)
    values = model.decision_function(rows)
    low = sorted(value for value, mine in zip(values, own, strict=True) if mine)[:5]
    high = sorted((value for value, mine in zip(values, own, strict=True) if not mine))[-8:]
    print("lowest of one's own", [round(v, 2) for v in low])
    print("highest of others", [round(v, 2) for v in high])
    lines = [
        "# Log-odds that an answer is about its drill; the features of relevance.py.",
        f"# Origin: tests/scoring/fit_relevance.py, {sum(own)} answers beside {len(known)} drills.",
        f"bias = {model.intercept_[0]:.2f}",
        "[weights]",
        *(f"{name} = {value:.2f}" for name, value in zip(NAMES, model.coef_[0], strict=True)),
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
