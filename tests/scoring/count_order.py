"""Counts bot/scoring/embedded/data/order.json again: `python -m tests.scoring.count_order`.

The text counted is what comes with Python (docstrings and the language reference, PSF licence)
and with Perl (POD documentation, Artistic licence), as Debian ships it, and, ten times over, the
drills and the development answers of this project: people speak otherwise than manuals. Only
counts are kept.
"""

import ast
import json
import math
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from pydoc_data import topics

from bot.scoring.embedded.order import FILE, order_class
from tests.scoring.graded_set import drills

WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[.!?](?=\s|$)|[:()\n]")  # commas are read over
PSEUDO = 8  # counts as if seen under independence: keeps rare pairs quiet
KEEP = 0.2  # smaller log ratios are left out
OWN = 10  # times that this project's own text is counted
NO_SENTENCES = ("stuffing", "framework")


def texts(perl: Path) -> Iterator[str]:
    for text in topics.topics.values():
        yield re.sub(r"\n(?!\n)", " ", text)
    for path in sorted(Path(sys.modules["os"].__file__ or ".").parent.rglob("*.py")):
        if "site-packages" not in path.parts and "test" not in path.parts:
            yield from docstrings(path)
    for path in sorted(perl.rglob("*.p[mlo]*")):
        source = path.read_text(encoding="utf-8", errors="replace")
        for pod in re.findall(r"^=\w+.*?(?=^=cut|\Z)", source, re.M | re.S):
            for paragraph in re.split(r"\n\s*\n", pod):
                if paragraph[:1] not in {" ", "\t", "="}:
                    yield re.sub(r"[A-Z]<+([^>]*)>+", r"\1", paragraph).replace("\n", " ")


def own_texts() -> Iterator[str]:
    """What people of this project wrote as drills and as answers to them."""
    for path in sorted(Path("content/drills").glob("*/*.toml")):
        drill = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from (drill["prompt"], drill["model_answer"])
        yield from (*drill["mistakes"], *drill["probes"], *drill["flips"])
    for drill in drills("development"):
        yield drill["model_answer"]
        for answer in drill["answers"]:
            if answer["kind"] not in NO_SENTENCES:
                yield answer["text"]


def docstrings(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield re.sub(r"\n(?!\s*\n)", " ", ast.get_docstring(node) or "")


def count(source: Iterable[str]) -> dict[str, dict[str, float]]:
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in source:
        last = ""
        for word in WORDS.findall(text.lower()):
            now = order_class(word) if word[0].isalnum() else ""
            if now:
                singles[now] += 1
            if now and last:
                pairs[last, now] += 1
            last = now
    total = sum(singles.values())
    table: dict[str, dict[str, float]] = {}
    for a in sorted(singles):
        for b in sorted(singles):
            expected = singles[a] * singles[b] / total
            ratio = math.log((pairs[a, b] + PSEUDO) / (expected + PSEUDO))
            if abs(ratio) >= KEEP:
                table.setdefault(a, {})[b] = round(ratio, 1)
    print(total, "tokens,", sum(len(row) for row in table.values()), "pairs kept")
    return table


if __name__ == "__main__":
    origin = (
        "Counted by tests/scoring/count_order.py: Python docs (PSF), Perl POD (Artistic), and the "
        "drills and development answers of this project."
    )
    table = count([*texts(Path("/usr/share/perl")), *(OWN * list(own_texts()))])
    FILE.write_text(json.dumps({"origin": origin, "pairs": table}, separators=(",", ":")) + "\n")
