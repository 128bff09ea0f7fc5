"""How sure a team was, in one sentence for its own people. Pure."""

from bot.okrs.calibration.rules import Sureness
from bot.okrs.grading import LEAST
from bot.slack.blocks import Message, clip, escape, plural

HOW_SURE = "okrs.how_sure"
NEAR = 0.1  # of a lean: a point of ten is right about
MISTAKES = {
    "sure_not_yours": "How sure a team was is shown to that team alone. `/okr close` shows it for "
    "your own teams.",
}


def how_sure(team: str, told: Sureness) -> Message:
    """One sentence: what was said, what came, which way it leaned, and Brier's score."""
    share = told.came / told.count * 10 if told.count else 0.0
    return Message(
        f"{escape(clip(team, 150))}: before the last weeks you were {told.said:.1f} of 10 sure on "
        f"average, and {told.came:,} of {plural(told.count, 'key result')} ({share:.1f} of 10) "
        f"reached 0.7 or more, so as a team you {_leaned(told.lean)} (Brier score "
        f"{told.score:.2f}: 0 is always right, 0.25 a coin toss)."
    )


def _leaned(lean: float) -> str:
    if abs(lean) <= NEAR:
        return "knew quite well how it would end"
    return "were surer than it turned out" if lean > 0 else "can be surer of what you start"


def too_few(team: str, count: int) -> Message:
    """Chance would say more than the team."""
    return Message(
        f"I cannot say yet how sure {escape(clip(team, 150))} was: that takes {LEAST} graded key "
        f"results with a confidence, over one cycle or several, and there "
        f"{'is' if count == 1 else 'are'} {count:,}."
    )
