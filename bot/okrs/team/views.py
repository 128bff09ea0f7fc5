"""`/okr team`: the list of teams, the form of one, and what is said once it is kept. Pure."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from bot.errors import UserMistake
from bot.okrs.editing.after.views import EDIT
from bot.okrs.rules import Function
from bot.okrs.scoreboard import Rhythm
from bot.okrs.team.rules import Pace, Saved, TeamLine, TeamSheet, TeamWish
from bot.people.rules import WEEKDAYS
from bot.plans.views import day_words
from bot.slack.blocks import (
    Block,
    actions,
    button,
    channel_select,
    clip,
    divider,
    entered,
    escape,
    field,
    header,
    modal,
    note,
    plural,
    section,
    select,
    text_field,
    time_field,
    user_select,
    users_select,
)

TEAMS = "people.team"
OPEN = "okrs.team_open"
NEW = "okrs.team_new"
PAGE = "okrs.team_page"
TAKE_OVER = "okrs.team_take_over"
SAVE = "okrs.team_save"
PAGE_SIZE = 40
SHOWN = 20  # key results named after somebody was taken out
PEOPLE = 30  # of one function, named
EVERY = (("week", "Every week"), ("two_weeks", "Every two weeks"))
STORED = {1: "week", 2: "two_weeks"}
DAYS = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
FUNCTIONS = {
    Function.PRODUCT: "Product",
    Function.ENGINEERING: "Engineering",
    Function.DESIGN: "Design",
    Function.DATA: "Data",
    Function.QA: "QA",
    Function.SRE: "SRE",
    Function.MARKETING: "Marketing",
}
MISTAKES = {
    "team_name_taken": "Another team is called so. Choose a name that tells them apart.",
    "needs_name": "Give the team a name.",
    "needs_lead": "Choose who leads the team.",
    "needs_rhythm": "Choose one.",
    "person_left": "The account of somebody here is deactivated. Choose somebody else.",
    "not_a_person": "I am no member of a team. Choose people only.",
    "twice": "Somebody here is also under {function}. Choose one function for each person.",
    "not_lead": "Only the team’s lead or an admin can change it. Nothing was changed.",
    "still_led": "This team has a lead. Ask them to hand it over with `/okr team`.",
}


def listing(lines: Sequence[TeamLine], page: int) -> Block:
    """`page` counts from 0; past the end is the last one."""
    last = max((len(lines) - 1) // PAGE_SIZE, 0)
    page = min(max(page, 0), last)
    shown = lines[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    blocks: list[Block] = [actions(button("New team", NEW, style="primary"))]
    if not lines:
        words = "There is no team yet. Make one: name it, choose who is in it, and who leads it."
        blocks.append(section(words))
    for one in shown:
        verb = "Change" if one.led else "Look"
        words = f"*{escape(clip(one.name, 200))}*{' (yours)' if one.mine else ''}\n"
        words += f"Led by <@{one.lead}>, {plural(one.count, 'person', 'people')}"
        blocks.append(section(words, accessory=button(verb, f"{OPEN}.{one.id}", str(one.id))))
    turns = [(page - 1, "Previous page")] * (page > 0) + [(page + 1, "Next page")] * (page < last)
    if turns:
        blocks.append(actions(*(button(text, f"{PAGE}.{to}", str(to)) for to, text in turns)))
    return modal("Teams", "okrs.teams", blocks, submit="", close="Close")


def form(told: TeamSheet) -> Block:
    """The form of a team that the reader may change, or of a new one."""
    blocks: list[Block] = [
        field("name", "Name", text_field("value", told.name, most=80)),
        field(
            "channel",
            "Channel",
            channel_select("value", told.channel),
            optional=True,
            hint="Its digests and risk reviews go there. Without one they come to the lead.",
        ),
        field(
            "lead",
            "Lead",
            user_select("value", told.lead or None),
            hint="Changes the team, its rhythm and its goals. Choose somebody else to hand over.",
        ),
        divider(),
        header("People by function"),
    ]
    if told.gone:
        left = plural(told.gone, "person has", "people have")
        blocks.append(note(f"{left} a deactivated account and will no longer be in the team."))
    blocks += [
        field(
            one.value,
            name,
            users_select("value", told.by_function.get(one.value, ())),
            optional=True,
        )
        for one, name in FUNCTIONS.items()
    ]
    if told.rhythm:
        blocks += [divider(), *_rhythm_fields(told.cycle, told.rhythm)]
    title = "Change the team" if told.id else "New team"
    return modal(title, SAVE, blocks, metadata=str(told.id or ""))


def _rhythm_fields(cycle: str, rhythm: Rhythm) -> list[Block]:
    return [
        header(f"Check-ins in {cycle}"),
        field("every", "How often", select("value", EVERY, STORED.get(rhythm.weeks, "week"))),
        field("day", "On", select("value", list(DAYS.items()), rhythm.day)),
        field(
            "at",
            "At",
            time_field("value", rhythm.at),
            hint="On each person’s own clock. What is asked already stays as it is.",
        ),
    ]


def look(told: TeamSheet) -> Block:
    """The team for those who may not change it."""
    channel = f"<#{told.channel}>" if told.channel else "none"
    blocks: list[Block] = [
        section(f"*{escape(clip(told.name, 200))}*\nLed by <@{told.lead}>. Channel: {channel}.")
    ]
    if told.leaderless:
        words = "The lead’s account is deactivated, so nobody can change the team now."
        take = button("Take over as lead", TAKE_OVER, str(told.id), style="primary")
        blocks.append(section(words, accessory=take if told.mine else None))
    lines = [
        f"*{name}*  {_people(told.by_function[one.value])}"
        for one, name in FUNCTIONS.items()
        if told.by_function.get(one.value)
    ]
    blocks.append(section("\n".join(lines) or "Nobody is in this team yet."))
    if told.rhythm:
        often = "Every week" if told.rhythm.weeks == 1 else "Every two weeks"
        day = DAYS.get(told.rhythm.day, "the day of the cycle")
        when = f"{often} on {day} at {told.rhythm.at:%H:%M}"
        blocks.append(section(f"*Check-ins in {escape(clip(told.cycle, 100))}*  {when}"))
    blocks.append(note("Only its lead and admins change a team."))
    return modal("Team", "okrs.team", blocks, submit="", close="Close")


def _people(users: Sequence[str]) -> str:
    named = ", ".join(f"<@{user}>" for user in users[:PEOPLE])
    more = len(users) - PEOPLE
    return f"{named} and {more} more" if more > 0 else named


def saved(told: Saved) -> Block:
    """What was kept, what comes next, and what needs somebody now."""
    lines = [f"*{escape(clip(told.name, 200))}* is {'made' if told.new else 'kept'}."]
    if told.channel:
        lines.append(
            f"Its digests go to <#{told.channel}>. Invite me there if I am not in it yet: "
            "`/invite @Drumbeat`."
        )
    else:
        lines.append(f"It has no channel, so its digests come to <@{told.lead}>.")
    if told.next_day:
        lines.append(f"The next check-in is on {day_words(told.next_day)}.")
    if told.new:
        lines.append("`/okr new` writes its first objective.")
    blocks = [section("\n".join(lines))]
    if told.unanswered:
        count = plural(len(told.unanswered), "key result needs", "key results need")
        words = f"*{count} a new owner.* The people named are no longer in the team:"
        blocks.append(section(words))
    for one in told.unanswered[:SHOWN]:
        words = f"{escape(clip(one.title, 300))}  <@{one.user_id}>"
        choose = button("Choose an owner", f"{EDIT}.{one.id}", f"kr:{one.id}")
        blocks.append(section(words, accessory=choose))
    if len(told.unanswered) > SHOWN:
        blocks.append(note(f"And {len(told.unanswered) - SHOWN} more: `/okr edit` lists them all."))
    return modal("Team", "okrs.team", blocks, submit="", close="Close")


def read(state: Mapping[str, Any], own_bot: str) -> TeamWish:
    """What was entered; raises UserMistake with every field that is wrong."""
    wrong: list[UserMistake] = []
    name = " ".join(str(entered(state, "name") or "").split())
    lead = str(entered(state, "lead") or "")
    if not name:
        wrong.append(UserMistake("needs_name", field="name"))
    if not lead:
        wrong.append(UserMistake("needs_lead", field="lead"))
    by_function = {one.value: tuple(entered(state, one.value) or ()) for one in Function}
    wrong += _doubled(by_function)
    chosen = {"lead": (lead,), **by_function}
    wrong += [
        UserMistake("not_a_person", field=where)
        for where, users in chosen.items()
        if own_bot in users or "USLACKBOT" in users
    ]
    pace = _pace(state, wrong) if "day" in state else None
    if wrong:
        raise UserMistake.together(wrong)
    return TeamWish(name, entered(state, "channel") or None, lead, by_function, pace)


def _doubled(by_function: Mapping[str, Sequence[str]]) -> list[UserMistake]:
    first: dict[str, str] = {}
    found: list[UserMistake] = []
    for where, users in by_function.items():
        other = next((first[user] for user in users if user in first), None)
        if other:
            found.append(UserMistake("twice", field=where, function=FUNCTIONS[Function(other)]))
        for user in users:
            first.setdefault(user, where)
    return found


def _pace(state: Mapping[str, Any], wrong: list[UserMistake]) -> Pace | None:
    every, day, at = (entered(state, name) for name in ("every", "day", "at"))
    missing = [
        UserMistake("needs_rhythm", field=name)
        for name, given in (("every", every in dict(EVERY)), ("day", day in DAYS), ("at", at))
        if not given
    ]
    wrong += missing
    return None if missing else Pace(every, day, time.fromisoformat(at))
