"""What lint says of a coding drill whose queries do not do what they say."""

from dataclasses import replace

import pytest

from bot import content
from bot.content import Content, query_linting
from tests.content_samples import GOOD_ID, SHIPPED

SAME = "SELECT zone, COUNT(*) AS orders FROM orders GROUP BY zone"
OTHER = "SELECT zone, COUNT(DISTINCT amount) AS orders FROM orders GROUP BY zone"


@pytest.fixture(scope="module")
def bank() -> Content:
    return content.load([SHIPPED])


@pytest.mark.parametrize(
    ("change", "rule", "what"),
    [
        ({"query": "SELECT zon FROM orders"}, "sql.query", "has no result (column zon)"),
        ({"query": "SELECT * FROM orders"}, "sql.query", "returns 320 rows"),
        ({"query": "SELECT 1 FROM orders WHERE id < 0"}, "sql.query", "returns 0 rows"),
        ({"wrong": SAME}, "sql.wrong[0].query", "gives the expected result"),
        ({"wrong": "SELECT"}, "sql.wrong[0].query", "has no result"),
        ({"data": "CREATE TABLE x AS SELECT * FROM nowhere"}, "sql.data", "nowhere does not exist"),
    ],
)
def test_lint_runs_every_query(bank: Content, change: dict[str, str], rule: str, what: str) -> None:
    drill = bank.drills[GOOD_ID]
    assert drill.sql is not None
    wrong = {"query": change.get("wrong", OTHER), "why": "Counts prices."}
    sql = {"data": "nairobi-deliveries", "query": SAME, "wrong": [wrong]}
    sql |= {key: value for key, value in change.items() if key != "wrong"}
    changed = drill.model_copy(update={"sql": type(drill.sql).model_validate(sql)})
    found = query_linting.lint(replace(bank, drills={GOOD_ID: changed}), [GOOD_ID])
    assert (found[0].id, found[0].rule) == (GOOD_ID, rule)
    assert what in found[0].what
