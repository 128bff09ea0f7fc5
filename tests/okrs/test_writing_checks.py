"""What is asked beside a goal: poor ones are met with the right question, good ones with silence.

The goals here are made up for these tests, for companies that do not exist.
"""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import content
from bot.content.cli import app
from bot.okrs.rules import Kind, Milestone, Terms
from bot.okrs.writing import dates, rules, views
from bot.okrs.writing.rules import KeyResultDraft, Span
from tests.content_samples import SHIPPED

WORDS = content.load([SHIPPED], drills=False).checks.words
SAYS = content.load([SHIPPED], drills=False).checks.says
SPAN = Span(date(2026, 4, 1), date(2026, 6, 30))
UP, DOWN, ABOVE, BELOW = Kind.INCREASE, Kind.DECREASE, Kind.KEEP_ABOVE, Kind.KEEP_BELOW


def up(title: str, start: float, end: float, unit: str = "", **more: str | bool) -> KeyResultDraft:
    return _draft(title, Terms(UP, start, end, unit=unit), **more)


def down(
    title: str, start: float, end: float, unit: str = "", **more: str | bool
) -> KeyResultDraft:
    return _draft(title, Terms(DOWN, start, end, unit=unit), **more)


def _draft(title: str, terms: Terms, **more: str | bool) -> KeyResultDraft:
    link, guarded = str(more.get("link", "")), bool(more.get("guarded", False))
    return KeyResultDraft(title, terms, link, guarded, ("product", "engineering"))


def keep(title: str, kind: Kind, level: float, unit: str = "%") -> KeyResultDraft:
    return _draft(title, Terms(kind, target=level, unit=unit))


def steps(title: str, *names: str) -> KeyResultDraft:
    made = tuple(Milestone(name) for name in names)
    return _draft(title, Terms(Kind.MILESTONES, milestones=made))


GOOD = (
    down("Days from sign-up to first sale", 9, 4, "days", guarded=True),
    keep("Refund rate", BELOW, 2.5),
    up("Shops that sell in their first week", 31, 45, "%", guarded=True),
    up("Orders that arrive on the promised day", 88, 95, "%", guarded=True),
    up("Riders who take a second trip within a month", 42, 50, "%"),
    down("Failed card payments at checkout", 4.1, 2.5, "%"),
    keep("Checkout availability", ABOVE, 99.9),
    up("Trial users who invite a colleague", 12, 20, "%", guarded=True),
    down("Median time to restore service", 95, 40, "minutes", guarded=True),
    down("Tickets per 1,000 orders", 38, 25),
    up("Net revenue retention of small teams", 96, 104, "% of last year", guarded=True),
    steps("The new tax rules hold in all markets", "Spain", "Italy", "Poland"),
    up("Deployment frequency of the payments service", 2, 6, "a week", guarded=True),
    keep("Change failure rate", BELOW, 10),
    up("Parents who book again after a first lesson", 35, 44, "%"),
    down("Monthly churn of yearly plans", 2.4, 1.8, "%"),
    up("Clinics that send their first bill without our help", 18, 40, "%"),
    down("Escaped defects per release", 7, 3, "defects"),
    _draft("On-call load", Terms(Kind.KEEP_IN_BAND, low=1, high=4, unit="pages a shift")),
    _draft(
        "How far instant refunds are out",
        Terms(Kind.ORDINAL, zones=("Prototype", "Pilot", "Everybody")),
    ),
    up("Search results that end in a click on the first three", 54, 66, "%"),
    up("Uptime of the booking calendar", 99.5, 99.9, "%"),
    down("Cloud cost per delivered parcel", 0.14, 0.11, "€"),
    _draft("Share of couriers who feel safe", Terms(Kind.BASELINE_FIRST, unit="%")),
    up("Delivered orders without a complaint", 93, 96, "%", guarded=True),
    down("Pages that wake somebody at night per week", 20, 8, "pages"),
    up("Registered users who publish within their first week", 14, 25, "%", guarded=True),
    up("Downloads of the payslip app", 800, 2000, guarded=True, link="Staff stop phoning payroll"),
    up("Test coverage of the pricing rules", 55, 80, "%"),
    up("Design partners who renew for a second year", 6, 12, "partners"),
    down("Build time of the mobile app", 34, 12, "minutes", guarded=True),
    up("Deliver 95 % of meals still hot", 81, 95, "%"),
    down("Lead time from merge to production by the end of June", 52, 12, "hours", guarded=True),
    up("Average rating of a first visit", 4.2, 4.6, "stars"),
)

POOR = (
    (up("Launch the new mobile app", 0, 1), "task_key_result"),
    (up("Ship three partner integrations", 0, 3, "integrations"), "task_key_result"),
    (up("Hire engineers", 4, 8, "people"), "task_key_result"),
    (up("Write help articles", 10, 40, "articles"), "task_key_result"),
    (up("Roll out single sign-on", 0, 100, "%"), "task_key_result"),
    (up("Page views of the blog", 20_000, 60_000), "vanity"),
    (up("Registered users", 1000, 3000, "users"), "vanity"),
    (up("Story points per sprint", 40, 60), "vanity"),
    (up("Impressions of the spring campaign", 1e5, 4e5), "vanity"),
    (up("App downloads", 5000, 9000), "vanity"),
    (up("Lines of code reviewed", 100, 300), "vanity"),
    (up("Newsletter reach", 1000, 3000, "subscribers"), "vanity"),
    (up("Improve onboarding", 1, 2), "vague"),
    (up("Better documentation", 3, 4), "vague"),
    (up("Enhance the platform", 3, 4), "vague"),
    (up("Quality", 3, 4), "too_short"),
    (up("A world-class checkout", 3, 4), "slogan"),
    (up("Seamless handover between shifts", 3, 4), "slogan"),
    (up("Customers who come back", 30, 40), "no_unit"),
    (up("Share of shops with photos", 60, 61, "%"), "barely"),
    (down("Cost per parcel", 5.00, 4.95, "€"), "barely"),
    (up("Weekly active couriers", 40, 900, "couriers"), "far"),
    (down("Minutes on hold", 60, 2, "minutes"), "far"),
    (up("Invoices paid without a reminder", 80, 120, "%"), "over_whole"),
    (up("Invoices paid without a reminder", 80, 80, "%"), "same"),
    (_draft("Share of returns under a week", Terms(UP, target=40, unit="%")), "no_baseline"),
    (_draft("Share of returns under a week", Terms(UP, baseline=40, unit="%")), "no_target"),
    (steps("The new ledger is in use", "Done"), "one_milestone"),
    (up("Share of shops with photos by December", 30, 60, "%"), "beyond_cycle"),
    (up("Share of shops with photos in Q3", 30, 60, "%"), "beyond_cycle"),
    (up("Share of shops with photos by 2026-07-01", 30, 60, "%"), "beyond_cycle"),
    (up("Monthly revenue from new shops", 100, 140, "k€"), "no_guardrail"),
    (down("Time to first answer", 9, 4, "hours"), "no_guardrail"),
    (down("Shipping a returned parcel back", 9, 4, "days"), "no_guardrail"),
    (up("Deploys a week", 2, 6), "no_guardrail"),
    (up("Trial conversion", 9, 12, "%"), "no_guardrail"),
)

# Written after the word lists, to see how far these carry; single misses are allowed here.
SECOND_GOOD = (
    down("Customers lost in their first quarter", 14, 9, "%"),
    up("Volunteers who come back for a third shift", 22, 35, "%"),
    up("Lessons finished without a technical break", 91, 97, "%"),
    down("Support calls about invoices each month", 410, 250, "calls"),
    up("Farmers paid within two days", 60, 85, "%", guarded=True),
    keep("p95 latency of the search page", BELOW, 300, "ms"),
    keep("Error budget left", ABOVE, 20),
    down("Wrong deliveries per thousand", 6, 3),
    up("Employees who would recommend us to a friend", 61, 70, "%"),
    down("Abandoned baskets on phones", 71, 64, "%"),
    up("Teams that hold a monthly retrospective", 4, 9, "teams"),
    up("Queries answered from cache", 55, 75, "%"),
    down("Alerts nobody acts on", 63, 30, "%"),
    up("New hires productive in their third week", 40, 65, "%"),
    down("Rejected claims that are overturned", 18, 10, "%"),
    up("Accounts with two-factor sign-in", 37, 70, "%"),
    down("Spend on idle machines", 18, 9, "k€ a month"),
    up("Grant applications accepted", 11, 18, "%"),
    up("Repeat bookings by families", 28, 36, "%"),
    down("Hand-overs between leads and support in one case", 3.2, 1.8, "hand-overs"),
    up("Drivers home before eight", 62, 80, "%"),
    up("Patients seen on their first appointment", 73, 85, "%"),
    down("Open security findings older than 30 days", 44, 10, "findings"),
    up("Releases without a rollback", 86, 95, "%"),
    up("Gross margin of the box plan", 31, 36, "%"),
    down("Food thrown away per kitchen", 12, 8, "kg a day"),
    up("Readers who finish the article", 24, 33, "%"),
    up("Offers accepted by our first choice", 58, 75, "%"),
    down("Steps to change a seat", 9, 4, "steps"),
    up("Merchants using the new terminal every day", 0, 300, "merchants"),
)

SECOND_POOR = (
    up("Publish a podcast", 0, 10, "episodes"),
    up("Onboard five customers", 0, 5, "customers"),
    up("Run 20 workshops", 0, 20, "workshops"),
    up("Monthly visitors", 1000, 5000),
    up("Followers on social media", 2000, 4000),
    up("Velocity of the team", 30, 40, "points"),
    up("Make the app better", 1, 2),
    up("Improve team morale", 1, 2),
    up("Customer happiness", 1, 2),
    up("Commits merged", 100, 200),
    up("Optimise costs", 1, 2),
    up("Migrate 12 services", 0, 12, "services"),
    down("Onboarding takes too long", 10, 9.9, "days"),
    up("Implement SSO", 0, 1),
    up("Number of tickets closed", 100, 300),
    up("Start using the design system", 0, 5, "teams"),
    up("Win ten logos by September", 0, 10, "logos"),
    up("Reduce churn", 5, 3, "%"),
    up("Interview 30 users", 0, 30, "interviews"),
    up("Weekly signups", 100, 200),
    up("Close the migration project", 0, 100, "%"),
    up("ARR", 1.0, 1.02, "M€"),
    down("Ticket backlog", 200, 3, "tickets"),
    up("Daily revenue", 10, 14, "k€"),
    up("Website traffic", 10, 20, "k"),
)

OBJECTIVES = (
    ("New shops sell in their first week", ""),
    ("Nobody waits for a human to get money back", ""),
    ("Small teams run payroll without fear", ""),
    ("Make refunds painless for late parcels", ""),
    ("Improve the first week for new shop owners", ""),
    ("Give every nurse one place to look", ""),
    ("Build trust with first-time sellers", ""),
    ("Start-ups choose us because switching is easy", ""),
    ("On-call people sleep through the night", ""),
    ("Design partners tell their friends", ""),
    ("Launch the mobile app", "task_objective"),
    ("Migrate to the new ledger", "task_objective"),
    ("Set up a data team", "task_objective"),
    ("Improve quality", "vague"),
    ("Drive engagement", "vague"),
    ("Growth", "too_short"),
    ("Become a world-class marketplace", "slogan"),
    ("Be the best in class at support", "slogan"),
    ("Delight our customers", "slogan"),
    ("Sellers are paid on time by November", "beyond_cycle"),
)


@pytest.mark.parametrize("draft", GOOD, ids=lambda one: one.title)
def test_a_good_key_result_is_left_alone(draft: KeyResultDraft) -> None:
    assert rules.key_result(draft, WORDS, SPAN) == ()


@pytest.mark.parametrize(("draft", "code"), POOR, ids=lambda one: getattr(one, "title", one))
def test_a_poor_key_result_is_asked_the_right_question(draft: KeyResultDraft, code: str) -> None:
    found = rules.key_result(draft, WORDS, SPAN)
    assert code in {one.code for one in found}
    assert len(found) <= 3, "more than three at once is nagging"


def test_the_lists_carry_beyond_their_examples() -> None:
    """Two of 30 good ones may be asked something, and four of 25 poor ones may pass."""
    nagged = [one.title for one in SECOND_GOOD if rules.key_result(one, WORDS, SPAN)]
    missed = [one.title for one in SECOND_POOR if not rules.key_result(one, WORDS, SPAN)]
    assert len(nagged) <= 2, nagged
    assert len(missed) <= 4, missed


@pytest.mark.parametrize(("title", "code"), OBJECTIVES)
def test_objectives(title: str, code: str) -> None:
    assert [one.code for one in rules.objective(title, WORDS, SPAN)] == ([code] if code else [])


def test_every_sentence_is_said_somewhere_and_can_be() -> None:
    """No dead sentence in the file, and none that a check's values do not fill."""
    found = [one for draft, _ in POOR for one in rules.key_result(draft, WORDS, SPAN)]
    found += [one for title, _ in OBJECTIVES for one in rules.objective(title, WORDS, SPAN)]
    found += rules.whole([steps("One", "a", "b"), steps("Two", "a", "b")])
    found += rules.whole([KeyResultDraft("One", Terms(UP), functions=("product",))])
    found += rules.key_result(down("Days to pay", 9, 4, "days"), WORDS, SPAN, ["Refund rate"])
    said = {one.code: getattr(SAYS, one.code).format(**one.values) for one in found}
    assert set(said) == set(type(SAYS).model_fields)
    assert "Refund rate" in said["unbound_guardrail"]


def test_one_function() -> None:
    def owned(*functions: str) -> KeyResultDraft:
        return KeyResultDraft("Refund rate", Terms(BELOW, target=2), functions=functions)

    def said(*drafts: KeyResultDraft) -> list[str]:
        return [one.code for one in rules.whole(drafts)]

    assert said(owned("product"), owned("product")) == ["one_function"]
    assert said(owned("product"), owned("engineering")) == []
    assert said(owned("product", "engineering")) == []
    assert said(owned("product", "")) == [], "who knows what the other one brings"
    assert said() == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("by December", "by December"),
        ("by mid-May", None),
        ("in April", None),
        ("3 July", "3 July"),
        ("June 30", None),
        ("Q2", None),
        ("2026-Q3", "2026-Q3"),
        ("Q2 2027", "Q2 2027"),
        ("by 2027", "2027"),
        ("in 2026", None),
        ("2026-02-30", None),
        ("You may march on", None),
        ("2,500 orders", None),
    ],
)
def test_dates_in_titles(text: str, told: str | None) -> None:
    assert dates.beyond(f"Sellers paid on time {text}", SPAN.starts, SPAN.ends) == told


def test_a_cycle_over_new_year() -> None:
    winter = Span(date(2026, 11, 1), date(2027, 1, 31))
    assert dates.beyond("paid by January", winter.starts, winter.ends) is None
    assert dates.beyond("paid by May", winter.starts, winter.ends) == "by May"


def test_the_next_quarter() -> None:
    assert dates.next_quarter(date(2026, 11, 21)) == (
        "2027-Q1",
        (date(2027, 1, 1), date(2027, 3, 31)),
    )
    assert dates.next_quarter(date(2026, 3, 31))[1] == (date(2026, 4, 1), date(2026, 6, 30))


def test_a_folder_of_ones_own_changes_lists_and_switches_sentences_off(tmp_path: Path) -> None:
    own = tmp_path / "okrs"
    own.mkdir()
    (own / "checks.toml").write_text(
        '[words]\nslogans = ["paradigm*"]\n[says]\nslogan = ""\nvague = "What is “{word}”?"\n',
        encoding="utf-8",
    )
    read = content.load([SHIPPED, tmp_path], drills=False).checks
    assert read.words.slogans == ("paradigm*",)
    assert read.words.tasks == WORDS.tasks
    found = rules.objective("New paradigms for all", read.words)
    assert [one.code for one in found] == ["slogan"]
    assert views.worded(found, read.says) == {}
    vague = rules.objective("Improve quality", read.words)
    assert views.worded(vague, read.says) == {"title": ["What is “Improve”?"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[words]\ntask = ["ship"]', "words.task: is not a known field; did you mean tasks?"),
        ('[words]\ntasks = ["Ship"]', "words.tasks[0]: must be in lower case"),
        ('[words]\ntasks = ["sh*p"]', "has a * that is not at the end of a word"),
        ('[says]\nvague = "No stop"', "says.vague: must end with a full stop or a question mark"),
        ('[says]\nvague = "What is {target}?"', "vague uses a name that it has not; it has {word}"),
        ('[says]\nvague = "What is {?"', "says: "),
        ("[says", "is not TOML"),
    ],
)
def test_lint_names_what_is_wrong_with_them(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "okrs").mkdir()
    path = tmp_path / "okrs" / "checks.toml"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["lint", str(path)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}: ")
    assert told in result.stderr
