"""Which drill comes: the numbered list of docs/plan.md, line by line, and what always holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import Drill
from bot.content.base import KeyPoint
from bot.plans import choosing
from bot.plans.bank import Bank, Entry
from bot.plans.choosing import Chosen, Level, Past, Step, Why, Wish
from bot.scoring.rules import Cell

TODAY = date(2026, 3, 3)
R, T, E, C = Cell
OWN, OTHER, CODING = "product-metrics", "leadership", "metrics-coding"


def entry(drill_id: str, family: str = "", **more: object) -> Entry:
    usual = Entry(drill_id, family or drill_id, OWN, "scenario", 0, R)
    return replace(usual, **more)  # type: ignore[arg-type]  # a field by its name


def bank(*entries: Entry) -> Bank:
    return Bank({one.id: one for one in sorted(entries, key=lambda one: one.id)})


def answered(drill_id: str, ago: int = 1, **more: object) -> Past:
    usual = Past(drill_id, drill_id, TODAY - timedelta(days=ago), answered=True, overall=3.0)
    return replace(usual, **more)  # type: ignore[arg-type]  # a field by its name


def choose(drills: Bank, past: Sequence[Past] = (), **more: object) -> Chosen:
    wish = replace(Wish(OWN, "U0ANA", TODAY, "daily"), **more)  # type: ignore[arg-type]  # by its name
    found = choosing.choose(drills, past, wish)
    assert found is not None
    return found


# --- the list, line by line -----------------------------------------------------------------------


def test_each_line_decides_only_between_what_is_equal_before() -> None:
    """Each of these drills wins on one line and would lose on all that follow."""
    tired = [answered("x", 1, family="drop", aim=T), answered("y", 2, family="drop", aim=R)]
    lines = [
        entry("kind", stage="panel", track=OTHER, leans=C, difficulty=2),
        entry("track", leans=C, difficulty=2),
        entry("fresh", leans=C, difficulty=2),
        entry("aim", leans=E, difficulty=2),
        entry("rung", leans=E, difficulty=0),
    ]
    met = [*tired, replace(answered("track", 3), answered=False, overall=None)]
    left = [entry("tired", "drop", stage="panel", leans=E), *lines]

    assert choose(bank(*left), met, stage="loops").drill_id == "kind"
    left = [one for one in left if one.id != "kind"]
    assert choose(bank(*left), met, stage="loops").drill_id == "rung"
    assert choose(bank(*left[:-1]), met, stage="loops").drill_id == "aim"
    assert choose(bank(*left[:-2]), met, stage="loops").drill_id == "fresh"
    assert choose(bank(*left[:-3]), met, stage="loops").drill_id == "track"  # met, yet it fits
    assert choose(bank(*left[:-4]), met, stage="loops").drill_id == "tired"  # nothing else is new


def test_what_was_skipped_waits_until_nothing_else_is_new_and_three_others_came() -> None:
    drills = [entry(name, f"of {name}") for name in "abcde"]
    past: list[Past] = []
    for _ in range(10):
        found = choose(bank(*drills), past)
        skipped = answered(found.drill_id, family=f"of {found.drill_id}")
        past.insert(0, replace(skipped, answered=False, overall=None))

    came = [one.drill_id for one in past]
    assert sorted(came[5:]) == list("abcde")
    assert all(one not in came[at + 1 : at + 4] for at, one in enumerate(came))


def test_a_family_met_lately_waits_and_a_lot_decides_the_rest() -> None:
    drills = [entry("a", "drop"), entry("b", "launch"), entry("c", "price"), entry("d", "price")]
    past = [answered("b"), answered("x", family="drop")]

    assert choose(bank(*drills[:3]), past).drill_id == "c"
    told = {choose(bank(*drills), past, seed=f"U{number}").drill_id for number in range(20)}
    assert told == {"c", "d"}


def test_sql_comes_to_those_who_chose_it_or_when_only_it_is_new() -> None:
    drills = bank(entry("own", "drop"), entry("sql", track=CODING, stage="coding"))
    tired = [answered("x", family="drop"), answered("y", family="drop")]

    assert choose(drills, tired, stage="loops").drill_id == "own"
    assert choose(drills, [answered("own")]).drill_id == "sql"
    assert choose(drills, track=CODING, stage="scenarios").drill_id == "sql"
    assert choose(drills, track=CODING, stage="loops").drill_id == "sql"
    assert choose(drills, track=CODING, stage="fundamentals").drill_id == "sql"  # of the track


def test_a_team_and_what_never_came_do_not_tire_a_family() -> None:
    drills = bank(entry("a", "drop", leans=R), entry("b", "launch", leans=C))
    one = answered("x", family="drop")

    assert choose(drills, [one, one]).drill_id == "b"
    assert choose(drills, [one, replace(one, kind="team")]).drill_id == "a"
    assert choose(drills, [one, replace(one, answered=False, sent=False)]).drill_id == "a"


# --- aim and ladder -------------------------------------------------------------------------------


def test_the_aim_goes_round_until_a_cell_is_known() -> None:
    past: list[Past] = []
    for expected in (R, T, E, C, R, T):
        assert choosing.aim({}, past) == expected
        past.insert(0, answered("x", aim=expected))


def test_a_level_is_the_mean_of_the_newest_six_and_known_from_three() -> None:
    marks = [{T: 1.0, R: 2.0}] * 2 + [{T: 4.0}] * 4 + [{T: 0.0}] * 9

    assert choosing.levels(marks) == {T: Level(3.0, 6)}
    assert choosing.weakest({E: Level(2.0, 3), T: Level(2.0, 3)}) == T  # the rubric's order


def test_the_weakest_gets_two_of_three_and_each_other_one_of_nine() -> None:
    levels = {cell: Level(1.0 if cell is E else 3.0, 6) for cell in Cell}
    past: list[Past] = []
    for _ in range(90):
        past.insert(0, answered("x", aim=choosing.aim(levels, past)))

    aims = [one.aim for one in past]
    assert {cell: aims.count(cell) for cell in Cell} == {E: 60, R: 10, T: 10, C: 10}


def test_the_ladder() -> None:
    drills = bank(*(entry(name, difficulty=at) for at, name in enumerate(("easy", "mid", "hard"))))

    def rung(*marks: tuple[str, float]) -> tuple[int, Step]:
        past = [answered(name, marks={T: mark}) for name, mark in marks]
        return choosing.ladder(drills, [answered("gone", marks={T: 4.0}), *past], T)

    assert rung() == (0, Step.FIRST)
    assert rung(("hard", 2.4)) == (0, Step.FIRST)
    assert rung(("easy", 2.5)) == (1, Step.UP)
    assert rung(("hard", 1.0), ("mid", 2.5), ("hard", 4.0)) == (2, Step.UP)
    assert rung(("hard", 4.0)) == (2, Step.TOP)
    assert rung(("hard", 1.4), ("mid", 1.4), ("mid", 4.0)) == (1, Step.DOWN)
    assert rung(("easy", 1.4), ("easy", 0.0)) == (0, Step.DOWN)
    assert rung(("hard", 1.4), ("mid", 1.5), ("easy", 3.0)) == (1, Step.UP)


def weighing(name: str, weights: Sequence[int]) -> Drill:
    """A drill with a key point a cell, of this weight."""
    points = [
        KeyPoint(point=f"{name} {cell}", cell=cell.value, weight=float(weight))
        for cell, weight in zip(Cell, weights, strict=True)
    ]
    told: dict[str, Any] = {"id": name, "family": name, "track": OWN, "stage": "scenario"}
    return Drill.model_construct(**told, difficulty="easy", key_points=tuple(points))


def test_a_drill_works_on_what_it_weighs_beyond_the_usual() -> None:
    """Trade-offs weigh most in all of them; what is special about each is something else."""
    cells = {"a": (2, 4, 2, 1), "b": (1, 5, 2, 1), "c": (1, 4, 3, 1), "d": (1, 4, 2, 2)}
    drills = {name: weighing(name, weights) for name, weights in cells.items()}
    # Mean shares: 5/36, 17/36, 9/36, 5/36; of b: 1/9, 5/9, 2/9, 1/9, so 0.8, 1.18, 0.89, 0.8.
    assert choosing.leaning(drills) == {"a": R, "b": T, "c": E, "d": C}
    assert choosing.bank(drills) is choosing.bank(drills)


# --- what was answered before ---------------------------------------------------------------------


def test_a_missed_drill_comes_back_when_it_is_due_and_not_too_often() -> None:
    drills = bank(entry("new"), entry("b", "drop"), entry("a", "drop"), entry("c", "price"))
    past = [answered(one, 9, overall=1.0, family="old") for one in "abc"]
    due = {"b": TODAY, "a": TODAY, "c": TODAY + timedelta(days=1), "gone": TODAY}

    assert choose(drills, past, due={"c": due["c"]}).why == Why.NEW
    assert choose(drills, past, due=due, stage="scenarios").why == Why.NEW
    back = choose(drills, past, due=due)
    assert (back.drill_id, back.why, back.since) == ("a", Why.BACK, TODAY - timedelta(days=9))
    assert choose(drills, past, due=due | {"b": TODAY - timedelta(days=1)}).drill_id == "b"
    lately = [answered("x"), answered("y", back=True), answered("z")]
    assert choose(drills, [*lately[:2], *past], due=due).why == Why.NEW
    assert choose(drills, [lately[0], lately[2], lately[1], *past], due=due).why == Why.BACK
    # A return at the member's own word is none of the daily drills.
    assert choose(drills, [replace(lately[1], kind="now"), *past], due=due).why == Why.BACK
    tired = [answered("x", family="drop"), answered("y", family="drop")]
    assert choose(drills, [*tired, *past], due=due).why == Why.NEW


def test_the_last_days_take_from_what_was_answered() -> None:
    drills = bank(*(entry(name) for name in ("a", "b", "c", "d", "e", "new")))
    past = [
        answered("a", 1, overall=0.5),
        answered("b", 2, overall=0.5),
        answered("c", 3, marks={R: 2.0}),
        answered("d", 4, marks={R: 1.0}),
        answered("e", 5, overall=1.5, marks={R: 4.0}),
        answered("c", 6, overall=1.0),
    ]

    def last(past: Sequence[Past], stage: str | None = "final") -> Chosen:
        return choose(drills, past, stage=stage, nothing_new=stage is None)

    assert (last(past).drill_id, last(past).why) == ("e", Why.SEEN)  # missed; a and b were just met
    assert last(past[:4], stage=None).drill_id == "d"  # the lowest in the aim
    assert last([one for one in past if one.drill_id != "d"]).drill_id == "e"
    assert last(past[:3]).drill_id == "c"
    assert last(past[:2]).why == Why.NEW  # a plan of three days has to begin somewhere
    twice = [answered("a"), answered("a", 2), answered("b", 3)]
    assert last(twice).why == Why.NEW  # three different ones


def test_when_nothing_is_new_the_one_answered_longest_ago_comes() -> None:
    drills = bank(entry("a"), entry("b"), entry("c"))
    past = [answered("a", 1), answered("b", 2), answered("a", 3), answered("c", 4)]

    again = choose(drills, past)
    assert (again.drill_id, again.why, again.since) == ("c", Why.AGAIN, TODAY - timedelta(days=4))
    assert choosing.choose(bank(), past, Wish(OWN, "s", TODAY)) is None


# --- what always holds ----------------------------------------------------------------------------

CELLS = st.sampled_from(list(Cell))
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.uuids().map(str),
        st.sampled_from(["drop", "launch", "price"]),
        st.sampled_from([OWN, OTHER, CODING]),
        st.sampled_from(["fundamentals", "scenario", "panel", "coding"]),
        st.integers(0, 2),
        CELLS,
    ),
    min_size=9,
    max_size=24,
    unique_by=lambda one: one.id,
)


def walk(drills: Bank, marks: Sequence[float], seed: str, stage: str) -> list[tuple[Past, Chosen]]:
    """That many days, each drill chosen from what went before; oldest first."""
    past: list[Past] = []
    told = []
    for number, mark in enumerate(marks):
        day = TODAY + timedelta(days=number)
        levels = choosing.levels(one.marks for one in past)
        wish = Wish(OWN, seed, day, stage, levels=levels)
        chosen = choosing.choose(drills, past, wish)
        assert chosen is not None
        family = drills.drills[chosen.drill_id].family
        now = Past(chosen.drill_id, family, day, answered=mark > 0.2, overall=mark, aim=chosen.aim)
        now = replace(now, marks=dict.fromkeys(Cell, mark) | {chosen.aim: mark / 2})
        past.insert(0, now if now.answered else replace(now, overall=None, marks={}))
        told.append((past[0], chosen))
    return told


@given(
    ENTRIES,
    st.lists(st.floats(0, 4), min_size=30, max_size=30),
    st.text(max_size=4),
    st.sampled_from(["fundamentals", "scenarios", "loops", "daily"]),
)
@settings(max_examples=40, deadline=None)
def test_a_walk_through_the_bank(
    entries: list[Entry], marks: list[float], seed: str, stage: str
) -> None:
    drills = bank(*entries)
    told = walk(drills, marks, seed, stage)

    assert told == walk(drills, marks, seed, stage)
    done: set[str] = set()
    for number, (past, chosen) in enumerate(told):
        fresh = [one for one in entries if one.id not in done]
        assert (chosen.drill_id in done) is (not fresh)  # no repeat while something is new
        lately = [one.family for one, _ in told[max(number - 2, 0) : number]]
        if len(lately) == 2 and lately[0] == lately[1] == past.family:
            # A third of a family running: nothing else was there to choose from.
            rest = [one for one in fresh or entries if one.family != past.family]
            assert all(one.track == CODING for one in rest)
        done |= {past.drill_id} if past.answered else set()


@given(ENTRIES, ENTRIES, st.text(max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_drill_more_moves_no_other_choice(
    entries: list[Entry], more: list[Entry], seed: str
) -> None:
    """Either the new one comes, or the one that came before."""
    before = choose(bank(*entries), seed=seed).drill_id
    after = choose(bank(*entries, more[0]), seed=seed).drill_id

    assert after in (before, more[0].id)


def test_the_bank_is_looked_through_a_few_times_and_the_lot_is_drawn_for_few() -> None:
    """With 400 drills: what each choice reads, counted and not timed."""
    reads = 0

    class Counted(dict[str, Entry]):
        def values(self):  # type: ignore[no-untyped-def]  # as dict has it
            nonlocal reads
            reads += len(self)
            return super().values()

    families = [f"f{number % 30}" for number in range(400)]
    drills = Bank(
        Counted(
            (f"d{number:03}", entry(f"d{number:03}", families[number], difficulty=number % 3))
            for number in range(400)
        )
    )
    past = [answered(f"d{number:03}", number + 1, marks={R: 1.0}) for number in range(200)]

    choose(drills, past)

    assert reads <= 2 * 400
