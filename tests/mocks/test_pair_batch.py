"""`drumbeat pair --batch`: the file, the round, and what is said when a file is wrong."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import ROOT
from bot.errors import DocumentWrong, SettingsWrong
from bot.mocks.pairing import batch
from bot.mocks.pairing.weights import Weights


def person(
    name: str, tz: str = "Europe/Berlin", *windows: list[str], **more: Any
) -> dict[str, Any]:
    return {"id": name, "tz": tz, "windows": list(windows or (["Tue", "18:00", "21:00"],)), **more}


def pool(*members: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"seed": 1, "week": "2026-W48", "members": list(members), **more}


def paired(given: dict[str, Any], *, explain: bool = False) -> dict[str, Any]:
    made = batch.run(batch.read(json.dumps(given)), Weights(), explain=explain)
    told: dict[str, Any] = json.loads(made)
    return told


def test_the_command_prints_the_round_and_every_edge(tmp_path: Path) -> None:
    file = tmp_path / "pool.json"
    file.write_text(json.dumps(pool(*(person(one, level=2) for one in "ABC"))), "utf-8")
    run = CliRunner().invoke(app, ["pair", "--batch", str(file), "--explain", "--json"])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert [one["members"] for one in told["groups"]] == [["A", "B", "C"]]
    group = told["groups"][0]
    assert sorted(group["roles"].values()) == ["candidate", "interviewer", "observer"]
    assert sum(group["terms"].values()) == pytest.approx(group["weight"])
    assert group["weight"] == told["weight"]
    assert group["slots"] == ["2026-11-24T17:00:00Z", "2026-11-24T18:00:00Z",
                              "2026-11-24T19:00:00Z"]  # fmt: skip
    assert [one["members"] for one in told["edges"]] == [["A", "B"], ["A", "C"], ["B", "C"]]
    for edge in told["edges"]:
        assert sum(edge["terms"].values()) == pytest.approx(edge["weight"])
    assert told["unpaired"] == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"week": "2026-W60"}, "week: must be an ISO week such as 2026-W48"),
        ({"members": [person("A"), person("A")]}, "members[1].id: A is members[0] too"),
        ({"members": [person("A", "Mars/Base")]}, "members[0].tz: must be a time zone"),
        ({"members": [person("A", "UTC", ["Tue", "19:00", "18:00"])]},
         "members[0].windows[0]: must end after it starts"),
        ({"members": [person("A", "UTC", ["Someday", "1:00", "2:00"])]},
         "members[0].windows[0]: the day must be one of"),
        ({"members": [person("A", level=9)]}, "members[0].level:"),
        ({"members": [person("A", cell={})]}, "members[0].cell: is not a known field; did you"),
        ({"history": [["A", "A", "2026-W40", "met"]]}, "history[0]: names A twice"),
        ({"history": [["A", "B", "W40", "met"]]}, "history[0][2]: must be an ISO week"),
        ({"members": None}, "members:"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_place(change: dict[str, Any], line: str, tmp_path: Path) -> None:
    file = tmp_path / "pool.json"
    file.write_text(json.dumps(pool(person("A")) | change), "utf-8")
    run = CliRunner().invoke(app, ["pair", "--batch", str(file)])
    assert run.exit_code == 1
    assert run.stdout == ""
    assert line in run.stderr


def test_what_is_no_json_and_what_is_no_file() -> None:
    with pytest.raises(DocumentWrong, match="line 1, column 2: this is not JSON"):
        batch.read("{")
    run = CliRunner().invoke(app, ["pair", "--batch", "nowhere.json"])
    assert isinstance(run.exception, SettingsWrong)  # exit code 2


def test_the_weights_file_says_what_the_program_does_without_it(tmp_path: Path) -> None:
    assert batch.read_weights([ROOT / "content" / batch.FILE]) == Weights()
    own = tmp_path / "weights.toml"
    own.write_text("[points]\nlevel = 5\n", "utf-8")
    assert batch.read_weights([own]).points.level == 5
    for text, line in (
        ("[points]\nlevels = 5\n", "points.levels: is not known"),
        ("[shape]\nrounds = 0\n", "shape.rounds: must be a number from 1 to 52"),
        ("[hours]\nwake = 22\n", "hours.sleep: must be an hour or more"),
        ("points = 3", "points: must be a table"),
        ("[points", "is not TOML"),
    ):
        own.write_text(text, "utf-8")
        with pytest.raises(SettingsWrong, match=line):
            batch.read_weights([own])


def test_the_ends_of_the_world_meet() -> None:
    """UTC+14 and UTC−11 share an hour only when one's Tuesday evening is the other's Monday."""
    east = person("E", "Pacific/Kiritimati", ["Tue", "19:00", "21:00"])  # 05:00–07:00 UTC
    west = person("W", "Pacific/Pago_Pago", ["Mon", "18:00", "20:00"])  # 05:00–07:00 UTC
    told = paired(pool(east, west))
    assert told["groups"][0]["slots"] == ["2026-11-24T05:00:00Z", "2026-11-24T06:00:00Z"]
    assert paired(pool(east, person("W", "Pacific/Pago_Pago", ["Tue", "18:00", "20:00"])))[
        "groups"
    ] == []  # fmt: skip


@pytest.mark.parametrize(
    ("week", "groups"),
    # New York leaves summer time on 1 November 2026, Berlin on 25 October: five hours in the week
    # between, six before and after. Berlin 18:00–19:30 is New York 12:00–13:30 or 13:00–14:30.
    [("2026-W43", 0), ("2026-W44", 1), ("2026-W45", 0)],
)
def test_a_clock_change_counts_in_its_week(week: str, groups: int) -> None:
    berlin = person("B", "Europe/Berlin", ["Wed", "18:00", "19:30"])
    york = person("N", "America/New_York", ["Wed", "13:15", "14:30"])
    told = paired(pool(berlin, york) | {"week": week})
    assert len(told["groups"]) == groups
    for group in told["groups"]:
        start = datetime.fromisoformat(group["slots"][0])
        local = start.astimezone(ZoneInfo("America/New_York"))
        assert (local.hour, local.minute) >= (13, 15)
        assert local + timedelta(hours=1) <= local.replace(hour=14, minute=30)


def test_exclusion_holds_both_ways_and_nobody_is_told_of_it() -> None:
    told = paired(pool(person("A", exclude=["B"]), person("B")))
    assert told["groups"] == []
    assert {one["id"] for one in told["unpaired"]} == {"A", "B"}
    assert all("xclu" not in one["why"] for one in told["unpaired"])


def test_reasons_are_sentences() -> None:
    given = pool(
        person("A", cells={"trade_offs": 4, "execution": 1}, types=["product-sense"]),
        person("B", cells={"trade_offs": 1, "execution": 3}, types=["product-sense"]),
    )
    why = paired(given)["groups"][0]["why"]
    assert why[0] == "A is ahead in trade offs, where B has room to grow."
    assert all(one.endswith(".") and one[0].isupper() for one in why)
