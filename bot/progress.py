"""How far long work has come, on standard error: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

QUIET = 1.0  # seconds until there is a bar
REDRAW = 0.1  # seconds between two looks of the bar
LINE = 10.0  # seconds until a plain line, and between two
WIDTH = 30
T = TypeVar("T")


def shown(
    work: Iterable[T],
    what: str,
    total: int | None = None,
    out: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[T]:
    """The pieces of `work`, one by one, while telling how many are done.

    `what` is what the pieces are called, such as *answers*; `total` is how many there will be,
    if that is known.
    """
    out = out or sys.stderr
    bar = out.isatty()
    began = clock()
    due, drawn, done = began + (QUIET if bar else LINE), False, 0
    try:
        for piece in work:
            now = clock()
            if now >= due:
                due, drawn = now + (REDRAW if bar else LINE), True
                text = _text(done, what, total, now - began, bar=bar)
                out.write(f"\r\x1b[K{text}" if bar else f"{text}\n")
                out.flush()
            yield piece
            done += 1
    finally:
        if drawn and bar:  # the terminal is left as it was found
            out.write("\r\x1b[K")
            out.flush()


def _text(done: int, what: str, total: int | None, seconds: float, *, bar: bool) -> str:
    rate = done / seconds
    if not total:
        return f"{done:,} {what} done, {rate:,.0f} a second"
    left = f", {(total - done) / rate:,.0f} s left" if rate else ""
    said = f"{done:,} of {total:,} {what} done, {rate:,.0f} a second{left}"
    if not bar:
        return said
    filled = min(WIDTH, WIDTH * done // total)
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {said}"
