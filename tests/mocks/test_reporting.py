"""A lead's figures: what they say, who may read them, and that nobody can be found in them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.mocks import rules as week
from bot.mocks import service as mocks
from bot.mocks.meetings.rules import BY_DIRECT_MESSAGE
from bot.mocks.reporting import rules, views
from bot.mocks.reporting.rules import Figures, Outcome, Report
from bot.people.tables import Member
from bot.people.teams import service as teams
from tests.mocks import planting
from tests.person import shown
from tests.world import World

HOUR = timedelta(hours=1)


def test_figures() -> None:
    met = [Outcome(True, hours * HOUR, 2, forms) for hours, forms in ((4, 2), (30, 1), (60, 2))]
    rest = [Outcome(True, None, 2, 0), Outcome(False, None, 0, 0), Outcome(False, None, 2, 0)]
    assert rules.figures([*met, *rest], 3) == Figures(6, 4, 30 * HOUR, 5, 8)


@pytest.mark.parametrize(("groups", "people"), [(4, 9), (0, 0), (9, 2)])
def test_too_few_are_shown_to_nobody(groups: int, people: int) -> None:
    assert rules.figures([Outcome(True, HOUR, 2, 2)] * groups, people) is None
    # what the reader knows by themself could be taken off, and one be left
    mine = [Outcome(True, HOUR, 2, 2, known=True)] * 9
    assert rules.figures([*mine, *[Outcome(True, HOUR, 2, 2)] * groups], people) is None


def test_words() -> None:
    told = views.report(
        [Report("Checkout", Figures(6, 4, 30 * HOUR, 5, 8)), Report("Search", None)]
    )
    assert "67% met: 4 of 6 pairs and trios." in told.text
    assert "within 30 hours of hearing of each other" in told.text
    assert "62% of the forms for marks are filled in: 5 of 8 forms." in told.text
    assert "Search*\nToo few to say without naming people." in told.text


async def _plant(world: World) -> None:
    """Nine closed weeks, in each a pair of Ben's team that met, but for the newest two."""
    pairs = [("U0CHLOE", "U0DEV"), ("U0DEV", "U0EMI"), ("U0EMI", "U0CHLOE")]
    async with world.deps.transaction() as session:
        place, now = world.workspace_id, world.deps.now()
        for weeks in range(1, 10):
            then = now - timedelta(weeks=weeks)
            row = await planting.running(session, place, then)
            row.state = week.RoundState.CLOSED
            pair = pairs[weeks % 3]
            group = await planting.grouped(session, place, then, pair, channel=BY_DIRECT_MESSAGE)
            group.agreed_at = group.tell_at + 26 * HOUR
            if weeks > 2:
                await planting.met(session, group, then)
                for one in await mocks.sittings(session, group.id):
                    one.seat.marked_at = then if one.seat.turn == 0 else None
            else:
                group.state = week.GroupState.NO_SHOW
        # an untold group, and one of the round that still runs: neither counts
        untold = await planting.grouped(
            session, place, now - timedelta(weeks=3), ("U0ANA", "U0BEN")
        )
        untold.state = week.GroupState.UNTOLD
        await planting.grouped(session, place, now, ("U0CHLOE", "U0DEV"), channel=BY_DIRECT_MESSAGE)
        team = await teams.make(session, place, "Checkout", "U0BEN")
        for user in ("U0CHLOE", "U0DEV", "U0EMI"):
            member = await planting.member(session, place, user)
            await teams.put(session, team, member, "engineering")
        small = await teams.make(session, place, "Search", "U0BEN")
        await teams.put(session, small, await planting.member(session, place, "U0DEV"), "data")
        other = await teams.make(session, place, "Payments", "U0FINN")
        await teams.put(session, other, await planting.member(session, place, "U0DEV"), "data")


async def test_who_reads_what(world: World) -> None:
    await _plant(world)
    ana, ben, chloe = (world.person(user) for user in ("U0ANA", "U0BEN", "U0CHLOE"))
    async with world.deps.transaction() as session:
        (await planting.member(session, world.workspace_id, "U0ANA")).is_admin = True
    reply = (await ben.types("/mock report"))["reply"]
    told = shown(reply)
    assert "Checkout*\n75% met: 6 of 8 pairs and trios." in told
    assert "within 26 hours" in told
    assert "50% of the forms for marks are filled in: 6 of 12 forms." in told
    assert "Search*\nToo few" in told  # one person: it would be theirs
    assert "workspace" not in told
    # nobody can be found in it: no name, no id, no answer
    async with world.deps.transaction() as session:
        members = (await session.scalars(select(Member))).all()
    for word in [word for one in members for word in (one.user_id, one.name) if word]:
        if word != "U0BEN":
            assert word not in str(reply), word
    for word in ("no_show", "did not come", "silent"):
        assert word not in told
    assert "Payments" not in told
    assert "75% met" in shown((await ben.types("/mock report check"))["reply"])
    assert "You lead no team of that name" in str(await ben.types("/mock report payments"))
    assert "for people who lead a team" in str(await chloe.types("/mock report"))
    assert "for people who lead a team" in str(await chloe.types("/mock report checkout"))
    assert "the whole workspace*\n75% met" in shown((await ana.types("/mock report"))["reply"])
    assert "75% met" in shown((await ana.types("/mock report checkout"))["reply"])
    async with world.deps.transaction() as session:  # Dev was in six of the nine
        place = world.workspace_id
        team = await teams.called(session, place, "checkout")
        assert team is not None
        team.lead = "U0DEV"
    told = shown((await world.person("U0DEV").types("/mock report checkout"))["reply"])
    assert "Too few to say" in told
