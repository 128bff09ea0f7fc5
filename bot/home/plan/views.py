"""What App Home and `/drill plan` say of a plan. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.plans.ending import views as ending
from bot.plans.ending.rules import Word
from bot.plans.timeline.phrases import spoken
from bot.plans.timeline.rules import State, Timeline
from bot.plans.timeline.views import NO_PLAN, body, buttons
from bot.plans.views import moment_words
from bot.slack.blocks import Block, Message, divider, header, note


@dataclass(frozen=True)
class PlanSection:
    """Everything App Home shows of a plan; no `timeline`: nothing has begun it yet.

    `ended` is an interview day that is over, and `word` what was said of it.
    """

    timeline: Timeline | None = None
    paused_until: datetime | None = None
    resting: bool = False
    tz: str = "UTC"
    ended: date | None = None
    word: Word | None = None


def section(told: PlanSection) -> list[Block]:
    """Right after *Your drill*; nothing before there is a plan."""
    if told.timeline is None:
        return []
    return [divider(), header("Your plan"), *_shown(told, told.timeline)]


def _shown(told: PlanSection, plan: Timeline) -> list[Block]:
    if told.ended and told.word is None:
        wish = body(plan) if plan.state is State.TODAY else []
        return [*wish, *ending.question(told.ended, plan.today)]
    said = []
    if told.ended and told.word:
        said = ending.settled(told.ended, told.word, told.resting)
    if said and told.resting:  # they asked for rest: no stages
        return [*said, buttons(plan)]
    waits = _waits(told, plan)
    pause_told = bool(waits and told.paused_until and not told.resting)
    shown = body(plan, pause_told)
    return [*said, *([note(waits)] if waits else []), *shown, buttons(plan)]


def _waits(told: PlanSection, plan: Timeline) -> str:
    """Why the plan stands still, where it does."""
    if plan.state in (State.SILENT, State.TODAY, State.OVER):
        return ""
    if told.resting:
        return "The plan rests with you. It goes on where it stopped when you ask for a drill."
    if told.paused_until:
        until = moment_words(told.paused_until, told.tz)
        return f"The plan is paused until {until}. The days after it are laid out anew."
    return ""


def answer(told: PlanSection) -> Message:
    """`/drill plan`."""
    if told.timeline is None:
        return Message(NO_PLAN)
    return Message(spoken(told.timeline), tuple(_shown(told, told.timeline)))
