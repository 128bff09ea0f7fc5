"""The document as a table: key results, or check-ins, one a row. CSV both ways."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.okrs.exchange.document import Fault, Path
from bot.okrs.exchange.reading import Unreadable

Json = dict[str, Any]
RESULTS = (
    *("cycle", "team", "objective", "objective_title", "key", "title", "kind"),
    *("baseline", "target", "stretch", "low", "high", "unit", "curve", "milestones", "zones"),
    *("owner", "co_owners", "leading", "guardrail", "customer_link", "reason"),
)
READ_ONLY = ("value", "progress")  # what export adds; import leaves it alone
CHECK_INS = ("key_result", "by", "at", "value", "confidence", "note", "blocker", "done")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
MILESTONE = re.compile(r"(?:\[(?P<done>[xX ])\]\s*)?(?P<title>.+?)(?:\s*=(?P<weight>[0-9.]+))?")
OWNER = re.compile(r"(?P<user>\S+)(?:\s+(?P<function>\S+))?")


class Sheet:
    """What a table says as a document, and which row each part of it stood in."""

    def __init__(self) -> None:
        self.raw: dict[str, Any] = {}
        self.rows: dict[Path, int] = {}
        self.homes: dict[tuple[str | None, ...], int] = {}  # index of an objective by its names

    def named(self, fault: Fault) -> str:
        """The fault at its row and column."""
        for size in range(len(fault.path), 0, -1):
            if row := self.rows.get(fault.path[:size]):
                column = Fault(fault.path[size:], "").where or "row"
                return f"row {row}, {column}: {fault.says}"
        return fault.line()


def read(text: str) -> Sheet:
    """Key results or check-ins, by the header. Raises Unreadable."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [one.strip().lower() for one in next(lines, [])]
        known = _known(header)
        sheet = Sheet()
        for cells in lines:
            if any(cell.strip() for cell in cells):
                told = _told(header, cells, lines.line_num)
                (_check_in if known is CHECK_INS else _result)(sheet, told, lines.line_num)
    except csv.Error as error:
        raise Unreadable(f"row {lines.line_num}: {error}") from error
    return sheet


def _known(header: Sequence[str]) -> Sequence[str]:
    """Which of the two tables it is."""
    known = CHECK_INS if "key_result" in header else RESULTS
    needed = ("key_result", "at") if known is CHECK_INS else ("cycle", "team", "objective", "key")
    missing = [name for name in needed if name not in header]
    odd = [name for name in header if name not in (*known, *READ_ONLY)]
    twice = sorted({name for name in header if header.count(name) > 1})
    if missing:
        raise Unreadable(f"the first row must name the columns; {', '.join(missing)} is missing")
    if odd or twice:
        raise Unreadable(f"the column {(odd or twice)[0]!r} is not known, or stands twice")
    return known


def _told(header: Sequence[str], cells: Sequence[str], row: int) -> dict[str, str]:
    if len(cells) > len(header):
        raise Unreadable(f"row {row} has more cells than the first row has names")
    told = {name: _bare(cell.strip()) for name, cell in zip(header, cells, strict=False)}
    return {name: cell for name, cell in told.items() if cell}


def _bare(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and _runs(cell) else cell


def _runs(cell: str) -> bool:
    """Would a spreadsheet run it? Its own apostrophes count too, so that one can be taken off."""
    return cell.lstrip("'").startswith(FORMULA)


def _result(sheet: Sheet, told: dict[str, str], row: int) -> None:
    objectives: list[Json] = sheet.raw.setdefault("objectives", [])
    home = tuple(told.get(name) for name in ("cycle", "team", "objective"))
    at = sheet.homes.setdefault(home, len(objectives))
    if at == len(objectives):
        names = zip(("cycle", "team", "key"), home, strict=True)
        objectives.append({name: one for name, one in names if one} | {"key_results": []})
        sheet.rows["objectives", at] = row
    if "objective_title" in told:
        objectives[at]["title"] = told["objective_title"]
    results: list[Json] = objectives[at]["key_results"]
    sheet.rows["objectives", at, "key_results", len(results)] = row
    results.append({one: _CELLS.get(one, str)(told[one]) for one in told if one in RESULTS[4:]})


def _check_in(sheet: Sheet, told: dict[str, str], row: int) -> None:
    rows: list[Json] = sheet.raw.setdefault("check_ins", [])
    sheet.rows["check_ins", len(rows)] = row
    done = {"done": _listed(told["done"])} if "done" in told else {}
    rows.append({name: one for name, one in told.items() if name in CHECK_INS} | done)


def _listed(cell: str) -> Any:
    """`A | B`, or a JSON list where a part has a | of its own."""
    if cell.startswith("["):
        # What is no JSON is a title that begins with a bracket, and is read as one below.
        with suppress(ValueError, RecursionError):
            return json.loads(cell)
    return [part.strip() for part in cell.split("|") if part.strip()]


def _milestones(cell: str) -> Any:
    """`[x] Designed =1 | Built =2`."""
    found = _listed(cell)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return found
    return [_milestone(one) for one in found]


def _milestone(told: str) -> Json:
    match = MILESTONE.fullmatch(told)
    if match is None:
        return {"title": told}
    row: Json = {"title": match["title"], "weight": match["weight"] or 1}
    return row | {"done": (match["done"] or "").lower() == "x"}


def _owners(cell: str) -> Any:
    """`U01; U02 engineering`."""
    return [_owner(part.strip()) for part in cell.split(";") if part.strip()]


def _owner(cell: str) -> Any:
    match = OWNER.fullmatch(cell)
    return {name: one for name, one in match.groupdict().items() if one} if match else cell


def _curve(cell: str) -> Any:
    """`linear`, `s_curve`, `steps: 2027-02-01 0.3; 2027-03-01 1`, and the same with phased."""
    shape, colon, rest = cell.partition(":")
    if not colon:
        return cell
    return {shape.strip(): [one.split() for one in rest.split(";") if one.strip()]}


_CELLS: Mapping[str, Callable[[str], Any]] = {
    "milestones": _milestones,
    "zones": _listed,
    "owner": _owner,
    "co_owners": _owners,
    "curve": _curve,
}


def results(told: Json, standings: Mapping[str, tuple[Any, float | None]]) -> str:
    """Every key result of the document; `standings` has (value, progress 0 to 1) by full key."""
    rows = []
    for objective in told.get("objectives", ()):
        for one in objective.get("key_results", ()):
            where = f"{objective['cycle']}/{objective['team']}/{one['key']}"
            value, progress = standings.get(where, (None, None))
            rows.append(
                {name: objective[name] for name in ("cycle", "team")}
                | {"objective": objective["key"], "objective_title": objective["title"]}
                | {name: _cell(name, one[name]) for name in RESULTS if name in one}
                | {"value": value, "progress": None if progress is None else round(progress, 4)}
            )
    return table((*RESULTS, *READ_ONLY), rows)


def check_ins(told: Json) -> str:
    rows = [
        {name: _cell(name, told) for name, told in one.items()} for one in told.get("check_ins", ())
    ]
    return table(CHECK_INS, rows)


def table(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV with a header; an apostrophe keeps a spreadsheet from running a cell."""
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow(names)
    for row in rows:
        lines.writerow([_safe(row.get(name)) for name in names])
    return out.getvalue()


def _safe(told: Any) -> Any:
    if isinstance(told, bool):
        return "true" if told else "false"
    return f"'{told}" if isinstance(told, str) and _runs(told) else told


def _cell(name: str, told: Any) -> Any:
    if name in ("zones", "done"):
        return _joined(list(told), _listed, told)
    if name == "milestones":
        parts = [
            ("[x] " if one.get("done") else "[ ] ") + f"{one['title']} ={one.get('weight', 1)}"
            for one in told
        ]
        return _joined(parts, lambda cell: [_plain(one) for one in _milestones(cell)], told)
    if name in ("owner", "co_owners"):
        parts = [
            one if isinstance(one, str) else " ".join(one.values()).strip() for one in _many(told)
        ]
        return "; ".join(parts)
    if name == "curve" and not isinstance(told, str):
        ((shape, points),) = told.items()
        return f"{shape}: " + "; ".join(f"{day} {share}" for day, share in points)
    return told


def _many(told: Any) -> Sequence[Any]:
    return told if isinstance(told, list) else [told]


def _plain(one: Json) -> Json:
    weight = float(one["weight"])
    return (
        {"title": one["title"]}
        | ({"weight": int(weight) if weight.is_integer() else weight} if weight != 1 else {})
        | ({"done": True} if one["done"] else {})
    )


def _joined(parts: Sequence[str], back: Callable[[str], Any], told: Any) -> str:
    """The easy form where it can be read back, otherwise JSON."""
    cell = " | ".join(parts)
    return cell if back(cell) == told else json.dumps(told, ensure_ascii=False)
