"""What is read from the wizard's forms, and what is kept between them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import db
from bot.errors import UserMistake
from bot.okrs import service as okrs
from bot.okrs.rules import Curve, Kind, Milestone, Shape, Terms
from bot.okrs.tables import KeyResult, TeamCycle
from bot.okrs.writing import parse, rules, service
from bot.okrs.writing.key_results.parse import Guardrail, key_result
from bot.okrs.writing.overview import service as saving
from bot.okrs.writing.parse import NewCycle
from bot.okrs.writing.rules import Span
from bot.okrs.writing.typed import KEY_RESULT, REVIEW, Typed
from bot.people.teams import service as teams
from bot.workspaces import service as workspaces
from tests.okrs.planting import plant

SPAN = Span(date(2026, 4, 1), date(2026, 6, 30))
TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
WHOLE = {"title": "Anything", "owner": "U0ANA", "function": "product"}


def read(kind: str, **raw: Any) -> tuple[Terms, dict[str | None, str]]:
    wish, wrong = key_result(WHOLE | {"kind": kind} | raw, 3, SPAN, {}, {"U0BOT"})
    return wish.terms, {one.field: one.code for one in wrong}


@pytest.mark.parametrize(
    ("kind", "raw", "terms"),
    [
        (
            "increase",
            {"baseline": "1,200", "target": "1 800", "unit": "orders"},
            Terms(Kind.INCREASE, 1200, 1800, unit="orders"),
        ),
        ("increase", {"baseline": "31 %", "target": "45"}, Terms(Kind.INCREASE, 31, 45, unit="%")),
        (
            "decrease",
            {"baseline": "9 days", "target": "4", "stretch": "3"},
            Terms(Kind.DECREASE, 9, 4, 3, unit="days"),
        ),
        ("decrease", {"target": "0,5"}, Terms(Kind.DECREASE, target=0.5)),
        ("increase", {"baseline": "1k", "target": "2k"}, Terms(Kind.INCREASE, 1000, 2000)),
        (
            "keep_below",
            {"target": "2.5 %", "curve": "steps", "points": "never"},
            Terms(Kind.KEEP_BELOW, target=2.5, unit="%"),
        ),
        ("keep_in_band", {"low": "-3", "high": "3"}, Terms(Kind.KEEP_IN_BAND, low=-3, high=3)),
        (
            "milestones",
            {"milestones": "2 | Built\n\nOut\nTold 1 | 3"},
            Terms(
                Kind.MILESTONES,
                milestones=(Milestone("Built", 2), Milestone("Out"), Milestone("Told 1", 3)),
            ),
        ),
        (
            "ordinal",
            {"zones": "Idea\nPilot\nEverybody", "stage_now": "idea", "stage": "PILOT"},
            Terms(Kind.ORDINAL, 0, 1, zones=("Idea", "Pilot", "Everybody")),
        ),
        ("baseline_first", {"unit": "%"}, Terms(Kind.BASELINE_FIRST, unit="%")),
        (
            "increase",
            {"target": "5", "curve": "phased", "points": "2026-05-01 | 20 %\n2026-06-01 70"},
            Terms(
                Kind.INCREASE,
                target=5,
                curve=Curve(Shape.PHASED, ((date(2026, 5, 1), 0.2), (date(2026, 6, 1), 0.7))),
            ),
        ),
    ],
)
def test_terms_as_people_type_them(kind: str, raw: dict[str, str], terms: Terms) -> None:
    assert read(kind, **raw) == (terms, {})


@pytest.mark.parametrize(
    ("kind", "raw", "wrong"),
    [
        ("increase", {}, {"kr3.target": "needs_target"}),
        (
            "increase",
            {"baseline": "some", "target": "more"},
            {"kr3.baseline": "bad_number", "kr3.target": "bad_number"},
        ),
        ("increase", {"baseline": "9", "target": "4"}, {"kr3.target": "goes_down"}),
        ("decrease", {"baseline": "4", "target": "9"}, {"kr3.target": "goes_up"}),
        ("decrease", {"target": "4", "stretch": "5"}, {"kr3.stretch": "stretch_short"}),
        ("keep_above", {}, {"kr3.target": "needs_level"}),
        (
            "keep_in_band",
            {"low": "5", "high": "5"},
            {"kr3.high": "band_order"},
        ),
        ("milestones", {"milestones": " \n"}, {"kr3.milestones": "needs_milestones"}),
        ("milestones", {"milestones": "a\nA"}, {"kr3.milestones": "same_twice"}),
        ("milestones", {"milestones": "a | b"}, {"kr3.milestones": "bad_weight"}),
        ("ordinal", {"zones": "One"}, {"kr3.zones": "few_zones"}),
        ("ordinal", {"zones": "One\nTwo", "stage": "Tow"}, {"kr3.stage": "no_such_stage"}),
        (
            "ordinal",
            {"zones": "One\nTwo", "stage_now": "Two", "stage": "One"},
            {"kr3.stage": "stage_back"},
        ),
        (
            "increase",
            {"target": "5", "curve": "steps"},
            {"kr3.points": "no_points"},
        ),
        (
            "increase",
            {"target": "5", "curve": "steps", "points": "2026-08-01 40 %"},
            {"kr3.points": "point_outside"},
        ),
        (
            "baseline_first",
            {"title": " ", "owner": None, "function": ""},
            {
                "kr3.title": "needs_title",
                "kr3.owner": "needs_owner",
                "kr3.function.": "needs_function",
            },
        ),
        (
            "baseline_first",
            {"owner": "U0BOT", "co_owners": ["U0BOT", "U0BEN"]},
            {"kr3.owner": "not_a_person"},
        ),
        (
            "baseline_first",
            {"co_owners": ["U0BOT"]},
            {"kr3.co_owners": "not_a_person"},
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_its_field(
    kind: str, raw: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert read(kind, **raw)[1] == wrong


def test_the_rest_of_a_key_result() -> None:
    raw = WHOLE | {
        "kind": "baseline_first",
        "owner": "U0DEV",
        "function": None,
        "co_owners": ["U0ANA", "U0DEV", "U0ANA"],
        "guardrail": "kr:17",
        "leading": "lagging",
        "customer_link": " they  wait less ",
    }
    wish, wrong = key_result(raw, 3, SPAN, {"U0DEV": "engineering"})
    assert wrong == []
    assert (wish.owner, wish.function, wish.co_owners) == ("U0DEV", "engineering", ("U0ANA",))
    assert (wish.guardrail, wish.leading) == (Guardrail(17, True), False)
    assert wish.customer_link == "they wait less"
    odd, _ = key_result(raw | {"guardrail": "kr:99999999999", "leading": "x"}, 3, SPAN, {})
    assert (odd.guardrail, odd.leading) == (None, None)


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        ({}, {}),
        ({"title": " "}, {"objective.title": "needs_title"}),
        ({"cycle": None}, {"objective.cycle": "needs_cycle"}),
        ({"cycle": "new", "cycle_name": "2026-Q2"}, {"objective.cycle_name": "cycle_taken"}),
        ({"cycle": "new", "cycle_name": "a/b"}, {"objective.cycle_name": "bad_cycle_name"}),
        ({"cycle": "new", "ends": "2026-03-30"}, {"objective.ends": "cycle_backwards"}),
        ({"cycle": "new", "starts": "2026-01-01", "ends": "2026-03-02"}, "cycle_over"),
        ({"cycle": "new", "ends": "2027-06-30"}, "cycle_length"),
        ({"cycle": "new", "ends": None}, "needs_day"),
    ],
)
def test_the_objectives_form(raw: dict[str, Any], wrong: Any) -> None:
    whole = {"title": "T", "cycle": "5", "team": "7", "cycle_name": "Q 3"}
    whole |= {"starts": "2026-04-01", "ends": "2026-06-30"}
    wish, found = parse.objective(whole | raw, ["2026-q2"], TODAY)
    expected = {"objective.ends": wrong} if isinstance(wrong, str) else wrong
    assert {one.field: one.code for one in found} == expected
    assert wish.team_id == 7


def test_a_new_cycle() -> None:
    raw = {"title": "T", "cycle": "new", "cycle_name": "Q 3", "team": "x", "parent": "12"}
    raw |= {"starts": "2026-07-01", "ends": "2026-09-30"}
    wish, wrong = parse.objective(raw, [], TODAY)
    assert wrong == []
    assert wish.cycle == NewCycle("Q-3", date(2026, 7, 1), date(2026, 9, 30))
    assert (wish.team_id, wish.parent_id) == (0, 12)


def test_nothing_typed_is_lost_between_the_steps() -> None:
    told = Typed().with_objective({"title": "One"}).another("U0ANA")
    assert (told.stage, told.serial, told.in_hand) == (KEY_RESULT, 1, {"owner": "U0ANA"})
    told = told.with_key_result({"title": "A", "target": "4", "function": "data"})
    told = told.with_key_result({"kind": "milestones", "milestones": "x"})
    assert told.in_hand["target"] == "4", "hidden by its kind, and kept"
    assert told.in_hand["function"] == "data"
    told = told.with_key_result({"owner": "U0BEN", "function": "data"})
    assert "function" not in told.in_hand, "somebody else brings something else"
    told = told.another("U0ANA").another("U0ANA")
    assert list(told.key_results) == [1, 3], "an empty one is dropped, its number is not used again"
    told = told.reviewed().without(1)
    assert (told.stage, dict(told.key_results)) == (REVIEW, {})
    assert told.taking(1) == told
    assert Typed.from_document(told.to_document()) == told
    assert told.begun
    assert not Typed().another("U0ANA").begun


def test_keys() -> None:
    assert rules.key_for("Crème & Co: 40 %!", (), "x") == "creme-co-40"
    assert rules.key_for("Same", {"same", "same-2"}, "x") == "same-3"
    assert rules.key_for("日本", {"objective"}, "objective") == "objective-2"
    assert len(rules.key_for("long " * 50, (), "x")) <= rules.LONGEST_KEY


async def test_what_only_the_store_knows(database_url: str) -> None:
    """Closed cycles, people who left, parents of other teams only, an hour to undo."""
    engine = db.engine(database_url)
    async with db.sessions(engine)() as session, session.begin():
        place = await workspaces.ensure(session, "T1", NOW)
        planted = await plant(session, place, NOW)
        ana, other = planted.members["U0ANA"], await teams.make(session, place, "Ops", "U0ANA")
        raw = {"title": "Nobody waits", "team": str(planted.team.id)}
        raw |= {"cycle": str(planted.cycle.id), "parent": str(planted.objective.id)}

        own = await service.setting(session, ana, Typed(objective=raw), TODAY)
        assert own.parent == "", "not its own team's"
        theirs = Typed(objective=raw | {"team": str(other.id)})
        where = await service.setting(session, ana, theirs, TODAY)
        assert where.parent == planted.objective.title
        offer = await service.offer(session, ana, theirs, TODAY)
        assert [one.beside for one in offer.parents] == ["Checkout"]
        assert offer.suggested.key == "2026-Q2"

        planted.members["U0BEN"].is_deleted = True
        await session.flush()
        raw_kr = WHOLE | {"kind": "baseline_first", "co_owners": ["U0BEN"]}
        raw_kr |= {"guardrail": f"kr:{planted.refunds}"}
        wish, _ = key_result(raw_kr, 1, SPAN, {})
        (gone,) = await saving.absent(session, place, wish)
        assert (gone.code, gone.field) == ("person_left", "kr1.co_owners")

        made = await saving.save(session, ana, where, [wish], NOW)
        home = await okrs.objective(session, place, made.objective_id)
        assert home.parent_id == planted.objective.id
        (row,) = await session.scalars(select(KeyResult).where(KeyResult.objective_id == home.id))
        assert row.guardrail_id is None, "another team's does not bind"
        with pytest.raises(UserMistake, match="undo_late"):
            await saving.undo(session, ana, home.id, NOW + timedelta(hours=2))
        assert await saving.undo(session, ana, home.id, NOW) == "Nobody waits"
        assert await saving.undo(session, ana, home.id, NOW + timedelta(days=2)) == "Nobody waits"

        part = await session.get_one(TeamCycle, planted.team_cycle_id)
        part.closed_at = NOW
        await session.flush()
        with pytest.raises(UserMistake, match="closed_for_team"):
            await service.setting(session, ana, Typed(objective=raw), TODAY)
        assert (await service.offer(session, ana, Typed(objective=raw), TODAY)).cycles == ()
    await engine.dispose()
