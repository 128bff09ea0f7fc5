"""The alignment tree: its order, its words, and that nothing loses it an objective."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs import service as okrs
from bot.okrs.rules import Kind, Terms
from bot.okrs.tables import Objective
from bot.okrs.tree.rules import Node, circular, laid
from bot.okrs.tree.service import PAGE
from bot.people.teams import service as teams
from tests.okrs.planting import AGREED, Planted, planted_in, said
from tests.person import Json, shown
from tests.world import World

NODES = st.lists(st.tuples(st.none() | st.integers(0, 12), st.integers(1, 3)), max_size=10).map(
    lambda told: [Node(n, parent, team) for n, (parent, team) in enumerate(told)]
)


@settings(max_examples=200)
@given(NODES)
def test_every_objective_is_drawn_once_whatever_the_parents_are(nodes: list[Node]) -> None:
    placed = laid(nodes)
    assert sorted(one.id for one in placed) == [one.id for one in nodes]
    for team in (1, 2, 3):
        own = {one.id for one in nodes if one.team_id == team}
        assert own <= {one.id for one in laid(nodes, team)}


@given(NODES, st.integers(0, 9), st.integers(0, 9))
def test_a_parent_that_is_not_refused_makes_no_circle(
    nodes: list[Node], one: int, parent: int
) -> None:
    """Starting from any forest: whoever climbs up from the objective comes to an end."""
    told = {node.id: node.parent_id for node in nodes}
    parents = {key: up for key, up in told.items() if up is None or up > key}
    if circular(one, parent, parents):
        return
    parents[one] = parent
    at, steps = parents.get(one), 0
    while at is not None:
        at, steps = parents.get(at), steps + 1
        assert steps <= len(parents)


def test_lines_stand_below_their_parents_and_orphans_last() -> None:
    nodes = [Node(1, None, 1), Node(2, 1, 2), Node(3, None, 1), Node(4, 2, 3), Node(5, 1, 1)]
    placed = laid(nodes)
    assert [(one.id, one.depth) for one in placed] == [(1, 0), (2, 1), (4, 2), (5, 1), (3, 0)]
    assert [one.id for one in placed if one.orphan] == [3]
    assert [one.id for one in laid(nodes, 3)] == [1, 2, 4]
    assert not any(one.orphan for one in laid([Node(1, None, 1), Node(2, None, 2)]))
    assert [one.id for one in laid([Node(1, 2, 1), Node(2, 1, 1)])] == [1, 2]


async def _add(
    session: AsyncSession, planted: Planted, team_id: int, number: int, **more: object
) -> Objective:
    row = Objective(
        workspace_id=planted.workspace_id,
        team_id=team_id,
        cycle_id=planted.cycle.id,
        key=f"o{number}",
        title=f"Objective {number}",
        created_at=AGREED,
        **more,
    )
    session.add(row)
    await session.flush()
    return row


def _levels(view: Json) -> list[tuple[int, str]]:
    """(indentation, words) of every line."""
    return [
        (part["indent"], "".join(one["text"] for one in item["elements"]))
        for block in view["blocks"]
        if block["type"] == "rich_text"
        for part in block["elements"]
        for item in part["elements"]
    ]


async def test_the_tree_of_two_teams(world: World) -> None:
    planted = await planted_in(world)
    async with world.deps.transaction() as session:
        data = await teams.ensure(session, planted.workspace_id, "data", "Data & Co", "U0BEN")
        child = await _add(session, planted, data.id, 1, parent_id=planted.objective.id)
        await okrs.add_key_result(
            session, child, "lag", "Lag", Terms(Kind.DECREASE, 9, 4, unit="hours"), AGREED
        )
        await _add(session, planted, data.id, 2)
        await _add(session, planted, data.id, 3, state="draft")
        at = datetime(2026, 3, 2, tzinfo=UTC)
        session.add(said(planted, planted.refunds, "U0BEN", at, 3.1))
        for n in range(PAGE):
            await _add(session, planted, planted.team.id, 10 + n)
    ben = world.person("U0BEN")
    await ben.types("/okr tree")
    view = await ben.waits_for_modal()
    lines = _levels(view)
    assert lines[0][0] == 0
    assert lines[0][1].startswith("New shops sell in their first week (Checkout)\n🔴 Off track")
    refunds = "🔴 Off track: Refund rate (3.1\xa0%, at most 2.5\xa0%). Its level is not held."
    assert (1, refunds) in lines
    assert any(one == 1 and "Objective 1 (Data & Co)" in text for one, text in lines)
    assert any(one == 2 and "Lag" in text for one, text in lines)
    assert "Objective 3" not in str(lines)
    assert "Aligned to nothing" in shown(view)
    assert f"Page 1 of 2, {PAGE + 3} objectives in all." in shown(view)

    await ben.clicks(view, "Next page")
    second = await ben.waits_for_modal()
    assert len([one for one in second["blocks"] if one["type"] == "rich_text"]) == 3
    await ben.clicks(second, "okrs.tree_pick.team", value=str(data.id))
    assert [one for one, _ in _levels(await ben.waits_for_modal())] == [0, 1, 1, 1, 1, 2, 0]

    reply = (await ben.types("/okr tree chekout"))["reply"]
    assert "`/okr tree checkout`" in reply["text"]
    await ben.types("/okr tree 2026-q1 data & co")
    assert "Objective 1 (" in str(_levels(await ben.waits_for_modal()))
