"""`/okr new`: its first steps, and what is said once an objective is saved. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.content.checks import Says
from bot.errors import UserMistake
from bot.okrs import views as okr_views
from bot.okrs.editing.after.views import EDIT
from bot.okrs.team import views as team_views
from bot.okrs.team.rules import TeamSheet
from bot.okrs.tree.views import TREE
from bot.okrs.writing.key_results import views as key_results
from bot.okrs.writing.key_results.views import Notes
from bot.okrs.writing.overview import views as overview
from bot.okrs.writing.parse import NEW_CYCLE, day_of, number_of
from bot.okrs.writing.rules import Check
from bot.okrs.writing.typed import Raw
from bot.okrs.writing.values import ROOM, CycleChoice, Made, Named, Offer
from bot.plans.views import day_words
from bot.slack.blocks import (
    TEXT,
    Block,
    Message,
    actions,
    button,
    clip,
    date_field,
    entered,
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
TITLE = 200  # characters
SHOWN = 10  # key results in the message afterwards
MISTAKES = {
    **key_results.MISTAKES,
    **overview.MISTAKES,
    "new_no_team": "I know no team “{given}”. There are, the nearest first: {teams}. Write one of "
    "these after `/okr new`; `/okr team` lists them all.",
    "new_no_teams": "I know no team “{given}”, and there are none yet. `/okr new` alone makes the "
    "first.",
    "needs_cycle": "Choose the cycle that it is for.",
    "bad_cycle_name": "A short name without signs, such as 2027-Q1.",
    "cycle_taken": "There is a cycle called {name}. Choose it above, or find another name.",
    "needs_day": "Choose a day.",
    "cycle_backwards": "The last day comes before the first.",
    "cycle_over": "This cycle would be over already.",
    "cycle_length": "A cycle takes between a week and a year.",
    "closed_for_team": "This team has closed that cycle. Choose another.",
    "draft_gone": "What you wrote here was saved or dropped meanwhile, perhaps in another window. "
    "`/okr new` begins anew.",
    "put_yourself": "Put yourself into the team too, under what you bring, or lead it.",
    "undo_late": "It is over an hour old, so it is not undone any more. `/okr edit` archives it.",
}
FUNCTIONS = {
    one.value: name if name.isupper() else name.lower()
    for one, name in team_views.FUNCTIONS.items()
}
WORDS = {**okr_views.MISTAKES, **team_views.MISTAKES, **MISTAKES}


def worded(checks: Iterable[Check], says: Says) -> dict[str, list[str]]:
    """The checks' sentences by the field they stand under; those switched off are left out."""
    found: dict[str, list[str]] = {}
    for one in checks:
        values = {name: clip(told, 60) for name, told in one.values.items()}
        if "function" in values:
            values["function"] = FUNCTIONS.get(values["function"], values["function"])
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


def objective_form(raw: Raw, offer: Offer, notes: Notes) -> Block:
    cycle = chosen_cycle(raw, offer)
    blocks: list[Block] = [*_team(raw, offer), *_cycle(raw, offer, cycle)]
    blocks += key_results.noted(notes, "cycle")
    box = text_field(
        TYPED, _text(raw, "title"), placeholder="New shops sell in their first week", most=TITLE
    )
    hint = "What will be different, and for whom. Numbers come next."
    blocks.append(live(field("objective.title", "Objective", box, hint=hint)))
    blocks += [*key_results.noted(notes, "title"), *_parent(raw, offer, cycle)]
    return modal("New objective", OBJECTIVE, blocks, submit="Next", close="Close")


def chosen_cycle(raw: Raw, offer: Offer) -> str:
    """The value that stands in the list of cycles: what was chosen, else the first."""
    told = _text(raw, "cycle")
    known = {str(one.id) for one in offer.cycles}
    if told == NEW_CYCLE or told in known:
        return told
    return str(offer.cycles[0].id) if offer.cycles else NEW_CYCLE


def _team(raw: Raw, offer: Offer) -> list[Block]:
    if len(offer.teams) == 1:
        return [note(f"*Team*  {escape(clip(offer.teams[0].name, 200))}")]
    picker = _named(offer.teams, str(number_of(raw, "team")))
    blocks = [live(field("objective.team", "Team", picker))] if offer.teams else []
    if len(offer.teams) > ROOM:
        blocks.append(note("Only the first 99 teams fit in this list."))
    return blocks


def _cycle(raw: Raw, offer: Offer, cycle: str) -> list[Block]:
    listed = [(str(one.id), _cycle_words(one)) for one in offer.cycles[:ROOM]]
    options = [*listed, (NEW_CYCLE, "A new cycle")]
    blocks = [live(field("objective.cycle", "Cycle", select(TYPED, options, cycle)))]
    if cycle != NEW_CYCLE:
        return blocks
    told = offer.suggested
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


def _parent(raw: Raw, offer: Offer, cycle: str) -> list[Block]:
    """Its name tells team and cycle, so that another's choice does not stay."""
    if not offer.parents or cycle == NEW_CYCLE:
        return []
    block_id = f"objective.parent.{number_of(raw, 'team')}-{cycle}"
    picker = _named(offer.parents, _text(raw, "parent"))
    hint = "The objective of another team that this one serves."
    more = " Only the first 99 fit in this list." if len(offer.parents) > ROOM else ""
    return [
        field(block_id, "Serves", picker | {"action_id": "value"}, hint=hint + more, optional=True)
    ]


def _named(rows: Sequence[Named], initial: str) -> Block:
    options = []
    for one in rows[:ROOM]:
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
        after = f"Its first check-in is that of {when}, on each owner’s own clock."
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
            button("Change it", EDIT, f"o:{told.objective_id}"),
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


def standing_in(state: Mapping[str, Any], form: str) -> Raw:
    """What stands in the inputs of a form, by name."""
    named = (block_id for block_id in state if block_id.startswith(f"{form}."))
    return {block_id.split(".")[1]: entered(state, block_id) for block_id in named}


def looks(view: Mapping[str, Any]) -> list[str]:
    """What can change in a form while somebody types: which inputs there are, and the notes."""
    found = []
    for block in view.get("blocks") or ():
        if block.get("type") == "input":
            found.append(str(block.get("block_id")))
        for element in block.get("elements") or ():
            if block.get("type") == "context":
                found.append(str(element.get("text")))
    return found
