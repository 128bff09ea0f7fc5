"""`/okr edit`: words freely, terms with a reason, two editors at once, and never the past."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserMistake
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.editing import rules, views
from bot.okrs.editing.objectives import service as objectives
from bot.okrs.editing.rules import KeyResultSheet, Typed
from bot.okrs.rules import Curve, Kind, Milestone, Shape, Terms
from bot.okrs.scoreboard import KeyResultLine, Scoreboard
from bot.okrs.tables import KeyResult, Objective
from tests.okrs.planting import AGREED, Planted, planted_in, said
from tests.person import Json, Person, shown
from tests.world import World

CYCLE = (date(2026, 1, 5), date(2026, 4, 5))
NUMBERS = Terms(Kind.DECREASE, 9, 4, unit="days")
ZONES = Terms(Kind.ORDINAL, 0, 2, zones=("Idea", "Beta", "Everybody"))
STEPS = Curve(Shape.STEPS, ((date(2026, 2, 2), 1 / 3), (date(2026, 3, 2), 0.7)))
WORK = Terms(
    Kind.MILESTONES, milestones=(Milestone("Built", 2 / 3, True), Milestone("Out")), curve=STEPS
)


@pytest.mark.parametrize("terms", [NUMBERS, ZONES, WORK, replace(NUMBERS, target=0.1 + 0.2)])
def test_what_nobody_touched_stays_exactly_as_it_was(terms: Terms) -> None:
    assert rules.read_terms(terms, rules.texts_of(terms), *CYCLE) == terms


def test_terms_are_read_from_their_texts() -> None:
    typed = rules.texts_of(NUMBERS) | {"target": "3,5 days", "shape": "s_curve"}
    wanted = replace(NUMBERS, target=3.5, curve=Curve(Shape.S_CURVE))
    assert rules.read_terms(NUMBERS, typed, *CYCLE) == wanted
    # A stage keeps its name when another comes before it, so its place changes.
    zones = rules.texts_of(ZONES) | {"zones": "Idea\nAlpha\nBeta\nEverybody"}
    assert rules.read_terms(ZONES, zones, *CYCLE).target == 3
    # What is done is said in check-ins: a mark alone changes nothing.
    done = rules.texts_of(WORK) | {"milestones": "Built | 0.6666666666666666\n[x] Out"}
    assert rules.read_terms(WORK, done, *CYCLE) == WORK
    with pytest.raises(UserMistake) as refused:
        rules.read_terms(NUMBERS, typed | {"target": "soon", "baseline": "x"}, *CYCLE)
    found = (refused.value, *refused.value.others)
    assert [(one.code, one.field) for one in found] == [
        ("bad_number", "baseline"),
        ("bad_number", "target"),
    ]
    with pytest.raises(UserMistake, match="no_such_zone"):
        rules.read_terms(ZONES, rules.texts_of(ZONES) | {"zones": "Idea\nBeta"}, *CYCLE)


def test_an_amendment_is_told_in_words() -> None:
    told = rules.changes(NUMBERS, replace(NUMBERS, target=6, stretch=5))
    assert [(one.name, one.before, one.after) for one in told] == [
        ("Target", "4 days", "6 days"),
        ("Stretch", "none", "5 days"),
    ]


def test_what_is_too_long_for_a_form_is_not_cut_by_it() -> None:
    texts = rules.texts_of(WORK) | {"title": "Out", "milestones": "x" * 4000}
    told = KeyResultSheet(1, 2, "O", "T", "C", WORK, rules.fields_of(WORK), texts, 1, (), ())
    fields = {one.get("block_id") for one in views.form(told)["blocks"]}
    assert {"title", "shape", "reason"} <= fields
    assert not fields & {"milestones", "position"}


TEXT = st.sampled_from(["", "4", "5", "six"])


@given(TEXT, TEXT, TEXT)
def test_of_two_editors_neither_loses_a_word(opened: str, theirs: str, mine: str) -> None:
    typed = Typed({"target": mine}, "", rules.marks({"target": opened}))
    wanted, differ = rules.merged({"target": theirs}, typed)
    assert wanted["target"] == (theirs if mine == opened else mine)
    assert bool(differ) == (len({opened, theirs, mine}) == 3)


# --- in Slack -------------------------------------------------------------------------------------


async def opens(person: Person, *steps: str) -> Json:
    """`/okr edit`, then these clicks; returns the modal that stands there at the end."""
    await person.types("/okr edit")
    for step in steps:
        await person.clicks(await person.waits_for_modal(), step)
    return await person.waits_for_modal()


async def board(world: World, planted: Planted, **ago: float) -> Scoreboard:
    at = world.deps.now() - timedelta(**ago)
    async with world.deps.transaction() as session:
        return await loading.scoreboard(session, planted.workspace_id, planted.team_cycle_id, at)


async def line(world: World, planted: Planted, key: str, **ago: float) -> KeyResultLine:
    told = await board(world, planted, **ago)
    return next(one for one in told.key_results if one.key == key)


async def test_a_target_changes_with_a_reason_and_history_stays(world: World) -> None:
    planted = await planted_in(world)
    async with world.deps.transaction() as session:
        at = world.deps.now() - timedelta(days=1)
        session.add(said(planted, planted.ttfv, "U0ANA", at, 6.5))
    ana, chloe = world.person("U0ANA"), world.person("U0CHLOE")
    step = f"okrs.edit.kr:{planted.ttfv}"
    assert (await opens(chloe, step))["submit"] is None

    form = await opens(ana, step)
    refused = await ana.submits(form, {"target": "soon"})
    assert "cannot read “soon”" in refused["errors"]["target"]
    refused = await ana.submits(form, {"target": "6", "title": "Days to a first sale"})
    assert "say why" in refused["errors"]["reason"]
    view = await ana.submits(form, {"reason": "The market moved"})
    assert "Target: 4 days → 6 days" in shown(view["view"])

    now, before = await line(world, planted, "ttfv"), await line(world, planted, "ttfv", hours=1)
    assert (now.title, now.terms.target) == ("Days to a first sale", 6)
    assert before.terms.target == 4
    assert before.standing.progress == pytest.approx(2.5 / 5)
    assert now.standing.progress == pytest.approx(2.5 / 3)
    story = shown(await opens(chloe, step))
    assert "<@U0ANA>" in story
    assert "> The market moved" in story

    form = await opens(ana, step)
    view = await ana.submits(form, {"customer_link": "Shops earn sooner"})
    assert "holds from now on" not in shown(view["view"])


async def test_two_editors_of_one_key_result(world: World) -> None:
    planted = await planted_in(world)
    async with world.deps.transaction() as session:  # Ben may edit it too
        row = await session.get_one(KeyResult, planted.refunds)
        row.customer_link = "Trust"
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    step = f"okrs.edit.kr:{planted.refunds}"
    theirs, mine = await opens(ana, step), await opens(ben, step)
    await ana.submits(theirs, {"target": "3", "reason": "Legal asks", "title": "Refunds"})
    view = (await ben.submits(mine, {"target": "2", "reason": "Too lax"}))["view"]
    assert "⚠️ Now: 3" in shown(view)
    assert (await line(world, planted, "refunds")).terms.target == 3
    assert view["state"]["values"]["target"]["value"]["value"] == "2"

    done = await ben.submits(view, {})
    assert "Target: 3\xa0% → 2\xa0%" in shown(done["view"])
    now = await line(world, planted, "refunds")
    assert (now.title, now.terms.target, now.customer_link) == ("Refunds", 2, "Trust")


async def test_who_takes_the_owner_away_is_told_so(world: World) -> None:
    planted = await planted_in(world)
    ana = world.person("U0ANA")
    form = await opens(ana, f"okrs.edit.kr:{planted.ttfv}")
    words = "Nobody answers for it now"
    assert words in shown((await ana.submits(form, {"accountable": None}))["view"])
    form = await opens(ana, f"okrs.edit.kr:{planted.ttfv}")
    assert words not in shown((await ana.submits(form, {"title": "Days to a sale"}))["view"])


async def test_a_new_owner_hears_of_it_once(world: World) -> None:
    planted = await planted_in(world)
    ana, chloe = world.person("U0ANA"), world.person("U0CHLOE")
    step = f"okrs.edit.kr:{planted.ttfv}"
    await world.move_to("2026-03-03T15:00:00+00:00")  # ten in New York
    for owner in ("U0CHLOE", "U0ANA", "U0CHLOE"):
        form = await opens(ana, step)
        given = {"accountable": owner, "co_owners": ["U0BEN"]}
        assert f"<@{owner}> answers" in shown((await ana.submits(form, given))["view"])
    told = await chloe.waits_for(lambda message: "accountable owner" in message["text"])
    await world.tick()
    seen = [one for one in await chloe.sees(told["channel"]) if "accountable" in one["text"]]
    assert len(seen) == 1
    now = await line(world, planted, "ttfv")
    assert [(one.user_id, one.function, one.accountable) for one in now.owners] == [
        ("U0CHLOE", "design", True),
        ("U0BEN", "engineering", False),
    ]


def _objective(planted: Planted, key: str, state: str = "active") -> Objective:
    return Objective(
        workspace_id=planted.workspace_id,
        team_id=planted.team.id,
        cycle_id=planted.cycle.id,
        key=key,
        title=key.title(),
        state=state,
        created_at=AGREED,
    )


async def test_archive_restore_start_and_align(world: World) -> None:
    planted = await planted_in(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    async with world.deps.transaction() as session:
        child = _objective(planted, "child", state="draft")
        session.add(child)
        await session.flush()
    await ana.clicks(await opens(ana, f"okrs.edit.kr:{planted.ttfv}"), "Archive")
    gone = await ana.waits_for_modal()
    assert "is archived" in shown(gone)
    assert [one.key for one in (await board(world, planted)).key_results] == [
        "refunds",
        "checklist",
    ]
    assert len(list((await board(world, planted, hours=1)).key_results)) == 3
    await ana.clicks(gone, "Undo")
    await ana.waits_for_modal()
    assert len(list((await board(world, planted)).key_results)) == 3
    # An accountable owner edits, and archives nothing.
    assert "Archive" not in shown(await opens(ben, f"okrs.edit.kr:{planted.refunds}"))

    await ana.clicks(await opens(ana, f"okrs.edit.o:{child.id}"), "Start")
    assert "counts from now on" in shown(await ana.waits_for_modal())
    view = await ana.submits(
        await opens(ana, f"okrs.edit.o:{child.id}"), {"parent": str(planted.objective.id)}
    )
    assert "is saved" in shown(view["view"])
    form = await opens(ana, f"okrs.edit.o:{planted.objective.id}")
    refused = await ana.submits(form, {"parent": str(child.id)})
    assert "hangs below this one" in refused["errors"]["parent"]

    await ana.clicks(await opens(ana, f"okrs.edit.o:{planted.objective.id}"), "Archive")
    assert [one.key for one in (await board(world, planted)).objectives] == ["child"]
    away = await opens(ana, "Archived (1)")
    assert "New shops sell" in shown(away)
    await ana.clicks(away, "Restore")
    assert len((await board(world, planted)).objectives) == 2


async def test_two_objectives_hung_under_each_other_at_once(world: World) -> None:
    planted = await planted_in(world)
    async with world.deps.transaction() as session:
        other = _objective(planted, "other")
        session.add(other)
        await session.flush()

    async def hang(one: int, under: int) -> str:
        try:
            async with world.deps.transaction() as session:
                row = await okrs.objective(session, planted.workspace_id, one)
                await asyncio.sleep(0.05)  # both hold theirs
                await objectives.align(session, row, under)
        except UserMistake as mistake:
            return mistake.code
        return "hung"

    ids = (planted.objective.id, other.id)
    done = await asyncio.gather(hang(*ids), hang(*ids[::-1]))
    assert sorted(done) == ["circular", "hung"]
