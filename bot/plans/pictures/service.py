"""Pictures for one member: asked for, claimed, drawn or given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot import work
from bot.db import insert_once
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.people.tables import Member
from bot.plans.pictures.tables import PlanPicture as PlanPicture  # doors name its type

BELL = "plan_pictures"
WANTED = timedelta(days=2)  # from when it may go; later it tells old news
TRIES = 4  # then the member gets the words alone: somebody waits for it
ALT = 2_000  # characters of an alt text


async def ask(
    session: AsyncSession,
    member: Member,
    *,
    topic: str,
    rule: str,
    name: str,
    comment: str,
    alt: str,
    told: Mapping[str, Any],
    now: datetime,
    machine_now: datetime,
    lane: Lane,
) -> bool:
    """Let this be drawn, and posted as the file `name` into the member's direct message.

    `comment` is mrkdwn; `alt` is plain text in whole sentences, for where the picture cannot be
    drawn or seen. `told` is JSON; its `kind` names the drawing in `painter.py`. False when this
    `topic` waits already; the outbox says each topic once.
    """
    new = await insert_once(
        session,
        PlanPicture,
        workspace_id=member.workspace_id,
        member_id=member.id,
        topic=topic,
        rule=rule,
        lane=int(lane),
        name=name,
        comment=comment,
        alt=alt[:ALT],
        told=dict(told),
        expires_at=now + WANTED,
        next_try_at=machine_now,
        tries=0,
    )
    outbox.ring(session, BELL)
    return new is not None


async def claim(session: AsyncSession, machine_now: datetime) -> PlanPicture | None:
    """The picture that has waited longest, leased."""
    rows: Sequence[PlanPicture] = await work.claim(session, PlanPicture, machine_now)
    return rows[0] if rows else None


async def take(session: AsyncSession, picture_id: int) -> Member | None:
    """Take the picture off the list, for this member to be told.

    None when somebody else has done so, when the member had everything deleted meanwhile, or when
    they have left.
    """
    owner: int | None = await session.scalar(
        delete(PlanPicture).where(PlanPicture.id == picture_id).returning(PlanPicture.member_id)
    )
    member = await session.get(Member, owner) if owner is not None else None
    return None if member is None or member.is_deleted else member


async def postpone(session: AsyncSession, picture_id: int, machine_now: datetime) -> bool:
    """Try again later; False when it was tried often enough."""
    row = await session.get(PlanPicture, picture_id, with_for_update=True)
    if row is None:
        return True  # taken back meanwhile
    if row.tries >= TRIES:
        return False
    row.postpone(machine_now)
    return True


async def still_wanted(session: AsyncSession, member_id: int) -> bool:
    """Is the member of a topic `KIND:MEMBER:…` there? Asked just before it goes."""
    member = await session.get(Member, member_id)
    return member is not None and not member.is_deleted
