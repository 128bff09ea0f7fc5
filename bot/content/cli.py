"""`drumbeat content lint | stats | schema`: for whoever writes drills, kits and rituals.

Exit codes: 0 done, 1 the content has a fault, 2 the call was wrong. Faults go to standard error,
one line each: file, field, what to mend. With `--json` all goes to standard output.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from bot import config, content
from bot.content import linting, mark_linting, promise_linting, query_linting
from bot.content import stats as spread
from bot.content.drills import Drill
from bot.content.kits import Kit
from bot.content.rituals import Blueprint, Recognition, Ritual
from bot.errors import SettingsWrong
from bot.mocks.pairing.weights import Weights

app = typer.Typer(
    help="Check, count and describe drills, interview kits and rituals.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
PARTS = ("drills/", "datasets/", "warmups/", "kits/", "okrs/", "mocks/", "rituals/")
Fault = tuple[Path, str, str]  # file, field or rule, what to mend


@app.command()
def lint(
    path: Annotated[
        Path | None,
        typer.Argument(help="A content folder, a part of one or one file; all when left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the content; a folder of your own is compared with the shipped one too."""
    folders = _folders()
    if path is not None:
        root = _root(path)
        if root.resolve() not in [folder.resolve() for folder in folders]:
            folders = [*folders, root]
    bank, wrong = content.survey(folders)
    found = [*_faults(bank, wrong, path), *_weights_faults(folders)]
    faults = [fault for fault in found if path is None or _inside(fault[0], path)]
    checked = _checked(bank, path)
    if not checked and not faults:
        raise _called_wrong(f"{path or 'DRUMBEAT_CONTENT'}: holds no drill, card, kit or check")
    _report(faults, checked, as_json=as_json)
    raise typer.Exit(1 if faults else 0)


@app.command()
def stats(as_json: AsJson = False) -> None:
    """Show how the drills are spread, as tables, and count the rest in one line."""
    bank, wrong = content.survey(_folders())
    if as_json:
        typer.echo(json.dumps(_told(bank), indent=2))
    else:
        _print_stats(bank)
    for error in wrong:
        typer.echo(str(error), err=True)
    raise typer.Exit(1 if wrong else 0)


class Described(StrEnum):
    """The files that have a schema: `content/<name>.schema.json`."""

    drill = "drill"
    kit = "kit"
    ritual = "ritual"
    recognition = "recognition"
    blueprint = "blueprint"


MODELS: dict[Described, type[BaseModel]] = {
    Described.drill: Drill,
    Described.kit: Kit,
    Described.ritual: Ritual,
    Described.recognition: Recognition,
    Described.blueprint: Blueprint,
}


@app.command()
def schema(
    of: Annotated[Described, typer.Argument(help="The file to describe.")] = Described.drill,
) -> None:
    """Print the JSON schema of a file, by default of a drill."""
    typer.echo(schema_text(of), nl=False)


def schema_text(of: Described = Described.drill) -> str:
    """What `content/<of>.schema.json` must hold: draft 7, which TOML editors read."""
    described = MODELS[of].model_json_schema(ref_template="#/definitions/{model}")
    described["definitions"] = described.pop("$defs")
    described = {"$schema": "http://json-schema.org/draft-07/schema#", **described}
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _folders() -> list[Path]:
    try:
        return config.load().folders
    except SettingsWrong as error:
        raise _called_wrong(str(error)) from error


def _root(path: Path) -> Path:
    """The content folder that the path is, or stands in (a drill lies three levels down)."""
    whole = path.resolve()
    if not path.exists():
        raise _called_wrong(f"{path}: is not there; give a content folder or a file in one")
    for folder in (whole, *whole.parents[:3]):
        if any((folder / part).is_dir() for part in PARTS):
            return folder
    raise _called_wrong(f"{path}: has no {', '.join(PARTS)}; give the folder above them")


def _called_wrong(what: str) -> typer.Exit:
    typer.echo(what, err=True)
    return typer.Exit(2)


def _inside(path: Path, place: Path) -> bool:
    return path.resolve().is_relative_to(place.resolve())


def _checked(bank: content.Content, path: Path | None) -> int:
    return sum(path is None or _inside(file, path) for file in bank.paths.values())


def _faults(
    bank: content.Content, wrong: Sequence[content.ContentWrong], path: Path | None
) -> list[Fault]:
    """Every fault of the bank; queries are run and model answers marked only inside `path`."""
    unread: list[Fault] = [(error.path, error.where, error.what) for error in wrong]
    names = [name for name in bank.drills if path is None or _inside(bank.paths[name], path)]
    found = [*linting.lint(bank), *query_linting.lint(bank, names)]
    try:
        found += mark_linting.lint(bank, names)
    except ValueError as error:
        unread.append((Path("rubrics"), "", str(error)))
    return unread + [(bank.paths[item.id], item.rule, item.what) for item in found]


def _weights_faults(folders: Sequence[Path]) -> Iterator[Fault]:
    """What is wrong with the numbers of `mocks/weights.toml`, in the file that says so."""
    weights = Weights()
    for folder in folders:
        one, _ = content.survey([folder], drills=False)  # a file that is no TOML is told of already
        try:
            weights = weights.changed(one.mock_weights)
        except ValueError as error:
            where, _, what = str(error).partition(": ")
            yield one.paths[content.WEIGHTS], where, what


def _report(faults: list[Fault], checked: int, *, as_json: bool) -> None:
    if as_json:
        rows = [{"file": str(file), "where": where, "what": what} for file, where, what in faults]
        typer.echo(json.dumps({"checked": checked, "faults": rows}, indent=2, ensure_ascii=False))
        return
    for fault in faults:
        typer.echo(": ".join(str(part) for part in fault if str(part)), err=True)
    if not faults:
        typer.echo(f"{checked} {'item' if checked == 1 else 'items'} checked, no faults.")


def _told(bank: content.Content) -> dict[str, object]:
    return {
        "counts": promise_linting.counted(bank),
        "tracks": [asdict(row) for row in spread.tracks(bank)],
        "by_family": spread.families(bank),
        "by_region": spread.regions(bank),
        "by_industry": spread.industries(bank),
    }


def _print_stats(bank: content.Content) -> None:
    rows = spread.tracks(bank)
    parts = (
        spread.table(rows),
        spread.weights(rows),
        spread.listing("family", spread.families(bank)),
        spread.listing("region", spread.regions(bank)),
        spread.listing("industry", spread.industries(bank)),
    )
    for part in parts:
        typer.echo("\n".join(part) + "\n")
    levels = Counter(drill.difficulty for drill in bank.drills.values())
    shares = ", ".join(f"{levels[level]} {level}" for level in content.DIFFICULTIES)
    there = (
        f"{_many(len(bank.drills), 'drill')} ({shares})",
        _many(len(bank.warmups), "warm-up card"),
        _many(len(bank.kits), "interview kit"),
        _many(len(bank.datasets), "data set"),
        _many(len(bank.rituals), "ritual"),
        _many(len(bank.behaviours), "behaviour"),
    )
    typer.echo(", ".join(there))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
