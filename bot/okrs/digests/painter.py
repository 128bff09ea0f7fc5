"""Draws digests' pictures, in a process of its own: `python -m bot.okrs.digests.painter`.

Each picture is a `bot.okrs.digests.chart.Picture`, told as `bot.painting.serve` has it.
"""

import math
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.lettering import compact, fit, wrapped
from bot.okrs.digests.chart import Panel, Picture
from bot.okrs.digests.palette import CONFIDENCE, EXPECTED, FAN, LIMIT, MARKS, STATES
from bot.painting import ink, png, serve, sheet
from bot.palette import GRID, INK, PAPER, QUIET, TODAY

COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4}  # by the number of panels; above: 4
WIDTHS = {1: 6.6, 2: 4.4, 3: 3.7, 4: 3.2}  # inches of a panel, by the number of columns
HEIGHTS = {1: 4.1, 2: 3.6, 3: 3.4, 4: 3.2}
HEAD, FOOT, GAP = 0.42, 0.42, 0.16  # inches above and below all panels, and around each
SIZE = 9.0  # points
PER_INCH = 12.0  # characters of a bold title that fit into an inch


def draw(told: Picture) -> bytes:
    """The picture as a PNG on a ground of its own, so that it reads the same in every theme."""
    count = max(len(told.panels), 1)
    columns = COLUMNS.get(count, 4)
    rows = math.ceil(count / columns)
    wide, high = WIDTHS[columns], HEIGHTS[columns]
    width, height = columns * wide, rows * high + HEAD + FOOT
    figure = sheet(width, height)
    title = fit(told.title, int(width * PER_INCH * 0.55))
    figure.text(GAP / width, 1 - 0.2 / height, title, **ink(SIZE + 4, bold=True), va="center")
    if told.note:
        figure.text(1 - GAP / width, 1 - 0.2 / height, told.note, **ink(SIZE, QUIET),
                    ha="right", va="center")  # fmt: skip
    for place, panel in enumerate(told.panels):
        left = (place % columns) * wide
        top = HEAD + (place // columns) * high
        _panel(figure, told, panel, (left, top, wide, high))
    _legend(figure, told, height)
    return png(figure)


def _ground() -> dict[str, Any]:
    """Under a text that stands on lines."""
    return {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}


def _panel(
    figure: Figure, told: Picture, panel: Panel, at: tuple[float, float, float, float]
) -> None:
    """Title, state and value above; the lines; under them the confidence."""
    left, top, wide, high = at
    width, height = figure.get_size_inches()

    def x(inches: float) -> float:
        return float((left + inches) / width)

    def y(inches: float) -> float:
        return float(1 - (top + inches) / height)

    rows = wrapped(panel.title, int((wide - 2 * GAP) * PER_INCH * 0.93))
    for row, text in enumerate(rows):
        figure.text(x(GAP), y(0.16 + row * 0.17), text, **ink(SIZE + 1, bold=True), va="center")
    under = 0.18 + len(rows) * 0.17
    state = f"{MARKS[panel.colour]} {panel.state}"
    figure.text(
        x(GAP + 0.05), y(under + 0.05), state, **ink(SIZE + 2, PAPER, bold=True), va="center",
        bbox={"boxstyle": "round,pad=0.28", "facecolor": STATES[panel.colour], "edgecolor": "none"},
    )  # fmt: skip
    room = int((wide - 2 * GAP) * PER_INCH * 1.4)
    said = (fit(panel.detail, room), *wrapped(panel.reason, room))
    for row, text in enumerate(said):
        place = y(under + 0.31 + row * 0.16)
        figure.text(x(GAP), place, text, **ink(SIZE - 0.5), va="center")
    begins, ends = under + 0.28 + len(said) * 0.16, high - 0.28
    strip = 0.42
    inner = 0.5 if not panel.zones else 0.95
    across = (wide - inner - GAP) / width
    main = figure.add_axes(
        (x(inner), y(ends - strip - 0.1), across, (ends - strip - 0.1 - begins) / height)
    )
    votes = figure.add_axes((x(inner), y(ends), across, strip / height), sharex=main)
    _lines(main, told, panel)
    _votes(votes, told, panel)


def _bare(axes: Axes, told: Picture) -> None:
    axes.set_facecolor(PAPER)
    axes.set_xlim(0, told.ends)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GRID)
    axes.tick_params(colors=INK, labelsize=SIZE - 1.5, length=2.5, color=GRID)
    axes.axvline(told.today, color=TODAY, linewidth=1.0, zorder=1)


def _lines(axes: Axes, told: Picture, panel: Panel) -> None:
    _bare(axes, told)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    low, high = _heights(panel)
    axes.set_ylim(low, high)
    axes.tick_params(labelbottom=False)
    for limit in panel.limits:
        axes.axhline(limit, color=LIMIT, linewidth=1.3, linestyle=(0, (1, 1.2)), zorder=2)
    if panel.keeps:
        _forbidden(axes, panel, low, high)
    if panel.expected:
        days, heights = zip(*panel.expected, strict=True)
        axes.plot(days, heights, color=EXPECTED, linewidth=1.3, linestyle=(0, (5, 2.5)), zorder=3)
    if panel.fan and panel.readings:
        _fan(axes, told, panel)
    if panel.readings:
        days, heights = zip(*panel.readings, strict=True)
        axes.plot(days, heights, color=INK, linewidth=2.0, marker="o", markersize=3.4, zorder=5)
    else:
        axes.text(0.5, 0.92, "no value yet", **ink(SIZE, QUIET), ha="center", va="top",
                  transform=axes.transAxes, bbox=_ground(), zorder=6)  # fmt: skip
    _scale(axes, panel)


def _forbidden(axes: Axes, panel: Panel, low: float, high: float) -> None:
    """Where the level is not held: hatched, so that it is seen without colours too."""
    middle = sum(panel.limits) / max(len(panel.limits), 1)
    below = [one for one in panel.limits if _is_floor(panel, one, middle)]
    above = [one for one in panel.limits if not _is_floor(panel, one, middle)]
    for one in below:
        axes.axhspan(low, one, **_hatched())
    for one in above:
        axes.axhspan(one, high, **_hatched())


def _hatched() -> dict[str, Any]:
    return {"facecolor": "none", "edgecolor": QUIET, "linewidth": 0, "hatch": "////", "alpha": 0.45}


def _is_floor(panel: Panel, limit: float, middle: float) -> bool:
    return panel.floor if len(panel.limits) == 1 else limit < middle


def _fan(axes: Axes, told: Picture, panel: Panel) -> None:
    if panel.fan is None:
        return
    day, height = panel.readings[-1]
    low, landing, high = panel.fan
    axes.fill_between(
        [day, told.ends], [height, low], [height, high],
        facecolor=FAN, edgecolor=EXPECTED, linewidth=0.6, alpha=0.7, zorder=1.5,
    )  # fmt: skip
    axes.plot([day, told.ends], [height, landing], color=INK, linewidth=1.0,
              linestyle=(0, (1, 1.5)), zorder=4)  # fmt: skip


def _heights(panel: Panel) -> tuple[float, float]:
    """The axis holds what was, what is wanted, and as much of the forecast as leaves that large."""
    if panel.zones:
        return -0.4, len(panel.zones) - 0.6
    core = [height for _, height in (*panel.readings, *panel.expected)] + list(panel.limits)
    low, high = (min(core), max(core)) if core else (0.0, 1.0)
    span = (high - low) or abs(high) * 0.2 or 1.0
    if panel.fan:
        low = max(min(low, panel.fan[0]), low - span * 0.6)
        high = min(max(high, panel.fan[2]), high + span * 0.6)
    return low - span * 0.1, high + span * 0.12


def _scale(axes: Axes, panel: Panel) -> None:
    if panel.zones:
        axes.set_yticks(range(len(panel.zones)), [fit(one, 13) for one in panel.zones])
        return
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda height, _: compact(height)))


def _votes(axes: Axes, told: Picture, panel: Panel) -> None:
    _bare(axes, told)
    axes.set_ylim(0, 11)
    axes.set_yticks([0, 10])
    axes.set_xticks([day for day, _ in told.ticks], [text for _, text in told.ticks])
    for place, label in enumerate(axes.get_xticklabels()):
        label.set_horizontalalignment(("left", "center", "right")[min(place, 2)])
    if panel.confidence:
        days, means = zip(*panel.confidence, strict=True)
        axes.vlines(days, 0, means, color=CONFIDENCE, linewidth=1.0)
        axes.plot(days, means, color=CONFIDENCE, marker="D", markersize=3.0, linestyle="none")
    words = f"confidence {panel.told}" if panel.told else "no votes yet"
    axes.text(0.995, 0.9, words, **ink(SIZE - 1.5), ha="right", va="top",
              transform=axes.transAxes,
              bbox=_ground())  # fmt: skip


def _legend(figure: Figure, told: Picture, height: float) -> None:
    keys: list[Artist] = [
        Line2D([], [], color=INK, linewidth=1.8, marker="o", markersize=3.5, label="value"),
        Line2D([], [], color=EXPECTED, linewidth=1.3, linestyle=(0, (5, 2.5)), label="expected"),
        Line2D([], [], color=LIMIT, linewidth=1.3, linestyle=(0, (1, 1.2)), label="target"),
        Patch(facecolor=FAN, edgecolor=EXPECTED, linewidth=0.6, label="lands here 4 times in 5"),
        Line2D([], [], color=CONFIDENCE, marker="D", linestyle="none", markersize=3.5,
               label="confidence, 0 to 10"),
        Line2D([], [], color=TODAY, linewidth=1.0, label="today"),
    ]  # fmt: skip
    if any(panel.keeps for panel in told.panels):
        keys.insert(3, Patch(**_hatched(), label="level not held"))
    figure.legend(
        handles=keys, loc="lower center", ncols=7 if figure.get_figwidth() > 9 else 4,
        frameon=False, fontsize=SIZE - 1, labelcolor=INK, borderaxespad=0.15, columnspacing=1.2,
        handlelength=2.0, bbox_to_anchor=(0.5, 0.02 / height),
    )  # fmt: skip


if __name__ == "__main__":
    serve(lambda told: draw(Picture.from_dict(told)))
