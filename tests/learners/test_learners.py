"""Simulated learners through their whole plan, against docs/plan.md computed by a second hand."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.drills.progress.letters.tables import PracticeLetter
from tests import databases
from tests.learners import second_hand as hand
from tests.learners import second_hand_choice as choice
from tests.learners.acting import WENT
from tests.learners.cast import BEGINS, CAST, ENDS
from tests.learners.diary import Diary, Entry
from tests.learners.play import Play, playing

SOAK = bool(os.environ.get("DRUMBEAT_SOAK"))
STORES = ["sqlite", "postgresql"] if SOAK else ["sqlite"]
ALL_STAGES = {
    hand.FUNDAMENTALS, hand.SCENARIOS, hand.DAILY, hand.LOOPS, hand.BLITZ, hand.FINAL,
}  # fmt: skip
MINUTE = timedelta(minutes=1)


@pytest.fixture
def second_url() -> Iterator[str]:
    """A store for one of them to live once more in."""
    with databases.sqlite() as url:
        yield url


@pytest.mark.processes
@pytest.mark.parametrize("database_url", STORES, indirect=True)
async def test_learners(database_url: str, second_url: str, tmp_path: Path) -> None:
    async with playing(database_url, tmp_path / "content") as play:
        await play.run(ENDS)
        await _check_letters(play)
    differences = [line for diary in play.diaries.values() for line in diary.differences]
    assert not differences, "\n".join(differences)
    for diary in play.diaries.values():
        _check_days(diary)
        _check_repeats(diary)
        _check_messages(play, diary)
        _check_silence(play, diary)
    _check_weak(play.diaries["U0WEAK"])
    _check_cast(play)
    await _check_again(play, second_url, tmp_path / "again")


def _check_days(diary: Diary) -> None:
    """A daily drill on every practice day and on no other, one a date; the last as by hand."""
    user = diary.learner.user
    came = [one.came.day for one in diary.entries.values() if one.came.kind == "daily"]
    assert (user, came) == (user, diary.wanted)
    assert len(set(came)) == len(came)
    last = {one.came.day for one in diary.entries.values() if one.place.last}
    assert (user, last) == (user, set(diary.learner.last_days))


def _before(diary: Diary) -> Iterator[tuple[Entry, list[Entry]]]:
    """Each thing that came, with what had come before it."""
    entries = list(diary.entries.values())
    for number, entry in enumerate(entries):
        yield entry, entries[:number]


def _check_repeats(diary: Diary) -> None:
    """Nobody gets a drill again before its time, nor three of a family running, nor new ones in
    the last five days."""
    for entry, past in _before(diary):
        came, log = entry.came, [one.came for one in past]
        where = diary.learner.user, came.day, came.drill
        answered = {one.drill for one in log if one.answered}
        blitz = came.kind == "blitz" or entry.place.stage == hand.BLITZ
        last = entry.place.in_last_five or entry.place.stage == hand.FINAL
        if came.drill in answered and not blitz and not last:
            assert came.back, where
            assert choice.returns(log)[came.drill] <= came.day, where
        if entry.place.in_last_five and len(answered) >= 3:
            assert came.drill in answered, where
        families = {diary.items[one.drill].family for one in [*log[-2:], came]}
        if len(log) >= 2 and not blitz and not last:
            assert len(families) > 1, where


def _check_messages(play: Play, diary: Diary) -> None:
    """The message names the aim; stages bring what the page says."""
    user = diary.learner.user
    asked = {one.ts: one for one in play.heard if one.user == user and not one.thread}
    for session_id, entry in diary.entries.items():
        told = asked[play.opened[session_id]]
        where = user, entry.came.day, told.text[:3000]
        assert entry.came.aim, where
        assert entry.came.aim.replace("_", "-") in told.text.lower(), where
        if entry.came.kind == "daily":
            reviewer = "drills.ask_reviewer" in told.text
            assert reviewer == (entry.place.stage == hand.FINAL), where
            assert ("/mock solo" in told.text) == (entry.place.stage == hand.LOOPS), where
    lists = [diary.calendar.today(one.at) for one in play.heard
             if one.user == user and one.rule == "drill.checklist"]  # fmt: skip
    assert (user, lists) == (user, list(diary.learner.last_days))


def _check_silence(play: Play, diary: Diary) -> None:
    """From the last practice day before the day on: not a word, until they speak."""
    for one in play.heard:
        if one.user == diary.learner.user:
            assert not diary.in_mute(one.at), one
    asked = [one for one in play.heard if one.user == diary.learner.user and WENT in one.text]
    spoke = [play.when(diary, act) for act in diary.learner.acts if act.do == "types"]
    told = [play.when(diary, act) for act in diary.learner.acts if act.do == "tells"]
    assert bool(asked) == bool(told), asked  # only whoever spoke after the day is asked
    if asked:
        first = [at for at in spoke if at < told[0]][-1]
        assert first <= asked[0].at < first + MINUTE, asked


async def _check_letters(play: Play) -> None:
    """No letter in silence, but some to others."""
    async with play.deps.transaction() as session:
        letters = list(await session.scalars(select(PracticeLetter)))
    assert letters
    for one in letters:
        assert not play.diaries[play.members[one.member_id]].in_mute(one.at), one.month


def _check_weak(diary: Diary) -> None:
    """The weak cell gets two drills of three once it is known, twice an even share and more."""
    known, before = Counter[str](), Counter[str]()
    for entry, past in _before(diary):
        log = [one.came for one in past]
        if entry.came.kind == "blitz" or entry.place.stage == hand.BLITZ:
            continue  # blitzes are on the weakest cell anyway
        assert entry.came.aim
        (known if choice.levels(log) else before)[entry.came.aim] += 1
    weak, whole = known["trade_offs"], known.total()
    assert whole >= 30
    assert weak / whole >= 2 / len(choice.CELLS)  # an even share is one of four
    assert weak / whole > before["trade_offs"] / before.total()
    others = [known[cell] for cell in choice.CELLS if cell != "trade_offs"]
    assert weak >= 2 * max(others)
    assert min(others) >= whole // 12  # a floor for the other cells


def _check_cast(play: Play) -> None:
    """What each was cast for has come about, so that none of the above is empty."""
    stages = {
        user: [one.place.stage for one in diary.entries.values() if one.came.kind == "daily"]
        for user, diary in play.diaries.items()
    }
    assert set(stages["U0WEAK"]) == set(stages["U0NODATE"]) == ALL_STAGES
    assert Counter(stages["U0WEAK"]) == {
        "fundamentals": 5, "scenarios": 6, "daily": 24, "loops": 4, "blitz": 3, "final": 2,
    }  # fmt: skip
    assert stages["U0TEN"][:6] == [
        "fundamentals", "scenarios", "loops", "blitz", "final", "final",
    ]  # fmt: skip
    assert stages["U0SOON"][:3] == ["scenarios", "final", "final"]
    logs = {user: diary.log for user, diary in play.diaries.items()}
    for user in ("U0WEAK", "U0BETTER", "U0WILD", "U0AWAY"):
        assert any(one.back for one in logs[user]), user
    assert sum(one.kind == "blitz" for one in logs["U0WEAK"]) >= 2
    for user, diary in play.diaries.items():
        coding = {diary.items[one.drill].track for one in diary.log} & {choice.CODING}
        assert bool(coding) == (user == "U0WILD"), user
    assert set(stages["U0AWAY"]) == ALL_STAGES
    rests = [one.user for one in play.heard if one.rule == "drill.rest"]
    assert sorted(rests) == ["U0AWAY", "U0TEN"]
    better = play.diaries["U0BETTER"]
    assert any(one.back and one.mark for one in better.shown.values())
    scenarios = [text for _, _, stage, text in play.offered if stage == hand.SCENARIOS]
    assert scenarios
    assert any("left" in text or "more" in text for text in scenarios), scenarios[0]


async def _check_again(play: Play, url: str, folder: Path) -> None:
    """The same past gives the same drills: one of them lives the first days once more, alone."""
    (soon,) = [one for one in CAST if one.user == "U0SOON"]
    until = BEGINS + timedelta(days=4)
    async with playing(url, folder / "content", [soon]) as again:
        await again.run(until)
        lived = [(one.day, one.drill, one.aim) for one in again.diaries[soon.user].log]
    assert len(lived) >= 5
    assert lived == _until(play.diaries[soon.user], until)


def _until(diary: Diary, last: datetime) -> list[tuple[object, str, str | None]]:
    day = diary.calendar.today(last)
    return [(one.day, one.drill, one.aim) for one in diary.log if one.day <= day]
