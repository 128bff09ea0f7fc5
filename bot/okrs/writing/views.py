"""`/okr new`: its first steps, and what is said once an objective is saved. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.content_checks import Says
from bot.errors import UserMistake
from bot.okrs import views as okr_views
from bot.okrs.rules import Function
from bot.okrs.team import views as team_views
from bot.okrs.team.rules import TeamSheet
from bot.okrs.writing.key_results import views as key_results
from bot.okrs.writing.key_results.views import Notes
from bot.okrs.writing.overview import views as overview
from bot.okrs.writing.parse import NEW_CYCLE, NewCycle, day_of, number_of
from bot.okrs.writing.rules import Check
from bot.okrs.writing.typed import Raw
from bot.plans.views import day_words
from bot.slack.blocks import (
    TEXT,
    Block,
    Message,
    actions,
    button,
    clip,
    date_field,
    escape,
    field,
    live,
    modal,
    note,
    plural,
    section,
    select,
    text_field,
)

NEW = "okrs.new"
CONTINUE = "okrs.new_continue"
AFRESH = "okrs.new_afresh"
TEAM = "okrs.new_team"
OBJECTIVE = "okrs.new_objective"
TYPED = "okrs.new_objective_typed"
UNDO = "okrs.new_undo"
EDIT, TREE = "okrs.edit", "okrs.tree"
TITLE = 200  # characters
SHOWN = 10  # key results in the message afterwards
LISTED = 99  # cycles, teams, parents: a list has room for 100
MISTAKES = {
    **key_results.MISTAKES,
    **overview.MISTAKES,
    "needs_cycle": "Choose the cycle that it is for.",
    "bad_cycle_name": "A short name without signs, such as 2027-Q1.",
    "cycle_taken": "There is a cycle called {name}. Choose it above, or find another name.",
    "needs_day": "Choose a day.",
    "cycle_backwards": "The last day comes before the first.",
    "cycle_over": "This cycle would be over already.",
    "cycle_length": "A cycle takes between a week and a year.",
    "cycle_closed": "This team has closed that cycle. Choose another.",
    "draft_gone": "What you wrote here was saved or dropped meanwhile, perhaps in another window. "
    "`/okr new` begins anew.",
    "undo_late": "It is over an hour old, so it is not undone any more. `/okr edit` archives it.",
}
WORDS = {**okr_views.MISTAKES, **team_views.MISTAKES, **MISTAKES}


@dataclass(frozen=True)
class Named:
    """A row in a list: a team, or an objective with its team in `beside`."""

    id: int
    name: str
    beside: str = ""


@dataclass(frozen=True)
class CycleChoice:
    id: int
    key: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Choices:
    """What the objective's form offers; `suggested` is filled in for a new cycle."""

    teams: tuple[Named, ...]
    cycles: tuple[CycleChoice, ...]
    parents: tuple[Named, ...]
    suggested: NewCycle


@dataclass(frozen=True)
class Made:
    """What was saved. `first` is the first check-in's day, None when the cycle has none left."""

    objective_id: int
    objective: str
    team: str
    cycle: str
    key_results: tuple[str, ...]
    first: date | None
    at: time
    channel: bool = True


def worded(checks: Iterable[Check], says: Says) -> dict[str, list[str]]:
    """The checks' sentences by the field they stand under; those switched off are left out."""
    found: dict[str, list[str]] = {}
    for one in checks:
        values = {name: clip(told, 60) for name, told in one.values.items()}
        if "function" in values:
            values["function"] = team_views.FUNCTIONS[Function(values["function"])].lower()
        sentence = getattr(says, one.code)
        if sentence:
            found.setdefault(one.at, []).append(sentence.format(**values))
    return found


def said(mistake: UserMistake) -> str:
    return WORDS[mistake.code].format(**mistake.values)


def resume(objective: str, count: int) -> Block:
    """Offered when something was begun and neither saved nor dropped."""
    title = f"“{escape(clip(objective, 300))}”" if objective else "an objective"
    many = plural(count, "key result")
    text = f"You began {title}, with {many}. Nothing of it is lost."
    buttons = (
        button("Continue", CONTINUE, style="primary"),
        button("Start anew", AFRESH),
    )
    blocks = [section(text), actions(*buttons), note("*Start anew* drops what you wrote before.")]
    return modal("New objective", NEW, blocks, submit="", close="Close")


def team_form(lead: str) -> Block:
    """The form of a team, as the first step for somebody who is in none."""
    intro = section(
        "Goals belong to a team, and you are in none yet. Make yours: who creates a team leads it. "
        "Put yourself under what you bring. Is there a team already? Then its lead adds you with "
        "`/okr team`."
    )
    bare = team_views.form(TeamSheet(0, "", None, lead, {}))
    return modal("Your team", TEAM, [intro, *bare["blocks"]], submit="Next", close="Close")


def objective_form(raw: Raw, choices: Choices, notes: Notes) -> Block:
    cycle = chosen_cycle(raw, choices)
    blocks: list[Block] = [*_team(raw, choices), *_cycle(raw, choices, cycle)]
    blocks += key_results.noted(notes, "cycle")
    box = text_field(
        TYPED, _text(raw, "title"), placeholder="New shops sell in their first week", most=TITLE
    )
    hint = "What will be different, and for whom. Numbers come next."
    blocks.append(live(field("objective.title", "Objective", box, hint=hint)))
    blocks += [*key_results.noted(notes, "title"), *_parent(raw, choices, cycle)]
    return modal("New objective", OBJECTIVE, blocks, submit="Next", close="Close")


def chosen_cycle(raw: Raw, choices: Choices) -> str:
    """The value that stands in the list of cycles: what was chosen, else the first."""
    told = _text(raw, "cycle")
    known = {str(one.id) for one in choices.cycles}
    if told == NEW_CYCLE or told in known:
        return told
    return str(choices.cycles[0].id) if choices.cycles else NEW_CYCLE


def _team(raw: Raw, choices: Choices) -> list[Block]:
    if len(choices.teams) == 1:
        return [note(f"*Team*  {escape(clip(choices.teams[0].name, 200))}")]
    picker = _named(choices.teams, str(number_of(raw, "team")))
    blocks = [live(field("objective.team", "Team", picker))] if choices.teams else []
    if len(choices.teams) > LISTED:
        blocks.append(note("Only the first 99 teams fit in this list."))
    return blocks


def _cycle(raw: Raw, choices: Choices, cycle: str) -> list[Block]:
    listed = [(str(one.id), _cycle_words(one)) for one in choices.cycles[:LISTED]]
    options = [*listed, (NEW_CYCLE, "A new cycle")]
    blocks = [live(field("objective.cycle", "Cycle", select(TYPED, options, cycle)))]
    if cycle != NEW_CYCLE:
        return blocks
    told = choices.suggested
    name = _text(raw, "cycle_name") or told.key
    starts, ends = day_of(raw, "starts") or told.starts, day_of(raw, "ends") or told.ends
    return [
        *blocks,
        field("objective.cycle_name", "Name of the new cycle", text_field("value", name, most=40)),
        live(field("objective.starts", "First day", date_field(TYPED, starts))),
        live(field("objective.ends", "Last day", date_field(TYPED, ends))),
    ]


def _cycle_words(one: CycleChoice) -> str:
    year = "" if one.starts.year == one.ends.year else f" {one.starts.year}"
    first = f"{one.starts.day} {one.starts:%B}{year}"
    return f"{clip(one.key, 30)}, {first} to {one.ends.day} {one.ends:%B} {one.ends.year}"


def _parent(raw: Raw, choices: Choices, cycle: str) -> list[Block]:
    """Its name tells team and cycle, so that another's choice does not stay."""
    if not choices.parents or cycle == NEW_CYCLE:
        return []
    block_id = f"objective.parent.{number_of(raw, 'team')}-{cycle}"
    picker = _named(choices.parents, _text(raw, "parent"))
    hint = "The objective of another team that this one serves."
    more = " Only the first 99 fit in this list." if len(choices.parents) > LISTED else ""
    return [
        field(block_id, "Serves", picker | {"action_id": "value"}, hint=hint + more, optional=True)
    ]


def _named(rows: Sequence[Named], initial: str) -> Block:
    options = []
    for one in rows[:LISTED]:
        beside = f" ({clip(one.beside, 25)})" if one.beside else ""
        options.append((str(one.id), f"{clip(one.name, 75 - len(beside)) or '…'}{beside}"))
    return select(TYPED, options, initial)


def _text(raw: Raw, name: str) -> str:
    told = raw.get(name)
    return told if isinstance(told, str) else ""


def made(told: Made) -> Message:
    """What came of it, and what comes next."""
    team, cycle = escape(clip(told.team, 100)), escape(clip(told.cycle, 60))
    many = plural(len(told.key_results), "key result")
    text = f"*{escape(clip(told.objective, 300))}* is set for {team} in {cycle}, with {many}."
    titles = [f"• {escape(clip(one, 150))}" for one in told.key_results[:SHOWN]]
    if len(told.key_results) > SHOWN:
        titles.append(f"and {len(told.key_results) - SHOWN} more")
    if told.first:
        when = f"{day_words(told.first)} at {told.at:%H:%M}"
        after = f"The first check-in comes on {when}, on each owner’s own clock."
    else:
        after = "This cycle has no more check-ins; its close-out asks for the last values."
    if not told.channel:
        after += (
            " The team has no channel yet, so digests come to its lead: `/okr team` gives it one."
        )
    blocks: tuple[Block, ...] = (
        section("\n".join([text, *titles])),
        section(after),
        actions(
            button("Another objective", NEW),
            button("Change it", EDIT),
            button("See the tree", TREE),
            button("Undo", UNDO, str(told.objective_id)),
        ),
        note("*Undo* archives it again, within an hour."),
    )
    return Message(clip(f"{text} {after}", TEXT), blocks)


def undone(objective: str) -> Message:
    text = (
        f"*{escape(clip(objective, 300))}* is archived, with its key results: nobody is asked "
        "about it. `/okr new` writes another."
    )
    return Message(text, (section(text), actions(button("New objective", NEW))))
