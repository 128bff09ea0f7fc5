"""`drumbeat import`, `export` and `delete-member`: a file against the store.

Exit codes: 0 done, 1 the file or the store has a fault, 2 the call was wrong. Faults go to
standard error, one line each: where, what to mend.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import config
from bot.errors import BotError, DocumentWrong, SettingsWrong

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.okrs.exchange.document import Given
    from bot.okrs.exchange.service import Changes
    from bot.okrs.exchange.sheets import Sheet

FORMATS = ("yaml", "json", "csv")
Workspace = Annotated[
    str,
    typer.Option("--workspace", "--team", help="Slack's team id, T…; not needed with only one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


class _Looked(BotError):
    """A dry run has seen what would change; raised so that the transaction is rolled back."""

    def __init__(self, changes: "Changes") -> None:
        super().__init__()
        self.changes = changes


@dataclass(frozen=True)
class _File:
    """A file as read: what it gives, and the sheet it is when it is a table."""

    given: "Given"
    sheet: "Sheet | None" = None


def register(app: typer.Typer) -> None:
    app.command("import")(take)
    app.command("export")(give)
    app.command("delete-member")(delete_member)


def take(
    file: Annotated[Path, typer.Argument(help="YAML, JSON or CSV; docs/import.md shows each.")],
    dry_run: Annotated[
        bool, typer.Option(help="Say what would change, and change nothing.")
    ] = False,
    workspace: Workspace = "",
    as_json: AsJson = False,
) -> None:
    """Read teams, members, goals and check-ins from a file; the same again changes nothing."""
    if not file.is_file():
        raise SettingsWrong(f"{file}: there is no such file")
    try:
        changes = asyncio.run(_take(config.load(), _read(file), workspace, dry_run=dry_run))
    except DocumentWrong as error:
        _refused(error.lines, as_json=as_json)
        raise typer.Exit(1) from error
    _report(changes, dry_run=dry_run, as_json=as_json)


def _read(file: Path) -> _File:
    """Raises DocumentWrong when the file as a whole cannot be read."""
    from bot.okrs.exchange import reading, sheets

    try:
        text = reading.decoded(file.read_bytes())
        if file.suffix.lower() == ".csv":
            sheet = sheets.read(text)
            return _File(reading.understood(sheet.raw), sheet)
        raw = reading.from_json(text) if file.suffix.lower() == ".json" else reading.parsed(text)
    except reading.Unreadable as error:
        raise DocumentWrong([f"{file.name}: {error}"]) from error
    return _File(reading.understood(raw))


@asynccontextmanager
async def _store(settings: config.Settings) -> "AsyncIterator[tuple[AsyncSession, datetime]]":
    """(a transaction, the calendar's now): kept when the block ends well."""
    from bot import clock, db, migrating
    from bot import features as features  # importing it loads every table

    engine = db.engine(settings.database_url)
    try:
        await migrating.check(engine)
        async with db.sessions(engine)() as session, session.begin():
            yield session, clock.build(settings.clock).now()
    finally:
        await engine.dispose()


async def _take(
    settings: config.Settings, file: _File, workspace: str, *, dry_run: bool
) -> "Changes":
    named = file.given.document.workspace or ""
    if workspace and named and workspace != named:
        raise SettingsWrong(f"--workspace {workspace}: the file is of {named}")
    try:
        return await _applied(settings, file, workspace or named, dry_run=dry_run)
    except _Looked as looked:
        return looked.changes


async def _applied(
    settings: config.Settings, file: _File, team_id: str, *, dry_run: bool
) -> "Changes":
    from bot.okrs.exchange import service
    from bot.progress import shown

    names = file.sheet.named if file.sheet else None
    async with _store(settings) as (session, now):
        place, new = await _workspace(session, team_id, now)
        changes = await service.apply(session, place, file.given, now, watch=shown, named=names)
        if new:
            changes.notes.append(f"The workspace {team_id} is new here.")
        if dry_run:
            raise _Looked(changes)
    return changes


async def _workspace(session: "AsyncSession", team_id: str, now: datetime) -> tuple[int, bool]:
    """(id, is it new); the only one there is, when none is named."""
    from bot.workspaces import service as workspaces

    known = await workspaces.known(session)
    if team_id:
        return await workspaces.ensure(session, team_id, now), team_id not in known
    if len(known) != 1:
        which = ", ".join(sorted(known)) or "none is known yet"
        raise SettingsWrong(f"say which workspace with --workspace T… ({which})")
    return next(iter(known.values())), False


def _refused(lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"written": False, "errors": list(lines)}, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(line, err=True)


def _report(changes: "Changes", *, dry_run: bool, as_json: bool) -> None:
    from bot.okrs.exchange import views

    if as_json:
        told: dict[str, Any] = {"written": not dry_run, "notes": changes.notes}
        counts = {"new": changes.new, "changed": changes.changed, "unchanged": changes.same}
        told |= {
            name: {kind: one for kind, one in it.items() if one} for name, it in counts.items()
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    would = "Would be: " if dry_run and not changes.nothing else ""
    typer.echo(f"{would}{views.changes_words(changes.new, changes.changed)}")
    for note in changes.notes:
        typer.echo(note)


def give(
    out: Annotated[Path | None, typer.Option(help="The file; standard output otherwise.")] = None,
    workspace: Workspace = "",
    form: Annotated[
        str, typer.Option("--format", help="yaml, json or csv; otherwise by the file's ending.")
    ] = "",
    what: Annotated[str, typer.Option(help="Of csv: key-results or check-ins.")] = "key-results",
) -> None:
    """Write teams, schedules, goals and history to a file; nobody's answers or marks."""
    ending = out.suffix.lower().lstrip(".").replace("yml", "yaml") if out else ""
    chosen = form or (ending if ending in FORMATS else "yaml")
    if chosen not in FORMATS:
        raise SettingsWrong(f"--format {form}: say yaml, json or csv")
    if what not in ("key-results", "check-ins"):
        raise SettingsWrong(f"--what {what}: say key-results or check-ins")
    text = asyncio.run(_give(config.load(), workspace, chosen, what))
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8", newline="")
        typer.echo(f"Written to {out}.", err=True)


async def _give(settings: config.Settings, workspace: str, form: str, what: str) -> str:
    from bot.okrs.exchange import dumping, printing, sheets

    async with _store(settings) as (session, now):
        place = await _known(session, workspace, now)
        told = await dumping.dump(session, place, now)
        if form == "csv" and what == "check-ins":
            return sheets.check_ins(told)
        if form == "csv":
            return sheets.results(told, await dumping.standings(session, place))
    return printing.to_json(told) if form == "json" else printing.to_yaml(told)


async def _known(session: "AsyncSession", team_id: str, now: datetime) -> int:
    place, new = await _workspace(session, team_id, now)
    if new:
        raise SettingsWrong(f"--workspace {team_id}: the store has no such workspace")
    return place


def delete_member(
    workspace: Workspace = "",
    user: Annotated[str, typer.Option(help="The person's id in Slack, U….")] = "",
) -> None:
    """Erase everything personal about one member, as `/drill delete-me` does."""
    if not user:
        raise SettingsWrong("say whom: --user U…")
    asyncio.run(_delete(config.load(), workspace, user))
    typer.echo(
        f"Everything personal about {user} is erased. "
        "Messages that quote it are taken back as soon as the bot runs."
    )


async def _delete(settings: config.Settings, workspace: str, user: str) -> None:
    from bot import clock, content
    from bot.home import outgoing as home
    from bot.people import service as people

    bank = content.load(settings.folders)
    async with _store(settings) as (session, now):
        place = await _known(session, workspace, now)
        member = await people.find(session, place, user)
        if member is None:
            raise SettingsWrong(f"--user {user}: nobody of this id is known here")
        await home.erase(session, member, bank, now, clock.machine_now())
