"""App Home and the setup form: builder, reader and ids together. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.content import TRACKS
from bot.drills.views import NOW, PRIVACY, SKIP
from bot.errors import UserMistake
from bot.people.rules import WEEKDAYS, Span, known_zone, near_zone, supported_countries
from bot.plans.views import PAUSE, RESUME, TRACK_NAMES, day_words, moment_words
from bot.scoring.rules import Cell
from bot.scoring.service import Mean
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    checkboxes,
    confirm,
    date_field,
    divider,
    entered,
    escape,
    field,
    header,
    home,
    modal,
    note,
    plural,
    section,
    select,
    text_field,
    time_field,
)

SETUP = "home.setup"
SAVE = "home.save"
EXPORT = "home.export"
DELETE = "home.delete_me"
STATS = "home.stats"
BLITZ = "home.blitz"
UNMUTE = "home.unmute"
MODES = (("text", "Text"), ("voice", "Say it aloud, then type the gist"))
DAY_NAMES = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
MUTABLE = {"drill.reminder": "Reminders ten minutes before a session ends"}
MISTAKES = {
    "no_days": "Choose at least one day.",
    "bad_zone": "I do not know this zone. Did you mean {near}?",
    "bad_country": "Two letters, such as DE. For {given} I know no public holidays.",
    "bad_budget": "A whole number from 0 to 100.",
    "bad_days_off": "One span a line, such as 2026-12-24..2027-01-02. I cannot read “{given}”.",
    "needs_time": "Choose a time.",
    "needs_track": "Choose a track.",
}


@dataclass(frozen=True)
class Settings:
    """What the setup form shows and gives back."""

    track: str
    daily_time: time
    work_days: tuple[str, ...]
    tz: str
    target: date | None
    answer_mode: str
    quiet_from: time
    quiet_to: time
    weekly_budget: int
    country: str | None
    days_off: tuple[Span, ...]


def setup_form(now: Settings, *, set_up: bool, guessed_country: str | None) -> Block:
    intro = section(PRIVACY if not set_up else "Changes hold from the next drill on.")
    return modal(
        "Daily drill",
        SAVE,
        [intro, *_practice_fields(now), divider(), *_limit_fields(now, guessed_country)],
        submit="Save" if set_up else "Start",
    )


def _practice_fields(now: Settings) -> list[Block]:
    tracks = [(name, TRACK_NAMES[name]) for name in TRACKS]
    return [
        field("track", "What to practise", select("value", tracks, now.track)),
        field("daily_time", "Time of the daily drill", time_field("value", now.daily_time)),
        field(
            "work_days",
            "On these days",
            checkboxes("value", list(DAY_NAMES.items()), now.work_days),
        ),
        field(
            "tz",
            "Time zone",
            text_field("value", now.tz, placeholder="Europe/Berlin", most=60),
            hint="As in the tz database. Filled from your Slack profile.",
        ),
        field(
            "target",
            "Day of the interview",
            date_field("value", now.target),
            optional=True,
            hint="Leave it empty if there is none yet.",
        ),
        field("answer_mode", "How you answer", select("value", MODES, now.answer_mode)),
    ]


def _limit_fields(now: Settings, guessed_country: str | None) -> list[Block]:
    lines = "\n".join(f"{first}..{last}" for first, last in now.days_off)
    guess = f" Guessed from your zone: {guessed_country}." if guessed_country else ""
    return [
        field("quiet_from", "Quiet from", time_field("value", now.quiet_from)),
        field(
            "quiet_to",
            "Quiet until",
            time_field("value", now.quiet_to),
            hint="Nothing unprompted comes in these hours. A daily time inside them stands.",
        ),
        field(
            "weekly_budget",
            "Unprompted messages a week, at most",
            text_field("value", str(now.weekly_budget), most=3),
            hint="Reminders fall away first; the daily drill always comes.",
        ),
        field(
            "country",
            "Country for public holidays",
            text_field("value", now.country or "", placeholder="DE", most=2),
            optional=True,
            hint=f"Two letters.{guess}",
        ),
        field(
            "days_off",
            "Days off",
            text_field(
                "value", lines, multiline=True, placeholder="2026-12-24..2027-01-02", most=2000
            ),
            optional=True,
            hint="One span a line.",
        ),
    ]


def read_setup(state: Mapping[str, Any], parse_span: Any) -> Settings:
    """What the person entered; raises UserMistake with the field. `parse_span` reads a line."""
    days = tuple(day for day in WEEKDAYS if day in (entered(state, "work_days") or []))
    if not days:
        raise UserMistake("no_days", field="work_days")
    track = entered(state, "track")
    if track not in TRACKS:
        raise UserMistake("needs_track", field="track")
    target = entered(state, "target")
    return Settings(
        track=track,
        daily_time=_time(state, "daily_time"),
        work_days=days,
        tz=_zone(state),
        target=date.fromisoformat(target) if target else None,
        answer_mode=entered(state, "answer_mode") or "text",
        quiet_from=_time(state, "quiet_from"),
        quiet_to=_time(state, "quiet_to"),
        weekly_budget=_budget(state),
        country=_country(state),
        days_off=_days_off(state, parse_span),
    )


def _time(state: Mapping[str, Any], block_id: str) -> time:
    chosen = entered(state, block_id)
    if not chosen:
        raise UserMistake("needs_time", field=block_id)
    return time.fromisoformat(chosen)


def _zone(state: Mapping[str, Any]) -> str:
    typed = entered(state, "tz") or ""
    found = known_zone(typed)
    if found is None:
        raise UserMistake("bad_zone", field="tz", near=near_zone(typed))
    return found


def _budget(state: Mapping[str, Any]) -> int:
    typed = (entered(state, "weekly_budget") or "").strip()
    if not typed.isdecimal() or not 0 <= int(typed) <= 100:
        raise UserMistake("bad_budget", field="weekly_budget")
    return int(typed)


def _country(state: Mapping[str, Any]) -> str | None:
    typed = (entered(state, "country") or "").strip().upper()
    if typed and typed not in supported_countries():
        raise UserMistake("bad_country", field="country", given=escape(typed))
    return typed or None


def _days_off(state: Mapping[str, Any], parse_span: Any) -> tuple[Span, ...]:
    spans = []
    for line in (entered(state, "days_off") or "").splitlines():
        if not line.strip():
            continue
        try:
            spans.append(parse_span(line))
        except UserMistake as mistake:
            raise UserMistake(
                "bad_days_off", field="days_off", given=mistake.values["given"]
            ) from mistake
    return tuple(spans)


# --- App Home ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HomePage:
    """Everything App Home shows of one member."""

    set_up: bool
    settings: Settings
    next_due: datetime | None
    paused_until: datetime | None
    resting: bool
    open_session: int | None
    practised: tuple[int, int]
    means: Mapping[Cell, Mean]
    muted: tuple[str, ...]
    missed: date | None
    refused: tuple[tuple[str, int], ...]  # for admins: (Slack's reason, how often)


def page(told: HomePage) -> Block:
    blocks = _welcome() if not told.set_up else _today(told)
    blocks += _progress(told)
    blocks += _settings(told)
    if told.refused:
        lines = [f"• {escape(code)}: {plural(count, 'message')}" for code, count in told.refused]
        blocks += [divider(), section("*Slack refused these for good*\n" + "\n".join(lines))]
    blocks += [divider(), note(PRIVACY)]
    return home(blocks)


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
    stop = (
        button("Resume", RESUME, style="primary")
        if told.paused_until or told.resting
        else button("Pause 2 weeks", PAUSE, "2w")
    )
    skip = button("Skip", SKIP, str(told.open_session or ""))
    blocks.append(
        actions(
            button("A drill, now", NOW),
            skip,
            stop,
            button("Blitz", BLITZ),
            button("Settings", SETUP),
        )
    )
    return blocks


def _when(told: HomePage) -> str:
    tz = told.settings.tz
    if told.open_session:
        return "A drill is open in our direct message: answer in its thread."
    if told.paused_until:
        return f"Paused until {moment_words(told.paused_until, tz)}; it ends by itself."
    if told.resting:
        return "Resting: no drills until you ask for one."
    if told.next_due is None:
        return "No drill is scheduled: every day ahead is a day off."
    return f"Next: {moment_words(told.next_due, tz)}."


def _progress(told: HomePage) -> list[Block]:
    done, days = told.practised
    blocks: list[Block] = [divider(), header("Progress")]
    if not told.means:
        return [*blocks, section("Nothing scored yet. Your first scorecard fills this in.")]
    blocks.append(section(f"You practised on *{done}* of the last {plural(days, 'work day')}."))
    blocks.append(section("\n".join(_mean(cell, told.means.get(cell)) for cell in Cell)))
    return blocks


def _mean(cell: Cell, mean: Mean | None) -> str:
    if mean is None or not mean.known:
        count = mean.count if mean else 0
        return f"*{cell.title}*  not enough yet ({plural(count, 'answer')} of 3)"
    return f"*{cell.title}*  {mean.mark:.1f} of 4 over {plural(mean.count, 'answer')}"


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
    erase = confirm(
        "Delete everything?",
        "Your answers, marks and plan are erased, and my messages that quote you are removed. "
        "This cannot be undone.",
        "Delete",
        "Keep",
    )
    blocks = [divider(), header("Settings"), section("\n".join(lines))]
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
    done, days = told.practised
    if not told.means:
        return Message("Nothing scored yet. `/drill now` opens a drill.")
    lines = [f"You practised on {done} of the last {plural(days, 'work day')}."]
    lines += [_mean(cell, told.means.get(cell)) for cell in Cell]
    return Message("\n".join(lines))


def saved(next_due: datetime | None, tz: str) -> Message:
    if next_due is None:
        return Message("Saved. Every day ahead is a day off, so no drill is scheduled.")
    return Message(f"Saved. Your next drill comes on {moment_words(next_due, tz)}.")


def blitz() -> Message:
    return Message(
        "The weakness blitz comes with the next release. `/drill now` practises meanwhile."
    )


def exporting() -> Message:
    return Message("Your data is on its way to our direct message, as one JSON file.")


def export_comment() -> str:
    return "Everything Drumbeat stores about you, as JSON."


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
