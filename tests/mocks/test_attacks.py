"""Attacks on the mock interviews: forged and stale buttons, hostile words, bombs, floods."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from bot.db import Base
from bot.deps import Repeated
from bot.errors import UserMistake
from bot.features import DECLARATIONS
from bot.mocks import rules, service
from bot.mocks.joining import parse
from bot.mocks.joining.excluding import service as excluding
from bot.mocks.joining.excluding.rules import Kind
from bot.mocks.marks import views as marks
from bot.mocks.marks.revealing import views as revealing
from bot.mocks.meetings.invitations import outgoing as invitations
from bot.mocks.meetings.rules import BY_DIRECT_MESSAGE
from bot.mocks.meetings.service import Gathered
from bot.mocks.outcomes import views as outcomes
from bot.mocks.rules import EntryState, GroupState
from bot.mocks.service import Sitting
from bot.mocks.solo import rules as solo
from bot.mocks.tables import MockEntry, MockGroup, MockSeat, MockSolo
from bot.okrs.exchange import fields
from bot.outbox.tables import OutboxMessage
from bot.people.gate import gate
from bot.people.tables import Member
from bot.scoring.rules import Cell, Rubric
from bot.scoring.tables import Rating
from bot.slack.declare import Action, Knock, Role, Verb, View
from bot.workspaces import service as workspaces
from tests.mocks import planting
from tests.world import World

FOREIGN = "a-foreign-kit"
SLOT = datetime(2026, 3, 4, 17, tzinfo=UTC)
SECONDS = int(SLOT.timestamp())
FORMS = ("{0}", f"{{0}}.{SECONDS}", "{0}:met", "{0}:could_not", "{0}:no_show:{1}", "{0}:came")
GARBAGE = (
    *("", "-1", "9" * 40, "9.9", "1." + "9" * 30, "1:met:", "1:no_show", "1:no_show:" + "9" * 30),
    *("²", "9999-12-31", "0001-01-01", "{}", "🙂" * 40),
)


def _entered(**given: str) -> dict[str, Any]:
    return {name: {"value": {"type": "text", "value": value}} for name, value in given.items()}


def _typed(member_ids: Sequence[int]) -> dict[str, Any]:
    """Enough of every form to be read on; marks for everybody, whoever they are."""
    told = _entered(rhythm="weekly", windows="Mon-Fri 18-20", date="2026-03-05", time="12:00")
    told["person"] = {"value": {"selected_user": "U0CHLOE"}}
    for one in member_ids:
        told |= _entered(**{f"{cell.value}.{one}": "4" for cell in Cell}, **{f"note.{one}": "!"})
    return told


def _ours() -> Iterator[Action | View | Verb]:
    for one in DECLARATIONS:
        if isinstance(one, Action | View) and one.handler.__module__.startswith("bot.mocks"):
            yield one
        if isinstance(one, Verb) and one.name == "feedback" and one.command == "/mock":
            yield one


async def _press(world: World, told: Action | View | Verb, value: str, user: str, key: str,
                 state: Mapping[str, Any]) -> str:  # fmt: skip
    """What one knock tells; a mistake tells what its values say."""
    place = world.deps.directory.all()[0]
    view = {"type": "modal", "private_metadata": value, "state": {"values": state}}
    body: dict[str, Any] = {"view": view, "trigger_id": key, "text": f"x {value}"}
    if isinstance(told, Action):
        body["actions"] = [{"action_id": told.action_id, "value": value}]
    knock = Knock(place.workspace_id, place.token, user, body)
    try:
        return str(await told.handler(world.deps, knock))
    except UserMistake as mistake:
        return f"{mistake.code} {mistake.values}"


async def _rows(world: World, workspace_id: int, group_id: int) -> list[Any]:
    """All of one workspace, and of another one all that belongs to one group."""
    found: list[Any] = []
    async with world.deps.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if "workspace_id" in table.c:
                mine = table.c.workspace_id == workspace_id
                rows = await session.execute(select(table).where(mine).order_by(table.c.id))
                found += [tuple(row) for row in rows]
        group = await session.get_one(MockGroup, group_id)
        seats = await session.scalars(
            select(MockSeat).where(MockSeat.group_id == group_id).order_by(MockSeat.id)
        )
        for row in (group, *seats.all()):
            found.append([getattr(row, column.key) for column in row.__table__.c])
        topics = Rating.topic.startswith(f"mock_{group_id}.")
        found += [row.topic for row in await session.scalars(select(Rating).where(topics))]
    return found


async def test_no_forged_button_or_form_reaches_another_group(world: World) -> None:
    """Ana has a group of her own; she presses for another one of her workspace, and a foreign."""
    await world.bot.scheduler.stop()
    async with world.deps.transaction() as session:
        place, now = world.workspace_id, world.deps.now()
        elsewhere = await workspaces.ensure(session, "T2", now)
        kits = {"U0ANA": FOREIGN, "U0BEN": FOREIGN}
        theirs = await planting.grouped(session, elsewhere, now, kits=kits, channel="C9")
        others = await planting.grouped(
            session, place, now, ("U0EMI", "U0FINN"), channel=BY_DIRECT_MESSAGE
        )
        for group in (theirs, others):
            await planting.met(session, group, now)
        mine = await planting.grouped(session, place, now, channel=BY_DIRECT_MESSAGE)
        await planting.met(session, mine, now)
        emi = await planting.member(session, place, "U0EMI")
        alone = MockSolo(workspace_id=place, member_id=emi.id, kit_id=FOREIGN, kit_version=1,
                         offered_at=now, state="offered")  # fmt: skip
        session.add(alone)
        (excluded,) = await excluding.add(session, emi, ["U0DEV"], Kind.DO_NOT_PAIR, "U0APP")
        exclusion = (await excluding.mine(session, emi))[0].id
        everybody = (await session.scalars(select(Member))).all()
        ids = {one.user_id: one.id for one in everybody if one.workspace_id == place}
        assert excluded.id in ids.values()
        solo_id = alone.id
    typed = _typed([one.id for one in everybody])
    values = [*GARBAGE, str(exclusion), str(solo_id), f"{solo_id}:{Cell.execution.value}"]
    values += [form.format(group.id, emi.id) for group in (theirs, others) for form in FORMS]
    before = await _rows(world, elsewhere, others.id)
    for told in {one.handler: one for one in _ours()}.values():
        for number, value in enumerate(dict.fromkeys(values)):
            key = f"{told.handler.__module__}.{told.handler.__name__}.{number}"
            said = await _press(world, told, value, "U0ANA", key, typed)
            assert FOREIGN not in said, key
            assert "U0EMI" not in said, key
    assert await _rows(world, elsewhere, others.id) == before
    async with world.deps.transaction() as session:
        assert (await session.get_one(MockSolo, solo_id)).state == "offered"
        assert [one.id for one in await excluding.mine(session, emi)] == [exclusion]

    # Her own form with marks for everybody there is: only who was there gets any, by her.
    save = next(one for one in _ours() if isinstance(one, View) and one.callback_id == marks.SAVE)
    await _press(world, save, str(mine.id), "U0ANA", "marks", typed)
    async with world.deps.transaction() as session:
        given = (await session.scalars(select(Rating))).all()
    assert {(one.member_id, one.about_id, one.source) for one in given} == {
        (ids["U0ANA"], ids["U0ANA"], "self"),
        (ids["U0ANA"], ids["U0BEN"], "peer"),
    }


async def test_stale_and_repeated_presses_change_nothing(world: World) -> None:
    await world.bot.scheduler.stop()
    now, place = world.deps.now(), world.workspace_id
    async with world.deps.transaction() as session:
        group = await planting.grouped(
            session, place, now, ("U0ANA", "U0BEN", "U0FINN"), channel=BY_DIRECT_MESSAGE
        )
        slot = int(datetime.fromisoformat(group.slots[0]).timestamp())
        ana = await planting.member(session, place, "U0ANA")
    by_id = {one.action_id: one for one in _ours() if isinstance(one, Action)}
    suits, say, leaves = by_id["mocks.suits"], by_id[outcomes.SAY], by_id["mocks.cannot"]

    async def press(told: Action, value: str, user: str, key: str) -> str:
        return await _press(world, told, value, user, key, {})

    await press(suits, f"{group.id}.{slot}", "U0ANA", "one")
    with pytest.raises(Repeated):  # the frame passes over it
        await press(suits, f"{group.id}.{slot}", "U0ANA", "one")
    assert "stale" in await press(say, f"{group.id}:no_show:{ana.id}", "U0ANA", "self")
    await press(leaves, str(group.id), "U0ANA", "leave")
    for told, value in ((suits, f"{group.id}.{slot}"), (leaves, str(group.id))):
        assert "not_in_group" in await press(told, value, "U0ANA", f"gone {value}")
    async with world.deps.transaction() as session:
        (await planting.member(session, place, "U0FINN")).is_deleted = True
        (await session.get_one(MockGroup, group.id)).state = GroupState.LAPSED
    assert "meeting_over" in await press(suits, f"{group.id}.{slot}", "U0BEN", "over")
    world.clock.move_to(rules.closes_at(rules.monday(now.date())))
    assert "mock_round_over" in await press(say, f"{group.id}:met", "U0BEN", "closed")
    assert "mock_not_met" in await press(by_id[marks.MARKS], str(group.id), "U0BEN", "marks")
    known = world.deps.directory.all()[0]
    for user, code, more in (("U0FINN", "deactivated", {}), ("U0BEN", "stranger", {"user": {
        "team_id": "T0OTHER"}})):  # fmt: skip
        with pytest.raises(UserMistake, match=code):
            await gate(world.deps, Knock(place, known.token, user, more), Role.MEMBER)
    async with world.deps.transaction() as session:
        seats = {one.member.user_id: one.seat
                 for one in await service.sittings(session, group.id, gone=True)}  # fmt: skip
        assert [seats[user].outcome for user in sorted(seats)] == [None] * 3
        assert seats["U0BEN"].fits == []


async def test_one_person_cannot_ring_another_without_end(world: World) -> None:
    """Giving up an agreed time and pressing it again, over and over."""
    await world.bot.scheduler.stop()
    now, place = world.deps.now(), world.workspace_id
    async with world.deps.transaction() as session:
        group = await planting.grouped(session, place, now, channel=BY_DIRECT_MESSAGE)
        slot = int(datetime.fromisoformat(group.slots[0]).timestamp())
    by_id = {one.action_id: one for one in _ours() if isinstance(one, Action)}
    suits, off = by_id["mocks.suits"], by_id["mocks.find_another"]
    value = f"{group.id}.{slot}"
    await _press(world, suits, value, "U0BEN", "ben", {})
    said = ""
    for number in range(rules.CHANGES + 3):
        await _press(world, suits, value, "U0ANA", f"on {number}", {})
        said = await _press(world, off, str(group.id), "U0ANA", f"off {number}", {})
    assert "changed_enough" in said
    async with world.deps.transaction() as session:
        after = await session.get_one(MockGroup, group.id)
        assert (after.state, after.changes) == (GroupState.AGREED, rules.CHANGES)
        sent = (await session.scalars(select(OutboxMessage))).all()
        assert len([one for one in sent if one.file_name]) <= 2 * (rules.CHANGES + 1)


async def test_who_is_taken_out_by_a_no_show_of_nobody(world: World) -> None:
    """A meeting that was called off before its time has no-shows of neither side."""
    await world.bot.scheduler.stop()
    now, place = world.deps.now(), world.workspace_id
    async with world.deps.transaction() as session:
        group = await planting.grouped(session, place, now, channel=BY_DIRECT_MESSAGE)
        ben = await planting.member(session, place, "U0BEN")
        ana = await planting.member(session, place, "U0ANA")
    by_id = {one.action_id: one for one in _ours() if isinstance(one, Action)}
    await _press(world, by_id["mocks.cannot"], str(group.id), "U0ANA", "leaves", {})
    for user, other in (("U0ANA", ben), ("U0BEN", ana)):
        value = f"{group.id}:no_show:{other.id}"
        said = await _press(world, by_id[outcomes.SAY], value, user, f"blames {user}", {})
        assert "mock_called_off" in said
    async with world.deps.transaction() as session:
        entry = select(MockEntry.state).where(MockEntry.member_id == ben.id)
        assert await session.scalar(entry) == EntryState.STANDBY
        assert (await session.get_one(MockGroup, group.id)).state == GroupState.COULD_NOT


# --- hostile words --------------------------------------------------------------------------------

HOSTILE = "<!channel> <@U0EVE> <https://example.org|here> & *x*"
BOMBS = (
    *("mon " * 6000 + "1-2 " * 6000, "mon " * 25_000, "1-2 " * 25_000, "a.  m" * 20_000),
    *(
        "every day " * 10_000,
        "-" * 100_000,
        " " * 100_000 + "x",
        "1" * 100_000,
        "mon 1-2;" * 12_000,
    ),
)


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_no_text_for_free_times_keeps_the_bot_busy(text: str) -> None:
    began = time.process_time()
    with pytest.raises(UserMistake, match="long_windows"):
        parse.windows(text)
    for part in (text[: parse.LONGEST], text[-parse.LONGEST :]):
        with suppress(UserMistake):
            assert len(parse.windows(part)) <= parse.MOST
    assert time.process_time() - began < 1


def test_free_times_and_levels_of_an_import_are_checked() -> None:
    minutes = [["Mon", f"{at // 30:02}:{at % 30 * 2:02}", f"{at // 30:02}:{at % 30 * 2 + 1:02}"]
               for at in range(700)]  # fmt: skip
    hostile: list[Any] = [["mon 1-2" * 9999], [["Tue", "18:00", None]], [[[]]], {"Tue": 1}, 5]
    for rows in (*hostile, [1e999], minutes):
        with pytest.raises(ValueError, match=r"windows|cannot read|must be") as found:
            parse.given(rows)
        assert len(str(found.value)) < 300
    levels: list[Any] = ["6", 0, -1, 2.5, True, float("nan"), float("inf"), "x", [], None]
    for level in (*levels, 10**400):
        with pytest.raises(ValueError, match="number"):
            fields.mock_level(level)


@pytest.mark.parametrize("text", ["a? " * 33_000, "?" * 100_000, "word " * 20_000 + "?"])
def test_no_question_in_a_solo_mock_keeps_the_bot_busy(text: str) -> None:
    class Fact:
        asked, tell = "how many words", "Five."

    began = time.process_time()
    solo.answer(text, [Fact()] * 20)
    assert time.process_time() - began < 1


def _mrkdwn(node: object) -> Iterator[str]:
    """Every text that Slack would read for mentions and links."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for one in node.values():
            yield from _mrkdwn(one)
    elif isinstance(node, list | tuple):
        for one in node:
            yield from _mrkdwn(one)


def test_names_and_sentences_mention_nobody() -> None:
    rubric = Rubric("1", dict.fromkeys(Cell, ("a",) * 5))
    long = f"{HOSTILE} " * 200
    sheets = tuple(marks.Sheet(one, long, "U0BEN", {Cell.execution: 4}, long) for one in (1, 2))
    form = marks.form(marks.MarksForm(1, rubric, (*sheets, marks.Sheet(3, "", None, {}, "")), True))
    partner = revealing.Partner("U0BEN", {Cell.execution: 4}, long, False, None)
    told = revealing.reveal(revealing.Reveal(1, (partner, partner), None, {}, None))
    other = outcomes.Partner(2, "U0BEN", long)
    asked = outcomes.form(
        outcomes.Told(1, (other, other), GroupState.AGREED, None, other, EntryState.SEATED, True,
                      False, SLOT, None, SLOT, "UTC")
    )  # fmt: skip
    for made in (form, told.blocks, [{"type": "mrkdwn", "text": told.text}], asked):
        texts = list(_mrkdwn(made))
        assert texts
        assert not [one for one in texts if "<!" in one.replace("<!date", "") or "<http" in one]
        assert not [one for one in texts if "U0EVE>" in one]
    assert len(form["blocks"]) <= 100
    for block in form["blocks"]:
        assert len(block.get("label", {}).get("text", "")) <= 2000
    buttons = [one for block in asked["blocks"] for one in block.get("elements", [])]
    assert all(len(one["text"]["text"]) <= 75 for one in buttons if one["type"] == "button")
    assert len(json.dumps(form)) < 250_000


@pytest.mark.parametrize("sign", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\x00"])
def test_a_name_adds_no_line_to_a_calendar_file(sign: str) -> None:
    name = f"Eve{sign}ATTENDEE:mailto:eve@example.org{sign}BEGIN:VALARM;,\\"
    sat = [
        Sitting(MockSeat(id=n, turn=n), Member(id=n, user_id=f"U{n}", name=name, tz="UTC"))
        for n in (1, 2, 3)
    ]
    group = MockGroup(id=1, workspace_id=1, track="x", tell_at=SLOT, changes=0, channel="C1")
    (draft,) = invitations.drafts(Gathered(group, tuple(sat), SLOT.date()), SLOT, SLOT)
    assert draft.file_bytes is not None
    lines = draft.file_bytes.decode().replace("\r\n ", "").splitlines()
    assert not [one for one in lines if one.startswith("ATTENDEE")]
    assert [one for one in lines if one.startswith("BEGIN")] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VALARM",
    ]  # fmt: skip
    (event,) = Calendar.from_ical(draft.file_bytes).walk("VEVENT")
    assert str(event["SUMMARY"]).count("BEGIN:VALARM;,\\") == 3
