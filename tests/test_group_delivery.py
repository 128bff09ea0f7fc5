"""A message to several people: their conversation is opened, and has the message once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox import delivery, doubts, keeping, waiting
from bot.outbox.claims import claim
from bot.outbox.delivery import Outgoing
from bot.outbox.rules import POSTS, Lane, State
from bot.outbox.topics import TopicKind
from tests.office import Json, Office, opened

PAIR = ("U0ANA", "U0BEN")
TOGETHER = ",".join(PAIR)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with opened(database_url) as started:
        yield started


def told(office: Office, *people: str) -> list[Json]:
    """What stands in the conversation of these people with the bot, oldest first."""
    state = office.slack.state
    channel = state.direct(state.app.bot_user, *people)
    return list(channel.messages.values()) if channel else []


async def begun(office: Office, topic: str) -> Outgoing:
    """A row whose sender is about to open the conversation."""
    deps = office.deps
    row = await office.row(topic)
    async with deps.transaction() as session:
        now, machine_now = deps.now(), deps.machine_now()
        assert await claim(session, tuple(Lane), POSTS, now, machine_now, deps.patience)
        taken = await delivery.begin(session, deps.topics, row.id, now, machine_now, deps.patience)
    assert taken is not None
    return taken


async def restart(office: Office) -> None:
    async with office.deps.transaction() as session:
        await doubts.after_restart(session, office.deps.machine_now(), office.deps.patience)


async def test_it_is_opened_and_what_belongs_under_it_finds_it(office: Office) -> None:
    await office.say("meeting:1", "You two", TOGETHER, lane=Lane.SCHEDULED)
    await office.say("meeting_more:1", "Under it", TOGETHER, thread_of="meeting:1")
    await office.revise("meeting:1", "You two, on Tuesday")
    await office.deliver()
    await office.deliver()
    await office.revise("meeting:1", "You two, on Friday")
    await office.deliver()

    parent, child = told(office, *PAIR)
    assert (parent["text"], child["thread_ts"]) == ("You two, on Friday", parent["ts"])
    row = await office.row("meeting:1")
    assert (row.state, row.ts, row.channel[0]) == (State.SENT, parent["ts"], "G")
    assert await office.calls("conversations.open") == 1


@pytest.mark.parametrize("fault", ["error_before", "error_after", "lost_after"])
async def test_a_lost_answer_is_looked_up_in_its_history(office: Office, fault: str) -> None:
    await office.fault("chat.postMessage", fault)
    await office.say("meeting:1", "Once", TOGETHER, lane=Lane.SCHEDULED)
    await office.deliver()
    row = await office.row("meeting:1")
    assert (row.state, "," in row.channel) == (State.DOUBT, False)
    await office.settle()

    assert [one["text"] for one in told(office, *PAIR)] == ["Once"]
    assert (await office.row("meeting:1")).state == State.SENT
    assert await office.calls("chat.postMessage") == (2 if fault == "error_before" else 1)
    assert await office.calls("conversations.open") == 1


@pytest.mark.parametrize("fault", ["error_before", "error_after", "lost_after"])
async def test_a_lost_opening_posts_nothing_and_is_made_again(office: Office, fault: str) -> None:
    await office.fault("conversations.open", fault)
    await office.say("meeting:1", "Once", TOGETHER, lane=Lane.SCHEDULED)
    await office.deliver()
    assert (await office.row("meeting:1")).state == State.QUEUED
    await office.settle()

    assert [one["text"] for one in told(office, *PAIR)] == ["Once"]
    assert await office.calls("conversations.history") == 0


async def test_a_kill_before_the_opening_is_known_to_have_posted_nothing(office: Office) -> None:
    await office.say("meeting:1", "Once", TOGETHER)
    dead = await begun(office, "meeting:1")
    await restart(office)
    await office.settle()
    assert [one["text"] for one in told(office, *PAIR)] == ["Once"]
    assert await office.calls("conversations.history") == 0

    async with office.deps.transaction() as session:  # and it comes back, late
        deps = office.deps
        assert not await doubts.note_channel(
            session, dead, "G0X", deps.machine_now(), deps.patience
        )


@pytest.mark.parametrize("posted", [True, False])
async def test_a_kill_after_the_opening_asks_the_history(office: Office, posted: bool) -> None:
    await office.say("meeting:1", "Once", TOGETHER)
    row, deps = await begun(office, "meeting:1"), office.deps
    place = deps.directory.all()[0]
    channel = await deps.slack.open_group(place.token, PAIR)
    async with deps.transaction() as session:
        assert await doubts.note_channel(session, row, channel, deps.machine_now(), deps.patience)
    if posted:
        told_as = {"event_type": "drumbeat_delivery", "event_payload": {"id": row.key}}
        await deps.slack.post(place.token, channel=channel, text="Once", metadata=told_as)
    await restart(office)
    await office.settle()

    assert [one["text"] for one in told(office, *PAIR)] == ["Once"]
    assert await office.calls("conversations.history") == 1
    assert (await office.row("meeting:1")).state == State.SENT


class Hearing:
    """A feature that notes what was dropped."""

    def __init__(self) -> None:
        self.dropped: list[int] = []

    async def heard(self, _: AsyncSession, about: int, __: datetime, ___: datetime) -> None:
        self.dropped.append(about)


async def test_who_may_not_be_gathered_is_told_to_the_feature(office: Office) -> None:
    hearing = Hearing()
    kinds = {"meeting": TopicKind("meeting", dropped=hearing.heard)}
    office.deps = replace(office.deps, topics=kinds)
    office.slack.state.people["U0BEN"].deleted = True
    await office.say("meeting:1", "To one who is gone", TOGETHER)
    await office.say("meeting:2", "To too many", ",".join(f"U{n}" for n in range(9)))
    await office.deliver()
    await office.sandbox.app(scopes=["chat:write", "im:write"])
    await office.say("meeting:3", "Without the scope", "U0ANA,U0CEM")
    await office.deliver()

    rows = [await office.row(f"meeting:{number}") for number in (1, 2, 3)]
    assert [row.error for row in rows] == ["user_disabled", "too_many_users", "missing_scope"]
    assert {row.state for row in rows} == {State.REFUSED}
    assert sorted(hearing.dropped) == [1, 2, 3]
    assert await office.calls("chat.postMessage") == 0


async def test_a_429_of_the_opening_holds_openings_back_and_nothing_else(office: Office) -> None:
    await office.fault("conversations.open", "rate_limited")
    await office.say("meeting:1", "Later", TOGETHER, lane=Lane.SCHEDULED)
    await office.say("note:1", "Now", lane=Lane.SCHEDULED)
    await office.deliver()
    row = await office.row("meeting:1")
    assert (row.state, row.tries, row.error) == (State.QUEUED, 0, "paced")
    assert office.texts() == ["Now"]

    await office.settle()
    assert [one["text"] for one in told(office, *PAIR)] == ["Later"]


async def test_a_reply_before_it_is_known_as_ours_is_kept(office: Office) -> None:
    await office.say("meeting:1", "Once", TOGETHER)
    await begun(office, "meeting:1")
    async with office.deps.transaction() as session:
        place = office.workspace_id
        assert await keeping.in_doubt(session, place, "G0X", "U0BEN")
        assert not await keeping.in_doubt(session, place, "G0X", "U0CEM")


async def test_what_waits_is_sent_once_it_is_let_go(office: Office) -> None:
    """And not before, whatever the clock shows; what nobody lets go is dropped."""
    end = office.deps.now() + timedelta(days=1)
    for number in (1, 2):
        await office.say(f"note:{number}", f"{number}", not_before=end, expires_at=end)
    await office.deliver()
    async with office.deps.transaction() as session:
        when = {"note:1": office.deps.now()}
        await waiting.release(session, office.workspace_id, when)
    await office.deliver()
    assert office.texts() == ["1"]
    office.clock.move_to(end + timedelta(minutes=1))
    await office.deliver()
    assert office.texts() == ["1"]
    assert (await office.row("note:2")).state == State.EXPIRED
