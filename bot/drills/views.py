"""What a drill's messages say, up to the scorecard. Pure: values in, blocks out.

The word *thread* and the prompt stand in the text of a drill message: outsiders rely on it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.content import Drill
from bot.drills.rules import SESSION, State
from bot.drills.voice import views as voice
from bot.plans.views import TRACK_NAMES, Silence, called
from bot.scoring.follow_up import FLIP_QUESTION
from bot.scoring.judge.views import privacy
from bot.slack.blocks import (
    TEXT,
    Block,
    Message,
    actions,
    button,
    clip,
    date_token,
    escape,
    header,
    note,
    plural,
    section,
    sections,
)

START = "drills.start"
DONE = "drills.done"
SKIP = "drills.skip"
NOW = "drills.now"
USUAL = 3.0  # minutes of an answer, where the drill has left the bank
RETAKE = "drills.retake"
FINISH = "drills.finish"
SELF_SCORE = "drills.self_score"
WRITE = "drills.write_sql"
MUTE = "drills.mute"
ASK_REVIEWER = "drills.ask_reviewer"

STORED = (
    "our employer may be able to read direct messages here, and Drumbeat stores your answers and "
    "marks until you delete them with `/drill delete-me`."
)
PRIVACY = f"Before you type: y{STORED}"
PRIVACY_AFTER = f"Y{STORED}"  # where there is nothing to type, or it was typed already
QUERY = " The query goes into a code block in the thread or into *Write SQL*, and is run at once."
MISTAKES = {
    "session_gone": "That drill is not yours or no longer exists. `/drill now` opens a new one.",
    "drill_gone": "That drill has left the bank. `/drill now` opens another one.",
    "no_drills": "There are no drills in the bank. Whoever runs Drumbeat can mend that with "
    "`drumbeat content lint`.",
    "nothing_yet": "There is nothing to finish yet: answer in the thread first.",
    "already_final": "Your answer is final already. Edits to it still count.",
    "already_started": "The answer box was opened before. Answer in the thread of this drill.",
    "nothing_to_skip": "There is no drill to skip: none is open and none is scheduled.",
    "closed": "This drill is closed. `/drill now` opens a new one.",
}


@dataclass(frozen=True)
class Asked:
    """A drill message's facts."""

    session_id: int
    drill: Drill
    kind: str
    missed: date | None = None
    privacy: bool = False
    daily_time: str = ""
    judge: str = ""  # the model judge by name, where one is set up
    transcriber: str = ""  # the host that clips go to, where one is set up
    voice: bool = False  # the member said that they answer aloud
    length: int = int(SESSION / timedelta(minutes=1))  # minutes of the session
    title: str = ""  # in place of the usual one
    more: str = ""  # one line more
    reviewer: bool = False  # somebody may be asked for marks
    why: str = ""  # this drill, in one line


def minutes(amount: float) -> str:
    if amount == int(amount):
        return plural(int(amount), "minute")
    return plural(round(amount * 60), "second")


def minute_adjective(amount: float) -> str:
    """`3-minute`; `90-second` where it is no whole number of minutes."""
    return f"{amount:g}-minute" if amount == int(amount) else f"{amount * 60:.0f}-second"


def box(amount: float) -> str:
    """`a 3-minute`, `an 8-minute`: with the article that is spoken before it."""
    named = minute_adjective(amount)
    return f"{'an' if named.startswith(('8', '11-', '18-')) else 'a'} {named}"


def drill(asked: Asked) -> Message:
    return _drill(asked, _how(asked), _controls(asked, State.OPEN))


def drill_running(asked: Asked, box_ends_at: datetime) -> Message:
    """The same message once the answer box runs."""
    until = date_token(box_ends_at, "{time}", f"{box_ends_at:%H:%M} UTC")
    how = f":stopwatch: The answer box is open until {until}. Answer in this thread."
    return _drill(asked, how, _controls(asked, State.ANSWERING))


def drill_over(asked: Asked, state: State) -> Message:
    """The same message once nothing can be pressed any more."""
    how = {
        State.SKIPPED: "Skipped. A late answer in this thread is still scored.",
        State.MISSED: "Closed without an answer. A late answer in this thread is still scored.",
        State.CLOSED: "This session is closed. Your scorecard is in the thread.",
    }.get(state, "Your answer is final. The rest is in this thread.")
    return _drill(asked, how, actions(_reviewer(asked)) if asked.reviewer else None)


def _drill(asked: Asked, how: str, controls: Block | None) -> Message:
    title = escape(asked.title) or ("A drill, now" if asked.kind == "now" else "Today’s drill")
    track = TRACK_NAMES.get(asked.drill.track, asked.drill.track)
    kind = f"{track} · {asked.drill.stage} · {asked.drill.difficulty}"
    blocks: list[Block] = [header(f"{title}: {track}")]
    if asked.missed:
        blocks.append(note(skipped_line(asked.missed)))
    blocks += sections(escape(asked.drill.prompt.strip()))
    blocks.append(note(how))
    if asked.voice and controls:
        blocks.append(note(voice.ALOUD))
    if asked.more:
        blocks.append(note(escape(asked.more)))
    if controls:
        blocks.append(controls)
    blocks.append(note(_why(asked, kind)))
    if asked.privacy:
        spread = f"{privacy(asked.judge)}{voice.privacy(asked.transcriber)}"
        blocks.append(note(f"{PRIVACY}{spread}"))
    spoken = f"{title} ({kind}). {plain_how(asked)} {escape(asked.drill.prompt.strip())}"
    return Message(clip(f"{spoken} {escape(asked.why)}".strip(), TEXT), tuple(blocks))


def _how(asked: Asked) -> str:
    return (
        f"Answer in this thread. *Start* opens {box(asked.drill.minutes)} answer box; "
        "without it your first reply does. The session lasts "
        f"{plural(asked.length, 'minute')}.{QUERY if asked.drill.sql else ''}"
    )


def plain_how(asked: Asked) -> str:
    return f"Answer in this thread, {minutes(asked.drill.minutes)}."


def _why(asked: Asked, kind: str) -> str:
    """Why this drill, and what moves or stops it."""
    why = f" {escape(asked.why)}" if asked.why else ""
    if asked.kind == "now":
        return f"{kind}. You asked for it.{why}"
    if asked.kind == "blitz":
        return f"{kind}.{why}"
    when = f" at {asked.daily_time}" if asked.daily_time else ""
    moves = f"Your daily drill{when}: `/drill time` moves it, `/drill pause 2w` stops it."
    return f"{kind}.{why}\n{moves}"


def _controls(asked: Asked, state: State) -> Block:
    value = str(asked.session_id)
    start = [button("Start", START, value, style="primary")] if state == State.OPEN else []
    return actions(
        *start,
        *([button("Write SQL", WRITE, value)] if asked.drill.sql else []),
        button("Done", DONE, value),
        button("Skip", SKIP, value),
        button("Score yourself", SELF_SCORE, value),
        *([_reviewer(asked)] if asked.reviewer else []),
        block_id="drill.controls",
    )


def _reviewer(asked: Asked) -> Block:
    return button("Ask a peer reviewer", ASK_REVIEWER, str(asked.session_id))


def skipped_line(day: date) -> str:
    return (
        f"The drill of {day:%A} {day.day} {day:%B} was skipped: its time had passed before I could "
        "send it. Nothing is owed."
    )


def reminder(session_id: int, left: int, length: float) -> Message:
    """`left` is in whole minutes, at least 1; `length` is the drill’s, in minutes."""
    enough = box(length)
    text = (
        f"{plural(left, 'minute')} of this session {'is' if left == 1 else 'are'} left. "
        f"{enough[0].upper()}{enough[1:]} answer is enough: give it in this thread."
    )
    return Message(
        text,
        (
            section(text),
            actions(
                button("Skip today", SKIP, str(session_id)),
                button("Mute these reminders", MUTE, "drill.reminder"),
            ),
        ),
    )


def probe(question: str, session_id: int, *, flips: bool) -> Message:
    """The question that changes the ground, after the answer is final, and the flip test."""
    asked = escape(f"{question} {FLIP_QUESTION}" if flips else question)
    return Message(
        f"Probe: {asked} Answer in this thread.",
        (
            section(f"*Probe.* {asked}"),
            note("Answer in this thread: what changes in your answer, and why?"),
            actions(
                button("Skip the probe, retake", RETAKE, str(session_id)),
                button("Finish", FINISH, str(session_id)),
            ),
        ),
    )


def retake(what: str, cell: str, session_id: int) -> Message:
    """One minute for the one thing that was missed."""
    text = f"60-second retake. One thing only, {cell.lower()}: {escape(what)}."
    return Message(
        f"{text} Answer in this thread.",
        (
            section(f"*60-second retake.* One thing only, *{cell.lower()}*: {escape(what)}."),
            note("Say that part again in this thread."),
            actions(button("Finish", FINISH, str(session_id))),
        ),
    )


def rest(days: int) -> Message:
    """Asked once after a working week of silence."""
    text = (
        f"{plural(days, 'drill')} went by without an answer, so I will stop sending them. "
        "Nothing is lost: press the button, or type `/drill now`, when you want to go on."
    )
    return Message(text, (section(text), actions(button("A drill, now", NOW, style="primary"))))


def closed_notice() -> Message:
    text = (
        "This session is closed, so I kept your words but did not score them. "
        "Edits to the answer itself still count."
    )
    return Message(text, (section(text), actions(button("A drill, now", NOW))))


def outside_thread() -> Message:
    text = (
        "I read answers in the thread of a drill: open the drill message, choose *Reply in "
        "thread*, and paste it there. What you wrote here is not scored."
    )
    return Message(text, (section(text), actions(button("A drill, now", NOW))))


def on_its_way(silence: Silence | None = None) -> Message:
    """`silence`: an interview keeps the daily drills away."""
    words = "Your drill is on its way to our direct message. Answer in its thread."
    return Message(f"{words} {called(silence)}" if silence else words)


def still_open() -> Message:
    text = (
        "Your drill is open in our direct message: answer in its thread. "
        "`/drill now` closes it as it stands and opens another."
    )
    return Message(text, (section(text), actions(button("Another drill, now", NOW))))


def skipped() -> Message:
    return Message("Skipped. Nothing is owed; App Home says when the next drill comes.")


def skipped_next(day: date) -> Message:
    return Message(
        f"The drill of {day:%A} {day.day} {day:%B} is left out. Nothing is owed; "
        "`/drill resume` takes that back."
    )


def muted() -> Message:
    return Message("Muted. App Home lists what is muted and lets you hear it again.")


def hello() -> Message:
    text = (
        "I send a product-interview drill a day and score your answer. `/drill setup` chooses "
        "track and time, `/drill now` opens a drill at once, `/drill help` lists the rest."
    )
    return Message(text, (section(text), actions(button("A drill, now", NOW, style="primary"))))
