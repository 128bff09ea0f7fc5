"""Which file may import what. The rule is the file's name, so it holds in every feature.

`LAYERS` names the layer of every file name there is in a feature; a new name is added here, with
the layer whose rules it keeps, or the tests below fail.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import JSON, Column, LargeBinary, String

from bot import features
from bot.db import Base

ROOT = Path(__file__).parent.parent
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "bot").rglob("*.py"))
# Each may use those before it.
LINE = (
    *("workspaces", "people", "outbox", "scoring", "plans", "drills", "mocks", "okrs", "sources"),
    *("rituals", "stories", "home"),
)
FEATURE_FILES = [path for path in FILES if path.parts[1] in LINE and path.stem != "__init__"]

SLACK = ("slack_bolt", "slack_sdk", "aiohttp", "bot.slack.client", "bot.slack.listen")
STORE = ("sqlalchemy", "bot.db", "bot.work", "*.tables")
DOORS = ("bot.deps", "bot.app", "*.listeners", "*.jobs", "*.gate")
CLOCK = ("bot.clock",)
SPEAKING = ("*.views", "*.outgoing")
CASES = ("*.service", "*.delivery", "*.claims", "*.doubts", "*.keeping")
PROGRAM = (
    "bot.app",
    "bot.features",
    "bot.declared",
    "bot.scheduler",
    "bot.config",
    "bot.web",
    "bot.cli",
)
# Layer: what its files may not import. `bot.slack.blocks` and `declare` are values, so not Slack.
FORBIDDEN = {
    "rules": (*STORE, *SLACK, *DOORS, *CLOCK, *SPEAKING, *CASES, *PROGRAM, "httpx", "bot.slack"),
    "tables": (*SLACK, *DOORS, *CLOCK, *SPEAKING, *CASES, *PROGRAM, "httpx", "bot.slack"),
    "service": (*SLACK, *DOORS, *CLOCK, *SPEAKING, *PROGRAM, "httpx"),
    "views": (*STORE, *SLACK, *DOORS, *CLOCK, *CASES, *PROGRAM, "*.outgoing", "httpx"),
    # What a feature says: its service's values put into its views' words and into the outbox.
    "outgoing": (*SLACK, *DOORS, *CLOCK, *PROGRAM, "httpx"),
    "listeners": (*STORE, *PROGRAM, "slack_bolt", "slack_sdk", "*.jobs"),
    "jobs": (*STORE, *PROGRAM, "slack_bolt", "slack_sdk", "*.listeners"),
    # A capability with a process of its own behind it; `deps` carries it.
    "capability": (*STORE, *SLACK, *DOORS, *CLOCK, *SPEAKING, *CASES, *PROGRAM, "bot.slack"),
}
LAYERS = {name: name for name in FORBIDDEN} | {
    "parse": "rules",  # what people type, read; refuses with errors
    "delivery": "service",  # the life of an outbox row
    "claims": "service",  # which rows may go
    "doubts": "service",  # rows of which nobody knows whether Slack has them
    "keeping": "service",  # replies to such rows
    "waiting": "service",  # rows that somebody else lets go
    "resting": "service",  # rows of workspaces that stand still
    "switching": "jobs",  # a workspace begins, ends and goes on; for listeners too
    "eligibility": "service",  # who may still be told of each other
    "phrases": "views",  # parts of what the views say
    "held": "service",  # what is kept of a thread
    "clips": "rules",  # what Slack says of a file
    "speech": "rules",  # pace and fillers
    "taking": "service",  # what of a clip counts
    "saying": "jobs",
    "reconciling": "jobs",
    "catching_up": "jobs",
    "topics": "service",  # what a feature registers with the outbox
    "gate": "listeners",  # asked before every listener
    "progress": "rules",  # how far a key result is
    "health": "rules",  # which colour that has, and why
    "forecast": "rules",  # where it will land
    "grading": "rules",  # what it was worth in the end
    "dates": "rules",  # named in titles
    "typed": "rules",  # what somebody has typed into the wizard so far
    "values": "rules",  # what the wizard's forms offer
    "course": "rules",  # what each day of a plan is for
    "terms": "rules",  # a key result's, as they are stored
    "page": "views",  # a scoreboard in words
    "drawing": "rules",  # a key result's course
    "rendering": "views",  # a page as HTML
    "scoreboard": "rules",  # what every OKR screen shows
    "loading": "service",  # a team's cycle, read in a handful of statements
    "document": "rules",  # what import reads and export writes: docs/import.md
    "fields": "rules",  # what may stand in one of its fields
    "reading": "rules",  # from a file's text to it
    "printing": "rules",  # and back
    "given": "rules",  # a key result's terms as it words them
    "sheets": "rules",  # the same as CSV
    "work": "service",  # one import under way; the next five bring in a section each
    "staff": "service",
    "calendar": "service",
    "goals": "service",
    "owning": "service",
    "history": "service",
    "dumping": "service",  # one export, in a fixed order
    "source": "service",  # what it reads from
    "telling": "service",  # its goals and their history
    "mocks": "service",  # who takes part in the mock interviews, from it into the store
    "feedback": "rules",
    "gap": "rules",
    "follow_up": "rules",
    "rewrite": "rules",
    "wording": "rules",
    "worker": "capability",
    "setting_up": "capability",
    "chart": "rules",  # a picture, in values
    "choosing": "rules",  # which drill comes next
    "aiming": "rules",  # at which cell, and how hard it may be
    "bank": "rules",  # of drills, as choosing sees it
    "palette": "rules",  # its colours
    "painter": "capability",  # the picture itself, in a process of its own
    "timeline": "capability",  # one drawing of a painter’s; so is the next
    "letter": "capability",
    "endpoint": "capability",  # the model judge, the transcriber
    "engine": "capability",  # members' queries, in a process of its own
    "comparing": "rules",  # a query's result with the expected one
    "masking": "rules",
    "prompt": "rules",
    "reply": "rules",
    "standing": "rules",
    "judging": "jobs",
    "batch": "capability",  # `drumbeat score --batch` and `pair --batch`
    "weights": "rules",  # of a mock pair: what each term is worth
    "pool": "rules",  # who is to be paired, as values
    "overlap": "rules",  # free time in real zones
    "slots": "rules",  # times to meet
    "edges": "rules",  # what a meeting would be worth
    "matching": "rules",  # the best round, by a pure graph library
    "trios": "rules",
    "recording": "service",  # a round, once it is made
    "nearby": "rules",  # whom to look at in a large pool
    "parcel": "rules",  # a pool and its round, as a process takes and gives them
    "groups": "rules",  # the round with roles, slots and reasons
}
PURE_FOLDERS = {("bot", "scoring", "embedded")}  # every file in them keeps the rules' rules


def layer(path: Path) -> str | None:
    if path.parent.parts in PURE_FOLDERS:
        return "rules"
    return LAYERS.get(path.stem)


def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but what stands under `if TYPE_CHECKING`: a type's name is no arrow."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _running(child)


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in _running(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def matches(name: str, pattern: str) -> bool:
    """`*.views` is any `bot.….views`; `bot.slack` is it and all in it."""
    if pattern.startswith("*."):
        return name.startswith("bot.") and pattern[2:] in name.split(".")[2:]
    return name == pattern or name.startswith(f"{pattern}.")


def breaches(path: Path, banned: tuple[str, ...]) -> list[str]:
    return sorted(name for name in imports(path) if any(matches(name, one) for one in banned))


@pytest.mark.parametrize("path", FEATURE_FILES, ids=str)
def test_every_file_keeps_the_rules_of_its_layer(path: Path) -> None:
    found = layer(path)
    assert found, f"{path.name} is no layer: use one of {', '.join(LAYERS)}, or add it there"
    assert breaches(path, FORBIDDEN[found]) == []


@pytest.mark.parametrize("path", FEATURE_FILES, ids=str)
def test_features_lean_one_way(path: Path) -> None:
    later = LINE[LINE.index(path.parts[1]) + 1 :]
    assert breaches(path, tuple(f"bot.{name}" for name in later)) == []


def test_every_folder_is_a_feature_or_a_shared_room() -> None:
    folders = {path.parts[1] for path in FILES if len(path.parts) > 2}
    assert folders - set(LINE) == {"content", "slack", "web", "sandbox"}


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[1] == "slack"], ids=str)
def test_the_slack_room_knows_no_feature(path: Path) -> None:
    known = tuple(f"bot.{name}" for name in (*LINE, "features", "app", "sandbox", "web"))
    assert breaches(path, known) == []


# Whoever writes content asks the engine and the scorer; whoever reads it at the start does not.
ASKING = ("query_linting", "mark_linting", "cli")


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.parts[1] == "content" and path.stem not in ASKING],
    ids=str,
)
def test_the_content_room_knows_no_feature(path: Path) -> None:
    known = tuple(f"bot.{name}" for name in (*LINE, "features", "app", "config", "slack", "web"))
    assert breaches(path, known) == []


def test_nothing_but_the_program_knows_the_sandbox() -> None:
    # first_day.py is a part of rehearsal.py: what the sandbox opens on.
    names = ("app.py", "cli.py", "rehearsal.py", "first_day.py", "acting.py")
    allowed = {Path("bot", name) for name in names}
    users = {
        path for path in FILES if path.parts[1] != "sandbox" and breaches(path, ("bot.sandbox",))
    }
    assert users <= allowed


def test_the_sandbox_knows_nothing_of_the_app_it_serves() -> None:
    known = tuple(f"bot.{name}" for name in (*LINE, "features", "app", "deps", "db", "slack"))
    inside = [path for path in FILES if path.parts[1] == "sandbox"]
    assert {str(path): found for path in inside if (found := breaches(path, known))} == {}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_size(path: Path) -> None:
    """A file fits 300 lines and a function 40, so that each is read in one go."""
    lines = (ROOT / path).read_text("utf-8").count("\n")
    assert lines <= 300
    long = [
        node.name
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    assert long == []


def test_one_place_survives_every_exception() -> None:
    """A handler that swallows bugs hides them; the scheduler's keeps the other jobs running."""
    broad = {
        str(path)
        for path in FILES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & _names(node.type))
    }
    assert broad == {"bot/scheduler.py"}


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def test_transactions_begin_and_end_in_doors_only() -> None:
    """`deps.transaction()` is the one way; the sandbox keeps a store of its own."""
    calls = {
        str(path)
        for path in FILES
        if path.parts[1] != "sandbox"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "rollback", "begin_nested")
    }
    assert calls == set()


COLUMNS: list[Column[object]] = [
    column for table in Base.metadata.sorted_tables for column in table.c
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table}.{column.name}")
def test_every_text_says_what_delete_me_does_to_it(column: Column[object]) -> None:
    """Export and delete-me walk the metadata; an unmarked column would be forgotten by both."""
    if isinstance(column.type, String | JSON | LargeBinary):
        assert column.info.get("personal") in ("erase", "keep")


def test_every_table_belongs_to_a_workspace() -> None:
    assert features.DECLARATIONS  # importing the list of features loads every table
    without = {table.name for table in Base.metadata.sorted_tables if "workspace_id" not in table.c}
    # An installation may be for a whole organisation; a state is spent before anybody knows whose.
    assert without == {"workspaces", "installations", "spent_states"}
