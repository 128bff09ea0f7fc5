"""Fifty drills as a black box sees them, in both modes, all in one direct message."""

import tempfile
from pathlib import Path

from tests.bench.figures import Figure, percentile
from tests.local_slack import serving
from tests.program import Lap, drumming, lap


async def laps(count: int, *, socket: bool) -> list[Lap]:
    made: list[Lap] = []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            serving() as (slack, sandbox),
            drumming(slack, sandbox, Path(folder), socket=socket),
        ):
            ana = sandbox.person("U0ANA")
            dm, after = await ana.app(), ""
            for _ in range(count):
                told, after = await lap(ana, dm, after)
                made.append(told)
    return made


async def measure(count: int) -> list[Figure]:
    figures = []
    for socket in (True, False):
        mode = "Socket Mode" if socket else "HTTP"
        made = await laps(count, socket=socket)
        cards = [one.card for one in made]
        drill = max(one.drill for one in made)
        edits = percentile([one.edit for one in made], 0.95)
        issue = f"{count} drills in one direct message"
        figures += [
            Figure(f"command to drill, slowest, {mode}", drill, 2.0, "s", issue),
            Figure(f"reply to card, p95, {mode}", percentile(cards, 0.95), 1.5, "s", issue),
            Figure(f"reply to card, p50, {mode}", percentile(cards, 0.5), 1.5, "s", issue),
            Figure(f"edit to changed card, p95, {mode}", edits, 2.5, "s", "ours to keep"),
        ]
    return figures
