"""Counts bot/scoring/embedded/data/common.json again: `python -m tests.scoring.count_common`.

For each content stem the number of drills it stands in: prompt, key points, model answer, and
the answers that were written to it. Counted are the drills that ship and the development half.
Stems of a single drill are left out: whatever is not listed is as rare as that.
"""

import json
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

from bot.scoring.embedded.text import read_text
from bot.scoring.embedded.vocabulary import FOLDER
from tests.scoring.graded_set import drills
from tests.scoring.sentence_set import real_answers


def texts() -> dict[str, list[str]]:
    """Everything written about each drill."""
    known = drills("development")
    for path in sorted(Path("content/drills").glob("*/*.toml")):
        known.append(tomllib.loads(path.read_text(encoding="utf-8")))
    found: dict[str, list[str]] = defaultdict(list)
    for drill in known:
        points = [point["point"] for point in drill["key_points"]]
        found[drill["id"]] += [drill["prompt"], *points, drill["model_answer"]]
        found[drill["id"]] += [each["text"] for each in drill.get("answers", [])]
    for answer in real_answers():
        found[answer.drill] += [text for _, text in answer.sentences]
    return found


def main() -> None:
    known = texts()
    counts: Counter[str] = Counter()
    for written in known.values():
        text = read_text("\n".join(written)[:12_000])
        counts.update({stem for sentence in text.sentences for stem in sentence.content})
    kept = {stem: count for stem, count in sorted(counts.items()) if count > 1}
    origin = f"Counted by tests/scoring/count_common.py on {len(known)} drills of this project."
    content = {"origin": origin, "drills": len(known), "counts": kept}
    (FOLDER / "common.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(len(kept), "stems kept")


if __name__ == "__main__":
    main()
