"""A group hears of each other, comes to a time, changes it, and comes apart: through Slack."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from bot import features
from bot.mocks import service
from bot.mocks.meetings import outgoing
from bot.mocks.rules import EntryState, GroupState
from bot.mocks.tables import MockEntry, MockExclusion, MockGroup, MockSeat
from bot.outbox.rules import State
from bot.outbox.tables import OutboxMessage
from tests import exported
from tests.mocks import planting
from tests.person import Json, NotAllowed, Person, rule_of, shown, until
from tests.world import World, living

PAIR = ("U0ANA", "U0BEN")
KITS = {"U0ANA": "the-green-badge", "U0BEN": "nine-thousand-mouths", "U0FINN": "the-green-badge"}


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with living(database_url) as started:
        yield started


async def told(world: World, users: tuple[str, ...] = PAIR, **more: Any) -> int:
    """These people in a group that is told, once its time has come; returns the group's id."""
    now = world.clock.now()
    async with world.deps.transaction() as session:
        place = world.workspace_id
        made = await planting.grouped(session, place, now, users, kits=KITS, **more)
        group_id, deps = made.id, world.deps
        await outgoing.tell(session, place, [made.id], deps.content, now, deps.machine_now())
    await world.tick()
    return group_id


def room(world: World, users: tuple[str, ...] = PAIR) -> str:
    channel = world.slack.state.direct(world.slack.state.app.bot_user, *users)
    assert channel is not None, "the conversation is not open"
    return channel.id


async def message(world: World, users: tuple[str, ...] = PAIR) -> Json:
    """The group's message as it stands now."""
    seen = await world.person(users[0]).sees(room(world, users))
    return seen[0]


async def row(world: World, group_id: int) -> MockGroup:
    async with world.deps.transaction() as session:
        return await session.get_one(MockGroup, group_id)


async def seats(world: World, group_id: int) -> dict[str, MockSeat]:
    async with world.deps.transaction() as session:
        sat = await service.sittings(session, group_id, gone=True)
        return {one.member.user_id: one.seat for one in sat}


async def entries(world: World) -> dict[str, str]:
    async with world.deps.transaction() as session:
        found = await session.scalars(select(MockEntry).order_by(MockEntry.id))
        members = {one.member_id: one.state for one in found.all()}
        users = ("U0ANA", "U0BEN", "U0FINN")
        place = world.workspace_id
        sat = [await planting.member(session, place, user) for user in users]
        return {one.user_id: members[one.id] for one in sat if one.id in members}


async def direct(world: World, user: str, rule: str) -> list[Json]:
    """Messages of this rule in a person's direct message."""
    person = world.person(user)
    return [one for one in await person.sees(await person.app()) if rule_of(one) == rule]


async def press(world: World, user: str, nth: int, users: tuple[str, ...] = PAIR) -> str | None:
    """*Suits me* of the nth slot that the message shows."""
    there = await message(world, users)
    ids = [
        one["accessory"]["action_id"]
        for one in there["blocks"]
        if one.get("accessory", {}).get("action_id", "").startswith("mocks.suits")
    ]
    notice = await world.person(user).clicks(there, ids[nth])
    await world.tick()
    return notice


async def files(world: World, users: tuple[str, ...] = PAIR) -> list[Any]:
    """The events of the calendar files in the thread, as calendars read them."""
    there = await message(world, users)
    thread = await world.person(users[0]).thread(room(world, users), there["ts"])
    made = []
    for one in thread:
        for file in one.get("files", []):
            read = Calendar.from_ical(world.slack.state.bytes_of[file["id"]])
            made += list(read.walk("VEVENT"))
    return made


async def news(world: World) -> list[str]:
    """What the thread says of times, calendar files aside."""
    there = await message(world)
    thread = await world.person("U0ANA").thread(room(world), there["ts"])
    return [one["text"] for one in thread[1:] if not one.get("files")]


# --- coming to a time ---------------------------------------------------------------------------


async def test_a_pair_agrees_changes_its_mind_and_agrees_again(world: World) -> None:
    group_id = await told(world)
    there = await message(world)
    assert "<@U0ANA> and <@U0BEN>" in there["text"]
    assert shown(there).count("On your clock") == 3
    slots = rules_read(await row(world, group_id))

    assert await press(world, "U0BEN", 0) is None
    assert await press(world, "U0BEN", 1) is None
    assert "suits <@U0BEN>" in shown(await message(world))
    assert await press(world, "U0BEN", 0) is None  # and takes it back
    assert await press(world, "U0ANA", 0) is None
    assert (await row(world, group_id)).state == GroupState.PROPOSED
    assert await press(world, "U0ANA", 1) is None

    group = await row(world, group_id)
    assert (group.state, group.agreed_at) == (GroupState.AGREED, slots[1])
    assert {one.ask_at for one in (await seats(world, group_id)).values()} == {
        slots[1] + timedelta(minutes=90)
    }
    assert "*Agreed.*" in shown(await message(world))
    (first,) = await files(world)
    assert (first["SEQUENCE"], first.DTSTART) == (0, slots[1])

    assert "agreed" in str(await stale_press(world, "U0ANA", group_id, slots[0]))
    await world.person("U0BEN").clicks(await message(world), "Find another time")
    await world.tick()
    group = await row(world, group_id)
    # Ana had pressed the first one too, and Ben had taken it back: nothing suits both.
    assert (group.state, group.agreed_at, group.changes) == (GroupState.PROPOSED, None, 1)
    thursday = datetime(2026, 3, 5, 18, tzinfo=UTC)  # London
    assert (await seats(world, group_id))["U0BEN"].ask_at == thursday
    assert await files(world) == []  # nobody opens a file that does not hold
    (off,) = await news(world)  # and Ana does not wait there alone
    assert off.startswith("<@U0ANA>: <@U0BEN> has given up")
    assert "that is off. Press the times above" in off

    await press(world, "U0BEN", 0)
    (second,) = await files(world)
    assert (second["SEQUENCE"], second.DTSTART) == (1, slots[0])
    assert second["UID"] == first["UID"]


def rules_read(group: MockGroup) -> list[datetime]:
    return [datetime.fromisoformat(one) for one in group.slots]


async def stale_press(world: World, user: str, group_id: int, at: datetime) -> list[str]:
    """A press on a button that the message does not show any more."""
    there = await message(world)
    seconds = int(at.timestamp())
    action_id = f"mocks.suits.{seconds}"
    element = {
        "type": "button",
        "action_id": action_id,
        "value": f"{group_id}.{seconds}",
        "text": {"type": "plain_text", "text": "Suits me"},
    }
    channel = world.slack.state.channels[there["channel"]]
    held = channel.messages[there["ts"]]
    held["blocks"] = [
        *held["blocks"],
        {"type": "actions", "block_id": "old", "elements": [element]},
    ]
    await world.person(user).clicks(await message(world), action_id)
    return [one["text"] for one in await world.person(user).whispers(there["channel"])]


async def test_two_who_press_at_once_agree_once(world: World) -> None:
    group_id = await told(world)
    there = await message(world)
    ids = [one["accessory"]["action_id"] for one in there["blocks"] if "accessory" in one]
    ana, ben = (world.person(user) for user in PAIR)
    await asyncio.gather(*(one.clicks(there, ids[0]) for one in (ana, ben)))
    await world.tick()
    group = await row(world, group_id)
    assert (group.state, group.changes) == (GroupState.AGREED, 0)
    assert len(await files(world)) == 1


async def test_another_time_is_read_on_the_own_clock(world: World) -> None:
    group_id = await told(world)
    ben = world.person("U0BEN")
    await ben.clicks(await message(world), "Another time")
    form = await ben.waits_for_modal()
    wrong = await ben.submits(form, {"Day": "2026-03-20", "Time": "10:00"})
    assert "Sunday, 8 March" in str(wrong)
    await ben.submits(form, {"Day": "2026-03-06", "Time": "12:30"})
    await world.tick()

    group = await row(world, group_id)
    noon = datetime(2026, 3, 6, 12, 30, tzinfo=UTC)  # Ben is in London
    assert rules_read(group)[-1] == noon
    assert (
        "*Fri 6 Mar:* 13:30 <@U0ANA> (Madrid), 12:30 <@U0BEN> (London)"
        in ((await message(world))["text"])
    )
    assert (await seats(world, group_id))["U0BEN"].fits == [noon.isoformat()]
    (said,) = await news(world)
    assert said.startswith("<@U0ANA>: <@U0BEN> proposes *Fri 6 Mar:* 13:30 <@U0ANA> (Madrid)")
    await press(world, "U0ANA", 3)
    assert (await row(world, group_id)).agreed_at == noon


async def test_times_that_have_passed_go_and_who_is_not_in_it_presses_nothing(world: World) -> None:
    group_id = await told(world)
    there = await message(world)
    with pytest.raises(NotAllowed):  # nobody else is in the conversation
        await world.person("U0FINN").clicks(there, "Another time")
    await world.pass_time(days=2)
    assert "On your clock" in shown(await message(world))  # nobody has touched it since
    assert await press(world, "U0ANA", 0) is None
    assert (await seats(world, group_id))["U0ANA"].fits == []
    whispers = await world.person("U0ANA").whispers(there["channel"])
    assert "This time has passed" in whispers[-1]["text"]
    after = shown(await message(world))
    assert "No proposed time is left" in after
    assert "Suits me" not in after


# --- kits ---------------------------------------------------------------------------------------


async def everything_of(world: World, person: Person) -> str:
    """All that a person can see: conversations with their threads and files, Home, export."""
    await person.types("/drill export")
    await world.tick()
    seen: list[object] = [await person.home(), await person.waits_for_home()]
    for channel in (await person.state())["channels"]:
        for one in await person.sees(channel["id"]):
            under = [] if one["ephemeral"] else await person.thread(channel["id"], one["ts"])
            there = [one, *under]
            kept = [file["id"] for told in there for file in told.get("files", [])]
            seen += [*there, *(exported.text(world.slack.state.bytes_of[file]) for file in kept)]
    assert "profile" in str(seen)
    return str(seen)


async def test_each_has_the_kit_they_ask_from_and_its_candidate_never_sees_it(
    world: World,
) -> None:
    await told(world)
    bank = world.deps.content.kits
    for user, other in (PAIR, PAIR[::-1]):
        (mine,) = await direct(world, user, "mock.kit")
        assert f"You interview <@{other}>" in shown(mine)
        kit = bank[KITS[user]]
        words = (kit.title, kit.probes[0].ask[:40])
        own, theirs = [await everything_of(world, world.person(one)) for one in (user, other)]
        assert all(one in own for one in words)
        assert not any(one in theirs for one in words)


async def test_a_kit_that_is_gone_says_so(world: World) -> None:
    lacking = {"U0ANA": "not-here", "U0BEN": "the-green-badge"}
    async with world.deps.transaction() as session:
        place, now = world.workspace_id, world.clock.now()
        made = await planting.grouped(session, place, now, PAIR, kits=lacking)
        deps = world.deps
        await outgoing.tell(session, place, [made.id], deps.content, now, deps.machine_now())
    await world.tick()
    (mine,) = await direct(world, "U0ANA", "mock.kit")
    assert "not-here" in mine["text"]
    assert "/drill now" in mine["text"]


# --- coming apart -------------------------------------------------------------------------------


async def test_who_cannot_goes_and_the_other_is_first_on_standby(world: World) -> None:
    group_id = await told(world)
    ana, ben = (world.person(user) for user in PAIR)
    await ben.clicks(await message(world), "I can’t this week")
    await world.tick()

    group = await row(world, group_id)
    assert group.state == GroupState.COULD_NOT
    assert await entries(world) == {"U0ANA": EntryState.STANDBY, "U0BEN": EntryState.OUT}
    there = await message(world)
    assert "<@U0BEN> cannot make it this week" in there["text"]
    assert "mocks." not in str(there["blocks"])
    (heard,) = await direct(world, "U0ANA", "mock.pair")
    assert "looking for somebody else" in heard["text"]
    assert await direct(world, "U0BEN", "mock.pair") == []
    for user in PAIR:
        (kit,) = await direct(world, user, "mock.kit")
        assert "do not need this kit" in kit["text"]
    assert ana.user != ben.user


async def test_three_go_on_as_two(world: World) -> None:
    trio = ("U0ANA", "U0BEN", "U0FINN")
    group_id = await told(world, trio)
    there = await message(world, trio)
    assert "<@U0FINN> observes" in there["text"]
    assert "Last 20 minutes" in there["text"]
    await press(world, "U0ANA", 2, trio)
    await press(world, "U0FINN", 2, trio)
    await world.person("U0BEN").clicks(await message(world, trio), "I can’t this week")
    await world.tick()

    group = await row(world, group_id)
    assert group.state == GroupState.AGREED  # it suits the two who are left
    there = await message(world, trio)
    assert "<@U0ANA> interviews <@U0FINN>" in there["text"]
    assert "30 minutes" in there["text"]
    thread = await world.person("U0ANA").thread(room(world, trio), there["ts"])
    assert any("go on as a pair" in one["text"] for one in thread)
    (kit,) = await direct(world, "U0ANA", "mock.kit")
    assert "<@U0FINN>" in kit["text"]
    assert await entries(world) == {
        "U0ANA": EntryState.SEATED,
        "U0BEN": EntryState.OUT,
        "U0FINN": EntryState.SEATED,
    }


# --- just before it goes out --------------------------------------------------------------------


async def untold(world: World, group_id: int) -> None:
    group = await row(world, group_id)
    assert (group.state, group.channel) == (GroupState.UNTOLD, None)
    assert world.slack.state.direct(world.slack.state.app.bot_user, *PAIR) is None
    for user in PAIR:
        assert await direct(world, user, "mock.kit") == []


@pytest.mark.parametrize("why", ["left", "paused", "deactivated", "excluded"])
async def test_who_is_not_eligible_any_more_is_not_told(world: World, why: str) -> None:
    now = world.clock.now()
    later = now + timedelta(hours=1)
    async with world.deps.transaction() as session:
        place = world.workspace_id
        made = await planting.grouped(session, place, later, PAIR, kits=KITS)
        group_id, deps = made.id, world.deps
        await outgoing.tell(session, place, [made.id], deps.content, now, deps.machine_now())
    await world.tick()
    assert await features.next_due(world.deps, now) == later
    async with world.deps.transaction() as session:
        ana, ben = [await planting.member(session, world.workspace_id, one) for one in PAIR]
        if why == "left":
            (await service.profile(session, ben)).joined_at = None
        elif why == "paused":
            ben.paused_until = now + timedelta(days=9)
        elif why == "deactivated":
            ben.is_deleted = True
        else:
            session.add(
                MockExclusion(workspace_id=ben.workspace_id, member_id=ben.id, other_id=ana.id)
            )
    await world.pass_time(hours=2)
    await untold(world, group_id)
    other = EntryState.STANDBY if why == "excluded" else EntryState.OUT
    assert await entries(world) == {"U0ANA": EntryState.STANDBY, "U0BEN": other}


async def test_without_the_scope_each_is_told_alone_and_the_buttons_work(world: World) -> None:
    scopes = ["chat:write", "im:write", "im:history", "users:read", "files:write", "files:read"]
    await world.sandbox.app(scopes=scopes)
    group_id = await told(world)
    assert (await row(world, group_id)).channel == ""
    for user in PAIR:
        (mine,) = await direct(world, user, "mock.pair")
        ids = [one["accessory"]["action_id"] for one in mine["blocks"] if "accessory" in one]
        await world.person(user).clicks(mine, ids[0])
        await world.tick()
        assert len(await direct(world, user, "mock.kit")) == 1
    for user in PAIR:
        (mine,) = await direct(world, user, "mock.pair")
        assert "*Agreed.*" in shown(mine)
        thread = await world.person(user).thread(await world.person(user).app(), mine["ts"])
        assert len([one for one in thread if one.get("files")]) == 1


async def test_who_goes_before_they_had_heard_of_each_other_is_never_named(world: World) -> None:
    now = world.clock.now()
    later, trio = now + timedelta(hours=1), ("U0ANA", "U0BEN", "U0FINN")
    async with world.deps.transaction() as session:
        place, deps = world.workspace_id, world.deps
        made = await planting.grouped(session, place, later, trio, kits=KITS)
        await outgoing.tell(session, place, [made.id], deps.content, now, deps.machine_now())
        ana, ben, finn = [await planting.member(session, place, user) for user in trio]
        # Else the two who are left would have each other at once.
        session.add(MockExclusion(workspace_id=place, member_id=ana.id, other_id=finn.id))
        moment = deps.machine_now()
        await outgoing.leave_group(session, ben, made, deps.content, now, moment)
    await world.pass_time(hours=2)
    await untold(world, made.id)
    assert world.slack.state.direct(world.slack.state.app.bot_user, *trio) is None
    assert await direct(world, "U0ANA", "mock.pair") == []
    standby = dict.fromkeys(("U0ANA", "U0FINN"), EntryState.STANDBY)
    assert await entries(world) == standby | {"U0BEN": EntryState.OUT}


async def test_who_cannot_be_reached_at_all_leaves_the_other_to_be_matched(world: World) -> None:
    world.slack.state.people["U0BEN"].deleted = True  # and no event told us
    group_id = await told(world)
    await world.tick()
    assert (await row(world, group_id)).state == GroupState.COULD_NOT
    assert await entries(world) == {"U0ANA": EntryState.STANDBY, "U0BEN": EntryState.OUT}
    first, second = await direct(world, "U0ANA", "mock.pair")
    assert "mocks." not in str(first["blocks"])
    assert "looking for somebody else" in second["text"]


async def test_a_lost_answer_tells_a_group_once(world: World) -> None:
    await world.sandbox.faults(methods={"chat.postMessage": {"lost_after": 1, "times": 1}})
    group_id = await told(world)

    async def known() -> bool:
        await world.tick()
        return (await row(world, group_id)).channel is not None

    await until(known)
    await world.tick()
    seen = await world.person("U0ANA").sees(room(world))
    assert len(seen) == 1
    assert len(await direct(world, "U0ANA", "mock.kit")) == 1


# --- people's own talk --------------------------------------------------------------------------


async def test_what_they_write_to_each_other_is_a_sign_and_gets_no_answer(world: World) -> None:
    group_id = await told(world)
    there, ana, ben = await message(world), world.person("U0ANA"), world.person("U0BEN")
    await ana.says(there["channel"], "Hello, Ben")
    await ben.says(there["channel"], "Six suits me best", there["ts"])

    async def both() -> bool:
        return all(one.touched_at for one in (await seats(world, group_id)).values())

    await until(both)
    await world.tick()
    seen = await ana.sees(there["channel"])
    assert [one["text"] for one in seen[1:]] == ["Hello, Ben"]
    async with world.deps.transaction() as session:
        waiting = await session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.state == State.QUEUED)
        )
        assert waiting.all() == []
