"""Scoreboards for pure tests: key results in a list, without a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.okrs import health
from bot.okrs.rules import Amended, Confidence, History, Kind, Reading, Terms
from bot.okrs.scoreboard import KeyResultLine, ObjectiveLine, Rhythm, Scoreboard

STARTS, ENDS = date(2026, 1, 5), date(2026, 4, 5)
AT = datetime(2026, 2, 12, 9, tzinfo=UTC)  # a Thursday in week 6
FIRST = datetime(2026, 1, 6, 9, tzinfo=UTC)
SALE = Terms(Kind.DECREASE, baseline=9, target=4, unit="days")
REFUNDS = Terms(Kind.KEEP_BELOW, target=2.5, unit="%")
ON_PACE = (9.0, 8.6, 8.2, 7.8, 7.4, 7.0)


@dataclass(frozen=True)
class Spec:
    """A key result with a value and votes a week; None and () where nobody said anything."""

    title: str
    terms: Terms = SALE
    values: Sequence[float | None] = ON_PACE
    votes: Sequence[Sequence[int]] = ()
    guardrail: int | None = None
    terms_later: Terms | None = None


def board(specs: Sequence[Spec], at: datetime = AT, team: str = "Checkout") -> Scoreboard:
    """The specs get ids from 1 on."""
    known = [_history(id_, one) for id_, one in enumerate(specs, 1)]
    standings = health.standings(known, at)
    titles = {id_: one.title for id_, one in enumerate(specs, 1)}
    lines = tuple(
        KeyResultLine(one.id, f"k{one.id}", titles[one.id], (), one, standings[one.id],
                      guardrail=titles.get(one.guardrail or 0, ""))
        for one in known
    )  # fmt: skip
    objective = ObjectiveLine(
        1, "o", "New shops sell soon", "active",
        health.objective([one.standing for one in lines]), lines,
    )  # fmt: skip
    return Scoreboard(
        1, 1, "checkout", team, "U0ANA", "C0PRODUCT", 1, "2026-Q1", STARTS, ENDS, at,
        Rhythm(1, "Tue", time(10), "UTC"), (objective,) if specs else (),
    )  # fmt: skip


def _history(id_: int, one: Spec) -> History:
    agreed = [Amended(datetime(2026, 1, 1, tzinfo=UTC), one.terms)]
    if one.terms_later:
        agreed.append(Amended(AT - timedelta(days=2), one.terms_later))
    return History(
        id_, STARTS, ENDS, timedelta(weeks=1), tuple(agreed),
        tuple(Reading(_week(n), value) for n, value in enumerate(one.values) if value is not None),
        tuple(Confidence(_week(n), tuple(said)) for n, said in enumerate(one.votes) if said),
        one.guardrail,
    )  # fmt: skip


def _week(number: int) -> datetime:
    return FIRST + timedelta(weeks=number)
