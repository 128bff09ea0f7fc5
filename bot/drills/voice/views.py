"""What is said about a voice clip, and the form in which its words are corrected. Pure.

One message a clip: it waits, then shows the transcript, then what counts of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.drills.voice import rules
from bot.drills.voice.clips import LONGEST_CLIP
from bot.drills.voice.rules import How
from bot.drills.voice.speech import Speech
from bot.errors import UserMistake
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    date_token,
    entered,
    escape,
    field,
    modal,
    note,
    plural,
    section,
    text_field,
)

USE = "voice.use"
CORRECT = "voice.correct"
SECOND = "voice.second"
TYPE = "voice.type"
SAVE = "voice.save"
SHOWN = 700  # characters of a transcript on its card, most of a minute
TAKES = (
    f"I take words and voice clips here: a sound or video recording of up to "
    f"{LONGEST_CLIP // 60} minutes."
)
ALOUD = (
    ":microphone: To say it: press the microphone in this thread’s reply box (on a phone, tap it "
    "or hold it down), speak, and send the clip. You see its transcript before it counts."
)
ASIDE = "Pace and fillers stand apart from the marks and change none of them."
MISTAKES = {
    "voice_gone": "That clip is not yours, or it is gone. Record another one in the thread, or "
    "type your answer there.",
    "voice_nothing": "There is no transcript of this clip to use yet.",
    "voice_part_over": "This part of the drill is over, so a second take would be taken for "
    "something else. *Correct it* still changes what this clip says.",
    "voice_empty": "Write what you said. To take the clip back, delete its message.",
    "voice_replaced": "Your second take stands in this clip’s place. Change that one.",
}
# Why there is no transcript, by code.
FAILED = {
    "never": "Slack gave me no transcript of it.",
    "none": "Slack gave me no transcript of it.",
    "gone": "The file is no longer there.",
    "kind": f"That file is no clip. {TAKES}",
    "long": f"It is longer than {LONGEST_CLIP // 60} minutes, which is more than I take.",
    "slack": "Slack did not let me read it. Whoever runs Drumbeat can see why.",
    "lost": "Slack gave me no transcript of it, and did not hand me the recording either.",
    "large": "Slack gave me no transcript of it, and the recording is too large to be sent on.",
    "switched_off": "Slack gave me no transcript of it, and `/drill setup` says that your "
    "recordings go nowhere else.",
    "budget": "Slack gave me no transcript of it, and today’s transcripts from {host} are used up.",
    "slow": "Slack gave me no transcript of it, and {host} did not answer in time.",
    "unreachable": "Slack gave me no transcript of it, and {host} could not be reached.",
    "busy": "Slack gave me no transcript of it, and {host} takes no more recordings right now.",
    "broken": "Slack gave me no transcript of it, and {host} had a fault of its own.",
    "refused": "Slack gave me no transcript of it, and {host} refused the recording.",
    "key": "Slack gave me no transcript of it, and {host} does not accept our key. Whoever runs "
    "Drumbeat can mend that.",
    "address": "Slack gave me no transcript of it, and {host} was not found at its address. "
    "Whoever runs Drumbeat can mend that.",
    "unusable": "Slack gave me no transcript of it, and {host} sent something that could not be "
    "read.",
    "resting": "Slack gave me no transcript of it, and {host} failed several times in a row and is "
    "left in peace for a few minutes.",
}
TAKEN = {
    How.AS_IT_IS: "It counts as it is.",
    How.CORRECTED: "It counts as you corrected it.",
    How.TYPED: "It counts as you typed it.",
    How.CLOCK: "It counts as it stood: nothing was pressed in time. *Correct it* still changes it.",
}


@dataclass(frozen=True)
class Told:
    """A clip's facts. `seconds` is None where Slack does not say how long it is."""

    clip_id: int
    seconds: float | None
    more: int = 0  # further clips of the same message
    second: bool = False  # the next message replaces it
    host: str = ""  # of the transcription endpoint, where it gave the words or was asked
    speech: Speech | None = None


def length(seconds: float | None) -> str:
    """`0:42`, empty where it is not known."""
    if seconds is None:
        return ""
    whole = max(round(seconds), 1)
    return f"{whole // 60}:{whole % 60:02}"


def _name(told: Told) -> str:
    return f"Your clip of {length(told.seconds)}" if told.seconds else "Your clip"


def _more(told: Told) -> list[str]:
    if not told.more:
        return []
    return [
        f"I listen to one recording a message: send the other {plural(told.more, 'one')} "
        "in messages of their own."
    ]


def privacy(host: str) -> str:
    """What is added wherever it is said what becomes of an answer; empty without an endpoint."""
    if not host:
        return ""
    return (
        f" A voice clip that Slack gives no transcript of is sent to {escape(clip(host, 80))} for "
        "one; Drumbeat keeps no sound. `/drill setup` switches that off."
    )


def waiting(told: Told, host: str = "") -> Message:
    """`host` of the endpoint that is asked where Slack gives nothing."""
    heard = f"a clip of {length(told.seconds)}" if told.seconds else "your clip"
    text = f"I heard {heard} and wait for its transcript. You will see it here before it counts."
    other = (
        f"If Slack gives none, the recording goes to {escape(clip(host, 80))} for one. "
        "`/drill setup` switches that off."
    )
    return _plain([text, *([other] if host else []), *_more(told)])


def asking(told: Told) -> Message:
    host = escape(clip(told.host, 80))
    return _plain([f"Slack gave no transcript of {_name(told).lower()}, so {host} writes one now."])


def _plain(lines: Sequence[str]) -> Message:
    return Message(" ".join(lines), (section(lines[0]), *(note(line) for line in lines[1:])))


def heard(told: Told, transcript: str, counts_at: datetime) -> Message:
    """The voice card: the transcript, and what may be done with it before it counts."""
    until = date_token(counts_at, "{time}", f"{counts_at:%H:%M} UTC")
    wait = f"Not counted yet. If you press nothing, it counts as it stands at {until}."
    first = "Right? *Correct it* shows the whole." if len(transcript) > SHOWN else "Is it right?"
    keys = [
        button("Use it as it is", USE, str(told.clip_id), style="primary"),
        button("Correct it", CORRECT, str(told.clip_id)),
        button("Second take", SECOND, str(told.clip_id)),
        button("Type instead", TYPE, str(told.clip_id)),
    ]
    return _card(told, first, transcript, [wait], keys)


def taken(told: Told, words: str, how: How) -> Message:
    """The same card once the clip's words count."""
    keys = [
        button("Correct it", CORRECT, str(told.clip_id)),
        button("Second take", SECOND, str(told.clip_id)),
    ]
    return _card(told, TAKEN[how], words, [], keys)


def _card(
    told: Told, state: str, words: str, notes: Sequence[str], keys: Sequence[Block]
) -> Message:
    if told.second:
        correct = [one for one in keys if one["action_id"] == CORRECT]
        keys = [button("Keep this one", USE, str(told.clip_id)), *correct]
        again = (
            "Second take: your next clip or message in the drill’s thread replaces this one, which "
            "stands so far."
        )
        notes = [again, *notes]
    quoted = escape(clip(" ".join(words.split()), SHOWN))
    title = f"{_name(told)}. {state}"
    figures = measured(told)
    lines = [*notes, *_more(told)]
    blocks = [
        section(f"*{_name(told)}.* {state}"),
        section(f"> {quoted}"),
        *(note(line) for line in lines),
        actions(*keys, block_id="voice.keys"),
        note(f"{figures} {_from(told)}".strip()),
    ]
    spoken = " ".join([title.replace("*", ""), quoted, figures, *lines])
    return Message(spoken, tuple(blocks))


def _from(told: Told) -> str:
    return f"Written by {escape(clip(told.host, 80))}." if told.host else ""


def measured(told: Told) -> str:
    """`128 words a minute. 3 fillers: um 2, you know 1.` and that they change no mark."""
    speech = told.speech
    if speech is None:
        return ASIDE
    lines = [f"{speech.pace:,} words a minute."] if speech.pace else []
    if speech.fillers is None:
        lines.append("Fillers are counted in English only.")
    else:
        count = sum(speech.fillers.values())
        named = ", ".join(f"{escape(clip(name, 20))} {n:,}" for name, n in speech.fillers.items())
        lines.append(
            f"{plural(count, 'filler')}: {clip(named, 300)}." if count else "No filler words."
        )
    return " ".join([*lines, ASIDE])


def silent(told: Told) -> Message:
    text = (
        f"{_name(told)}: nothing heard. Is the microphone on, and the right one chosen? Record it "
        "again in the drill’s thread, or type what you said."
    )
    return _ask_again(told, text)


def failed(told: Told, code: str) -> Message:
    host = escape(clip(told.host, 80)) or "the endpoint"
    why = FAILED.get(code, FAILED["never"]).format(host=host)
    again = "" if code in ("never", "none", "switched_off") else " or record it again"
    text = f"{_name(told)}: {why} Type what you said{again}: nothing of it counts yet."
    return _ask_again(told, text)


def _ask_again(told: Told, text: str) -> Message:
    keys = actions(button("Type instead", TYPE, str(told.clip_id), style="primary"))
    more = _more(told)
    return Message(" ".join([text, *more]), (section(text), *(note(line) for line in more), keys))


def replaced(told: Told) -> Message:
    return _plain([f"{_name(told)} no longer counts: your second take stands in its place."])


def takes() -> Message:
    """A file that is no clip, and no word beside it."""
    text = f"I cannot read that. {TAKES} Type your answer in this thread, or say it in a clip."
    return _plain([text])


def too_long() -> Message:
    text = f"{FAILED['long']} {TAKES} Say the heart of it in a shorter clip, or type it."
    return _plain([text])


def closed() -> Message:
    text = (
        "This session is closed, so I did not listen to your clip. It stays here in the thread, "
        "without marks; edits to the answer itself still count."
    )
    return _plain([text])


def correction(told: Told, words: str, *, fresh: bool = False) -> Block:
    """The form: the words in as many fields as they need, or one empty field."""
    pieces = [""] if fresh else rules.parts(words)
    blocks: list[Block] = [
        section(
            "Write what you said." if fresh else "What stands here when you save it is what counts."
        )
    ]
    for number, piece in enumerate(pieces, start=1):
        alone = len(pieces) == 1
        label = "What you said" if alone else f"Part {number} of {len(pieces)}"
        element = text_field("value", piece, multiline=True)
        blocks.append(field(f"said_{number}", label, element, optional=not alone))
    blocks.append(note(ASIDE))
    way = "typed" if fresh else "corrected"
    return modal(
        "Your clip’s words", SAVE, blocks, metadata=f"{told.clip_id}:{way}", submit="Use this"
    )


def read_correction(state: Mapping[str, Any]) -> str:
    """What was entered, its fields joined. Raises UserMistake when there is no word in it."""
    names = sorted(
        (name for name in state if name.startswith("said_")),
        key=lambda name: int(name[5:]) if name[5:].isdecimal() else 0,
    )
    pieces = [str(entered(state, name) or "").strip() for name in names]
    words = " ".join(piece for piece in pieces if piece)
    if not words:
        raise UserMistake("voice_empty", field="said_1")
    return words
