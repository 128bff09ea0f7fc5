"""What people read about the model judge. Pure."""

from dataclasses import dataclass

from bot.scoring.judge.standing import Judged
from bot.scoring.rules import Cell, Scorecard
from bot.slack.blocks import clip, escape

NAME = 60  # characters of a model's or host's name
WAITING = "waiting"
# Why the scorer's marks stand alone, by code.
FAILED = {
    "slow": "{judge} did not answer in time, so these are the scorer’s marks alone.",
    "unreachable": "{judge} could not be reached, so these are the scorer’s marks alone.",
    "busy": "{judge} takes no more questions right now, so these are the scorer’s marks alone.",
    "broken": "{judge} had a fault of its own, so these are the scorer’s marks alone.",
    "refused": "{judge} refused the question, so these are the scorer’s marks alone.",
    "key": "{judge} does not accept our key, so these are the scorer’s marks alone. "
    "Whoever runs Drumbeat can mend that.",
    "address": "{judge} was not found at its address, so these are the scorer’s marks alone. "
    "Whoever runs Drumbeat can mend that.",
    "unusable": "{judge} gave a reply that could not be read, so these are the scorer’s marks "
    "alone.",
    "quotes": "{judge} quoted words that are not in your answer, so its marks were put aside.",
    "nothing": "Too little of this is your own words about the question to ask {judge} as well.",
    "budget": "Today’s questions to {judge} are used up, so these are the scorer’s marks alone.",
    "resting": "{judge} failed several times in a row and is left in peace for a few minutes, so "
    "these are the scorer’s marks alone.",
}
HELD = {
    "addressed": "Part of your answer speaks to whoever marks it. {judge} was not shown that part, "
    "and no mark rose.",
    "far": "{judge} saw far more in this than the scorer did. No mark rose: the scorer’s word "
    "holds where the two are that far apart.",
}


def named(model: str, host: str) -> str:
    """`MODEL at HOST`, to be escaped where it is shown."""
    return f"{clip(model, NAME)} at {clip(host, NAME)}"


def privacy(judge: str) -> str:
    """What is added wherever it is said what becomes of an answer; `judge` as `named`, or empty."""
    if not judge:
        return ""
    return (
        f" Once an answer is final, {escape(judge)} reads it too, without members’ names, "
        "addresses, telephone numbers and links. `/drill setup` switches that off."
    )


@dataclass(frozen=True)
class Second:
    """What a card says of the model judge: its marks, or by a code why there are none."""

    model: str
    host: str
    judged: Judged | None = None
    code: str = ""

    @property
    def judge(self) -> str:
        return escape(named(self.model, self.host))


def remarks(told: Second) -> list[str]:
    """Sentences under the cells: why the scorer's marks stand, or what became of the model's."""
    if told.code == WAITING:
        return [f"{told.judge} is reading your answer too. This card may change in a moment."]
    if told.judged is None:
        return [FAILED[told.code].format(judge=told.judge)] if told.code in FAILED else []
    lines = [HELD[told.judged.held].format(judge=told.judge)] if told.judged.held in HELD else []
    for cell in told.judged.rejected[:1]:
        lines.append(
            f"{cell.title} keeps the scorer’s mark: {told.judge} quoted words that are not in your "
            "answer."
        )
    return lines


def beside(told: Second, cell: Cell) -> list[str]:
    """Lines under one cell: the model's reason, and the scorer's own mark where a level apart."""
    judged = told.judged
    if judged is None or cell not in judged.own:
        return []
    lines = []
    alone, stands = judged.embedded.cells.get(cell), judged.card.cells.get(cell)
    if alone and stands and alone.level != stands.level and alone.level is not None:
        lines.append(f"The scorer alone gave {alone.level}.")
    if reason := " ".join(judged.reasons.get(cell, "").split()):
        name = escape(clip(told.model, NAME))
        lines.append(f"{name}: {escape(clip(reason.replace('`', ''), 300))}")
    return lines


def overall(card: Scorecard, told: Second | None) -> str:
    """`Overall 3.3 of 4 (3.1 by embedded-v2 · 3.6 by MODEL at HOST)`, or by the scorer alone."""
    whole = f"Overall {card.overall:.1f} of 4"
    if told is None or told.judged is None:
        return f"{whole}, scored by {card.scorer}"
    scorer = told.judged.embedded
    both = f"{scorer.overall:.1f} by {escape(scorer.scorer)} · {told.judged.overall:.1f}"
    return f"{whole} ({both} by {told.judge})"
