"""Draws a plan: a calendar of weeks, or of months where it is long, with its stages in it.

Every stage has a letter beside its colour. Sizes are inches; a phone shows about five of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bot.lettering import fit
from bot.painting import ink, png, sheet
from bot.palette import INK, PAPER, QUIET
from bot.plans.pictures.palette import DIM, FILLS, HATCH
from bot.plans.timeline.chart import FREE, GAP, Key, Picture

WEEKS = 27  # in so many rows at most; a longer plan is drawn by months
WIDTH, SIDE, EDGE = 5.2, 0.78, 0.16  # of the picture, its row names, its margin
HEAD, COLUMNS, KEY = 0.78, 0.26, 0.42  # heights above the calendar, of its head, of a key
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Grid:
    """Where dates lie: rows and columns of cells, in inches from the picture's upper left."""

    by_months: bool
    first: date

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height."""
        across = WIDTH - SIDE - EDGE
        return (across / 31, 0.2) if self.by_months else (across / 7, 0.42)

    def at(self, day: date) -> tuple[int, int]:
        """Row and column."""
        if self.by_months:
            months = (day.year - self.first.year) * 12 + day.month - self.first.month
            return months, day.day - 1
        monday = self.first - self.first.weekday() * DAY
        return (day - monday).days // 7, day.weekday()

    def corner(self, day: date) -> tuple[float, float]:
        """Upper left."""
        row, column = self.at(day)
        wide, high = self.cell
        return SIDE + column * wide, HEAD + COLUMNS + row * high


def draw(told: Mapping[str, Any]) -> bytes:
    """The PNG of a `bot.plans.timeline.chart.Picture`."""
    plan = Picture.from_dict(told)
    first = date.fromisoformat(plan.first)
    days = [first + number * DAY for number in range(len(plan.cells))]
    weeks = (len(days) + first.weekday() + 6) // 7
    grid = Grid(weeks > WEEKS, first)
    ends = grid.corner(days[-1])[1] + grid.cell[1] + 0.32
    height = ends + KEY * len(plan.keys) + 0.3 * len(list(_signs(plan))) + EDGE
    figure = sheet(WIDTH, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    axes.text(EDGE, 0.28, fit(plan.title, 44), va="center", **ink(13, bold=True))
    axes.text(EDGE, 0.58, fit(plan.subtitle, 74), va="center", **ink(8.5))
    _frame(axes, grid, days)
    _cells(axes, grid, plan, days)
    _marks(axes, grid, plan, days)
    _keys(axes, plan, ends)
    return png(figure)


# --- the calendar ---------------------------------------------------------------------------------


def _frame(axes: Axes, grid: Grid, days: Sequence[date]) -> None:
    """Names of columns and rows: weekdays and the week's Monday, or days and months."""
    wide, high = grid.cell
    heads = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    named = {n: str(n + 1) for n in (0, 4, 9, 14, 19, 24, 29)} if grid.by_months else {}
    for column, text in (named or dict(enumerate(heads))).items():
        x = SIDE + (column + 0.5) * wide
        axes.text(x, HEAD + COLUMNS / 2, text, ha="center", va="center", **ink(8, QUIET))
    seen: set[int] = set()
    for day in days:
        row, _ = grid.at(day)
        if row in seen:
            continue
        seen.add(row)
        year = day.month == 1 or day == days[0]
        text = f"{day:%b %Y}" if year else f"{day:%b}"
        if not grid.by_months:
            monday = day - day.weekday() * DAY
            text = f"{monday.day} {monday:%b}"
        y = HEAD + COLUMNS + (row + 0.5) * high
        axes.text(SIDE - 0.1, y, text, ha="right", va="center", **ink(8, QUIET))


def _cells(axes: Axes, grid: Grid, plan: Picture, days: Sequence[date]) -> None:
    wide, high = grid.cell
    gap = 0.0 if grid.by_months else 0.03
    today = date.fromisoformat(plan.today)
    named: set[tuple[int, str]] = set()
    for day, code in zip(days, plan.cells, strict=True):
        x, y = grid.corner(day)
        if code == GAP:
            axes.add_patch(_box(x, y, wide, high, gap, **HATCH))
        elif code != FREE:
            fill = DIM[code] if day < today else FILLS[code]
            axes.add_patch(_box(x, y, wide, high, gap, facecolor=fill, edgecolor="none"))
        row = grid.at(day)[0]
        if not grid.by_months:
            _dated(axes, (x, y, wide, high), day, code)
        elif code in FILLS and (row, code) not in named:
            named.add((row, code))
            axes.text(x + 0.03, y + high / 2, code, va="center", **ink(7, bold=True))


def _box(x: float, y: float, wide: float, high: float, gap: float, **look: Any) -> Rectangle:
    return Rectangle((x, y + 0.02), wide - gap, high - 0.04, **look)


def _dated(axes: Axes, at: tuple[float, float, float, float], day: date, code: str) -> None:
    """The day of the month, and the letter of its stage."""
    x, y, wide, high = at
    colour = INK if code in FILLS else QUIET
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6} if code == GAP else None
    axes.text(x + 0.07, y + high / 2, str(day.day), va="center", bbox=ground, **ink(9, colour))
    if code in FILLS:
        place = x + wide - 0.1
        axes.text(place, y + high / 2, code, ha="right", va="center", **ink(9, bold=True))


def _marks(axes: Axes, grid: Grid, plan: Picture, days: Sequence[date]) -> None:
    """Today in a frame, the day in black, and a line under the days that bring nothing new."""
    wide, high = grid.cell
    gap = 0.0 if grid.by_months else 0.03
    shown = set(days)
    target = date.fromisoformat(plan.target) if plan.target else None
    if target and plan.nothing_new_from:
        day = date.fromisoformat(plan.nothing_new_from)
        while day < target:
            x, y = grid.corner(day)
            axes.plot([x, x + wide], [y + high - 0.01] * 2, color=INK, linewidth=1.4)
            day += DAY
    if target in shown and target:
        x, y = grid.corner(target)
        axes.add_patch(_box(x, y, wide, high, gap, facecolor=INK, edgecolor="none"))
        text = "" if grid.by_months else str(target.day)
        axes.text(x + 0.07, y + high / 2, text, va="center", **ink(9, PAPER, bold=True))
    today = date.fromisoformat(plan.today)
    if today in shown:
        x, y = grid.corner(today)
        look = {"facecolor": "none", "edgecolor": INK, "linewidth": 2.2, "zorder": 5}
        axes.add_patch(_box(x, y, wide, high, gap, **look))


# --- what it means --------------------------------------------------------------------------------


def _keys(axes: Axes, plan: Picture, top: float) -> None:
    for number, key in enumerate(plan.keys):
        _key(axes, key, top + number * KEY)
    y = top + len(plan.keys) * KEY + 0.1
    for number, (look, text) in enumerate(_signs(plan)):
        line = y + number * 0.3
        if look:
            axes.add_patch(Rectangle((EDGE, line - 0.09), 0.3, 0.18, **look))
        else:
            axes.plot([EDGE, EDGE + 0.3], [line + 0.05] * 2, color=INK, linewidth=1.4)
        axes.text(EDGE + 0.42, line, text, va="center", **ink(8.5))


def _key(axes: Axes, key: Key, y: float) -> None:
    fill = DIM[key.code] if key.step == "done" else FILLS[key.code]
    now = {"edgecolor": INK, "linewidth": 2.2} if key.step == "now" else {"edgecolor": "none"}
    axes.add_patch(Rectangle((EDGE, y - 0.12), 0.3, 0.3, facecolor=fill, **now))
    axes.text(EDGE + 0.15, y + 0.03, key.code, ha="center", va="center", **ink(9, bold=True))
    done = " (done)" if key.step == "done" else ""
    bold = key.step == "now"
    axes.text(EDGE + 0.42, y - 0.05, f"{key.name}{done}", va="center", **ink(9, bold=bold))
    axes.text(EDGE + 0.42, y + 0.12, fit(key.when, 70), va="center", **ink(8, QUIET))


def _signs(plan: Picture) -> Iterator[tuple[dict[str, Any], str]]:
    """Each sign that is in the picture, with what it means; an empty look is a line."""
    yield {"facecolor": "none", "edgecolor": INK, "linewidth": 2.2}, "today"
    if plan.target:
        yield {"facecolor": INK, "edgecolor": "none"}, "the day of the interview"
        yield {}, "nothing new in these days"
    if GAP in plan.cells:
        yield HATCH, "pause, public holiday or day off"
