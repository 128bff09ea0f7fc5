"""What App Home says of marks: one's own beside the bot's, and those called wrong. Pure."""

from collections.abc import Sequence

from bot.scoring.gap import ENOUGH, CellGap, Harshness, MarksOthers, SeenSelf
from bot.scoring.rules import Cell
from bot.slack.blocks import Block, clip, divider, escape, header, note, plural, section

CALLED_WRONG_DAYS = 30


def seen_self(told: SeenSelf) -> list[Block]:
    """*How you see yourself*: the gap per cell, from three answers or mocks marked blind on."""
    blocks: list[Block] = [divider(), header("How you see yourself")]
    if told.answers < ENOUGH:
        so_far = f" So far: {told.answers}." if told.answers else ""
        text = (
            "Press *Score yourself* under a drill before its scorecard comes, or tick *Ask me for "
            f"my own marks* under *Change*. After {plural(ENOUGH, 'answer')} this compares your "
            f"marks with mine. Mock interviews count too.{so_far}"
        )
        return [*blocks, section(text)]
    if told.harshness:
        blocks.append(section(harshness_line(told.harshness, told.mocks)))
    lines = [
        _cell_lines(cell, told) for cell in Cell if cell in told.cells or cell in told.partners
    ]
    blocks.append(section("\n".join(lines)))
    blocks.append(note(_fine_print(told)))
    return blocks


def _fine_print(told: SeenSelf) -> str:
    if not told.mocks:
        return (
            "Your mark less mine, for answers that you scored before you saw the card. It changes "
            "no mark."
        )
    return (
        "Your mark less mine, or less your partners’, where you gave yours before you saw theirs. "
        "I am not there in a mock interview, so the mean of your drills stands for my mark. "
        "It changes no mark."
    )


def harshness_line(told: Harshness, mocks: int = 0) -> str:
    """`You mark yourself 0.6 lower than I do, give or take 0.3, over 8 answers.`

    Where `mocks` of the answers are mock interviews, beside *others*: partners have marked them.
    """
    over = f"give or take {told.give:.1f}, over {_counted(told.answers, mocks)}."
    text = f"You mark yourself {_than(told.offset, 'others do' if mocks else 'I do')}, {over}"
    near = abs(round(told.offset, 1)) < 0.1
    return text if near or not told.could_be_chance else f"{text} That may still be chance."


def _counted(count: int, mocks: int) -> str:
    if mocks >= count:
        return plural(count, "mock interview") if mocks else plural(count, "answer")
    return f"{count:,} answers and mock interviews" if mocks else plural(count, "answer")


def marks_others(told: MarksOthers) -> list[Block]:
    """*How you mark others*, from the first form that others have seen on."""
    if not told.forms:
        return []
    blocks: list[Block] = [divider(), header("How you mark others")]
    if told.usual is None:
        text = (
            f"After {plural(ENOUGH, 'form')} for partners in mock interviews this compares your "
            f"marks with others’ for the same people. So far: {told.forms:,}."
        )
        return [*blocks, section(text)]
    over = f"give or take {told.usual.give:.1f}, over {plural(told.usual.answers, 'form')}."
    text = f"You mark partners {_than(told.usual.offset, 'others do')}, {over}"
    if told.usual.could_be_chance and abs(round(told.usual.offset, 1)) >= 0.1:
        text += " That may still be chance."
    why = (
        "Your marks less others’ for the same people: other partners’, and the mean of mine. "
        "Partners see this line beside your marks. It changes no mark."
    )
    return [*blocks, section(text), note(why)]


def _than(gap: float, others: str) -> str:
    size = abs(round(gap, 1))
    if size < 0.1:
        return f"about as {others}"
    return f"{size:.1f} {'higher' if gap > 0 else 'lower'} than {others}"


def _cell_lines(cell: Cell, told: SeenSelf) -> str:
    """The gap to the bot, and below it the gap to partners, where there is one."""
    lines = []
    if cell in told.cells:
        mocks = min(told.mocks, told.cells[cell].count)
        lines.append(_gap_line("I do", told.cells[cell], "answer" if not mocks else "mark"))
    if cell in told.partners:
        lines.append(_gap_line("partners do", told.partners[cell], "mock"))
    first, *rest = lines
    return "\n".join([f"*{cell.title}*  {first}", *(f"• {one}" for one in rest)])


def _gap_line(others: str, told: CellGap, counted: str) -> str:
    mean = f"{_than(told.mean, others)} over {plural(told.count, counted)}"
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
