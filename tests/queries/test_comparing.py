"""Results held against the expected one, and queries found in what people write. Pure."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drills.queries import parse, phrases, rules, views
from bot.drills.queries.comparing import Difference, Terms, compare
from bot.drills.queries.rules import Column, Row, Table, Trouble

TYPES = ("VARCHAR", "DECIMAL(10,2)", "DATE")


def table(*rows: Row, types: tuple[str, ...] = TYPES, names: str = "abc") -> Table:
    columns = (Column(name, kind) for name, kind in zip(names, types, strict=False))
    return Table(tuple(columns), rows)


ONE, TWO = ("x", "1.50", "2026-01-01"), ("y", "2.00", None)
WANTED = table(ONE, TWO)


@pytest.mark.parametrize(
    ("got", "terms"),
    [
        (table(TWO, ONE), Terms()),
        (table(("x", "1.5", "2026-01-01"), TWO, types=("VARCHAR", "DOUBLE", "DATE")), Terms()),
        (table(("x", "1.54", "2026-01-01"), TWO), Terms(tolerance=0.05)),
        (
            table(("x", "1.5", "2026-01-01 00:00:00"), TWO, types=(*TYPES[:2], "TIMESTAMP")),
            Terms(),
        ),
        (table(ONE, TWO, names="ABC"), Terms(names=True)),
        (table(ONE, ("y", "2", None), types=("VARCHAR", "INTEGER", "DATE")), Terms(ordered=True)),
    ],
)
def test_a_right_result_is_right_in_every_dress(got: Table, terms: Terms) -> None:
    assert compare(got, WANTED, terms) == ()


@pytest.mark.parametrize(
    ("got", "terms", "codes"),
    [
        (table(TWO, ONE), Terms(ordered=True), ["order"]),
        (table(ONE), Terms(), ["rows_fewer"]),
        (table(), Terms(), ["rows_none"]),
        (table(ONE, TWO, TWO), Terms(), ["rows_more", "rows_twice"]),
        (table(ONE, TWO, ("z", "1", None)), Terms(), ["rows_more", "rows_all_there"]),
        (
            table(ONE, ("z", "2.00", None), TWO),
            Terms(ordered=True),
            ["rows_more", "rows_all_there"],
        ),
        (table(("x", "1.50"), types=TYPES[:2]), Terms(), ["columns_fewer"]),
        (table(("x ", "1.50", "2026-01-01"), TWO), Terms(), ["spaces"]),
        (table(("X", "1.50", "2026-01-01"), TWO), Terms(), ["values"]),
        (table(ONE, ("y", "2.00", "2026-01-01")), Terms(), ["values"]),
        (table(ONE, TWO, names="abz"), Terms(names=True), ["name"]),
        (table(ONE, TWO, names="bac"), Terms(), ["columns_order"]),
        (table(ONE, TWO, types=("VARCHAR", "VARCHAR", "DATE")), Terms(), ["kind_number"]),
        (table(("x", "1.56", "2026-01-01"), TWO), Terms(tolerance=0.05), ["values"]),
        (Table(WANTED.columns, (ONE, TWO), more=True), Terms(), ["rows_many"]),
    ],
)
def test_a_difference_is_named_and_nothing_expected_is(
    got: Table, terms: Terms, codes: list[str]
) -> None:
    found = compare(got, WANTED, terms)
    assert [one.code for one in found] == codes
    said = " ".join(map(phrases.difference, found))
    assert "1.50" not in said
    assert "2026" not in said


CELLS = st.one_of(st.none(), st.integers(-3, 3).map(str), st.floats(-2, 2).map(repr))
ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False), st.sampled_from([0.0, 0.1]))
def test_any_order_of_the_same_rows_is_right_and_one_changed_cell_is_not(
    rows: list[Row], chance: Random, tolerance: float
) -> None:
    wanted = table(*rows, types=("DOUBLE", "DOUBLE"))
    mixed = list(rows)
    chance.shuffle(mixed)
    got = table(*mixed, types=("DOUBLE", "DOUBLE"))
    assert compare(got, wanted, Terms(tolerance=tolerance)) == ()
    mixed[0] = ("77", mixed[0][1])
    assert compare(table(*mixed, types=("DOUBLE", "DOUBLE")), wanted, Terms(tolerance=tolerance))


def test_a_tolerance_never_lets_one_row_stand_for_two() -> None:
    wanted = table(("1.0",), ("1.1",), types=("DOUBLE",))
    fits = Terms(tolerance=0.1)
    assert compare(table(("1.05",), ("0.95",), types=("DOUBLE",)), wanted, fits) == ()
    assert compare(table(("1.2",), ("1.2",), types=("DOUBLE",)), wanted, fits) != ()


@pytest.mark.parametrize(
    ("text", "prose", "queries"),
    [
        ("No.\n```SELECT 1\nFROM t```\nSo no.", "No.\nSo no.", ("SELECT 1\nFROM t",)),
        ("```sql\nselect 1", "", ("select 1",)),
        ("SELECT o.a FROM orders o;\nI count once", "I count once", ("SELECT o.a FROM orders o;",)),
        ("With this in mind, I wait.", "With this in mind, I wait.", ()),
        ("Select users from Lima first.", "Select users from Lima first.", ()),
        ("with x as (select 1) select * from x", "", ("with x as (select 1) select * from x",)),
        (
            "SELECT <http://o.id|o.id> FROM orders o\nWHERE a &gt;= 3\u00a0AND b = ‘x’ — all",
            "",
            ("SELECT o.id FROM orders o\nWHERE a >= 3 AND b = 'x' -- all",),
        ),
        ("SELECT 'it’s' FROM orders", "", ("SELECT 'it’s' FROM orders",)),
        ("```zone  n\nA     3```\nThree.", "```zone  n\nA     3```\nThree.", ()),
        ("```DROP TABLE orders```", "", ("DROP TABLE orders",)),
    ],
)
def test_a_query_is_found_and_mended(text: str, prose: str, queries: tuple[str, ...]) -> None:
    assert parse.read([text], ["orders"]) == parse.Read(prose, queries)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="select with from`\n;(*,.'—‘&<>|:/ht", max_size=300))
def test_nothing_that_is_written_is_lost_or_stops_the_reading(text: str) -> None:
    read = parse.read([text, text], ["t"])
    assert all(query.strip() for query in read.queries)
    if not read.queries:
        assert (
            read.prose.replace("\n", "").replace(" ", "")
            == (text + text).replace("\n", "").replace(" ", "")
            or "```" in text
        )


def test_a_place_is_counted_in_letters_and_shown_with_a_caret() -> None:
    query = "SELECT 'é',\n  nothing\nFROM t"
    at = query.encode().index(b"nothing")
    assert rules.place(query, at) == rules.Place(2, 3, "  nothing")
    assert "Line 2, column 3" in phrases.pointed(query, Trouble("column", "nothing", at=at))
    assert rules.place("x", 10_000).line == 1


def test_the_engines_words_pass_only_when_they_tell_of_nothing_else() -> None:
    for told in ("see /etc/x", "v2.0.0 is old", "SET x to y", "duckdb says", "http://a"):
        assert rules.clean(told) == ""
    assert rules.clean("Integer overflow\nsecond line") == "Integer overflow"
    assert rules.clean("a\u202eb\0c") == "a b c"  # no sign that turns the message around
    nameless = rules.trouble("ConversionException", '{"exception_message": "at /tmp/x"}')
    assert phrases.trouble(nameless) == "A value cannot be turned into that type."


def test_a_notification_has_the_query_as_it_was_written() -> None:
    query = "SELECT *, a*b FROM nowhere"
    missing = Trouble("table", "nowhere", at=query.index("nowhere"))
    told = views.result(views.Result(1, query, missing, final=True, kept=True))
    assert query in told.text
    assert told.text.startswith("Query: not yet. ")
    assert told.text.endswith("so the card stays at right.")
    assert "*Query: not yet.*" in str(told.blocks)


def test_a_wide_table_is_cut_and_never_breaks_its_block() -> None:
    wide = table(("``` <b>" * 20, "9" * 300, None), names="abc")
    shown = views.mono(wide)
    assert shown.count("```") == 2
    assert "…" in shown
    assert "<b>" not in shown
    assert phrases.difference(Difference("values", 2, "a`b")).count("`") == 2
