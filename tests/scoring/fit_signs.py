"""Fits bot/scoring/embedded/data/signs.json again: `python -m tests.scoring.fit_signs`.

Logistic regression with a ridge penalty, one model for every kind of evidence, on the labelled
sentences. `--check` prints how well it finds each kind in drills it was not fitted on. Needs
`pip install --group fit`.
"""

import json
import sys
from collections import defaultdict

import numpy
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from bot.scoring.embedded import signs, vocabulary
from bot.scoring.embedded.vocabulary import FOLDER
from tests.scoring.sentence_set import CODES, Example, examples

FILE = FOLDER / "signs.json"
DRILLS = 3  # different drills that a feature must occur in: words of one case teach nothing
FREEDOM = 0.3  # scikit-learn's C
KEEP = 0.12  # smaller weights are left out


def kept(found: list[Example]) -> list[dict[str, int]]:
    """The features of every example, those of single cases left out."""
    seen: dict[str, set[str]] = defaultdict(set)
    for each in found:
        for name in each.features:
            seen[name].add(each.drill)
    return [{name: 1 for name in each.features if len(seen[name]) >= DRILLS} for each in found]


def check(found: list[Example]) -> None:
    rows = DictVectorizer().fit_transform(kept(found))
    groups = [each.drill for each in found]
    for kind in CODES.values():
        wanted = numpy.array([kind in each.kinds for each in found])
        model = LogisticRegression(C=FREEDOM, max_iter=500)
        values = cross_val_predict(
            model, rows, wanted, groups=groups, cv=GroupKFold(5), method="decision_function"
        )
        best = f1_score(wanted, values >= numpy.sort(values)[-int(wanted.sum())])
        print(f"{kind:12} {wanted.sum():5}  AUC {roc_auc_score(wanted, values):.3f}  F1 {best:.2f}")


def fit(found: list[Example]) -> None:
    """Fit every kind on the sentences and write the file."""
    vectors = DictVectorizer()
    rows = vectors.fit_transform(kept(found))
    weights: dict[str, list[tuple[int, float]]] = defaultdict(list)
    bias = []
    for number, kind in enumerate(CODES.values()):
        wanted = [kind in each.kinds for each in found]
        model = LogisticRegression(C=FREEDOM, max_iter=500).fit(rows, wanted)
        bias.append(round(float(model.intercept_[0]), 2))
        for name, weight in zip(vectors.get_feature_names_out(), model.coef_[0], strict=True):
            if abs(weight) >= KEEP:
                weights[name].append((number, round(float(weight), 2)))
    origin = f"Fitted by tests/scoring/fit_signs.py on {len(found)} labelled sentences."
    content = {"origin": origin, "kinds": list(CODES.values()), "bias": bias, "weights": weights}
    FILE.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(len(found), "sentences,", len(weights), "features,", FILE.stat().st_size, "bytes")
    forget()


def forget() -> None:
    """Let the scorer read the file anew."""
    for reader in (vocabulary.read, signs._model, signs.kinds):
        reader.cache_clear()


if __name__ == "__main__":
    sentences = list(examples())
    if "--check" in sys.argv:
        check(sentences)
    else:
        fit(sentences)
