"""From the setup over the last days into the silence, in the whole bot."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.drills.checklist import views as checklist
from bot.drills.tables import DrillSession
from bot.mocks import rules as weeks
from bot.mocks import service as mock_service
from bot.mocks.tables import MockEntry, MockRound
from bot.people import service as people
from bot.people.tables import Member
from bot.plans import rules, service
from bot.plans.course import Stage
from bot.plans.tables import PracticePlan
from tests.mocks import planting as mocks
from tests.mocks.test_rounds import DAYS
from tests.person import Person
from tests.plans import planting
from tests.world import ANSWER, World

ANA, BEN, CHLOE, DEV = "U0ANA", "U0BEN", "U0CHLOE", "U0DEV"
MADRID = ZoneInfo("Europe/Madrid")  # the world begins at 08:58 there, on Tuesday 3 March
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


async def set_up(world: World, **more: object) -> Person:
    async with world.deps.transaction() as session:
        await planting.planned(
            session,
            world.workspace_id,
            ANA,
            world.deps.now(),
            tz="Europe/Madrid",
            **more,  # type: ignore[arg-type]  # named as there
        )
    return world.person(ANA)


async def plan_of(world: World) -> tuple[PracticePlan, Member]:
    async with world.deps.transaction() as session:
        member = await people.ensure(session, world.workspace_id, ANA)
        return await service.ensure(session, member), member


async def stages(world: World) -> list[tuple[str, str | None]]:
    async with world.deps.transaction() as session:
        rows = await session.execute(
            select(DrillSession.daily_date, DrillSession.stage).order_by(DrillSession.id)
        )
        return [(str(day), stage) for day, stage in rows.all()]


async def test_the_last_days_and_then_nothing(world: World) -> None:
    ana = await set_up(world)

    told = (await ana.types("/drill target 2026-03-09"))["reply"]["text"]
    assert told == (
        "Interview on Monday 9 March 2026, in 6 days. 4 practice days lie before it: fundamentals "
        "1, scenarios 1, final drills 2. After Friday 6 March 2026 I am quiet until you call, so "
        "that your head is free. The next drill comes on Tuesday 3 March, 09:00 (Europe/Madrid)."
    )
    for day in ("03", "04", "05", "06", "07", "08", "09"):
        for at in ("09:00", "09:21", "09:31", "18:00"):
            await world.move_to(madrid(f"2026-03-{day} {at}"))

    assert await stages(world) == [
        ("2026-03-03", Stage.FUNDAMENTALS),
        ("2026-03-04", Stage.SCENARIOS),
        ("2026-03-05", Stage.FINAL),
        ("2026-03-06", Stage.FINAL),
    ]
    heard = await ana.got()
    newest = max(float(message["ts"]) for _, message in heard)
    rules_heard = [rule for rule, _ in heard]
    assert rules_heard.count("drill.checklist") == 1
    assert not {"drill.rest", "plan.after"} & set(rules_heard)
    (five,) = [message for rule, message in heard if rule == "drill.checklist"]
    assert five["thread_ts"] == [m["ts"] for rule, m in heard if rule == "drill.daily"][-1]
    assert all(one in five["text"] for one in world.deps.content.checklist)
    plan, member = await plan_of(world)
    assert (plan.next_due_at, service.silent(plan, member, world.deps.now())) == (None, True)
    for weeks_on in (1, 5):
        await world.move_to(madrid("2026-03-09 18:00") + timedelta(weeks=weeks_on))
    assert max(float(message["ts"]) for _, message in await ana.got()) == newest

    said = (await ana.types("/drill resume"))["reply"]["text"]
    assert said == (
        "Welcome back. Your interview was on Monday 9 March 2026, so nothing comes from me until "
        "you call. `/drill now` opens a drill whenever you like."
    )


async def test_what_is_ticked_stays_ticked(world: World) -> None:
    ana = await set_up(world, target=date(2026, 3, 4))
    await world.move_to(madrid("2026-03-03 09:00"))
    five = next(message for rule, message in await ana.got() if rule == "drill.checklist")
    box = f"{checklist.TICK}.{five['blocks'][1]['elements'][0]['action_id'].rpartition('.')[2]}"

    await ana.clicks(five, box, value=["0", "3"])
    await world.tick()
    thread = {"thread_ts": five["thread_ts"]}
    kept = await ana.waits_for(lambda one: "(yes)" in one["text"], **thread)
    element = kept["blocks"][1]["elements"][0]
    assert [one["value"] for one in element["initial_options"]] == ["0", "3"]

    await ana.clicks(kept, box, value=["0", "1", "2", "3", "4"])
    await world.tick()
    await ana.waits_for(lambda one: "All five are clear" in one["text"], **thread)


TARGETS = [  # what is typed on Tuesday 3 March at 08:58, what is said
    ("2026-03-02", "is over, or more than three years away"),
    ("2026-03-03", "Your interview is today, so nothing comes from me until you call."),
    ("2026-03-04", "tomorrow. 1 practice day lies before it: final drills 1. After Tuesday 3"),
    ("2026-03-08", "in 5 days. 4 practice days lie before it"),  # a Sunday
    (
        "2029-03-02",
        "761 practice days lie before it: fundamentals 5, scenarios 6, daily dr",
    ),
    ("2029-03-06", "is over, or more than three years away"),
    ("none", "No interview date is set."),
]


@ON_SQLITE
async def test_a_date_typed_says_what_it_changes(world: World) -> None:
    ana = await set_up(world)
    for typed, expected in TARGETS:
        assert expected in str((await ana.types(f"/drill target {typed}"))["reply"]["text"])
    plan, _ = await plan_of(world)
    assert (plan.target, plan.began_on) == (None, date(2026, 3, 3))
    assert plan.next_due_at == madrid("2026-03-03 09:00")  # as before all these dates


@ON_SQLITE
async def test_a_new_date_begins_anew_and_a_moved_one_does_not(world: World) -> None:
    ana = await set_up(world)
    await world.move_to(madrid("2026-03-05 12:00"))
    await ana.types("/drill target 2026-03-20")
    assert (await plan_of(world))[0].began_on == date(2026, 3, 5)
    await world.move_to(madrid("2026-03-10 12:00"))
    await ana.types("/drill target 2026-04-01")
    assert (await plan_of(world))[0].began_on == date(2026, 3, 5)
    await ana.types("/drill target none")
    assert (await plan_of(world))[0].began_on == date(2026, 3, 5)
    await world.move_to(madrid("2026-03-11 12:00"))
    await ana.types("/drill target 2026-04-01")
    assert (await plan_of(world))[0].began_on == date(2026, 3, 11)


@ON_SQLITE
async def test_a_rest_moves_the_plan_and_ends_with_an_answer(world: World) -> None:
    ana = await set_up(world)
    for day in ("03", "04", "05", "06", "09"):
        for at in ("09:00", "09:31"):
            await world.move_to(madrid(f"2026-03-{day} {at}"))
    plan, member = await plan_of(world)
    assert (plan.resting, plan.pauses[-1][1]) == (True, None)
    assert not service.silent(plan, member, world.deps.now())

    await world.move_to(madrid("2026-03-20 12:00"))
    plan, member = await plan_of(world)
    assert service.place(plan, member, world.deps.now()).number == 5
    schedule = service.schedule(plan, member)
    counted = rules.practised([], date(2026, 3, 20), schedule, date(2026, 3, 3))
    assert counted == (0, 5)  # the rest counts against nobody

    drill = [message for rule, message in await ana.got() if rule == "drill.daily"][-1]
    await ana.says(await ana.app(), ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    plan, member = await plan_of(world)
    assert not plan.resting
    assert plan.next_due_at == madrid("2026-03-23 09:00")
    after = service.place(plan, member, madrid("2026-03-23 09:00").astimezone(UTC))
    assert (after.number, after.stage) == (6, Stage.LOOPS)


def plan(**values: object) -> PracticePlan:
    known: dict[str, object] = {
        "track": "leadership",
        "daily_time": time(9),
        "work_days": ["Mon", "Tue", "Wed", "Thu", "Fri"],
        "taken": [],
        "pauses": [],
        "unanswered": 0,
        "resting": False,
        "set_up_at": datetime(2026, 3, 1, tzinfo=UTC),
        "began_on": date(2026, 3, 2),
    }
    return PracticePlan(**(known | values))


def member(tz: str = "UTC") -> Member:
    return Member(
        tz=tz,
        days_off=[],
        country=None,
        quiet_from=time(21),
        quiet_to=time(7),
        paused_until=None,
        is_deleted=False,
    )


def test_pauses_and_rests_end_where_they_end() -> None:
    """A rest that begins in a pause, a pause in a rest: nothing of either is left over."""
    one, who, start = plan(), member(), datetime(2026, 3, 4, 10, tzinfo=UTC)
    service.pause(one, who, start + timedelta(days=30), start)
    service.rest(one, start + timedelta(hours=1))
    service.rest(one, start + timedelta(hours=2))
    service.resume(one, who, start + timedelta(days=7))
    assert [last for _, last in one.pauses] == [(start + timedelta(days=7)).isoformat()] * 2
    service.rest(one, start + timedelta(days=8))
    service.pause(one, who, start + timedelta(days=12), start + timedelta(days=9))
    assert not one.resting
    assert one.pauses[-2][1] == (start + timedelta(days=9)).isoformat()
    assert one.pauses[-1][1] == (start + timedelta(days=12)).isoformat()


def test_no_due_time_lies_after_the_last_practice_day() -> None:
    for tz in ("Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"):
        one, who = plan(target=date(2026, 3, 9)), member(tz)
        at, dues = datetime(2026, 3, 2, tzinfo=UTC), []
        for _ in range(24 * 14):
            service.reschedule(one, who, at)
            dues.append(one.next_due_at)
            at += timedelta(hours=1)
        days = {service.today(who, due) for due in dues if due}
        assert max(days) == date(2026, 3, 6)
        assert dues[-1] is None


async def test_a_round_leaves_out_whom_an_interview_is_near(world: World) -> None:
    """Ben's lies on its Wednesday, Chloe is silent on its Monday, Dev's is on its Thursday."""
    week = date(2026, 3, 9)
    targets = {BEN: date(2026, 3, 11), CHLOE: date(2026, 3, 9), DEV: date(2026, 3, 12)}
    now, place = world.clock.now(), world.workspace_id
    async with world.deps.transaction() as session:
        for user in (ANA, *targets):
            await mocks.joined(session, place, user, now, DAYS)
            await planting.planned(session, place, user, now, target=targets.get(user))
        await mock_service.open_round(session, place, now)

    await world.move_to(weeks.matches_at(week))

    async with world.deps.transaction() as session:
        entered = await session.scalars(
            select(Member.user_id)
            .join(MockEntry, MockEntry.member_id == Member.id)
            .join(MockRound, MockRound.id == MockEntry.round_id)
            .where(MockRound.week == week)
        )
        assert set(entered) == {ANA, DEV}
    shown = await world.person(CHLOE).types("/mock")
    assert "I leave you in peace in the week of 16 March" in shown["reply"]["text"]
