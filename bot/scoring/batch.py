"""`drumbeat score --batch`: answers in as JSON lines, marks out as JSON lines, in order."""

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from bot.errors import SettingsWrong
from bot.scoring.embedded import score
from bot.scoring.rules import ALL_CELLS, Cell, KeyPoint, Question, Rubric, Scorecard

Bank = Callable[[str], Question | None]
MINUTES = 3.0


def run(lines: Iterable[str], out: TextIO, bank: Bank, rubric: Rubric) -> int:
    """Score every line; blank lines are passed over. Returns the exit code: 1 after a bad line."""
    code = 0
    for line in lines:
        if not line.strip():
            continue
        answer = _result(line, bank, rubric)
        code = 1 if "error" in answer else code
        out.write(_line(answer) + "\n")
    return code


def read_rubric(path: Path) -> Rubric:
    """The rubric in a TOML file. Raises SettingsWrong: file, field, how to mend it."""
    try:
        return Rubric.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise SettingsWrong(f"{path}: is not TOML: {error}; mend that line") from error
    except UnicodeDecodeError as error:
        raise SettingsWrong(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    except ValueError as error:
        raise SettingsWrong(f"{path}: {error}") from error
    except OSError as error:
        raise SettingsWrong(f"{path}: cannot be read: {error.strerror}") from error


def _line(answer: dict[str, Any]) -> str:
    line = json.dumps(answer, ensure_ascii=False)
    return line if _is_text(line) else json.dumps(answer)


def _is_text(line: str) -> bool:
    """False for half a character, which JSON can name and UTF-8 cannot write."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _result(line: str, bank: Bank, rubric: Rubric) -> dict[str, Any]:
    if not _is_text(line):
        return {"error": "not UTF-8 text"}
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}"}
    if not isinstance(entry, dict):
        return {"error": "a line must be an object"}
    if "id" not in entry:
        return {"error": "id: missing"}
    named = {"id": entry["id"]}
    try:
        question = _question(entry, bank)
        answer = _text(entry, "answer")
    except ValueError as error:
        return {**named, "error": str(error)}
    return {**named, **_written(score(question, answer, rubric))}


def _text(entry: Mapping[str, Any], field: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str):
        raise ValueError(f"{field}: a text is needed")  # noqa: TRY004  # one error for bad lines
    return value


def _question(entry: Mapping[str, Any], bank: Bank) -> Question:
    if entry.get("drill_id") is not None:
        question = bank(_text(entry, "drill_id"))
        if question is None:
            raise ValueError(f"drill_id: no drill {entry['drill_id']!r}")
        return question
    model_answer = entry.get("model_answer")
    return Question(
        prompt=_text(entry, "prompt"),
        key_points=_key_points(entry.get("key_points")),
        cells=_cells(entry.get("cells")),
        minutes=_number(entry.get("minutes"), "minutes", MINUTES),
        model_answer=None if model_answer is None else _text(entry, "model_answer"),
    )


def _key_points(value: Any) -> tuple[KeyPoint, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("key_points: a list is needed")  # noqa: TRY004
    return tuple(_key_point(each, f"key_points[{place}]") for place, each in enumerate(value))


def _key_point(value: Any, where: str) -> KeyPoint:
    if isinstance(value, str):
        return KeyPoint(value)
    if not isinstance(value, dict) or not isinstance(value.get("point"), str):
        raise ValueError(f"{where}: a text or an object with a point is needed")  # noqa: TRY004
    cell = value.get("cell")
    return KeyPoint(
        value["point"],
        None if cell is None else _cell(cell, f"{where}.cell"),
        _number(value.get("weight"), f"{where}.weight", 1.0),
    )


def _cell(value: Any, where: str) -> Cell:
    if value not in tuple(Cell):
        raise ValueError(f"{where}: {value!r} is none of {', '.join(Cell)}")
    return Cell(value)


def _cells(value: Any) -> tuple[Cell, ...]:
    if value is None:
        return ALL_CELLS
    if not isinstance(value, list):
        raise ValueError("cells: a list is needed")  # noqa: TRY004
    return tuple(dict.fromkeys(_cell(each, "cells") for each in value))


def _number(value: Any, where: str, otherwise: float) -> float:
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise ValueError(f"{where}: a number above 0 is needed")
    return float(value)


def _written(card: Scorecard) -> dict[str, Any]:
    return {
        "cells": {
            cell.value: {
                "score": found.score,
                "quotes": list(found.quotes),
                "anchor": found.anchor,
            }
            for cell, found in card.cells.items()
        },
        "overall": card.overall,
        "key_points": [
            {
                "point": point.point,
                "covered": point.covered,
                "coverage": point.coverage,
                "quote": point.quote,
            }
            for point in card.key_points
        ],
        "flags": list(card.flags),
        "scorer": card.scorer,
    }
