"""What a folder of content promises to hold: `promises.toml`, kept by `drumbeat content lint`."""

from typing import Annotated, Literal

from pydantic import Field

from bot.content.base import Difficulty, Strict

Share = Annotated[float, Field(ge=0, le=1)]
Counted = Literal[
    "drills",
    "drills_a_track",
    "drills_a_family",
    "coding_drills",
    "datasets",
    "regions",
    "industries",
    "cards",
    "kits",
    "kits_a_track",
    "rituals",
    "behaviours",
]


class Promises(Strict):
    """Least numbers, and the bounds of each difficulty's share; what is left out is free."""

    at_least: dict[Counted, int] = Field(default_factory=dict)
    difficulty: dict[Difficulty, Annotated[tuple[Share, Share], Field(strict=False)]] = Field(
        default_factory=dict
    )
