"""The plan in lines that read well on a phone and aloud. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.plans.timeline.phrases import (
    NAMES,
    brief,
    gaps_ahead,
    headline,
    is_open,
    long_day,
    promises,
    when,
    where,
)
from bot.plans.timeline.rules import Line, State, Step, Timeline
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    date_field,
    entered,
    field,
    modal,
    note,
    section,
)

PICTURE = "plans.timeline"
NAME_DAY = "plans.name_day"
DAY_NAMED = "plans.day_named"
HIDDEN = (State.OVER, State.TODAY)  # what was practised for is here: stages say nothing more
NO_PLAN = "There is no plan yet. `/drill setup` makes one in a minute."


def body(told: Timeline, pause_told: bool = False) -> list[Block]:
    """What stands above the buttons: where the plan is, its stages, what holds at its end.

    `pause_told`: the dates of the pause that runs stand above it.
    """
    blocks = [section(" ".join(filter(None, (f"*{headline(told)}*", where(told)))))]
    if told.state in HIDDEN:
        return blocks
    if told.lines:
        blocks.append(section("\n".join(_line(told, one) for one in told.lines)))
    else:
        blocks.append(section("There is no practice day before it: all of them are free."))
    small = " ".join(filter(None, (*promises(told), gaps_ahead(told, pause_told))))
    return [*blocks, note(small)] if small else blocks


def buttons(told: Timeline) -> Block:
    name = "Name the date" if told.target is None else "Move the date"
    shown = [] if told.state in HIDDEN else [button("As a picture", PICTURE)]
    style = "primary" if told.target is None else ""
    return actions(*shown, button(name, NAME_DAY, style=style))


def _line(told: Timeline, line: Line) -> str:
    """`✓ Fundamentals: Mon 2 to Tue 3 March, 2 days`; today's stage in bold."""
    dates = when(line, told.today, is_open(told, line))
    if line.step is Step.DONE:
        return f"✓ {NAMES[line.stage]}: {dates}"
    if line.step is Step.COMING:
        return f"• {NAMES[line.stage]}: {dates}"
    return f"• *Now: {NAMES[line.stage]}*, {dates}{_nth(told, line)}"


def _nth(told: Timeline, line: Line) -> str:
    if is_open(told, line) or line.days < 2:
        return ""
    place = f"{line.nth:,} of {line.days:,}"
    return f"; today is {place}" if told.practises else f"; {place} so far"


def comment(told: Timeline) -> str:
    """Above the picture."""
    plan = f"Your plan to {long_day(told.target, told.today)}" if told.target else "Your plan"
    return f"*{plan}*  {brief(told)}"


def drawing() -> Message:
    return Message("Your plan is being drawn. The picture comes to our direct message in a moment.")


def no_plan() -> Message:
    return Message(NO_PLAN)


def day_form(target: date | None) -> Block:
    """Name or move the interview day; an empty field takes it away."""
    hint = "Leave it empty if there is no date: the drills go on without one."
    wanted = field("day", "Interview date", date_field("value", target), hint=hint, optional=True)
    return modal("Interview date", DAY_NAMED, [wanted])


def read_day(state: Mapping[str, Any]) -> date | None:
    given = entered(state, "day")
    return date.fromisoformat(given) if given else None


def named(told: Timeline) -> Block:
    """The plan as the new date lays it."""
    return modal("Your plan", DAY_NAMED, body(told), submit="", close="Close")
