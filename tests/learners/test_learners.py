"""Simulated learners through their whole plan, against docs/plan.md computed by a second hand."""

import os
from pathlib import Path

import pytest

from tests.learners.cast import ENDS
from tests.learners.play import playing

SOAK = bool(os.environ.get("DRUMBEAT_SOAK"))
STORES = ["sqlite", "postgresql"] if SOAK else ["sqlite"]


@pytest.mark.processes
@pytest.mark.parametrize("database_url", STORES, indirect=True)
async def test_learners(database_url: str, tmp_path: Path) -> None:
    async with playing(database_url, tmp_path / "content") as play:
        await play.run(ENDS)
    differences = [line for diary in play.diaries.values() for line in diary.differences]
    assert not differences, "\n".join(differences)
