"""Stages, dates and gaps of a plan in words, for the Home, the picture and its alt text. Pure."""

from collections.abc import Iterator
from datetime import date

from bot.plans.course import Stage
from bot.plans.timeline.rules import Gap, Line, State, Step, Timeline, Why
from bot.slack.blocks import plural

NAMES = {
    Stage.FUNDAMENTALS: "Fundamentals",
    Stage.SCENARIOS: "Timed scenarios",
    Stage.DAILY: "Daily drills",
    Stage.LOOPS: "Mock loops",
    Stage.BLITZ: "Weakness blitz",
    Stage.FINAL: "Final drills",
}
FREE = {
    Why.PAUSE: "pause",
    Why.REST: "rest",
    Why.OFF: "days off",
    Why.HOLIDAY: "public holiday",
}
FAMILIAR = "three drills"
GAPS = 4  # named; more are counted


def day_words(day: date, today: date) -> str:
    """`Mon 2 March`, with the year where it is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%B}{year}"


def span_words(first: date, last: date, today: date) -> str:
    """`Mon 2 to Tue 3 March`."""
    if first == last:
        return day_words(first, today)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%a} {first.day} to {day_words(last, today)}"
    return f"{day_words(first, today)} to {day_words(last, today)}"


def headline(told: Timeline) -> str:
    """One sentence or two, such as `8 practice days are left until Friday 12 March.`"""
    day = long_day(told.target, told.today) if told.target else ""
    if told.state is State.OPEN:
        return "No interview date yet."
    if told.state is State.OVER:
        return f"Your interview was on {day}."
    if told.state is State.TODAY:
        return "Today is the day. Good luck!"
    if told.state is State.SILENT:
        return f"Quiet until you call. Good luck on {day}."
    return f"{left(told)} until {day}."


def left(told: Timeline) -> str:
    days = plural(told.left, "practice day")
    return f"{days} {'is' if told.left == 1 else 'are'} left"


def brief(told: Timeline) -> str:
    """The headline of a picture whose title has the date."""
    return f"{left(told)}." if told.state in (State.AHEAD, State.NOTHING_NEW) else headline(told)


def long_day(day: date, today: date) -> str:
    """`Friday 12 March`, with the year where it is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def where(told: Timeline) -> str:
    """`Today is practice day 3 of 11.` Empty where today is none."""
    if not told.practises:
        return ""
    of = f" of {told.of:,}" if told.of else ""
    return f"Today is practice day {told.number:,}{of}."


def when(line: Line, today: date, open_end: bool) -> str:
    """When a stage is: its dates, and where today lies in it; `open_end`: it never ends."""
    if open_end:
        since = "since" if line.step is Step.NOW else "from"
        return f"{since} {day_words(line.first, today)}, one each work day"
    days = f", {plural(line.days, 'day')}" if line.days > 1 else ""
    return f"{span_words(line.first, line.last, today)}{days}"


def is_open(told: Timeline, line: Line) -> bool:
    """Is it the stage in which a plan without a date stays?"""
    return told.target is None and line.stage is Stage.DAILY


def promises(told: Timeline) -> Iterator[str]:
    """What holds in the last days, in sentences."""
    if told.last_day is None or told.nothing_new_from is None:
        return
    if told.state is State.AHEAD:
        first = day_words(told.nothing_new_from, told.today)
        yield f"From {first} on nothing new comes, once you have answered {FAMILIAR}."
    elif told.state is State.NOTHING_NEW:
        yield f"Nothing new comes in these last days, once you have answered {FAMILIAR}."
    if told.state in (State.AHEAD, State.NOTHING_NEW):
        last = f"that of {day_words(told.last_day, told.today)}"
        last = "today’s" if told.last_day == told.today else last
        yield f"The last drill is {last}; after it I am quiet until you call."


def gaps_ahead(told: Timeline, pause_told: bool = False) -> str:
    """`Free: Thu 24 December to Fri 1 January 2027 (days off).` Empty where none is ahead.

    `pause_told`: a pause that runs is named elsewhere; there is never another one ahead.
    """
    ahead = [gap for gap in told.gaps if gap.last >= told.today]
    ahead = [gap for gap in ahead if not (pause_told and gap.why is Why.PAUSE)]
    if told.state in (State.TODAY, State.OVER) or not ahead:
        return ""
    named = [gap_words(gap, told.today) for gap in ahead[:GAPS]]
    if len(ahead) > GAPS:
        named.append(f"{plural(len(ahead) - GAPS, 'more gap')} later")
    return f"Free: {'; '.join(named)}."


def gap_words(gap: Gap, today: date) -> str:
    why = "day off" if gap.why is Why.OFF and gap.first == gap.last else FREE[gap.why]
    return f"{span_words(gap.first, gap.last, today)} ({why})"


def spoken(told: Timeline) -> str:
    """The picture in whole sentences, in plain text."""
    parts = [headline(told), where(told)]
    for line in told.lines:
        begun = {Step.DONE: "done", Step.NOW: "now", Step.COMING: "to come"}[line.step]
        dates = when(line, told.today, is_open(told, line))
        parts.append(f"{NAMES[line.stage]}, {begun}: {dates}.")
    if told.target and told.state not in (State.OVER, State.TODAY):
        parts.append(f"The day: {long_day(told.target, told.today)}.")
    parts += [*promises(told), gaps_ahead(told)]
    return " ".join(filter(None, parts))
