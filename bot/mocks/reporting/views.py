"""What a lead reads of their people's mock interviews: figures, and nobody in them. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from bot.mocks.reporting.rules import LEAST_GROUPS, LEAST_PEOPLE, ROUNDS, Figures, Report
from bot.slack.blocks import Block, Message, actions, button, clip, escape, note, plural, section

REPORT = "mocks.report"
TEAMS = 20  # in one message
MISTAKES = {
    "mock_report_leads": "The report is for people who lead a team, and for admins. What is yours "
    "stands in `/mock history`.",
    "mock_report_team": "You lead no team of that name. `/mock report` alone shows those you lead.",
}


def home_row() -> Block:
    """For App Home, where somebody leads a team or is an admin (`service.leads_any`)."""
    return actions(button("Mock interviews of my team", REPORT))


def report(told: Sequence[Report]) -> Message:
    """A part for each team, or one for the workspace."""
    parts = [_part(one) for one in told[:TEAMS]]
    if len(told) > TEAMS:
        parts.append("For other teams, name one: `/mock report checkout`.")
    why = (
        f"The last {ROUNDS} closed weeks. Nobody’s marks, answers or silence can be seen here; "
        f"below {LEAST_GROUPS} meetings that you were not in, or {LEAST_PEOPLE} people in them, "
        "nothing is shown."
    )
    blocks = (*(section(one) for one in parts), note(why))
    return Message("\n".join([*parts, why]) or why, blocks)


def _part(told: Report) -> str:
    head = f"*Mock interviews: {escape(clip(told.team, 150)) or 'the whole workspace'}*"
    if told.figures is None:
        return f"{head}\nToo few to say without naming people."
    return "\n".join([head, *_lines(told.figures)])


def _lines(told: Figures) -> list[str]:
    pairs = plural(told.groups, "pair or trio", "pairs and trios")
    lines = [f"{_share(told.met, told.groups)} met: {told.met:,} of {pairs}."]
    if told.wait is not None:
        lines.append(f"Half of them met within {_time(told.wait)} of hearing of each other.")
    if told.seats:
        forms = plural(told.seats, "form")
        lines.append(
            f"{_share(told.forms, told.seats)} of the forms for marks are filled in: "
            f"{told.forms:,} of {forms}."
        )
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "None"


def _time(wait: timedelta) -> str:
    hours = round(wait / timedelta(hours=1))
    return plural(hours, "hour") if hours < 48 else plural(round(hours / 24), "day")
