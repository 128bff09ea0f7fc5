"""The recall card under a drill, answered with buttons alone. Pure."""

from bot.content import Warmup
from bot.slack.blocks import Message, actions, button, escape, note, section

SHOW_RECALL = "drills.recall_show"
MARK_RECALL = "drills.recall_mark"
RECALLS = {"knew": "Knew it", "half": "Half", "missed": "Missed"}


def warmup(card: Warmup, session_id: int) -> Message:
    text = f"Warm-up, 90 seconds: {escape(card.front)}"
    buttons = actions(button("Show", SHOW_RECALL, str(session_id)))
    return Message(text, (section(f"*Warm-up, 90 seconds.* {escape(card.front)}"), buttons))


def warmup_shown(card: Warmup, session_id: int) -> Message:
    marks = [
        button(text, f"{MARK_RECALL}.{code}", str(session_id)) for code, text in RECALLS.items()
    ]
    return Message(
        f"Warm-up: {escape(card.front)} {escape(card.back)}",
        (section(f"*Warm-up.* {escape(card.front)}"), section(escape(card.back)), actions(*marks)),
    )


def warmup_marked(card: Warmup, code: str) -> Message:
    return Message(
        f"Warm-up: {escape(card.front)} {escape(card.back)} You said: {RECALLS[code]}.",
        (
            section(f"*Warm-up.* {escape(card.front)}"),
            section(escape(card.back)),
            note(f"You said: *{RECALLS[code]}*. Now the drill above, in this thread."),
        ),
    )
