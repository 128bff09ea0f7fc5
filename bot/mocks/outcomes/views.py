"""Asking what came of a mock interview, and what an answer leads to. Pure.

Nobody reads what another said: a group's state is told only in so far as something follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.errors import UserMistake
from bot.mocks.joining.views import PARTNER
from bot.mocks.marks.views import MARKS
from bot.mocks.outcomes.rules import Partner as Partner
from bot.mocks.outcomes.rules import Told as Told
from bot.mocks.rules import EntryState, GroupState, Outcome
from bot.plans.views import moment_words
from bot.slack.blocks import (
    FORMER,
    Block,
    Message,
    actions,
    button,
    clip,
    mention,
    mentions,
    modal,
    note,
    section,
)
from bot.slack.declare import LARGEST_ID

HOW = "mocks.outcome"  # value: a group's id, or none for the newest
SAY = "mocks.say"
TOLD = "mocks.say_told"
RULE = "mock.outcome"
TITLE = "How did it go?"
NAME = 40
PEOPLE = 2  # partners, at most
CAME = "came"  # who was said not to have come came after all
MISTAKES = {
    "mock_round_over": "That week’s round is over, so nothing can be changed any more.",
    "mock_marks_given": "You have given marks for this meeting, so your answer stays *We met*.",
    "mock_called_off": "This meeting was called off before its time, so nobody has missed it.",
    "mock_too_early": "You agreed on {when}; say then. Before that you can say *Could not* or "
    "*Not yet*.",
    "mock_nothing_to_say": "You have no mock interview whose round is still open. `/mock history` "
    "shows the earlier ones.",
}


# --- the question ---------------------------------------------------------------------------------


def question(told: Told) -> Message:
    """The question, or, once there is an answer, what was said and what follows."""
    words = _lead(told)
    return Message(" ".join(words), tuple(_blocks(told, words)))


def asked_anew() -> Message:
    """In the place of a question that was asked again later."""
    return Message("I have asked again further down.")


def over() -> Message:
    """In the place of a question that nobody answered."""
    return Message("This week’s round is over, so this question is closed.")


def form(told: Told) -> Block:
    """The same in a modal; its buttons stay there until the round closes."""
    if told.marked:  # that answer stays: no button that would be refused
        return modal(TITLE, TOLD, _answered(told, _lead(told)), submit="", close="Close")
    blocks = [section(" ".join(_lead(told)))] if _settled(told) else []
    blocks += [section(_question(told)), *_choices(told)]
    return modal(TITLE, TOLD, [*blocks, *_hints(told)], submit="", close="Close")


def noted(told: Told, *, apart: bool) -> Block:
    """In the modal in which somebody has answered."""
    if not _settled(told):
        return form(told)
    words = _lead(told)
    if apart:
        words.append(
            "Somebody has other plans for this week by now, so the group stays apart; what I keep "
            "of it is right."
        )
    return modal(TITLE, TOLD, _answered(told, words), submit="", close="Close")


def _lead(told: Told) -> list[str]:
    """Sentences: the question, or what was answered and what follows."""
    return [_question(told)] if not _settled(told) else [_said(told), *_follows(told)]


def _settled(told: Told) -> bool:
    """Is there nothing to be asked now?"""
    return told.said is not None or told.marked or not told.seated


def _blocks(told: Told, words: Sequence[str]) -> list[Block]:
    if _settled(told):
        return _answered(told, words)
    return [section(" ".join(words)), *_choices(told), *_hints(told)]


def _question(told: Told) -> str:
    if told.early and told.seated and told.agreed_at is not None:
        return (
            f"You meet {_names(_still(told))} on {moment_words(told.agreed_at, told.tz)}. "
            "`/mock outcome` asks how it went once that time has come."
        )
    planned = ""
    if told.agreed_at is not None:
        planned = f" It was planned for {moment_words(told.agreed_at, told.tz)}."
    absent = f"{mention(told.absent.user_id)} did not come, then. " if told.absent else ""
    return f"{absent}How did it go with {_names(_still(told))}?{planned}"


def _still(told: Told) -> tuple[Partner, ...]:
    """Partners without the one who did not come."""
    gone = told.absent.member_id if told.absent else None
    return tuple(one for one in told.partners if one.member_id != gone) or told.partners


def _names(people: Sequence[Partner]) -> str:
    return mentions([one.user_id for one in people[:PEOPLE]]) or FORMER


def _choices(told: Told) -> list[Block]:
    made = [
        _choice(told, "Not yet", Outcome.NOT_YET),
        _choice(told, "Could not", Outcome.COULD_NOT),
    ]
    if not told.early:
        made.insert(0, _choice(told, "We met", Outcome.MET, style="primary"))
    for place, one in enumerate(() if told.early else _still(told)[:PEOPLE]):
        if one.user_id is not None:
            value = f"{told.group_id}:{Outcome.NO_SHOW}:{one.member_id}"
            made.append(button(f"{_name(one)} did not come", f"{SAY}.absent{place}", value))
    if told.absent is not None:
        text = f"{_name(told.absent)} came after all"
        made.append(button(text, f"{SAY}.{CAME}", f"{told.group_id}:{CAME}"))
    rows = [actions(*made)]
    return [*rows, actions(_marks(told))] if _marks_wanted(told) else rows


def _choice(told: Told, text: str, outcome: Outcome, style: str = "") -> Block:
    return button(text, f"{SAY}.{outcome}", f"{told.group_id}:{outcome}", style=style)


def _name(one: Partner) -> str:
    return clip(one.name, NAME) or "My partner"


def _hints(told: Told) -> list[Block]:
    others = "them" if len(told.partners) != 1 else "your partner"
    return [
        note(
            "Nobody else reads your answer. *Could not* takes you out of this week’s round, and I "
            f"look for somebody else for {others}. After *Not yet* I ask once more."
        )
    ]


def _marks_wanted(told: Told) -> bool:
    went = told.said not in (Outcome.COULD_NOT, Outcome.NO_SHOW)
    return told.state == GroupState.MET and told.seated and went and not told.marked


def _marks(told: Told) -> Block:
    return button("Fill in the marks", MARKS, str(told.group_id), style="primary")


# --- the answer -----------------------------------------------------------------------------------


def _answered(told: Told, words: Sequence[str]) -> list[Block]:
    buttons = [_marks(told)] if _marks_wanted(told) else []
    if not told.marked:
        text = "Change my answer" if told.said else "Say how it went"
        buttons.append(button(text, HOW, str(told.group_id)))
    until = f"Until {moment_words(told.closes_at, told.tz)} you can change it."
    rows = [actions(*buttons), note(until)] if buttons else []
    return [section(" ".join(words)), *rows]


def _said(told: Told) -> str:
    """What this person has answered, told back to them."""
    absent = f" {mention(told.absent.user_id)} did not come." if told.absent else ""
    if told.said == Outcome.NO_SHOW:
        return f"You said:{absent or ' nobody came.'}"
    if told.said is None and told.marked:
        return f"You met {_names(_still(told))}."
    if told.said is None:
        return f"Your mock interview with {_names(told.partners)} is off this week."
    words = {
        Outcome.MET: f"You said that you met {_names(_still(told))}.",
        Outcome.NOT_YET: f"You said that you have not met {_names(_still(told))} yet.",
        Outcome.COULD_NOT: "You said that you could not.",
    }
    return words[told.said] + absent


def _follows(told: Told) -> list[str]:
    """What comes of the answer, in sentences."""
    if told.marked:
        return ["Your marks are in, thank you."]
    if told.state == GroupState.UNCLEAR:
        return [
            "It is not clear to me what came of this meeting, so it changes nobody’s record and "
            "asks for no marks."
        ]
    if told.said in (None, Outcome.NO_SHOW):
        return [_standing(told)]
    if told.said == Outcome.COULD_NOT:
        return ["You are out of this week’s round, and the next one comes as ever."]
    if _marks_wanted(told):
        return [
            "Now mark how each of you did; it takes two minutes. Nobody sees your marks before "
            "all have given theirs, or 48 hours after the first."
        ]
    return [_again(told)] if told.said == Outcome.NOT_YET else ["I have noted it."]


def _standing(told: Told) -> str:
    if told.standing == EntryState.STANDBY:
        sorry = "I am sorry. " if told.said == Outcome.NO_SHOW else ""
        return f"{sorry}I am looking for somebody else for you this week; you come first."
    if told.standing == EntryState.SEATED:
        return "You have another partner this week by now."
    return "The next round comes as ever."


def _again(told: Told) -> str:
    if told.again_at is not None:
        return f"I ask again on {moment_words(told.again_at, told.tz)}."
    return "When you have met, *Change my answer* tells me."


@dataclass(frozen=True)
class Answer:
    """`outcome` None: who was said not to have come came after all."""

    group_id: int
    outcome: Outcome | None
    absent_id: int | None


def read(value: str) -> Answer:
    """What a pressed button says. Raises UserMistake when it is none of ours."""
    group_id, _, rest = value.partition(":")
    said, _, absent = rest.partition(":")
    numbers = [one for one in (group_id, absent) if one]
    if not group_id or any(not one.isdecimal() or int(one) > LARGEST_ID for one in numbers):
        raise UserMistake("stale")
    if said == CAME:
        return Answer(int(group_id), None, None)
    if said not in set(Outcome):
        raise UserMistake("stale")
    return Answer(int(group_id), Outcome(said), int(absent) if absent else None)


# --- who did not come -----------------------------------------------------------------------------


def missed(group_id: int, waited: Sequence[Partner], week: date) -> Message:
    """To who did not come, alone and once."""
    text = (
        f"{_names(waited)} waited for you. Things happen, and you need not explain. You are out of "
        "this week’s round; if you would like a partner this week after all, tell me."
    )
    row = actions(
        button("A partner this week", PARTNER, week.isoformat()),
        button("That is not how it was", HOW, str(group_id)),
    )
    return Message(text, (section(text), row))
