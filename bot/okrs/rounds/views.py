"""What a team's lead is told when a round opens. Pure."""

from collections.abc import Sequence

from bot.drills.views import MUTE
from bot.okrs.calls.views import SHOWN, TITLE
from bot.slack.blocks import Message, actions, button, clip, escape, note, sections

UNOWNED = "okr.unowned"  # the rule that can be muted


def unowned(titles: Sequence[str], team: str) -> Message:
    """Nobody is asked about these key results this time."""
    head = (
        f"Nobody answers for these key results of *{escape(clip(team, 60))}* in this check-in: "
        "they have no owner, or all of them are away or gone. `/okr edit` names another."
    )
    why = "You lead the team; this comes once a check-in, only when nobody can answer."
    return _to_lead(head, titles, why)


def left_alone(titles: Sequence[str], team: str) -> Message:
    """Their last owner has gone, between two check-ins or in the middle of one."""
    which = "This key result has" if len(titles) == 1 else "These key results have"
    head = f"{which} no owner any more in *{escape(clip(team, 60))}*. `/okr edit` names another."
    return _to_lead(head, titles, "You lead the team; this comes once, when the last owner goes.")


def _to_lead(head: str, titles: Sequence[str], why: str) -> Message:
    lines = [f"• {escape(clip(one, TITLE))}" for one in titles[:SHOWN]]
    if len(titles) > SHOWN:
        lines.append(f"and {len(titles) - SHOWN:,} more")
    text = "\n".join([head, *lines])
    blocks = (*sections(text), actions(button("Mute these", MUTE, UNOWNED)), note(why))
    return Message(f"{text}\n{why}", blocks)
