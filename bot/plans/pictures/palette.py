"""The colours of a plan's picture: told apart by who sees no red or no green, and in grey.

Each stage has its letter beside them. All that is written on a fill has 4.5:1 against it.
"""

from typing import Any

from bot.palette import QUIET

FILLS = {
    "F": "#8ecae6",
    "S": "#ffd166",
    "D": "#d5d2c8",
    "L": "#7bc8a4",
    "B": "#f4a582",
    "★": "#c7a9e0",
}
DIM = {  # of days that are over
    "F": "#dcedf5",
    "S": "#fbefcf",
    "D": "#edebe5",
    "L": "#d5ece1",
    "B": "#f9e1d5",
    "★": "#ebe0f3",
}
HATCH: dict[str, Any] = {
    "facecolor": "none",
    "edgecolor": QUIET,
    "linewidth": 0.4,
    "hatch": "////",
}
