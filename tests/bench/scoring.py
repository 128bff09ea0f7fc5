"""A thousand answers through `drumbeat score --batch` on one core, the start included."""

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bot import content
from bot.config import ROOT
from tests.bench.figures import Figure

REPEAT = 3


def lines(count: int) -> str:
    """The bank's model answers as answers, without `model_answer` beside them.

    Every time round the bank another sentence of the answer is left out, so that no line is
    another's repetition.
    """
    drills = list(content.load([ROOT / "content"]).drills.values())
    written = []
    for number in range(count):
        drill, lap = drills[number % len(drills)], number // len(drills)
        sentences = drill.model_answer.split(". ")
        kept = [one for place, one in enumerate(sentences) if not lap or (place + lap) % 5]
        entry = {
            "id": number,
            "prompt": drill.prompt,
            "answer": ". ".join(kept),
            "key_points": [point.model_dump() for point in drill.key_points],
            "cells": drill.cells,
            "minutes": drill.minutes,
        }
        written.append(json.dumps(entry))
    return "\n".join(written) + "\n"


def measure(count: int) -> list[Figure]:
    """The best of three runs, each pinned to one core where the system can do that."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.jsonl"
        file.write_text(lines(count), encoding="utf-8")
        took = min(_run(file, count) for _ in range(REPEAT))
    what = f"{count:,} answers at 200 a second, one core, start included ({count / took:,.0f}/s)"
    return [Figure(f"score --batch, {count:,} answers", took, count / 200, "s", what)]


def _run(file: Path, count: int) -> float:
    pin = getattr(os, "sched_setaffinity", None)
    core = {max(os.sched_getaffinity(0))} if pin else set()
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "bot", "score", "--batch", str(file)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        preexec_fn=partial(pin, 0, core) if pin else None,
    )
    took = time.monotonic() - began
    assert run.stdout.count(b"\n") == count
    return took
