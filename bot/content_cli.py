"""`drumbeat content lint | stats | schema`: for whoever writes drills and kits.

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

from bot import config, content, content_lint, content_sql_lint
from bot.content_kits import Kit
from bot.errors import SettingsWrong
from bot.mocks.pairing.weights import Weights

app = typer.Typer(
    help="Check, count and describe drills and interview kits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
PARTS = ("drills/", "datasets/", "warmups/", "kits/", "okrs/", "mocks/")
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
    found = [*_faults(bank, wrong), *_weights_faults(folders)]
    faults = [fault for fault in found if path is None or _inside(fault[0], path)]
    checked = _checked(bank, path)
    if not checked and not faults:
        raise _called_wrong(f"{path or 'DRUMBEAT_CONTENT'}: holds no drill, card, kit or check")
    _report(faults, checked, as_json=as_json)
    raise typer.Exit(1 if faults else 0)


@app.command()
def stats(as_json: AsJson = False) -> None:
    """Count the drills by track, stage, difficulty and family, and the rest in one line."""
    bank, wrong = content.survey(_folders())
    rows = content_lint.stats(bank)
    if as_json:
        counts = {name: len(getattr(bank, name)) for name in ("drills", "warmups", "kits")}
        typer.echo(json.dumps({**counts, "rows": [asdict(row) for row in rows]}, indent=2))
    else:
        _print_stats(bank, rows)
    for error in wrong:
        typer.echo(str(error), err=True)
    raise typer.Exit(1 if wrong else 0)


class Described(StrEnum):
    """The files that have a schema."""

    drill = "drill"
    kit = "kit"


@app.command()
def schema(
    of: Annotated[Described, typer.Argument(help="The file to describe.")] = Described.drill,
) -> None:
    """Print the JSON schema of a drill file or of an interview kit."""
    typer.echo(schema_text(of), nl=False)


def schema_text(of: Described = Described.drill) -> str:
    """What `content/<of>.schema.json` must hold: draft 7, which TOML editors read."""
    model = Kit if of is Described.kit else content.Drill
    described = model.model_json_schema(ref_template="#/definitions/{model}")
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


def _faults(bank: content.Content, wrong: Sequence[content.ContentWrong]) -> list[Fault]:
    unread: list[Fault] = [(error.path, error.where, error.what) for error in wrong]
    found = [*content_lint.lint(bank), *content_sql_lint.lint(bank)]
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


def _print_stats(bank: content.Content, rows: list[content_lint.Row]) -> None:
    typer.echo(f"{'track':<20}{'stage':<14}{'difficulty':<12}{'family':<20}{'drills':>6}{'min':>7}")
    for row in rows:
        names = f"{row.track:<20}{row.stage:<14}{row.difficulty:<12}{row.family:<20}"
        typer.echo(f"{names}{row.drills:>6}{row.minutes:>7g}")
    levels = Counter(drill.difficulty for drill in bank.drills.values())
    shares = ", ".join(f"{levels[level]} {level}" for level in content.DIFFICULTIES)
    cards, kits = len(bank.warmups), len(bank.kits)
    total = f"{len(bank.drills)} drills ({shares})"
    cards_there = f"{cards} warm-up {'card' if cards == 1 else 'cards'}"
    typer.echo(f"{total}, {cards_there}, {kits} interview {'kit' if kits == 1 else 'kits'}")
