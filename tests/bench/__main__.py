"""`python -m tests.bench`: the figures the project promises, each beside its bound.

Exit 1 when one is missed. `--long` adds a million members, `--only` measures one part:
laps, events, costs, planning, digest, quarter, pairing, rounds or scoring.
About eight minutes without `--long`; `pairing` takes 500 MB.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests import databases
from tests.bench import costs, digests, events, laps, pairing, quarters, rounds, scoring
from tests.bench.figures import Figure, table

PARTS = ("costs", "planning", "digest", "quarter", "pairing", "rounds", "scoring", "laps", "events")


async def part(name: str, *, long: bool) -> list[Figure]:
    if name == "laps":
        return await laps.measure(50)
    if name == "events":
        return await events.measure(60)
    if name in ("scoring", "pairing"):
        alone = pairing.measure if name == "pairing" else partial(scoring.measure, 1_000)
        return await asyncio.to_thread(alone)
    if name in ("digest", "rounds"):
        return await (digests.measure() if name == "digest" else rounds.measure())
    if name == "quarter":
        return await quarters.measure(long=long)
    if name == "planning":
        return await _planning()
    figures = [costs.loading(), *await costs.start_and_memory(idle=5)]
    for members in (1_000, 100_000, *((1_000_000,) if long else ())):
        figures += await costs.idle_tick(members)
    return figures


async def _planning() -> list[Figure]:
    """A thousand drills due in the same minute."""
    if find_spec("tests.bench.planning") is None:
        return []
    from tests.bench.planning import plan_due

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drumbeat.db"
        path.write_bytes(await asyncio.to_thread(databases.migrated_sqlite))
        took = await plan_due(1_000, f"sqlite:///{path}")
        other = Path(folder) / "long.db"
        other.write_bytes(await asyncio.to_thread(databases.migrated_sqlite))
        long = await plan_due(1_000, f"sqlite:///{other}", past=200, drills=400)
    return [
        Figure("1,000 due drills planned", took, 2.0, "s", "the issue, SQLite"),
        Figure("likewise, each after 200", long, 5.0, "s", "a bank of 400 drills, 200 marked"),
    ]


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench")
    asked.add_argument("--only", choices=PARTS)
    asked.add_argument("--long", action="store_true")
    given = asked.parse_args()
    figures: list[Figure] = []
    for name in [given.only] if given.only else PARTS:
        began = time.monotonic()
        figures += asyncio.run(part(name, long=given.long))
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(table(figures))
    sys.exit(0 if all(one.met for one in figures) else 1)


if __name__ == "__main__":
    main()
