"""A month of twenty members, two replicas and two restarts, against arithmetic done by hand."""

import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import features
from bot.deps import Deps
from bot.people import jobs as people_jobs
from bot.people import service as people
from bot.people.rules import WEEKDAYS
from bot.people.tables import Member
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.sandbox.state import Person
from bot.scoring.worker import ScoringWorker
from tests.fakes import clock_at
from tests.local_slack import serving
from tests.month_crew import Heard, Month
from tests.month_plan import AUTUMN, SPRING, Change, Coming, Seat, Stretch, coming, instant, quiet
from tests.person import until
from tests.world import ANSWER

UNPROMPTED = ("drill.daily", "drill.warmup", "drill.reminder", "drill.rest")
MINUTE = timedelta(minutes=1)
SILENT = 5  # drills without an answer, and the bot rests


async def _member(deps: Deps, user: str) -> Member:
    async with deps.transaction() as session:
        return (await session.scalars(select(Member).where(Member.user_id == user))).one()


async def _set_up(deps: Deps, seats: tuple[Seat, ...]) -> None:
    await people_jobs.read_everybody(deps)
    (place,) = deps.directory.all()
    async with deps.transaction() as session:
        for seat in seats:
            member = await people.ensure(session, place.workspace_id, seat.user)
            assert member.tz == seat.tz  # as Slack's profile says
            member.country = seat.country
            days = tuple(WEEKDAYS[day] for day in seat.days)
            form = Setup("leadership", seat.at, days, member.tz, None, "text", False)
            await plans.set_up(session, member, form, deps.now())


async def _do(month: Month, change: Change) -> None:
    """The member types it, or changes their profile in Slack."""
    person = month.sandbox.person(change.user)
    if change.what == "zone":
        await month.sandbox.post("profile", {"as": change.user, "tz": change.value})

        async def moved() -> bool:
            return (await _member(month.replicas[0], change.user)).tz == change.value

        await until(moved)
    else:
        told = await person.types(f"/drill {change.what} {change.value}".strip())
        assert told["reply"] or told["notice"], change


async def _answer(month: Month, seats: tuple[Seat, ...]) -> None:
    """Who got a drill just now answers every third one, in its thread."""
    waiting = []
    for number, seat in enumerate(seats):
        drills = [one for one in month.heard(seat.user) if one.rule == "drill.daily"]
        if seat.silent or not drills or drills[-1].ts in month.answered:
            continue
        month.answered.add(drills[-1].ts)
        if (len(drills) + number) % 3 == 0:
            person = month.sandbox.person(seat.user)
            await person.says(await person.app(), ANSWER, thread_ts=drills[-1].ts)
            waiting.append((seat.user, drills[-1].ts))

    if not waiting:
        return

    async def carded() -> bool:
        await month.settle()
        return all(
            any(one.rule == "drill.answer_card" and one.thread == ts for one in month.heard(user))
            for user, ts in waiting
        )

    await until(carded, 20.0)


def _next_stop(due: datetime | None, asked: list[datetime], now: datetime) -> datetime | None:
    """The next due instant or the next thing that somebody does.

    What follows a drill by minutes waits for the next five, so that many move together.
    """
    past = (
        timedelta(minutes=due.minute % 5, seconds=due.second, microseconds=due.microsecond)
        if due
        else None
    )
    if due is not None and past:
        due += timedelta(minutes=5) - past
    return min((one for one in (due, *asked) if one is not None and one > now), default=None)


async def _live(month: Month, stretch: Stretch, changes: list[Change], end: datetime) -> None:
    """From due instant to due instant until `end`."""
    stop: datetime | None = month.clock.now()
    while stop is not None:
        now = month.clock.now()
        due = await features.next_due(month.replicas[0], stop)  # a tick takes time: not from now
        stop = _next_stop(due, [one.at for one in changes] + [end], now)
        if stop is None or stop >= end:
            return
        month.clock.move_to(stop)
        while changes and changes[0].at <= stop:
            await _do(month, changes.pop(0))
        await month.tick()
        await _answer(month, stretch.seats)


async def _play(month: Month, stretch: Stretch) -> None:
    changes = sorted(stretch.changes, key=lambda one: one.at)
    ends = [*(begins for begins, _ in stretch.down), stretch.ends]
    starts = [None, *(ends for _, ends in stretch.down)]
    for start, end in zip(starts, ends, strict=True):
        if start is not None:
            month.clock.move_to(instant(start))
        async with month.running():
            if start is None:
                await _set_up(month.replicas[0], stretch.seats)
            await month.tick()
            await _live(month, stretch, changes, instant(end))


# Days around a change of clocks, each with a restart, on either store: that is what a suite has
# time for, and `make soak` plays the whole of it.
CAST = [
    ("sqlite", SPRING.only("2026-03-28T06:00", "2026-04-01T00:00")),
    ("postgresql", AUTUMN.only("2026-10-22T06:00", "2026-10-29T00:00")),
]
if os.environ.get("DRUMBEAT_SOAK"):
    CAST = [(store, stretch) for store in ("sqlite", "postgresql") for stretch in (SPRING, AUTUMN)]


@pytest.mark.processes
@pytest.mark.parametrize(
    ("database_url", "stretch"),
    CAST,
    indirect=["database_url"],
    ids=[f"{store}-{stretch.begins[:7]}" for store, stretch in CAST],
)
async def test_a_month(database_url: str, stretch: Stretch) -> None:
    async with serving() as (slack, sandbox):
        for seat in stretch.seats:
            slack.state.people[seat.user] = Person(seat.user, seat.user.lower(), seat.user, seat.tz)
        scorer = ScoringWorker()
        clock = clock_at(f"{stretch.begins}+00:00")
        month = Month(slack, sandbox, clock, database_url, scorer)
        try:
            await _play(month, stretch)
        finally:
            await scorer.close()
        for seat in stretch.seats:
            _check(seat, stretch, month.heard(seat.user))


def _check(seat: Seat, stretch: Stretch, heard: list[Heard]) -> None:
    wanted, missed = coming(seat, stretch)
    drills = [one for one in heard if one.rule == "drill.daily"]
    shown = [_shown(one.at, want, seat, stretch) for one, want in zip(drills, wanted, strict=False)]

    assert (seat.user, shown, len(drills)) == (
        seat.user,
        [want.shows for want in wanted],
        len(wanted),
    )
    assert len({one.key for one in heard}) == len(heard)
    for drill in drills:
        _check_thread(drill, [one for one in heard if one.thread == drill.ts])
    for day in missed:  # the drill after it says so
        told = next(
            drill.text for drill, want in zip(drills, wanted, strict=True) if want.day > day
        )
        assert f"{day:%A} {day.day} {day:%B} was skipped" in told
    said = [one.text for one in drills if "was skipped" in one.text]
    assert len(said) == len(missed)
    assert [one.rule for one in heard].count("drill.rest") == (
        1 if seat.silent and len(wanted) == SILENT else 0
    )
    _check_quiet(seat, stretch, heard)


def _shown(at: datetime, want: Coming, seat: Seat, stretch: Stretch) -> str:
    return at.astimezone(_zone(seat, stretch, at)).strftime("%Y-%m-%d %H:%M")


def _zone(seat: Seat, stretch: Stretch, at: datetime) -> ZoneInfo:
    moves = [one for one in stretch.changes if one.user == seat.user and one.what == "zone"]
    return ZoneInfo(next((one.value for one in moves if one.at <= at), seat.tz))


def _check_thread(drill: Heard, thread: list[Heard]) -> None:
    """One warm-up with the drill; at most one reminder, inside the thirty minutes.

    The drill of a blitz day has twenty, so its reminder comes ten minutes earlier.
    """
    warmups = [one for one in thread if one.rule == "drill.warmup"]
    reminders = [one for one in thread if one.rule == "drill.reminder"]
    assert [one.at - drill.at < MINUTE for one in warmups] == [True]
    assert len(reminders) <= 1
    length = timedelta(minutes=20 if "blitz" in drill.text.lower() else 30)
    for one in reminders:
        assert length - timedelta(minutes=10) <= one.at - drill.at < length


def _check_quiet(seat: Seat, stretch: Stretch, heard: list[Heard]) -> None:
    """Nothing unprompted in quiet hours, but for a drill whose time was chosen in them."""
    for one in heard:
        if one.rule in UNPROMPTED and quiet(one.at.astimezone(_zone(seat, stretch, one.at)).time()):
            assert one.rule in ("drill.daily", "drill.warmup"), one
            assert quiet(seat.at), one
