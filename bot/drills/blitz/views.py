"""What a blitz says: its drills' titles, before and now after each one, and what it came to. Pure.

No line blames: one answer more or less moves a mark either way.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.drills.answers.views import plain
from bot.drills.blitz.rules import MOST, Ending, Step, Told, Turn, compared
from bot.drills.later.views import Probed, closing_lines
from bot.drills.views import NOW
from bot.scoring.rules import LEVELS, Cell, Scorecard
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    escape,
    plural,
    section,
    sections,
)

BLITZ = "drills.blitz"
END = "drills.blitz_end"
OPENING = 60  # characters of a drill's prompt in a list
MISTAKES = {
    "blitz_gone": "That blitz is not yours or no longer exists. `/drill blitz` opens a new one.",
}


def title(turn: Turn) -> str:
    """In the heading of the drill's message."""
    return f"{'Today’s blitz' if turn.daily else 'Blitz'}, drill {turn.number} of {turn.of}"


def more(turn: Turn) -> str:
    """The line under the drill: what the blitz works on, and where the member stood."""
    words = (
        f"A blitz works on one thing, here {named(turn.cell)}. You have answered this drill before"
    )
    if turn.before is None:
        return f"{words}; it got no mark there."
    return f"{words}: {level(turn.before)} of {LEVELS - 1} there."


def named(cell: Cell) -> str:
    """The cell in the middle of a sentence."""
    return cell.title.lower()


def level(mark: float) -> int:
    """As a scorecard shows it."""
    return int(mark + 0.5)


# --- after a drill --------------------------------------------------------------------------------


def closing(
    told: Told, scorecard: Scorecard | None, probed: Probed | None, practised: tuple[int, int]
) -> Message:
    """The closing card of a blitz's drill; without a scorecard the answer was withdrawn."""
    lines = closing_lines(scorecard, probed, practised) if scorecard else ["*Session closed.*"]
    lines.append(moved(told.turn.cell, told.step))
    blocks = sections("\n".join(lines))
    if told.ending == Ending.SUMMARY:
        summed = summary(told.turn.cell, told.turn.of, told.steps)
        lines += summed
        blocks += sections("\n".join(summed))
        blocks.append(actions(button("Another drill", NOW)))
    elif told.ending == Ending.NEXT:
        blocks.append(_onward(told.turn, len(told.steps) + 1))
    return Message(" ".join(plain(line) for line in lines), tuple(blocks))


def _onward(turn: Turn, number: int) -> Block:
    value = str(turn.blitz_id)
    onward = button(f"Next: {number} of {turn.of}", BLITZ, value, style="primary")
    return actions(onward, button("End the blitz", END, value))


def moved(cell: Cell, step: Step) -> str:
    """`Trade-offs: 2 → 3. That is one level more than last time.`"""
    title = f"*{cell.title}:*"
    if not step.answered:
        return f"{title} your answer was withdrawn, so there is nothing to compare."
    if step.after is None:
        was = f"; last time it was {level(step.before)}" if step.before is not None else ""
        return f"{title} not assessed this time{was}. Longer answers are."
    now = level(step.after)
    if step.before is None:
        return f"{title} {now} now. It was not assessed last time."
    before = level(step.before)
    if now > before:
        return f"{title} {before} → {now}. That is {plural(now - before, 'level')} up."
    if now == before:
        return f"{title} {before} → {now}. The same as last time."
    return (
        f"{title} {before} → {now}. Single answers go up and down; your scorecard says what would "
        "have raised this one."
    )


def summary(cell: Cell, of: int, steps: Sequence[Step]) -> list[str]:
    """All of a blitz that is over: a line a drill, and the means where both marks are known."""
    done = sum(one.answered for one in steps)
    lines = [f"*Your blitz on {named(cell)} is over:* {done} of {plural(of, 'drill')} answered."]
    for number, one in enumerate(steps[:MOST], 1):
        lines.append(f"{number}. {escape(clip(one.opening, OPENING))}: *{_short(one)}*")
    both = compared([_shown(one) for one in steps])  # of what the lines above say
    if both:
        lines.append(
            f"On average {both.before:.1f} before and {both.after:.1f} now, over "
            f"{plural(both.count, 'drill')}."
        )
    return lines


def _shown(step: Step) -> Step:
    before, after = (None if mark is None else level(mark) for mark in (step.before, step.after))
    return replace(step, before=before, after=after)


def _short(step: Step) -> str:
    if not step.answered:
        return "no answer"
    before, after = (
        "not assessed" if mark is None else str(level(mark)) for mark in (step.before, step.after)
    )
    return f"{before} → {after}"


# --- what a command or a button answers -----------------------------------------------------------


def on_its_way(turn: Turn) -> Message:
    return Message(
        f"Drill {turn.number} of {turn.of} of your blitz on {named(turn.cell)} is on its way to "
        "our direct message. Answer in its thread."
    )


def still_open(turn: Turn) -> Message:
    """There is one drill at a time."""
    text = (
        f"Drill {turn.number} of {turn.of} of your blitz on {named(turn.cell)} is open in our "
        "direct message: answer in its thread. *Skip* there leaves it out."
    )
    return Message(text, (section(text), actions(button("End the blitz", END, str(turn.blitz_id)))))


def skipped(turn: Turn, number: int) -> Message:
    """One drill was left out; `number` is that of the next."""
    text = "Skipped. Nothing is owed, and the blitz goes on when you like."
    return Message(text, (section(text), _onward(turn, number)))


def nothing_answered() -> Message:
    text = (
        "A blitz brings back drills that you have answered, to work on your weakest marks, and "
        "there is none yet. Begin with a drill."
    )
    return Message(text, (section(text), actions(button("A drill, now", NOW, style="primary"))))


def nothing_left() -> Message:
    text = (
        "No drill is left for a blitz today: it brings back what you answered on another day, and "
        "today you have answered it. What you answer today can come back tomorrow."
    )
    return Message(text, (section(text), actions(button("A drill, now", NOW))))


def over() -> Message:
    """For a button of a blitz that has ended."""
    text = "That blitz is over. A new one looks at your marks as they are now."
    return Message(text, (section(text), actions(button("A new blitz", BLITZ))))


def over_with_its_day() -> Message:
    text = (
        "A blitz ends with its day, and this one’s day is over. A new one looks at your marks anew."
    )
    return Message(text, (section(text), actions(button("A new blitz", BLITZ))))


def ended(cell: Cell, of: int, steps: Sequence[Step]) -> Message:
    """*End the blitz* was pressed."""
    if not any(one.answered for one in steps):
        return Message("The blitz is over. Nothing is owed, and your marks stay as they were.")
    return Message("\n".join(plain(line) for line in summary(cell, of, steps)))
