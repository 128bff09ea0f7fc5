"""Runs the queries of coding drills: the expected one has a result, the known mistakes differ."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from bot.content.bank import Content
from bot.content.drills import Drill
from bot.content.words import Finding
from bot.drills.queries.comparing import Terms, compare
from bot.drills.queries.rules import Ran, Table, Trouble
from bot.drills.queries.worker import QueryEngine
from bot.errors import EngineFailed

ROWS = 200  # of an expected result


def lint(content: Content, drills: Iterable[str]) -> list[Finding]:
    """Every fault of these drills' queries; an empty list when all is well."""
    return asyncio.run(_lint(content, [content.drills[name] for name in drills]))


async def _lint(content: Content, drills: Sequence[Drill]) -> list[Finding]:
    engine = QueryEngine()
    coding = [drill for drill in drills if drill.sql]
    found = await asyncio.gather(*(_checked(engine, content, drill) for drill in coding))
    return [finding for findings in found for finding in findings]


async def _checked(engine: QueryEngine, content: Content, drill: Drill) -> list[Finding]:
    if drill.sql is None:
        return []
    queries = [drill.sql.query, *(wrong.query for wrong in drill.sql.wrong)]
    try:
        run = await engine.run(content.data_of(drill), *queries)
    except EngineFailed as error:
        return [Finding(drill.id, "sql.data", f"{error}; mend the statements")]
    return list(_faults(drill, run.ran))


def _faults(drill: Drill, ran: tuple[Ran, ...]) -> Iterator[Finding]:
    wanted = ran[0].result
    if drill.sql is None:
        return
    if isinstance(wanted, Trouble):
        yield Finding(drill.id, "sql.query", f"has no result ({_told(wanted)}); mend it")
        return
    if not 0 < len(wanted.rows) <= ROWS:
        what = f"returns {len(wanted.rows)} rows; an expected result has 1 to {ROWS}"
        yield Finding(drill.id, "sql.query", what)
    terms = Terms(drill.sql.ordered, drill.sql.tolerance, drill.sql.columns)
    for at, one in enumerate(ran[1:]):
        where = f"sql.wrong[{at}].query"
        if isinstance(one.result, Trouble):
            yield Finding(drill.id, where, f"has no result ({_told(one.result)}); mend it")
        elif not _differs(one.result, wanted, terms):
            yield Finding(drill.id, where, "gives the expected result; it should be wrong")


def _differs(got: Table, wanted: Table, terms: Terms) -> bool:
    return bool(compare(got, wanted, terms))


def _told(trouble: Trouble) -> str:
    return " ".join(filter(None, [trouble.code, trouble.name]))
