"""The setup form: builder, reader and ids together. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from bot.content import TRACKS
from bot.drills.views import PRIVACY
from bot.drills.voice import views as voice
from bot.errors import UserMistake
from bot.people.rules import WEEKDAYS, Span, known_zone, near_zone, supported_countries
from bot.plans.views import TRACK_NAMES
from bot.scoring.judge.views import privacy
from bot.slack.blocks import (
    Block,
    checkboxes,
    clip,
    date_field,
    divider,
    entered,
    escape,
    field,
    modal,
    section,
    select,
    text_field,
    time_field,
)

SAVE = "home.save"
OWN_FIRST = (("first", "Ask me for my own marks before I see yours"),)
MODES = (("text", "Text"), ("voice", "A voice clip"))
DAY_NAMES = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
MISTAKES = {
    "no_days": "Choose at least one day.",
    "bad_zone": "I do not know this zone. Did you mean {near}?",
    "bad_country": "Two letters, such as DE. I know no public holidays for “{given}”.",
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
    self_score_first: bool
    quiet_from: time
    quiet_to: time
    weekly_budget: int
    country: str | None
    days_off: tuple[Span, ...]
    judge: bool = True  # a model judge, where there is one, may read final answers
    transcribe: bool = True  # an endpoint, where there is one, may hear clips


def setup_form(
    now: Settings,
    *,
    set_up: bool,
    guessed_country: str | None,
    judge: str = "",
    transcriber: str = "",
) -> Block:
    """`judge` names the model judge, `transcriber` the host that clips go to.

    Without one the form does not speak of it.
    """
    intro = section(
        "What is asked and when holds from the next drill on, everything else at once."
        if set_up
        else f"{PRIVACY}{privacy(judge)}{voice.privacy(transcriber)}"
    )
    return modal(
        "Daily drill",
        SAVE,
        [
            intro,
            *_practice_fields(now),
            divider(),
            *_limit_fields(now, guessed_country),
            *_judge_field(now, judge),
            *_clip_field(now, transcriber),
        ],
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
            hint="Region/City. It was filled in from your Slack profile.",
        ),
        field(
            "target",
            "Day of the interview",
            date_field("value", now.target),
            optional=True,
            hint="Leave it empty if there is none yet.",
        ),
        field("answer_mode", "How you answer", select("value", MODES, now.answer_mode)),
        field(
            "own_first",
            "Your own marks",
            checkboxes("value", OWN_FIRST, ["first"] if now.self_score_first else []),
            optional=True,
            hint="Your scorecard then waits for them until the answer box closes.",
        ),
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
            hint="One day or one span a line, such as 2026-12-24..2027-01-02.",
        ),
    ]


def _judge_field(now: Settings, judge: str) -> list[Block]:
    if not judge:
        return []
    options = [("on", "A language model reads my final answers too")]
    hint = f"{judge}, without members’ names, addresses, numbers and links."
    return [
        field(
            "judge",
            "A second reader",
            checkboxes("value", options, ["on"] if now.judge else []),
            optional=True,
            hint=clip(hint, 150),
        )
    ]


def _clip_field(now: Settings, transcriber: str) -> list[Block]:
    if not transcriber:
        return []
    options = [("on", f"Send my recordings to {clip(transcriber, 40)}")]
    return [
        field(
            "transcribe",
            "Voice clips that Slack gives no transcript of",
            checkboxes("value", options, ["on"] if now.transcribe else []),
            optional=True,
            hint="Switched off, you type what such a clip says.",
        )
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
        self_score_first="first" in (entered(state, "own_first") or []),
        quiet_from=_time(state, "quiet_from"),
        quiet_to=_time(state, "quiet_to"),
        weekly_budget=_budget(state),
        country=_country(state),
        days_off=_days_off(state, parse_span),
        judge="on" in (entered(state, "judge") or []),
        transcribe="on" in (entered(state, "transcribe") or []),
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
            code = "span_over" if mistake.code == "span_over" else "bad_days_off"
            raise UserMistake(code, field="days_off", given=mistake.values["given"]) from mistake
    return tuple(spans)
