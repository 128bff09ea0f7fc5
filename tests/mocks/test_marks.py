"""Marks after a mock interview, through the whole bot: given blind, opened for all at once."""

import json
import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.home import views as home
from bot.home.exporting import service as exporting
from bot.mocks import service as groups
from bot.mocks.marks import views
from bot.mocks.tables import MockExclusion, MockGroup
from bot.okrs.exchange import dumping
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.scoring.rules import Cell
from bot.scoring.tables import Rating
from tests.mocks import planting
from tests.person import Person
from tests.person import shown as texts
from tests.world import World

Json = dict[str, Any]
ANA, BEN, CHLOE = "U0ANA", "U0BEN", "U0CHLOE"
DAYTIME = "2026-03-03T14:00:00+00:00"  # in Madrid, London and New York
SECRETS = ("quagga", "ibex")  # words of Ana's that nobody may see before the reveal


async def met(world: World, users: Sequence[str] = (ANA, BEN), absent: str = "") -> MockGroup:
    """A group that has met an hour ago, told yesterday; `absent` did not come."""
    await world.move_to(DAYTIME)
    now, place = world.deps.now(), world.workspace_id
    async with world.deps.transaction() as session:
        group = await planting.grouped(session, place, now - timedelta(days=1), users)
        for one in await groups.sittings(session, group.id):
            if one.member.user_id == absent:
                one.seat.left_at, one.seat.ask_at = now, None
        await planting.met(session, group, now)
    return group


def block(cell: Cell, member_id: int) -> str:
    return f"{cell.value}.{member_id}"


async def ids(world: World) -> dict[str, int]:
    """{Slack's id: member's}."""
    async with world.deps.transaction() as session:
        place = world.workspace_id
        found = [await people.find(session, place, user) for user in (ANA, BEN, CHLOE)]
        return {one.user_id: one.id for one in found if one}


async def opens(person: Person) -> Json:
    await person.types("/mock feedback")
    return await person.waits_for_modal()


def filled(who: dict[str, int], marks: dict[str, int], notes: dict[str, str]) -> Json:
    """Trade-offs and execution of each: {person: mark}."""
    cells = (Cell.trade_offs, Cell.execution)
    told = {block(cell, who[user]): str(mark) for user, mark in marks.items() for cell in cells}
    return told | {f"note.{who[user]}": note for user, note in notes.items()}


async def gives(person: Person, view: Json, values: Json) -> str:
    """Send the form off; returns what is shown then."""
    told = await person.submits(view, values)
    assert told["errors"] is None or not told["errors"], told["errors"]
    shown = json.dumps(told["view"], ensure_ascii=False)
    await person.closes(told["view"])
    return shown


async def reveal_for(person: Person, what: str = "") -> Json:
    return await person.waits_for(
        lambda message: "*Your mock interview with" in message["text"] and what in message["text"]
    )


async def everything_seen(world: World, user: str) -> str:
    """All that Slack would show this person of it, and their export; closes what is open."""
    person = world.person(user)
    await person.types("/mock feedback")
    form = await person.waits_for_modal()
    await person.closes(form)
    await person.types("/mock history")
    await person.types("/drill stats")
    seen: list[Any] = [form, await person.home(), await person.waits_for_home()]
    for message in await person.sees(await person.app()):
        seen.append(message)
        if not message["ephemeral"]:
            seen += await person.thread(message["channel"], message["ts"])
    if left_open := await person.modal():
        seen.append(left_open)
        await person.closes(left_open)
    async with world.deps.transaction() as session:
        member = await people.ensure(session, world.workspace_id, user)
        exported = str(await exporting.everything(session, member))
        exported += str(await dumping.dump(session, member.workspace_id, world.deps.now()))
    return json.dumps(seen, ensure_ascii=False) + exported


def words(seen: str) -> list[str]:
    """Every text in it that people read; times and ids change without anything being told."""
    return re.findall(r'"text": "((?:[^"\\]|\\.)*)"', seen)


async def test_nobody_sees_marks_before_all_have_given_theirs(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await met(world)
    who, ana, ben = await ids(world), world.person(ANA), world.person(BEN)
    before = await everything_seen(world, BEN)

    form = await opens(ana)
    anchors = world.deps.content.rubric["cells"]["execution"]["anchors"]
    assert all(one in json.dumps(form, ensure_ascii=False) for one in anchors)
    for user in (ANA, BEN):
        assert block(Cell.execution, who[user]) in {one.get("block_id") for one in form["blocks"]}
    some = filled(who, {}, {BEN: "Keep the quagga."})
    refused = (await ana.submits(form, some))["errors"]
    assert refused == {
        block(Cell.restatement, who[BEN]): "Choose a mark for Ben Adeyemi here, or for another of "
        "the four.",
        block(Cell.restatement, who[ANA]): "Choose a mark for yourself here, or for another of the "
        "four.",
    }
    notes = {BEN: "Keep the quagga.", ANA: "I change the ibex."}
    told = await gives(ana, form, filled(who, {ANA: 4, BEN: 1}, notes))
    assert "at the latest on Thursday 5 March, 15:00 (Europe/Madrid)" in told

    await world.tick()
    after = await everything_seen(world, BEN)
    assert not [secret for secret in SECRETS if secret in after]
    assert '"initial_option"' not in after
    # not even that they are there: what Ben can read is what he read before
    assert sorted(set(words(after)) - set(words(before))) == []
    assert not [secret for secret in SECRETS if secret in caplog.text]
    async with world.deps.transaction() as session:
        sent = (await session.scalars(select(OutboxMessage))).all()
        assert not [row for row in sent if row.rule == "mock.reveal"]
        assert {row.shown_at for row in await session.scalars(select(Rating))} == {None}

    again = await opens(ana)  # filled with what she gave, and changed
    assert "Keep the quagga." in json.dumps(again)
    chosen = [
        one["element"].get("initial_option", {}).get("value")
        for one in again["blocks"]
        if one["type"] == "input"
    ]
    assert chosen.count("1") == chosen.count("4") == 2
    await gives(ana, again, filled(who, {BEN: 2}, {BEN: "Keep the okapi."}))

    own = filled(who, {ANA: 2, BEN: 3}, {ANA: "Say the cost first."})
    assert "All marks are in" in await gives(ben, await opens(ben), own)
    await world.tick()
    mine, theirs = await reveal_for(ana), await reveal_for(ben)
    assert "*Execution*  you 4 · <@U0BEN> 2" in mine["text"]
    assert "In each line: you · <@U0BEN>\n" in texts(mine)
    assert "*Execution*  4 · 2" in texts(mine)
    assert "> “Say the cost first.”\n— <@U0BEN>" in mine["text"]
    assert "*Next:* Trade-offs. You see yourself 2.0 higher there" in mine["text"]
    assert "*Trade-offs*  you 3 · <@U0ANA> 2" in theirs["text"]
    assert "okapi" in theirs["text"]
    assert "quagga" not in theirs["text"]
    assert "ibex" not in theirs["text"], "what one says of oneself stays one's own"

    await ana.types("/mock feedback")
    shown = await ana.whispers(await ana.app())
    assert mine["text"] == shown[-1]["text"]


async def late(world: World, group: MockGroup) -> list[Rating]:
    async with world.deps.transaction() as session:
        rows = await session.scalars(
            select(Rating).where(Rating.topic.startswith(f"mock_{group.id}.")).order_by(Rating.id)
        )
        return list(rows)


async def test_after_48_hours_marks_open_without_those_who_gave_none(world: World) -> None:
    """One reminder; who comes late is shown at once and does not count as blind."""
    group = await met(world, (ANA, BEN, CHLOE), absent=CHLOE)
    who, ana, ben = await ids(world), world.person(ANA), world.person(BEN)
    gone = await world.person(CHLOE).types("/mock feedback")
    assert "No meeting of yours waits for marks." in json.dumps(gone)
    await gives(ana, await opens(ana), filled(who, {ANA: 3, BEN: 1}, {BEN: "Keep the quagga."}))

    await world.pass_time(hours=24, minutes=1)
    asked = await ben.waits_for(lambda message: "your marks are still missing" in message["text"])
    assert "<@U0CHLOE>" not in asked["text"]
    await world.pass_time(hours=23)
    reminders = [one for one in await ben.sees(await ben.app()) if "still missing" in one["text"]]
    assert len(reminders) == 1
    assert not [one for one in await ana.sees(await ana.app()) if "Your mock" in one["text"]]

    await world.pass_time(hours=1)
    mine, theirs = await reveal_for(ana), await reveal_for(ben)
    assert "<@U0BEN> has not given marks yet." in mine["text"]
    assert "<@U0CHLOE>" not in mine["text"]
    assert "*Execution*  <@U0ANA> 1" in theirs["text"]
    assert "You have not given marks yourself." in theirs["text"]
    dropped = await world.person(CHLOE).sees(await world.person(CHLOE).app())
    assert not [one for one in dropped if "Your mock" in one["text"]]

    await ben.clicks(theirs, views.MARKS)
    form = await ben.waits_for_modal()
    assert "open already" in json.dumps(form, ensure_ascii=False)
    said = await gives(ben, form, filled(who, {ANA: 2, BEN: 2}, {ANA: "Name the loser."}))
    assert "beside the others’" in said
    await world.tick()
    mine = await reveal_for(ana, "<@U0BEN> 2")
    assert "Name the loser." in mine["text"]
    assert "gave these after the marks were open" in mine["text"]
    thread = await ana.waits_for(
        lambda message: "has given marks now" in message["text"], thread_ts=mine["ts"]
    )
    assert "<@U0BEN>" in thread["text"]
    await reveal_for(ben, "you 2 · <@U0ANA> 1")
    assert [(row.blind, row.shown_at is not None) for row in await late(world, group)] == [
        (True, True),
        (True, True),
        (False, True),
        (False, True),
    ]
    await ben.types("/mock feedback")
    assert await ben.modal() is None, "given once, late marks stay"


async def test_what_a_former_member_gave_is_taken_back(world: World) -> None:
    await met(world)
    who, ana, ben = await ids(world), world.person(ANA), world.person(BEN)
    await gives(ana, await opens(ana), filled(who, {ANA: 3, BEN: 1}, {BEN: "Keep the quagga."}))
    await gives(ben, await opens(ben), filled(who, {ANA: 2, BEN: 2}, {ANA: "Mind the okapi."}))
    await world.tick()
    mine, theirs = await reveal_for(ana), await reveal_for(ben)
    async with world.deps.transaction() as session:
        place = world.workspace_id
        session.add(MockExclusion(workspace_id=place, member_id=who[ANA], other_id=who[BEN]))
        member = await people.ensure(session, place, BEN)
        (about,) = (await exporting.everything(session, member))["marks_about_me"]
        assert (about["by"], about["note"], about["execution"]) == (ANA, "Keep the quagga.", 1)

    await ben.types("/drill delete-me")
    await ben.clicks((await ben.whispers(await ben.app()))[-1], home.DELETE)
    await ben.waits_gone(await ben.app(), theirs["ts"])
    await world.tick()
    mine = await reveal_for(ana, "a former member")
    assert "okapi" not in json.dumps(mine)
    assert "U0BEN" not in json.dumps(mine["blocks"])
    async with world.deps.transaction() as session:
        (left,) = (await session.scalars(select(Rating))).all()
        assert (left.member_id, left.about_id) == (who[ANA], who[ANA])
        assert (await session.scalars(select(MockExclusion))).all() == []
        rows = (await session.scalars(select(OutboxMessage))).all()
        words = str([(row.text, row.blocks) for row in rows])
        assert not [word for word in ("quagga", "okapi") if word in words]
