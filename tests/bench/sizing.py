"""`docs/sizing.md`: what the bot takes, measured on this machine (`make sizing`).

One member does drills beside a local Slack; memory and the store are looked at before and after.
"""

import asyncio
import math
import platform
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.config import ROOT
from bot.slack.pace import POSTS
from tests.bench.costs import pss
from tests.bench.figures import percentile
from tests.local_slack import serving
from tests.person import Sandbox
from tests.program import Running, drumming, lap

PAGE = ROOT / "docs" / "sizing.md"
DRILLS = 30
DAYS = 260  # work days of a year
SETTLE = 5.0  # seconds until nothing more is written
HEAD = """# What it takes

_Made by `make sizing`: run it on your own machine, do not change the numbers._

One replica in Socket Mode on SQLite ({machine}). A member did {drills} drills, each with an
answer, a scorecard and an edit of the answer; a year is {days} work days. Probes, retakes, recall
cards and check-ins come on top; each weighs less than an answer.

| what | measured |
| --- | --- |
{rows}

## What follows

- **Memory** does not grow with members: what is due is asked of the store. The scorer's process
  starts with the first answer and ends after five idle minutes; a round of mock interviews and
  pictures have a process for as long as they take.
- **Disk** grows with what people write. Answers and the messages that quote them go after
  `DRUMBEAT_KEEP_DAYS`, so the store grows little after that time. Leave as much again free: a
  backup is a whole copy.
- **Slack sets the pace.** A workspace takes some hundred messages a minute, whatever the machine;
  the bot keeps to {posts}. 1,000 members with the same time have their drills within {thousand}
  minutes, 10,000 within {ten} minutes.
- **SQLite or PostgreSQL.** SQLite is enough for one replica, and needs a disk of its own machine.
  Two replicas, or a restart that nobody notices, mean PostgreSQL. `make bench` measures both.
"""


async def measured() -> list[tuple[str, str]]:
    """Rows of the table: what, and how much with its unit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            serving() as (slack, sandbox),
            drumming(slack, sandbox, folder, socket=True) as run,
        ):
            return await _rows(run, sandbox, folder / "drumbeat.db")


async def _rows(run: Running, sandbox: Sandbox, store: Path) -> list[tuple[str, str]]:
    await asyncio.sleep(SETTLE)
    idle, ana, after = pss(run.process.pid), sandbox.person("U0ANA"), ""
    dm = await ana.app()
    _, after = await lap(ana, dm)  # what comes once for each member is not counted by the drill
    await asyncio.sleep(SETTLE)
    before, said, cards = size(store), await spoken(sandbox), list[float]()
    for _ in range(DRILLS):
        told, after = await lap(ana, dm, after)
        cards.append(told.card)
    await asyncio.sleep(SETTLE)
    a_drill = (size(store) - before) / DRILLS
    calls = (await spoken(sandbox) - said) / DRILLS
    return [
        ("memory, nothing under way", f"{idle:.0f} MB"),
        ("memory, the scorer's process included", f"{pss(run.process.pid):.0f} MB"),
        ("start until ready", f"{run.took:.1f} s"),
        ("an empty store", f"{before / 1e6:.1f} MB"),
        ("disk for a drill", f"{a_drill / 1e3:.0f} kB"),
        ("disk for a member and year", f"{a_drill * DAYS / 1e6:.1f} MB"),
        ("disk for 1,000 members and a year", f"{a_drill * DAYS / 1e6:,.1f} GB"),
        ("messages and changes for a drill", f"{calls:.1f}"),
        ("messages and changes a day, 1,000 members", f"{calls * 1000:,.0f}"),
        ("reply to scorecard, half of them within", f"{percentile(cards, 0.5):.2f} s"),
    ]


def size(store: Path) -> int:
    """Bytes of a whole copy of the store, as a backup makes it while the bot runs."""
    copy = store.with_suffix(".copy")
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("vacuum into ?", (str(copy),))
    held = copy.stat().st_size
    copy.unlink()
    return held


async def spoken(sandbox: Sandbox) -> int:
    """How often the bot has written something for people to read."""
    calls = await sandbox.calls()
    return sum(one["method"] in ("chat.postMessage", "chat.update") for one in calls)


def main() -> None:
    rows = [f"| {what} | {much} |" for what, much in asyncio.run(measured())]
    machine = f"{platform.system()}, Python {platform.python_version()}"
    told = HEAD.format(
        machine=machine,
        drills=DRILLS,
        days=DAYS,
        rows="\n".join(rows),
        posts=POSTS,
        thousand=math.ceil(1_000 / POSTS),
        ten=math.ceil(10_000 / POSTS),
    )
    PAGE.write_text(told, "utf-8")
    print(told)


if __name__ == "__main__":
    main()
