"""What App Home says of marks: one's own beside the bot's, and those called wrong. Pure."""

from collections.abc import Sequence

from bot.scoring.gap import ENOUGH, CellGap, Harshness, SeenSelf
from bot.scoring.rules import Cell
from bot.slack.blocks import Block, clip, divider, escape, header, note, plural, section

CALLED_WRONG_DAYS = 30


def seen_self(told: SeenSelf) -> list[Block]:
    """*How you see yourself*: the gap per cell, from three answers marked blind on."""
    blocks: list[Block] = [divider(), header("How you see yourself")]
    if told.answers < ENOUGH:
        so_far = f" So far: {told.answers}." if told.answers else ""
        text = (
            "Press *Score yourself* under a drill before its scorecard comes, or tick *Ask me for "
            f"my own marks* under *Change*. After {plural(ENOUGH, 'answer')} this compares your "
            f"marks with mine.{so_far}"
        )
        return [*blocks, section(text)]
    if told.harshness:
        blocks.append(section(harshness_line(told.harshness)))
    lines = [_gap_line(cell, told.cells[cell]) for cell in Cell if cell in told.cells]
    blocks.append(section("\n".join(lines)))
    blocks.append(
        note(
            "Your mark less mine, for answers that you scored before you saw the card. It changes "
            "no mark."
        )
    )
    return blocks


def harshness_line(told: Harshness) -> str:
    """`You mark yourself 0.6 lower than I do, give or take 0.3, over 8 answers.`"""
    over = f"give or take {told.give:.1f}, over {plural(told.answers, 'answer')}."
    text = f"You mark yourself {_than_i(told.offset)}, {over}"
    near = abs(round(told.offset, 1)) < 0.1
    return text if near or not told.could_be_chance else f"{text} That may still be chance."


def _than_i(gap: float) -> str:
    size = abs(round(gap, 1))
    if size < 0.1:
        return "about as I do"
    return f"{size:.1f} {'higher' if gap > 0 else 'lower'} than I do"


def _gap_line(cell: Cell, told: CellGap) -> str:
    mean = f"*{cell.title}*  {_than_i(told.mean)} over {plural(told.count, 'answer')}"
    if told.count == 1:
        return mean
    last = ", ".join(_signed(one) for one in told.last)
    return f"{mean}; the last {len(told.last)}, newest at the end: {last}"


def _signed(gap: float) -> str:
    size = abs(round(gap, 1))
    return "0" if size < 0.1 else f"{'+' if gap > 0 else '−'}{size:.1f}"


def called_wrong(counts: Sequence[tuple[Cell, str, int]]) -> str:
    """For admins: how many marks were called wrong, by cell and scorer."""
    lines = [
        f"• {cell.title}, by {escape(clip(scorer, 60))}: {plural(count, 'mark')}"
        for cell, scorer, count in counts
    ]
    return f"*Marks called wrong in the last {CALLED_WRONG_DAYS} days*\n" + "\n".join(lines)
