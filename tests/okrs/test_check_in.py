"""A round through the whole bot: asked, checked in blind, opened, talked over."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.home.exporting import service as exporting
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs.checkins import service as checkins
from bot.okrs.checkins.tables import CheckIn, CheckInCall, Reveal
from bot.okrs.rules import Kind, Terms
from bot.okrs.service import Ownership
from bot.okrs.tables import Objective
from bot.outbox.tables import OutboxMessage
from bot.people import service as people
from bot.people.teams import service as teams
from tests.okrs.planting import CHANNEL, Planted, invite, plant
from tests.person import Person
from tests.world import World

Json = dict[str, Any]
MONDAY = "2026-03-02T07:00:00+00:00"
ANAS_TEN = "2026-03-03T09:01:00+00:00"  # Tuesday, 10:01 in Madrid, 09:01 in London
BENS_TEN = "2026-03-03T10:01:00+00:00"
SECRETS = ("quagga", "ibex", "okapi")  # words of Ana's that nobody may see before the reveal


async def planted(world: World) -> Planted:
    """The team on the day before its check-in, in a channel that has the app."""
    invite(world)
    place = world.deps.directory.all()[0]
    await world.move_to(MONDAY)
    async with world.deps.transaction() as session:
        told = await plant(session, place.workspace_id, world.deps.now())
    await world.tick()
    return told


async def asked(person: Person) -> Json:
    return await person.waits_for(lambda message: "Your check-in" in message["text"])


async def form_of(person: Person) -> Json:
    await person.clicks(await asked(person), "Check in")
    return await person.waits_for_modal()


def fields(form: Json) -> list[str]:
    return [block["block_id"] for block in form["blocks"] if block["type"] == "input"]


async def everything_seen(world: World, user: str) -> str:
    """All that Slack would show this person, and their export."""
    person = world.person(user)
    seen: list[Any] = [await person.home(), await person.waits_for_home(), await person.modal()]
    for channel in (await person.app(), CHANNEL):
        for message in await person.sees(channel):
            seen += [message, *await person.thread(channel, message["ts"])]
    async with world.deps.transaction() as session:
        place = world.workspace_id
        member = await people.ensure(session, place, user)
        seen.append(await exporting.everything(session, member))
    return json.dumps(seen, ensure_ascii=False, default=str)


async def test_a_round_from_question_to_review(world: World, caplog: Any) -> None:
    team = await planted(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    ttfv, checklist = team.ttfv, team.checklist
    await world.move_to(ANAS_TEN)
    first = await asked(ana)
    assert "Days from sign-up to first sale" in first["text"]
    assert not [one for one in await ben.sees(await ben.app()) if "check-in" in one["text"]]

    form = await form_of(ana)
    inputs = ("value", "confidence", "note", "blocker")
    assert fields(form) == [f"{name}.{ttfv}" for name in inputs] + [
        f"done.{checklist}.0",
        *(f"{name}.{checklist}" for name in inputs[1:]),
    ]
    typed = {f"value.{ttfv}": "about 7", f"note.{ttfv}": SECRETS[0]}
    typed |= {f"confidence.{one}": "5" for one in (ttfv, checklist)}
    refused = await ana.submits(form, typed)
    assert "as one number" in refused["errors"][f"value.{ttfv}"]

    await ana.closes(form)
    again = await form_of(ana)
    assert SECRETS[0] in json.dumps(again)
    boxes = next(one for one in again["blocks"] if one["block_id"].startswith("done."))
    built = [one["value"] for one in boxes["element"]["options"][:2]]
    said = {
        f"value.{ttfv}": "7,5 days",
        f"confidence.{ttfv}": "9",
        f"note.{ttfv}": SECRETS[0],
        f"blocker.{ttfv}": SECRETS[1],
        boxes["block_id"]: built,
        f"confidence.{checklist}": "8",
        f"note.{checklist}": SECRETS[2],
    }
    await ana.submits(again, said)
    mine = await ana.waits_for(lambda message: "Checked in at" in message["text"])
    assert mine["ts"] == first["ts"]
    for part in ("7.5 days", "Your confidence: 9", "2 of 3 milestones", "Off track"):
        assert part in mine["text"], part

    await ana.clicks(mine, "Change")
    changed = await ana.waits_for_modal()
    words = [one.get("element", {}).get("initial_value") for one in changed["blocks"]]
    assert set(SECRETS) <= set(words)  # what was said is kept unless it is changed
    await ana.submits(changed)

    await world.move_to(BENS_TEN)
    asking = await asked(ben)
    assert "Only your confidence is asked for" in asking["text"]
    for user in ("U0BEN", "U0CHLOE"):
        seen = await everything_seen(world, user)
        assert [word for word in SECRETS if word in seen] == []
        assert "9 of 10" not in seen
    assert [word for word in SECRETS if word in caplog.text] == []
    async with world.deps.transaction() as session:
        round_row = await checkins.current_round(session, team.team_cycle_id, world.deps.now())
        assert round_row is not None
        assert await checkins.round_notes(session, round_row.id) == ()
        board = await loading.scoreboard(
            session, team.workspace_id, team.team_cycle_id, world.deps.now()
        )
        assert {one.standing.confidence for one in board.key_results} == {None}
        owing = await checkins.owed_by_round(session, round_row.id, world.deps.now())
        assert [one.user_id for one in owing] == ["U0BEN"]

    form = await form_of(ben)
    assert not [one for one in fields(form) if one == f"value.{ttfv}" or one.startswith("done")]
    bens = {
        f"confidence.{ttfv}": "4",
        f"note.{ttfv}": "The <!channel> import is slow.",
        f"confidence.{checklist}": "7",
        f"value.{team.refunds}": "2.1",
        f"confidence.{team.refunds}": "6",
    }
    await ben.submits(form, bens)
    await world.tick()
    for person in (ana, ben):
        told = await person.waits_for(lambda message: "<@U0BEN> 4:" in message["text"])
        assert f"<@U0ANA> 9: {SECRETS[0]} In the way: {SECRETS[1]}" in told["text"]
    review = await ana.waits_for(lambda message: "risk review" in message["text"], CHANNEL)
    sides = next(block["fields"] for block in review["blocks"] if "fields" in block)
    assert "<@U0BEN>: 4 of 10" in sides[0]["text"]
    assert SECRETS[0] in sides[1]["text"]
    assert "6.5 of 10" in review["text"]
    assert "<!channel>" not in review["text"]
    thread = await ana.thread(CHANNEL, review["ts"])
    assert "What does each of you see" in thread[1]["text"]
    assert len([one for one in await ana.sees(CHANNEL) if "risk review" in one["text"]]) == 1

    async with world.deps.transaction() as session:
        rows = (await session.scalars(select(Reveal).order_by(Reveal.key_result_id))).all()
        assert [(one.votes, one.voters, one.review) for one in rows] == [
            ([4, 9], 2, True),
            ([6], 1, False),
            ([7, 8], 2, False),
        ]
        blockers = await checkins.blockers(session, round_row.id)
        assert [(one.user_id, one.blocker) for one in blockers] == [("U0ANA", SECRETS[1])]
        values = set(await session.scalars(select(CheckIn.value)))
        assert values == {2.1, 7.5, 75.0, None}
        assert await checkins.owed(session, team.members["U0ANA"], world.deps.now()) == ()

    # Ben leaves no word behind, neither with others nor in the store.
    await ben.clicks(await ben.waits_for_home(), "Delete my data")
    await world.tick()
    for channel in (await ana.app(), CHANNEL):
        await ana.waits_for(lambda message: "a former member" in message["text"], channel)
        shown = json.dumps(await ana.sees(channel))
        assert "is slow" not in shown
        assert "<@U0BEN> 4" not in shown
    async with world.deps.transaction() as session:
        kept = (await session.execute(select(OutboxMessage.text, OutboxMessage.blocks))).all()
        assert [row for row in kept if "is slow" in str(row)] == []
        figures = set(await session.scalars(select(CheckIn.confidence)))
        assert figures == {4, 6, 7, 8, 9}


async def test_silence_absence_and_late_words(world: World) -> None:
    """A reminder, a deadline, somebody away, somebody gone, a word that comes too late."""
    team = await planted(world)
    ana, ben = world.person("U0ANA"), world.person("U0BEN")
    await world.move_to(BENS_TEN)
    form = await form_of(ana)
    confident = {f"confidence.{one}": "7" for one in (team.ttfv, team.checklist)}
    await ana.submits(form, {f"value.{team.ttfv}": "8"} | confident)
    late = await form_of(ben)

    await world.move_to("2026-03-04T10:01:00+00:00")
    reminder = await ben.waits_for(lambda message: "Still open" in message["text"])
    assert "Refund rate" in reminder["text"]
    assert reminder["metadata"]["event_payload"]["rule"] == "okr.check_in_reminder"
    assert not [one for one in await ana.sees(await ana.app()) if "Still open" in one["text"]]

    await world.move_to("2026-03-05T09:01:00+00:00")  # the deadline: 10:00 in Berlin
    over = await ben.waits_for(lambda message: "is over without your word" in message["text"])
    assert "Refund rate" in over["text"]
    async with world.deps.transaction() as session:
        rows = (await session.scalars(select(Reveal).order_by(Reveal.key_result_id))).all()
        assert [(one.votes, one.voters) for one in rows] == [([7], 2), ([], 1), ([7], 2)]
    votes = {f"confidence.{one}": "2" for one in (team.ttfv, team.checklist, team.refunds)}
    await ben.submits(late, votes | {f"value.{team.refunds}": "3.5"})
    told = await ben.waits_for(lambda message: "yours is a late one" in message["text"])
    assert "3.5\xa0%" in told["text"]

    # The second week: Ana's form is filled, and two clicks are enough.
    await world.move_to("2026-03-10T07:00:00+00:00")
    async with world.deps.transaction() as session:
        ben_row = await people.ensure(session, team.workspace_id, "U0BEN")
        ben_row.is_deleted = True
    await world.move_to("2026-03-10T09:01:00+00:00")
    seen = await ana.sees(await ana.app())
    second = next(one for one in reversed(seen) if "Your check-in" in one["text"])
    clicks = 0
    await ana.clicks(second, "Check in")
    clicks += 1
    form = await ana.waits_for_modal()
    assert "8 days" in json.dumps(form)
    await ana.submits(form)
    clicks += 1
    assert clicks <= 3
    await ana.waits_for(
        lambda message: message["ts"] == second["ts"] and "Checked in at" in message["text"]
    )
    await world.move_to("2026-03-10T10:01:00+00:00")  # Ben's ten o'clock
    unowned = await ana.waits_for(lambda message: "Nobody answers" in message["text"])
    assert "Refund rate" in unowned["text"]
    async with world.deps.transaction() as session:
        said = await session.execute(
            select(CheckIn.value, CheckIn.confidence, CheckIn.key_result_id)
            .where(CheckIn.at >= world.deps.now() - timedelta(hours=2))
            .order_by(CheckIn.key_result_id)
        )
        assert [tuple(row) for row in said] == [(8.0, 7, team.ttfv), (0.0, 7, team.checklist)]
    assert "Nothing is due from you" in str(await ana.types("/okr"))
    answer = await ana.types("/okr check-in")
    assert "The next check-in comes" in str(answer)
    assert "No key result is yours" in str(await world.person("U0CHLOE").types("/okr"))


async def test_all_teams_in_one_form_over_pages(world: World) -> None:
    """Two teams ask at the same time: one message, one form, as many pages as it takes."""
    team = await planted(world)
    now = world.deps.now()
    async with world.deps.transaction() as session:
        ana = await people.ensure(session, team.workspace_id, "U0ANA")
        other = await teams.ensure(session, team.workspace_id, "ops", "Ops", "U0BEN")
        await okrs.join(session, team.workspace_id, other.id, team.cycle, now)
        goal = Objective(
            workspace_id=team.workspace_id,
            team_id=other.id,
            cycle_id=team.cycle.id,
            key="calm",
            title="Calm nights",
            created_at=now,
        )
        session.add(goal)
        await session.flush()
        terms = Terms(Kind.INCREASE, baseline=0, target=10)
        for n in range(38):
            row = await okrs.add_key_result(session, goal, f"n{n}", f"Night {n}", terms, now)
            await okrs.set_owners(session, row, [Ownership(ana.id, "product", True)])
    await world.move_to(ANAS_TEN)
    person = world.person("U0ANA")
    asking = await asked(person)
    assert "40 key results" in asking["text"]
    seen = await person.sees(await person.app())
    assert len([one for one in seen if "Your check-in" in one["text"]]) == 1

    form = await form_of(person)
    for page in ("1 of 3", "2 of 3", "3 of 3"):
        form = await person.waits_for_modal()
        assert form["title"]["text"] == f"Check-in {page}"
        ids = [one for one in fields(form) if one.startswith("confidence")]
        values = [one for one in fields(form) if one.startswith("value")]
        await person.submits(form, dict.fromkeys(ids, "6") | dict.fromkeys(values, "5"))
    assert await person.modal() is None
    back = await person.waits_for(
        lambda message: message["ts"] == asking["ts"] and "20 more" in message["text"]
    )
    assert "Still due" not in back["text"]
    async with world.deps.transaction() as session:
        assert await session.scalar(select(func.count(CheckIn.id))) == 40
        calls = set(await session.scalars(select(CheckInCall.state)))
        assert "done" in calls
        ana = await people.ensure(session, team.workspace_id, "U0ANA")
        assert await checkins.owed(session, ana, world.deps.now()) == ()
