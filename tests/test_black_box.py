"""The whole program in processes of its own, against a server that speaks Slack's API."""

import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import __version__
from bot.config import ROOT
from bot.sandbox.server import SlackServer
from bot.sandbox.shapes import manifest_problems
from tests import databases
from tests.local_slack import serving
from tests.person import Sandbox, rule_of
from tests.program import Program, drumming, lap, running, towards

pytestmark = pytest.mark.processes
LAPS = 5  # `make bench` runs fifty
ANA = "U0ANA"
Slack = tuple[SlackServer, Sandbox]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with serving() as made:
        yield made


@pytest.mark.parametrize("socket", [True, False], ids=["socket", "http"])
async def test_drill_answer_card_edit(slack: Slack, tmp_path: Path, socket: bool) -> None:
    server, sandbox = slack
    ana = sandbox.person(ANA)
    async with drumming(server, sandbox, tmp_path, socket=socket) as run:
        dm = await ana.app()
        laps, after = [], ""
        for _ in range(LAPS):
            told, after = await lap(ana, dm, after)
            laps.append(told)
        log = run.log()
        code, took = await run.ends()
    assert all(one.card > 0 for one in laps)  # how long they take is for `make bench`
    assert code == 0
    assert took < 10.0
    assert "I would roll back" not in log  # ids and codes, never what somebody wrote
    assert "Traceback" not in log


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM], ids=lambda name: name.name)
async def test_it_ends_when_asked(slack: Slack, tmp_path: Path, name: signal.Signals) -> None:
    """Also while the scoring process is up."""
    async with drumming(*slack, tmp_path, socket=True) as run:
        await lap(slack[1].person(ANA), await slack[1].person(ANA).app())
        code, took = await run.ends(name)
    assert (code, took < 10.0) == (0, True), (took, run.log())
    assert "Traceback" not in run.log()


async def test_it_ends_when_asked_before_slack_answers(tmp_path: Path) -> None:
    nowhere = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    nowhere["SLACK_API_URL"] = "http://127.0.0.1:9/api/"
    program = Program(tmp_path, nowhere | {"PORT": "0", "DATABASE_URL": "sqlite:///drumbeat.db"})
    assert (await program.call("migrate")).code == 0
    process = await program.start("run")
    assert process.stderr is not None
    while b"slack_unreachable" not in await process.stderr.readline():
        pass
    process.send_signal(signal.SIGTERM)
    out, err = await process.communicate()
    assert (process.returncode, out) == (0, b"")
    assert b"Traceback" not in err


# --- exit codes ---------------------------------------------------------------------------------

BOT = {"SLACK_BOT_TOKEN": "xoxb-1"}
BAD = {
    "no token": ({}, "SLACK_BOT_TOKEN is missing"),
    "no way in": (BOT, "SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET"),
    "a port that is none": ({"PORT": "drum"}, "PORT:"),
    "another kind of store": ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL: write sqlite:///"),
    "a clock at Slack": ({"DRUMBEAT_CLOCK": "2026-03-08T06:55:00Z"}, "refused against Slack's own"),
    "a clock that is none": (
        BOT | {"SLACK_APP_TOKEN": "x", "SLACK_API_URL": "http://x/", "DRUMBEAT_CLOCK": "noon"},
        "DRUMBEAT_CLOCK=noon",
    ),
    "no key beside a server": (
        BOT | {"SLACK_APP_TOKEN": "x", "DATABASE_URL": "postgresql://ana:x@127.0.0.1:9/drumbeat"},
        "DRUMBEAT_SECRET_KEY is missing",
    ),
    "a short key": ({"DRUMBEAT_SECRET_KEY": "short"}, "DRUMBEAT_SECRET_KEY: every key needs 32"),
    "an address that is none": ({"DRUMBEAT_URL": "drumbeat"}, "DRUMBEAT_URL: write an address"),
    "a log form": ({"DRUMBEAT_LOG": "loud"}, "DRUMBEAT_LOG: "),
}


@pytest.mark.parametrize("case", BAD)
async def test_bad_settings_exit_2(tmp_path: Path, case: str) -> None:
    settings, words = BAD[case]
    ended = await Program(tmp_path, settings).call("run")
    assert ended.code == 2
    assert one_line(ended.err), ended.err
    assert words in ended.err


def one_line(text: str) -> bool:
    return text.startswith("drumbeat: ") and text.count("\n") == 1


async def test_an_old_schema_exits_1_with_the_command_to_type(slack: Slack, tmp_path: Path) -> None:
    program = Program(tmp_path, towards(slack[0], socket=True) | {"PORT": "0"})
    for command in (("run",), ("tick", "--now", "2026-03-08T14:00:00Z")):
        ended = await program.call(*command)
        assert ended.code == 1
        assert one_line(ended.err), ended.err
        assert "Run `drumbeat migrate`" in ended.err


async def test_sqlite_refuses_a_second_run(slack: Slack, tmp_path: Path) -> None:
    async with drumming(*slack, tmp_path, socket=True) as run:
        second = Program(tmp_path, run.program.settings | {"PORT": "0"})
        ended = await second.call("run")
        assert ended.code == 2
        assert one_line(ended.err), ended.err
        assert "Another Drumbeat runs on" in ended.err
        # Other commands work beside it.
        doctor = await second.call("doctor")
        assert doctor.code == 0, doctor.out
        # Who was killed stands in nobody's way.
        run.process.kill()
        await run.process.wait()
        async with running(second) as next_one:
            assert next_one.process.returncode is None


async def test_a_port_that_is_taken_exits_1(slack: Slack, tmp_path: Path) -> None:
    async with drumming(*slack, tmp_path, socket=True) as run:
        other = tmp_path / "other"
        other.mkdir()
        second = Program(other, run.program.settings)
        (other / "drumbeat.db").write_bytes(databases.migrated_sqlite())
        ended = await second.call("run")
    assert ended.code == 1
    assert one_line(ended.err), ended.err
    assert "address already in use" in ended.err


# --- tick ---------------------------------------------------------------------------------------


async def test_tick_sends_and_exits(slack: Slack, tmp_path: Path) -> None:
    server, sandbox = slack
    program = Program(tmp_path, towards(server, socket=True))
    ana = sandbox.person(ANA)
    async with drumming(server, sandbox, tmp_path, socket=True):
        await ana.types("/drill time 09:00")
        await ana.types("/drill setup")
        view = await ana.waits_for_modal()
        await ana.submits(view)
        dm = await ana.app()
        await ana.waits_for(lambda one: "Saved" in one["text"], channel=dm)
    with sqlite3.connect(tmp_path / "drumbeat.db") as store:
        (due,) = store.execute("select next_due_at from practice_plans").fetchone()
    at = datetime.fromisoformat(due).replace(tzinfo=UTC)

    early = await program.call("tick", "--now", (at - timedelta(minutes=1)).isoformat())
    assert (early.code, early.err) == (0, "")
    assert not await daily(sandbox)
    for _ in range(2):  # a second pass at the same instant has nothing left to do
        ended = await program.call("tick", "--now", at.isoformat())
        assert ended.code == 0, ended.err
        assert await daily(sandbox) == 1


async def daily(sandbox: Sandbox) -> int:
    ana = sandbox.person(ANA)
    seen = await ana.sees(await ana.app())
    return [rule_of(one) for one in seen].count("drill.daily")


async def test_tick_is_refused_against_slack_itself(tmp_path: Path) -> None:
    for at in ("2026-03-08T14:00:00Z", "2099-01-01T00:00:00+01:00"):
        ended = await Program(tmp_path, BOT).call("tick", "--now", at)
        assert ended.code == 2
        assert one_line(ended.err), ended.err
        assert "over 5 minutes off" in ended.err
    for wrong in ("yesterday", "2026-03-08T14:00:00"):
        ended = await Program(tmp_path, BOT).call("tick", "--now", wrong)
        assert (ended.code, one_line(ended.err)) == (2, True), ended.err


# --- the smaller commands -----------------------------------------------------------------------


async def test_manifest(tmp_path: Path) -> None:
    """Needs no settings at all."""
    program = Program(tmp_path)
    told = await program.call("manifest")
    assert manifest_problems(json.loads(told.out)) == []
    http = await program.call("manifest", "--mode", "http", "--url", "https://bot.example.org")
    assert "https://bot.example.org/slack/events" in http.out
    assert manifest_problems(json.loads(http.out)) == []


async def test_doctor(slack: Slack, tmp_path: Path) -> None:
    program = Program(tmp_path, towards(slack[0], socket=True))
    before = await program.call("doctor", "--json")
    assert before.code == 1
    told = {one["what"]: one for one in json.loads(before.out)}
    assert told["store"]["ok"] is False
    assert told["store"]["mend"] == "drumbeat migrate"
    assert (await program.call("migrate")).code == 0
    after = await program.call("doctor", "--json")
    assert after.code == 0, after.out
    assert {one["what"] for one in json.loads(after.out)} >= {"settings", "store", "clock", "slack"}

    program.settings["SLACK_BOT_TOKEN"] = "xoxb-of-another-day"
    wrong = await program.call("doctor")
    assert wrong.code == 1
    assert "FAIL slack: refuses the token: invalid_auth" in wrong.out
    assert wrong.err == ""


async def test_a_token_that_slack_refuses_exits_2(slack: Slack, tmp_path: Path) -> None:
    told = towards(slack[0], socket=True) | {"SLACK_BOT_TOKEN": "xoxb-of-another-day", "PORT": "0"}
    program = Program(tmp_path, told)
    assert (await program.call("migrate")).code == 0
    ended = await program.call("run")
    assert ended.code == 2
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in ended.err
    assert "Traceback" not in ended.err


async def test_content_lint_and_version(tmp_path: Path) -> None:
    program = Program(tmp_path)
    one = next((ROOT / "content" / "drills" / "leadership").glob("*.toml"))  # all: `make lint`
    assert (await program.call("content", "lint", str(one))).code == 0
    assert (await program.call("--version")).out.strip() == __version__


HELP = ["", "run", "migrate", "tick", "manifest", "doctor", "score", "sandbox", "content"]


@pytest.mark.parametrize("command", HELP, ids=lambda name: name or "drumbeat")
async def test_help(tmp_path: Path, command: str) -> None:
    ended = await Program(tmp_path).call(*command.split(), "--help")
    assert (ended.code, ended.err) == (0, "")
    assert f"Usage: drumbeat {command}".strip() in ended.out


WRONG = {
    "rum": "Did you mean 'run'? `drumbeat --help` says more.",
    "tick": "Missing option '--now'. `drumbeat tick --help` says more.",
    "run --port 1": "No such option: --port",
    "score": "Missing option '--batch'.",
    "score --batch nowhere.jsonl": "there is no such file",
    "content lnt": "Did you mean 'lint'?",
    "sandbox --port drum": "Invalid value for '--port'",
    "migrate now": "unexpected extra argument",
    "manifest --mode post": "say socket or http",
    "manifest --mode http": "needs --url https://",
}


@pytest.mark.parametrize("call", WRONG)
async def test_a_wrong_call_is_one_line_and_exit_2(tmp_path: Path, call: str) -> None:
    ended = await Program(tmp_path).call(*call.split())
    assert (ended.code, ended.out) == (2, "")
    assert one_line(ended.err), ended.err
    assert WRONG[call] in ended.err


async def test_a_store_that_does_not_answer_exits_1(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgresql://ana:secret@127.0.0.1:9/drumbeat"}
    ended = await Program(tmp_path, away).call("migrate")
    assert ended.code == 1
    assert one_line(ended.err), ended.err
    assert "secret" not in ended.err


async def test_it_runs_from_anywhere(slack: Slack, tmp_path: Path) -> None:
    """Relative content folders are looked up beside the program, the store where it was started."""
    program = Program(tmp_path, towards(slack[0], socket=True) | {"DRUMBEAT_CONTENT": "content"})
    assert (await program.call("migrate")).code == 0
    async with running(program):
        await slack[1].connected()
    assert (tmp_path / "drumbeat.db").is_file()
