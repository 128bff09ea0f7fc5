"""What an interviewer holds in the hand: their kit, alone and by the minute. Pure."""

from bot.content.kits import Cue, Kit, Probe
from bot.mocks.meetings import phrases
from bot.mocks.meetings.kits.rules import Run, Step, timeline
from bot.scoring.rules import Cell
from bot.slack.blocks import (
    Block,
    Message,
    clip,
    divider,
    escape,
    header,
    mention,
    note,
    plural,
    section,
    sections,
)

RULE = "mock.kit"
PROMPT = 6000
ITEM = 700  # characters of one line; content is held to half of that


def kit(told: Kit, run: Run) -> Message:
    """The case, then what to do at which minute, what to tell, what to listen for."""
    lines = _clock(told, run)
    head = _head(told, run)
    blocks: list[Block] = [
        header(f"Your kit: {told.title}"),
        *sections(head),
        divider(),
        # Not as a quote: a table in the case keeps its columns.
        *sections("*Say this*\n" + escape(clip(told.prompt.strip(), PROMPT))),
        divider(),
        *sections("*By the clock*\n" + "\n\n".join(lines)),
        divider(),
        *sections("*Tell only when asked*\n" + "\n".join(_facts(told))),
        divider(),
        *sections("*What good and weak sound like*\n" + "\n\n".join(_signals(told))),
        note(f"Keep this to yourself: {mention(run.candidate)} must not see it before you meet."),
    ]
    return Message(f"Your kit: {clip(escape(told.title), 100)}\n{head}", tuple(blocks[:50]))


def _clock(told: Kit, run: Run) -> list[str]:
    """What to do at which minute; what the kit says at the last one goes before the feedback."""
    steps, feedback = timeline(told, run.minutes)
    last = [one.said.cue for one in steps if one.minute >= feedback and isinstance(one.said, Cue)]
    lines = [_step(one) for one in steps if one.minute < feedback or isinstance(one.said, Probe)]
    stop = " ".join(_line(one) for one in last) or "Stop here."
    return [
        *lines,
        f"*{feedback} min*  {stop} Five minutes are for feedback: ask how it felt, then say one "
        "thing that worked and one to do differently.",
    ]


def _head(told: Kit, run: Run) -> str:
    place = _place(run)
    watching = f" {mention(run.observer)} observes." if run.observer else ""
    return (
        f"You interview {mention(run.candidate)} in the {place}.{watching}\n"
        f"Interview type: *{phrases.track(told.track)}*. You have "
        f"{plural(run.minutes, 'minute')}, feedback included."
    )


def _place(run: Run) -> str:
    if run.observer:
        return f"{('first', 'second', 'third')[min(run.turn, 2)]} {plural(run.minutes, 'minute')}"
    return f"{('first', 'second')[min(run.turn, 1)]} half hour"


def _line(text: str) -> str:
    return escape(clip(" ".join(text.split()), ITEM))


def _step(step: Step) -> str:
    at = f"*{step.minute} min*  "
    if isinstance(step.said, Probe):
        said = step.said
        return f"{at}Ask: “{_line(said.ask)}”\n        _Listen for:_ {_line(said.listen_for)}"
    return at + _line(step.said.cue)


def _facts(told: Kit) -> list[str]:
    return [f"• *{_line(one.asked)}*  {_line(one.tell)}" for one in told.facts]


def _signals(told: Kit) -> list[str]:
    """Cell by cell, in the order of the form."""
    lines = []
    for cell in Cell:
        said = [one for one in told.signals if one.cell == cell.value]
        heard = [f"• Good: {_line(one.strong)}\n• Weak: {_line(one.weak)}" for one in said]
        lines += ["\n".join([f"*{cell.title}*", *heard])] if heard else []
    return lines


def gone(kit_id: str, run: Run) -> Message:
    """The content has changed since the round was made."""
    text = (
        f"You interview {mention(run.candidate)} in the {_place(run)}, and the kit that was "
        f"chosen for it, `{escape(clip(kit_id, 80)).replace('`', '')}`, is not among my content "
        "any more. Ask whoever runs Drumbeat to bring it back, or interview with a question of "
        "your own: `/drill now` gives you one to ask."
    )
    return Message(text, tuple(sections(text)))


def not_needed(off: bool) -> Message:
    """In place of a kit whose meeting is not to be. `off`: the meeting; else only this person."""
    what = "That meeting is off" if off else "You are not in that meeting any more"
    text = (
        f"{what}, so you do not need this kit. I have taken it away, because you may be asked "
        "the same case one day."
    )
    return Message(text, (section(text),))
