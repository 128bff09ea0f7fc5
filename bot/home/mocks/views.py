"""What App Home says of mock interviews. Pure."""

from dataclasses import dataclass

from bot.mocks.joining.rules import Standing
from bot.mocks.joining.standing.views import body, buttons
from bot.mocks.reporting.views import home_row
from bot.slack.blocks import Block, divider, header


@dataclass(frozen=True)
class Mocks:
    """Everything App Home shows of a person's mock interviews."""

    standing: Standing | None = None
    leads: bool = False  # a team, or they are an admin


def section(told: Mocks) -> list[Block]:
    """How things stand, with a button for everything that `/mock` can do."""
    if told.standing is None:
        return []
    report = [home_row()] if told.leads else []
    shown = [*body(told.standing), *buttons(told.standing), *report]
    return [divider(), header("Mock interviews"), *shown]
