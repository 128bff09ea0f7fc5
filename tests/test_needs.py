"""What the tests need is installed or named, never skipped."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs
from tests.needs import Machine

Call = list[str]


def machine(
    files: Path, *codes: int, root: bool = True, apt: bool = True, ensurepip: bool = True
) -> tuple[Machine, list[Call]]:
    """A machine whose apt-get ends with these codes, and what it was asked."""
    asked: list[Call] = []
    left = list(codes)

    def call(command: Call) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        code = left.pop(0) if left else 0
        return subprocess.CompletedProcess(command, code, "", "E: no such mirror\n" if code else "")

    made = Machine(files, root=root, apt=apt, call=call, setpriv=True, ensurepip=ensurepip)
    return made, asked


def furnish(files: Path) -> None:
    for name in ("usr/bin/chromium", "usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"):
        (files / name).parent.mkdir(parents=True)
        (files / name).touch()


def test_nothing_is_asked_where_nothing_is_missing(tmp_path: Path) -> None:
    furnish(tmp_path)
    made, asked = machine(tmp_path)
    assert needs.bring(made, ["browser", "postgres", "python"]) == ""
    assert asked == []


def test_root_installs_what_is_missing(tmp_path: Path) -> None:
    made, asked = machine(tmp_path)
    assert needs.bring(made, ["browser"]) == ""
    assert [command[-1] for command in asked] == ["update", "fonts-noto-color-emoji"]
    assert "chromium" in asked[1]


def test_a_mirror_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    made, asked = machine(tmp_path, 0, 100)
    assert needs.bring(made, ["browser"]) == ""
    assert len(asked) == 4


def test_a_mirror_that_fails_twice_is_named(tmp_path: Path) -> None:
    made, _ = machine(tmp_path, 0, 100, 0, 100)
    said = needs.bring(made, ["browser"])
    assert said.count("\n") == 0
    assert "chromium" in said
    assert "no such mirror" in said


@pytest.mark.parametrize(("root", "apt"), [(False, True), (True, False)])
def test_without_the_right_one_line_names_the_package(
    tmp_path: Path, root: bool, apt: bool
) -> None:
    made, asked = machine(tmp_path, root=root, apt=apt, ensurepip=False)
    said = needs.bring(made, ["python"])
    assert f"python3.{sys.version_info.minor}-venv" in said
    assert said.count("\n") == 0
    assert asked == []


def test_a_wrong_name_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert needs.main(["broswer"]) == 2
    assert "browser, postgres, python" in capsys.readouterr().err
