"""A peer reviewer: asking somebody for marks of one answer, and what both read of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.drills.answers.views import plain
from bot.drills.marks.views import SENTENCE, choices
from bot.drills.reviewing.rules import Asked
from bot.drills.views import ASK_REVIEWER as ASK_REVIEWER  # its form stands here
from bot.drills.views import MUTE, PRIVACY_AFTER, minute_adjective
from bot.errors import UserMistake
from bot.scoring.rules import LEVELS, Cell, Rubric
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    entered,
    escape,
    field,
    mention,
    modal,
    note,
    section,
    sections,
    text_field,
    user_select,
)

ASK = "drills.ask_reviewer_save"
REVIEW = "drills.review"
SAVE = "drills.review_save"
DECLINE = "drills.review_decline"
WITHDRAW = "drills.review_withdraw"
TOLD = "drills.review_told"
RULE = "drill.review_asked"
PROMPT, ANSWER = 6000, 9000  # characters of a message to a reviewer
LISTED = 6
MISTAKES = {
    "review_whom": "Choose the person whom I should ask.",
    "review_self": "That is you. *Score yourself* is under the drill; choose somebody else here.",
    "review_bot": "That is no person. Choose somebody of your workspace.",
    "review_left": "This person is not in the workspace any more. Choose somebody else.",
    "review_away": "This person takes no such requests at the moment. Choose somebody else.",
    "review_twice": "You have asked this person about this drill already. Choose somebody else.",
    "review_full": "Two people are asked about this drill, which is the most. Press *Take back* at "
    "one of them first.",
    "review_channel": "This drill was given to a whole channel. I can ask somebody for marks of a "
    "drill of your own.",
    "review_gone": "This request was taken back, so there is nothing to mark. Thank you all the "
    "same.",
}


def final_line(minutes: float) -> str:
    """Under a drill of the last two days before the interview."""
    return (
        "One of your last drills before the interview. Keep to the "
        f"{minute_adjective(minutes)} box, as on the day; if you like, ask somebody for marks."
    )


# --- asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One who was asked."""

    id: int
    user_id: str
    state: Asked


STATES = {
    Asked.ASKED: "gets your answer once it is final",
    Asked.SENT: "was asked, and has not answered yet",
    Asked.GIVEN: "has given marks",
    Asked.DECLINED: "cannot do it this time",
    Asked.WITHDRAWN: "is not asked any more",
}


def ask_form(session_id: int, requests: Sequence[Request], done: str = "", *, full: bool) -> Block:
    """Whom to ask, and who was asked; `full`: nobody more. `done`: who was asked just now."""
    first = (
        "The person you choose gets one direct message with the question and your answer, as it "
        "stands when it is final and after every edit of yours, and can give marks. Nobody else "
        "sees any of it, and they do not see Drumbeat’s marks."
    )
    blocks: list[Block] = [section(first)]
    if done:
        blocks.insert(0, section(f"Done: {mention(done)} is asked."))
    for one in requests[:LISTED]:
        words = f"{mention(one.user_id)} {STATES[one.state]}."
        back = button("Take back", f"{WITHDRAW}.{one.id}", str(one.id))
        open_still = one.state in (Asked.ASKED, Asked.SENT)
        blocks.append(section(words, accessory=back if open_still else None))
    if full:
        blocks.append(note("Two people for one drill are the most."))
        return modal("Ask a peer reviewer", ASK, blocks, submit="", close="Close")
    sentence = text_field("value", most=SENTENCE)
    blocks += [
        field("person", "Whom", user_select("value")),
        field("note", "A sentence for them", sentence, optional=True),
    ]
    metadata = str(session_id)
    return modal("Ask a peer reviewer", ASK, blocks, metadata=metadata, submit="Ask")


def read_asked(state: Mapping[str, Any]) -> tuple[str, str]:
    """Whom, and the sentence for them. Raises UserMistake."""
    user = str(entered(state, "person") or "")
    if not user:
        raise UserMistake("review_whom", field="person")
    return user, " ".join((entered(state, "note") or "").split())[:SENTENCE]


# --- what the reviewer gets -----------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """An answer for its reviewer. `privacy`: they have not been told what Drumbeat stores."""

    request_id: int
    user_id: str  # who asks
    note: str
    prompt: str
    answer: str
    privacy: bool = False
    given: bool = False


def asked(told: Work) -> Message:
    who = mention(told.user_id)
    head = (
        f"{who} asks for your marks of a practice answer. It takes two minutes, and only {who} "
        "sees what you give."
    )
    blocks: list[Block] = [section(head)]
    if told.note:
        blocks.append(section(f"> {escape(told.note)}"))
    blocks += [section("*The question*"), *sections(escape(clip(told.prompt.strip(), PROMPT)))]
    blocks += [section("*The answer*"), *sections(escape(clip(told.answer.strip(), ANSWER)))]
    if told.given:
        blocks.append(note("Thank you: your marks are given. You can still change them."))
    elif told.privacy:
        blocks.append(note(PRIVACY_AFTER))
    blocks.append(_answers(told))
    return Message(f"{head} The question and the answer stand in this message.", tuple(blocks))


def _answers(told: Work) -> Block:
    value = str(told.request_id)
    if told.given:
        return actions(button("Change your marks", REVIEW, value))
    return actions(
        button("Give marks", REVIEW, value, style="primary"),
        button("Not now", DECLINE, value),
        button("Mute such requests", MUTE, RULE),
    )


def declined_by_you(user_id: str) -> Message:
    """In the place of the request."""
    return Message(f"Not now, then: I have told {mention(user_id)} kindly. You need do nothing.")


@dataclass(frozen=True)
class ReviewForm:
    """The reviewer's form; `cells` are those that the drill asks for."""

    request_id: int
    user_id: str  # who asks
    cells: tuple[Cell, ...]
    rubric: Rubric
    marks: Mapping[Cell, int]
    note: str


def review_form(told: ReviewForm) -> Block:
    first = (
        f"Which marks does the answer of {mention(told.user_id)} deserve? Leave out what you "
        "cannot judge. Only they see your marks, beside Drumbeat’s."
    )
    blocks: list[Block] = [section(first), *choices(told.cells, told.rubric, told.marks, "mark")]
    words = text_field("value", told.note, multiline=True, most=SENTENCE)
    blocks.append(field("note", "What to keep, what to change? One sentence", words, optional=True))
    metadata = str(told.request_id)
    return modal("Give marks", SAVE, blocks, metadata=metadata, submit="Send")


def given_already() -> Message:
    return Message("You have given your marks already. *Change your marks* opens them again.")


def given_thanks(user_id: str) -> Block:
    words = (
        f"Thank you. {mention(user_id)} gets your marks, and you can change them from my message."
    )
    return modal("Give marks", TOLD, [section(words)], submit="", close="Close")


# --- what the member gets -------------------------------------------------------------------------


@dataclass(frozen=True)
class Review:
    """Marks of a reviewer beside the scorer's, 0 to 4; `bot` lacks cells that it did not mark."""

    user_id: str
    marks: Mapping[Cell, int]
    bot: Mapping[Cell, int]
    note: str


def reviewed(told: Review) -> Message:
    """Under the drill: a line a cell."""
    who = mention(told.user_id)
    lines = [f"*Marks from {who}*, from 0 to {LEVELS - 1}"]
    for cell in (one for one in Cell if one in told.marks):
        beside = f" · Drumbeat {told.bot[cell]}" if cell in told.bot else ""
        lines.append(f"{cell.title}: {who} {told.marks[cell]}{beside}")
    if told.note:
        lines.append(f"> “{escape(clip(told.note, SENTENCE))}”")
    text = plain("\n".join(lines))
    return Message(text, (section("\n".join(lines)),))


def declined(user_id: str, session_id: int) -> Message:
    text = (
        f"{mention(user_id)} cannot mark this answer at the moment. Nothing of it stays with them."
    )
    return _again(text, session_id)


def unreached(user_id: str, session_id: int) -> Message:
    text = f"My message could not reach {mention(user_id)}, so they have not seen your answer."
    return _again(text, session_id)


def _again(text: str, session_id: int) -> Message:
    again = button("Ask somebody else", ASK_REVIEWER, str(session_id))
    return Message(text, (section(text), actions(again)))


def taken_away() -> Message:
    """In the place of marks that are gone: with the answer, or with who gave them."""
    return Message("The marks that a reviewer gave here are gone.")
