"""A member's own mock interviews, a page at a time. Pure."""

from bot.mocks.history.rules import History, Past
from bot.mocks.marks.views import MARKS
from bot.mocks.rules import Outcome
from bot.people.rules import zone
from bot.plans.views import TRACK_NAMES, moment_words
from bot.slack.blocks import (
    FORMER,
    Block,
    actions,
    button,
    divider,
    mention,
    mentions,
    modal,
    note,
    section,
)

HISTORY = "mocks.history"  # value: a page, counted from 0; none is the newest
TOLD = "mocks.history_told"
TITLE = "My mock interviews"
OUTCOMES = {
    Outcome.MET: "You said that you met.",
    Outcome.NOT_YET: "You said that you had not met yet.",
    Outcome.COULD_NOT: "You said that you could not.",
    Outcome.NO_SHOW: "You said that you waited.",
}


def history(told: History) -> Block:
    """One page; the empty state says how to begin."""
    if not told.meetings:
        text = (
            "You have had no mock interview yet. `/mock join` finds you a partner every week; "
            "`/mock solo` begins one with me, now."
        )
        return modal(TITLE, TOLD, [section(text)], submit="", close="Close")
    blocks: list[Block] = []
    for one in told.meetings:
        blocks += [*_meeting(one, told.tz), divider()]
    blocks.append(note("Only you see this: it says what you said, and what nobody else did."))
    if told.pages > 1:
        blocks += _paging(told)
    return modal(TITLE, TOLD, blocks, submit="", close="Close")


def _meeting(one: Past, tz: str) -> list[Block]:
    people = mentions(one.user_ids) or FORMER
    if one.agreed:
        when = moment_words(one.at, tz)
    else:
        week = one.at.astimezone(zone(tz)).date()
        when = f"The week of {week.day} {week:%B %Y}, no time agreed"
    said = OUTCOMES[one.said] if one.said else "You have not said what came of it."
    absent = f" {mention(one.absent)} did not come, you said." if one.absent else ""
    text = f"*{people}*, {TRACK_NAMES.get(one.track, one.track)}\n{when}\n{said}{absent}"
    found = [section(text)]
    if one.marks_open:
        found.append(actions(button("See the marks", MARKS, str(one.group_id))))
    elif one.marks_due:
        found.append(actions(button("Fill in the marks", MARKS, str(one.group_id))))
    return found


def _paging(told: History) -> list[Block]:
    buttons = []
    if told.page + 1 < told.pages:
        buttons.append(button("Earlier ones", f"{HISTORY}.older", str(told.page + 1)))
    if told.page > 0:
        buttons.append(button("Later ones", f"{HISTORY}.newer", str(told.page - 1)))
    page = note(f"Page {told.page + 1:,} of {told.pages:,}")
    return [actions(*buttons), page] if buttons else [page]
