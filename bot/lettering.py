"""How texts are made to fit into a picture. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence


def compact(height: float) -> str:
    """An axis has little room: `1.2k`, `3M`."""
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e4, "k")):
        if abs(height) >= size:
            unit = 1e3 if letter == "k" else size
            return f"{height / unit:.4g}{letter}".replace("-", "−")
    shown = f"{height:,.0f}" if abs(height) >= 1e3 else f"{height:.6g}"
    return shown.replace("-", "−")


def width(text: str) -> int:
    """In letters; East Asian ones are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def fit(text: str, most: int) -> str:
    """On one line, cut with an ellipsis: behind a word where that leaves half of the line."""
    text = " ".join(text[:1000].split())
    if width(text) <= most:
        return text
    cut = text
    while cut and width(cut) > most - 1:
        cut = cut[:-1]
    whole = cut if text[len(cut)] == " " else cut.rpartition(" ")[0]
    kept = whole if width(whole) * 2 >= most else cut
    return f"{kept.rstrip(' ,;:')}…"


def wrapped(text: str, most: int, lines: int = 2) -> Sequence[str]:
    """At most so many lines; the last one is cut where words are left over."""
    rows: list[str] = []
    words = list(_words(" ".join(text[:1000].split()), most))
    while words and len(rows) < lines - 1:
        row = words.pop(0)
        while words and width(row) + 1 + width(words[0]) <= most:
            row += f" {words.pop(0)}"
        rows.append(row)
    if words:
        rows.append(fit(" ".join(words), most))
    return rows


def _words(text: str, most: int) -> Iterator[str]:
    """Words; one that is longer than a line, as in Japanese, in pieces."""
    for word in text.split():
        piece = ""
        for letter in word:
            if width(piece + letter) > most:
                yield piece
                piece = ""
            piece += letter
        yield piece
