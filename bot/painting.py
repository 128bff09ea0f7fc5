"""What every painter shares: fonts, ink, and the loop of its process.

A painter is a module that calls `serve` when it is run by `bot.pen`. Only painters import this,
because it loads matplotlib.
"""

import io
import json
import logging
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

from matplotlib import font_manager, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.palette import INK, PAPER

DPI = 160
# DejaVu comes with matplotlib: Latin, Greek, Cyrillic, Arabic letters, many signs. What it lacks
# is taken from these, where the machine has them; else it is shown as a box.
FALLBACKS = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans JP",
    "Noto Sans SC",
    "Noto Sans KR",
    "WenQuanYi Zen Hei",
    "IPAGothic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans Hebrew",
    "Noto Emoji",
    "Unifont",
)


def serve(draw: Callable[[dict[str, Any]], bytes]) -> None:
    """Draw until standard input ends.

    Each of its lines is a picture in JSON; the PNG goes to standard output behind its length, four
    bytes, big-endian.
    """
    os.nice(5)  # people's clicks go first
    warnings.simplefilter("ignore")  # of letters that no font has
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    choose_fonts()
    for line in sys.stdin.buffer:
        png = draw(json.loads(line))
        sys.stdout.buffer.write(len(png).to_bytes(4, "big") + png)
        sys.stdout.buffer.flush()


def choose_fonts() -> None:
    have = set(font_manager.get_font_names())
    rcParams["font.family"] = ["DejaVu Sans", *(one for one in FALLBACKS if one in have)]
    rcParams["text.parse_math"] = False  # a $ in a title is a $
    rcParams["hatch.linewidth"] = 0.4


def sheet(width: float, height: float) -> Figure:
    """An empty picture of so many inches, on a ground that reads the same in every theme."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=PAPER)
    return out.getvalue()


def ink(size: float, colour: str = INK, *, bold: bool = False) -> dict[str, Any]:
    """How a text of so many points is written."""
    return {"fontsize": size, "color": colour, "fontweight": "bold" if bold else "normal"}
