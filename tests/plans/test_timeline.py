"""The timeline: what it says on which day, how it reads, and the picture on its way to Slack."""

import io
import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import text

from bot.db import Base
from bot.home import views as home
from bot.home.plan import views as home_plan
from bot.home.plan.views import PlanSection
from bot.palette import INK
from bot.people.rules import Span
from bot.plans.course import Course, Stage
from bot.plans.ending.rules import Word
from bot.plans.pictures import jobs, painter, palette, service
from bot.plans.pictures.views import undrawn
from bot.plans.rules import Pause, Schedule
from bot.plans.timeline import views
from bot.plans.timeline.chart import GAP, Picture, picture
from bot.plans.timeline.phrases import spoken
from bot.plans.timeline.rules import Gap, State, Step, Timeline, Why, timeline
from tests.contrast import contrast
from tests.person import element, shown
from tests.plans import planting
from tests.world import World

MONDAY = date(2026, 3, 2)  # the first day of these plans
DAY = timedelta(days=1)
ANA = "U0ANA"


def told(
    target: date | None,
    today: date,
    *,
    off: tuple[Span, ...] = (),
    pauses: tuple[Pause, ...] = (),
    country: str | None = None,
) -> Timeline:
    laid = Schedule(time(9), "Europe/Berlin", days_off=off, pauses=pauses, country=country)
    return timeline(Course(MONDAY, target, laid), today)


def lines(made: Timeline) -> str:
    return "\n".join(block["text"]["text"] for block in views.body(made) if "text" in block)


# --- what it says ---------------------------------------------------------------------------------


def test_a_plan_of_ten_days_in_the_middle() -> None:
    made = told(date(2026, 3, 12), date(2026, 3, 4))
    assert lines(made) == (
        "*6 practice days are left until Thursday 12 March.* Today is practice day 3 of 8.\n"
        "✓ Fundamentals: Mon 2 to Tue 3 March, 2 days\n"
        "• *Now: Timed scenarios*, Wed 4 to Thu 5 March, 2 days; today is 1 of 2\n"
        "• Mock loops: Fri 6 March\n"
        "• Weakness blitz: Mon 9 March\n"
        "• Final drills: Tue 10 to Wed 11 March, 2 days"
    )
    assert "From Sat 7 March on nothing new comes" in json.dumps(views.body(made))
    assert "The last drill is that of Wed 11 March" in spoken(made)


@pytest.mark.parametrize(
    ("target", "today", "state", "said"),
    [
        (None, MONDAY, State.OPEN, "No interview date yet."),
        (date(2026, 3, 12), date(2026, 3, 6), State.AHEAD, "4 practice days are left until"),
        (date(2026, 3, 12), date(2026, 3, 7), State.NOTHING_NEW, "3 practice days are left"),
        (date(2026, 3, 12), date(2026, 3, 11), State.NOTHING_NEW, "1 practice day is left until"),
        (date(2026, 3, 15), date(2026, 3, 14), State.SILENT, "Good luck on Sunday 15 March."),
        (date(2026, 3, 12), date(2026, 3, 12), State.TODAY, "Today is the day. Good luck!"),
        (date(2026, 3, 12), date(2026, 3, 20), State.OVER, "was on Thursday 12 March."),
        (date(2027, 3, 12), MONDAY, State.AHEAD, "until Friday 12 March 2027."),
    ],
)
def test_what_is_said_above_all_else(
    target: date | None, today: date, state: State, said: str
) -> None:
    made = told(target, today)
    assert made.state is state
    assert said in lines(made).splitlines()[0]
    assert said in spoken(made)


def test_the_last_day_names_itself_and_the_silence_after_it() -> None:
    assert "The last drill is today’s; after it I am quiet until you call." in spoken(
        told(date(2026, 3, 12), date(2026, 3, 11))
    )


def test_when_the_day_has_come_the_stages_are_gone() -> None:
    for day in (12, 13):
        made = views.body(told(date(2026, 3, 12), date(2026, 3, day)))
        assert len(made) == 1


def test_without_a_date_there_is_a_first_week_and_then_daily_drills() -> None:
    made = told(None, date(2026, 3, 10))
    assert [one.stage for one in made.lines] == [
        *(Stage.FUNDAMENTALS, Stage.SCENARIOS, Stage.LOOPS, Stage.BLITZ, Stage.DAILY)
    ]
    assert lines(made).endswith(
        "• *Now: Weakness blitz*, Tue 10 March\n"
        "• Daily drills: from Wed 11 March, one each work day"
    )
    later = lines(told(None, date(2026, 6, 1)))
    assert "• *Now: Daily drills*, since Wed 11 March, one each work day" in later
    assert "Name the date" in json.dumps(views.buttons(made))


def test_gaps_have_their_reasons_and_weekends_none() -> None:
    pause = (datetime(2026, 3, 18, 5, tzinfo=UTC), datetime(2026, 3, 24, 5, tzinfo=UTC))
    off = ((date(2026, 3, 26), date(2026, 3, 26)),)
    made = told(date(2026, 4, 16), MONDAY, off=off, pauses=(pause,), country="DE")
    assert made.gaps == (
        Gap(date(2026, 3, 18), date(2026, 3, 23), Why.PAUSE),
        Gap(date(2026, 3, 26), date(2026, 3, 26), Why.OFF),
        Gap(date(2026, 4, 3), date(2026, 4, 6), Why.HOLIDAY),
    )
    assert (
        "Free: Wed 18 to Mon 23 March (pause); Thu 26 March (day off); "
        "Fri 3 to Mon 6 April (public holiday)."
    ) in spoken(made)
    cells = picture(made).cells
    assert {cells[(day - MONDAY).days] for day in (date(2026, 3, 18), date(2026, 4, 6))} == {GAP}


def test_the_dates_of_a_pause_that_runs_are_said_once() -> None:
    until = datetime(2026, 3, 24, 8, tzinfo=UTC)
    pause = (datetime(2026, 3, 18, 5, tzinfo=UTC), until)
    off = ((date(2026, 3, 26), date(2026, 3, 26)),)
    made = told(date(2026, 4, 16), date(2026, 3, 18), off=off, pauses=(pause,))
    shown = json.dumps(home_plan.section(PlanSection(made, until)))
    assert "The plan is paused until Tuesday 24 March" in shown
    assert "Free: Thu 26 March (day off)." in shown
    assert "Free: Wed 18 to Mon 23 March (pause)" in json.dumps(views.body(made))


def test_a_rest_that_lasts_ends_with_today() -> None:
    rest = (datetime(2026, 3, 9, 8, tzinfo=UTC), None)
    made = told(date(2026, 3, 27), date(2026, 3, 18), pauses=(rest,))
    assert made.gaps == (Gap(date(2026, 3, 9), date(2026, 3, 18), Why.REST),)
    assert "Free: Mon 9 to Wed 18 March (rest)." in json.dumps(views.body(made))
    assert (made.number, made.of, made.left) == (5, 11, 6)


def test_every_day_free_is_said() -> None:
    made = told(date(2026, 3, 8), date(2026, 3, 7), off=((MONDAY, date(2026, 3, 8)),))
    assert "There is no practice day before it" in lines(made)


@given(
    length=st.none() | st.integers(1, 1100),
    at=st.integers(0, 1200),
    off=st.integers(0, 300),
)
@settings(max_examples=60, deadline=None)
def test_the_timeline_agrees_with_itself(length: int | None, at: int, off: int) -> None:
    target = None if length is None else MONDAY + length * DAY
    made = told(target, MONDAY + at * DAY, off=((MONDAY + off * DAY, MONDAY + (off + 9) * DAY),))
    drawn = picture(made)
    assert len(drawn.cells) == (made.ends - made.begins).days + 1
    assert Picture.from_dict(json.loads(json.dumps(drawn.to_dict()))) == drawn
    assert [one.step for one in made.lines].count(Step.NOW) <= 1
    assert drawn.cells.count(GAP) == sum((one.last - one.first).days + 1 for one in made.gaps)
    if target is not None and made.of is not None:
        assert sum(one.days for one in made.lines) == made.of
        assert made.left == sum(one >= made.today for one in made.days)
        assert len(made.days) == sum(one not in "-x" for one in drawn.cells) == made.of


# --- Home and the command -------------------------------------------------------------------------


def test_a_plan_that_waits_says_why() -> None:
    plan = told(date(2026, 3, 27), date(2026, 3, 10))
    rest = home_plan.answer(PlanSection(plan, resting=True))
    assert "The plan rests with you." in json.dumps(rest.blocks)
    pause = home_plan.answer(PlanSection(plan, datetime(2026, 3, 16, 8, tzinfo=UTC)))
    assert "The plan is paused until Monday 16 March, 08:00" in json.dumps(pause.blocks)
    assert "`/drill setup`" in home_plan.answer(PlanSection()).text
    assert home_plan.section(PlanSection()) == []


def test_from_the_day_on_the_plan_gives_way_to_the_question() -> None:
    day = date(2026, 3, 12)
    for today, stands in ((day, True), (date(2026, 3, 16), False)):
        said = home_plan.answer(PlanSection(told(day, today), ended=day))
        assert ("Today is the day" in json.dumps(said.blocks)) is stands
        assert "plans.went" in json.dumps(said.blocks)
    rest = Word("well", "", "rest", None)
    rested = home_plan.answer(
        PlanSection(told(None, date(2026, 3, 13)), resting=True, ended=day, word=rest)
    )
    assert "nothing comes from me until you call" in json.dumps(rested.blocks)
    assert "Daily drills:" not in json.dumps(rested.blocks)
    called = home_plan.answer(PlanSection(told(None, date(2026, 3, 13)), ended=day, word=rest))
    assert "went well. Daily drills go on." in json.dumps(called.blocks)
    assert "Rest well" not in json.dumps(called.blocks)


def test_words_stand_for_a_picture_that_cannot_be_drawn() -> None:
    made = undrawn("*Your plan*", "a < b " + "long " * 900)
    assert made.text.startswith("*Your plan*\nI could not draw the picture, sorry.")
    assert "a &lt; b" in made.text
    assert len(undrawn("x" * 5000, "y " * 2000).text) <= 3900


# --- drawn ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fill", [*palette.FILLS.values(), *palette.DIM.values()])
def test_letters_have_contrast_on_their_fill(fill: str) -> None:
    assert contrast(INK, fill) >= 4.5


@pytest.mark.parametrize("days", [1, 3, 10, 60, 120, 200, 1096, None])
def test_plans_of_every_length_are_drawn(days: int | None) -> None:
    target = MONDAY + days * DAY if days else None
    png = painter.draw(picture(told(target, MONDAY, country="DE")).to_dict())
    with Image.open(io.BytesIO(png)) as image:
        assert image.width == 832  # a phone shows it as it is
        assert image.height < 2200
        assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 20
    assert len(png) < 300_000


async def _planned(world: World, target: date | None) -> None:
    async with world.deps.transaction() as session:
        await planting.planned(session, world.workspace_id, ANA, world.deps.now(), target=target)


async def test_the_plan_is_sent_as_a_picture_and_goes_with_delete_me(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.person(ANA)
    await ana.types("/drill plan")
    assert "`/drill setup`" in (await ana.whispers(await ana.app()))[-1]["text"]
    await _planned(world, None)
    await ana.home()
    page = await ana.waits_for_home()
    assert "No interview date yet." in shown(page)

    await ana.clicks(page, views.NAME_DAY)
    form = await ana.waits_for_modal()
    refused = await ana.submits(form, {"day": "2025-01-01"})
    assert "is over, or more than three years away" in json.dumps(refused)
    await ana.submits(form, {"day": "2026-03-13"})
    laid = await ana.waits_for_modal()
    assert "8 practice days are left until Friday 13 March." in shown(laid)
    await ana.closes(laid)

    await ana.home()
    await ana.clicks(await ana.waits_for_home(), views.PICTURE)
    sent = await ana.waits_for(lambda one: one.get("files"), timeout=30)
    assert sent["text"].startswith("*Your plan to Friday 13 March*")
    (upload,) = await world.sandbox.calls("files.getUploadURLExternal")
    assert "8 practice days are left until Friday 13 March." in upload["args"]["alt_txt"]
    assert world.slack.state.bytes_of[sent["files"][0]["id"]].startswith(b"\x89PNG")

    monkeypatch.setattr(jobs, "PAINTER", "bot.no_such_painter")
    monkeypatch.setattr(service, "TRIES", 1)
    monkeypatch.setattr("bot.plans.timeline.outgoing.TWICE", 0.001)
    await ana.types("/drill plan")
    told_plan = (await ana.whispers(await ana.app()))[-1]
    assert element(told_plan["blocks"], views.PICTURE)
    await ana.clicks(told_plan, views.PICTURE)
    words = await ana.waits_for(lambda one: "I could not draw the picture" in one["text"])
    assert "Fundamentals, now: Tue 3 to Wed 4 March, 2 days." in words["text"]

    await ana.types("/drill delete-me")
    await ana.clicks((await ana.whispers(await ana.app()))[-1], home.DELETE)
    for one in (sent, words):
        await ana.waits_gone(await ana.app(), one["ts"])
    async with world.deps.transaction() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(text(f"select * from {table.name}")):
                assert "13 March" not in str(row), table.name
                assert "2026-03-13" not in str(row), table.name
