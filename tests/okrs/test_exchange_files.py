"""Import and export of files: tables, any document, the command line, and the docs' examples."""

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import DocumentWrong, SettingsWrong
from bot.okrs.exchange import dumping, printing, reading, service, sheets
from bot.okrs.exchange import given as terms_of
from bot.okrs.exchange.document import SECTIONS, KeyResultRow, Row
from bot.okrs.exchange.service import Changes
from tests import databases
from tests.okrs.test_exchange import NOW, QUARTER, Json, Office, office

DOCS = Path(__file__).parents[2] / "docs" / "import.md"
AT_BREAKFAST = "2027-01-05T08:00:00Z"


async def takes_table(here: Office, text: str, now: datetime = NOW) -> Changes:
    sheet = sheets.read(text)
    told = reading.understood(sheet.raw)
    place = here.workspace_id
    return await service.apply(here.session, place, told, now, named=sheet.named)


async def test_tables_go_out_and_come_back(database_url: str) -> None:
    said = [{"key_result": "2027-Q1/booking/price-trust", "by": "U0ANA", "at": AT_BREAKFAST}]
    said[0] |= {"value": "Estimate", "note": "=HYPERLINK(1)"}
    async with office(database_url) as here:
        await here.takes(QUARTER)
        await here.takes({"check_ins": said})
        told = await here.tells()
        standings = await dumping.standings(here.session, here.workspace_id)
        goals, history = sheets.results(told, standings), sheets.check_ins(told)
        assert (await takes_table(here, goals)).nothing
        assert (await takes_table(here, history)).nothing
        row = f"2027-Q1/booking/price-trust;U0ANA;{AT_BREAKFAST};Estimate"
        assert (await takes_table(here, f"key_result;by;at;value\n{row}\n")).nothing
        trust = next(line for line in goals.splitlines() if ",price-trust," in line)
        assert trust.endswith("Estimate,0.5")
        assert ",'=HYPERLINK(1)," in history  # no spreadsheet runs it

        wrong = goals.replace("decrease,11,6,", "decrease,11,7,").replace("increase,41", "grow,41")
        with pytest.raises(DocumentWrong) as error:
            await takes_table(here, wrong)
        assert [line.partition(":")[0] for line in error.value.lines] == [
            "row 2, target",
            "row 6, kind",
        ]
    with databases.sqlite() as url:
        async with office(url) as there:
            first = reading.parsed(QUARTER)
            await there.takes({name: first[name] for name in ("teams", "cycles")})
            assert (await takes_table(there, goals)).new["key result"] == 40
            assert (await there.takes(told | {"objectives": []})).new["check-in"] == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "must name the columns"),
        ("cycle,team,objective,key,colour\n", "'colour' is not known"),
        ("key_result,at\na,b,c\n", "row 2 has more cells"),
        ('key_result,at\n"a', "row 2"),
    ],
)
def test_odd_tables_are_refused(text: str, why: str) -> None:
    with pytest.raises(reading.Unreadable, match=why):
        sheets.read(text)


# --- any document --------------------------------------------------------------------------------

ROWS: tuple[type[Row], ...] = (*SECTIONS.values(), KeyResultRow)
NAMES = {name for row in ROWS for name in row.model_fields}
WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0x2FFFF), min_size=1, max_size=12
).filter(lambda told: told.strip() == told)
KEYS = WORDS.filter(lambda told: "/" not in told)
NUMBERS = st.floats(-1e6, 1e6).map(lambda told: round(told, 3) + 0.0)
SHARES = st.lists(st.integers(0, 100), min_size=1, max_size=3).map(
    lambda told: [[f"2027-02-{day:02}", one / 100] for day, one in enumerate(sorted(told), 1)]
)
CURVES = st.one_of(
    st.sampled_from(["linear", "s_curve"]),
    st.builds(lambda shape, told: {shape: told}, st.sampled_from(["steps", "phased"]), SHARES),
)
STEPS = st.builds(
    lambda title, weight, done: {"title": title, "weight": weight, "done": done},
    WORDS,
    st.integers(1, 9),
    st.booleans(),
)


@st.composite
def promises(draw: st.DrawFn) -> Json:
    """What a key result of any kind promises."""
    kind = draw(st.sampled_from(["increase", "decrease", "keep_below", "band", "steps", "zones"]))
    low, high = sorted(draw(st.tuples(NUMBERS, NUMBERS)))
    if kind == "steps":
        steps = draw(st.lists(STEPS, min_size=1, max_size=3, unique_by=lambda one: one["title"]))
        return {"kind": "milestones", "milestones": steps}
    if kind == "zones":
        zones = draw(st.lists(WORDS, min_size=2, max_size=4, unique_by=str.lower))
        return {"kind": "ordinal", "zones": zones, "baseline": zones[0], "target": zones[-1]}
    if kind == "band":
        return {"kind": "keep_in_band", "low": low, "high": high}
    ends = (low, high) if kind == "increase" else (high, low)
    return {"kind": kind, "baseline": ends[0], "target": ends[1]}


@st.composite
def documents(draw: st.DrawFn) -> Json:
    results = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=4, unique=True)):
        more = {"key": key, "title": draw(WORDS), "curve": draw(CURVES), "unit": draw(WORDS)}
        more |= {"owner": draw(st.sampled_from(["U01", "U02"])), "customer_link": draw(WORDS)}
        more |= draw(st.sampled_from([{}, {"leading": True}, {"leading": False}]))
        results.append(draw(promises()) | more)
    team, cycle, key = draw(st.tuples(KEYS, KEYS, KEYS))
    said = draw(st.lists(st.tuples(st.integers(0, 10), WORDS), max_size=3))
    return {
        "teams": [{"key": team, "name": draw(WORDS), "lead": "U01", "members": ["U01"]}],
        "cycles": [{"key": cycle, "starts": "2027-01-04", "ends": "2027-04-04"}],
        "objectives": [
            {"key": key, "team": team, "cycle": cycle, "title": draw(WORDS), "key_results": results}
        ],
        "check_ins": [
            {
                "key_result": f"{cycle}/{team}/{results[0]['key']}",
                "by": "U02",
                "at": f"2027-01-05T0{at}:00:00Z",
                "confidence": one,
                "note": note,
            }
            for at, (one, note) in enumerate(said)
        ],
    }


@given(told=documents())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_document_comes_back_as_it_went_in(told: Json) -> None:
    async def there_and_back(url: str) -> None:
        async with office(url) as here:
            await here.takes(printing.to_yaml(told))
            assert (await here.takes(printing.to_json(told))).nothing
            kept = await here.tells()
            text = printing.to_yaml(kept)
            assert (await here.takes(text)).nothing
            assert printing.to_yaml(await here.tells()) == text
            assert (await takes_table(here, sheets.results(kept, {}))).nothing

    with databases.sqlite() as url:
        asyncio.run(there_and_back(url))


ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from([10**400, float("1e300"), -1, 0.5, "nan", "inf", "U01", "2027-01-04", ""]),
        st.sampled_from(["10:00", "x/y/z", "2027-01-04T10:00:00Z", "0001-01-01", "\ud800", "\0"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(sorted(NAMES)), inner, max_size=5),
    ),
    max_leaves=12,
)


@example(told={"grades": [{"given": "\0"}, {"given": "\ud800"}]})
@given(told=st.fixed_dictionaries({}, optional={name: st.lists(ANYTHING) for name in SECTIONS}))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_is_read_or_faulted(told: Json) -> None:
    found = reading.understood(told)
    assert all(fault.line().isprintable() for fault in found.faults)
    for at, row in enumerate(found.document.objectives):
        for told_result in row.key_results:
            terms_of.read(told_result, None, ("objectives", at))


# --- the command line ----------------------------------------------------------------------------


def call(*words: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error)."""
    told = CliRunner().invoke(app, words)
    if isinstance(told.exception, SettingsWrong):
        return 2, told.stdout, str(told.exception)
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told.exit_code, told.stdout, told.stderr


def test_the_commands(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    monkeypatch.setenv("DRUMBEAT_CLOCK", "2027-01-04T06:00:00Z")
    file, out = tmp_path / "quarter.yaml", tmp_path / "out.json"
    file.write_text(QUARTER, "utf-8")
    assert call("import", "quarter.yaml")[0] == 2  # of which workspace?
    new = "3 teams, 12 members, 1 cycle, 12 objectives, 40 key results new; nothing else."
    code, said, _ = call("import", "quarter.yaml", "--workspace", "T1", "--dry-run")
    assert (code, said.splitlines()[0]) == (0, f"Would be: {new}")
    code, said, _ = call("import", "quarter.yaml", "--workspace", "T1")
    assert (code, said.splitlines()[0]) == (0, new)
    assert call("import", "quarter.yaml")[1] == "Nothing changes: all of it is there already.\n"
    assert call("export", "--out", "out.json")[0] == 0
    kept: dict[str, Any] = json.loads(out.read_text("utf-8"))
    assert (kept["workspace"], len(kept["objectives"])) == ("T1", 12)
    assert kept["objectives"][0]["created_at"].startswith("2027-01-04T06:00")  # the rehearsal's
    assert call("import", "out.json", "--workspace", "T2")[0] == 2
    assert call("export", "--format", "csv", "--what", "check-ins")[1].startswith("key_result,by")

    file.write_text(QUARTER.replace("target: 45", "target: many"), "utf-8")
    where = "objectives[0].key_results[1].target"
    code, _, said = call("import", "quarter.yaml")
    assert (code, said) == (1, f"{where}: must be a number, and “many” is none\n")
    code, said, _ = call("import", "quarter.yaml", "--json")
    assert json.loads(said)["errors"][0].startswith(where)

    assert call("delete-member", "--workspace", "T1", "--user", "U0ANA")[0] == 0
    assert call("delete-member", "--user", "U0NOBODY")[0] == 2
    owners = [one.get("owner") for row in _kept() for one in row["key_results"]]
    assert "U0ANA" not in owners


def _kept() -> list[Json]:
    told: Json = json.loads(call("export", "--format", "json")[1])
    found: list[Json] = told["objectives"]
    return found


# --- the docs ------------------------------------------------------------------------------------


async def test_the_examples_of_the_docs_can_be_imported(database_url: str) -> None:
    blocks = re.findall(r"```(yaml|csv)\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert {form for form, _ in blocks} == {"yaml", "csv"}
    async with office(database_url, "T0123ABCD") as here:
        for form, text in blocks:
            for again in (False, True):
                now = NOW.replace(month=2)
                take = takes_table(here, text, now) if form == "csv" else here.takes(text, now)
                assert (await take).nothing == again, text
