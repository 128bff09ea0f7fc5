"""The next cycle's draft, and what is said once it is started. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.okrs.drafting.rules import Carried, NextCycle
from bot.plans.views import day_words
from bot.slack.blocks import (
    SECTION,
    Block,
    Message,
    actions,
    button,
    clip,
    escape,
    header,
    listed,
    note,
    plural,
    section,
)

DRAFT = "okrs.draft_next"
START = "okrs.draft_start"
START_ALL = "okrs.draft_start_all"
SHOWN = 30  # objectives with a button each; all can be started at once
NAMED = 15  # key results a list names
MISTAKES = {
    "draft_early": "The next cycle is drafted from the grades, so this one is closed first. "
    "`/okr close` shows what is left to grade.",
    "draft_started": "This is started already, so nothing was changed.",
    "draft_late": "That cycle is over, so it cannot be started. `/okr new` writes objectives for "
    "the one that runs.",
}


def drafted(told: NextCycle) -> Message:
    """To the lead alone: what goes on, what is left to change, and the buttons that start it."""
    name = escape(clip(told.cycle, 60))
    head = f"*{escape(clip(told.team, 150))}*, draft of {name}: {_span(told.starts, told.ends)}. "
    head += (
        f"{plural(len(told.objectives), 'objective')}; nobody is asked for anything until you "
        "press *Start*."
        if told.objectives
        else "Nothing goes on into it. `/okr new` writes its first objective."
    )
    blocks: list[Block] = [header(f"Next: {told.cycle}"), section(head)]
    for one in told.objectives[:SHOWN]:
        start = button("Start", f"{START}.{one.objective_id}", str(one.objective_id))
        lines = [f"*{escape(clip(one.title, 300))}*{' (started)' if one.started else ''}"]
        lines += [_carried(each) for each in one.key_results[:NAMED]]
        if len(one.key_results) > NAMED:
            lines.append(f"• and {len(one.key_results) - NAMED:,} more")
        blocks.append(section("\n".join(lines), accessory=None if one.started else start))
    blocks += [note(words) for words in _left_out(told)]
    waiting = [one for one in told.objectives if not one.started]
    if waiting:
        all_ = button("Start all of them", START_ALL, str(told.team_cycle_id), style="primary")
        blocks.append(actions(all_))
        blocks.append(
            note(
                "Each starts from its last value. `/okr edit` changes what is to be changed, and "
                "`/okr close` brings this list back."
            )
        )
    return Message(clip(head, SECTION), tuple(blocks))


def _span(starts: date, ends: date) -> str:
    return f"{day_words(starts)} to {day_words(ends)}"


def _carried(told: Carried) -> str:
    hints = [
        words
        for words, fits in (
            ("to be changed", told.change),
            ("reached already, so it wants a new target", told.reached and not told.change),
            ("its guardrail does not go on", told.unguarded),
        )
        if fits
    ]
    return f"• {escape(clip(told.title, 120))}" + (f": _{'; '.join(hints)}_" if hints else "")


def _left_out(told: NextCycle) -> Iterator[str]:
    for words, titles in (("Dropped", told.dropped), ("Nobody decided on", told.undecided)):
        if titles:
            yield f"{words}: {listed(titles, NAMED)}."


def started(team: str, cycle: str, titles: Sequence[str], first_day: date | None) -> Message:
    when = (
        f"The first check-in is on {day_words(first_day)}."
        if first_day
        else "It has no check-in left."
    )
    return Message(
        f"Started in {escape(clip(cycle, 60))} for {escape(clip(team, 150))}: "
        f"{listed(titles, NAMED)}. {when} `/okr edit` changes targets and owners."
    )
