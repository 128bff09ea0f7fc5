"""What is said after an edit, and to those who may only look. Pure."""

from collections.abc import Sequence

from bot.drills.views import MUTE
from bot.okrs import wording
from bot.okrs.editing.rules import AmendmentLine, Change, Kept, KeyResultSheet
from bot.okrs.parse import SHAPES
from bot.okrs.rules import Shape
from bot.okrs.views import place_words
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    date_token,
    divider,
    escape,
    header,
    mention,
    modal,
    note,
    section,
)

EDIT = "okrs.edit"
ARCHIVE = "okrs.edit_archive"
RESTORE = "okrs.edit_restore"
OWNER_RULE = "okr.owner"
MEANWHILE = (
    "⚠️ *Somebody else changed this meanwhile.* Nothing of yours is lost: below each field stands "
    "what they saved. Save again to put yours in its place."
)
LEADING = (
    ("leading", "Leading: it moves first"),
    ("lagging", "Lagging: it moves last"),
    ("unsaid", "Not said"),
)


def said(told: KeyResultSheet, name: str, text: str) -> str:
    """What somebody else saved, as a sentence may hold it."""
    if name in ("accountable", "co_owners"):
        return ", ".join(f"<@{user}>" for user in text.split() if user.isalnum()) or "nobody"
    if name == "guardrail":
        titles = {str(key): title for key, title in told.guardrails}
        return escape(clip(titles.get(text, "none"), 300))
    if name == "leading":
        return dict(LEADING).get(text, "not said")
    if name == "shape":
        return SHAPES[Shape(text)] if text in tuple(Shape) else "nothing"
    return escape(clip("; ".join(text.splitlines()), 500)) or "nothing"


def history(amendments: Sequence[AmendmentLine]) -> list[Block]:
    if not amendments:
        return []
    return [divider(), header("What changed so far"), *(_amendment(one) for one in amendments[:10])]


def _amendment(one: AmendmentLine) -> Block:
    day = date_token(one.at, "{date_short}", f"{one.at:%Y-%m-%d}")
    who = f", {mention(one.user_id)}" if one.user_id else ""
    lines = [f"*{day}*{who}"]
    lines += [_change(change) for change in one.changes[:8]]
    if one.reason:
        quoted = " ".join(one.reason.split())
        lines.append(f"> {escape(clip(quoted, 600))}")
    return section("\n".join(lines))


def _change(one: Change) -> str:
    ends = (escape(clip(one.before, 300)), escape(clip(one.after, 300)))
    return f"• {escape(one.name[:40])}: {ends[0]} → {ends[1]}"


def look(told: KeyResultSheet) -> Block:
    """For those who may not change it."""
    promised = wording.target_words(told.terms)
    lines = [
        f"*{escape(clip(told.texts.get('title', ''), 300))}*",
        f"{wording.kind_words(told.terms.kind)}: {escape(clip(promised, 300))}.",
        f"Accountable: {said(told, 'accountable', told.texts.get('accountable', ''))}.",
        f"With: {said(told, 'co_owners', told.texts.get('co_owners', ''))}.",
    ]
    if told.archived:
        lines.append("It is archived.")
    who = "The accountable owner, the team’s lead and admins can change it."
    blocks = [section("\n".join(lines)), *history(told.amendments), note(who)]
    return modal("Key result", "okrs.look", blocks, submit="", close="Close")


def kept(told: Kept) -> Block:
    lines = [f"*{escape(clip(told.title, 300))}* is saved."]
    lines += [_change(change) for change in told.changes[:10]]
    if told.changes:
        lines.append("This holds from now on; how it stood before stays as it was.")
    if told.named:
        lines.append(f"<@{told.named}> answers for it now.")
    if told.unowned:
        lines.append("Nobody answers for it now: `/okr edit` names somebody.")
    back = button("Edit something else", EDIT, f"tc:{told.place}")
    blocks = [section("\n".join(lines)), actions(back)]
    return modal("Saved", "okrs.kept", blocks, submit="", close="Close")


def archived(told: KeyResultSheet) -> Block:
    """Archived or restored, with the way back."""
    title = escape(clip(told.texts.get("title", ""), 300))
    if told.archived:
        words = f"*{title}* is archived. Nobody is asked for it any more."
        back = button("Undo", RESTORE, f"kr:{told.id}")
    else:
        words = f"*{title}* is back."
        back = button("Edit it", EDIT, f"kr:{told.id}")
    more = button("Edit something else", f"{EDIT}.more", f"tc:{told.place}")
    blocks = [section(words), actions(back, more)]
    return modal("Key result", "okrs.kept", blocks, submit="", close="Close")


def named_owner(title: str, team: str, cycle: str, by: str, key_result_id: int) -> Message:
    """By direct message to who is accountable from now on; `by` is a user id."""
    where = place_words(team, cycle)
    who = f"<@{by}>" if by.isalnum() else "Somebody"
    text = f"{who} named you the accountable owner of *{escape(clip(title, 300))}* ({where})."
    why = "You answer for its check-ins from now on. This comes once for each key result."
    mute = button("Mute such messages", f"{MUTE}.owner", OWNER_RULE)
    look = button("Look at it", EDIT, f"kr:{key_result_id}")
    return Message(text, (section(text), actions(look, mute), note(why)))
