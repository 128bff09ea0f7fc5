"""One team in mid-quarter, planted through the services: what most OKR tests begin with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs import service as okrs
from bot.okrs.checkins.tables import CheckIn
from bot.okrs.rules import Kind, Milestone, Terms
from bot.okrs.service import Ownership
from bot.okrs.tables import Cycle, Objective
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.people.teams.tables import Team
from tests.world import World

AGREED = datetime(2026, 1, 5, 9, tzinfo=UTC)
CHANNEL = "C0PRODUCT"
FUNCTIONS = {"U0ANA": "product", "U0BEN": "engineering", "U0CHLOE": "design"}


@dataclass
class Planted:
    """Ana leads; *ttfv* and *checklist* are hers with Ben, *refunds* is Ben's."""

    workspace_id: int
    team: Team
    cycle: Cycle
    team_cycle_id: int
    objective: Objective
    ttfv: int
    refunds: int
    checklist: int
    members: dict[str, Member]


async def planted_in(world: World) -> Planted:
    async with world.deps.transaction() as session:
        place = world.workspace_id
        return await plant(session, place, world.deps.now())


def invite(world: World) -> None:
    """Let the app into the team's channel."""
    state = world.slack.state
    state.channels[CHANNEL].members.append(state.app.bot_user)


async def plant(session: AsyncSession, workspace_id: int, now: datetime) -> Planted:
    """Team *Checkout* in *2026-Q1* (5 January to 5 April), Tuesdays at ten, in its ninth week."""
    members = {user: await people.ensure(session, workspace_id, user) for user in FUNCTIONS}
    team = await teams.ensure(session, workspace_id, "checkout", "Checkout", "U0ANA")
    team.channel = CHANNEL
    for user, function in FUNCTIONS.items():
        await teams.put(session, team, members[user], function)
    cycle = Cycle(
        workspace_id=workspace_id,
        key="2026-Q1",
        starts=date(2026, 1, 5),
        ends=date(2026, 4, 5),
        tz="Europe/Berlin",
    )
    session.add(cycle)
    await session.flush()
    part = await okrs.join(session, workspace_id, team.id, cycle, now)
    objective = Objective(
        workspace_id=workspace_id,
        team_id=team.id,
        cycle_id=cycle.id,
        key="first-value",
        title="New shops sell in their first week",
        created_at=AGREED,
    )
    session.add(objective)
    await session.flush()
    told = (
        (
            "ttfv",
            "Days from sign-up to first sale",
            Terms(Kind.DECREASE, baseline=9, target=4, unit="days"),
        ),
        ("refunds", "Refund rate", Terms(Kind.KEEP_BELOW, target=2.5, unit="%")),
        (
            "checklist",
            "The first-sale checklist is out",
            Terms(
                Kind.MILESTONES,
                milestones=(Milestone("Designed", 1), Milestone("Built", 2), Milestone("Out", 1)),
            ),
        ),
    )
    ids = [
        (await okrs.add_key_result(session, objective, key, title, terms, AGREED))
        for key, title, terms in told
    ]
    ttfv, refunds, checklist = ids
    ttfv.guardrail_id = refunds.id
    ana, ben = members["U0ANA"].id, members["U0BEN"].id
    both = [Ownership(ana, "product", True), Ownership(ben, "engineering", False)]
    await okrs.set_owners(session, ttfv, both)
    await okrs.set_owners(session, checklist, both)
    await okrs.set_owners(session, refunds, [Ownership(ben, "engineering", True)])
    return Planted(
        workspace_id,
        team,
        cycle,
        part.id,
        objective,
        ttfv.id,
        refunds.id,
        checklist.id,
        members,
    )


def said(
    planted: Planted,
    key_result_id: int,
    user: str,
    at: datetime,
    value: float | None,
    confidence: int | None = None,
) -> CheckIn:
    """A check-in outside any round, as an import writes it; add it to the session."""
    return CheckIn(
        workspace_id=planted.workspace_id,
        key_result_id=key_result_id,
        member_id=planted.members[user].id,
        at=at,
        value=value,
        confidence=confidence,
    )
