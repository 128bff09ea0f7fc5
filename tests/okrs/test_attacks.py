"""Attacks on the goals: forged buttons and forms, hostile words, what delete-me leaves behind."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import SQLAlchemyError

from bot import db, exchanging
from bot.db import Base
from bot.errors import UserMistake
from bot.features import DECLARATIONS
from bot.okrs import service as okrs
from bot.okrs.checkins.tables import CheckIn
from bot.okrs.closing import outgoing as closing_outgoing
from bot.okrs.closing import service as closing
from bot.okrs.closing.rules import Said
from bot.okrs.exchange import sheets
from bot.okrs.tables import KeyResult, TeamCycle
from bot.okrs.votes import service as votes
from bot.okrs.writing import service as writing
from bot.okrs.writing.typed import Typed
from bot.people import service as people
from bot.people.teams import service as teams
from bot.slack.declare import Action, Knock, View
from bot.workspaces import service as workspaces
from tests.okrs.planting import CHANNEL, Planted, plant
from tests.okrs.test_check_in import BENS_TEN, fields, form_of, planted
from tests.okrs.test_closing import OVER
from tests.world import World

FOREIGN = "Of another workspace"
FORMS = (
    "{}",
    "kr:{}",
    "o:{}",
    "tc:{}",
    "{}.here.0",
    "{} 0",
    "{}:0",
    '{{"id": {}, "marks": {{}}}}',
    '{{"k": [{0}], "x": [{0}], "r": [{0}], "p": [1, 1, 0]}}',
)

GARBAGE = (
    "",
    "0",
    "-1",
    "99999999999999999999",
    "2147483648",
    "kr:99999999999999999999",
    "o:99999999999",
    "tc:0",
    "x:1",
    "kr:1",
    "o:1",
    "kr:",
    "1.here.0",
    "1.away.99999999999",
    "999999999999.here.1",
    "1 1",
    "1 99999999999",
    "999999999 3",
    "٣",
    "²",
    "{}",
    "[]",
    "null",
    '{"id": 1}',
    '{"id": 99999999999999999999, "marks": {}}',
    '{"id": "kr", "marks": {}}',
    '{"k": [99999999999999999999], "x": [], "r": [], "p": [1, 1, 0]}',
    '{"k": [1], "x": [99999999999999999999], "r": [99999999999999999999], "p": [1, 1, 0]}',
    '{"k": [1e999], "x": [], "r": [], "p": [1, 1, 0]}',
    "1:x",
    "1.1.x",
    "1.1.99999999999",
    "99999999999.1.0",
    "1.99999999999.0",
    "99999999999999999999:1",
    "🙂" * 40,
    "\u202e1",
)

# Enough of the team's form to be read, so that what it carries is read too.
TYPED = {
    "name": {"name": {"type": "plain_text_input", "value": "Forgers"}},
    "lead": {"lead": {"type": "users_select", "selected_user": "U0DEV"}},
}


def _ours() -> Iterator[Action | View]:
    for one in DECLARATIONS:
        if isinstance(one, Action | View) and one.handler.__module__.startswith("bot.okrs"):
            yield one


async def test_no_forged_button_or_form_breaks_anything_or_reaches_another_workspace(
    world: World,
) -> None:
    """Pressed by an admin, whom nothing in their own workspace stops."""
    place = world.deps.directory.all()[0]
    async with world.deps.transaction() as session:
        admin = await people.ensure(session, place.workspace_id, "U0DEV")
        admin.is_admin = True
    async with world.deps.transaction() as session:
        await plant(session, place.workspace_id, world.deps.now())
        other = await workspaces.ensure(session, "T2", world.deps.now())
        theirs = await plant(session, other, world.deps.now())
        theirs.team.name = theirs.objective.title = FOREIGN
        titles = update(KeyResult).where(KeyResult.workspace_id == other)
        await session.execute(titles.values(title=FOREIGN))
        part = await session.get_one(TeamCycle, theirs.team_cycle_id)
        part.next_round_at = None  # or the clock would change what is compared
    before = await _rows(world, other)
    ids = (theirs.team.id, theirs.objective.id, theirs.ttfv, theirs.team_cycle_id)
    foreign = [form.format(one) for one in sorted(set(ids)) for form in FORMS]
    broken: list[str] = []
    for told in _ours():
        for number, value in enumerate((*GARBAGE, *foreign)):
            broken += await _tried(world, told, value, number)
    assert not broken, "\n".join(sorted(set(broken)))
    assert await _rows(world, other) == before


async def _rows(world: World, workspace_id: int) -> dict[str, list[Any]]:
    async with world.deps.transaction() as session:
        return {
            table.name: [
                tuple(row)
                for row in await session.execute(
                    select(table)
                    .where(table.c.workspace_id == workspace_id)
                    .order_by(*table.primary_key.columns)
                )
            ]
            for table in Base.metadata.sorted_tables
            if "workspace_id" in table.c
        }


async def _tried(world: World, told: Action | View, value: str, number: int) -> list[str]:
    place = world.deps.directory.all()[0]
    name = told.action_id if isinstance(told, Action) else told.callback_id
    view: dict[str, Any] = {"type": "modal", "private_metadata": value, "state": {"values": TYPED}}
    body: dict[str, Any] = {"view": view, "trigger_id": f"{name}.{number}"}
    if isinstance(told, Action):
        body["actions"] = [{"action_id": name, "value": value}]
    knock = Knock(place.workspace_id, place.token, "U0DEV", body)
    what = f"{name} {value[:70]!r}"
    try:
        outcomes = await told.handler(world.deps, knock)
    except UserMistake as mistake:
        return [f"{what}: tells"] if FOREIGN in str(mistake.values) else []
    return [f"{what}: shows"] if FOREIGN in str(outcomes) else []


# --- delete-me ------------------------------------------------------------------------------------

ANAS, BENS = "numbat", "quokka"  # a word of each that nobody may find afterwards
HOSTILE = "<!channel> <@U0CHLOE> <https://example.org|here> &lt;!here&gt; \u202e"  # typed into all


async def _checks_in(world: World, user: str, word: str, sure: str) -> None:
    person = world.person(user)
    form = await form_of(person)
    sentence = f"{word} {HOSTILE}"
    said = {one: sentence for one in fields(form) if one.startswith(("note", "blocker"))}
    said |= {one: sure for one in fields(form) if one.startswith("confidence")}
    said |= {one: "7" for one in fields(form) if one.startswith("value")}
    await person.submits(form, said)
    await person.waits_for(lambda message: "Checked in at" in message["text"])


async def _grades(world: World, planted: Planted, user: str, word: str) -> None:
    """With a reason and a cause, which the team's channel hears."""
    mine = (planted.refunds,) if user == "U0BEN" else (planted.ttfv, planted.checklist)
    async with world.deps.transaction() as session:
        member = await people.ensure(session, planted.workspace_id, user)
        sentence = f"{word} {HOSTILE}"
        said = [Said(one, 0.3, sentence, sentence, "keep") for one in mine]
        now, machine_now = world.deps.now(), world.deps.machine_now()
        told = await closing.give(session, member, planted.team_cycle_id, said, now)
        if told is not None:
            await closing_outgoing.close_out(session, told, now, machine_now)


async def _lives(world: World) -> Planted:
    """A round, a review, an amendment, a digest, drafts and grades, all with words of both."""
    told = await planted(world)
    async with world.deps.transaction() as session:
        team = await teams.locked(session, told.workspace_id, told.team.id)
        team.name = f"Checkout {HOSTILE}"
        home = await okrs.objective(session, told.workspace_id, told.objective.id)
        home.title = f"Shops sell {HOSTILE}"
        for each in (told.ttfv, told.refunds, told.checklist):
            row = await okrs.key_result(session, told.workspace_id, each)
            row.title, row.unit = f"{row.title} {HOSTILE}", HOSTILE[:20]
    await world.move_to(BENS_TEN)
    await _checks_in(world, "U0ANA", ANAS, "9")
    await _checks_in(world, "U0BEN", BENS, "2")
    async with world.deps.transaction() as session:
        now = world.deps.now()
        for user, word in (("U0ANA", ANAS), ("U0BEN", BENS)):
            member = await people.ensure(session, told.workspace_id, user)
            member.name = f"{word} {HOSTILE}"
            row = await okrs.key_result(session, told.workspace_id, told.ttfv)
            terms = replace(okrs.terms_of(row), target=3.0 + len(word) / 10 + member.id)
            await okrs.amend(session, row, terms, member.id, f"{word} {HOSTILE}", now)
            await votes.keep_typed(session, member, {"note.1": word}, now)
            draft = await writing.begin(session, member, told.team.id, now)
            writing.keep(draft, Typed(objective={"title": word}), now)
    await world.move_to("2026-03-05T09:01:00+00:00")
    await world.move_to(OVER)
    await world.pass_time(days=1)
    for user, word in (("U0ANA", ANAS), ("U0BEN", BENS)):
        await _grades(world, told, user, word)
    await world.tick()
    return told


async def test_nothing_is_left_of_who_deletes_their_data(world: World) -> None:
    told = await _lives(world)
    await _obeys_nobody(world)
    seen = await _seen(world, "U0CHLOE")
    assert seen.count(ANAS) > 5
    assert seen.count(BENS) > 5

    ben = world.person("U0BEN")
    await ben.types("/drill delete-me")
    asked_for = await ben.waits_for(lambda one: "home.delete_me" in str(one))
    await ben.clicks(asked_for, "home.delete_me")
    await world.tick()
    assert await _found(world, BENS) == []
    await exchanging._delete(world.deps.settings, "", "U0ANA")
    await world.tick()
    assert await _found(world, ANAS) == []
    async with world.deps.transaction() as session:
        kept = await session.execute(
            select(CheckIn.value, CheckIn.at).where(CheckIn.key_result_id == told.ttfv)
        )
        assert [(value, at.date()) for value, at in kept if value] == [(7.0, date(2026, 3, 3))]


async def _obeys_nobody(world: World) -> None:
    """Nothing that was typed is a mention or a link anywhere."""
    for user in ("U0ANA", "U0BEN", "U0CHLOE"):
        person = world.person(user)
        shown: list[Any] = [await person.home()]
        for command in ("edit", "tree", "digest", "team", "close", "board", "export"):
            reply = await person.types(f"/okr {command}")
            shown += [reply, await person.modal()]
        shown += [await person.sees(channel) for channel in (await person.app(), CHANNEL)]
        for one in await person.sees(CHANNEL):
            shown.append([] if one["ephemeral"] else await person.thread(CHANNEL, one["ts"]))
        texts = list(_marked(shown))
        assert len([one for one in texts if "&lt;!channel&gt;" in one]) > 5
        wrong = [one for one in texts if any(bad in one for bad in BAD)]
        assert not wrong, "\n----\n".join(wrong)


BAD = ("<!channel", "<@U0CHLOE>", "<https://example.org", " &lt;!here&gt;")


def _marked(shown: Any) -> Iterator[str]:
    """Every text that Slack reads marks in: mrkdwn, and the text of a message."""
    if isinstance(shown, list):
        for each in shown:
            yield from _marked(each)
    if isinstance(shown, dict):
        plain = shown.get("type") in ("plain_text", "text")
        if isinstance(shown.get("text"), str) and not plain:
            yield shown["text"]
        for each in shown.values():
            yield from _marked(each)


async def _found(world: World, word: str) -> list[str]:
    """Where the word still stands: tables, and what each person sees."""
    found = []
    async with world.deps.transaction() as session:
        for table in Base.metadata.sorted_tables:
            rows = (await session.execute(select(table))).mappings().all()
            found += [
                f"{table.name}.{name}: {value}"[:300]
                for row in rows
                for name, value in row.items()
                if word in str(value)
            ]
    for user in ("U0ANA", "U0BEN", "U0CHLOE"):
        seen = await _seen(world, user)
        at = seen.find(word)
        if at >= 0:
            found.append(f"{user} sees {seen[max(at - 300, 0) : at + 60]}")
    return found


async def _seen(world: World, user: str) -> str:
    """App Home, and every message with its thread."""
    person = world.person(user)
    seen: list[Any] = [await person.home(), await person.waits_for_home()]
    for channel in (await person.app(), CHANNEL):
        for message in await person.sees(channel):
            seen.append(message)
            if not message["ephemeral"]:
                seen += await person.thread(channel, message["ts"])
    return str(seen)


async def test_a_statement_that_fails_tells_nobodys_words(database_url: str) -> None:
    """Errors of the store go to the log."""
    engine = db.engine(database_url)
    with pytest.raises(SQLAlchemyError) as failed:
        async with db.sessions(engine)() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:note)"), {"note": ANAS})
    await engine.dispose()
    assert "nowhere" in str(failed.value)
    assert ANAS not in str(failed.value)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "'=1", "''=1", "'a", "a", "\t=1"])
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    text = sheets.check_ins({"check_ins": [{"key_result": "c/t/k", "note": cell}]})
    written = next(csv.DictReader(io.StringIO(text)))["note"]
    assert not written.startswith(("=", "+", "-", "@", "\t"))
    (row,) = sheets.read(text).raw["check_ins"]
    assert row["note"] == cell
