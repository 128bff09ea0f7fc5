"""The command line. Each command imports what it needs, so that `--help` is quick."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__, config, content_cli, logs

app = typer.Typer(
    name="drumbeat",
    help="A product-interview drill every day, in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(content_cli.app, name="content")


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


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8100,
    data: Annotated[Path, typer.Option(help="Folder that everything lives in.")] = Path(
        "var/sandbox"
    ),
    fresh: Annotated[bool, typer.Option(help="Throw away what happened before.")] = False,
) -> None:
    """Run the bot and a local workspace in the browser; no Slack account is needed."""
    from bot import rehearsal

    logs.start("text")
    asyncio.run(rehearsal.run(data, port, fresh=fresh))


@app.command()
def run() -> None:
    """Run the bot against Slack: Socket Mode with SLACK_APP_TOKEN, HTTP without."""
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
) -> None:
    """Score answers offline, one JSON object a line."""
    from bot import content
    from bot.drills.service import question
    from bot.scoring import batch as scoring
    from bot.scoring.rules import Question, Rubric

    bank = content.load(config.load().folders)

    def find(drill_id: str) -> Question | None:
        drill = bank.drills.get(drill_id)
        return question(drill) if drill else None

    rubric = Rubric.from_dict(bank.rubric)
    if batch == "-":
        raise typer.Exit(scoring.run(sys.stdin, sys.stdout, find, rubric))
    path = Path(batch)
    if not path.is_file():
        _wrong(f"--batch {batch}: there is no such file")
    with path.open(encoding="utf-8") as lines:
        raise typer.Exit(scoring.run(lines, sys.stdout, find, rubric))


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
