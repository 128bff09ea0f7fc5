"""What is said of progress: in App Home, in its modal, and as text. Pure; docs/progress.md."""

from collections.abc import Mapping, Sequence

from bot.drills.progress.rules import LATELY, MOCKS, Figure, Grid, Row
from bot.plans.aiming import NEWEST
from bot.scoring.rules import ENOUGH, Cell
from bot.slack.blocks import (
    Block,
    actions,
    button,
    clip,
    escape,
    modal,
    note,
    plural,
    section,
)

ALL = "home.grid"
TOP = 3  # families in App Home
PAGE = 20  # families on a page of the modal
NAME = 100
FINE_PRINT = (
    f"Level and spread are over your newest {NEWEST} marks, the trend is over the newest {LATELY}. "
    "Drills get harder as you climb, so a level that holds is progress too."
)


def title(family: str, titles: Mapping[str, str]) -> str:
    """The family as people read it; `titles` are the bank's."""
    if family == MOCKS:
        return "Mock interviews"
    return escape(clip(titles.get(family, family), NAME))


def line(cell: Cell, told: Figure) -> str:
    """`*Execution*  2.6 of 4, steady, up 0.6. 9 marks, 2 from partners.`"""
    if told.level is None:
        marks = "marks" if told.peers else "answers"
        return f"*{cell.title}*  not enough yet ({told.count} of {ENOUGH} {marks})"
    return f"*{cell.title}*  {told.level:.1f} of 4, {_course(told)}. {_counted(told)}."


def _course(told: Figure) -> str:
    if told.spread is None:
        return "no spread and no trend yet"
    spread = "steady" if told.steady else f"varies by {told.spread:.1f}"
    if not told.watched:
        return f"{spread}, no trend yet"
    if told.trend is None:
        return f"{spread}, no clear trend"
    return f"{spread}, {'up' if told.trend > 0 else 'down'} {abs(told.trend):.1f}"


def _counted(told: Figure) -> str:
    if told.peers:
        return f"{plural(told.count, 'mark')}, {told.peers:,} from partners"
    return plural(told.count, "answer")


def lines(row: Row) -> str:
    """The four cells of everything or of a family, a line each."""
    return "\n".join(line(cell, row.cells.get(cell, Figure())) for cell in Cell)


def short(row: Row, titles: Mapping[str, str]) -> str:
    """A family and its levels, where there are three marks; else one line that says so."""
    known = [
        f"{cell.title} {one.level:.1f}"
        for cell in Cell
        if (one := row.cells.get(cell)) and one.level is not None
    ]
    head = f"*{title(row.family, titles)}*  {_forms(row)}"
    return f"{head}\n{', '.join(known)}" if known else f"{head}, {_too_few(row)}"


def _too_few(row: Row) -> str:
    most = max((one.count for one in row.cells.values()), default=0)
    return f"not enough yet ({most} of {ENOUGH})"


def _forms(row: Row) -> str:
    """A mock can have several forms: one of each partner."""
    if row.family == MOCKS:
        return plural(row.answers, "set of marks", "sets of marks")
    return plural(row.answers, "answer")


def families(told: Grid, titles: Mapping[str, str]) -> list[Block]:
    """The most practised ones, and the way to the others."""
    if not told.families:
        return []
    shown = [section(short(row, titles)) for row in told.families[:TOP]]
    return [*shown, actions(button("All families", ALL))]


def all_families(told: Grid, titles: Mapping[str, str], page: int = 0) -> Block:
    """A page of them, with every figure; a page that is none is the first."""
    rows = told.families
    begins = page * PAGE if 0 <= page * PAGE < len(rows) else 0
    shown = rows[begins : begins + PAGE]
    blocks: list[Block] = [_family(row, titles) for row in shown]
    if not blocks:
        blocks = [section("Nothing scored yet. Your first scorecard fills this in.")]
    turns = _turns(begins // PAGE, len(rows))
    if turns:
        blocks.append(actions(*turns))
    blocks.append(note(FINE_PRINT))
    return modal("All families", ALL, blocks, submit="", close="Close")


def _family(row: Row, titles: Mapping[str, str]) -> Block:
    """Cells with enough marks in a line each, the others together: a phone shows six families."""
    told = {cell: row.cells.get(cell, Figure()) for cell in Cell}
    text = [f"*{title(row.family, titles)}*, {_forms(row)}"]
    known = [line(cell, one) for cell, one in told.items() if one.level is not None]
    if not known:
        return section(f"{text[0]}, {_too_few(row)}")
    text += known
    few = [f"{cell.title} {one.count}" for cell, one in told.items() if one.level is None]
    if few:
        text.append(f"Not enough yet, of {ENOUGH} marks: {', '.join(few)}")
    return section("\n".join(text))


def _turns(page: int, count: int) -> Sequence[Block]:
    earlier = [button("More practised", f"{ALL}.back", str(page - 1))] if page else []
    further = (page + 1) * PAGE < count
    later = [button("Less practised", f"{ALL}.on", str(page + 1))] if further else []
    return earlier + later


def section_of(told: Grid, titles: Mapping[str, str], rubric: Block | None) -> list[Block]:
    """App Home's, below the days practised."""
    if not told.whole.marks:
        words = "Nothing scored yet. Your first scorecard fills this in."
        return [section(words, accessory=rubric)]
    return [section(lines(told.whole), accessory=rubric), *families(told, titles), note(FINE_PRINT)]


def stats(told: Grid, titles: Mapping[str, str]) -> str:
    """The same as text."""
    text = lines(told.whole)
    if told.families:
        text += "\n" + "\n".join(short(row, titles) for row in told.families[:TOP])
    return text
