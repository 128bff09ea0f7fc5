"""Delete-me, as far as votes go: the figures stay, of nobody and without words."""

from sqlalchemy import exists, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.okrs.checkins.tables import CheckIn, Reveal, Round
from bot.okrs.reviews.service import lock
from bot.okrs.tables import Amendment, KeyResult, TeamCycle
from bot.people.tables import Member


async def hold_untold(session: AsyncSession, member: Member) -> None:
    """Lock the rounds that may still tell of the member.

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
    rounds = await session.scalars(
        select(Round.id)
        .where(Round.team_cycle_id.in_(places))
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
