"""What changed since the last digest, in the order in which it matters."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okrs.digests import rules, views
from bot.okrs.digests.now import views as now_views
from bot.okrs.digests.rules import Amended, Blocker, News, Review
from bot.okrs.rules import Kind, Terms
from bot.okrs.scoreboard import Scoreboard
from bot.sandbox.shapes import message_problems, view_problems
from tests.okrs.listed import AT, ON_PACE, REFUNDS, SALE, Spec, board

WEEK = timedelta(weeks=1)
HOLDS = (2.0,) * 6


def told(*specs: Spec, **more: object) -> rules.Digest:
    """This week against last week."""
    return rules.digest(board(specs), board(specs, AT - WEEK), **more)  # type: ignore[arg-type]


def news(*specs: Spec) -> list[News]:
    return [one.news for one in told(*specs).changes]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (Spec("As it was", REFUNDS, (2.0, 2.0, 2.0, 2.0, 2.0, 2.0)), []),
        (Spec("Breached", REFUNDS, (2.0, 2.0, 2.0, 2.0, 2.0, 3.1)), [News.BREACHED]),
        (Spec("Still breached", REFUNDS, (2.0, 2.0, 2.0, 2.0, 3.1, 3.1)), []),
        (Spec("Held again", REFUNDS, (2.0, 2.0, 2.0, 2.0, 3.1, 2.0)), [News.BETTER]),
        (Spec("Fell back", SALE, (9, 8.6, 8.2, 7.8, 7.4, 9)), [News.WORSE]),
        (Spec("Caught up", SALE, (9, 9, 9, 9, 9, 7)), [News.BETTER]),
        (Spec("Went on", SALE, ON_PACE), [News.MOVED]),
        (Spec("Silent", SALE, (9, 8.6, 8.2, 7.8, 7.0)), []),  # nine days: not yet
        (Spec("Silent longer", SALE, (9, 8.6, 8.2, 7.8)), [News.SILENT]),
        (Spec("Heard again", SALE, (9, None, None, None, None, 7)), [News.KNOWN]),
        (Spec("There", SALE, (9, 8.6, 8.2, 7.8, 7.4, 4)), [News.REACHED]),
    ],
    ids=lambda one: one.title if isinstance(one, Spec) else "",
)
def test_what_is_news(spec: Spec, expected: list[News]) -> None:
    assert news(spec) == expected


def test_what_matters_most_comes_first() -> None:
    specs = (
        Spec("Moved little", SALE, (9, 8.6, 8.2, 7.8, 7.2, 7.1)),
        Spec("Moved much", SALE, (9, 8.6, 8.2, 7.8, 7.4, 6.0)),
        Spec("There", SALE, (9, 8.6, 8.2, 7.8, 7.4, 4)),
        Spec("Caught up", SALE, (9, 9, 9, 9, 9, 7)),
        Spec("Silent", SALE, (9, 8.6, 8.2, 7.8)),
        Spec("Fell back", SALE, (9, 8.6, 8.2, 7.8, 7.4, 9)),
        Spec("Refunds", REFUNDS, (2.0, 2.0, 2.0, 2.0, 2.0, 3.1)),
    )
    found = told(
        *specs,
        amended=[Amended(1, SALE, replace(SALE, target=5), "Ana", "Spring")],
        reviews=[Review(2, (2, 8))],
    ).changes
    assert [one.title for one in found] == [
        *("Refunds", "Fell back", "Moved little", "Moved much", "Silent"),
        *("Caught up", "There", "Moved much", "Moved little"),
    ]
    assert [one.news for one in found[2:4]] == [News.AMENDED, News.REVIEW]


def test_a_breach_names_what_it_guards_and_an_amendment_who_and_why() -> None:
    specs = (
        Spec("First sale", SALE, ON_PACE, guardrail=2),
        Spec("Refunds", REFUNDS, (2.0, 2.0, 2.0, 2.0, 2.0, 3.1)),
    )
    made = told(*specs, amended=[Amended(1, SALE, replace(SALE, target=5), "Ana", "Spring")])
    shown = str(views.digest(made).blocks)
    assert "It guards “First sale”." in shown
    assert (
        "Changed by Ana: *First sale*. From 9 to 5 days, before from 9 to 4 days. Why: Spring"
        in (shown)
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (told(), "Checkout, week 6: there are no key results yet."),
        (
            told(Spec("A", REFUNDS, HOLDS)),
            "Checkout, week 6: nothing has changed; 1 key result as before.",
        ),
        (
            rules.digest(board([Spec("A", SALE, ())]), None),
            "Checkout, week 6: no fresh value for its key result.",
        ),
        (
            told(Spec("A", SALE, ()), reviews=[Review(1, (2, 8))]),
            "Checkout, week 6: no fresh value for its key result.",
        ),
        (
            told(Spec("A", SALE, (9,)), Spec("B", SALE, (8, 8))),
            "Checkout, week 6: still no fresh value for any of its 2 key results.",
        ),
        (
            told(Spec("A", SALE, ON_PACE), Spec("B", REFUNDS, HOLDS)),
            "Checkout, week 6: 1 moved; no colour has changed.",
        ),
        (
            rules.digest(board([Spec("A"), Spec("B", SALE, ())]), None),
            "Checkout, week 6: 1 on track, 1 unknown.",
        ),
        (
            told(
                Spec("A", SALE, (9, 8.6, 8.2, 7.8, 7.4, 9)),
                Spec("B", REFUNDS, (2.0, 2.0, 2.0, 2.0, 2.0, 3.1)),
                Spec("C", SALE, (9, 9, 9, 9, 9, 7)),
                *(Spec(f"D{n}", REFUNDS, HOLDS) for n in range(5)),
            ),
            "Checkout, week 6: 2 got worse, 1 got better, 5 as before.",
        ),
    ],
)  # fmt: skip
def test_the_headline_is_one_sentence(made: rules.Digest, said: str) -> None:
    message = views.digest(made)
    assert message.text == said
    assert said in str(message.blocks)


def test_a_short_team_needs_no_pages() -> None:
    made = told(Spec("A"), Spec("B", votes=[(7,), (4, 8)]))
    assert views.pages(made) == 0
    shown = str(views.digest(made).blocks)
    assert r"On pace: 40\xa0% of the way, expected 42\xa0%." in shown
    assert "Confidence 6 of 10, votes 4, 8." in shown
    assert "lands at" in shown


@pytest.mark.parametrize("count", [9, 40, 500])
def test_a_long_team_is_told_in_pages_that_slack_takes(count: int) -> None:
    title = "Days from sign-up to first sale & <more> in region {}"
    made = told(
        *(Spec(title.format(n), votes=[(4, 8)] * 6) for n in range(count)),
        blockers=[Blocker(f"Region {n}", "Ben", "Legal " * 200) for n in range(30)],
    )
    first = views.digest(made)
    pages = [views.page(made, place) for place in range(views.pages(made))]
    assert len(first.blocks) <= 25
    for message in (first, *pages):
        assert message_problems({"text": message.text, "blocks": list(message.blocks)}) == []
        assert sum(len(str(block)) for block in message.blocks) < 13_000
    together = str([page.blocks for page in pages])
    assert all(f"in region {n}\\n" in together for n in range(count))
    assert together.count("Confidence 6 of 10, votes 4, 8.") == count
    assert all(f"Region {n}." in together for n in range(30))
    for place in (0, 3, 10**9):
        assert view_problems(now_views.look(made, [(1, "Checkout")], 1, place, "")) == []


def test_nothing_ranks_people() -> None:
    """Votes are numbers, lowest first, and no name stands beside one."""
    made = told(Spec("A", votes=[(9, 2)] * 6), reviews=[Review(1, (2, 9))])
    shown = str(views.digest(made).blocks)
    assert "U0" not in shown
    assert "Votes: 2, 9" in shown
    assert "votes 2, 9" in shown


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((SALE, REFUNDS, Terms(Kind.INCREASE, 0, 80))),
            st.lists(st.one_of(st.none(), st.floats(-10, 100)), max_size=6),
        ),
        max_size=6,
    )
)
def test_every_key_result_is_counted_once(rows: list[tuple[Terms, list[float | None]]]) -> None:
    made = told(*(Spec(f"K{n}", terms, values) for n, (terms, values) in enumerate(rows)))
    seen = [one.key_result_id for one in made.changes]
    assert len(seen) == len(set(seen))
    assert all(one.news in News for one in made.changes)
    assert made.changes == tuple(sorted(made.changes, key=lambda one: rules.ORDER.index(one.news)))
    assert views.headline(made).endswith(".")


def test_what_was_dropped_or_added_is_told() -> None:
    old = board([Spec("A", REFUNDS, HOLDS), Spec("Gone", REFUNDS, HOLDS)], AT - WEEK)
    new = board([Spec("A", REFUNDS, HOLDS)])
    dropped = rules.digest(new, old)
    added = rules.digest(_at(old, AT), _at(new, AT - WEEK))
    assert views.headline(dropped) == "Checkout, week 6: 1 was dropped, 1 as before."
    assert views.headline(added) == "Checkout, week 6: 1 is new, 1 as before."


def _at(one: Scoreboard, at: datetime) -> Scoreboard:
    return replace(one, at=at)
