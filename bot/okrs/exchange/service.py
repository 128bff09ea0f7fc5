"""Import: a document into the store, all of it or nothing."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import DocumentWrong
from bot.okrs.exchange import calendar, goals, history, staff, work
from bot.okrs.exchange.document import SECTIONS, Fault, Given
from bot.okrs.exchange.work import Changes as Changes  # doors name its type
from bot.okrs.exchange.work import Watch, Work
from bot.outbox import service as outbox
from bot.people.tables import Member
from bot.workspaces.tables import Workspace

ORDER = ("workspace", *SECTIONS)


async def apply(
    session: AsyncSession,
    workspace_id: int,
    given: Given,
    now: datetime,
    by: Member | None = None,
    watch: Watch | None = None,
    named: Callable[[Fault], str] | None = None,
) -> Changes:
    """Put the document into the workspace's store; importing it again changes nothing.

    `by` is the lead or admin who imports; None is the operator. `watch` shows how far it is, and
    `named` says where a fault stands when that is not its path.
    Raises DocumentWrong with every fault there is; the transaction must then not be committed.
    """
    place = await session.scalar(  # one import at a time; rows that point here can still be added
        select(Workspace).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    )
    job = Work(session, workspace_id, now, given, by)
    job.watch = watch or job.watch
    if given.document.workspace not in (None, place.team_id if place else None):
        job.fault(("workspace",), "is another workspace than the one to import into")
    await work.load(job)
    await work.meet(job, staff.named(job))
    await staff.members(job)
    await staff.teams(job)
    await calendar.cycles(job)
    results = await goals.store(job)
    history.amendments(job, results)
    await history.check_ins(job)
    await history.grades(job)
    faults = [*given.faults, *map(given.written, job.faults)]
    if faults:
        raise DocumentWrong([(named or Fault.line)(one) for one in sorted(faults, key=_place)])
    await session.flush()
    if job.newcomers:
        outbox.ring(session, "people")
    return job.changes


def _place(fault: Fault) -> tuple[int, list[tuple[int, str]]]:
    """In the order of the document."""
    section, *inside = fault.path or ("",)
    first = ORDER.index(str(section)) if section in ORDER else -1
    return first, [(one, "") if isinstance(one, int) else (-1, one) for one in inside]
