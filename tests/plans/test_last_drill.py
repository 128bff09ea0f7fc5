"""App Home once the last drill before the interview has gone out."""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.home import views
from bot.home.plan.views import PlanSection
from bot.home.views import HomePage
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
