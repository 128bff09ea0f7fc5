"""Which drills of the bank the slow tests look at: all in `make soak`, else sixty."""

import os
from collections.abc import Iterable
from hashlib import sha256

FEW = 60


def few(drill_ids: Iterable[str]) -> list[str]:
    """In the order of their names; the same ones every time, spread over the bank by their hash."""
    if os.environ.get("DRUMBEAT_SOAK"):
        return sorted(drill_ids)
    return sorted(sorted(drill_ids, key=lambda one: sha256(one.encode()).digest())[:FEW])
