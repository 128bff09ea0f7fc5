"""Pearson r of key-point coverage and of BM25 on the Short Answer Feedback set (MIT licence).

`python -m tests.scoring.short_answers saf_english.zip`. For people; the set is not shipped.
"""

import math
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter

from bot.scoring.embedded.admissible import mark
from bot.scoring.embedded.case import case_of
from bot.scoring.embedded.key_points import key_points
from bot.scoring.embedded.text import read_text
from bot.scoring.rules import KeyPoint, Question
from tests.scoring.agreement import pearson

Answers = list[tuple[str, float]]


def read(path: str) -> dict[str, list[tuple[str, str, Answers]]]:
    """For each part of the set (prompt, reference, [(answer, score 0 to 1)])."""
    found: dict[str, list[tuple[str, str, Answers]]] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith(".xml") or "MACOSX" in name:
                continue
            root = ET.fromstring(archive.read(name))
            prompt = root.findtext("questionText") or ""
            reference = " ".join(each.text or "" for each in root.iter("referenceAnswer"))
            answers = [
                (each.findtext("response") or "", float(each.findtext("score") or 0))
                for each in root.iter("studentAnswer")
            ]
            top = max(mark for _, mark in answers) or 1.0
            scaled = [(text, mark / top) for text, mark in answers]
            found.setdefault(name.split("/")[1], []).append((prompt, reference, scaled))
    return found


def split(reference: str) -> tuple[str, ...]:
    """A reference answer as key points: its sentences."""
    parts = re.split(r"(?<=[.!?;])\s+|\n\s*\n", reference)
    return tuple(part.strip() for part in parts if len(part.split()) >= 4)


def covered(prompt: str, points: tuple[str, ...], answer: str) -> float:
    question = Question(prompt, tuple(KeyPoint(point) for point in points))
    case = case_of(question)
    found = key_points(question, case, mark(read_text(answer).sentences, case), answer)
    return sum(each.told.coverage for each in found) / max(1, len(found))


def bm25(reference: str, answers: Answers) -> list[float]:
    """Robertson and Zaragoza 2009, k1 1.5 and b 0.75, answers being the documents."""

    def stems(text: str) -> list[str]:
        return [stem for part in read_text(text).sentences for stem in part.content]

    texts = [Counter(stems(text)) for text, _ in answers]
    lengths = [sum(text.values()) for text in texts]
    mean = sum(lengths) / len(lengths) or 1.0
    seen = Counter(stem for text in texts for stem in text)
    query = set(stems(reference))
    idf = {s: math.log(1 + (len(texts) - seen[s] + 0.5) / (seen[s] + 0.5)) for s in query}
    full = sum(value * 2.5 for value in idf.values()) or 1.0
    return [
        sum(idf[s] * text[s] * 2.5 / (text[s] + 1.5 * (0.25 + 0.75 * length / mean)) for s in query)
        / full
        for text, length in zip(texts, lengths, strict=True)
    ]


def main(path: str) -> None:
    for part, questions in sorted(read(path).items()):
        ours: list[float] = []
        theirs: list[float] = []
        gold: list[float] = []
        within: list[tuple[float, float]] = []
        for prompt, reference, answers in questions:
            marks = [score for _, score in answers]
            own = [covered(prompt, split(reference), text) for text, _ in answers]
            other = bm25(reference, answers)
            within.append((pearson(own, marks), pearson(other, marks)))
            ours, theirs, gold = ours + own, theirs + other, gold + marks
        each = [sum(pair[side] for pair in within) / len(within) for side in (0, 1)]
        print(
            f"{part:18} {len(gold):5} answers  pooled: ours {pearson(ours, gold):.3f}, "
            f"bm25 {pearson(theirs, gold):.3f}  mean by question: ours {each[0]:.3f}, "
            f"bm25 {each[1]:.3f}"
        )


if __name__ == "__main__":
    main(sys.argv[1])
