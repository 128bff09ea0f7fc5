import struct
import zlib

import pytest

from tests import small_png as png
from tests.small_png import small_png

# Two lines of three pixels: red, green, blue; then white, white, black.
PIXELS = (b"\xff\0\0\0\xff\0\0\0\xff", b"\xff\xff\xff\xff\xff\xff\0\0\0")


def picture(*lines: bytes, colour: int = 2) -> bytes:
    """A PNG of lines that carry their filter's number in front."""
    head = struct.pack(">IIBBBBB", 3, len(lines), 8, colour, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    return png.HEAD + b"".join(png._chunk(*part) for part in parts)


def filtered(number: int) -> bytes:
    """The second line, coded against the first with PNG's filter of this number."""
    above, line = PIXELS
    coded = bytearray()
    for i, value in enumerate(line):
        left, corner = (line[i - 3], above[i - 3]) if i >= 3 else (0, 0)
        coded.append((value - png.FILTERS[number](left, above[i], corner)) & 255)
    return bytes([number]) + coded


def colours(data: bytes) -> list[bytes]:
    parts = dict(png._chunks(data))
    table = parts[b"PLTE"]
    raw = zlib.decompress(parts[b"IDAT"])
    lines = [raw[start + 1 : start + 4] for start in range(0, len(raw), 4)]
    return [b"".join(table[3 * at : 3 * at + 3] for at in line) for line in lines]


@pytest.mark.parametrize("number", range(5))
def test_every_filter_is_undone(number: int) -> None:
    made = small_png(picture(b"\0" + PIXELS[0], filtered(number)))
    assert colours(made) == list(PIXELS)


def test_the_paeth_filter_is_png_s() -> None:
    assert png._paeth(10, 20, 10) == 20
    assert png._paeth(20, 10, 10) == 20
    assert png._paeth(5, 5, 5) == 5
    assert png._paeth(1, 2, 3) == 1


def test_a_rare_colour_becomes_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "COLOURS", 1)
    made = small_png(picture(b"\0" + PIXELS[1]))
    assert colours(made) == [b"\xff" * 9]


def test_other_kinds_of_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="8-bit RGB"):
        small_png(picture(b"\0" * 4, colour=3))
