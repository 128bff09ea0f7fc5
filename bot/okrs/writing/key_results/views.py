"""The form of one key result: its fields by kind, with what there is to ask under them. Pure."""

from collections.abc import Mapping, Sequence

from bot.okrs.parse import SHAPES
from bot.okrs.rules import Function, Kind
from bot.okrs.team.views import FUNCTIONS
from bot.okrs.wording import kind_words
from bot.okrs.writing.key_results.parse import DATED, Choices, kind_of, shape_of
from bot.okrs.writing.typed import Raw, form_of
from bot.slack.blocks import (
    OPTIONS_AT_MOST,
    Block,
    actions,
    button,
    clip,
    divider,
    escape,
    field,
    live,
    modal,
    note,
    plural,
    select,
    text_field,
    user_select,
    users_select,
)

SAVE = "okrs.new_key_result"
TYPED = "okrs.new_key_result_typed"
ANOTHER = "okrs.new_another"
BACK = "okrs.new_objective_again"
REMOVE = "okrs.new_remove"
TITLE = 200  # characters
NOTES = 4  # questions under one field
CO_OWNERS = 100  # shown again; more than anybody names
KINDS = {
    Kind.INCREASE: "such as from 31 to 45 %",
    Kind.DECREASE: "such as from 9 to 4 days",
    Kind.KEEP_ABOVE: "such as at least 99.9 %",
    Kind.KEEP_BELOW: "such as at most 2.5 %",
    Kind.KEEP_IN_BAND: "such as 3 to 5 days",
    Kind.MILESTONES: "each done or not",
    Kind.ORDINAL: "such as pilot, half, everybody",
    Kind.BASELINE_FIRST: "if nobody knows yet",
}
LEADING = (
    ("leading", "Leading: moves first, and can be acted on"),
    ("lagging", "Lagging: shows in the end whether it worked"),
)
MISTAKES = {
    "needs_title": "Write what will be true then, in one line.",
    "needs_target": "Where should it end? If nobody knows yet, choose “Measure first”.",
    "needs_level": "Which level should it hold?",
    "needs_milestones": "Write at least one milestone.",
    "no_such_stage": "Write one of the stages above. Did you mean “{near}”?",
    "stage_back": "This stage comes before the one it is in now, or is the same.",
    "band_order": "The upper end must lie above the lower one.",
    "goes_down": "This goes down. Choose “Lower a number”, or swap the two.",
    "goes_up": "This goes up. Choose “Raise a number”, or swap the two.",
    "stretch_short": "The stretch lies beyond the target.",
    "needs_owner": "Choose the one person who answers for it.",
    "needs_function": "Choose what the owner brings.",
}


Notes = Mapping[str, Sequence[str]]  # what to say under a field, by its name


def form(raw: Raw, serial: int, choices: Choices, notes: Notes, *, alone: bool = True) -> Block:
    """The form with what was typed in it. `alone`: there is no other key result yet."""
    named = form_of(serial)
    blocks: list[Block] = [note(f"*Objective*  {escape(clip(choices.objective, 300))}")]
    fields = _fields(raw, choices)
    for name, label, element, hint, optional in fields:
        blocks.append(_input(f"{named}.{name}", label, element, hint, optional))
        blocks += noted(notes, name)
    shown = {name for name, *_ in fields}
    for name in sorted(set(notes) - shown):  # about a field that is not there
        blocks += noted(notes, name)
    if choices.more:
        more = plural(choices.more, "key result is", "key results are")
        blocks.append(note(f"{more} left out of the guardrails: a list has room for 100."))
    buttons = [button("Add another key result", ANOTHER)]
    if alone:
        buttons.append(button("Back to the objective", BACK))
    else:
        buttons.append(button("Remove this one", REMOVE, str(serial)))
    blocks += [divider(), actions(*buttons)]
    return modal("Key result", SAVE, blocks, submit="Review", close="Close")


Field = tuple[str, str, Block, str, bool]  # name, label, element, hint, optional


def _fields(raw: Raw, choices: Choices) -> list[Field]:
    kind = kind_of(raw)
    return [
        _title(raw),
        _kind(kind),
        *_terms(raw, kind),
        *_owners(raw, choices),
        *_guardrail(raw, choices),
        *_meaning(raw),
        *([] if kind.keeps else _curve(raw)),
    ]


def _title(raw: Raw) -> Field:
    box = text_field(TYPED, _text(raw, "title"), placeholder=EXAMPLES[kind_of(raw)], most=TITLE)
    return "title", "Key result", box, "", False


def _kind(kind: Kind) -> Field:
    kinds = [(one.value, f"{kind_words(one)}, {told}") for one, told in KINDS.items()]
    return "kind", "What kind is it?", select(TYPED, kinds, kind.value), "", False


def _terms(raw: Raw, kind: Kind) -> list[Field]:
    if kind is Kind.MILESTONES:
        box = text_field(TYPED, _text(raw, "milestones"), multiline=True, most=2500)
        hint = "One a line. “Built | 2” weighs twice what the others do."
        return [("milestones", "Milestones", box, hint, False)]
    if kind is Kind.ORDINAL:
        box = text_field(TYPED, _text(raw, "zones"), multiline=True, most=2500)
        return [
            ("zones", "Stages", box, "One a line, the worst first, the best last.", False),
            _word(raw, "stage_now", "Where it is now", "The first stage if left empty."),
            _word(raw, "stage", "Stage to reach", "The last stage if left empty."),
        ]
    unit = _word(raw, "unit", "Unit", "Such as %, days, orders a week.")
    if kind is Kind.KEEP_IN_BAND:
        ends = (("low", "At least"), ("high", "At most"))
        return [*(_number(raw, name, label) for name, label in ends), unit]
    if kind.keeps:
        label = "Stay at or above" if kind is Kind.KEEP_ABOVE else "Stay at or below"
        return [_number(raw, "target", label), unit]
    if kind is Kind.BASELINE_FIRST:
        hint = "Leave it empty to set one once the first value is known."
        return [_number(raw, "target", "Target", hint, optional=True), unit]
    return [
        _number(raw, "baseline", "Where it stands today", optional=True),
        _number(raw, "target", "Target"),
        _number(raw, "stretch", "Stretch target", "What would surprise you.", optional=True),
        unit,
    ]


def _word(raw: Raw, name: str, label: str, hint: str) -> Field:
    return name, label, text_field(TYPED, _text(raw, name), most=80), hint, True


def _number(raw: Raw, name: str, label: str, hint: str = "", *, optional: bool = False) -> Field:
    return name, label, text_field(TYPED, _text(raw, name), most=40), hint, optional


def _owners(raw: Raw, choices: Choices) -> list[Field]:
    owner = _text(raw, "owner")
    function = _text(raw, "function") or choices.function
    given = raw.get("co_owners") or ()
    others = [str(one) for one in given] if isinstance(given, list | tuple) else []
    functions = [(one.value, FUNCTIONS[one]) for one in Function]
    brings = select(TYPED, functions, function or None)
    co_hint = "From other functions, best: each answers for it too, and votes on confidence."
    return [
        ("owner", "Who answers for it", user_select(TYPED, owner or None), "", False),
        # Named after the owner, so that another's is not taken over.
        (f"function.{owner}"[:100], "What they bring", brings, "", False),
        ("co_owners", "Co-owners", users_select(TYPED, others[:CO_OWNERS]), co_hint, True),
    ]


def _guardrail(raw: Raw, choices: Choices) -> list[Field]:
    if not choices.guardrails:
        return []
    offered = [(one.value, one.title or "…") for one in choices.guardrails[:OPTIONS_AT_MOST]]
    picker = select(TYPED, offered, _text(raw, "guardrail") or None)
    hint = "If its level is not held, this one cannot be green."
    return [("guardrail", "Guardrail", picker, hint, True)]


def _meaning(raw: Raw) -> list[Field]:
    box = text_field(TYPED, _text(raw, "customer_link"), most=300)
    picker = select("value", LEADING, _text(raw, "leading") or None)
    return [
        ("customer_link", "What customers get from it", box, "In a few words.", True),
        ("leading", "Leading or lagging", picker, "", True),
    ]


def _curve(raw: Raw) -> list[Field]:
    shape = shape_of(raw)
    shapes = [(one.value, words) for one, words in SHAPES.items()]
    made: list[Field] = [
        ("curve", "How it should get there", select(TYPED, shapes, shape.value), "", False)
    ]
    if shape in DATED:
        box = text_field(TYPED, _text(raw, "points"), multiline=True, most=2000)
        hint = "A date and a share of the way, one a line: 2027-02-15 40 %"
        made.append(("points", "When how much", box, hint, False))
    return made


def _input(block_id: str, label: str, element: Block, hint: str, optional: bool) -> Block:
    made = field(block_id, label, element, hint=hint, optional=optional)
    return live(made) if element["action_id"] == TYPED else made


def noted(notes: Notes, name: str) -> list[Block]:
    """What there is to ask about a field, under it."""
    told = [f":speech_balloon: {escape(clip(one, 300))}" for one in notes.get(name, ())]
    return [note(*told[:NOTES])] if told else []


def _text(raw: Raw, name: str) -> str:
    told = raw.get(name)
    return told if isinstance(told, str) else ""


EXAMPLES = {
    Kind.INCREASE: "Shops that sell in their first week",
    Kind.DECREASE: "Days from sign-up to first sale",
    Kind.KEEP_ABOVE: "Checkout availability",
    Kind.KEEP_BELOW: "Refund rate",
    Kind.KEEP_IN_BAND: "Pages in an on-call shift",
    Kind.MILESTONES: "The new tax rules hold in all markets",
    Kind.ORDINAL: "How far instant refunds are out",
    Kind.BASELINE_FIRST: "Couriers who feel safe at night",
}
