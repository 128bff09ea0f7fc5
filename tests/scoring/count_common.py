"""Counts bot/scoring/embedded/data/common.json again: `python -m tests.scoring.count_common`.

For each content stem, the share of drills (prompt, key points, model answer) it stands in: those
that ship and those of the development half. Only stems of at least one drill in thirty are kept.
"""

import json
import tomllib
from collections import Counter
from pathlib import Path

from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import FOLDER
from tests.scoring.graded_set import drills

LEAST = 0.03


def main() -> None:
    paths = sorted(Path("content/drills").glob("*/*.toml"))
    counts: Counter[str] = Counter()
    known = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    known += drills("development")
    for drill in known:
        points = [point["point"] for point in drill["key_points"]]
        text = read_text("\n".join([drill["prompt"], *points, drill["model_answer"]]))
        counts.update({stem for sentence in text.sentences for stem in sentence.content})
    shares = {
        stem: round(count / len(known), 3)
        for stem, count in sorted(counts.items())
        if count / len(known) >= LEAST
    }
    origin = f"Counted by tests/scoring/count_common.py on {len(known)} drills of this project."
    content = json.dumps({"origin": origin, "shares": shares}, separators=(",", ":"))
    (FOLDER / "common.json").write_text(content + "\n", encoding="utf-8")
    print(len(shares), "stems kept")


if __name__ == "__main__":
    main()
