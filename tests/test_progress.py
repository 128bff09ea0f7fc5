"""Long work tells on standard error how far it is: a bar on a terminal, plain lines elsewhere."""

import io
from collections.abc import Iterator

import pytest

from bot.progress import shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def seconds(step: float) -> Iterator[float]:
    now = 100.0
    while True:
        yield now
        now += step


def told(out: io.StringIO, pieces: int, step: float, total: int | None) -> list[int]:
    clock = seconds(step)
    return list(shown(range(pieces), "answers", total, out, lambda: next(clock)))


@pytest.mark.parametrize("out", [io.StringIO(), Terminal()], ids=["file", "terminal"])
def test_short_work_says_nothing_and_every_piece_comes(out: io.StringIO) -> None:
    assert told(out, 50, 0.01, 50) == list(range(50))
    assert out.getvalue() == ""


def test_a_terminal_shows_a_bar_and_is_left_clean() -> None:
    out = Terminal()
    assert told(out, 100, 0.0625, 100) == list(range(100))
    looks = out.getvalue().split("\r\x1b[K")
    bar = "#" * 14 + "." * 16
    assert f"[{bar}] 49 of 100 answers done, 16 a second, 3 s left" in looks
    assert 20 < len(looks) < 60  # ten a second, not one a piece
    assert looks[-1] == ""
    assert "\n" not in out.getvalue()


def test_elsewhere_a_plain_line_every_ten_seconds() -> None:
    out = io.StringIO()
    told(out, 250, 0.125, 250)
    lines = out.getvalue().splitlines()
    assert lines[0] == "79 of 250 answers done, 8 a second, 22 s left"
    assert len(lines) == 3
    assert "\r" not in out.getvalue()


def test_without_a_total_it_counts() -> None:
    out = io.StringIO()
    told(out, 120, 0.125, None)
    assert out.getvalue() == "79 answers done, 8 a second\n"


def test_a_bar_is_wiped_also_when_the_work_breaks_off() -> None:
    out = Terminal()
    clock = seconds(0.5)
    work = shown(iter(range(10)), "answers", 10, out, lambda: next(clock))
    for piece in work:
        if piece == 6:
            break
    work.close()  # type: ignore[attr-defined]  # it is a generator
    assert out.getvalue().endswith("\r\x1b[K")
