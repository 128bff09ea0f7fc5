"""`drumbeat content`: what it prints, where, and the exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import content
from bot.content import Content
from bot.content.cli import Described, app, schema_text
from tests.content_samples import GOOD, GOOD_ID, SHIPPED, written

BY = ("family", "region", "industry")


@pytest.fixture(scope="module")
def bank() -> Content:
    return content.load([SHIPPED])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A content folder of somebody's own with one sound drill."""
    return written(tmp_path / "own", GOOD)


def test_lint_says_that_all_is_well(bank: Content) -> None:
    """Of a part; `make lint` goes over the whole."""
    result = CliRunner().invoke(app, ["lint", str(SHIPPED / "kits")])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{len(bank.kits)} items checked, no faults.\n"


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
            "has no drills/, datasets/, warmups/, kits/, okrs/, mocks/, rituals/; give the folder",
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
    *tracks, whole = report["tracks"]
    assert [row["track"] for row in tracks] == list(content.TRACKS)
    drills = len(bank.drills)
    assert report["counts"]["drills"] == whole["drills"] == drills
    assert sum(row["drills"] for row in tracks) == drills
    for counts in (whole["stages"], whole["difficulties"], *(report[f"by_{by}"] for by in BY)):
        assert sum(counts.values()) == drills
    assert sum(whole["cells"].values()) == pytest.approx(1)


def test_stats_print_a_line_for_each_track(bank: Content) -> None:
    lines = CliRunner().invoke(app, ["stats"]).stdout.splitlines()
    first = [line.partition(" ")[0] for line in lines]
    assert first[: len(content.TRACKS) + 2] == ["track", *content.TRACKS, "all"]
    assert len({len(line) for line in lines[: len(content.TRACKS) + 2]}) == 1
    assert max(map(len, lines)) < 130
    assert lines[-1].startswith(f"{len(bank.drills)} drills (")


def test_stats_read_the_folders_of_the_settings(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRUMBEAT_CONTENT", str(own))
    report = json.loads(CliRunner().invoke(app, ["stats", "--json"]).stdout)
    assert report["counts"]["drills"] == 1
    written(own, "id = ", name="broken")
    result = CliRunner().invoke(app, ["stats"])
    assert result.exit_code == 1
    assert "broken.toml: is not TOML" in result.stderr


@pytest.mark.parametrize("of", Described)
def test_schema_is_printed(of: Described) -> None:
    assert CliRunner().invoke(app, ["schema", of]).stdout == schema_text(of)
    shipped = (SHIPPED / f"{of}.schema.json").read_text(encoding="utf-8")
    again = f"run: drumbeat content schema {of} > content/{of}.schema.json"
    assert shipped == schema_text(of), again
