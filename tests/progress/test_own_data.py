"""One's own data: all of it in the export, nothing of it left after delete-me."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from bot.db import Base
from bot.home import service as home_service
from bot.home import views as home
from bot.home.exporting import rules
from bot.home.exporting import service as exporting
from bot.okrs.exchange.sheets import FORMULA
from bot.people import service as people
from tests import exported
from tests.progress import walking
from tests.progress.walking import WORD
from tests.world import ANSWER, World, living

ANA = "U0ANA"
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def tables_in(content: bytes) -> dict[str, list[dict[str, str]]]:
    """{table: rows} of the CSV files, as a spreadsheet reads them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        return {
            Path(name).stem: list(
                csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
            )
            for name in names
        }


async def _exports(world: World) -> bytes:
    ana = world.person(ANA)
    await ana.types("/drill export")
    shared = await ana.waits_for(lambda message: bool(message.get("files")))
    assert shared["files"][0]["title"] == "drumbeat-2026-03-03.zip"
    content: bytes = world.slack.state.bytes_of[shared["files"][0]["id"]]
    return content


async def _plants(world: World) -> None:
    """Everywhere at once; the export made in the same breath has it all."""
    place = world.workspace_id
    async with world.deps.transaction() as session:
        member = await people.ensure(session, place, ANA)
        await walking.plant(session, place, member.id)
        member.name = f"{WORD}-members-name"
        await session.flush()
        planted = await walking.found(session, WORD)
        (content,) = rules.files(await exporting.everything(session, member), NOW)
    told, sheets = exported.data(content), tables_in(content)
    for table in walking.tables():
        for column in walking.personal(table):
            assert any(one.startswith(f"{column}: ") for one in planted), column
            # Only bytes are left out: files that the bot has sent already.
            cells = [str(row.get(column.name)) for row in told[table.name]]
            there = any(walking.word(column) in cell for cell in cells)
            assert there == (column.name != "file_bytes"), column
    assert set(told) == {one.name for one in home_service.owned_tables()} | {
        "members",
        "marks_about_me",
    }
    assert {name for name, rows in told.items() if rows} == set(sheets)
    for name, rows in sheets.items():
        assert len(rows) == len(told[name])
        assert list(rows[0]) == list(told[name][0])


async def test_export_has_it_all_and_delete_me_leaves_nothing(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every column that can hold a member's words, found by walking the tables themselves."""
    secret = f"My friend in {WORD} decides on Friday."
    async with living(database_url) as world:
        ana = world.person(ANA)
        await ana.types("/drill now")
        drill = await world.drill(ana)
        await ana.says(await ana.app(), f"{ANSWER} {secret}", thread_ts=drill["ts"])
        card = await world.card(ana, drill)
        told = exported.data(await _exports(world))
        assert [one["text"] for one in told["answer_messages"]] == [f"{ANSWER} {secret}"]
        assert datetime.fromisoformat(told["scorecards"][0]["at"]).tzinfo is not None
        await _plants(world)

        await ana.types("/drill delete-me")
        await ana.clicks((await ana.whispers(await ana.app()))[-1], home.DELETE)
        await ana.waits_gone(await ana.app(), card["ts"], drill["ts"])
        await world.tick()
        async with world.deps.transaction() as session:
            left = await walking.found(session, WORD, "Ana Ruiz")
        assert left == []
        assert not [one for one in await ana.sees(await ana.app()) if one.get("files")]
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        assert url.database
        files = list(Path(url.database).parent.glob(f"{Path(url.database).name}*"))
        assert files
        for path in files:
            assert WORD.encode() not in path.read_bytes(), f"{path.name} keeps what was deleted"
    assert WORD not in caplog.text


async def test_after_delete_me_one_begins_anew(world: World) -> None:
    """Also where the store gives the number of a deleted row to the next one."""
    ana = world.person(ANA)
    await ana.types("/drill now")
    drill = await world.drill(ana)
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
    card = await world.card(ana, drill)
    await ana.types("/drill delete-me")
    await ana.clicks((await ana.whispers(await ana.app()))[-1], home.DELETE)
    await ana.waits_gone(await ana.app(), card["ts"], drill["ts"])
    await ana.types("/drill now")
    again = await world.drill(ana, after=drill["ts"])
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])  # nobody’s any more
    await ana.says(await ana.app(), ANSWER, thread_ts=again["ts"])
    await world.card(ana, again)
    assert "Restatement:" not in str(await ana.thread(await ana.app(), drill["ts"]))


def test_every_table_that_knows_a_member_says_what_leaving_does() -> None:
    for table in Base.metadata.sorted_tables:
        if walking.personal(table):
            assert "member_id" in table.c or table.name == "members", table.name


# --- the files ----------------------------------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.text(max_size=30),
    st.sampled_from([*FORMULA, "=1+1", "'=1", 'a,b\n"c"', "1e5", "é🚀"]),
    st.lists(st.text(max_size=5), max_size=3),
    st.datetimes(timezones=st.just(UTC)),
)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"id": st.integers(1, 99), "said": VALUES}), max_size=12),
    st.integers(1, 400),
)
def test_files_hold_every_row_once_and_run_nothing(rows: list[dict[str, Any]], most: int) -> None:
    files = rules.files({"things": rows, "none": []}, NOW, most)
    data = [row for one in files for row in exported.data(one).get("things", [])]
    assert [row["id"] for row in data] == [row["id"] for row in rows]
    cells = [row for one in files for row in tables_in(one).get("things", [])]
    assert len(cells) == len(rows)
    for cell, row, told in zip(cells, data, rows, strict=True):
        said = told["said"]
        wanted = said.isoformat() if isinstance(said, datetime) else said
        assert row["said"] == wanted
        if isinstance(said, str):
            assert not cell["said"].startswith(FORMULA)
            assert cell["said"] in (said, f"'{said}")
        if isinstance(said, list):
            assert json.loads(cell["said"]) == said
    assert files == rules.files({"things": rows, "none": []}, NOW, most)
    assert len(rules.file_names(len(files), date(2026, 3, 3))) == len(files)


def test_much_comes_in_parts_that_open_by_themselves() -> None:
    rows = [{"id": number, "text": "x" * 900, "at": time(9)} for number in range(40)]
    whole = rules.files({"letters": rows}, NOW)
    assert len(whole) == 1
    assert "Part" not in exported.text(whole[0])
    parts = rules.files({"letters": rows}, NOW, most=10_000)
    assert len(parts) == 4
    assert "Part 2 of 4. Each part opens by itself." in exported.text(parts[1])
    assert [len(exported.data(one)["letters"]) for one in parts] == [10, 10, 10, 10]
    assert rules.file_names(4, date(2026, 3, 3))[1] == "drumbeat-2026-03-03-2-of-4.zip"
    # One row larger than a part is a part of its own.
    large = rules.files({"letters": [*rows[:2], {"id": 3, "text": "x" * 20_000}]}, NOW, most=10_000)
    assert [len(exported.data(one)["letters"]) for one in large] == [2, 1]
