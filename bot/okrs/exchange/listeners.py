"""Goals as a file, out of Slack and into it.

What reads and writes files is loaded by the first who needs it: YAML and the rules of the document
take as long to load as a tenth of all the rest, and most days nobody exchanges anything.
"""

from typing import TYPE_CHECKING

from bot.deps import Deps, Session
from bot.errors import BotError, DocumentWrong, UserMistake
from bot.okrs.exchange import views
from bot.people import service as people
from bot.slack.blocks import entered
from bot.slack.declare import Declaration, Knock, Open, Outcome, Say, Show, Verb, View

if TYPE_CHECKING:
    from bot.okrs.exchange.document import Given
    from bot.okrs.exchange.service import Changes


class _Looked(BotError):
    """What would change has been seen; raised so that none of it is kept."""

    def __init__(self, changes: "Changes") -> None:
        super().__init__()
        self.changes = changes


async def export(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    from bot.okrs.exchange import outgoing

    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        await outgoing.export(session, member, deps.now(), deps.machine_now())
    return (Say(views.exporting()),)


async def paste(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    return (Open(views.paste()),)


async def look(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Everything is done as it would be, and taken back."""
    text = str(entered(knock.state, views.TYPED) or "")
    try:
        await _look(deps, knock, _read(text))
    except _Looked as looked:
        told = looked.changes
        return (Show(views.preview(text, told.new, told.changed, told.notes)),)
    except DocumentWrong as error:
        faults = views.faults(error.lines)
        raise UserMistake("import_wrong", field=views.TYPED, faults=faults) from error
    return ()


async def _look(deps: Deps, knock: Knock, given: "Given") -> None:
    async with deps.transaction() as session:
        raise _Looked(await _apply(deps, knock, session, given))


async def take(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    given = _read(knock.metadata)
    try:
        async with deps.transaction(knock) as session:
            told = await _apply(deps, knock, session, given)
    except DocumentWrong as error:
        return (Show(views.paste(knock.metadata, error.lines)),)
    return (Show(views.imported(told.new, told.changed)),)


def _read(text: str) -> "Given":
    from bot.okrs.exchange import reading

    try:
        return reading.understood(reading.parsed(text))
    except reading.Unreadable as error:
        raise UserMistake("import_unread", field=views.TYPED, why=str(error)) from error


async def _apply(deps: Deps, knock: Knock, session: Session, given: "Given") -> "Changes":
    from bot.okrs.exchange import service

    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    return await service.apply(session, knock.workspace_id, given, deps.now(), by=member)


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/okr",
        "export",
        export,
        "your teams’ goals as a file; all of them for admins",
        whose="teams one is in; all of them for admins",
    ),
    Verb(
        "/okr",
        "import",
        paste,
        "paste goals; you see what would change first",
        whose="a team one leads",
    ),
    View(views.PASTE, look, "the import form: shows what would change", whose="a team one leads"),
    View(views.CONFIRM, take, "the import, once it was looked at", whose="a team one leads"),
)
