"""The check-in form: its fields, what is read from them, and what is said when nothing is due."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zlib import crc32

from bot.errors import UserMistake
from bot.okrs import parse
from bot.okrs.checkins.rules import Said
from bot.okrs.rules import Kind, Terms
from bot.okrs.wording import number, target_beside, value_words
from bot.slack.blocks import (
    Block,
    checkboxes,
    clip,
    date_token,
    entered,
    escape,
    field,
    modal,
    note,
    section,
    select,
    text_field,
)

CHECK_IN = "okrs.check_in"
SAVE = "okrs.check_in_save"
# The button's value: every key result of mine, due or not; and those of the rounds that are open.
ALL, AGAIN = "all", "again"
SENTENCE, TITLE = 500, 150
AT_MOST = 95  # blocks a form
BOXES = 10  # milestones a field: Slack takes no more checkboxes
METADATA = 2900
SURE = {0: "it will not happen", 3: "unlikely", 5: "as likely as not", 7: "likely", 10: "certain"}
CONFIDENCES = tuple(
    (str(level), f"{level}: {SURE[level]}" if level in SURE else str(level)) for level in range(11)
)
MISTAKES = {
    "needs_confidence": "Choose how sure you are, from 0 to 10.",
    "nothing_of_yours": "These key results are not yours any more. `/okr` shows what is.",
}


@dataclass(frozen=True)
class Line:
    """One key result in the form, as far as its owner sees it.

    `number` is its id.
    """

    number: int
    title: str
    team: str
    terms: Terms
    value: float | None
    value_at: datetime | None
    confidence: int | None
    gives_value: bool
    note: str = ""  # said in this round, and still unseen
    blocker: str = ""


@dataclass(frozen=True)
class Form:
    """A page of the form. `left` are the key results of the pages after it, `page` counts from 1.

    `rounds` are those that were open when it was opened. `spoken`: it was opened from our
    message, which will show what comes back.
    """

    lines: tuple[Line, ...]
    left: tuple[int, ...] = ()
    page: int = 1
    pages: int = 1
    rounds: tuple[int, ...] = ()
    spoken: bool = False


@dataclass(frozen=True)
class Told:
    """What the form carries from its opening to its submission."""

    asked: tuple[int, ...]
    left: tuple[int, ...]
    page: int
    pages: int
    rounds: tuple[int, ...]
    spoken: bool


# --- the form -----------------------------------------------------------------------------------


def pages(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """As many as one form holds, in their order."""
    found: list[tuple[Line, ...]] = []
    now: list[Line] = []
    size = 1
    for one in lines:
        need = _size(one)
        if now and size + need > AT_MOST:
            found.append(tuple(now))
            now, size = [], 1
        now.append(one)
        size += need
    return [*found, tuple(now)] if now else found


def _size(one: Line) -> int:
    boxes = -(-len(one.terms.milestones) // BOXES) if one.gives_value else 0
    return 4 + max(boxes, 1 if one.gives_value else 0)


def form(told: Form, typed: Mapping[str, str]) -> Block:
    """One page, filled, so that Submit is enough when nothing changed.

    `typed` is what was typed before by block id, after a submission that could not be taken.
    """
    teams = {one.team for one in told.lines}
    of = f" Page {told.page} of {told.pages}." if told.pages > 1 else ""
    blocks = [
        note(
            "Confidence, sentence and blocker stay unseen by the others until all have voted, "
            f"or until the deadline. The value is seen at once.{of}"
        )
    ]
    for one in {line.number: line for line in told.lines}.values():
        blocks += _fields(one, typed, name_team=len(teams) > 1)
    title = f"Check-in {told.page} of {told.pages}" if told.pages > 1 else "Check-in"
    submit = "Next" if told.page < told.pages else "Submit"
    return modal(title, SAVE, blocks[:100], metadata=_metadata(told), submit=submit)


def _fields(one: Line, typed: Mapping[str, str], *, name_team: bool) -> list[Block]:
    team = f"{escape(clip(one.team, 60))} · " if name_team else ""
    title = f"*{escape(clip(one.title, TITLE))}*"
    blocks = [section(f"{title}\n{team}{_last(one)}")]
    if one.gives_value:
        blocks += _value(one, typed)
    aim = "holds until the end" if one.terms.kind.keeps else "is reached"
    label = f"How sure are you that it {aim}?"
    choice = select("confidence", CONFIDENCES, _chosen(one, typed))
    blocks.append(field(f"confidence.{one.number}", label, choice))
    for name, label, said in (
        ("note", "What moved, and why? One sentence", one.note),
        ("blocker", "Is anything in the way?", one.blocker),
    ):
        block_id = f"{name}.{one.number}"
        entry = text_field(name, typed.get(block_id, said), most=SENTENCE)
        blocks.append(field(block_id, label, entry, optional=True))
    return blocks


def _last(one: Line) -> str:
    """The last value and when it came, and what is promised."""
    target = escape(clip(target_beside(one.terms, one.value), TITLE))
    if one.value is None or one.value_at is None:
        return f"No value yet · {target}"
    when = date_token(one.value_at, "{date_short_pretty}", f"{one.value_at:%d %B}")
    told = f"{escape(clip(value_words(one.terms, one.value), TITLE))}, {when}"
    return f"{told} · {target}" if target else told


def _chosen(one: Line, typed: Mapping[str, str]) -> str | None:
    before = typed.get(f"confidence.{one.number}")
    if before is not None:
        return before
    return None if one.confidence is None else str(one.confidence)


def _value(one: Line, typed: Mapping[str, str]) -> list[Block]:
    if one.terms.kind is Kind.MILESTONES and one.terms.milestones:
        return _milestones(one, typed)
    block_id = f"value.{one.number}"
    hint = "Leave it empty when you could not measure it: it then counts as not known."
    if one.terms.kind is Kind.ORDINAL and one.terms.zones:
        at = str(round(one.value)) if one.value is not None else None
        zones = [(str(n), title or "–") for n, title in enumerate(one.terms.zones)]
        choice = select("value", zones, typed.get(block_id, at))
        return [field(block_id, "Where does it stand?", choice, optional=True)]
    shown = "" if one.value is None else number(one.value, 12).replace("−", "-")
    entry = text_field("value", typed.get(block_id, shown), most=40)
    unit = f" ({clip(one.terms.unit, 40)})" if one.terms.unit.strip() else ""
    return [field(block_id, f"Value now{unit}", entry, hint=hint, optional=True)]


def _milestones(one: Line, typed: Mapping[str, str]) -> list[Block]:
    blocks = []
    known = _boxes(one.terms)
    done = [box for box, each in zip(known, one.terms.milestones, strict=True) if each.done]
    options = [
        (box, each.title or "–") for box, each in zip(known, one.terms.milestones, strict=True)
    ]
    for part, first in enumerate(range(0, len(options), BOXES)):
        block_id = f"done.{one.number}.{part}"
        before = typed.get(block_id)
        shown = done if before is None else before.split(",")
        boxes = checkboxes("done", options[first : first + BOXES], shown)
        label = "What is done?" if part == 0 else "And of these?"
        blocks.append(field(block_id, label, boxes, optional=True))
    return blocks


def _boxes(terms: Terms) -> list[str]:
    """A name for each milestone that holds when others come or go while the form is open."""
    titles = [one.title for one in terms.milestones]
    return [f"{crc32(one.encode()):x}.{titles[:n].count(one)}" for n, one in enumerate(titles)]


def _metadata(told: Form) -> str:
    """Ids only. What does not fit is asked for when the form is opened again."""
    asked, left = [one.number for one in told.lines], list(told.left)
    carried = {"k": asked, "r": list(told.rounds), "p": [told.page, told.pages, int(told.spoken)]}
    while len(text := json.dumps(carried | {"x": left}, separators=(",", ":"))) > METADATA and left:
        left = left[:-10]
    return text


def read_metadata(text: str) -> Told:
    """Raises UserMistake for a form that is none of ours, or of another version."""
    try:
        told = parse.carried(text)
        ids = [tuple(parse.identity(one) for one in told[key]) for key in ("k", "x", "r")]
        page, of, spoken = (parse.identity(one) for one in told["p"])
        return Told(ids[0], ids[1], page, of, ids[2], bool(spoken))
    except (ValueError, KeyError, TypeError) as error:
        raise UserMistake("stale_form") from error


# --- what was entered ---------------------------------------------------------------------------


def typed(state: Mapping[str, Any]) -> dict[str, str]:
    """Everything as it was typed, by block id, to fill the form again."""
    found = {}
    for block_id in state:
        given = entered(state, block_id)
        if given is not None:
            found[block_id] = ",".join(given) if isinstance(given, list) else str(given)
    return found


def read(state: Mapping[str, Any], lines: Sequence[Line]) -> list[Said]:
    """What was said of each. Raises UserMistake with all that is wrong, each at its field."""
    answers, wrong = [], []
    for one in lines:
        try:
            answers.append(_read(state, one))
        except UserMistake as mistake:
            wrong += [mistake, *mistake.others]
    if wrong:
        raise UserMistake.together(wrong)
    return answers


def _read(state: Mapping[str, Any], one: Line) -> Said:
    wrong = []
    answer = Said(one.number, 0, note=_sentence(state, "note", one))
    answer = replace(answer, blocker=_sentence(state, "blocker", one))
    try:
        answer = _read_value(state, one, answer)
    except UserMistake as mistake:
        wrong.append(mistake)
    chosen = entered(state, f"confidence.{one.number}")
    if chosen in {level for level, _ in CONFIDENCES}:
        answer = replace(answer, confidence=int(chosen))
    else:
        wrong.append(UserMistake("needs_confidence", field=f"confidence.{one.number}"))
    if wrong:
        raise UserMistake.together(wrong)
    return answer


def _read_value(state: Mapping[str, Any], one: Line, answer: Said) -> Said:
    if not one.gives_value:
        return answer
    if one.terms.kind is Kind.MILESTONES and one.terms.milestones:
        parts = range(-(-len(one.terms.milestones) // BOXES))
        chosen = [entered(state, f"done.{one.number}.{part}") or [] for part in parts]
        boxes = {box for part in chosen for box in part}
        done = [n for n, box in enumerate(_boxes(one.terms)) if box in boxes]
        return replace(answer, done=tuple(done))
    block_id = f"value.{one.number}"
    given = entered(state, block_id)
    if one.terms.kind is Kind.ORDINAL and one.terms.zones:
        known = {str(n) for n in range(len(one.terms.zones))}
        return replace(answer, value=float(given) if given in known else None)
    value = parse.number(given or "", one.terms.unit, field=block_id)
    return replace(answer, value=value)


def _sentence(state: Mapping[str, Any], name: str, one: Line) -> str:
    return " ".join((entered(state, f"{name}.{one.number}") or "").split())[:SENTENCE]
