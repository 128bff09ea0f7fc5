"""The process in which a member's query runs. The bot starts this file and never imports it.

It reads one job, loads the drill's data, gives up whatever could reach a file, the network or
another setting, and only then looks at the query. Jobs and answers are JSON behind four bytes of
length, so nothing that this process says can be more than text to whoever reads it.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

LENGTH = 4  # bytes, big-endian, before each job and answer
SAMPLE = 3  # rows of each table shown to the member
CELL = 2_000  # characters of a value that are told; what is longer is cut
COLUMNS = 40
ROOM = 384 * 2**20  # bytes of address space beyond what is taken once the data is loaded
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "128MB",
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "python_scan_all_frames": False,
    "errors_as_json": True,
    "max_expression_depth": 250,
}
QUERY_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
TABLE_FUNCTIONS = {"range", "generate_series", "unnest"}
CLOSED = {  # functions that tell of the machine or of the engine, or run text as a query
    *("current_setting", "getvariable", "getenv", "version", "current_query", "write_log"),
    *("query", "query_table", "json_serialize_sql", "json_serialize_plan", "json_deserialize_sql"),
    *("parse_duckdb_log_message", "nextval", "currval", "setval", "format_pg_type", "user_agent"),
}
CLOSED_BEGIN = ("duckdb_", "pragma_", "read_", "parquet_", "pg_", "inet_", "has_", "__internal")
# What may go wrong inside the engine or while its values are turned into text.
FAULTS = (duckdb.Error, RuntimeError, MemoryError, ValueError, OverflowError, TypeError)
# The engine's own tables. A WITH of such a name would let the real one in beside it.
CATALOG = ("duckdb_", "pragma_", "pg_", "sqlite_")
Json = dict[str, Any]


def main() -> None:
    job = receive()
    connection = duckdb.connect(":memory:", config=CONFIG)
    try:
        connection.execute(job["data"])
        tables = overview(connection)
    except duckdb.Error as error:
        send({"broken": str(error)[:4_000]})
        os._exit(1)
    connection.execute("SET lock_configuration = true")
    run(connection, "SELECT 1.5, 'é', DATE '2026-01-02', now()::TIMESTAMP, [1]", {""}, 10, 10_000)
    leave_folder()  # only now: the engine asks where it stands when it opens
    shut_in(job["cpu"])
    send({"tables": tables})
    known = {str(table["name"]).lower() for table in tables}
    for query in job["queries"]:
        signal.setitimer(signal.ITIMER_REAL, job["seconds"])  # its signal ends this process
        answer = run(connection, query, known, job["rows"], job["characters"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(answer)
    os._exit(0)


def receive() -> Json:
    length = int.from_bytes(sys.stdin.buffer.read(LENGTH), "big")
    told: Json = json.loads(sys.stdin.buffer.read(length))
    return told


def send(answer: Json) -> None:
    told = json.dumps(answer).encode()
    sys.stdout.buffer.write(len(told).to_bytes(LENGTH, "big") + told)
    sys.stdout.buffer.flush()


# --- shut in -------------------------------------------------------------------------------------


def leave_folder() -> None:
    """Stand in a folder that is gone: nothing can be made in it, and nothing is left behind."""
    if not any(Path().iterdir()):
        Path.cwd().rmdir()


def shut_in(cpu: float) -> None:
    """No new file, socket or process, no byte into a file, so much memory and so much time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime + cpu) + 1
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_CPU, spent)
    limit(resource.RLIMIT_NPROC, 0)
    taken = address_space()
    if taken:
        limit(resource.RLIMIT_AS, taken + ROOM)
    limit(resource.RLIMIT_NOFILE, 3)  # the two pipes and nothing: the last, as it shuts the door


def limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def address_space() -> int:
    """Bytes taken now; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


# --- what there is -------------------------------------------------------------------------------


def overview(connection: duckdb.DuckDBPyConnection) -> list[Json]:
    """Every table of the data set with its columns, its size and its first rows."""
    found = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_oid")
    return [seen(connection, str(name)) for (name,) in found.fetchall()]


def seen(connection: duckdb.DuckDBPyConnection, name: str) -> Json:
    quoted = '"' + name.replace('"', '""') + '"'  # S608: this name is all that is put in
    counted = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()  # noqa: S608
    found = connection.execute(f"SELECT * FROM {quoted} LIMIT {SAMPLE}")  # noqa: S608
    told = {"name": name, "size": counted[0] if counted else 0}
    return told | table(found, SAMPLE, 10_000)


# --- one query -----------------------------------------------------------------------------------


def run(
    connection: duckdb.DuckDBPyConnection, query: str, known: set[str], rows: int, characters: int
) -> Json:
    """The result as text, or why there is none."""
    try:
        told = refusal(connection, query, known)
        if told is not None:
            return told
        found = connection.execute(query)
        kinds = [str(column[1]) for column in found.description or ()]
        if len(kinds) > COLUMNS:
            return {"refused": "columns", "name": str(len(kinds))}
        if any("TIME ZONE" in kind for kind in kinds):
            return {"refused": "zone", "name": ""}
        return table(found, rows, characters)
    except RecursionError:
        return {"refused": "deep", "name": ""}
    except FAULTS as error:
        return {"error": type(error).__name__, "told": str(error)[:4_000]}


def table(found: duckdb.DuckDBPyConnection, most: int, characters: int) -> Json:
    """Columns with their types, and up to `most` rows and so many characters as text."""
    columns = [[str(column[0])[:CELL], str(column[1])[:200]] for column in found.description or ()]
    rows: list[list[str | None]] = []
    more = False
    while fetched := found.fetchmany(1):
        row = cells(fetched[0])
        characters -= sum(len(cell or "") + 4 for cell in row)
        if len(rows) == most or characters < 0:
            more = True
            break
        rows.append(row)
    return {"columns": columns, "rows": rows, "more": more}


def cells(row: tuple[Any, ...]) -> list[str | None]:
    return [None if value is None else text(value)[:CELL] for value in row]


def text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    return str(value)


def refusal(
    connection: duckdb.DuckDBPyConnection, query: str, known: set[str]
) -> dict[str, Any] | None:
    """Why the query is not run; None for one statement that only reads the drill's own tables."""
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        return {"refused": "several" if statements else "empty", "name": ""}
    if statements[0].type != duckdb.StatementType.SELECT:
        return {"refused": "statement", "name": statements[0].type.name}
    parsed = connection.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    tree = json.loads(parsed[0]) if parsed else {"error": True}
    if tree["error"]:
        return {"refused": "statement", "name": ""}
    names = {name for node in nodes(tree) for name in named(node)}
    names = {name for name in names if not name.startswith(CATALOG)}
    return next((told for node in nodes(tree) if (told := fault(node, known | names))), None)


def nodes(tree: Json) -> Iterator[Json]:
    """Every object of a parsed statement, in no particular order."""
    left: list[object] = [tree]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            yield one
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)


def named(node: Json) -> Iterator[str]:
    """The names that a WITH gives."""
    for entry in (node.get("cte_map") or {}).get("map") or []:
        yield str(entry.get("key")).lower()


def fault(node: Json, known: set[str]) -> Json | None:
    """What a single node asks for that is not given."""
    kind = str(node.get("type"))
    if kind.endswith("_NODE") and kind not in QUERY_NODES:
        return {"refused": "statement", "name": kind.partition("_")[0]}
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name")).lower()
        return None if name in TABLE_FUNCTIONS else {"refused": "function", "name": name}
    if kind == "SHOW_REF":
        plain = str(node.get("table_name")).strip('"').lower() in ("", "tables")
        return None if plain else {"refused": "table", "name": str(node.get("table_name"))}
    if kind == "BASE_TABLE":
        return foreign(node, known)
    if "function_name" in node:
        name = str(node["function_name"]).lower()
        if name in CLOSED or name.startswith(CLOSED_BEGIN):
            return {"refused": "function", "name": name}
    return None


def foreign(node: Json, known: set[str]) -> Json | None:
    """A table that is not the drill's own."""
    name, schema = str(node.get("table_name")), str(node.get("schema_name") or "main").lower()
    own = schema == "main" and str(node.get("catalog_name") or "memory").lower() == "memory"
    if own and name.lower() in known and not node.get("at_clause"):
        return None
    place = (node.get("query_location") or 0) if own else 0
    return {"refused": "table", "name": name, "at": place}


if __name__ == "__main__":
    main()
