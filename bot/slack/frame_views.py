"""What the frame itself says: help, stale buttons, failed modals. Pure."""

from collections.abc import Iterable

from bot.slack.blocks import Block, Message, clip, escape, modal, section
from bot.slack.declare import Verb

WORDS = {
    "unsaid": "That cannot be done right now. Nothing was changed.",
    "stale": "This button belongs to an older message. `/drill now` opens a fresh drill.",
    "form_unread": "I cannot read what is entered here, so nothing was changed. Close the form and "
    "open it again.",
    "stranger": "Only people of this workspace can do that.",
    "deactivated": "This account is deactivated, so nothing was changed.",
    "admin_only": "Only an admin of this workspace can do that.",
}


def usage(verb: Verb) -> str:
    typed = " ".join(part for part in (verb.command, verb.name, verb.usage) if part)
    return f"`{typed}`  {verb.about}"


def help_for(command: str, verbs: Iterable[Verb], word: str, near: str) -> Message:
    """Every verb on a line; above it what was wrong and the nearest right word."""
    lines = [usage(verb) for verb in verbs]
    if word and word != "help":
        guess = f" Did you mean `{command} {near}`?" if near else ""
        lines.insert(0, f"I do not know `{command} {escape(clip(word, 40))}`.{guess}")
    text = "\n".join(lines)
    return Message(text, (section(text),))


def unknown_command(command: str) -> str:
    return f"I do not know {escape(clip(command, 40))}. `/drill help` lists what I can do."


def not_installed() -> Message:
    return Message(
        "Drumbeat is not installed in this workspace any more. An admin can add it again."
    )


def stale_button() -> Message:
    return Message("This button belongs to an older version. `/drill now` opens a fresh drill.")


def stale_view() -> Block:
    return told(
        "This form belongs to an older version. Open it again to go on; nothing was changed."
    )


def modal_failed() -> Message:
    return Message("Slack did not open the form in time. Try again: what you did before is kept.")


def told(text: str) -> Block:
    return modal("Drumbeat", "frame.told", [section(text)], submit="", close="Close")
