"""Every message once, whatever Slack and the network do: row by row, on both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.outbox import delivery, doubts, jobs, listeners, service
from bot.outbox.claims import claim
from bot.outbox.delivery import Outgoing
from bot.outbox.rules import POSTS, Lane, State
from bot.outbox.tables import OutboxMessage
from bot.outbox.topics import TopicKind
from bot.slack.declare import Knock
from tests.office import BEN, Json, Office, opened


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with opened(database_url) as started:
        yield started


async def begun(office: Office, topic: str) -> Outgoing:
    """A row whose sender is about to call Slack."""
    deps = office.deps
    row = await office.row(topic)
    async with deps.transaction() as session:
        now, machine_now = deps.now(), deps.machine_now()
        lanes = tuple(Lane)
        assert await claim(session, lanes, POSTS, now, machine_now, deps.patience)
        told = await delivery.begin(session, deps.topics, row.id, now, machine_now, deps.patience)
    assert told is not None
    return told


@pytest.mark.parametrize("fault", ["error_before", "error_after", "lost_after"])
async def test_a_lost_answer_is_looked_up_not_repeated(office: Office, fault: str) -> None:
    await office.fault("chat.postMessage", fault)
    await office.say("note:1", "Once")
    await office.deliver()
    assert (await office.row("note:1")).state == State.DOUBT

    await office.settle(0.1)  # the echo may still come: nobody asks yet
    assert await office.calls("conversations.history") == 0
    await office.settle()

    assert office.texts() == ["Once"]
    row = await office.row("note:1")
    assert (row.state, row.ts) == (State.SENT, office.messages()[0]["ts"])
    assert await office.calls("chat.postMessage") == (2 if fault == "error_before" else 1)


async def test_a_lost_reply_is_looked_up_in_its_thread(office: Office) -> None:
    await office.say("note:1", "Parent")
    await office.say("note:2", "Child", thread_of="note:1")
    await office.deliver()
    await office.fault("chat.postMessage", "lost_after")
    await office.say("note:3", "Second child", thread_of="note:1")
    await office.deliver()
    await office.settle()

    assert office.texts() == ["Parent", "Child", "Second child"]
    assert await office.calls("conversations.replies") == 1
    assert {one.get("thread_ts") for one in office.messages()} == {office.messages()[0]["ts"]}


async def test_the_history_is_read_to_its_end(office: Office) -> None:
    """The lost message may be pages away by the time somebody asks."""
    await office.fault("chat.postMessage", "lost_after")
    await office.say("note:1", "Far away")
    await office.deliver()
    ben = office.sandbox.person(BEN)
    for number in range(205):
        await ben.says(await ben.app(), f"line {number}")
    await office.settle()

    assert office.texts().count("Far away") == 1
    assert (await office.row("note:1")).state == State.SENT
    assert await office.calls("conversations.history") == 2


async def test_a_429_costs_no_attempt_and_holds_the_method_back(office: Office) -> None:
    await office.fault("chat.postMessage", "rate_limited")
    await office.say("note:1", "First")
    await office.deliver()
    row = await office.row("note:1")
    assert (row.state, row.tries, row.error) == (State.QUEUED, 0, "ratelimited")

    await office.settle()
    first, second = await office.sandbox.calls("chat.postMessage")
    assert second["at"] - first["at"] >= 1.0  # Retry-After
    assert office.texts() == ["First"]


async def test_a_permanent_refusal_is_kept_and_takes_its_children_along(office: Office) -> None:
    await office.say("note:1", "To nobody", "C0NOWHERE")
    await office.say("note:2", "Under it", "C0NOWHERE", thread_of="note:1")
    await office.say("note:3", "Under that", "C0NOWHERE", thread_of="note:2")
    await office.deliver()
    await office.deliver()
    await office.deliver()

    found = [await office.row(f"note:{number}") for number in (1, 2, 3)]
    assert [row.state for row in found] == [State.REFUSED] * 3
    assert [row.error for row in found] == ["channel_not_found"] + ["parent_refused"] * 2
    assert await office.calls("chat.postMessage") == 1


async def test_what_came_too_late_is_dropped_and_its_feature_hears(office: Office) -> None:
    heard: list[int] = []

    async def dropped(_session: object, about: int, _now: object, _machine: object) -> None:
        heard.append(about)

    office.deps = replace(office.deps, topics={"note": TopicKind("note", dropped=dropped)})
    now = office.deps.now()
    await office.say("note:1", "Late", expires_at=now - timedelta(seconds=1))
    await office.say("note:2", "In time", expires_at=now + timedelta(hours=1))
    await office.deliver()

    assert (await office.row("note:1")).state == State.EXPIRED
    assert (office.texts(), heard) == (["In time"], [1])


async def test_not_before_is_the_calendars(office: Office) -> None:
    await office.say("note:1", "Later", not_before=office.deps.now() + timedelta(hours=1))
    await office.deliver()
    assert office.texts() == []
    office.clock.move_to(office.deps.now() + timedelta(hours=1))
    await office.deliver()
    assert office.texts() == ["Later"]


async def test_the_feature_is_asked_just_before_sending(office: Office) -> None:
    async def wanted(_session: object, about: int) -> bool:
        return about != 1

    office.deps = replace(office.deps, topics={"note": TopicKind("note", still_wanted=wanted)})
    await office.say("note:1", "No more")
    await office.say("note:2", "Still")
    await office.deliver()
    assert (await office.row("note:1")).state == State.UNWANTED
    assert office.texts() == ["Still"]


async def test_a_change_before_sending_changes_what_is_sent(office: Office) -> None:
    await office.say("note:1", "Draft")
    await office.revise("note:1", "Better")
    await office.deliver()
    assert office.texts() == ["Better"]
    assert await office.calls("chat.update") == 0


async def test_only_the_newest_of_waiting_changes_is_made(office: Office) -> None:
    await office.say("note:1", "Zero")
    await office.deliver()
    for text in ("One", "Two", "Three"):
        await office.revise("note:1", text)
    await office.deliver()

    states = [(await office.row("note:1", revision)).state for revision in (1, 2, 3)]
    assert states == [State.SUPERSEDED, State.SUPERSEDED, State.SENT]
    assert office.texts() == ["Three"]
    assert await office.calls("chat.update") == 1


async def test_a_change_waits_for_its_message(office: Office) -> None:
    """The message is in doubt when it is changed: it is looked up first."""
    await office.fault("chat.postMessage", "lost_after")
    await office.say("note:1", "Before")
    await office.deliver()
    await office.revise("note:1", "After")
    await office.deliver()
    assert await office.calls("chat.update") == 0
    await office.settle()
    assert office.texts() == ["After"]


async def test_a_change_in_doubt_is_made_again(office: Office) -> None:
    await office.say("note:1", "Before")
    await office.deliver()
    await office.fault("chat.update", "lost_after")
    await office.revise("note:1", "After")
    await office.deliver()
    await office.settle()
    assert (await office.row("note:1", 1)).state == State.SENT
    assert (office.texts(), await office.calls("chat.update")) == (["After"], 2)


@pytest.mark.parametrize("fault", ["rate_limited", "lost_after", "error_before"])
async def test_an_older_change_never_undoes_a_newer_one(office: Office, fault: str) -> None:
    await office.say("note:1", "Zero")
    await office.deliver()
    await office.fault("chat.update", fault)
    await office.revise("note:1", "Old")
    await office.deliver()
    await office.revise("note:1", "New")
    for _ in range(4):
        await office.settle()
    assert (await office.row("note:1", 2)).state == State.SENT
    assert office.texts() == ["New"]


async def test_a_change_of_a_message_that_somebody_deleted_is_let_be(office: Office) -> None:
    await office.say("note:1", "Gone soon")
    await office.deliver()
    channel = office.slack.state.direct(office.slack.state.app.bot_user, BEN)
    assert channel is not None
    channel.remove(office.messages()[0]["ts"])
    await office.revise("note:1", "Changed")
    await office.deliver()
    assert (await office.row("note:1", 1)).state == State.UNWANTED


@pytest.mark.parametrize("fault", ["error_before", "lost_after"])
async def test_what_is_taken_back_is_gone(office: Office, fault: str) -> None:
    await office.say("note:1", "Sent")
    await office.deliver()
    await office.say("note:2", "Unsent")
    await office.withdraw("note:2")
    await office.fault("chat.delete", fault)
    await office.withdraw("note:1")
    await office.deliver()
    await office.settle()
    assert office.texts() == []
    assert (await office.row("note:1", 1)).state == State.SENT
    assert (await office.row("note:2")).state == State.UNWANTED


async def test_an_unreadable_channel_waits_and_is_told(office: Office) -> None:
    """Never sent again blindly; when the scope is back the row is settled."""
    await office.sandbox.app(scopes=["chat:write", "im:write", "users:read"])
    await office.fault("chat.postMessage", "error_before")
    await office.say("note:1", "Perhaps")
    await office.deliver()
    for _ in range(3):
        await office.settle()
    assert (await office.row("note:1")).error == "unreadable:missing_scope"
    async with office.deps.transaction() as session:
        assert await service.unreadable_channels(session) == [BEN]
        now, machine_now = office.deps.now(), office.deps.machine_now()
        assert await service.sendable_in(session, now, machine_now) is None
    assert await office.calls("chat.postMessage") == 1

    await office.say("note:2", "Others pass")
    await office.deliver()
    assert office.texts() == ["Others pass"]
    await office.sandbox.app(scopes=None)
    await office.settle()
    assert sorted(office.texts()) == ["Others pass", "Perhaps"]


async def test_a_history_that_is_late_is_not_called_unreadable(office: Office) -> None:
    await office.fault("chat.postMessage", "lost_after")
    await office.say("note:1", "Once")
    await office.deliver()
    await office.fault("conversations.history", "rate_limited", times=2)
    await office.settle()
    async with office.deps.transaction() as session:
        assert await service.unreadable_channels(session) == []
    await office.settle()
    await office.settle()
    assert (await office.row("note:1")).state == State.SENT
    assert office.texts() == ["Once"]


async def test_a_channel_keeps_its_order(office: Office) -> None:
    await office.fault("chat.postMessage", "lost_after")
    await office.say("note:1", "First")
    await office.say("note:2", "Second")
    await office.deliver()
    await office.say("note:3", "Elsewhere", "U0ANA")  # now: side by side it may meet the fault
    await office.deliver()
    assert (await office.row("note:2")).state == State.QUEUED
    assert office.texts("U0ANA") == ["Elsewhere"]
    await office.settle()
    assert office.texts() == ["First", "Second"]


async def test_a_sender_that_was_overtaken_settles_nothing(office: Office) -> None:
    """Its lease ran out while it hung; another one has the row by the time it comes back."""
    await office.say("note:1", "Once")
    first = await begun(office, "note:1")
    office.wait(31)  # longer than the lease
    await office.deliver()
    await office.settle(0)  # in doubt, asked for, not there, queued again
    row = await office.row("note:1")
    assert (row.state, row.turn) == (State.SENT, 2)

    second = replace(first, turn=row.turn)
    async with office.deps.transaction() as session:
        await session.execute(update(OutboxMessage).values(state=State.SENDING))
    async with office.deps.transaction() as session:
        now = office.deps.machine_now()
        await delivery.give_back(session, first, now, 0, "late")
        now, machine_now = office.deps.now(), office.deps.machine_now()
        await delivery.refuse(session, office.deps.topics, first, "late", now, machine_now)
        await doubts.doubt(session, first, "late", now, timedelta())
        await doubts.not_there(session, first, now)
    assert (await office.row("note:1")).state == State.SENDING
    async with office.deps.transaction() as session:
        await delivery.give_back(session, second, office.deps.machine_now(), 0, "mine")
    assert (await office.row("note:1")).state == State.QUEUED


async def test_a_restart_frees_leases_and_asks_about_calls(office: Office) -> None:
    await office.say("note:1", "In the air")
    await begun(office, "note:1")
    await office.say("note:2", "Leased", "U0ANA")
    async with office.deps.transaction() as session:
        now, machine_now = office.deps.now(), office.deps.machine_now()
        assert await claim(session, tuple(Lane), POSTS, now, machine_now, office.deps.patience)
        await doubts.after_restart(session, machine_now, office.deps.patience)
    assert (await office.row("note:1")).state == State.DOUBT
    assert (await office.row("note:2")).state == State.QUEUED
    await office.settle()
    assert (office.texts(), office.texts("U0ANA")) == (["In the air"], ["Leased"])


async def test_nobody_else_can_say_that_a_message_arrived(office: Office) -> None:
    """Keys can be read by every app of the workspace, so the author of an echo counts."""
    await office.say("note:1", "Mine")
    await begun(office, "note:1")
    row = await office.row("note:1")
    ours = office.slack.state.app.bot_user
    for author, state in (("U0OTHERAPP", State.SENDING), (ours, State.SENT)):
        told = {"event_type": "drumbeat_delivery", "event_payload": {"id": row.key}}
        event: Json = {"type": "message", "channel": "D1", "ts": "1.0", "user": author}
        event |= {"bot_id": "B1", "metadata": told}
        body = {"event_id": author, "event": event}
        await listeners.message(office.deps, Knock(office.workspace_id, "", author, body))
        assert (await office.row("note:1")).state == state


async def test_a_bug_in_one_row_stops_no_other(office: Office) -> None:
    async def broken(_session: object, about: int) -> bool:
        return 1 // (about - 1) == 0 or True

    office.deps = replace(office.deps, topics={"note": TopicKind("note", still_wanted=broken)})
    await office.say("note:1", "Broken", "U0ANA")
    await office.say("note:2", "Whole")
    with pytest.raises(ZeroDivisionError):
        await jobs.deliver_answers(office.deps)
    assert office.texts() == ["Whole"]


@pytest.mark.parametrize("fault", ["", "error_before", "error_after", "lost_after", "rate_limited"])
@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"]
)
async def test_an_upload_is_seen_once(office: Office, method: str, fault: str) -> None:
    if fault:
        await office.fault(method, fault)
    await office.say("note:1", "A chart", file_name="chart.png", file_bytes=b"png")
    await office.deliver()
    for _ in range(4):
        await office.settle()
    assert office.texts() == ["A chart"]
    row = await office.row("note:1")
    assert (row.state, row.ts) == (State.SENT, office.messages()[0]["ts"])
    await office.withdraw("note:1")
    await office.deliver()
    assert office.texts() == []


async def test_an_upload_that_is_never_shown_is_deleted_and_sent_anew(office: Office) -> None:
    """As Slack does at times: it answers ok and shares nothing."""
    office.slack.workspace.share_delay = 3600.0
    await office.say("note:1", "A chart", file_name="chart.png", file_bytes=b"png")
    await office.deliver()
    for _ in range(10):
        await office.settle()
    assert await office.calls("files.completeUploadExternal") == 1
    office.slack.workspace.share_delay = 0.0
    for _ in range(3):
        await office.settle()
    assert office.texts() == ["A chart"]
    assert await office.calls("files.delete") == 1
    assert len([one for one in office.slack.state.files.values() if one["shares"]]) == 1


async def test_a_topic_is_said_once(office: Office) -> None:
    await office.say("note:1", "Once")
    await office.say("note:1", "Twice")
    await office.deliver()
    await office.say("note:1", "Thrice")
    await office.deliver()
    assert office.texts() == ["Once"]
    async with office.deps.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
