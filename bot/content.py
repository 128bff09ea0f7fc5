"""The bank of drills, cards, kits, families, rubrics, weights and checks: TOML, read at the start.

A content folder holds `families.toml`, `drills/<track>/<id>.toml`, `warmups/*.toml`,
`kits/<id>.toml`, `rubrics/*.toml`, `datasets/<name>.sql`, `okrs/checks.toml`,
`mocks/weights.toml` and `plans/checklist.toml`, all optional. Several folders may be given: a
later one adds to the earlier ones or replaces what has the same id, which is how a workspace
brings drills of its own.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from bot.content_base import CELLS as CELLS
from bot.content_base import DIFFICULTIES as DIFFICULTIES
from bot.content_base import STAGES as STAGES
from bot.content_base import TRACKS as TRACKS
from bot.content_base import Cell, Difficulty, KeyPoint, Prompt, Slug, Stage, Strict, Text, Track
from bot.content_cards import Cards, Checklist
from bot.content_cards import Warmup as Warmup
from bot.content_checks import Checks, Says, Words
from bot.content_faults import ContentWrong as ContentWrong
from bot.content_faults import worded
from bot.content_kits import KIT_MODELS, Kit
from bot.content_sql import Sql, WrongQuery

M = TypeVar("M", bound=BaseModel)

MODEL_ANSWER_WORDS = 90


def _long_enough(text: str) -> str:
    words = len(text.split())
    if words < MODEL_ANSWER_WORDS:
        raise ValueError(f"has {words} words; write {MODEL_ANSWER_WORDS} or more")
    return text


class Drill(Strict):
    """One question with everything that is needed to ask it, mark it and talk about it."""

    id: Slug = Field(description="the same as the file's name")
    version: int = Field(default=1, ge=1, description="raise it when the question itself changes")
    family: Slug = Field(description="a key of families.toml")
    track: Track
    stage: Stage
    difficulty: Difficulty
    minutes: float = Field(default=3.0, ge=0.5, le=10, description="length of the answer box")
    prompt: Prompt
    key_points: Annotated[tuple[KeyPoint, ...], Field(min_length=4, max_length=10, strict=False)]
    model_answer: Annotated[
        str,
        Field(max_length=3000, description="90 words or more, as one would say it"),
        AfterValidator(_long_enough),
    ]
    mistakes: Annotated[tuple[Text, ...], Field(min_length=2, strict=False)]
    probes: Annotated[tuple[Text, ...], Field(min_length=2, strict=False)]
    flips: Annotated[tuple[Text, ...], Field(min_length=2, strict=False)]
    cells: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=4, strict=False)]
    good_for: Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]
    sql: Sql | None = None


CHECKS = "okrs/checks"  # its name among the paths
WEIGHTS = "mocks/weights"
MODELS = (Drill, KeyPoint, Warmup, Checklist, Words, Says, Sql, WrongQuery, *KIT_MODELS)
KNOWN = tuple(name for model in MODELS for name in model.model_fields)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything read from the content folders; no part of it changes afterwards.

    `families`: key to the text people read. `rubric`: the tables of `rubrics/*.toml`, a later
    file replacing an earlier one's top-level keys. `mock_weights`: the tables of
    `mocks/weights.toml`, a later folder replacing single fields; `Weights().changed` reads them.
    `datasets`: name to the statements that build its tables. `checklist`: the questions of
    `plans/checklist.toml`, five or none.
    `paths`: the file of a drill's, card's or kit's id, of the writing checks and of the weights.
    """

    drills: Mapping[str, Drill]
    warmups: Mapping[str, Warmup]
    families: Mapping[str, str]
    rubric: Mapping[str, Any]
    paths: Mapping[str, Path]
    checks: Checks = field(default_factory=Checks)
    kits: Mapping[str, Kit] = field(default_factory=dict)
    mock_weights: Mapping[str, Any] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()

    def data_of(self, drill: Drill) -> str:
        """The statements that build a coding drill's tables; empty when it has none."""
        name = drill.sql.dataset if drill.sql else None
        return self.datasets.get(name, "") if name else drill.sql.data if drill.sql else ""


@dataclass(slots=True)
class _Heap:
    """What has been read so far, folder by folder."""

    drills: dict[str, Drill] = field(default_factory=dict)
    warmups: dict[str, Warmup] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    rubric: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    checks: Checks = field(default_factory=Checks)
    kits: dict[str, Kit] = field(default_factory=dict)
    mock_weights: dict[str, Any] = field(default_factory=dict)
    datasets: dict[str, str] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    wrong: list[ContentWrong] = field(default_factory=list)

    def frozen(self) -> Content:
        return Content(
            drills=MappingProxyType(self.drills),
            warmups=MappingProxyType(self.warmups),
            families=MappingProxyType(self.families),
            rubric=MappingProxyType(self.rubric),
            paths=MappingProxyType(self.paths),
            checks=self.checks,
            kits=MappingProxyType(self.kits),
            mock_weights=MappingProxyType(self.mock_weights),
            datasets=MappingProxyType(self.datasets),
            checklist=self.checklist,
        )


def load(folders: Sequence[Path], *, drills: bool = True) -> Content:
    """Read the folders in order. Raises `ContentWrong` for the first file that cannot be used.

    Without `drills` no drill, card or kit is read.
    """
    content, wrong = survey(folders, drills=drills)
    if wrong:
        raise wrong[0]
    return content


def survey(
    folders: Sequence[Path], *, drills: bool = True
) -> tuple[Content, tuple[ContentWrong, ...]]:
    """Read what can be read, and name every file that cannot, in the order of reading."""
    heap = _Heap()
    for folder in folders:
        if not folder.is_dir():
            heap.wrong.append(ContentWrong(folder, "", "is not a folder; check DRUMBEAT_CONTENT"))
            continue
        _read_families(folder / "families.toml", heap)
        for path in sorted((folder / "rubrics").glob("*.toml")):
            heap.rubric.update(_table(path, heap) or {})
        _read_checks(folder / "okrs" / "checks.toml", heap)
        _read_weights(folder / "mocks" / "weights.toml", heap)
        if not drills:
            continue
        seen: dict[str, Path] = {}
        _read_datasets(folder, heap)
        _read_drills(folder, heap, seen)
        _read_warmups(folder, heap, seen)
        _read_kits(folder, heap, seen)
        _read_checklist(folder / "plans" / "checklist.toml", heap)
    return heap.frozen(), tuple(heap.wrong)


def _read_families(path: Path, heap: _Heap) -> None:
    if not path.exists():
        return
    for key, text in (_table(path, heap) or {}).items():
        if isinstance(text, str):
            heap.families[key] = text
        else:
            heap.wrong.append(ContentWrong(path, key, "must be a text in quotes"))


def _read_checks(path: Path, heap: _Heap) -> None:
    if not path.exists():
        return
    heap.paths[CHECKS] = path
    table = _table(path, heap)
    read = None if table is None else _checked(Checks, path, table, heap)
    if read is not None:
        heap.checks = heap.checks.then(read)


def _read_weights(path: Path, heap: _Heap) -> None:
    if not path.exists():
        return
    heap.paths[WEIGHTS] = path
    for name, given in (_table(path, heap) or {}).items():
        there = heap.mock_weights.get(name)
        if isinstance(there, dict) and isinstance(given, dict):
            given = {**there, **given}
        heap.mock_weights[name] = given


def _read_datasets(folder: Path, heap: _Heap) -> None:
    for path in sorted((folder / "datasets").glob("*.sql")):
        try:
            heap.datasets[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            heap.wrong.append(ContentWrong(path, "", "cannot be read; save it as UTF-8 text"))


def _read_drills(folder: Path, heap: _Heap, seen: dict[str, Path]) -> None:
    for path in sorted((folder / "drills").rglob("*.toml")):
        table = _table(path, heap)
        drill = None if table is None else _checked(Drill, path, table, heap)
        if drill is None or not _named(drill, path, heap) or not _on_track(drill, path, heap):
            continue
        if _taken(seen, drill.id, path, heap) or not _has_data(drill, path, heap):
            continue
        heap.drills[drill.id] = drill
        heap.paths[drill.id] = path


def _read_warmups(folder: Path, heap: _Heap, seen: dict[str, Path]) -> None:
    for path in sorted((folder / "warmups").glob("*.toml")):
        table = _table(path, heap)
        cards = None if table is None else _checked(Cards, path, table, heap)
        for card in cards.cards if cards else ():
            if not _taken(seen, card.id, path, heap):
                heap.warmups[card.id] = card
                heap.paths[card.id] = path


def _read_kits(folder: Path, heap: _Heap, seen: dict[str, Path]) -> None:
    for path in sorted((folder / "kits").rglob("*.toml")):
        table = _table(path, heap)
        kit = None if table is None else _checked(Kit, path, table, heap)
        if kit is None or not _named(kit, path, heap) or _taken(seen, kit.id, path, heap):
            continue
        heap.kits[kit.id] = kit
        heap.paths[kit.id] = path


def _read_checklist(path: Path, heap: _Heap) -> None:
    table = _table(path, heap) if path.exists() else None
    read = None if table is None else _checked(Checklist, path, table, heap)
    heap.checklist = read.questions if read else heap.checklist


def _taken(seen: dict[str, Path], name: str, path: Path, heap: _Heap) -> bool:
    """True, and noted, when this folder has used the id already: one would hide the other."""
    if name not in seen:
        seen[name] = path
        return False
    first = f"{seen[name].parent.name}/{seen[name].name}"
    heap.wrong.append(ContentWrong(path, "id", f"{name} is taken by {first}; choose another"))
    return True


def _named(item: Drill | Kit, path: Path, heap: _Heap) -> bool:
    if item.id != path.stem:
        what = f"is {item.id} but the file is called {path.stem}; make them the same"
        heap.wrong.append(ContentWrong(path, "id", what))
    return item.id == path.stem


def _on_track(drill: Drill, path: Path, heap: _Heap) -> bool:
    if drill.track != path.parent.name:
        what = f"is {drill.track} but the folder is {path.parent.name}; move the file or mend it"
        heap.wrong.append(ContentWrong(path, "track", what))
    return drill.track == path.parent.name


def _has_data(drill: Drill, path: Path, heap: _Heap) -> bool:
    name = drill.sql.dataset if drill.sql else None
    if name is not None and name not in heap.datasets:
        what = f"is {name}, and there is no datasets/{name}.sql; write one or mend the name"
        heap.wrong.append(ContentWrong(path, "sql.data", what))
    return name is None or name in heap.datasets


def _table(path: Path, heap: _Heap) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        what = f"is not TOML: {error}; mend that line"
    except UnicodeDecodeError:
        what = "is not UTF-8 text; save it as UTF-8"
    except OSError as error:
        what = f"cannot be read: {error.strerror}; check the file and its rights"
    heap.wrong.append(ContentWrong(path, "", what))
    return None


def _checked(model: type[M], path: Path, table: dict[str, Any], heap: _Heap) -> M | None:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        for where, what in worded(error, KNOWN):
            heap.wrong.append(ContentWrong(path, where, what))
    return None
