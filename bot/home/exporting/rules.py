"""A member's data as files: JSON for programs, CSV for people, in zips. Pure; docs/progress.md."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from bot.okrs.exchange.sheets import table

Row = Mapping[str, Any]
Told = Mapping[str, Sequence[Row]]  # {table: rows}
MOST = 20_000_000  # bytes of JSON in one file; its zip is a good deal smaller
STAMP = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: the same data gives the same bytes


def files(told: Told, when: datetime, most: int = MOST) -> list[bytes]:
    """One zip, or several that each open by themselves. Values are those of the store's columns."""
    written = {name: [_values(row) for row in rows] for name, rows in told.items()}
    parts = list(_parts(written, most))
    return [_zipped(part, when, place, len(parts)) for place, part in enumerate(parts, start=1)]


def file_names(count: int, day: date) -> list[str]:
    """`drumbeat-2026-03-03.zip`, or `drumbeat-2026-03-03-1-of-2.zip` and so on."""
    if count == 1:
        return [f"drumbeat-{day}.zip"]
    return [f"drumbeat-{day}-{place}-of-{count}.zip" for place in range(1, count + 1)]


def _values(row: Row) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    """What JSON can hold: instants, dates and times in ISO 8601, instants with their zone."""
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def _parts(told: Told, most: int) -> Iterator[dict[str, list[Row]]]:
    """All rows in their order, parted where a file would hold more than `most` bytes of JSON."""
    part: dict[str, list[Row]] = {}
    size = 0
    for name, rows in told.items():
        part.setdefault(name, [])
        for row in rows:
            its = len(_json(row))
            if size and size + its > most:
                yield part
                part, size = {}, 0
            part.setdefault(name, []).append(row)
            size += its
    yield part


def _json(told: Any) -> bytes:
    return json.dumps(told, indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _zipped(told: Told, when: datetime, place: int, of: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _add(archive, "README.txt", _readme(told, when, place, of).encode())
        _add(archive, "data.json", _json(told))
        for name, rows in told.items():
            if rows:
                # The mark at the front tells spreadsheets that it is UTF-8.
                _add(archive, f"tables/{name}.csv", _csv(rows).encode("utf-8-sig", "surrogatepass"))
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    made = zipfile.ZipInfo(name, STAMP)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    archive.writestr(made, content)


def _csv(rows: Sequence[Row]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return table(names, ({name: _cell(told) for name, told in row.items()} for row in rows))


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _readme(told: Told, when: datetime, place: int, of: int) -> str:
    lines = [
        "Everything that Drumbeat stores about you.",
        f"Made on {when:%Y-%m-%d} at {when:%H:%M} UTC.",
        *([f"Part {place} of {of}. Each part opens by itself."] if of > 1 else []),
        "",
        "data.json   all of it, for programs",
        "tables/     the same as CSV, one file a table, for spreadsheets;",
        "            tables in which nothing stands about you are left out",
        "",
        "Instants are UTC. Lists and records in a CSV cell are JSON.",
        "A CSV cell that begins with an apostrophe had a sign behind it that a spreadsheet would",
        "run as a formula; data.json has it as it is.",
        "Sounds are not in here, because none is kept. Pictures are drawn from these figures.",
        "",
        "Rows in each table:",
        *(f"  {name}: {len(rows):,}" for name, rows in told.items()),
        "",
    ]
    return "\n".join(lines)
