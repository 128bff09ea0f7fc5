"""The overview of an objective with its key results, before it is saved. Pure."""

from dataclasses import dataclass

from bot.okrs.rules import Terms
from bot.okrs.views import place_words
from bot.okrs.wording import target_words
from bot.okrs.writing.key_results.views import BACK, noted
from bot.slack.blocks import Block, actions, button, clip, divider, escape, modal, note, section

SAVE = "okrs.new_save"
CHANGE = "okrs.new_change"
ADD = "okrs.new_add"
MOST = 20  # key results of one objective
MISTAKES = {
    "many_key_results": "An objective has room for {most} key results here. Three to five are easy "
    "to keep in mind.",
    "needs_key_results": "Add at least one key result first: how will you know that it came true?",
    "unfinished": "Something is still missing. It stands under the key result; *Change* opens it.",
}


@dataclass(frozen=True)
class ReviewLine:
    """A key result in the overview; `wrong` says what keeps it from being saved."""

    serial: int
    title: str
    terms: Terms
    user_ids: tuple[str, ...]  # its owners', the accountable one first
    guardrail: str
    notes: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """`notes` are about the objective and about all its key results together."""

    team: str
    cycle: str
    objective: str
    parent: str
    notes: tuple[str, ...]
    lines: tuple[ReviewLine, ...]


def review(told: Review, news: str = "") -> Block:
    """All of it before it is saved, with what there is to ask."""
    head = [f"*{escape(clip(told.objective, 300)) or 'No title yet'}*"]
    head.append(place_words(told.team, told.cycle))
    if told.parent:
        head.append(f"Serves: {escape(clip(told.parent, 300))}")
    blocks: list[Block] = [section(f":warning: {escape(news)}")] if news else []
    blocks.append(section("\n".join(head), accessory=button("Change", BACK)))
    blocks += [*noted({"all": told.notes}, "all"), divider()]
    for number, one in enumerate(told.lines[:MOST], 1):
        blocks += _line(number, one)
    if not told.lines:
        blocks.append(section("There is no key result yet: how will you know that it came true?"))
    blocks += [divider(), actions(button("Add another key result", ADD))]
    return modal("Overview", SAVE, blocks, submit="Save", close="Close")


def _line(number: int, one: ReviewLine) -> list[Block]:
    lines = [
        f"*{number}. {escape(clip(one.title, 200))}*",
        escape(clip(target_words(one.terms), 200)),
    ]
    people = ", ".join(f"<@{user}>" for user in one.user_ids[:20])
    lines.append(people or "Nobody answers for it yet")
    if one.guardrail:
        lines.append(f"Guardrail: {escape(clip(one.guardrail, 150))}")
    change = button("Change", f"{CHANGE}.{one.serial}", str(one.serial))
    told = [f":warning: {escape(clip(wrong, 200))}" for wrong in one.wrong]
    told += [f":speech_balloon: {escape(clip(asked, 200))}" for asked in one.notes]
    return [section("\n".join(lines), accessory=change), *([note(*told[:4])] if told else [])]
