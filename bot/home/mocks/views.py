"""What App Home says of mock interviews. Pure."""

from dataclasses import dataclass

from bot.mocks.joining.rules import Standing
from bot.mocks.joining.standing.views import body, buttons
from bot.mocks.solo.views import SOLO
from bot.slack.blocks import Block, actions, button, divider, header


@dataclass(frozen=True)
class Mocks:
    """Everything App Home shows of a person's mock interviews."""

    standing: Standing | None = None


def section(told: Mocks) -> list[Block]:
    """How things stand, with a button for everything that `/mock` can do."""
    if told.standing is None:
        return []
    pressed = [*buttons(told.standing), button("A mock with me, now", SOLO)]
    return [divider(), header("Mock interviews"), *body(told.standing), actions(*pressed)]
