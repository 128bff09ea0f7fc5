"""The table in docs/mocks.md, for two and for three, and what answers mean together."""

from datetime import UTC, date, datetime, time

import pytest

from bot.errors import UserMistake
from bot.mocks.outcomes import views
from bot.mocks.outcomes.rules import Word, again_at, picture
from bot.mocks.outcomes.views import Answer
from bot.mocks.rules import Awake, GroupState, Outcome
from bot.people.rules import Quiet

MET, NOT_YET, COULD_NOT = Outcome.MET, Outcome.NOT_YET, Outcome.COULD_NOT
ANA, BEN, CHLOE = 1, 2, 3


def _word(who: int, said: str) -> Word:
    """`met`, `not_yet`, `could_not`, `-` for nothing, or `no2`: member 2 did not come."""
    if said.startswith("no") and said[2:].isdecimal():
        return Word(who, Outcome.NO_SHOW, int(said[2:]))
    return Word(who, None if said == "-" else Outcome(said))


@pytest.mark.parametrize(
    ("said", "state", "gone"),
    [
        (("-", "-"), None, {}),
        (("met", "-"), GroupState.MET, {}),
        (("met", "not_yet"), GroupState.MET, {}),
        (("met", "could_not"), GroupState.MET, {}),
        (("met", "no1"), GroupState.UNCLEAR, {}),
        (("no2", "met"), GroupState.UNCLEAR, {}),
        (("no2", "no1"), GroupState.UNCLEAR, {}),
        (("no2", "-"), GroupState.NO_SHOW, {BEN: Outcome.NO_SHOW}),
        (("no2", "not_yet"), GroupState.NO_SHOW, {BEN: Outcome.NO_SHOW}),
        (("no2", "could_not"), GroupState.NO_SHOW, {BEN: COULD_NOT}),
        (("could_not", "not_yet"), GroupState.COULD_NOT, {ANA: COULD_NOT}),
        (("not_yet", "-"), None, {}),
        (("met", "-", "-"), GroupState.MET, {}),
        (("no2", "-", "-"), None, {BEN: Outcome.NO_SHOW}),
        (("no2", "-", "met"), GroupState.MET, {BEN: Outcome.NO_SHOW}),
        (("no2", "met", "met"), GroupState.UNCLEAR, {}),
        (("-", "could_not", "-"), None, {BEN: COULD_NOT}),
        (("no2", "-", "could_not"), GroupState.NO_SHOW, None),
        (("met", "could_not", "could_not"), GroupState.MET, {}),
        (("-", "could_not", "could_not"), GroupState.COULD_NOT, None),
    ],
)
def test_what_answers_mean_together(
    said: tuple[str, ...], state: GroupState | None, gone: dict[int, Outcome] | None
) -> None:
    found = picture([_word(who, one) for who, one in zip((ANA, BEN, CHLOE), said, strict=False)])
    assert found.state == state
    if gone is not None:
        assert found.gone == gone
    else:
        assert len(found.gone) == 2


def test_the_two_who_go_on_decide() -> None:
    """Ben, out by Ana's word, says later that they met; it counts in his record alone."""
    words = [
        Word(ANA, None, BEN),
        Word(BEN, MET, seated=False),
        Word(CHLOE, None),
    ]
    assert picture(words).state is not GroupState.UNCLEAR


def test_the_pair_of_a_trio_has_met_though_one_could_not() -> None:
    """Ben did not come, Ana met Chloe, and Chloe pressed *could not*."""
    words = [Word(ANA, MET, BEN), Word(BEN, None, seated=False), Word(CHLOE, COULD_NOT)]
    assert picture(words).state == GroupState.MET
    assert picture(words).gone == {BEN: Outcome.NO_SHOW}


def test_who_gave_marks_has_met() -> None:
    assert picture([Word(ANA, None, marked=True), Word(BEN, COULD_NOT)]).state == GroupState.MET


def test_not_yet_is_asked_again_once() -> None:
    week, berlin = date(2026, 3, 2), Awake("Europe/Berlin", Quiet())
    told = datetime(2026, 3, 2, 8, tzinfo=UTC)
    saturday = datetime(2026, 3, 7, 17, tzinfo=UTC)
    thursday = datetime(2026, 3, 5, 17, tzinfo=UTC)
    assert again_at(berlin, week, told, None, thursday) == saturday
    assert again_at(berlin, week, told, None, saturday) is None
    agreed = datetime(2026, 3, 6, 18, tzinfo=UTC)
    assert again_at(berlin, week, told, agreed, thursday) == datetime(
        2026, 3, 6, 19, 30, tzinfo=UTC
    )
    late = Awake("Europe/Berlin", Quiet(time(17), time(9)))
    assert again_at(late, week, told, None, thursday) == datetime(2026, 3, 8, 8, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", ":met", "x:met", "7:", "7:maybe", "7:no_show:x", "9" * 12])
def test_a_forged_answer_is_refused(value: str) -> None:
    with pytest.raises(UserMistake):
        views.read(value)


def test_answers_are_read() -> None:
    assert views.read("7:met") == Answer(7, MET, None)
    assert views.read("7:no_show:12") == Answer(7, Outcome.NO_SHOW, 12)
    assert views.read("7:came") == Answer(7, None, None)
