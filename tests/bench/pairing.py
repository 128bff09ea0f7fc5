"""Matching through `drumbeat pair --batch` on one core, start included, beside the optimum."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from bot.config import ROOT
from tests.bench.figures import Figure

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Los_Angeles",
         "Europe/London", "Asia/Singapore")  # fmt: skip
CELLS = ("restatement", "trade_offs", "execution", "communication")
TYPES = ("product-sense", "execution", "leadership", "metrics")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SIZES = ((300, 20.0), (1_000, 1.0), (3_000, 20.0), (10_000, 30.0))  # members, seconds


def pool(size: int, seed: int = 1) -> dict[str, Any]:
    """Members of six zones with four windows a week, and twelve weeks of history."""
    rng = random.Random(seed)
    ids = [f"U{place:05d}" for place in range(size)]
    members = []
    for one in ids:
        windows = []
        for day in rng.sample(DAYS, 4):
            start = rng.randrange(8, 20)
            windows.append([day, f"{start}:00", f"{start + rng.randrange(1, 5)}:00"])
        members.append(
            {
                "id": one,
                "tz": rng.choice(ZONES),
                "windows": windows,
                "level": rng.randint(1, 5),
                "cells": {cell: round(rng.uniform(0, 4), 1) for cell in CELLS},
                "types": rng.sample(TYPES, rng.randint(1, 3)),
                "exclude": [rng.choice(ids)] if rng.random() < 0.2 else [],
                "reliability": round(rng.uniform(0.5, 1), 2),
            }
        )
    history = []
    for week in range(36, 48):
        rng.shuffle(ids)
        for one, other in zip(ids[::2], ids[1::2], strict=False):
            history.append([one, other, f"2026-W{week}", "met"])
    return {"seed": 7, "week": "2026-W48", "members": members, "history": history}


def measure() -> list[Figure]:
    """Each size once; at 1,000 also with every edge, which is the optimum."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        file, every = Path(folder) / "pool.json", Path(folder) / "every.toml"
        every.write_text("[thinning]\nexact = 1000\n", "utf-8")
        for size, bound in SIZES:
            file.write_text(json.dumps(pool(size)), "utf-8")
            took, weight = min(_run(file) for _ in range(3 if size == 1_000 else 1))
            figures.append(
                Figure(f"pairing {size:,} members", took, bound, "s", "one core, start included")
            )
            if size == 1_000:
                optimum = _run(file, "--weights", str(every))[1]
                lost = 100 * (1 - weight / optimum)
                said = f"the optimum {optimum:,.1f}, ours {weight:,.1f}"
                figures.append(Figure("pairing 1,000, weight lost", lost, 0.1, "%", said))
    return figures


def _run(file: Path, *more: str) -> tuple[float, float]:
    """(seconds, weight) of a run pinned to one core where the system can do that."""
    pin = getattr(os, "sched_setaffinity", None)
    core = {max(os.sched_getaffinity(0))} if pin else set()
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "bot", "pair", "--batch", str(file), *more],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        preexec_fn=partial(pin, 0, core) if pin else None,
    )
    took = time.monotonic() - began
    return took, float(json.loads(run.stdout)["weight"])
