"""The bank as shipped, and the reader of content files."""

import json
import re
import sqlite3
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from bot import content
from bot.content import Content, ContentWrong, linting, mark_linting, query_linting
from bot.content.cli import Described, schema_text
from bot.drills.queries.rules import Table
from bot.drills.queries.worker import QueryEngine
from bot.errors import SettingsWrong
from tests.content_samples import GOOD, GOOD_ID, ROOT, SHIPPED, written

KIT_DATA = sorted((ROOT / "tests/data/kits").glob("*.sql"))
# What a prompt prints comes from more than its drill gives to be queried.
WHOLE = {path.stem: path for path in (ROOT / "tests/data/metrics_coding").glob("*.sql")}
# Those whose prompt shows a query and its result.
CODING = sorted(
    path.stem
    for path in (SHIPPED / "drills/metrics-coding").glob("*.toml")
    if "```sql" in path.read_text(encoding="utf-8").partition("model_answer")[0]
)
CARD = """
[[cards]]
id = "warm-own"
track = "leadership"
family = "recovery"
front = "What do you say after losing the thread?"
back = "That you lost it, and where you pick it up again."
"""


@pytest.fixture(scope="module")
def bank() -> Content:
    return content.load([SHIPPED])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A content folder of somebody's own with one sound drill."""
    return written(tmp_path / "own", GOOD)


# --- the bank as shipped ---------------------------------------------------------------------


def test_the_shipped_bank_is_clean(bank: Content) -> None:
    assert linting.lint(bank) == []


def test_what_the_bank_promises_is_a_year(bank: Content) -> None:
    """Lint keeps the promises; this keeps them from being made smaller."""
    promised = bank.promises.at_least
    assert promised["drills"] >= 366
    assert promised["drills_a_track"] >= 45
    assert promised["coding_drills"] >= 45
    assert promised["datasets"] >= 8
    assert promised["regions"] >= 12
    assert promised["kits"] >= 60
    assert promised["cards"] >= 120
    assert set(bank.promises.difficulty) == set(content.DIFFICULTIES)
    for level, share in zip(content.DIFFICULTIES, (0.3, 0.4, 0.3), strict=True):
        assert bank.promises.difficulty[level] == pytest.approx((share - 0.05, share + 0.05))


def test_every_model_answer_is_marked_as_one(bank: Content) -> None:
    assert mark_linting.lint(bank, bank.drills) == []


def test_a_weak_model_answer_is_told_cell_by_cell(bank: Content) -> None:
    drill = next(one for one in bank.drills.values() if len(one.cells) == len(content.CELLS))
    weak = drill.model_copy(update={"model_answer": "I would align everybody and analyse. " * 20})
    found = mark_linting.lint(replace(bank, drills={drill.id: weak}), [drill.id])
    assert {one.rule for one in found} == {"model_answer"}
    assert "in execution" in " ".join(one.what for one in found)


def test_the_nine_rituals_of_a_cycle_are_there(bank: Content) -> None:
    assert set(bank.rituals) == {
        "quarterly-planning",
        "early-alignment",
        "weekly-signal-review",
        "monthly-check-in",
        "mid-cycle-checkpoint",
        "release-readiness",
        "sprint-boundary",
        "retrospective",
        "quarterly-close",
    }
    assert bank.blueprint is not None
    reported = [measure.measure for measure in bank.blueprint.report]
    assert reported == ["Cycle time", "Defect density", "Throughput", "Ritual health"]


@pytest.mark.parametrize(
    ("of", "files"),
    [
        (Described.drill, "drills/*/*.toml"),
        (Described.ritual, "rituals/*.toml"),
        (Described.recognition, "recognition.toml"),
        (Described.blueprint, "blueprint.toml"),
    ],
)
def test_the_files_fit_the_schema_for_editors(of: Described, files: str) -> None:
    validator = jsonschema.Draft7Validator(json.loads(schema_text(of)))
    paths = list(SHIPPED.glob(files))
    assert paths
    for path in paths:
        validator.validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_the_schema_refuses_what_the_reader_refuses() -> None:
    validator = jsonschema.Draft7Validator(json.loads(schema_text()))
    assert validator.is_valid(tomllib.loads(GOOD))
    assert not validator.is_valid(tomllib.loads(GOOD.replace("minutes = 3", 'minutes = "3"')))


def test_the_rubric_comes_with_the_bank(bank: Content) -> None:
    assert set(bank.rubric["cells"]) == set(content.CELLS)


def printed(prompt: str) -> tuple[str, list[str], list[tuple[str | float | None, ...]]]:
    """A prompt's query, and the columns and rows of the result that it prints."""
    query, table = re.findall(r"```(?:sql)?\n(.*?)\n```", prompt, re.S)[:2]
    header, *rows = (re.split(r"\s{2,}", line.strip()) for line in table.splitlines())
    return query, header, [tuple(map(read_cell, row)) for row in rows]


@pytest.mark.parametrize("name", CODING)
async def test_the_printed_result_follows_from_the_drills_query(bank: Content, name: str) -> None:
    drill = bank.drills[name]
    data = WHOLE[name].read_text("utf-8") if name in WHOLE else bank.data_of(drill)
    query, header, rows = printed(drill.prompt)
    result = (await QueryEngine().run(data, query)).ran[0].result
    assert isinstance(result, Table), result
    assert [column.name for column in result.columns] == header
    assert [tuple(read_cell(cell or "-") for cell in row) for row in result.rows] == rows


def test_the_expected_and_the_wrong_queries_do_what_they_say(bank: Content) -> None:
    coding = [drill for drill in bank.drills.values() if drill.track == "metrics-coding"]
    assert query_linting.lint(bank, [drill.id for drill in coding]) == []
    for drill in coding:
        assert drill.sql is not None, drill.id
        assert drill.sql.dataset in bank.datasets, drill.id
        assert len(drill.sql.wrong) >= 2, drill.id


def test_every_data_set_has_its_drills(bank: Content) -> None:
    used = Counter(drill.sql.dataset for drill in bank.drills.values() if drill.sql)
    assert [name for name in bank.datasets if not used[name]] == []


@pytest.mark.parametrize("data", KIT_DATA, ids=lambda path: path.stem)
def test_the_printed_result_follows_from_the_kits_query(bank: Content, data: Path) -> None:
    query, header, rows = printed(bank.kits[data.stem].prompt)
    store = sqlite3.connect(":memory:")
    store.executescript(data.read_text(encoding="utf-8"))
    result = store.execute(query)
    assert header == [column[0] for column in result.description]
    assert rows == result.fetchall()
    store.close()


def read_cell(text: str) -> str | float | None:
    if text == "-":
        return None
    number = text.replace(",", "")
    return float(number) if re.fullmatch(r"\d+(\.\d+)?", number) else text


def test_every_coding_kit_has_its_data_set(bank: Content) -> None:
    coding = {kit.id for kit in bank.kits.values() if kit.track == "metrics-coding"}
    assert coding == {path.stem for path in KIT_DATA}


# --- reading ---------------------------------------------------------------------------------


def test_a_later_folder_adds_and_overrides(own: Path) -> None:
    changed = GOOD.replace("version = 1", "version = 3")
    written(own, changed)
    written(own, GOOD.replace(f'id = "{GOOD_ID}"', 'id = "ours"'), name="ours")
    (own / "families.toml").write_text('recovery = "Getting back on the horse"', encoding="utf-8")
    (own / "warmups").mkdir()
    (own / "warmups/ours.toml").write_text(CARD, encoding="utf-8")
    shipped, both = content.load([SHIPPED]), content.load([SHIPPED, own])
    assert both.drills.keys() - shipped.drills.keys() == {"ours"}
    assert (shipped.drills[GOOD_ID].version, both.drills[GOOD_ID].version) == (2, 3)
    assert both.paths[GOOD_ID].is_relative_to(own)
    assert both.families["recovery"] == "Getting back on the horse"
    assert both.warmups["warm-own"].track == "leadership"
    assert both.rubric == shipped.rubric


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("minutes = 3", "minute = 3", "minute: is not a known field; did you mean minutes?"),
        ("minutes = 3", "zebra = 3", "zebra: is not a known field; remove it"),
        ("minutes = 3", 'minutes = "3"', "minutes: input should be a valid number, not '3'"),
        (
            "minutes = 3",
            "minutes = 11",
            "minutes: input should be less than or equal to 10, not 11",
        ),
        ('stage = "fundamentals"', "", "stage: is missing; add it"),
        ('stage = "fundamentals"', 'stage = "viva"', "stage: input should be 'fundamentals', "),
        ("weight = 1.5", "weight = 0", "key_points[0].weight: input should be greater than 0"),
        ("version = 1", "version = 0", "version: input should be greater than or equal to 1"),
        ("version = 1", "version = ", "is not TOML: Invalid value (at line 3, column 11); mend"),
        (f'id = "{GOOD_ID}"', 'id = "Eggs"', "id: string should match pattern"),
        (f'id = "{GOOD_ID}"', 'id = "eggs"', f"id: is eggs but the file is called {GOOD_ID}; make"),
        ('track = "metrics-coding"', 'track = "leadership"', "track: is leadership but the folder"),
    ],
)
def test_a_wrong_file_is_named_with_field_and_mend(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    assert old in GOOD
    folder = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ContentWrong) as caught:
        content.load([folder])
    message = str(caught.value)
    path = folder / "drills/metrics-coding" / f"{GOOD_ID}.toml"
    assert message.startswith(f"{path}: {line}")
    assert "\n" not in message
    assert isinstance(caught.value, SettingsWrong)


def test_a_short_model_answer_is_refused(bank: Content) -> None:
    drill = bank.drills[GOOD_ID].model_dump(mode="json")
    with pytest.raises(ValueError, match="has 89 words; write 90 or more"):
        content.Drill.model_validate(drill | {"model_answer": "word " * 89})


def test_survey_goes_on_after_a_wrong_file(own: Path) -> None:
    written(own, "id = ", name="broken")
    (own / "drills/metrics-coding/latin.toml").write_bytes(b'id = "caf\xe9"')
    (own / "drills/stray.toml").write_text(GOOD.replace(GOOD_ID, "stray"), encoding="utf-8")
    found, wrong = content.survey([own, own / "nowhere"])
    assert set(found.drills) == {GOOD_ID}
    whats = {error.path.name: error.what for error in wrong}
    assert whats["broken.toml"].startswith("is not TOML")
    assert whats["latin.toml"] == "is not UTF-8 text; save it as UTF-8"
    assert whats["stray.toml"].startswith("is metrics-coding but the folder is drills")
    assert whats["nowhere"] == "is not a folder; check DRUMBEAT_CONTENT"


def test_an_id_is_used_once_in_a_folder(own: Path) -> None:
    (own / "warmups").mkdir()
    (own / "warmups/one.toml").write_text(CARD + CARD, encoding="utf-8")
    with pytest.raises(ContentWrong, match=r"id: warm-own is taken by warmups/one\.toml; choose"):
        content.load([own])
    (own / "warmups/one.toml").write_text(CARD.replace("warm-own", GOOD_ID), encoding="utf-8")
    with pytest.raises(ContentWrong, match=f"id: {GOOD_ID} is taken by metrics-coding/"):
        content.load([own])


def test_nothing_read_can_be_changed(bank: Content) -> None:
    drill = bank.drills[GOOD_ID]
    with pytest.raises(ValueError, match="frozen"):
        drill.version = 2  # type: ignore[misc]
    with pytest.raises(TypeError):
        bank.drills["new"] = drill  # type: ignore[index]
