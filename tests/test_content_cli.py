"""`drumbeat content`: what it prints, where, and the exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import content
from bot.content import Content
from bot.content_cli import app, schema_text
from tests.content_samples import GOOD, GOOD_ID, SHIPPED, written


@pytest.fixture(scope="module")
def bank() -> Content:
    return content.load([SHIPPED])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A content folder of somebody's own with one sound drill."""
    return written(tmp_path / "own", GOOD)


def test_lint_says_that_all_is_well(bank: Content) -> None:
    result = CliRunner().invoke(app, ["lint"])
    files = len(bank.drills) + len(bank.kits)
    count = files + len(bank.warmups) + 2  # and the writing checks and the weights of mocks
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{count} items checked, no faults.\n"


def test_lint_of_ones_own_folder_reports_that_folder_alone(own: Path) -> None:
    written(own, GOOD.replace(GOOD_ID, "copy").replace("Mboga", "Soko"), name="copy")
    result = CliRunner().invoke(app, ["lint", str(own)])
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert {line.split(": ")[0] for line in lines} == {
        str(own / "drills/metrics-coding" / f"{name}.toml") for name in ("copy", GOOD_ID)
    }
    one = CliRunner().invoke(app, ["lint", str(own / "drills/metrics-coding/copy.toml"), "--json"])
    report = json.loads(one.stdout)
    assert (one.exit_code, report["checked"]) == (1, 1)
    assert {Path(fault["file"]).name for fault in report["faults"]} == {"copy.toml"}


def test_lint_names_files_that_cannot_be_read(own: Path) -> None:
    written(own, GOOD.replace("minutes = 3", "minute = 3"))
    result = CliRunner().invoke(app, ["lint", str(own)])
    path = own / "drills/metrics-coding" / f"{GOOD_ID}.toml"
    assert result.exit_code == 1
    assert result.stderr == f"{path}: minute: is not a known field; did you mean minutes?\n"


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda folder: folder / "nowhere", "is not there; give a content folder"),
        (
            lambda folder: folder,
            "has no drills/, datasets/, warmups/, kits/, okrs/, mocks/; give the folder",
        ),
        (lambda folder: written(folder, "") and (folder / "drills/x").mkdir(), ""),
    ],
)
def test_a_wrong_call_ends_with_two(
    tmp_path: Path, make: Callable[[Path], Path | None], line: str
) -> None:
    place = make(tmp_path) or tmp_path / "drills/x"
    result = CliRunner().invoke(app, ["lint", str(place)])
    assert result.exit_code == 2
    assert line in result.stderr
    assert result.stderr.count("\n") == 1


def test_stats_count_every_drill(bank: Content) -> None:
    result = CliRunner().invoke(app, ["stats", "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["drills"] == len(bank.drills) == sum(row["drills"] for row in report["rows"])
    tracks = [row["track"] for row in report["rows"]]
    assert tracks == sorted(tracks, key=list(content.TRACKS).index)
    text = CliRunner().invoke(app, ["stats"]).stdout
    assert f"{len(bank.drills)} drills (" in text.splitlines()[-1]


def test_stats_read_the_folders_of_the_settings(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRUMBEAT_CONTENT", str(own))
    report = json.loads(CliRunner().invoke(app, ["stats", "--json"]).stdout)
    assert report["drills"] == 1
    written(own, "id = ", name="broken")
    result = CliRunner().invoke(app, ["stats"])
    assert result.exit_code == 1
    assert "broken.toml: is not TOML" in result.stderr


def test_schema_is_printed() -> None:
    assert CliRunner().invoke(app, ["schema"]).stdout == schema_text()
