"""The scorecard and what stands in its place. Pure: values in, blocks out.

Lines such as `Trade-offs: 3/4` stand in the text of a card: outsiders rely on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.drills.views import DONE, SELF_SCORE
from bot.scoring.feedback import Feedback, Line
from bot.scoring.gap import mean_gap
from bot.scoring.judge import views as judge
from bot.scoring.judge.views import Second
from bot.scoring.rules import LEVELS, Cell, CellScore, KeyPointScore, Scorecard
from bot.slack.blocks import (
    TEXT,
    Block,
    Message,
    actions,
    button,
    clip,
    date_token,
    divider,
    escape,
    header,
    note,
    plural,
    section,
    sections,
)

WRONG = "drills.mark_wrong"
QUOTE = 280  # characters of a quote on a card
POINT_QUOTE = 120  # of one under a key point: there may be eight of them
POINT_SECTIONS = 6  # of a card's fifty blocks
HELD_BACK = {  # what lowered the marks as a whole and no other line of the card says
    "too_short": "Twelve words are the least I can score: edit your answer and this card changes.",
    "off_topic": "Most of this seems to be about another question, so the marks stay low.",
    "shuffled": "The sentences hardly follow on from one another, which lowers the marks.",
}


@dataclass(frozen=True)
class Card:
    """A scored answer as its card shows it."""

    session_id: int
    scorecard: Scorecard
    feedback: Feedback
    final: bool
    late: bool
    box_ends_at: datetime | None = None
    asked: str = ""  # a channel's question; the card stands far from it
    own: Mapping[Cell, int] = field(default_factory=dict)  # the member's own marks, 0 to 4
    own_blind: bool = True  # given before the card came
    second: Second | None = None  # what the model judge says, where there is one
    controls: bool = True  # under it: Done, Score yourself
    query: bool | None = None  # a coding drill's: was its result right?


def _opening(prompt: str) -> str:
    return escape(clip(" ".join(prompt.split()), 160))


def mark(score: CellScore | None) -> str:
    return f"{score.level}/4" if score and score.level is not None else "not assessed"


def card(told: Card) -> Message:
    """Four cells with quotes, then keep, stop, start and a sentence rewritten."""
    spoken, blocks = _heading(told)
    for cell in Cell:
        score = told.scorecard.cells.get(cell)
        spoken.append(f"{cell.title}: {mark(score)}")
        blocks += _marked(told, cell, score)
    if told.second:
        remarks = judge.remarks(told.second)
        blocks += [note(line) for line in remarks]
        spoken += remarks
    blocks += _points(told.scorecard.key_points, final=told.final)
    blocks.append(divider())
    # An answer too short to be marked is too short to be advised on.
    advice = [] if "too_short" in told.scorecard.flags else _advice(told.feedback)
    blocks += [section(line) for line in advice]
    spoken += [plain(line) for line in advice]
    blocks.append(note(_foot(told)))
    if own := _own_foot(told):
        blocks.append(note(own))
        spoken.append(own)
    blocks += _controls(told)
    return Message(clip("\n".join(spoken), TEXT), tuple(blocks))


def _heading(told: Card) -> tuple[list[str], list[Block]]:
    """The title and what lowered the marks as a whole, spoken and shown."""
    title = "Your scorecard" if told.final else "Your scorecard so far"
    if told.late:
        title += " (late, and counted)"
    blocks: list[Block] = [header(title)]
    if told.asked:
        blocks.append(note(f"For your answer to the team’s drill: {_opening(told.asked)}"))
    if told.query is not None:
        blocks.append(section(f"*Query: {'right' if told.query else 'not yet'}*"))
    asked = [] if told.query is None else [f"Query: {'right' if told.query else 'not yet'}."]
    held = [HELD_BACK[flag] for flag in told.scorecard.flags if flag in HELD_BACK]
    return [f"{title}.", *asked, *held], [*blocks, *(section(line) for line in held)]


def _controls(told: Card) -> list[Block]:
    if not told.controls:
        return []
    value = str(told.session_id)
    pressed = [] if told.final else [button("Done", DONE, value, style="primary")]
    if not told.own and any(score.level is not None for score in told.scorecard.cells.values()):
        pressed.append(button("Score yourself", SELF_SCORE, value))
    return [actions(*pressed, block_id="card.controls")] if pressed else []


def _marked(told: Card, cell: Cell, score: CellScore | None) -> list[Block]:
    """A cell with its mark, the member's own, and the button for who thinks it is wrong.

    The quotes stand in a section of their own: beside a button they would have half the width.
    """
    if score is None or score.level is None:
        short = "too_short" in told.scorecard.flags
        why = "The answer is too short for it." if short else "The drill does not ask for it."
        return [section(f"*{cell.title}: {mark(score)}*  {why}")]
    head = f"*{cell.title}: {mark(score)}*"
    if score.anchor:
        head += f"  {escape(score.anchor)}"
    if cell in told.own:
        head += f"\nyou {told.own[cell]} · Drumbeat {score.level}"
    wrong = button("This mark is wrong", f"{WRONG}.{cell.value}", str(told.session_id))
    label = {"accessibility_label": f"{cell.title}: this mark is wrong"}
    blocks = [section(head, accessory=wrong | label)]
    lines = _grounds(score)
    if told.second:
        lines += [f"_{line}_" for line in judge.beside(told.second, cell)]
    return [*blocks, section("\n".join(lines))] if lines else blocks


def _grounds(score: CellScore) -> list[str]:
    """What the mark rests on, and what would have raised it."""
    # Under a 0 a quote would contradict the anchor, and so would a gap under the highest mark.
    lines = [quoted(quote) for quote in score.quotes[:2]] if score.level else []
    if score.missing and score.level != LEVELS - 1:
        lines.append(f"_Missing: {escape(', '.join(score.missing[:3]))}_")
    return lines


def _own_foot(told: Card) -> str:
    """`Your own marks are 0.5 higher than mine, taken over 4 cells.`"""
    levels = {cell: one.level for cell, one in told.scorecard.cells.items()}
    shown = {cell: float(level) for cell, level in levels.items() if level is not None}
    gap = mean_gap(told.own, shown)
    if gap is None:
        return ""
    size = abs(round(gap, 1))
    count = sum(cell in shown for cell in told.own)
    than = (
        f"{size:.1f} {'higher' if gap > 0 else 'lower'} than mine" if size else "the same as mine"
    )
    over = f", on average over {count} cells" if count > 1 else ""
    late = "" if told.own_blind else " You gave them after you saw the card."
    return f"Your own marks are {than}{over}.{late}"


def quoted(quote: str, most: int = QUOTE) -> str:
    """Words of the answer, clipped, as a quotation."""
    words = escape(clip(" ".join(quote.split()), most))
    return f"> “{words}”"


def _points(points: Sequence[KeyPointScore], *, final: bool) -> list[Block]:
    """Covered ones with the words that do it; missed ones only when nothing can be copied."""
    if not points:
        return []
    covered = [point for point in points if point.covered]
    head = "Key points" if final else "Key points so far"
    lines = [f"*{head}: {len(covered)} of {len(points)} covered*"]
    for point in covered:
        lines.append(f":white_check_mark: {_point(point)}")
        lines += [quoted(point.quote, POINT_QUOTE)] if point.quote else []
    if final:
        lines += [f":white_circle: {_point(point)}" for point in points if not point.covered]
    elif len(covered) < len(points):
        lines.append("_What is missing is listed once your answer is final._")
    return sections("\n".join(lines))[:POINT_SECTIONS]


def _point(told: KeyPointScore) -> str:
    return escape(clip(told.point, QUOTE))


def _advice(feedback: Feedback) -> list[str]:
    lines = [
        _line("Keep", feedback.keep),
        _line("Stop", feedback.stop),
        _line("Start", feedback.start),
    ]
    if feedback.rewrite:
        lines.append(
            f"*Try it like this*\n{quoted(feedback.rewrite.original)}\n"
            f"→ {escape(feedback.rewrite.better)}"
        )
    return lines


def _line(name: str, line: Line) -> str:
    quote = f"\n{quoted(line.quote)}" if line.quote else ""
    return f"*{name}.* {escape(line.text)}{quote}"


def plain(text: str) -> str:
    """The same for the text of a message."""
    return text.replace("*", "").replace("\n> ", " ").replace("\n→ ", " → ")


def _foot(told: Card) -> str:
    scorecard = told.scorecard
    if all(score.level is None for score in scorecard.cells.values()):
        return f"Nothing scored yet. {_how(told)}"
    count = sum(len(score.evidence) for score in scorecard.cells.values())
    scored = judge.overall(scorecard, told.second)
    trust = f"confidence {scorecard.confidence}, {plural(count, 'piece')} of evidence"
    return f"{scored}, {trust}. {_how(told)}"


def _how(told: Card) -> str:
    if told.final or told.box_ends_at is None:
        return "Edit your answer and this card changes."
    until = date_token(told.box_ends_at, "{time}", f"{told.box_ends_at:%H:%M} UTC")
    return f"The answer box is open until {until}: more messages and edits change this card."


def withdrawn() -> Message:
    text = (
        "Your answer was withdrawn, and its marks with it. "
        "A new message in this thread starts again."
    )
    return Message(text, (section(text),))


def drill_gone() -> Message:
    text = "This drill has left the bank, so your answer is kept and cannot be scored."
    return Message(text, (section(text),))


def nothing_to_compare() -> Message:
    text = "The answer itself was withdrawn, so there is nothing to compare this with. It is kept."
    return Message(text, (section(text),))
