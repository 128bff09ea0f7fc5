"""What is said once the last drill before the interview has gone out, and after the day."""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.drills.opening.rules import Reason
from bot.drills.opening.views import why
from bot.drills.views import on_its_way
from bot.home import views
from bot.home.plan.views import PlanSection
from bot.home.views import HomePage
from bot.plans.choosing import Why
from bot.plans.views import Silence
from tests.extremes import value
from tests.person import shown
from tests.plans.test_timeline import told

EVE = date(2026, 3, 11)
LAST = "That was the last drill before your interview on Thursday 12 March 2026."


def home(due: datetime | None, today: date) -> str:
    page: HomePage = replace(
        value(HomePage, "usual"),
        set_up=True,
        next_due=due,
        paused_until=None,
        resting=False,
        silence=None,
        open_session=None,
        plan=PlanSection(told(date(2026, 3, 12), today)),
    )
    return shown(views.page(page))


def test_it_was_the_last_one_and_there_is_nothing_to_skip_or_pause() -> None:
    before = home(datetime(2026, 3, 11, 8, tzinfo=UTC), EVE)
    assert LAST not in before
    assert {"Skip", "Pause 2 weeks"} <= set(before.splitlines())

    after = home(None, EVE)
    assert LAST in after
    assert "day off" not in after
    assert {"Skip", "Pause 2 weeks"}.isdisjoint(after.splitlines())
    assert "every day ahead is a day off" in home(None, date(2026, 3, 4))


def test_after_the_day_no_interview_is_called_close() -> None:
    after = Reason(Why.SEEN, "", since="2026-02-20", days=25)
    assert why(after) == (
        "Nothing new comes before I know how it went: you answered this one on 20 February."
    )
    assert "so close to the interview" in why(replace(after, stage="final", number=8, of=8))


def test_who_has_just_called_is_not_told_how_to_call() -> None:
    day = date(2026, 3, 12)
    assert on_its_way(Silence(day, day)).text.endswith("Nothing else comes from me until you call.")
    assert "on Thursday 12 March 2026: nothing else comes" in on_its_way(Silence(day, EVE)).text
    assert "/drill now" not in on_its_way(Silence(day, date(2026, 3, 20))).text
