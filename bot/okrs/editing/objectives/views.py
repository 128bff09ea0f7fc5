"""`/okr edit`: the list of what there is to edit, and the form of an objective. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import UserMistake
from bot.okrs import parse
from bot.okrs.editing.after.views import ARCHIVE, EDIT, MEANWHILE, RESTORE
from bot.okrs.editing.objectives.rules import (
    Differing,
    EditList,
    ObjectiveSheet,
    Parents,
    Reference,
    Row,
)
from bot.okrs.editing.rules import Typed, marks
from bot.okrs.views import place_words
from bot.slack.blocks import (
    OPTION,
    OPTIONS_AT_MOST,
    Block,
    actions,
    button,
    clip,
    confirm,
    entered,
    escape,
    field,
    modal,
    note,
    option,
    plain,
    plural,
    section,
    select,
    text_field,
)

PLACE = "okrs.edit_place"
PAGE = "okrs.edit_page"
START = "okrs.edit_start"
SAVE = "okrs.edit_objective"
ROWS = 40
FIELDS = ("title", "parent")
PARENTS = 400  # options in all
MISTAKES = {
    "nothing_to_edit": "You are in no team with goals yet. `/okr new` writes the first objective, "
    "`/okr team` shows the teams.",
    "circular": "That objective hangs below this one already. Choose another parent.",
}


def listing(told: EditList) -> Block:
    blocks = [_place(told)]
    if not told.rows:
        empty = "Nothing is archived." if told.archived else "No goals here. `/okr new` writes one."
        blocks.append(section(empty))
    blocks += [_row(one, told) for one in told.rows[:ROWS]]
    if told.pages > 1:
        blocks.append(note(f"Page {told.page + 1} of {told.pages}."))
    turns = [(told.page - 1, "Previous page")] * (told.page > 0)
    turns += [(told.page + 1, "Next page")] * (told.page < told.pages - 1)
    kind = "away" if told.archived else "here"
    buttons = [button(words, f"{PAGE}.{to}", f"{told.place}.{kind}.{to}") for to, words in turns]
    if told.archived:
        buttons.append(button("Back to the goals", f"{PAGE}.back", f"{told.place}.here.0"))
    elif told.put_away:
        words = f"Archived ({told.put_away})"
        buttons.append(button(words, f"{PAGE}.away", f"{told.place}.away.0"))
    if buttons:
        blocks.append(actions(*buttons, block_id="pages"))
    return modal("Edit goals", EDIT, blocks, submit="", close="Close")


def _place(told: EditList) -> Block:
    known = [(str(key), name or "?") for key, name in told.places]
    chosen = str(told.place)
    here = [one for one in known if one[0] == chosen] or [(chosen, "This cycle")]
    options = [*here, *(one for one in known if one[0] != chosen)][:OPTIONS_AT_MOST]
    return actions(select(PLACE, options, chosen), block_id="place")


def _row(one: Row, told: EditList) -> Block:
    title = escape(clip(one.title, 300)) or "?"
    words = f"*{title}*" if one.is_objective else f"↳ {title}"
    if one.draft:
        words += " (draft)"
    if not told.archived:
        return section(words, accessory=button("Edit", f"{EDIT}.{one.ref}", one.ref))
    back = button("Restore", f"{RESTORE}.{one.ref}", one.ref) if told.led else None
    return section(words, accessory=back)


def form(told: ObjectiveSheet) -> Block:
    opened = marks({name: told.texts.get(name, "") for name in FIELDS})
    return _form(told, Typed(told.texts, "", opened), {})


def differing(found: Differing) -> Block:
    """The same form with what was typed, and beside it what somebody else saved meanwhile."""
    texts = {**found.sheet.texts, **found.typed.texts}
    opened = {**found.typed.opened, **marks(found.theirs)}
    return _form(found.sheet, Typed(texts, "", opened), found.theirs)


def _form(told: ObjectiveSheet, typed: Typed, theirs: Mapping[str, str]) -> Block:
    texts = typed.texts
    where = place_words(told.team, told.cycle)
    state = " It is a draft, so nobody is asked for it yet." if told.draft else ""
    count = plural(told.key_results, "key result")
    blocks = [section(f"{where}: {count}.{state}")]
    if theirs:
        blocks.append(section(MEANWHILE))
    title = text_field("value", texts.get("title", ""), most=3000)
    blocks.append(field("title", "Title", title))
    if "title" in theirs:
        blocks.append(note(f"⚠️ Now: {escape(clip(theirs['title'], 300))}"))
    if any(one.options for one in told.parents):
        blocks.append(
            field(
                "parent",
                "Aligned to",
                _parents(told.parents, texts.get("parent", "")),
                hint="The objective, of any team, that this one serves. `/okr tree` shows them.",
                optional=True,
            )
        )
    if "parent" in theirs:
        now = {str(key): name for one in told.parents for key, name in one.options}
        words = escape(clip(now.get(theirs["parent"], "nothing"), 300))
        blocks.append(note(f"⚠️ Now: aligned to {words}"))
    buttons = [*_starting(told), *_archiving(told)]
    if buttons:
        blocks.append(actions(*buttons, block_id="archiving"))
    known = {name: typed.opened[name] for name in FIELDS if name in typed.opened}
    metadata = json.dumps({"id": told.id, "marks": known}, separators=(",", ":"))
    return modal("Edit objective", SAVE, blocks, metadata=metadata)


def _parents(parents: Sequence[Parents], chosen: str) -> Block:
    """Grouped by team: Slack lets people search in it by typing."""
    groups: list[Block] = []
    left, initial = PARENTS, None
    # The present one is always among them: what a form cannot show, saving it would take away.
    first = sorted(parents, key=lambda one: chosen not in {str(key) for key, _ in one.options})
    for one in first[:OPTIONS_AT_MOST]:
        known = [
            option(clip(title, OPTION) or "?", str(key))
            for key, title in one.options[: min(left, OPTIONS_AT_MOST)]
        ]
        left -= len(known)
        initial = next((each for each in known if each["value"] == chosen), initial)
        if known:
            groups.append({"label": plain(clip(one.team, OPTION) or "?"), "options": known})
    element: Block = {"type": "static_select", "action_id": "value", "option_groups": groups}
    return element | {"initial_option": initial} if initial else element


def _starting(told: ObjectiveSheet) -> list[Block]:
    if not told.draft or told.archived or not told.may_archive:
        return []
    sure = confirm(
        "Start this objective?",
        "From the next check-in on its owners are asked for it. What you changed in this form is "
        "not saved.",
        "Start",
        "Not yet",
    )
    return [button("Start", START, f"o:{told.id}", style="primary", confirm=sure)]


def _archiving(told: ObjectiveSheet) -> list[Block]:
    if not told.may_archive:
        return []
    if told.archived:
        return [button("Restore", RESTORE, f"o:{told.id}")]
    sure = confirm(
        "Archive this objective?",
        "Its key results go with it: nobody is asked for them any more. What was said of them "
        "stays, and you can restore all. What you changed in this form is not saved.",
        "Archive",
        "Keep it",
    )
    return [button("Archive", ARCHIVE, f"o:{told.id}", style="danger", confirm=sure)]


def look(told: ObjectiveSheet) -> Block:
    title = escape(clip(told.texts.get("title", ""), 300))
    where = place_words(told.team, told.cycle)
    words = f"*{title}*\n{where}: {plural(told.key_results, 'key result')}."
    who = "The team’s lead, admins and the accountable owners of its key results can change it."
    return modal("Objective", "okrs.look", [section(words), note(who)], submit="", close="Close")


def kept(told: ObjectiveSheet, what: str) -> Block:
    """`what` became of it: saved, started, archived or restored."""
    title = escape(clip(told.texts.get("title", ""), 300))
    words = {
        "archived": f"*{title}* is archived, with its key results. Nobody is asked for them.",
        "restored": f"*{title}* is back, as it was.",
        "started": f"*{title}* counts from now on. Its owners are asked at the next check-in.",
    }.get(what, f"*{title}* is saved.")
    buttons = [button("Edit something else", f"{EDIT}.more", f"tc:{told.place}")]
    if what == "archived":
        buttons.insert(0, button("Undo", RESTORE, f"o:{told.id}"))
    blocks = [section(words), actions(*buttons)]
    return modal("Objective", "okrs.kept", blocks, submit="", close="Close")


def read(state: Mapping[str, Any], metadata: str) -> tuple[int, Typed]:
    told = parse.carried(metadata)
    objective_id, opened = parse.identity(told.get("id")), told.get("marks")
    texts = {name: str(entered(state, name) or "") for name in ("title", "parent") if name in state}
    return objective_id, Typed(texts, "", opened if isinstance(opened, dict) else {})


def read_page(value: str) -> tuple[int, bool, int]:
    """(place, archived ones, page) of a button or of the choice of a place."""
    place, _, rest = value.partition(".")
    kind, _, page = rest.partition(".")
    return _number(place), kind == "away", _number(page)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def read_reference(value: str) -> Reference:
    """Reads `kr:12`, `o:3`, `tc:5` and nothing. Raises UserMistake for all else."""
    kind, _, number = value.partition(":")
    if not value:
        return Reference("", 0)
    if kind not in ("kr", "o", "tc"):
        raise UserMistake("stale_goal")
    return Reference(kind, parse.identity(number, "stale_goal"))
