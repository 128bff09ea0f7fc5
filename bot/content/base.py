"""What drills, cards and interview kits are made of: the words of content files and their types."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Track = Literal[
    "product-metrics",
    "product-execution",
    "leadership",
    "product-operations",
    "aligned-incentives",
    "metrics-coding",
]
Stage = Literal["fundamentals", "scenario", "panel", "coding"]
Difficulty = Literal["easy", "medium", "hard"]
Cell = Literal["restatement", "trade_offs", "execution", "communication"]
Region = Literal[
    "north-africa",
    "west-africa",
    "east-africa",
    "southern-africa",
    "middle-east",
    "central-asia",
    "south-asia",
    "south-east-asia",
    "east-asia",
    "oceania",
    "northern-europe",
    "western-europe",
    "southern-europe",
    "eastern-europe",
    "north-america",
    "central-america",
    "caribbean",
    "south-america",
]
Industry = Literal[
    "marketplaces",
    "retail",
    "business-software",
    "developer-tools",
    "hardware",
    "health",
    "public-services",
    "non-profits",
    "education",
    "finance",
    "logistics",
    "transport",
    "travel",
    "food",
    "farming",
    "energy",
    "telecoms",
    "media",
    "games",
    "culture-and-sport",
    "manufacturing",
    "housing",
]

TRACKS: tuple[Track, ...] = get_args(Track)
STAGES: tuple[Stage, ...] = get_args(Stage)
DIFFICULTIES: tuple[Difficulty, ...] = get_args(Difficulty)
CELLS: tuple[Cell, ...] = get_args(Cell)
REGIONS: tuple[Region, ...] = get_args(Region)
INDUSTRIES: tuple[Industry, ...] = get_args(Industry)

PROMPT_CHARS = 2500  # a Slack section takes 3,000; the rest is for the heading and escapes
SECTION_CHARS = 3000  # Slack's limit for the text of a section, after escaping

Slug = Annotated[
    str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80, description="kebab-case")
]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
Prompt = Annotated[str, Field(min_length=40, max_length=PROMPT_CHARS)]


class Strict(BaseModel):
    # strict: a number in quotes is a mistake of the writer, not something to convert.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class KeyPoint(Strict):
    """One thing that a strong answer covers."""

    point: Text
    cell: Cell = Field(description="the rubric cell that this point is evidence for")
    weight: float = Field(default=1.0, gt=0, le=10, description="1 is the usual weight")


def escaped_length(text: str) -> int:
    """Characters as Slack counts them: `&`, `<` and `>` are sent as entities."""
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
