from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.people import rules
from bot.people.tables import Member as Member  # doors name its type


async def find(session: AsyncSession, workspace_id: int, user_id: str) -> Member | None:
    found: Member | None = await session.scalar(
        select(Member).where(Member.workspace_id == workspace_id, Member.user_id == user_id)
    )
    return found


async def ensure(session: AsyncSession, workspace_id: int, user_id: str) -> Member:
    """The member's row, locked; written with defaults when the person is new to us."""
    await insert_once(session, Member, workspace_id=workspace_id, user_id=user_id)
    # Not against rows that only point here: a job that holds the session and says something to
    # its member would wait for us, and we for the session.
    return (
        await session.scalars(
            select(Member)
            .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
            .with_for_update(key_share=True)
        )
    ).one()


async def get(session: AsyncSession, member_id: int) -> Member:
    return await session.get_one(Member, member_id)


@dataclass(frozen=True)
class Profile:
    """What Slack says of a person; `tz` is None when Slack names no zone that we know."""

    user_id: str
    name: str
    tz: str | None
    is_admin: bool
    is_deleted: bool


def profile(user: Mapping[str, Any]) -> Profile | None:
    """Read Slack's user object; None for bots and people of other workspaces."""
    if user.get("is_bot") or user.get("is_stranger") or user.get("id") == "USLACKBOT":
        return None
    named = user.get("profile") or {}
    name = named.get("display_name") or user.get("real_name") or user.get("name") or ""
    return Profile(
        str(user["id"]),
        str(name),
        rules.known_zone(str(user.get("tz") or "")),
        bool(user.get("is_admin") or user.get("is_owner")),
        bool(user.get("deleted")),
    )


async def learn(
    session: AsyncSession, workspace_id: int, profiles: Sequence[Profile], machine_now: datetime
) -> list[int]:
    """Keep what Slack says; returns the members whose zone changed by it, or who have left."""
    moved = []
    for one in sorted(profiles, key=lambda one: one.user_id):  # two readers lock in one order
        member = await ensure(session, workspace_id, one.user_id)
        member.name = "" if member.erased_at else one.name
        if one.is_deleted and not member.is_deleted:
            moved.append(member.id)
        member.is_admin, member.is_deleted = one.is_admin, one.is_deleted
        member.profile_at = machine_now
        if one.tz and not member.tz_chosen and member.tz != one.tz:
            member.tz = one.tz
            moved.append(member.id)
    return list(dict.fromkeys(moved))


async def unread_profiles(session: AsyncSession, workspace_id: int, limit: int = 20) -> list[str]:
    """People who knocked and whose profile was never read."""
    rows = await session.scalars(
        select(Member.user_id)
        .where(Member.workspace_id == workspace_id, Member.profile_at.is_(None))
        .limit(limit)
    )
    return list(rows)


async def profile_unknown(
    session: AsyncSession, workspace_id: int, user_id: str, machine_now: datetime
) -> None:
    """Slack would not tell: do not ask again until it tells by itself."""
    await session.execute(
        update(Member)
        .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
        .values(profile_at=machine_now)
    )


async def reached_at(session: AsyncSession, workspace_id: int, user_id: str, channel: str) -> None:
    """The direct message with this person has this id."""
    await session.execute(
        update(Member)
        .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
        .values(dm_channel=channel)
    )


def off(member: Member) -> tuple[rules.Span, ...]:
    return rules.spans(member.days_off)


def country(member: Member) -> str | None:
    return member.country or rules.country_of(member.tz)


async def mute(session: AsyncSession, member: Member, rule: str) -> None:
    if rule not in member.muted:
        member.muted = [*member.muted, rule]


async def unmute(session: AsyncSession, member: Member, rule: str) -> None:
    member.muted = [one for one in member.muted if one != rule]


def _quiet(member: Member) -> rules.Quiet:
    return rules.Quiet(member.quiet_from, member.quiet_to)


def awake_at(member: Member, now: datetime) -> datetime:
    """`now`, or the end of the quiet hours that it lies in."""
    return rules.until_quiet_ends(now, rules.zone(member.tz), _quiet(member))


def quiet_at(member: Member, now: datetime, until: datetime) -> datetime:
    """When quiet hours begin, if they do before `until`, which lies at most a day ahead."""
    return rules.quiet_begins(now, until, rules.zone(member.tz), _quiet(member))


def hears(member: Member, rule: str, now: datetime) -> bool:
    """May an unprompted message of this rule go out now: neither muted nor in quiet hours."""
    local = now.astimezone(rules.zone(member.tz)).time()
    return rule not in member.muted and not _quiet(member).covers(local)
