"""Who takes part in the mock interviews, from the document into the store."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.db import insert_all
from bot.mocks import service as rounds
from bot.mocks.joining import parse
from bot.mocks.joining.service import come_back
from bot.mocks.tables import MockProfile
from bot.okrs.exchange.document import MemberRow
from bot.okrs.exchange.work import Work, chunks, write

FIELDS = ("mocks", "mock_windows", "mock_level", "mock_types")


async def profiles(work: Work) -> dict[int, MockProfile]:
    """The profiles of those in the document who have one or get one, locked, by member."""
    rows = [row for row in work.document.members if work.members[row.user].erased_at is None]
    named = sorted({work.members[row.user].id for row in rows if _says(row)})
    new = [{"workspace_id": work.workspace_id, "member_id": one} for one in named]
    await insert_all(work.session, MockProfile, new, "member_id")
    found: dict[int, MockProfile] = {}
    for part in chunks(named):
        held = await work.session.scalars(
            select(MockProfile)
            .where(MockProfile.member_id.in_(part))
            .order_by(MockProfile.id)
            .with_for_update()
        )
        found |= {one.member_id: one for one in held}
    return found


def _says(row: MemberRow) -> bool:
    return any(row.gives(name) for name in FIELDS)


def settle(profile: MockProfile | None, row: MemberRow, now: datetime) -> bool:
    """Put the row's fields into the profile; True when anything changed."""
    if profile is None:
        return False
    wanted: dict[str, Any] = {}
    if row.mocks is not None:
        wanted["rhythm"] = row.mocks
    if row.gives("mock_windows"):
        wanted["windows"] = parse.stored(row.mock_windows or ())
    if row.gives("mock_level"):
        wanted["level"] = row.mock_level
    if row.gives("mock_types"):
        wanted["tracks"] = list(row.mock_types or ())
    if row.gives("mocks") and (row.mocks is None) != (profile.joined_at is None):
        wanted["joined_at"] = now if row.mocks else None
        come_back(profile)
    return write(profile, wanted)


async def plan(work: Work) -> None:
    """The round that those who have joined will be matched in."""
    if any(row.mocks for row in work.document.members):
        await rounds.open_round(work.session, work.workspace_id, work.now)
