"""What a team holds together: ritual templates, behaviours to thank for, the first ninety days."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from bot.content.base import Slug, Strict

TICK_CHARS = 75  # Slack's limit for the text beside a tick box
WEEKS = 13  # of a cycle, and of the ninety days

Rhythm = Literal["weekly", "fortnightly", "monthly", "once a cycle", "on demand"]
Chair = Literal[
    "facilitator", "lead", "owner", "engineering lead", "product lead", "team lead", "everybody"
]
Group = Literal[
    "warned early",
    "made it clear",
    "shared the load",
    "kept the guardrail",
    "learned in the open",
]
Line = Annotated[str, Field(min_length=2, max_length=300)]
Title = Annotated[str, Field(min_length=3, max_length=80)]
Tick = Annotated[str, Field(min_length=3, max_length=TICK_CHARS)]


class AgendaItem(Strict):
    """A stretch of a meeting: who leads it, what is asked, what stands afterwards."""

    minutes: int = Field(ge=1, le=180)
    title: Title
    lead: Chair
    ask: Line
    outcome: Line


class Wrong(Strict):
    """How a ritual goes wrong, and what helps then."""

    sign: Line
    do: Line


def _lines(least: int, most: int) -> object:
    return Field(min_length=least, max_length=most, strict=False)


class Ritual(Strict):
    """A meeting of the ritual calendar, ready to be held by somebody who never has."""

    id: Slug = Field(description="the same as the file's name")
    version: int = Field(default=1, ge=1)
    title: Title
    purpose: Line
    rhythm: Rhythm
    when: Line = Field(description="where in the cycle of 13 weeks")
    minutes: int = Field(ge=10, le=180)
    who: Annotated[tuple[Line, ...], _lines(2, 8)]
    bring: Annotated[tuple[Line, ...], _lines(1, 8)]
    checklist: Annotated[tuple[Tick, ...], _lines(4, 8)]
    rotation: Line = Field(description="how the facilitator changes")
    notes: Annotated[tuple[Title, ...], _lines(3, 6)]
    decisions: Line
    actions: Line
    skip_when: Line
    goes_wrong: Annotated[tuple[Wrong, ...], _lines(2, 4)]
    agenda: Annotated[tuple[AgendaItem, ...], _lines(2, 10)]

    @field_validator("agenda")
    @classmethod
    def _fills(cls, agenda: tuple[AgendaItem, ...], info: ValidationInfo) -> tuple[AgendaItem, ...]:
        taken, there = sum(item.minutes for item in agenda), info.data.get("minutes")
        if there is not None and taken != there:
            raise ValueError(
                f"takes {taken} minutes and `minutes` says {there}; make them the same"
            )
        return agenda


class Behaviour(Strict):
    """Something a colleague of another function was seen to do."""

    id: Slug
    group: Group
    title: Tick
    seen_as: Line = Field(description="what one saw")
    not_: Line = Field(alias="not", description="what does not count")


class Step(Strict):
    """One thing a new team does in one of its first weeks."""

    week: int = Field(ge=1, le=WEEKS)
    id: Slug
    title: Title
    owner: Title = Field(description="a role")
    do: Line
    done_when: Line
    evidence: Line = Field(description="the record that shows it")


class Measure(Strict):
    """A figure of the report after ninety days."""

    measure: Title
    definition: Line
    source: Line
    read_with: Line = Field(description="what it must be read beside")


def _own_ids(items: Sequence[Behaviour | Step]) -> Sequence[Behaviour | Step]:
    names = [item.id for item in items]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"{twice} stands twice; give each an id of its own")
    return items


class Recognition(Strict):
    """The list from which somebody picks what they saw."""

    version: int = Field(default=1, ge=1)
    behaviours: Annotated[tuple[Behaviour, ...], _lines(5, 100), AfterValidator(_own_ids)]


class Blueprint(Strict):
    """The first ninety days of a team, week by week, and the report they end in."""

    id: Slug
    version: int = Field(default=1, ge=1)
    title: Title
    purpose: Line
    steps: Annotated[tuple[Step, ...], _lines(WEEKS, 60), AfterValidator(_own_ids)]
    report: Annotated[tuple[Measure, ...], _lines(1, 10)]

    @field_validator("steps")
    @classmethod
    def _every_week(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        weeks = [step.week for step in steps]
        if weeks != sorted(weeks) or len(set(weeks)) < WEEKS:
            raise ValueError(f"must go from week 1 to week {WEEKS} in order, none left out")
        return steps


RITUAL_MODELS = (
    Ritual,
    AgendaItem,
    Wrong,
    Recognition,
    Behaviour,
    Blueprint,
    Step,
    Measure,
)
