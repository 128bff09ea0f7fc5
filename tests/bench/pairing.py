"""Matching through `drumbeat pair --batch` on one core, start included, beside the optimum
or what it cannot exceed."""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.config import ROOT
from bot.mocks.pairing import batch
from bot.mocks.pairing.edges import sheet
from tests.bench import bounds
from tests.bench.figures import Figure

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Los_Angeles",
         "Europe/London", "Asia/Singapore")  # fmt: skip
CELLS = ("restatement", "trade_offs", "execution", "communication")
TYPES = ("product-sense", "execution", "leadership", "metrics")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SIZES = ((300, 20.0), (1_000, 1.0), (3_000, 20.0), (10_000, 30.0))  # members, seconds
MOST = "none over all edges exceeds"


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


@dataclass(frozen=True)
class Run:
    """`took`: seconds from the process's start to its end; `busy`: of a core meanwhile."""

    took: float
    busy: float
    weight: float


def measure() -> list[Figure]:
    """Each size: its time, its weight beside what none exceeds; at 1,000 beside the optimum."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        file, every = Path(folder) / "pool.json", Path(folder) / "every.toml"
        every.write_text("[thinning]\nexact = 1000\n", "utf-8")
        for size, bound in SIZES:
            text = json.dumps(pool(size))
            file.write_text(text, "utf-8")
            runs = [_run(file) for _ in range(3 if size == 1_000 else 1)]
            made = min(runs, key=lambda run: run.took)
            said = f"one core, start included; {made.busy:.2f} s of it computing"
            what = f"pairing {size:,} members"
            figures.append(Figure(what, made.took, bound, "s", said))
            if size == 1_000:
                optimum = _run(file, "--weights", str(every)).weight
                figures.append(_lost(f"{what}, lost", made.weight, optimum, 0.1, "the optimum"))
            highest = bounds.heaviest(sheet(batch.read(text), batch.read_weights([])))
            figures.append(_lost(f"{what}, at most lost", made.weight, highest, 2, MOST))
    return figures


def _lost(name: str, weight: float, other: float, bound: float, what: str) -> Figure:
    said = f"{what} {other:,.1f}, ours {weight:,.1f}"
    return Figure(name, 100 * (1 - weight / other), bound, "%", said)


def _run(file: Path, *more: str) -> Run:
    """A run pinned to one core where the system can do that; everybody must be in a pair."""
    pin = getattr(os, "sched_setaffinity", None)
    core = {max(os.sched_getaffinity(0))} if pin else set()
    began, before = time.monotonic(), _used()
    run = subprocess.run(
        [sys.executable, "-m", "bot", "pair", "--batch", str(file), *more],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        preexec_fn=partial(pin, 0, core) if pin else None,
    )
    took, busy = time.monotonic() - began, _used() - before
    made = json.loads(run.stdout)
    # What `bounds` says holds for such rounds; that everybody is in a pair comes before weight.
    assert not made["unpaired"]
    assert {len(one["members"]) for one in made["groups"]} == {2}
    return Run(took, busy, made["weight"])


def _used() -> float:
    """Seconds of a core that processes started from here and ended have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
