"""Delete-me, as far as votes go: the figures stay, of nobody and without words."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.okrs.checkins.tables import CheckIn, CheckInCall, Reveal, Round
from bot.okrs.reviews.service import lock
from bot.okrs.tables import Amendment, Cycle, KeyResult, KeyResultOwner, Objective, TeamCycle
from bot.people.tables import Member
from bot.people.teams.tables import Team


async def hold_untold(session: AsyncSession, member: Member) -> None:
    """Lock the rounds that may still tell of the member, or wait for them.

    Whoever opens votes or writes a digest at this moment has read the words already: they finish
    first, so that what they say is found and said anew.
    """
    spoken = union(
        select(CheckIn.key_result_id).where(CheckIn.member_id == member.id),
        select(Amendment.key_result_id).where(Amendment.member_id == member.id),
    ).subquery()
    places = (
        select(TeamCycle.id)
        .join(
            KeyResult,
            (TeamCycle.team_id == KeyResult.team_id) & (TeamCycle.cycle_id == KeyResult.cycle_id),
        )
        .join(spoken, spoken.c.key_result_id == KeyResult.id)
    )
    asked = select(CheckInCall.round_id).where(CheckInCall.member_id == member.id)
    rounds = await session.scalars(
        select(Round.id)
        .where(Round.team_cycle_id.in_(places) | Round.id.in_(asked))
        .where(Round.closes_at.is_not(None) | Round.digest_at.is_not(None))
    )
    await lock(session, set(rounds))


async def quoting(session: AsyncSession, member: Member) -> tuple[list[Reveal], set[int]]:
    """The reveals in which the member has said something, and who else voted in their rounds."""
    said = exists().where(
        CheckIn.round_id == Reveal.round_id,
        CheckIn.key_result_id == Reveal.key_result_id,
        CheckIn.member_id == member.id,
    )
    rows = await session.scalars(
        select(Reveal).where(Reveal.workspace_id == member.workspace_id, said).order_by(Reveal.id)
    )
    reveals = list(rows)
    others = await session.scalars(
        select(CheckIn.member_id)
        .where(CheckIn.round_id.in_({one.round_id for one in reveals}))
        .where(CheckIn.member_id.is_not(None), CheckIn.member_id != member.id)
        .distinct()
    )
    return reveals, {one for one in others if one is not None}


async def unname(session: AsyncSession, member: Member) -> None:
    """The team keeps the figures that the member gave, of nobody and without words.

    Of nobody, two votes of one person would count as two: the earlier ones go.
    """
    later = aliased(CheckIn)
    taken_back = exists().where(
        later.round_id == CheckIn.round_id,
        later.key_result_id == CheckIn.key_result_id,
        later.member_id == member.id,
        later.at > CheckIn.at,
    )
    await session.execute(
        update(CheckIn)
        .where(CheckIn.member_id == member.id, taken_back)
        .values(confidence=None)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(CheckIn)
        .where(CheckIn.member_id == member.id)
        .values(note="", blocker="", member_id=None)
    )


async def leave(
    session: AsyncSession, member: Member, now: datetime
) -> tuple[list[Round], Sequence[tuple[Team, list[str]]]]:
    """Take the member out of what is asked and owned.

    Returns the open rounds that waited for them, locked by `hold_untold`, and the titles that
    nobody answers for since, by team.
    """
    asked = select(CheckInCall.round_id).where(CheckInCall.member_id == member.id)
    rounds = await session.scalars(
        select(Round).where(Round.id.in_(asked), Round.closes_at.is_not(None)).order_by(Round.id)
    )
    waited = list(rounds)
    owned = await session.scalars(
        delete(KeyResultOwner)
        .where(KeyResultOwner.member_id == member.id)
        .returning(KeyResultOwner.key_result_id)
    )
    ids = list(owned)
    await session.execute(delete(CheckInCall).where(CheckInCall.member_id == member.id))
    return waited, await _alone(session, ids, now)


async def _alone(
    session: AsyncSession, ids: Sequence[int], now: datetime
) -> Sequence[tuple[Team, list[str]]]:
    """Those of cycles under way that have no owner left, by team."""
    left = exists().where(
        KeyResultOwner.key_result_id == KeyResult.id,
        KeyResultOwner.member_id == Member.id,
        Member.is_deleted.is_(False),
    )
    rows = await session.execute(
        select(Team, KeyResult.title)
        .join(KeyResult, KeyResult.team_id == Team.id)
        .join(Objective, Objective.id == KeyResult.objective_id)
        .join(Cycle, Cycle.id == KeyResult.cycle_id)
        .where(KeyResult.id.in_(ids), KeyResult.archived_at.is_(None), ~left)
        .where(Objective.state == "active", Objective.archived_at.is_(None))
        .where(Cycle.ends >= now.date())
        .order_by(Team.id, KeyResult.id)
    )
    found: dict[int, tuple[Team, list[str]]] = {}
    for team, title in rows.all():
        found.setdefault(team.id, (team, []))[1].append(title)
    return list(found.values())
