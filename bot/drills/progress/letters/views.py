"""The monthly letter in words, and its picture's. Pure; docs/progress.md.

It says what was done and how much stands behind it; it counts no day that was missed.
"""

from collections.abc import Mapping
from datetime import date

from bot.drills.blitz.views import BLITZ
from bot.drills.progress.letters.chart import MONTHS, month_words
from bot.drills.progress.letters.rules import Course, Finding, Found, Letter, Next
from bot.drills.progress.views import title
from bot.drills.views import MUTE, NOW
from bot.plans.letters.rules import month_before
from bot.scoring.rules import LEVELS
from bot.slack.blocks import Message, actions, button, header, note, plural, section

RULE = "drill.letter"
SETUP = "home.setup"  # the form of App Home, which is a later feature
SOLO = "mocks.solo"  # likewise
FEW = 5  # marks up to which a finding is called a first sign


def letter(told: Letter, titles: Mapping[str, str]) -> Message:
    """The text; the picture follows as a file."""
    head = f"Your {month_words(told.first)}"
    said = f"You gave {plural(told.answers, 'answer')} on {plural(told.days, 'day')}."
    found = finding(told, titles)
    then, do = suggestion(told)
    text = f"{head}. {said} {found} {then}"
    why = "Monthly letter: once a month, on your first practice day. Only you see it."
    return Message(
        text.replace("*", ""),
        (
            header(head),
            section(f"{said}\n{found}"),
            section(f"*One thing to do next*\n{then}"),
            actions(button(*do, style="primary"), button("Mute these letters", MUTE, RULE)),
            note(why),
        ),
    )


def finding(told: Letter, titles: Mapping[str, str]) -> str:
    """One sentence or two, with how much stands behind it."""
    found = told.finding
    if found.found == Found.done:
        return (
            "No change in your marks is clear enough to name yet. "
            "The picture below has every one of them."
        )
    says = {
        Found.rose: _rose,
        Found.steadier: _steadier,
        Found.to_win: _to_win,
    }
    if found.found == Found.strength:
        return _strength(found, titles)
    if found.found == Found.otherwise:
        return _otherwise(found)
    return says[found.found](found, month_before(told.first))


def _cell(found: Finding) -> str:
    return found.cell.title if found.cell else ""


def _careful(count: int) -> str:
    return " These are few marks, so take it as a first sign." if count <= FEW else ""


def _rose(found: Finding, before: date) -> str:
    return (
        f"*{_cell(found)} went up*: {found.now:.1f} of 4 over {plural(found.over, 'mark')}, after "
        f"{found.before:.1f} over {found.over_before} in {MONTHS[before.month - 1]}."
        f"{_careful(min(found.over, found.over_before))}"
    )


def _steadier(found: Finding, before: date) -> str:
    return (
        f"*{_cell(found)} got steadier*: half of your {plural(found.over, 'mark')} lie within "
        f"{found.now:.1f} of the middle, after {found.before:.1f} over {found.over_before} in "
        f"{MONTHS[before.month - 1]}.{_careful(min(found.over, found.over_before))}"
    )


def _strength(found: Finding, titles: Mapping[str, str]) -> str:
    over = plural(found.over, "answer")
    return (
        f"*{title(found.family, titles)}* is a strength of yours: {found.now:.1f} of 4 as a whole "
        f"over {over}, and {found.before:.1f} over the {found.over_before} others."
        f"{_careful(min(found.over, found.over_before))}"
    )


def _otherwise(found: Finding) -> str:
    gap = abs(found.now - found.before)
    how = "higher" if found.now > found.before else "lower"
    kind = "" if how == "higher" else " You may be better at it than you think."
    return (
        f"*You mark your {_cell(found).lower()} {gap:.1f} {how} than I do*: {found.now:.1f} and "
        f"{found.before:.1f} over {plural(found.over, 'answer')}.{kind}{_careful(found.over)}"
    )


def _to_win(found: Finding, _before: date) -> str:
    return (
        f"*Most is to be won in {_cell(found).lower()}*: {found.now:.1f} of 4 over "
        f"{plural(found.over, 'mark')}, and {found.before:.1f} or more in the other cells."
        f"{_careful(found.over)}"
    )


def suggestion(told: Letter) -> tuple[str, tuple[str, str]]:
    """What to do, and its button: text and action."""
    cell = told.weakest.title.lower() if told.weakest else ""
    return {
        Next.blitz: (
            f"A blitz: three short drills on {cell}, the cell in which you have most to win, from "
            "questions that you know.",
            ("Start a blitz", BLITZ),
        ),
        Next.mock: (
            "A mock interview with the bot: see whether it holds under an interviewer’s questions.",
            ("A mock with the bot", SOLO),
        ),
        Next.track: (
            "Try another track: choose one in the settings, or with `/drill track`.",
            ("Choose a track", SETUP),
        ),
        Next.own_marks: (
            "Mark yourself before each scorecard for a while: tick it in the settings.",
            ("Open the settings", SETUP),
        ),
        Next.drill: (
            "Another drill: each mark makes the next letter surer.",
            ("A drill, now", NOW),
        ),
    }[told.then]


# --- the picture --------------------------------------------------------------------------------


def comment(told: Letter) -> str:
    """The line above the picture."""
    return f"Your marks in {month_words(told.first)}, by day"


def file_name(told: Letter) -> str:
    return f"marks-{told.first:%Y-%m}.png"


def alt(told: Letter) -> str:
    """The picture in words."""
    head = f"Marks in {month_words(told.first)}, from 0 to {LEVELS - 1}, for each cell by day."
    return " ".join([head, *(_spoken(one, told) for one in told.courses)])


def _spoken(one: Course, told: Letter) -> str:
    if not one.dots:
        return f"{one.cell.title}: no marks."
    low, high = min(dot.mark for dot in one.dots), max(dot.mark for dot in one.dots)
    lasted = f"from {low:.1f} to {high:.1f}" if high > low else f"{low:.1f}"
    said = [f"{one.cell.title}: {plural(len(one.dots), 'mark')}, {lasted}"]
    partners = sum(dot.partner for dot in one.dots)
    if partners:
        said.append(f"{partners} from partners")
    if one.level is not None:
        said.append(f"mean {one.level:.1f}")
    if one.before is not None:
        name = MONTHS[month_before(told.first).month - 1]
        said.append(f"in {name} the mean was {one.before:.1f}")
    return f"{', '.join(said)}."
