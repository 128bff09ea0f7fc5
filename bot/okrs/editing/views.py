"""The form of one key result, with the story of its amendments. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import UserMistake
from bot.okrs import parse, wording
from bot.okrs.editing.after.views import ARCHIVE, LEADING, MEANWHILE, RESTORE, history, said
from bot.okrs.editing.rules import (
    CURVED,
    ENDS,
    WORDS,
    Conflict,
    KeyResultSheet,
    Typed,
    marks,
)
from bot.okrs.parse import SHAPES
from bot.okrs.rules import Kind
from bot.slack.blocks import (
    Block,
    actions,
    button,
    clip,
    confirm,
    divider,
    entered,
    escape,
    field,
    header,
    modal,
    note,
    section,
    select,
    text_field,
    user_select,
    users_select,
)

SAVE = "okrs.edit_save"
LONG = ("milestones", "zones", "points")
SHORT = 100  # characters
LINES = {
    "title": 300,
    "customer_link": 1000,
    "co_owners": 3000,
    "milestones": 3000,
    "zones": 3000,
    "points": 3000,
}
PLACES = 99  # positions and guardrails to choose from, besides none
MISTAKES = {
    "title_gone": "Give it a title.",
    "needs_reason": "The terms changed, so say why: the reason stands beside the change.",
    "no_milestones_left": "Name at least one milestone.",
    "band_crossed": "The lower end lies above the upper one.",
    "no_such_zone": "None of the stages is called so. Write one as it stands above.",
    "no_such_guardrail": "This key result cannot guard it any more. Choose another.",
    "cycle_closed": "This cycle is closed: words can change, what was promised cannot.",
    "lead_archives": "Only the team’s lead or an admin can archive or restore. "
    "Nothing was changed.",
    "objective_archived": "Its objective is archived. Restore the objective first.",
}
_LABELS = {
    "unit": "Unit",
    "baseline": "Where it stood at the start",
    "target": "Target",
    "stretch": "Stretch target",
    "low": "At least",
    "high": "At most",
    "milestones": "Milestones",
    "zones": "Stages",
    "shape": "How it should get there",
    "points": "When how much",
    "title": "Key result",
    "customer_link": "What customers get from it",
    "leading": "Leading or lagging",
    "guardrail": "Guardrail",
    "position": "Place among its objective’s key results",
    "accountable": "Who answers for it",
    "co_owners": "Co-owners",
}
_TARGETS = {
    Kind.KEEP_ABOVE: "Stay at or above",
    Kind.KEEP_BELOW: "Stay at or below",
    Kind.ORDINAL: "Stage to reach",
}
_HINTS = {
    "milestones": "One a line. “Built | 2” weighs twice what the others do. Check-ins mark what "
    "is done.",
    "zones": "One a line, the worst first, the best last.",
    "points": "For steps and phases: a date and a share of the way, one a line: 2027-02-15 40 %",
    "guardrail": "While it is breached, this key result is at risk at best.",
    "co_owners": "Their function is the one they have in the team.",
}


def form(told: KeyResultSheet) -> Block:
    shown = [name for name in _LABELS if name in (*WORDS, *told.fields)]
    opened = marks({name: told.texts.get(name, "") for name in shown})
    return _form(told, Typed(told.texts, "", opened), {})


def conflicted(found: Conflict) -> Block:
    """The same form with what was typed, and beside it what somebody else saved meanwhile."""
    told, typed = found.sheet, found.typed
    # Other fields keep their marks: what somebody else changed there is still not touched here.
    opened = {**typed.opened, **marks(found.theirs)}
    texts = {**told.texts, **typed.texts}
    return _form(told, Typed(texts, typed.reason, opened), found.theirs)


def _form(told: KeyResultSheet, typed: Typed, theirs: Mapping[str, str]) -> Block:
    texts = typed.texts
    kind = wording.kind_words(told.terms.kind)
    intro = f"*{escape(clip(told.objective, 300))}*\n{kind}. The kind cannot change."
    blocks = [section(intro)]
    if theirs:
        blocks.append(section(MEANWHILE))
    blocks += _fields(told, texts, theirs, WORDS)
    if told.left:
        left = ", ".join(escape(clip(one, 80)) for one in told.left[:10])
        blocks.append(note(f"No longer in Slack, and no owner once you save: {left}."))
    blocks += [divider(), header("What was promised")]
    blocks += _fields(told, texts, theirs, told.fields)
    if not told.draft:
        blocks.append(
            field(
                "reason",
                "Reason",
                text_field("value", typed.reason, multiline=True, most=1000),
                optional=True,
                hint="Asked when something under “What was promised” changes: everybody who "
                "looks at the goal later sees the change with your name, the day and this.",
            )
        )
    blocks += history(told.amendments)
    blocks += _archiving(told)
    metadata = json.dumps({"id": told.id, "marks": _known(typed.opened)}, separators=(",", ":"))
    return modal("Edit key result", SAVE, blocks, metadata=metadata)


def _known(opened: Mapping[str, str]) -> dict[str, str]:
    return {name: opened[name] for name in _LABELS if name in opened}


def _fields(
    told: KeyResultSheet,
    texts: Mapping[str, str],
    theirs: Mapping[str, str],
    names: Sequence[str],
) -> list[Block]:
    blocks: list[Block] = []
    for name in names:
        if name not in _LABELS or (name == "position" and not 2 <= told.siblings <= PLACES):
            continue
        if len(texts.get(name, "")) > LINES.get(name, SHORT):
            words = "is too long for this form. `/okr import` can change it."
            blocks.append(note(f"*{_LABELS[name]}* {words}"))
            continue
        element = _element(told, name, texts.get(name, ""))
        needed = name in ("title", "leading", "guardrail", "position", "shape")
        hint = _HINTS.get(name, "")
        label = _TARGETS.get(told.terms.kind) if name == "target" else None
        words = label or _LABELS[name]
        blocks.append(field(name, words, element, hint=hint, optional=not needed))
        if name in theirs:
            blocks.append(note(f"⚠️ Now: {said(told, name, theirs[name])}"))
    return blocks


def _element(told: KeyResultSheet, name: str, text: str) -> Block:
    if name == "leading":
        return select("value", LEADING, text or "unsaid")
    if name == "guardrail":
        return select("value", _guardrails(told, text), text or "0")
    if name == "position":
        places = [(str(n), str(n)) for n in range(1, min(told.siblings, PLACES) + 1)]
        return select("value", places, text)
    if name == "shape":
        return select("value", [(one.value, words) for one, words in SHAPES.items()], text)
    if name == "accountable":
        return user_select("value", text or None)
    if name == "co_owners":
        return users_select("value", text.split())
    return text_field("value", text, multiline=name in LONG, most=LINES.get(name, SHORT))


def _guardrails(told: KeyResultSheet, chosen: str) -> list[tuple[str, str]]:
    known = [(str(key), title or "?") for key, title in told.guardrails]
    bound = [one for one in known if one[0] == chosen]
    others = [one for one in known if one[0] != chosen]
    return [("0", "None"), *bound, *others[: PLACES - len(bound)]]


def _archiving(told: KeyResultSheet) -> list[Block]:
    if not told.may_archive:
        return []
    if told.archived:
        return [actions(button("Restore", RESTORE, f"kr:{told.id}"), block_id="archiving")]
    sure = confirm(
        "Archive this key result?",
        "Nobody is asked for it any more, and it leaves the scoreboard. What was said of it "
        "stays, and you can restore it. What you changed in this form is not saved.",
        "Archive",
        "Keep it",
    )
    archive = button("Archive", ARCHIVE, f"kr:{told.id}", style="danger", confirm=sure)
    return [actions(archive, block_id="archiving")]


def read(state: Mapping[str, Any], metadata: str, own_bot: str) -> tuple[int, Typed]:
    """(key result, what was typed). Raises UserMistake."""
    told = parse.carried(metadata)
    key_result_id, opened = parse.identity(told.get("id")), told.get("marks")
    texts = {name: _typed(state, name) for name in (*WORDS, *_TERMS) if name in state}
    wrong = [
        UserMistake("not_a_person", field=name)
        for name in ("accountable", "co_owners")
        if own_bot in texts.get(name, "").split() or "USLACKBOT" in texts.get(name, "").split()
    ]
    if wrong:
        raise UserMistake.together(wrong)
    reason = str(entered(state, "reason") or "").strip()
    return key_result_id, Typed(texts, reason, opened if isinstance(opened, dict) else {})


_TERMS = ("unit", *ENDS, "milestones", "zones", *CURVED)


def _typed(state: Mapping[str, Any], name: str) -> str:
    given = entered(state, name)
    if isinstance(given, list):
        return " ".join(sorted(given))
    if name == "guardrail" and given == "0":
        return ""
    return str(given or "")
