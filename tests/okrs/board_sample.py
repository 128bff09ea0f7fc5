"""A team's scoreboard in values, without a store: every kind, colour and oddity of a page."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.okrs import health
from bot.okrs.board.rules import Change, Standstill
from bot.okrs.rules import (
    Amended,
    Confidence,
    Curve,
    History,
    Kind,
    Milestone,
    Reading,
    Shape,
    Terms,
)
from bot.okrs.scoreboard import KeyResultLine, ObjectiveLine, Owner, Rhythm, Scoreboard

STARTS, ENDS = date(2026, 1, 5), date(2026, 4, 5)
AT = datetime(2026, 3, 3, 8, tzinfo=UTC)
AGREED = datetime(2026, 1, 5, 9, tzinfo=UTC)
ANA = Owner(1, "U0ANA", "Ana Ruiz", "product", True)
BEN = Owner(2, "U0BEN", "Ben Okafor", "engineering", False)
LEFT = Owner(3, "U0CHLOE", "", "design", True, gone=True)
TTFV = Terms(Kind.DECREASE, baseline=9, target=4, unit="days")
LONG = "Everyshopthatopensinthefirstquarter" * 5


def history(
    number: int,
    terms: Terms,
    values: tuple[float, ...] = (),
    votes: tuple[tuple[int, ...], ...] = (),
    *,
    guardrail: int | None = None,
    newest: datetime = AT - timedelta(days=1),
) -> History:
    """Values and votes a week apart, the newest of each at `newest`."""
    return History(
        id=number,
        starts=STARTS,
        ends=ENDS,
        every=timedelta(weeks=1),
        amended=(Amended(AGREED, terms),),
        readings=tuple(
            Reading(newest - timedelta(weeks=len(values) - 1 - n), value)
            for n, value in enumerate(values)
        ),
        confidence=tuple(
            Confidence(newest - timedelta(weeks=len(votes) - 1 - n), told)
            for n, told in enumerate(votes)
        ),
        guardrail=guardrail,
    )


GROUPS: tuple[tuple[str, tuple[tuple[str, History, tuple[Owner, ...]], ...]], ...] = (
    (
        "New shops sell in their first week",
        (
            (
                "Days from sign-up to first sale",
                replace(
                    history(1, TTFV, (9, 8.6, 8.1, 7.5, 7, 6.4), ((6, 7), (5, 8)), guardrail=2),
                    amended=(
                        Amended(AGREED, TTFV),
                        Amended(AT - timedelta(weeks=2), replace(TTFV, target=5)),
                    ),
                ),
                (ANA, BEN),
            ),
            (
                "Refund rate",
                history(2, Terms(Kind.KEEP_BELOW, target=2.5, unit="%"), (1.9, 2.2, 2.4, 3.1)),
                (replace(BEN, accountable=True),),
            ),
            (
                "The first-sale checklist is out",
                history(
                    3,
                    Terms(
                        Kind.MILESTONES,
                        milestones=(
                            Milestone("Designed", 1, True),
                            Milestone("Built", 2, True),
                            Milestone("Out in all markets", 1),
                        ),
                    ),
                    (0, 25, 75),
                    ((8,),),
                ),
                (ANA,),
            ),
        ),
    ),
    (
        "Support answers before shops ask twice",
        (
            (
                "Questions answered within four hours",
                history(
                    4,
                    Terms(
                        Kind.INCREASE,
                        baseline=55,
                        target=85,
                        unit="%",
                        curve=Curve(
                            Shape.STEPS, ((date(2026, 2, 9), 0.3), (date(2026, 3, 16), 0.7))
                        ),
                    ),
                    (55, 56, 61, 66),
                    ((4, 4),),
                ),
                (LEFT, BEN),
            ),
            (
                "The help centre’s stage",
                history(
                    5,
                    Terms(Kind.ORDINAL, zones=("Sketch", "Pilot", "Beta", "General availability")),
                    (0, 0, 1),
                    ((2, 8),),
                ),
                (ANA,),
            ),
            (
                "Median length of a call",
                history(6, Terms(Kind.BASELINE_FIRST, unit="minutes")),
                (),
            ),
            (
                f"{LONG} <script>alert('x')</script>",
                history(
                    7,
                    Terms(Kind.KEEP_IN_BAND, low=40, high=60, unit="tickets & calls"),
                    (45, 52, 58),
                    newest=AT - timedelta(days=25),
                ),
                (replace(ANA, name=LONG),),
            ),
        ),
    ),
)
CHANGES = {
    1: (
        Change(
            AT - timedelta(weeks=2),
            TTFV,
            replace(TTFV, target=5),
            "the card network’s review takes a day more.",
            "U0ANA",
        ),
    )
}


def sample(team: str = "Checkout") -> Standstill:
    """Two objectives, seven key results, every colour; some text wants to be markup."""
    told = [one for _, group in GROUPS for one in group]
    return Standstill(board(team, GROUPS, {one[1].id: one[0] for one in told}), CHANGES)


def many(count: int) -> Standstill:
    """So many key results, twenty to an objective, a quarter's check-ins each."""
    values = tuple(9 - 0.3 * week for week in range(9))
    votes = ((6, 7),) * 9
    groups = tuple(
        (
            f"Objective {at // 20 + 1}",
            tuple(
                (f"Key result {n + 1}", history(n + 1, TTFV, values, votes), (ANA, BEN))
                for n in range(at, min(at + 20, count))
            ),
        )
        for at in range(0, count, 20)
    )
    return Standstill(board("Crowd", groups, {}))


def empty() -> Standstill:
    return Standstill(board("Checkout", (), {}))


def board(
    team: str,
    groups: tuple[tuple[str, tuple[tuple[str, History, tuple[Owner, ...]], ...]], ...],
    titles: dict[int, str],
) -> Scoreboard:
    known = health.standings([one[1] for _, group in groups for one in group], AT)
    return Scoreboard(
        team_cycle_id=1,
        team_id=1,
        team_key="checkout",
        team=team,
        lead="U0ANA",
        channel=None,
        cycle_id=1,
        cycle="2026-Q1",
        starts=STARTS,
        ends=ENDS,
        at=AT,
        rhythm=Rhythm(1, "Tue", time(10), "Europe/Berlin"),
        objectives=tuple(
            ObjectiveLine(
                id=number,
                key=f"o{number}",
                title=title,
                state="active",
                standing=health.objective([known[one[1].id] for one in group]),
                key_results=tuple(
                    KeyResultLine(
                        id=told.id,
                        key=f"k{told.id}",
                        title=name,
                        owners=owners,
                        history=told,
                        standing=known[told.id],
                        guardrail=titles.get(told.guardrail or 0, ""),
                    )
                    for name, told, owners in group
                ),
                parent="Grow with our shops (Company)" if number == 1 else "",
            )
            for number, (title, group) in enumerate(groups, start=1)
        ),
    )
