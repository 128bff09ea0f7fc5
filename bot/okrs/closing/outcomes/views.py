"""How a cycle ended, for its team, and where each close-out stands. Pure."""

from collections.abc import Sequence

from bot.drills.views import MUTE
from bot.okrs.calibration.views import HOW_SURE
from bot.okrs.closing.rules import CloseOut, Ended, Line, Onward, Standing, State
from bot.okrs.closing.views import CLOSE, grade_words
from bot.okrs.drafting.views import DRAFT
from bot.okrs.grading import foreseen
from bot.okrs.views import place_words
from bot.plans.views import moment_words
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    escape,
    header,
    listed,
    note,
    plural,
    section,
    sections,
)

REOPEN = "okrs.close_reopen"
AGAIN = "okrs.close_again"
RULE = "okr.close_out"  # can be muted where it comes to the lead
PAGE = 12  # blocks of a message, of 3,000 characters each at most
PLACES = 15
NAMED = 20
WORDS = {
    Onward.KEEP: "kept",
    Onward.CHANGE: "to be changed",
    Onward.DROP: "dropped",
}


# --- the close-out ------------------------------------------------------------------------------


def pages(told: CloseOut) -> int:
    return max(-(-len(_body(told)) // PAGE), 1)


def close_out(told: CloseOut, page: int, *, to_lead: bool) -> Message:
    """`page` counts from 0, past the end is the last; those after the first stand in its thread.

    `to_lead`: by direct message, where the team's channel cannot have it.
    """
    body = _body(told)
    last = pages(told) - 1
    page = min(max(page, 0), last)
    shown = body[page * PAGE : (page + 1) * PAGE]
    texts = [block["text"]["text"] for block in shown]
    if page:
        part = f"{place_words(told.team, told.cycle)}, part {page + 1} of {last + 1}"
        return Message("\n".join([part, *texts]), (*shown, note(part)))
    head = _head(told)
    more = [note(f"Part 1 of {last + 1}; the rest is in the thread.")] if last else []
    return Message(
        "\n".join([head, *texts]),
        (
            header(clip(f"{told.team}, {told.cycle}: how it ended", 150)),
            section(head),
            *shown,
            *more,
            *_next_steps(told),
            *_to_lead(told, to_lead),
        ),
    )


def _head(told: CloseOut) -> str:
    place = place_words(told.team, told.cycle)
    if told.reopened:
        return (
            f"{place} was reopened by its lead to correct grades. What stands here may change "
            "until it is closed again."
        )
    lines = list(told.lines)
    reached = sum(foreseen(one.mark.given) for one in lines)
    return (
        f"{place} is closed: {reached:,} of {plural(len(lines), 'key result')} reached 0.7 or more."
    )


def _body(told: CloseOut) -> list[Block]:
    return [
        *(block for one in told.objectives for block in sections(_objective(one))),
        *_undecided(told),
    ]


def _objective(told: Ended) -> str:
    grades = [one.mark.given for one in told.lines]
    middle = ""
    if len(grades) > 1:
        mean = grade_words(round(sum(grades) / len(grades), 2))
        middle = f": {mean} on average, {grade_words(min(grades))} the lowest"
    lines = [f"*{escape(clip(told.title, 300))}*{middle}"]
    return "\n".join([*lines, *(_line(one) for one in told.lines)])


def _line(told: Line) -> str:
    mark = told.mark
    shown = f"• {escape(clip(told.title, 200))}: *{grade_words(mark.given)}*{_figures(told)}"
    if mark.onward in set(Onward):
        shown += f"; next cycle: {WORDS[Onward(mark.onward)]}"
    if mark.cause:
        shown += f"\n      Root cause: {_quoted(mark.cause)}"
    return shown


def _figures(told: Line) -> str:
    """What the figures said, and why it was not that."""
    mark = told.mark
    if not mark.by_person:
        never = "never measured" if told.value is None else "by the figures"
        return f" ({never}; nobody gave a grade)"
    if not mark.adjusted:
        return ""
    figures = "no figures"
    if mark.computed is not None:
        figures = f"by the figures {grade_words(mark.computed)}"
    return f" ({figures}: {_quoted(mark.reason)})" if mark.reason else f" ({figures})"


def _quoted(text: str) -> str:
    return f"“{escape(clip(' '.join(text.split()), 600))}”"


def _undecided(told: CloseOut) -> list[Block]:
    """Of which nobody said what becomes of them; of the others each line says it."""
    titles = [one.title for one in told.lines if one.mark.onward not in set(Onward)]
    if not titles:
        return []
    return sections(f"Not decided for the next cycle: {listed(titles, NAMED)}.")


def _next_steps(told: CloseOut) -> list[Block]:
    if told.reopened:
        return []
    value = str(told.team_cycle_id)
    label, words = _onwards(told.drafted)
    return [
        actions(button("How sure were we?", HOW_SURE, value), button(label, DRAFT, value)),
        note(
            "A grade tells of the work, not of people. *How sure were we?* answers the team’s own "
            f"people alone. {words}"
        ),
    ]


def _onwards(drafted: str) -> tuple[str, str]:
    """The label of the button that leads on, and what to know of it."""
    if not drafted:
        return "Draft the next cycle", "The lead drafts the next cycle."
    return "Show the draft", drafted_words(drafted)


def drafted_words(cycle: str) -> str:
    return f"The next cycle is drafted: {escape(clip(cycle, 60))}. `/okr edit` changes it."


def _to_lead(told: CloseOut, to_lead: bool) -> list[Block]:
    if not to_lead:
        return []
    why = (
        f"I could not post this in <#{escape(clip(told.channel, 40))}>, so it comes to you as the "
        "lead. Invite me there with `/invite @Drumbeat`."
        if told.channel
        else "The team has no channel, so this comes to you as the lead. `/okr team` names one."
    )
    return [note(why), actions(button("Mute close-outs", MUTE, RULE))]


# --- where it stands ----------------------------------------------------------------------------


def overview(places: Sequence[Standing]) -> Message:
    """The close-outs of one's teams, those with work first, with what one may do there."""
    if not places:
        return Message(
            "You are in no team with goals yet. `/okr team` lists the teams, `/okr new` writes "
            "the first objective."
        )
    blocks: list[Block] = []
    lines = [_standing(one) for one in places[:PLACES]]
    for one, words in zip(places, lines, strict=False):
        blocks.append(section(words))
        buttons = _buttons(one)
        if buttons:
            blocks.append(actions(*buttons))
    if len(places) > PLACES:
        blocks.append(note(f"And {len(places) - PLACES} more."))
    return Message("\n".join(lines), tuple(blocks))


def _standing(told: Standing) -> str:
    place = f"*{escape(clip(told.team, 150))}*, {escape(clip(told.cycle, 60))}"
    if told.state == State.CLOSED:
        onward = f" {drafted_words(told.drafted)}" if told.drafted else ""
        return f"{place}: closed, {plural(told.graded, 'key result')} graded.{onward}"
    if told.state == State.RUNNING:
        if told.asks is None:
            return f"{place}: drafted; nobody is asked for anything until it is started."
        return f"{place}: still running. I ask for grades on {moment_words(told.asks, told.tz)}."
    until = f" until {moment_words(told.settles, told.tz)}" if told.settles else ""
    total = plural(told.graded + told.left, "key result")
    again = " It was reopened to correct grades." if told.reopened else ""
    return f"{place}: {told.graded:,} of {total} graded; grades are taken{until}.{again}"


def _buttons(told: Standing) -> list[Block]:
    value = str(told.team_cycle_id)
    if told.state == State.GRADING:
        label = f"Grade {told.mine:,}" if told.mine else "Look at my grades"
        found = [button(label, CLOSE, value, style="primary" if told.mine else "")]
        if told.leads and told.reopened:
            found.append(button("Close it again", AGAIN, value))
        return found
    found = [button("How sure were we?", HOW_SURE, value)]
    if told.state == State.CLOSED and told.leads:
        found.append(button(_onwards(told.drafted)[0], DRAFT, value))
    if told.may_reopen:
        found.append(button("Reopen", REOPEN, value))
    return found


def reopened(team: str, cycle: str) -> Message:
    return Message(
        f"{place_words(team, cycle)} is open again for two days. "
        "`/okr close` changes grades and closes it again."
    )


def closed_again(team: str, cycle: str) -> Message:
    return Message(
        f"{place_words(team, cycle)} is closed again; what was posted "
        "shows the grades as they are now."
    )
