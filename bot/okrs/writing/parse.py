"""The objective's form, read: its cycle, title and parent. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import UserMistake
from bot.okrs.writing.typed import Raw, line

NEW_CYCLE = "new"
LONGEST = timedelta(days=366)
SHORTEST = timedelta(days=7)
_CYCLE_NAME = re.compile(r"[\w.-]{1,40}", re.ASCII)


@dataclass(frozen=True)
class NewCycle:
    key: str
    starts: date
    ends: date


@dataclass(frozen=True)
class ObjectiveWish:
    """`cycle` is the id of one that there is, or one to be made; 0 while none is chosen."""

    team_id: int
    cycle: int | NewCycle
    title: str
    parent_id: int | None


def number_of(raw: Raw, name: str) -> int:
    """An id that a select gave; 0 for none."""
    told = str(raw.get(name) or "")
    return int(told) if told.isdecimal() and len(told) < 10 else 0


def objective(
    raw: Raw, taken: Collection[str], today: date, form: str = "objective"
) -> tuple[ObjectiveWish, list[UserMistake]]:
    """The wish as far as it can be read, and what is wrong with it, each with its field.

    `taken` are the names of cycles that there are.
    """
    wrong: list[UserMistake] = []
    title = line(raw, "title")
    if not title:
        wrong.append(UserMistake("needs_title", field=f"{form}.title"))
    cycle: int | NewCycle = number_of(raw, "cycle")
    if raw.get("cycle") == NEW_CYCLE:
        made = _new_cycle(raw, taken, today, form, wrong)
        cycle = made or 0
    elif not cycle:
        wrong.append(UserMistake("needs_cycle", field=f"{form}.cycle"))
    wish = ObjectiveWish(number_of(raw, "team"), cycle, title, number_of(raw, "parent") or None)
    return wish, wrong


def _new_cycle(
    raw: Raw, taken: Collection[str], today: date, form: str, wrong: list[UserMistake]
) -> NewCycle | None:
    before = len(wrong)
    key = line(raw, "cycle_name").replace(" ", "-")
    if not _CYCLE_NAME.fullmatch(key):
        wrong.append(UserMistake("bad_cycle_name", field=f"{form}.cycle_name"))
    elif key.lower() in {one.lower() for one in taken}:
        wrong.append(UserMistake("cycle_taken", field=f"{form}.cycle_name", name=key))
    starts, ends = day_of(raw, "starts"), day_of(raw, "ends")
    if starts is None:
        wrong.append(UserMistake("needs_day", field=f"{form}.starts"))
    if ends is None:
        wrong.append(UserMistake("needs_day", field=f"{form}.ends"))
    if starts and ends:
        code = _bad_days(starts, ends, today)
        if code:
            wrong.append(UserMistake(code, field=f"{form}.ends"))
    return NewCycle(key, starts, ends) if starts and ends and len(wrong) == before else None


def day_of(raw: Raw, name: str) -> date | None:
    try:
        return date.fromisoformat(str(raw.get(name) or ""))
    except ValueError:
        return None


def _bad_days(starts: date, ends: date, today: date) -> str:
    if ends < starts:
        return "cycle_backwards"
    if ends < today:
        return "cycle_over"
    if not SHORTEST <= ends - starts <= LONGEST:
        return "cycle_length"
    return ""
