"""Is a result the expected one? Held against it as a table. Pure.

Rows are a multiset unless the drill asks for an order; numbers of any type are equal within the
drill's tolerance; NULL equals NULL alone; text is compared to the letter. What differs is told as
a kind of difference and a count, never as a value that was expected.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.drills.queries.rules import Column, Table

FLOAT = Decimal("1e-9")  # of the larger number: what sums of fractions differ by
LOOKED_AT = 200  # rows too many, up to which it is asked whether the expected ones are among them
Cells = tuple["Cell", ...]
Cell = str | Decimal | None


@dataclass(frozen=True)
class Difference:
    """One way in which a result is not the expected one; `code` names the sentence.

    `count` is of rows or columns, `column` a column's name as the member wrote it.
    """

    code: str
    count: int = 0
    column: str = ""


@dataclass(frozen=True)
class Terms:
    """How a drill wants results compared; `names`: columns must be called as expected."""

    ordered: bool = False
    tolerance: float = 0.0
    names: bool = False


def compare(got: Table, wanted: Table, terms: Terms) -> tuple[Difference, ...]:
    """What differs, the most telling first; nothing when the result is right."""
    shape = _columns(got, wanted, terms)
    if shape:
        return shape
    kinds = _kinds(got, wanted)
    if kinds:
        return kinds
    mine, theirs = _values(got), _values(wanted)
    many = got.more or len(mine) > len(theirs) + LOOKED_AT
    pairs = {} if many else _pairs(mine, theirs, terms)
    if many or len(mine) != len(theirs):
        return _count(got, len(mine), len(theirs), lost=len(theirs) - len(pairs))
    if len(pairs) < len(theirs):
        return _cells(got, mine, theirs, pairs)
    if terms.ordered and any(
        not _same_row(*both, terms) for both in zip(mine, theirs, strict=True)
    ):
        return (Difference("order"),)
    return ()


# --- columns -------------------------------------------------------------------------------------


def _columns(got: Table, wanted: Table, terms: Terms) -> tuple[Difference, ...]:
    more = len(got.columns) - len(wanted.columns)
    if more:
        return (Difference("columns_more" if more > 0 else "columns_fewer", abs(more)),)
    mine = [one.name.strip().lower() for one in got.columns]
    theirs = [one.name.strip().lower() for one in wanted.columns]
    if mine != theirs and sorted(mine) == sorted(theirs) and len(set(mine)) == len(mine):
        return (Difference("columns_order"),)
    if terms.names:
        return tuple(
            Difference("name", at + 1, got.columns[at].name)
            for at in range(len(mine))
            if mine[at] != theirs[at]
        )
    return ()


def _kinds(got: Table, wanted: Table) -> tuple[Difference, ...]:
    """Columns of another kind than expected, as far as they hold anything."""
    found = []
    for at, (mine, theirs) in enumerate(zip(got.columns, wanted.columns, strict=True)):
        filled = any(row[at] is not None for row in got.rows)
        if filled and mine.kind != theirs.kind and any(r[at] is not None for r in wanted.rows):
            found.append(Difference(f"kind_{theirs.kind}", column=mine.name))
    return tuple(found)


# --- values --------------------------------------------------------------------------------------


def _values(table: Table) -> list[Cells]:
    return [
        tuple(_value(cell, column) for cell, column in zip(row, table.columns, strict=True))
        for row in table.rows
    ]


def _value(cell: str | None, column: Column) -> Cell:
    if cell is None:
        return None
    if column.kind == "number":
        try:
            return Decimal(cell)
        except InvalidOperation:
            return cell
    # A date is the midnight that it begins with.
    return cell.removesuffix(" 00:00:00") if column.kind == "date" else cell


def _same(mine: Cell, theirs: Cell, terms: Terms) -> bool:
    if not isinstance(mine, Decimal) or not isinstance(theirs, Decimal):
        return mine == theirs
    if not mine.is_finite() or not theirs.is_finite():
        return str(mine) == str(theirs)
    room = Decimal(str(terms.tolerance)) + FLOAT * max(abs(mine), abs(theirs))
    return abs(mine - theirs) <= room


def _same_row(mine: Cells, theirs: Cells, terms: Terms) -> bool:
    return all(_same(*both, terms) for both in zip(mine, theirs, strict=True))


def _pairs(mine: Sequence[Cells], theirs: Sequence[Cells], terms: Terms) -> dict[int, int]:
    """{expected row: row of the result} for as many equal rows as can be paired at once.

    Kuhn's augmenting paths: with a tolerance one row may fit several, and the first to fit
    is not always the one to take. Numbers apart, only rows of the same cells are looked at.
    """
    alike: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(mine):
        alike[_frame(row)].append(at)
    fits = [[at for at in alike[_frame(row)] if _same_row(mine[at], row, terms)] for row in theirs]
    taken: dict[int, int] = {}
    for wanted in range(len(theirs)):
        _place(wanted, fits, taken, set())
    return {wanted: at for at, wanted in taken.items()}


def _frame(row: Cells) -> tuple[object, ...]:
    return tuple(Decimal if isinstance(cell, Decimal) else cell for cell in row)


def _place(
    wanted: int, fits: Sequence[Sequence[int]], taken: dict[int, int], seen: set[int]
) -> bool:
    free = next((at for at in fits[wanted] if at not in taken), None)
    if free is not None:
        taken[free] = wanted
        return True
    for at in fits[wanted]:
        if at not in seen:
            seen.add(at)
            if _place(taken[at], fits, taken, seen):
                taken[at] = wanted
                return True
    return False


# --- what differs --------------------------------------------------------------------------------


def _count(got: Table, mine: int, theirs: int, lost: int) -> tuple[Difference, ...]:
    """Too many or too few rows, and how many of the expected ones are not among them."""
    if got.more:
        found = [Difference("rows_many", mine)]
    elif mine == 0:
        return (Difference("rows_none"),)
    else:
        code = "rows_more" if mine > theirs else "rows_fewer"
        found = [Difference(code, abs(mine - theirs))]
    if mine > theirs and not lost:
        again = sum(count - 1 for count in Counter(got.rows).values())
        if again >= mine - theirs:
            found.append(Difference("rows_twice", again))
        else:
            found.append(Difference("rows_all_there"))
    return tuple(found)


def _cells(
    got: Table, mine: Sequence[Cells], theirs: Sequence[Cells], pairs: dict[int, int]
) -> tuple[Difference, ...]:
    """In how many rows each column differs, when rows are as many as expected."""
    used = set(pairs.values())
    left = [at for at in range(len(mine)) if at not in used]
    wrong: Counter[int] = Counter()
    spaces: set[int] = set()
    for wanted in range(len(theirs)):
        if wanted in pairs:
            continue
        nearest = max(left, key=lambda at: _alike(mine[at], theirs[wanted]))
        left.remove(nearest)
        for at, (one, other) in enumerate(zip(mine[nearest], theirs[wanted], strict=True)):
            if one != other:
                wrong[at] += 1
                if isinstance(one, str) and isinstance(other, str) and one.strip() == other.strip():
                    spaces.add(at)
    return tuple(
        Difference("spaces" if at in spaces else "values", count, got.columns[at].name)
        for at, count in sorted(wrong.items())
    )


def _alike(mine: Cells, theirs: Cells) -> float:
    """How much two rows have in common: equal cells, and a little for numbers that lie near."""
    return sum(_closeness(*both) for both in zip(mine, theirs, strict=True))


def _closeness(mine: Cell, theirs: Cell) -> float:
    if mine == theirs:
        return 1.0
    if not isinstance(mine, Decimal) or not isinstance(theirs, Decimal):
        return 0.0
    if not mine.is_finite() or not theirs.is_finite():
        return 0.0
    return 0.5 / (1.0 + float(abs(mine - theirs) / (abs(theirs) + 1)))
