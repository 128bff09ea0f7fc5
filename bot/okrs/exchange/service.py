"""Import: a document into the store, all of it or nothing."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import DocumentWrong
from bot.okrs.exchange import calendar, goals, history, staff, work
from bot.okrs.exchange.document import SECTIONS, Fault, Given, Path
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
    place = await session.scalar(
        select(Workspace).where(Workspace.id == workspace_id).with_for_update()  # one at a time
    )
    job = Work(session, workspace_id, now, given, by, faults=list(given.faults))
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
    if job.faults:
        raise DocumentWrong([(named or Fault.line)(given.written(one)) for one in _sorted(job)])
    await session.flush()
    if job.newcomers:
        outbox.ring(session, "people")
    return job.changes


def _sorted(job: Work) -> list[Fault]:
    """In the order of the document."""

    def place(fault: Fault) -> tuple[int, tuple[tuple[bool, int, str], ...]]:
        path: Path = job.given.written(fault).path
        section = ORDER.index(str(path[0])) if path and path[0] in ORDER else -1
        return section, tuple(
            (isinstance(one, int), one if isinstance(one, int) else 0, str(one)) for one in path[1:]
        )

    return sorted(dict.fromkeys(job.faults), key=place)
