"""Matching: the best round there is, within the rules, the same every time."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from math import isclose
from zoneinfo import ZoneInfo

import pytest

from bot.mocks.pairing.edges import TERMS
from bot.mocks.pairing.groups import Round, pair
from bot.mocks.pairing.pool import Member, Past, Pool, Window
from bot.mocks.pairing.weights import Points, Weights
from tests.mocks.pools import WEEK, best_value, random_pool, value

EVENING = (Window(1, 18 * 60, 21 * 60), Window(3, 18 * 60, 21 * 60))


def test_no_round_is_better_in_a_thousand_random_pools() -> None:
    rng = random.Random(1)
    trios = 0
    for number in range(1000):
        pool = random_pool(rng, rng.randint(2, 8), windows=rng.choice((2, 6, 14)))
        made = pair(pool, Weights())
        assert value(made) == best_value(made), number
        trios += -value(made)[1]
    assert trios > 100  # the pools are odd enough to mean something


def test_hard_rules_hold_in_ten_thousand_random_pools() -> None:
    rng = random.Random(2)
    for number in range(10_000):
        pool = random_pool(rng, rng.randint(2, 5))
        _lawful(pool, pair(pool, Weights()), number)


def _lawful(pool: Pool, made: Round, number: int) -> None:
    members = {one.id: one for one in pool.members}
    seen = Counter([who for group in made.groups for who in group.members] + list(made.alone))
    assert set(seen) == set(members), number
    assert set(seen.values()) <= {1}, number
    for group in made.groups:
        assert len(group.members) in (2, 3)
        assert 1 <= len(group.slots) <= 3, number
        for one, other in combinations(group.members, 2):
            assert other not in members[one].exclude, number
            assert one not in members[other].exclude, number
        for slot in group.slots:
            for who in group.members:
                assert _free(members[who], slot, pool.week), number
        roles = sorted(group.roles.values())
        assert roles == ["candidate", "interviewer", "observer"][: len(roles)]
        assert set(group.terms) == set(TERMS)
        assert isclose(sum(group.terms.values()), group.weight, abs_tol=1e-9)
        assert group.why


def _free(member: Member, start: datetime, week: date) -> bool:
    """By another road than the grid: every quarter-hour of the hour asked one by one."""
    for quarter in range(4):
        local = (start + timedelta(minutes=15 * quarter)).astimezone(ZoneInfo(member.tz))
        minute = local.hour * 60 + local.minute
        day = (local.date() - week).days
        inside = any(
            one.day == day and one.start <= minute and minute + 15 <= one.end
            for one in member.windows
        )
        if not inside or not 7 * 60 <= minute <= 22 * 60 - 15:
            return False
    return True


def test_twenty_members_over_nineteen_weeks_meet_nearly_everybody() -> None:
    rng = random.Random(3)
    members = tuple(
        Member(f"U{place:02}", "Europe/Berlin", EVENING, level=rng.randint(2, 4),
               cells={"execution": rng.uniform(0, 4), "trade_offs": rng.uniform(0, 4)},
               reliability=rng.uniform(0.6, 1))
        for place in range(20)
    )  # fmt: skip
    met: Counter[tuple[str, ...]] = Counter()
    history: list[Past] = []
    for number in range(19):
        week = WEEK + timedelta(weeks=number)
        made = pair(Pool(5, week, members, tuple(history)), Weights())
        met.update(group.members for group in made.groups)
        history += [Past(group.members[0], group.members[1], week, "met") for group in made.groups]
        assert number >= 10 or max(met.values()) == 1
    for one in members:
        assert sum(one.id in two for two in met) >= 17


def test_the_same_seed_gives_the_same_round_in_any_order() -> None:
    rng = random.Random(4)
    for _ in range(40):
        pool = random_pool(rng, 9)
        mixed = replace(
            pool,
            members=tuple(rng.sample(pool.members, len(pool.members))),
            history=tuple(rng.sample(pool.history, len(pool.history))),
        )
        assert pair(pool, Weights()).groups == pair(mixed, Weights()).groups


def test_the_seed_decides_between_rounds_of_the_same_weight() -> None:
    members = tuple(Member(f"U{place}", "UTC", EVENING) for place in range(8))
    rounds = {
        tuple(one.members for one in pair(Pool(seed, WEEK, members), Weights()).groups)
        for seed in range(12)
    }
    assert len(rounds) > 3


def _islands() -> tuple[Member, ...]:
    """Three who can meet only the one in the middle."""
    days = [Window(day, 18 * 60, 20 * 60) for day in range(3)]
    return (Member("M", "UTC", tuple(days)), *(Member(f"U{d}", "UTC", (days[d],)) for d in
            range(3)))  # fmt: skip


def test_sitting_out_goes_round() -> None:
    history: list[Past] = []
    out: list[frozenset[str]] = []
    for number in range(9):
        week = WEEK + timedelta(weeks=number)
        made = pair(Pool(1, week, _islands(), tuple(history)), Weights())
        out.append(frozenset(made.alone))
        assert set(made.alone.values()) == {"all_taken"}
        history += [Past(group.members[0], group.members[1], week, "met") for group in made.groups]
        history += [Past(who, who, week, "sat_out") for who in made.alone]
    for three in zip(out, out[1:], out[2:], strict=False):
        assert frozenset.intersection(*three) == frozenset()  # of three, one meets M each week
    assert {who for week in out for who in week} == {"U0", "U1", "U2"}


def test_a_repeat_costs_and_never_blocks() -> None:
    members = (Member("A", "UTC", EVENING), Member("B", "UTC", EVENING))
    costs = []
    for weeks in (1, 4, 26, 52):
        past = Past("A", "B", WEEK - timedelta(weeks=weeks), "met")
        group = pair(Pool(1, WEEK, members, (past,)), Weights()).groups[0]
        costs.append(group.terms["repeat"])
    assert costs == sorted(costs)
    assert costs[2] == pytest.approx(-6, abs=0.001)  # half after the half-life
    assert costs[3] == pytest.approx(-3, abs=0.001)


def test_points_can_be_changed() -> None:
    members = (Member("A", "UTC", EVENING, level=1), Member("B", "UTC", EVENING, level=5))
    only = Points(0, 0, 8, 0, 0, 0, 0)
    made = pair(Pool(1, WEEK, members), replace(Weights(), points=only))
    assert made.weight == pytest.approx(-8, abs=0.001)


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ((Member("A", "UTC", ()), Member("B", "UTC", EVENING)), {"A": "no_windows",
                                                                 "B": "nobody_fits"}),
        ((Member("A", "UTC", (Window(0, 0, 400),)), Member("B", "UTC", EVENING)),
         {"A": "no_hour", "B": "nobody_fits"}),
        ((Member("A", "UTC", EVENING),), {"A": "only_one"}),
        ((), {}),
    ],
)  # fmt: skip
def test_who_is_alone_hears_why(members: tuple[Member, ...], codes: dict[str, str]) -> None:
    made = pair(Pool(1, WEEK, members), Weights())
    assert made.alone == codes


def test_fifty_nine_minutes_in_common_are_too_few() -> None:
    one = Member("A", "UTC", (Window(0, 600, 700),))
    for end, groups in ((655, 0), (659, 0), (660, 1)):
        other = Member("B", "UTC", (Window(0, 600, end),))
        assert len(pair(Pool(1, WEEK, (one, other)), Weights()).groups) == groups


def test_a_large_pool_is_thinned_and_loses_little() -> None:
    pool = random_pool(random.Random(6), 161, windows=8)
    whole = pair(pool, Weights())
    thin = replace(Weights(), thinning=replace(Weights().thinning, exact=40))
    quick = pair(pool, thin)
    assert len(quick.edges.one) < len(whole.edges.one)
    assert value(quick)[0] == value(whole)[0]
    assert quick.weight >= 0.98 * whole.weight
    _lawful(pool, quick, 0)
