"""`/mock exclude`: who is never to be one's partner. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import UserMistake
from bot.mocks.joining.excluding.rules import MOST, Excluded, Kind
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    entered,
    field,
    mention,
    modal,
    section,
    select,
    user_select,
)

EXCLUDE = "mocks.exclude"
SAVE = "mocks.exclude_save"
REMOVE = "mocks.exclude_remove"
KINDS = {
    Kind.DO_NOT_PAIR: "Do not pair us",
    Kind.MANAGER_OR_REPORT: "My manager, or I am theirs",
}
PRIVATE = "It holds both ways, and only you see it: the other person never learns."
PARTED = " Your pair is off; I am looking for somebody else for you."
MISTAKES = {
    "exclude_whom": "Say who: `/mock exclude @name`. Without a name it opens your list.",
    "exclude_unknown": "I find nobody by that name. Write @ and choose the name that Slack offers, "
    "or say `/mock exclude` alone and choose there.",
    "exclude_self": "That is you. Choose somebody else.",
    "exclude_bot": "That is no person, so you are never paired with it.",
    "exclude_many": "You can exclude {most} people. Remove somebody from the list first.",
}


def form(told: Sequence[Excluded], done: str | None = None, *, parted: bool = False) -> Block:
    """The list with *Remove*, and fields for one more; `done` was excluded just now.

    `parted`: they were in one group.
    """
    blocks: list[Block] = [section(f"Whom I never pair you with. {PRIVATE}")]
    if done:
        blocks.insert(0, section(f"Done: I never pair you with {mention(done)}.{PARTED * parted}"))
    for one in told[:MOST]:
        remove = button("Remove", f"{REMOVE}.{one.id}", str(one.id))
        blocks.append(section(f"{mention(one.user_id)}  {KINDS[one.kind]}", accessory=remove))
    blocks += [
        field("person", "Whom", user_select("value")),
        field(
            "kind",
            "Why",
            select("value", [(str(kind), text) for kind, text in KINDS.items()], Kind.DO_NOT_PAIR),
            hint="You need not say more.",
        ),
    ]
    return modal("Exclude somebody", SAVE, blocks, submit="Exclude", close="Close")


def read(state: Mapping[str, Any]) -> tuple[list[str], Kind]:
    """Who was chosen, and why. Raises UserMistake."""
    user = str(entered(state, "person") or "")
    if not user:
        raise UserMistake("exclude_whom", field="person")
    kind = str(entered(state, "kind") or "")
    return [user], Kind(kind) if kind in {*Kind} else Kind.DO_NOT_PAIR


def excluded(user_ids: Sequence[str], parted: bool) -> Message:
    """`parted`: they were in one group just now."""
    named = ", ".join(mention(one) for one in user_ids[:20])
    text = f"I never pair you with {named}. {PRIVATE}{PARTED * parted}"
    return Message(text, (section(text), actions(button("Your list", EXCLUDE))))
