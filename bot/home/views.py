"""App Home, and what its buttons and commands answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.drills.blitz.views import BLITZ
from bot.drills.later.views import practised_line
from bot.drills.progress import views as progress
from bot.drills.progress.rules import Grid
from bot.drills.views import NOW, PRIVACY_AFTER, SKIP
from bot.home.marks import views as marks
from bot.home.mocks import views as mock_views
from bot.home.okrs import views as okrs
from bot.home.plan import views as plan_views
from bot.home.setup.views import DAY_NAMES, Settings
from bot.home.setup.views import MISTAKES as MISTAKES  # `features.py` collects them
from bot.mocks.weighing.views import WEIGHTS
from bot.plans.views import (
    PAUSE,
    RESUME,
    TRACK_NAMES,
    Laid,
    Silence,
    day_words,
    laid_words,
    moment_words,
    quiet,
)
from bot.scoring.gap import MarksOthers, SeenSelf
from bot.scoring.judge.views import privacy
from bot.scoring.rubrics.views import RUBRIC
from bot.scoring.rules import Cell
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    confirm,
    divider,
    escape,
    header,
    home,
    note,
    plural,
    section,
)

SETUP = "home.setup"
EXPORT = "home.export"
DELETE = "home.delete_me"
STATS = "home.stats"
UNMUTE = "home.unmute"
MUTABLE = {
    "drill.reminder": "Reminders ten minutes before a session ends",
    "drill.review_asked": "Being asked for marks of somebody’s answer",
    "drill.letter": "The monthly letter about your marks",
    "okr.check_in": "Being asked for your check-ins",
    "okr.check_in_reminder": "The reminder of a check-in a day later",
    "okr.unowned": "Key results of your team that nobody answers for",
    "okr.owner": "Being named the owner of a key result",
    "okr.close": "Being asked to grade a cycle that is over",
    "okr.close_out": "How a cycle ended, where the team’s channel cannot have it",
    "mock.marks_reminder": "Reminders of the marks of a mock interview",
    "okr.digest": "How your team stands, where its channel cannot have it",
}


@dataclass(frozen=True)
class HomePage:
    """Everything App Home shows of one member."""

    set_up: bool
    settings: Settings
    next_due: datetime | None
    paused_until: datetime | None
    resting: bool
    silence: Silence | None  # an interview keeps the daily drills away
    open_session: int | None
    practised: tuple[int, int]
    progress: Grid
    families: Mapping[str, str]  # their keys as people read them
    seen_self: SeenSelf
    marks_others: MarksOthers
    muted: tuple[str, ...]
    missed: date | None
    is_admin: bool
    refused: tuple[tuple[str, int], ...]  # for admins: (Slack's reason, how often)
    judge: str = ""  # the model judge by name, where there is one
    called_wrong: tuple[tuple[Cell, str, int], ...] = ()  # for admins: cell, scorer, how many marks
    goals: okrs.Goals = field(default_factory=okrs.Goals)
    mocks: mock_views.Mocks = field(default_factory=mock_views.Mocks)
    plan: plan_views.PlanSection = field(default_factory=plan_views.PlanSection)


def page(told: HomePage) -> Block:
    blocks = _welcome() if not told.set_up else _today(told)
    blocks += plan_views.section(told.plan)
    blocks += mock_views.section(told.mocks)
    blocks += okrs.goals(told.goals, told.settings.tz)
    blocks += _progress(told)
    blocks += marks.seen_self(told.seen_self)
    blocks += marks.marks_others(told.marks_others)
    blocks += _settings(told)
    if told.is_admin:
        blocks += _admin(told)
    judge = told.judge if told.settings.judge else ""
    blocks += [divider(), note(f"{PRIVACY_AFTER}{privacy(judge)}")]
    return home(blocks)


def _admin(told: HomePage) -> list[Block]:
    blocks: list[Block] = [
        divider(),
        header("For admins"),
        section(
            "*Rubric*  the words and weights that answers here are marked on",
            accessory=button("Rubric", RUBRIC),
        ),
        section(
            "*Mock interviews*  what makes a good pair",
            accessory=button("Weights", WEIGHTS),
        ),
    ]
    if told.refused:
        lines = [f"• {escape(code)}: {plural(count, 'message')}" for code, count in told.refused]
        blocks.append(section("*Slack refused these for good*\n" + "\n".join(lines)))
    if told.called_wrong:
        blocks.append(section(marks.called_wrong(told.called_wrong)))
    return blocks


def _welcome() -> list[Block]:
    return [
        header("A product-interview drill, every day"),
        section(
            "One question a day at your own time. You answer in a thread, get a scorecard with "
            "your own words as evidence, one probe and one retake. Thirty minutes, no backlog."
        ),
        actions(
            button("Set up the daily drill", SETUP, style="primary"),
            button("Try one now", NOW),
        ),
    ]


def _today(told: HomePage) -> list[Block]:
    blocks = [header("Your drill"), section(_when(told))]
    if told.missed:
        blocks.append(
            note(f"The drill of {day_words(told.missed)} was skipped: its time had passed.")
        )
    blocks.append(actions(button("A drill, now", NOW), *_stops(told), button("Blitz", BLITZ)))
    return blocks


def _stops(told: HomePage) -> list[Block]:
    """What keeps drills away, where one is open or due."""
    stops: list[Block] = []
    if told.open_session or told.next_due:
        stops.append(button("Skip", SKIP, str(told.open_session or "")))
    if told.paused_until or told.resting:
        stops.append(button("Resume", RESUME, style="primary"))
    elif told.next_due:
        stops.append(button("Pause 2 weeks", PAUSE, "2w"))
    return stops


def _when(told: HomePage) -> str:
    tz = told.settings.tz
    if told.open_session:
        return "A drill is open in our direct message: answer in its thread."
    if told.paused_until:
        return f"Paused until {moment_words(told.paused_until, tz)}; it ends by itself."
    if told.resting:
        return "Resting: no drills until you ask for one."
    if told.silence:
        return quiet(told.silence)
    plan = told.plan.timeline
    if told.next_due is None and plan and plan.target and plan.last_day == plan.today:
        return (
            f"That was the last drill before your interview on {day_words(plan.target)}. Nothing "
            "comes from me now until you call."
        )
    if told.next_due is None:
        return "No drill is scheduled: every day ahead is a day off."
    return f"Next: {moment_words(told.next_due, tz)}."


def _progress(told: HomePage) -> list[Block]:
    blocks: list[Block] = [divider(), header("Progress")]
    # Admins have theirs further down, where it can be changed too.
    rubric = None if told.is_admin else button("The rubric", RUBRIC)
    if told.progress.whole.marks and _practises(told):
        blocks.append(section(practised_line(*told.practised)))
    return [*blocks, *progress.section_of(told.progress, told.families, rubric)]


def _practises(told: HomePage) -> bool:
    """Are there drills to speak of? Marks may also come from partners in mocks alone."""
    return told.set_up or told.practised[0] > 0


def _settings(told: HomePage) -> list[Block]:
    now = told.settings
    days = ", ".join(DAY_NAMES[day] for day in now.work_days)
    lines = [
        f"*Track*  {TRACK_NAMES.get(now.track, now.track)}",
        f"*Time*  {now.daily_time:%H:%M}, {now.tz}",
        f"*Days*  {days}",
        f"*Interview*  {day_words(now.target) if now.target else 'no date yet'}",
        f"*Quiet*  {now.quiet_from:%H:%M} to {now.quiet_to:%H:%M}",
    ]
    if now.self_score_first:
        lines.append("*Your own marks*  asked for before you see mine")
    if told.judge:
        reads = f"{escape(told.judge)} reads your final answers too" if now.judge else "off"
        lines.append(f"*Second reader*  {reads}")
    erase = confirm(
        "Delete everything?",
        "Your answers, marks and plan are erased, and my messages that quote you are removed. "
        "This cannot be undone.",
        "Delete",
        "Keep",
    )
    blocks = [divider(), header("Settings")]
    if not told.set_up:
        blocks.append(note("Nothing is scheduled yet; these hold once you set it up."))
    blocks.append(section("\n".join(lines)))
    for rule in told.muted:
        text = f"Muted: {MUTABLE.get(rule, rule)}"
        blocks.append(section(text, accessory=button("Hear it again", UNMUTE, rule)))
    blocks.append(
        actions(
            button("Change", SETUP),
            button("Export my data", EXPORT),
            button("Delete my data", DELETE, style="danger", confirm=erase),
        )
    )
    return blocks


def stats(told: HomePage) -> Message:
    if not told.progress.whole.marks:
        return Message("Nothing scored yet. `/drill now` opens a drill.")
    lines = [practised_line(*told.practised)] if _practises(told) else []
    return Message("\n".join([*lines, progress.stats(told.progress, told.families)]))


def saved(next_due: datetime | None, tz: str, laid: Laid) -> Message:
    """After the form; `laid` is the plan as it stands by it."""
    plan = f" {laid_words(laid)}".rstrip()
    if next_due is None and not plan:
        return Message("Saved. Every day ahead is a day off, so no drill is scheduled.")
    due = f" Your next drill comes on {moment_words(next_due, tz)}." if next_due else ""
    return Message(f"Saved.{due}{plan}")


def exporting(files: int) -> Message:
    """`files`: 1 or more."""
    how = "as one zip file" if files == 1 else f"in {plural(files, 'zip file')}"
    return Message(f"Your data is on its way to our direct message, {how}: JSON and CSV.")


def export_comment(place: int, files: int) -> str:
    """Above file `place` of so many."""
    part = f" Part {place:,} of {files:,}; each opens by itself." if files > 1 else ""
    return f"Everything Drumbeat stores about you, as JSON and as CSV tables.{part}"


def ask_delete() -> Message:
    text = (
        "This erases your answers, marks and plan and removes my messages that quote you. "
        "It cannot be undone. `/drill export` gives you a copy first."
    )
    sure = confirm("Delete everything?", "This cannot be undone.", "Delete", "Keep")
    return Message(
        text,
        (
            section(text),
            actions(
                button("Delete my data", DELETE, style="danger", confirm=sure),
                button("Export first", EXPORT),
            ),
        ),
    )


def deleted() -> Message:
    return Message(
        "Your answers, marks and plan are erased. `/drill setup` starts anew, if you wish."
    )
