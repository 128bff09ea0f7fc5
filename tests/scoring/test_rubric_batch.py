"""`drumbeat score --batch FILE --rubric FILE`: one's own anchors and weights, tried offline."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.scoring.graded_set import RUBRIC

ANSWER = (
    "I would roll back first, because every day costs 40,000 euros. If refunds stay under 3% by "
    "Friday we go on. On Monday Ana checks the funnel by segment and tells the sellers."
)
LINE = json.dumps(
    {"id": 1, "prompt": "Refunds doubled after the new checkout. What do you do?", "answer": ANSWER}
)


def score(*options: str, lines: str = LINE) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", "score", "--batch", "-", *options],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )


def marks(run: "subprocess.CompletedProcess[str]") -> Any:
    assert (run.returncode, run.stderr) == (0, "")
    return json.loads(run.stdout)


def test_own_words_and_weights_are_used(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = RUBRIC.read_text(encoding="utf-8")
    start = text.index("[cells.execution]")
    text = text[:start] + text[start:].replace("weight = 1.0", "weight = 3", 1)
    own.write_text(text.replace("Concrete steps", "Bakeable steps"), encoding="utf-8")

    plain, mine = marks(score()), marks(score("--rubric", str(own)))

    anchors = [cell["anchor"] for cell in mine["cells"].values()]
    assert plain["cells"]["execution"]["score"] == mine["cells"]["execution"]["score"]
    assert plain["overall"] != mine["overall"]
    assert all(anchors)


def test_a_wrong_rubric_is_one_line_with_file_field_and_mend(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = RUBRIC.read_text(encoding="utf-8")
    own.write_text(text.replace("weight = 1.0", "weight = 30", 1), encoding="utf-8")
    run = score("--rubric", str(own))
    wanted = f"drumbeat: {own}: cells.restatement.weight: a number from 0 to 3 is needed\n"
    assert (run.returncode, run.stderr, run.stdout) == (2, wanted, "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"version = ", "is not TOML"),
        (b"version = '\xff'", "is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_a_rubric_that_cannot_be_read(tmp_path: Path, written: bytes, said: str) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(written)
    run = score("--rubric", str(own))
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stderr.count("\n") == 1


def test_a_rubric_that_is_not_there() -> None:
    run = score("--rubric", "nowhere.toml")
    assert (run.returncode, run.stdout) == (2, "")
    assert "--rubric nowhere.toml: there is no such file" in run.stderr


def test_half_a_character_breaks_nothing() -> None:
    """JSON can name half a surrogate pair; the lines after it are scored all the same."""
    odd = json.dumps({"id": "\ud83d", "prompt": "Why?", "answer": f"\ud83d {ANSWER}"})
    run = score(lines=f"{odd}\n{LINE}\n")
    assert run.returncode == 0
    assert [json.loads(line)["id"] for line in run.stdout.splitlines()] == ["\ud83d", 1]


def test_bytes_that_are_no_text_are_a_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(b'{"id": 1, "prompt": "\xff"}\n' + LINE.encode() + b"\n")
    run = subprocess.run(
        [sys.executable, "-m", "bot", "score", "--batch", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    first, second = (json.loads(line) for line in run.stdout.splitlines())
    assert (run.returncode, run.stderr) == (1, "")
    assert first == {"error": "not UTF-8 text"}
    assert second["id"] == 1
