from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.people.tables import Member
from bot.scoring.rubrics import rules
from bot.scoring.rubrics.rules import CellText, InUse
from bot.scoring.rubrics.tables import StoredRubric
from bot.scoring.rules import Cell, Rubric
from bot.workspaces.tables import Workspace


@dataclass(frozen=True)
class Changed:
    """What became of a change, and what is in use after it.

    `moved`: somebody else changed the same cell first, so nothing was written. `same`: nothing was
    written, because nothing was different.
    """

    in_use: InUse
    moved: bool = False
    same: bool = False


def standard(content: Content) -> Rubric:
    """The rubric of the content folders. Raises ValueError when it is none."""
    return Rubric.from_dict(content.rubric)


async def rubric_for(session: AsyncSession, workspace_id: int, content: Content) -> Rubric:
    """The rubric that the workspace's answers are marked on from now on."""
    return (await in_use(session, workspace_id, content)).rubric


async def in_use(session: AsyncSession, workspace_id: int, content: Content) -> InUse:
    row = await _newest(session, workspace_id)
    return _told(row) if row else InUse(standard(content))


async def change(
    session: AsyncSession,
    member: Member,
    content: Content,
    cell: Cell,
    wanted: CellText | None,
    seen: str,
    now: datetime,
) -> Changed:
    """Write the next version with this cell changed; `wanted` None puts the standard text back.

    `seen` is the version that the person had before them. When somebody else changed this cell
    since, nothing is written. Raises UserMistake when no content cell would count any more.
    """
    # Two admins at once: the second one waits here and then sees the first one's version.
    await session.execute(
        select(Workspace.id).where(Workspace.id == member.workspace_id).with_for_update()
    )
    found = await in_use(session, member.workspace_id, content)
    before = rules.cell_text(found.rubric, cell)
    then = await _version(session, member.workspace_id, content, seen)
    if then is None or rules.cell_text(then, cell) != before:
        return Changed(found, moved=True)
    text = wanted or rules.cell_text(standard(content), cell)
    if text == before:
        return Changed(found, same=True)
    return Changed(await _add(session, member, found.rubric, cell, text, now))


async def _add(
    session: AsyncSession,
    member: Member,
    current: Rubric,
    cell: Cell,
    text: CellText,
    at: datetime,
) -> InUse:
    newest = await _newest(session, member.workspace_id)
    number = newest.number + 1 if newest else 1
    version = rules.version_of(current.version, number)
    row = StoredRubric(
        workspace_id=member.workspace_id,
        member_id=member.id,
        number=number,
        version=version,
        document=rules.with_cell(current, cell, text, version).to_dict(),
        changed_by=member.user_id,
        at=at,
    )
    session.add(row)
    await session.flush()
    return _told(row)


async def _version(
    session: AsyncSession, workspace_id: int, content: Content, version: str
) -> Rubric | None:
    """The rubric of this name; None when there is no such version any more."""
    document = await session.scalar(
        select(StoredRubric.document).where(
            StoredRubric.workspace_id == workspace_id, StoredRubric.version == version
        )
    )
    if document is not None:
        return Rubric.from_dict(document)
    of_content = standard(content)
    return of_content if of_content.version == version else None


async def _newest(session: AsyncSession, workspace_id: int) -> StoredRubric | None:
    found: StoredRubric | None = await session.scalar(
        select(StoredRubric)
        .where(StoredRubric.workspace_id == workspace_id)
        .order_by(StoredRubric.number.desc())
        .limit(1)
    )
    return found


def _told(row: StoredRubric) -> InUse:
    return InUse(Rubric.from_dict(row.document), row.at, row.changed_by)
