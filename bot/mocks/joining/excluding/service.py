from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.errors import UserMistake
from bot.mocks.joining.excluding.rules import MOST, Excluded, Kind
from bot.mocks.tables import MockExclusion
from bot.people import service as people
from bot.people.tables import Member


async def mine(session: AsyncSession, member: Member) -> list[Excluded]:
    """Whom this member excludes, newest first; nobody sees who excludes them."""
    rows = await session.execute(
        select(MockExclusion, Member.user_id)
        .join(Member, Member.id == MockExclusion.other_id)
        .where(MockExclusion.member_id == member.id)
        .order_by(MockExclusion.id.desc())
        .limit(MOST)
    )
    return [Excluded(row.id, user_id, Kind(row.kind)) for row, user_id in rows.all()]


async def add(
    session: AsyncSession, member: Member, users: Sequence[str], kind: Kind, own_bot: str
) -> list[Member]:
    """Exclude these people; returns them. Who is excluded already gets the new kind.

    Raises UserMistake.
    """
    if not users:
        raise UserMistake("exclude_whom")
    if member.user_id in users:
        raise UserMistake("exclude_self", field="person")
    if {own_bot, "USLACKBOT"} & {*users}:
        raise UserMistake("exclude_bot", field="person")
    count = select(func.count()).where(MockExclusion.member_id == member.id)
    if (await session.scalar(count) or 0) + len(users) > MOST:
        raise UserMistake("exclude_many", field="person", most=MOST)
    return [await _add(session, member, user, kind) for user in sorted({*users})]


async def _add(session: AsyncSession, member: Member, user: str, kind: Kind) -> Member:
    other = await people.find(session, member.workspace_id, user)
    if other is None:
        other = await people.ensure(session, member.workspace_id, user)
    key = {"member_id": member.id, "other_id": other.id}
    values = {**key, "workspace_id": member.workspace_id, "kind": kind.value}
    if await insert_once(session, MockExclusion, **values) is None:
        row = (await session.scalars(select(MockExclusion).filter_by(**key))).one()
        row.kind = kind.value
    return other


async def remove(session: AsyncSession, member: Member, exclusion_id: int) -> None:
    """Another's exclusion, or one that is gone already, is left alone."""
    await session.execute(
        delete(MockExclusion).where(
            MockExclusion.id == exclusion_id, MockExclusion.member_id == member.id
        )
    )
