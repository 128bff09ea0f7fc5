"""The texts of which digests are made. Pure; each holds on one or a few lines."""

from collections.abc import Sequence

from bot.okrs.digests.rules import Blocker, Line, Part
from bot.okrs.health import Colour
from bot.okrs.wording import FIRM, colour_mark, colour_word, number, progress_bar
from bot.slack.blocks import Block, clip, escape, section

SECTION = 2_800  # characters of a section; clipping in the middle of a line is for the absurd
TITLE, NAME, WORDS = 150, 80, 300  # characters of what people typed


def counts(lines: Sequence[Line], between: str = " · ") -> str:
    """How many are of each colour, such as *3 on track · 1 at risk*."""
    found = [(sum(line.colour is one for line in lines), one) for one in Colour]
    return between.join(f"{count:,} {colour_word(one).lower()}" for count, one in found if count)


def whole(part: Part) -> list[str]:
    return [head(part), *(_line(line) for line in part.lines)]


def head(part: Part) -> str:
    bar = progress_bar(part.progress)
    text = f"*Objective: {flat(part.title, TITLE)}*\n{colour_mark(part.colour)} · {bar}"
    if part.weakest and len(part.lines) > 1:
        return f"{text} · weakest: {flat(part.weakest, TITLE)}"
    return text if part.lines else f"{text} · {flat(part.reason, WORDS)}"


def _line(line: Line) -> str:
    title = f"{colour_mark(line.colour)}: {flat(line.title, TITLE)}"
    state = flat(line.value, NAME)
    state += f" · {flat(line.target, TITLE)}" if line.target else ""
    bar = f" · {progress_bar(line.progress)}" if line.progress is not None else ""
    why = flat(" ".join(line.reasons), WORDS)
    said = [title, f"{state}{bar}", why, flat(line.forecast, WORDS), _confidence(line)]
    return "\n".join(text for text in said if text)


def _confidence(line: Line) -> str:
    if line.confidence is None:
        return ""
    mean = f"Confidence {number(line.confidence, 2)} of 10"
    if len(line.votes) < 2:
        return f"{mean}."
    shown = ", ".join(str(vote) for vote in line.votes[:20])
    return f"{mean}, votes {shown}."


def blocker(one: Blocker) -> str:
    who = f"{flat(one.who, NAME)}: " if one.who else ""
    return f"🚧 {flat(one.title, TITLE)}. {who}{flat(one.words, WORDS)}"


def packed(texts: Sequence[str], between: str = "\n") -> list[Block]:
    """As few sections as hold these texts, each of them whole."""
    made: list[str] = []
    for text in texts:
        if made and len(made[-1]) + len(text) + len(between) <= SECTION:
            made[-1] += f"{between}{text}"
        else:
            made.append(text)
    return [section(one) for one in made]


def short(text: str, most: int) -> str:
    """On one line; what stands together by a no-break space stays together."""
    firm = (" ".join(one.split()) for one in text[: 4 * most].split(FIRM))
    return clip(FIRM.join(firm), most)


def flat(text: str, most: int) -> str:
    """What people typed, on one line and harmless."""
    return escape(short(text, most))
