"""The corpus of attacks, each against the real process, and what it may and may not do."""

import asyncio
import os
import socket
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.drills.queries import phrases
from bot.drills.queries.rules import Column, Ran, Table, Trouble
from bot.drills.queries.worker import ENGINE, QueryEngine
from bot.errors import EngineFailed

DATA = """
CREATE TABLE orders (id INTEGER, zone TEXT, amount INTEGER);
INSERT INTO orders SELECT i, 'z' || i % 3, i FROM range(300) AS numbers(i);
"""
GOOD = "SELECT zone, count(*) AS orders FROM orders GROUP BY zone ORDER BY zone"
ANSWER = (("z0", "100"), ("z1", "100"), ("z2", "100"))
CORPUS = tomllib.loads((Path(__file__).parent / "attacks.toml").read_text("utf-8"))["attack"]
# Made here because they are long.
CRASHES = {
    "brackets": "SELECT " + "(" * 3_000 + "1" + ")" * 3_000,
    "sum": "SELECT " + "1+" * 20_000 + "1",
    "not": "SELECT " + "NOT " * 20_000 + "true",
    "subqueries": "SELECT * FROM (" * 400 + "SELECT 1" + ")" * 400,
    "case": "SELECT " + "CASE WHEN 1=1 THEN " * 800 + "1" + " END" * 800,
    "union": " UNION ALL ".join(["SELECT 1"] * 3_000),
    "list": "SELECT " + "[" * 2_000 + "]" * 2_000,
    "name": f'SELECT "{"x" * 1_000_000}" FROM orders',
    "in": f"SELECT count(*) FROM orders WHERE id IN ({', '.join(map(str, range(60_000)))})",
    "cast": "SELECT 1" + "::INT" * 20_000,
    "bytes": "SELECT '\ud7ff\ue000\U0010ffff' FROM orders \u202e",
}
MACHINE = ("/", "python", "duckdb", "v2.", "traceback", str(os.getpid()), "tmp")


@dataclass
class Watched:
    """Things of this machine that no query may touch, and a count of who called."""

    secret: Path
    out: Path
    port: int
    calls: list[str]

    def fill(self, text: str) -> str:
        for name in ("secret", "out", "port"):
            text = text.replace(f"{{{name}}}", str(getattr(self, name)))
        return text.replace("{{", "{").replace("}}", "}")


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    calls: list[str] = []

    def called(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(str(writer.get_extra_info("peername")))
        writer.close()

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    secret = tmp_path / "secret.csv"
    secret.write_text("word\ncanary-7319\n")
    yield Watched(secret, tmp_path / "out", server.sockets[0].getsockname()[1], calls)
    server.close()
    await server.wait_closed()


@pytest.fixture
def engine() -> QueryEngine:
    """Patient: a query that should be told apart from a slow one may wait for a busy machine."""
    return QueryEngine(longest=20.0)


def code(ran: Ran) -> str:
    if isinstance(ran.result, Trouble):
        return ran.result.code
    return "rows" if ran.result.more else "result"


def harmless(ran: Ran) -> None:
    """A message of ours that tells nothing of the machine."""
    if isinstance(ran.result, Table):
        assert "canary-7319" not in str(ran.result.rows)
        return
    said = phrases.trouble(ran.result)
    assert said.endswith((".", "?"))
    plain = said.lower()
    for name in (ran.result.name, *ran.result.near):  # what they wrote themselves may come back
        plain = plain.replace(phrases._name(name).lower(), "")
    assert not [word for word in MACHINE if word in plain], said
    assert "canary" not in said


def good(ran: Ran) -> None:
    assert isinstance(ran.result, Table), ran.result
    assert ran.result.rows == ANSWER


@pytest.mark.parametrize("at", range(len(CORPUS)), ids=lambda at: f"{CORPUS[at]['kind']}-{at}")
async def test_an_attack_ends_in_a_clear_message_and_a_living_engine(
    engine: QueryEngine, watched: Watched, at: int
) -> None:
    attack = CORPUS[at]
    queries = [watched.fill(sql) for sql in attack["sql"]]
    if attack.get("alone"):
        brief = QueryEngine(longest=0.6)
        runs = await asyncio.gather(*(brief.run(DATA, query) for query in queries))
        told = [run.ran[0] for run in runs]
    else:  # one process for all of them, with a good query after each
        run = await engine.run(DATA, *(sql for query in queries for sql in (query, GOOD)))
        told = list(run.ran[::2])
        for after in run.ran[1::2]:
            good(after)
    found = {sql: code(ran) for sql, ran in zip(queries, told, strict=True)}
    assert {sql: one for sql, one in found.items() if one not in attack["code"]} == {}
    for ran in told:
        harmless(ran)
    good((await engine.run(DATA, GOOD)).ran[0])
    assert watched.calls == []
    assert not watched.out.exists()
    assert list(watched.secret.parent.iterdir()) == [watched.secret]


async def test_what_should_crash_a_reader_does_not_crash_the_bot(engine: QueryEngine) -> None:
    brief = QueryEngine(longest=0.6)
    runs = await asyncio.gather(*(brief.run(DATA, query) for query in CRASHES.values()))
    for run in runs:
        harmless(run.ran[0])
    good((await engine.run(DATA, GOOD)).ran[0])


def test_there_are_at_least_sixty_attacks_of_every_kind() -> None:
    assert sum(len(attack["sql"]) for attack in CORPUS) >= 60
    assert {attack["kind"] for attack in CORPUS} == {
        *("files", "network", "extensions", "settings", "changes", "several"),
        *("results", "bombs", "recursion"),
    }


async def test_the_process_can_open_nothing_even_where_the_engine_would(
    tmp_path: Path, watched: Watched
) -> None:
    """The second fence alone: the same process with the engine's own fences left open."""
    text = ENGINE.read_text("utf-8")
    for was, now in (
        ('"enable_external_access": False', '"enable_external_access": True'),
        ("        told = refusal(connection, query, known)\n", "        told = None\n"),
    ):
        assert was in text
        text = text.replace(was, now)
    open_engine = tmp_path / "engine.py"
    open_engine.write_text(text)
    made = tmp_path / "made.csv"
    tried = await QueryEngine(engine=open_engine).run(
        DATA,
        f"SELECT * FROM read_text('{watched.secret}')",
        f"COPY orders TO '{made}'",
        f"SELECT * FROM read_csv('http://127.0.0.1:{watched.port}/x.csv')",
        GOOD,
    )
    assert all(isinstance(ran.result, Trouble) for ran in tried.ran[:3])
    good(tried.ran[3])
    assert watched.calls == []
    assert not made.exists()


async def test_without_the_second_fence_the_canary_would_have_sung(
    tmp_path: Path, watched: Watched
) -> None:
    """So that the test above can fail: it is the limits of the process that stop the file."""
    text = ENGINE.read_text("utf-8")
    text = text.replace('"enable_external_access": False', '"enable_external_access": True')
    text = text.replace("told = refusal(connection, query, known)", "told = None")
    text = text.replace('    shut_in(job["cpu"])\n', "")
    open_engine = tmp_path / "engine.py"
    open_engine.write_text(text)
    run = await QueryEngine(engine=open_engine).run(
        DATA, f"SELECT content FROM read_text('{watched.secret}')"
    )
    assert isinstance(run.ran[0].result, Table)
    assert "canary-7319" in str(run.ran[0].result.rows)


async def test_a_good_query_gives_its_columns_types_and_tables() -> None:
    sql = "SELECT 1 AS a, 1.50 AS b, 'é' AS c, NULL::DATE AS d, 2.5::DOUBLE AS e, true AS f"
    run = await QueryEngine().run(DATA, sql)
    table = run.ran[0].result
    assert isinstance(table, Table)
    assert table.rows == (("1", "1.50", "é", None, "2.5", "true"),)
    kinds = [column.kind for column in table.columns]
    assert kinds == ["number", "number", "text", "date", "number", "truth"]
    orders = run.given[0]
    assert (orders.name, orders.size, len(orders.sample.rows)) == ("orders", 300, 3)
    assert orders.sample.columns[1] == Column("zone", "VARCHAR")


SILENT = "import sys, time\nsys.stdin.buffer.read(4)\ntime.sleep(60)\n"
FORGER = """
import sys
sys.stdin.buffer.read(4)
def say(told):
    sys.stdout.buffer.write(len(told).to_bytes(4, "big") + told)
    sys.stdout.buffer.flush()
say(b'{"tables": []}')
say(ANSWER)
"""


@pytest.mark.parametrize(
    "answer",
    [
        'b"[" * 100_000',
        'b"\\x80\\x04cos\\nsystem\\n."',
        'b"{}"',
        'b\'{"columns": [["a", "INTEGER"]], "rows": [["1", "2"]], "more": false}\'',
        'b\'{"columns": 7, "rows": [], "more": false}\'',
        "b'{\"tables\": []}'",
    ],
)
async def test_a_process_that_lies_is_not_believed(tmp_path: Path, answer: str) -> None:
    forger = tmp_path / "forger.py"
    forger.write_text(FORGER.replace("ANSWER", answer))
    run = await QueryEngine(engine=forger, longest=20.0).run(DATA, GOOD)
    assert run.ran[0].result == Trouble("broke")


async def test_a_process_that_claims_too_much_is_not_waited_for(tmp_path: Path) -> None:
    forger = tmp_path / "forger.py"
    forger.write_text(
        "import sys\nsys.stdin.buffer.read(4)\nsys.stdout.buffer.write(b'\\xff' * 2_000_000)\n"
    )
    with pytest.raises(EngineFailed):
        await QueryEngine(engine=forger).run(DATA, GOOD)


async def test_one_killed_from_outside_is_begun_again_and_the_second_time_told(
    tmp_path: Path,
) -> None:
    marker = tmp_path / "begun"
    fragile = tmp_path / "fragile.py"
    kill = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    fragile.write_text(
        f"import pathlib\nmarker = pathlib.Path({str(marker)!r})\n"
        f"if not marker.exists():\n    marker.write_text('')\n    exec({kill!r})\n"
        + ENGINE.read_text("utf-8")
    )
    good((await QueryEngine(engine=fragile).run(DATA, GOOD)).ran[0])
    fragile.write_text(kill)
    with pytest.raises(EngineFailed):
        await QueryEngine(engine=fragile).run(DATA, GOOD)


async def test_a_data_set_that_cannot_be_loaded_says_why() -> None:
    with pytest.raises(EngineFailed, match="Table with name nowhere does not exist"):
        await QueryEngine().run("INSERT INTO nowhere VALUES (1)", GOOD)


async def test_the_process_goes_when_its_run_is_given_up(tmp_path: Path) -> None:
    silent = tmp_path / "silent.py"
    pid = tmp_path / "pid"
    silent.write_text(
        f"import os, pathlib\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\n" + SILENT
    )
    task = asyncio.create_task(QueryEngine(engine=silent).run(DATA, GOOD))
    while not (pid.exists() and pid.read_text()):
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_the_process_has_no_environment_no_folder_and_no_more_handles(
    tmp_path: Path,
) -> None:
    """Asked of the process itself once it has shut itself in."""
    curious = tmp_path / "curious.py"
    text = ENGINE.read_text("utf-8")
    asked = (
        '    send({"tables": tables})\n',
        '    tables[0]["name"] = repr(look())\n    send({"tables": tables})\n',
    )
    assert asked[0] in text
    look = """
def look():
    import socket
    told = [sorted(os.environ)]
    for tried in (lambda: open("/etc/hostname"), lambda: open("x", "w"), socket.socket, os.listdir):
        try:
            told.append(str(tried()))
        except OSError as error:
            told.append(error.errno)
    return told
"""
    text = text.replace(*asked).replace("def receive()", f"{look}\n\ndef receive()", 1)
    curious.write_text(text)
    run = await QueryEngine(engine=curious).run(DATA)
    environment, *tries = eval(run.given[0].name)
    assert set(environment) <= {"LC_CTYPE"}  # which Python itself sets
    assert all(isinstance(one, int) for one in tries)  # each is the number of an error


def test_the_bots_own_process_never_loads_the_engine() -> None:
    """Nothing of the bot imports it, so a query cannot run anywhere else by mistake."""
    bot = Path(ENGINE).parents[2]
    importing = {
        str(path.relative_to(bot))
        for path in bot.rglob("*.py")
        if "import duckdb" in (text := path.read_text("utf-8"))
        or "queries.engine" in text
        or "queries import engine" in text
    }
    assert importing == {"drills/queries/engine.py"}


def test_a_listening_socket_is_what_the_corpus_points_at() -> None:
    """The fixture's listener hears a caller: else an empty list would say nothing."""

    async def call() -> list[str]:
        calls: list[str] = []

        def called(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            calls.append("called")
            writer.close()

        server = await asyncio.start_server(called, "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname()):
            await asyncio.sleep(0.05)
        server.close()
        return calls

    assert asyncio.run(call()) == ["called"]
