"""The command line. Each command imports what it needs, so that `--help` is quick."""

import asyncio
import contextlib
import gc
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import __version__, config, exchanging, logs, pairing_cli
from bot.content import cli as content_cli
from bot.errors import SettingsWrong
from bot.progress import shown

if TYPE_CHECKING:
    from bot.content import Content
    from bot.scoring.rules import Question, Rubric

app = typer.Typer(
    name="drumbeat",
    help="A product-interview drill every day, in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(content_cli.app, name="content")
exchanging.register(app)
pairing_cli.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """A product-interview drill every day, in Slack."""


@contextlib.contextmanager
def _staying() -> Iterator[None]:
    """What is loaded here stays until the end, so no garbage is looked for among it.

    Looking takes a tenth of the start, and would later hold the loop up for 100 ms at a time.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8100,
    data: Annotated[Path, typer.Option(help="Folder that everything lives in.")] = Path(
        "var/sandbox"
    ),
    fresh: Annotated[bool, typer.Option(help="Throw away what happened before.")] = False,
) -> None:
    """Run the bot and a local workspace in the browser; no Slack account is needed."""
    with _staying():
        from bot import rehearsal

    logs.start("text")
    asyncio.run(rehearsal.run(data, port, fresh=fresh))


@app.command()
def run() -> None:
    """Run the bot against Slack: Socket Mode with SLACK_APP_TOKEN, HTTP without."""
    with _staying():
        from bot import app as program

    settings = config.load()
    logs.start(settings.log)
    asyncio.run(program.run(settings))


@app.command()
def migrate() -> None:
    """Bring the store to the newest schema."""
    from bot import migrating

    settings = config.load()
    logs.start(settings.log)
    migrating.migrate(settings.database_url)
    typer.echo(f"The store is at {migrating.newest()}.")


@app.command()
def tick(
    now: Annotated[str, typer.Option(help="The instant, such as 2026-03-08T14:00:00Z.")],
) -> None:
    """One cadence pass at that instant: plan what is due, send it, exit."""
    from bot import app as program

    settings = config.load()
    logs.start(settings.log)
    asyncio.run(program.tick(settings, now))


@app.command()
def manifest(
    mode: Annotated[str, typer.Option(help="socket or http.")] = "socket",
    url: Annotated[str, typer.Option(help="Public address, for http.")] = "",
) -> None:
    """Print the Slack app manifest, made from what the bot listens to."""
    from bot import features
    from bot.slack import manifest as made

    if mode not in ("socket", "http"):
        _wrong(f"--mode {mode}: say socket or http")
    address = url or config.load().url or ""
    if mode == "http" and not address.startswith("https://"):
        _wrong("--mode http needs --url https://… (or DRUMBEAT_URL), where Slack reaches the bot")
    typer.echo(json.dumps(made.build(features.DECLARATIONS, mode, address), indent=2))


@app.command()
def score(
    batch: Annotated[str, typer.Option(help="A file of JSON lines; - reads standard input.")],
    rubric: Annotated[
        Path | None, typer.Option(help="A rubric file; otherwise the content folders' rubric.")
    ] = None,
) -> None:
    """Score answers offline, one JSON object a line."""
    from bot.scoring import batch as scoring

    path = Path(batch)
    if batch != "-" and not path.is_file():
        _wrong(f"--batch {batch}: there is no such file")
    if rubric is not None and not rubric.is_file():
        _wrong(f"--rubric {rubric}: there is no such file")
    bank = _Bank(config.load().folders)
    held_to = scoring.read_rubric(rubric) if rubric else bank.rubric()
    if batch == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
        raise typer.Exit(scoring.run(_watched(sys.stdin), sys.stdout, bank.question, held_to))
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        total = sum(1 for _ in file)
        file.seek(0)
        lines = _watched(file, total)
        raise typer.Exit(scoring.run(lines, sys.stdout, bank.question, held_to))


def _watched(lines: Iterable[str], total: int | None = None) -> Iterable[str]:
    # On a terminal that shows the results themselves a bar would stand in their way.
    return lines if sys.stdout.isatty() else shown(lines, "answers", total)


class _Bank:
    """The drills, read when a line first names one: most files bring their own questions."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    @cached_property
    def _content(self) -> "Content":
        from bot import content

        return content.load(self._folders)

    def rubric(self) -> "Rubric":
        from bot import content
        from bot.scoring.rules import Rubric

        try:
            return Rubric.from_dict(content.load(self._folders, drills=False).rubric)
        except content.ContentWrong:
            raise
        except ValueError as error:
            raise SettingsWrong(f"rubrics/*.toml in the content folders: {error}") from error

    def question(self, drill_id: str) -> "Question | None":
        from bot.drills.service import question

        drill = self._content.drills.get(drill_id)
        return question(drill) if drill else None


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Check tokens, scopes, clock, store and content; each failure says how to mend it."""
    from bot import doctoring

    findings = asyncio.run(doctoring.examine(config.load()))
    if as_json:
        typer.echo(json.dumps([finding.to_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            typer.echo(finding.line())
    raise typer.Exit(1 if any(not finding.ok for finding in findings) else 0)


def _wrong(text: str) -> None:
    typer.echo(f"drumbeat: {text}", err=True)
    raise typer.Exit(2)
