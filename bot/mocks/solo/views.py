"""What a solo mock says. Pure: values in, blocks out.

The case and the word *thread* stand in the texts: outsiders rely on it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content import TRACKS
from bot.drills.answers import views as cards
from bot.drills.marks import views as marks
from bot.drills.views import PRIVACY
from bot.mocks.solo.rules import LATE, WARNED, State
from bot.plans.views import TRACK_NAMES
from bot.scoring.feedback import Feedback
from bot.scoring.rules import Cell, CellScore, Scorecard
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    confirm,
    date_token,
    divider,
    escape,
    header,
    note,
    plural,
    section,
    sections,
)

SOLO = "mocks.solo"
START = "mocks.solo_start"
DONE = "mocks.solo_done"
STOP = "mocks.solo_stop"
WRONG = "mocks.solo_wrong"
SAVE_WRONG = "mocks.solo_wrong_save"
LATE_MINUTES = int(LATE.total_seconds() // 60)
MISTAKES = {
    "solo_gone": "That mock interview is not yours or no longer exists. `/mock solo` begins one.",
    "solo_old": "That offer is no longer open. `/mock solo` brings a new case.",
    "solo_started": "This mock interview was started before: the case is in its thread.",
    "solo_over": "This mock interview is over. `/mock solo` begins another.",
    "solo_nothing_yet": "There is nothing to mark yet. Answer in the thread first, or press "
    "*Stop* to end without marks.",
    "no_kits": "There are no interview kits yet. Whoever runs Drumbeat can mend that with "
    "`drumbeat content lint`.",
    "solo_bad_track": "I know no interview type “{given}”. The nearest is `/mock solo {near}`.",
    "solo_which_track": "“{given}” may be one of these: {meant}. Try `/mock solo {example}`.",
    "solo_no_such_track": "I do not know the interview type “{given}”. There are {known}.",
    "no_kits_for": "There is no interview kit for {track} yet. There are some for {tracks}: try "
    "`/mock solo {example}`.",
    "kit_gone": "That case has left the bank. `/mock solo` brings another one.",
}


@dataclass(frozen=True)
class Told:
    """A solo mock as its message shows it; `minutes` of the interview."""

    solo_id: int
    track: str
    difficulty: str
    minutes: int
    privacy: bool = False


def _kind(told: Told) -> str:
    track = TRACK_NAMES.get(told.track, told.track)
    return f"{track} · {escape(clip(told.difficulty, 40))} · {plural(told.minutes, 'minute')}"


def offered(told: Told) -> Message:
    """What will happen, before the clock runs."""
    how = (
        f"When you press *Start*, I put a case into this thread and the clock runs for "
        f"{plural(told.minutes, 'minute')}. I ask what an interviewer would ask, each question at "
        f"its minute, and say when {plural(WARNED, 'minute')} are left."
    )
    answer = (
        "Answer in this thread, in as many messages as you like. They are marked as one answer at "
        "the end. If a message ends with a question mark, I answer as the interviewer."
    )
    controls = actions(button("Start", START, str(told.solo_id), style="primary"))
    return _about(told, [section(how), section(answer), controls], f"{how} {answer}")


def running(told: Told, ends_at: datetime) -> Message:
    """The same message while the clock runs."""
    how = f":stopwatch: The clock runs until {_clock(ends_at)}. Answer in this thread."
    return _about(told, [section(how), _controls(told.solo_id)], how)


def over(told: Told, state: State) -> Message:
    """The same message when it is over."""
    how = {
        State.STOPPED: "You stopped this one. I kept none of what you wrote.",
        State.GONE: "This offer has made way for a newer one.",
    }.get(state, "This mock interview is over. What came of it is in the thread.")
    return _about(told, [section(how), _again()], how)


def _about(told: Told, blocks: Sequence[Block], spoken: str) -> Message:
    why = f"{_kind(told)}. You asked for it with `/mock solo`."
    shown = [header("A mock interview with me"), *blocks, note(why)]
    if told.privacy:
        shown.append(note(PRIVACY))
    return Message(f"A mock interview with me ({_kind(told)}). {spoken}", tuple(shown))


def _clock(at: datetime) -> str:
    return date_token(at, "{time}", f"{at:%H:%M} UTC")


def _controls(solo_id: int) -> Block:
    ask = confirm(
        "Stop this mock interview?",
        "It ends without marks, and I forget what you wrote in its thread.",
        "Stop it",
        "Go on",
    )
    return actions(
        button("Done", DONE, str(solo_id), style="primary"),
        button("Stop", STOP, str(solo_id), confirm=ask),
    )


def _again() -> Block:
    return actions(button("Another mock interview", SOLO))


# --- in the thread ------------------------------------------------------------------------------


def case(prompt: str, minutes: int, ends_at: datetime, solo_id: int) -> Message:
    """Minute 0."""
    how = (
        f"You have {plural(minutes, 'minute')}, until {_clock(ends_at)}. Answer in this thread; "
        "ask me where something is missing."
    )
    blocks = [section("*The case*"), *sections(escape(prompt.strip()))]
    text = f"The case: {escape(prompt.strip())} {how}"
    return Message(text, (*blocks, note(how), _controls(solo_id)))


def probe(question: str, minute: int) -> Message:
    """What the interviewer asks at a minute."""
    asked = escape(question)
    return Message(
        f"Interviewer: {asked} Answer in this thread.",
        (section(f"*Interviewer:* {asked}"), note(f"Minute {minute}")),
    )


def soon(left: int, solo_id: int) -> Message:
    """Shortly before the end."""
    text = (
        f"{plural(left, 'minute')} {'is' if left == 1 else 'are'} left. Bring it to an end: what "
        "do you recommend, and what comes first?"
    )
    return Message(text, (section(f":hourglass: {text}"), _controls(solo_id)))


def ended(*, early: bool) -> Message:
    """The end, when something is to be marked."""
    begun = "Thank you." if early else "Time is up. Thank you."
    text = f"{begun} I am reading what you wrote, and your scorecard comes here."
    return Message(text, (section(text),))


def ended_empty() -> Message:
    """The end, when nothing was written: nobody is scolded."""
    text = (
        "Time is up, and there is nothing to mark. That happens. If you had an answer in mind, "
        f"write it here within {plural(LATE_MINUTES, 'minute')} and I will mark it still."
    )
    return Message(text, (section(text), _again()))


def told(facts: Sequence[str]) -> Message:
    """The interviewer's reply to a question: what is known of it, or that nothing is."""
    if not facts:
        text = "I have no figure for that; make an assumption and say so."
        return Message(f"Interviewer: {text}", (section(f"*Interviewer:* {text}"),))
    text = escape("\n".join(facts))
    return Message(f"Interviewer: {text}", tuple(sections(f"*Interviewer:* {text}")[:10]))


def not_begun() -> Message:
    text = "The clock does not run yet: press *Start* above, and I put the case into this thread."
    return Message(text, (section(text),))


def no_words() -> Message:
    text = (
        "I cannot read files or listen to clips in a mock interview: type your answer in this "
        "thread. In a drill I take voice clips."
    )
    return Message(text, (section(text),))


def too_late() -> Message:
    text = (
        "This mock interview is over, so I kept your words but did not mark them. "
        "Edits to the answer itself still count."
    )
    return Message(text, (section(text), _again()))


def stopped_notice() -> Message:
    text = "You stopped this mock interview, so I do not read on here."
    return Message(text, (section(text), _again()))


def withdrawn() -> Message:
    return cards.withdrawn()


def kit_gone() -> Message:
    text = "This case has left the bank, so your words are kept and cannot be marked."
    return Message(text, (section(text), _again()))


# --- the card -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sound:
    """What a strong and a weak answer sound like in one cell."""

    strong: str
    weak: str


def card(
    solo_id: int, scorecard: Scorecard, feedback: Feedback, weakest: Cell | None,
    sounds: Sequence[Sound], *, late: bool,
) -> Message:  # fmt: skip
    """The scorecard as drills show it, then what strong sounds like where it was weakest."""
    told = cards.Card(solo_id, scorecard, feedback, final=True, late=late, controls=False)
    made = cards.card(told)
    shown = [_own(block) for block in made.blocks]
    if weakest is None or not sounds:
        return Message(made.text, (*shown, _again()))
    title = f"What a strong answer sounds like in {weakest.title}"
    lines = [f"• {escape(one.strong)}\n_Weak:_ {escape(one.weak)}" for one in sounds[:3]]
    text = f"{title}: {' '.join(escape(one.strong) for one in sounds[:3])}"
    more = sections(f"*{title}*\n" + "\n".join(lines))[:3]
    return Message(f"{made.text}\n{text}", (*shown, divider(), *more, _again()))


def _own(block: Block) -> Block:
    """*This mark is wrong*, of this card."""
    pressed = block.get("accessory")
    if not pressed:
        return block
    named = str(pressed["action_id"]).replace(cards.WRONG, WRONG)
    return block | {"accessory": pressed | {"action_id": named}}


def wrong_form(solo_id: int, named: Cell, score: CellScore, why: str, fitting: int | None) -> Block:
    """As for a drill's mark."""
    return marks.wrong_form(solo_id, named, score, why, fitting) | {"callback_id": SAVE_WRONG}


# --- answers to a press ---------------------------------------------------------------------------


def on_its_way(minutes: int) -> Message:
    return Message(
        "A mock interview waits in our direct message. Press *Start* there when you have "
        f"{plural(minutes, 'minute')} to yourself."
    )


def waits_already(minutes: int) -> Message:
    return Message(
        "A mock interview waits in our direct message already. Press *Start* there when you have "
        f"{plural(minutes, 'minute')} to yourself."
    )


def runs_already(ends_at: datetime) -> Message:
    return Message(
        f"Your mock interview runs in our direct message until {_clock(ends_at)}: answer in its "
        "thread. *Done* or *Stop* ends it earlier."
    )


def no_kits_for(track: str, tracks: Collection[str]) -> dict[str, str]:
    """What `MISTAKES["no_kits_for"]` names."""
    known = [one for one in TRACKS if one in tracks]
    return {
        "track": TRACK_NAMES.get(track, track),
        "tracks": ", ".join(TRACK_NAMES.get(one, one) for one in known),
        "example": known[0] if known else "",
    }
