"""A screenshot as a picture of 256 colours, about a third of its size. Standard library only."""

import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

HEAD = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
BYTES = 3  # of a pixel
Pixel = bytes
Guess = Callable[[int, int, int], int]


def small_png(data: bytes) -> bytes:
    """The same picture with its 256 commonest colours, each other pixel in the nearest of them.

    Takes what browsers write: 8 bits, red, green and blue, not interlaced; raises ValueError else.
    """
    if data[24:26] != b"\x08\x02" or data[28] != 0:
        raise ValueError("not an 8-bit RGB picture")
    width, height = struct.unpack(">II", data[16:24])
    rows = [
        [row[at : at + BYTES] for at in range(0, width * BYTES, BYTES)]
        for row in _rows(data, width, height)
    ]
    counted = Counter(pixel for row in rows for pixel in row)
    palette = [pixel for pixel, _ in counted.most_common(COLOURS)]

    @cache
    def nearest(pixel: Pixel) -> int:
        return min(range(len(palette)), key=lambda at: _apart(pixel, palette[at]))

    body = b"".join(b"\0" + bytes(map(nearest, row)) for row in rows)
    return (
        HEAD
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", b"".join(palette))
        + _chunk(b"IDAT", zlib.compress(body, 9))
        + _chunk(b"IEND", b"")
    )


def _apart(one: Pixel, other: Pixel) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(HEAD)
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + size]
        at += size + 12


def _rows(data: bytes, width: int, height: int) -> Iterator[bytes]:
    """The lines of pixels, with PNG's filters undone (PNG specification, section 9)."""
    raw = zlib.decompress(b"".join(body for kind, body in _chunks(data) if kind == b"IDAT"))
    length = width * BYTES
    above = bytearray(length)
    for y in range(height):
        start = y * (length + 1)
        row = bytearray(raw[start + 1 : start + 1 + length])
        guess = FILTERS[raw[start]]
        for i in range(length):
            left, corner = (row[i - BYTES], above[i - BYTES]) if i >= BYTES else (0, 0)
            row[i] = (row[i] + guess(left, above[i], corner)) & 255
        yield bytes(row)
        above = row


def _paeth(left: int, up: int, corner: int) -> int:
    toward = left + up - corner
    return min((left, up, corner), key=lambda one: abs(toward - one))


FILTERS: tuple[Guess, ...] = (
    lambda left, up, corner: 0,
    lambda left, up, corner: left,
    lambda left, up, corner: up,
    lambda left, up, corner: (left + up) // 2,
    _paeth,
)
