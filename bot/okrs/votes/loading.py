"""What a submission has to know before it is taken, each in one statement."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.checkins.tables import CheckInCall, Round
from bot.okrs.tables import KeyResult, KeyResultOwner, TeamCycle
from bot.people.tables import Member


async def places(
    session: AsyncSession, member: Member, wanted: Collection[int]
) -> Sequence[tuple[int, int | None]]:
    """(key result, open round of its place) of the member's among these: what to lock."""
    rows = await session.execute(
        select(KeyResult.id, Round.id)
        .join(KeyResultOwner, KeyResultOwner.key_result_id == KeyResult.id)
        .join(
            TeamCycle,
            (TeamCycle.team_id == KeyResult.team_id) & (TeamCycle.cycle_id == KeyResult.cycle_id),
        )
        .outerjoin(Round, (Round.team_cycle_id == TeamCycle.id) & Round.closes_at.is_not(None))
        .where(KeyResultOwner.member_id == member.id, KeyResult.id.in_(wanted))
        .where(KeyResult.workspace_id == member.workspace_id)
    )
    return [(row[0], row[1]) for row in rows.all()]


async def were_open(
    session: AsyncSession, member: Member, wanted: set[int], known: Mapping[int, Round]
) -> frozenset[int]:
    """The places of these rounds; most are known."""
    found = {one.team_cycle_id for id_, one in known.items() if id_ in wanted}
    if wanted <= set(known):
        return frozenset(found)
    rest = await session.scalars(
        select(Round.team_cycle_id).where(
            Round.workspace_id == member.workspace_id, Round.id.in_(wanted - set(known))
        )
    )
    return frozenset({*found, *rest})


async def calls(
    session: AsyncSession, member: Member, rounds: Collection[int]
) -> Sequence[CheckInCall]:
    rows = await session.scalars(
        select(CheckInCall).where(
            CheckInCall.member_id == member.id, CheckInCall.round_id.in_(rounds)
        )
    )
    return rows.all()
