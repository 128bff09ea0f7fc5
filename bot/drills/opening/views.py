"""Why this drill came, in one line. Pure."""

from datetime import date

from bot.content import DIFFICULTIES
from bot.drills.opening.rules import Reason
from bot.plans.choosing import Step, Why
from bot.plans.course import Stage
from bot.scoring.rules import Cell
from bot.slack.blocks import plural

STAGES = {
    Stage.FUNDAMENTALS: "fundamentals",
    Stage.SCENARIOS: "timed scenarios",
    Stage.DAILY: "daily drills",
    Stage.LOOPS: "mock loops",
    Stage.BLITZ: "a weakness blitz",
    Stage.FINAL: "final drills",
}
YEAR = 300  # days after which a date is told with its year


def why(reason: Reason) -> str:
    """`Day 12 of your plan, daily drills. It works on trade-offs, your weakest cell: …`"""
    parts = (_place(reason), _before(reason), _aim(reason), _rung(reason), _track(reason))
    return " ".join(part for part in parts if part)


def mock_loop(reason: Reason) -> str:
    """On the days of mock loops: the second half."""
    if reason.stage != Stage.LOOPS:
        return ""
    return "`/mock solo` is the second half of today’s loop, when you have half an hour."


def _place(reason: Reason) -> str:
    if reason.stage not in STAGES or reason.number < 1:
        return ""
    day = f"{reason.number} of {reason.of}" if reason.of else f"{reason.number} of your plan"
    return f"Day {day}, {STAGES[Stage(reason.stage)]}."


def _before(reason: Reason) -> str:
    """What is to be said of a drill that was answered before."""
    if not reason.since:
        return ""
    on = _day(date.fromisoformat(reason.since), reason.days)
    if reason.code == Why.BACK:
        ago = plural(max(reason.days, 1), "day")
        if reason.missed:
            return f"Back after {ago}: you missed it on {on}."
        return f"Back after {ago}: on {on} it was nearly there."
    if reason.code == Why.SEEN:
        if not reason.stage:  # the day has come, and nobody said how it went
            return f"Nothing new comes before I know how it went: you answered this one on {on}."
        return f"Nothing new comes so close to the interview: you answered this one on {on}."
    if reason.code == Why.AGAIN:
        return f"You have answered every drill there is, this one last on {on}: it comes again."
    return ""


def _day(day: date, ago: int) -> str:
    year = f" {day.year}" if ago > YEAR else ""
    return f"{day.day} {day:%B}{year}"


def _aim(reason: Reason) -> str:
    if reason.aim not in tuple(Cell):
        return ""
    cell = Cell(reason.aim).title.lower()
    lead = f"It works on {cell}" if reason.leans else f"Mind {cell} in your answer"
    over = f"{reason.level:.1f} of 4 over {plural(reason.marks, 'mark')}" if reason.marks else ""
    if reason.weakest:
        return f"{lead}, your weakest cell: {over}."
    if reason.known:
        stands = f" ({over})" if over else ""
        return f"{lead} this time{stands}, after two for your weakest cell."
    return f"{lead}; three marks in a cell tell which one is your weakest."


def _rung(reason: Reason) -> str:
    if reason.code != Why.NEW:
        return ""
    level, rung = _hard(reason.difficulty), _hard(reason.rung)
    if level != rung:
        return f"{level.capitalize()}: nothing nearer to {rung} fits today."
    said = {
        Step.FIRST: "to begin with",
        Step.TOP: "as your last good one was",
        Step.DOWN: "to get it firm first",
    }
    if reason.step == Step.UP:
        return f"{level.capitalize()}: one step above your last good one."
    return f"{level.capitalize()}, {said[Step(reason.step)]}." if reason.step in said else ""


def _hard(difficulty: int) -> str:
    return DIFFICULTIES[min(max(difficulty, 0), len(DIFFICULTIES) - 1)]


def _track(reason: Reason) -> str:
    if reason.own_track or reason.code != Why.NEW:
        return ""
    return "It is of another track, because no new one of yours fits today."
