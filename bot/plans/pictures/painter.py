"""Draws members' own pictures, in a process of its own: `python -m bot.plans.pictures.painter`.

A picture is told as `bot.painting.serve` has it; its `kind` names one of `DRAWINGS`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.painting import serve
from bot.plans.pictures import letter, timeline

DRAWINGS: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = {
    "letter": letter.draw,
    "timeline": timeline.draw,
}


def draw(told: Mapping[str, Any]) -> bytes:
    return DRAWINGS[told["kind"]](told)


if __name__ == "__main__":
    serve(draw)
