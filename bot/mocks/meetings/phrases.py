"""Times in everybody's zone, and why these people, as text. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.mocks.meetings.rules import Person, Turn
from bot.mocks.rules import Reason
from bot.people.rules import zone
from bot.plans.views import TRACK_NAMES
from bot.slack.blocks import clip, date_token, escape, mention, mentions, plural, together

SHOWN = 6  # people in a line
REASONS = 3


def track(name: str) -> str:
    return TRACK_NAMES.get(name, escape(clip(name.replace("-", " "), 60)))


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}"


def _city(tz: str) -> str:
    return escape(clip(tz.rpartition("/")[2].replace("_", " "), 40))


def when(at: datetime, people: Sequence[Person]) -> str:
    """*Tue 24 Nov:* 18:00 Ana (Berlin), 17:00 Ben (London); who has another date has it named."""
    shown = people[:SHOWN]
    if not shown:
        return f"*{_day(at)}:* {at:%H:%M} UTC"
    first = at.astimezone(zone(shown[0].tz))
    parts = []
    for tz in dict.fromkeys(one.tz for one in shown):
        local = at.astimezone(zone(tz))
        day = "" if local.date() == first.date() else f"{_day(local)} "
        who = mentions([one.user_id for one in shown if one.tz == tz])
        parts.append(f"{day}{local:%H:%M} {who} ({_city(tz)})")
    return f"*{_day(first)}:* {', '.join(parts)}"


def own_clock(at: datetime) -> str:
    """The same instant as each reader's Slack shows it."""
    return date_token(at, "{date_short_pretty}, {time}", f"{_day(at)}, {at:%H:%M} UTC")


def how(turns: Sequence[Turn]) -> str:
    """How the hour goes, who does what in which part."""
    lines = []
    for number, turn in enumerate(turns[:SHOWN]):
        said = f"{mention(turn.interviewer)} interviews {mention(turn.candidate)}"
        if turn.observer is not None:
            said += f", {mention(turn.observer)} observes"
        elif number:
            said = f"you swap, and {said}"
        place = "First" if not number else "Last" if number + 1 == len(turns) else "Next"
        lines.append(f"• {place} {plural(turn.minutes, 'minute')}: {said}.")
    return "\n".join(lines)


def why(reasons: Sequence[Reason], *, trio: bool) -> list[str]:
    """Sentences for the reasons that everybody of the group may read; at most three.

    Nobody's weakness, reliability or silence is told, so some reasons have none.
    """
    said = [sentence for one in reasons if (sentence := _reason(one, trio=trio))]
    return list(dict.fromkeys(said))[:REASONS]


def _reason(one: Reason, *, trio: bool) -> str:
    who = [mention(user_id) for user_id in one.who]
    everybody = "All three of you" if trio else "Both of you"
    fixed = {
        "same_level": f"{everybody} are at the same level.",
        "near_level": "Your levels are close to each other.",
        "new": "You have not practised together before.",
    }
    if one.code == "ahead" and who:
        cell = escape(clip(one.what.replace("_", " ").replace("trade offs", "trade-offs"), 60))
        return f"{who[0]} is strong in {cell}: a good one to learn it with."
    if one.code == "overlap" and one.number:
        hours = "1 free hour" if one.number == 1 else f"{one.number:g} free hours"
        return f"You share {hours} this week."
    if one.code == "types" and one.what:
        named = [track(name) for name in one.what.split(",")[:3]]
        return f"{everybody} practise {together(named)} interviews."
    if one.code == "repeat" and one.number:
        weeks = plural(int(one.number), "week")
        return f"You last practised together {weeks} ago." if not trio else ""
    if one.code in ("waited", "newcomer", "lost") and who:
        return _first(one.code, who[0])
    return fixed.get(one.code, "")


def _first(code: str, who: str) -> str:
    return {
        "waited": f"{who} had no partner last time, and so comes first.",
        "newcomer": f"It is the first round of {who}: welcome!",
        "lost": f"{who} needs a new partner for this week.",
    }[code]
