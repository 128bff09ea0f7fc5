"""What something costs, on a machine that has other things to do."""

import gc
import time
from collections.abc import Callable

TIMES = 3


def spent(call: Callable[[], object]) -> float:
    """Seconds of this process's CPU in the quickest of three calls.

    What earlier tests left in memory is set aside, or the collector would walk it in between.
    """
    gc.collect()
    gc.freeze()
    try:
        return min(_once(call) for _ in range(TIMES))
    finally:
        gc.unfreeze()


def _once(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began
