"""Draws the monthly letter's picture: a panel a cell, with the month's marks by day.

Sizes are inches; a phone shows about five of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bot.painting import ink, png, sheet
from bot.palette import GRID, INK, PAPER, QUIET

WIDTH, HEAD, FOOT, EDGE = 5.2, 0.5, 0.62, 0.16
HIGH = 1.85  # of a panel
COLUMNS = 2
SIZE = 9.0  # points
MARK, LEVEL, BEFORE = "#3b5fa8", "#1d1c1d", "#7a3e9d"
BROKEN = (0, (4, 2.5))


def draw(told: Mapping[str, Any]) -> bytes:
    """The PNG.

    `told`: `title`, `days` of the month, the `highest` mark, the month `before` by name, and
    `panels`: `title`, `says`, `dots` (day, mark, by a partner), means `level` and `before` or None.
    """
    panels: Sequence[Mapping[str, Any]] = told["panels"]
    rows = (len(panels) + COLUMNS - 1) // COLUMNS
    figure = sheet(WIDTH, HEAD + rows * HIGH + FOOT)
    height = float(figure.get_figheight())
    figure.text(
        EDGE / WIDTH, 1 - 0.25 / height, told["title"], va="center", **ink(SIZE + 4, bold=True)
    )
    for place, panel in enumerate(panels):
        left = (place % COLUMNS) * WIDTH / COLUMNS
        top = HEAD + (place // COLUMNS) * HIGH
        _panel(figure, told, panel, left, top)
    _legend(figure, told, height)
    return png(figure)


def _panel(
    figure: Figure, told: Mapping[str, Any], panel: Mapping[str, Any], left: float, top: float
) -> None:
    width, height = figure.get_figwidth(), figure.get_figheight()
    x, y = (left + EDGE) / width, 1 - (top + 0.14) / height
    figure.text(x, y, panel["title"], va="center", **ink(SIZE + 1, bold=True))
    figure.text(x, y - 0.19 / height, panel["says"], va="center", **ink(SIZE, QUIET))
    inner = 0.34
    axes = figure.add_axes(
        (
            (left + inner) / width,
            1 - (top + HIGH - 0.32) / height,
            (width / COLUMNS - inner - EDGE) / width,
            (HIGH - 0.32 - 0.48) / height,
        )
    )
    _ground(axes, told)
    _lines(axes, told, panel)
    _dots(axes, panel)


def _ground(axes: Axes, told: Mapping[str, Any]) -> None:
    axes.set_facecolor(PAPER)
    axes.set_xlim(0, told["days"] + 1)
    axes.set_ylim(-0.3, told["highest"] + 0.3)
    axes.set_yticks(range(told["highest"] + 1))
    axes.set_xticks([1, 10, 20, told["days"]])
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.tick_params(colors=INK, labelsize=SIZE - 0.5, length=2.5, color=GRID)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GRID)


def _lines(axes: Axes, told: Mapping[str, Any], panel: Mapping[str, Any]) -> None:
    across = [0.5, told["days"] + 0.5]
    if panel["before"] is not None:
        height = [panel["before"]] * 2
        axes.plot(across, height, color=BEFORE, linewidth=1.5, linestyle=BROKEN, zorder=2)
    if panel["level"] is not None:
        axes.plot(across, [panel["level"]] * 2, color=LEVEL, linewidth=1.5, zorder=3)
    if not panel["dots"]:
        axes.text(
            0.5, 0.5, "no marks", ha="center", va="center", transform=axes.transAxes,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}, **ink(SIZE, QUIET),
        )  # fmt: skip


def _dots(axes: Axes, panel: Mapping[str, Any]) -> None:
    for partner in (False, True):
        dots = [(day, mark) for day, mark, by in panel["dots"] if bool(by) == partner]
        if dots:
            days, marks = zip(*dots, strict=True)
            axes.plot(days, marks, **_look(partner), zorder=5)


def _look(partner: bool) -> dict[str, Any]:
    fill = PAPER if partner else MARK
    return {
        "linestyle": "none",
        "marker": "o",
        "markersize": 5.0,
        "markeredgewidth": 1.3,
        "markeredgecolor": MARK,
        "markerfacecolor": fill,
        "alpha": 0.85,
    }


def _legend(figure: Figure, told: Mapping[str, Any], height: float) -> None:
    """Only what is in the picture."""
    panels = told["panels"]
    keys: list[Artist] = []
    if any(not by for panel in panels for _, _, by in panel["dots"]):
        keys.append(Line2D([], [], **_look(partner=False), label="a mark"))
    if any(by for panel in panels for _, _, by in panel["dots"]):
        keys.append(Line2D([], [], **_look(partner=True), label="a partner’s mark"))
    if any(panel["level"] is not None for panel in panels):
        keys.append(Line2D([], [], color=LEVEL, linewidth=1.5, label="mean of this month"))
    if any(panel["before"] is not None for panel in panels):
        name = f"mean of {told['before']}"
        keys.append(Line2D([], [], color=BEFORE, linewidth=1.5, linestyle=BROKEN, label=name))
    figure.legend(
        handles=keys, loc="lower center", ncols=2, frameon=False, fontsize=SIZE, labelcolor=INK,
        borderaxespad=0.1, columnspacing=1.6, handlelength=2.2, bbox_to_anchor=(0.5, 0.06 / height),
    )  # fmt: skip
