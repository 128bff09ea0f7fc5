"""From the folders' files to a bank: TOML and SQL, checked, every fault told by file and field.

A folder holds `families.toml`, `drills/<track>/<id>.toml`, `warmups/*.toml`, `kits/<id>.toml`,
`rubrics/*.toml`, `datasets/<name>.sql`, `okrs/checks.toml`, `mocks/weights.toml`,
`plans/checklist.toml`, `rituals/<id>.toml`, `recognition.toml`, `blueprint.toml` and
`promises.toml`, all optional. A later folder adds to the earlier ones or replaces what has the same
id, which is how a workspace brings drills of its own.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.content.bank import Content
from bot.content.base import KeyPoint
from bot.content.cards import Cards, Checklist, Warmup
from bot.content.checks import Checks, Says, Words
from bot.content.coding import Sql, WrongQuery
from bot.content.drills import Drill
from bot.content.faults import ContentWrong, worded
from bot.content.kits import KIT_MODELS, Kit
from bot.content.promises import Promises
from bot.content.rituals import RITUAL_MODELS, Behaviour, Blueprint, Recognition, Ritual

M = TypeVar("M", bound=BaseModel)
Own = TypeVar("Own", Kit, Ritual)

CHECKS = "okrs/checks"  # its name among the paths
WEIGHTS = "mocks/weights"
RECOGNITION, BLUEPRINT, PROMISES = "recognition", "blueprint", "promises"  # likewise
MODELS = (Drill, KeyPoint, Warmup, Checklist, Words, Says, Sql, WrongQuery, Promises)
KNOWN = tuple(
    name for model in (*MODELS, *KIT_MODELS, *RITUAL_MODELS) for name in model.model_fields
)


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
    rituals: dict[str, Ritual] = field(default_factory=dict)
    behaviours: tuple[Behaviour, ...] = ()
    blueprint: Blueprint | None = None
    promises: Promises = field(default_factory=Promises)
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
            rituals=MappingProxyType(self.rituals),
            behaviours=self.behaviours,
            blueprint=self.blueprint,
            promises=self.promises,
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
        _read_each((folder / "kits").rglob("*.toml"), Kit, heap.kits, heap, seen)
        _read_checklist(folder / "plans" / "checklist.toml", heap)
        _read_rituals(folder, heap, seen)
        heap.promises = _read_one(Promises, folder, PROMISES, heap) or heap.promises
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


def _read_each(
    paths: Iterable[Path],
    model: type[Own],
    home: dict[str, Own],
    heap: _Heap,
    seen: dict[str, Path],
) -> None:
    """Files that hold one thing each and are called as it is."""
    for path in sorted(paths):
        table = _table(path, heap)
        item = None if table is None else _checked(model, path, table, heap)
        if item and _named(item, path, heap) and not _taken(seen, item.id, path, heap):
            home[item.id] = item
            heap.paths[item.id] = path


def _read_checklist(path: Path, heap: _Heap) -> None:
    table = _table(path, heap) if path.exists() else None
    read = None if table is None else _checked(Checklist, path, table, heap)
    heap.checklist = read.questions if read else heap.checklist


def _read_rituals(folder: Path, heap: _Heap, seen: dict[str, Path]) -> None:
    _read_each((folder / "rituals").glob("*.toml"), Ritual, heap.rituals, heap, seen)
    listed = _read_one(Recognition, folder, RECOGNITION, heap)
    heap.behaviours = listed.behaviours if listed else heap.behaviours
    heap.blueprint = _read_one(Blueprint, folder, BLUEPRINT, heap) or heap.blueprint


def _read_one(model: type[M], folder: Path, name: str, heap: _Heap) -> M | None:
    """The one file of its kind that a folder may hold."""
    path = folder / f"{name}.toml"
    table = _table(path, heap) if path.exists() else None
    if table is None:
        return None
    heap.paths[name] = path
    return _checked(model, path, table, heap)


def _taken(seen: dict[str, Path], name: str, path: Path, heap: _Heap) -> bool:
    """True, and noted, when this folder has used the id already: one would hide the other."""
    if name not in seen:
        seen[name] = path
        return False
    first = f"{seen[name].parent.name}/{seen[name].name}"
    heap.wrong.append(ContentWrong(path, "id", f"{name} is taken by {first}; choose another"))
    return True


def _named(item: Drill | Kit | Ritual, path: Path, heap: _Heap) -> bool:
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
