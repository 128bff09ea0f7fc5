"""What import and export say, in Slack and on the command line. Pure."""

from collections.abc import Mapping, Sequence

from bot.slack.blocks import (
    Block,
    Message,
    clip,
    escape,
    field,
    modal,
    note,
    plural,
    section,
    sections,
    text_field,
)

PASTE, CONFIRM, TYPED = "okrs.import", "okrs.import_now", "document"
MOST = 3000  # characters of a form's field, and of what a form remembers
SHOWN = 10  # faults told at once
EXAMPLE = """\
teams:
  - {key: checkout, name: Checkout, lead: U012ABCD}
cycles:
  - {key: 2027-Q1, starts: 2027-01-04, ends: 2027-04-04}
objectives:
  - key: first-sale
    team: checkout
    cycle: 2027-Q1
    title: New shops sell in their first week
    key_results:
      - {key: days, title: Days to the first sale, kind: decrease,
         baseline: 9, target: 4, unit: days, owner: U012ABCD}
      - {key: refunds, title: Refund rate, kind: keep_below,
         target: 2.5, unit: "%", owner: U012ABCD}"""
KINDS = {
    "team": "teams",
    "member": "members",
    "cycle": "cycles",
    "objective": "objectives",
    "key result": "key results",
    "amendment": "amendments",
    "check-in": "check-ins",
    "grade": "grades",
}
MISTAKES = {
    "import_unread": "This cannot be read: {why}.",
    "import_wrong": "{faults}",
    "export_large": "There is too much for a file in Slack. Whoever runs the bot gets it with "
    "`drumbeat export`.",
    "export_nothing": "You are in no team yet, so there is nothing to export. `/okr team` makes "
    "one.",
}


def counted(counts: Mapping[str, int]) -> str:
    """`3 teams, 40 key results`."""
    known = [(kind, counts[kind]) for kind in KINDS if counts.get(kind)]
    return ", ".join(plural(count, kind, KINDS[kind]) for kind, count in known)


def changes_words(new: Mapping[str, int], changed: Mapping[str, int]) -> str:
    """`3 teams, 40 key results new; 2 key results changed; nothing else.`"""
    parts = [
        f"{told} {word}"
        for word, one in (("new", new), ("changed", changed))
        if (told := counted(one))
    ]
    if not parts:
        return "Nothing changes: all of it is there already."
    return "; ".join(parts) + "; nothing else."


def paste(text: str = "", lines: Sequence[str] = ()) -> Block:
    """The form that a document is pasted into; with faults that were found in the text."""
    told = "Paste teams, objectives and key results as YAML or JSON. You see what would change "
    blocks: list[Block] = [section(f"{told}before anything does. Such as:\n```{EXAMPLE}```")]
    if lines:
        blocks = [
            section("*Nothing was imported.* Since you looked, something has changed:"),
            *sections(escape(faults(lines))),
        ]
    box = text_field(TYPED, text, multiline=True, most=MOST)
    blocks += [
        field(TYPED, "Document", box, hint="/okr export shows more, once a team has goals."),
        note(
            "People go by their ids: in Slack, a profile’s ⋮ menu has *Copy member ID*. "
            f"Up to {MOST:,} characters. For a whole workspace, and for tables, there is "
            "`drumbeat import FILE` on the server."
        ),
    ]
    return modal("Import goals", PASTE, blocks, submit="Look at it")


def faults(lines: Sequence[str]) -> str:
    """What stands under the field: the first faults, and how many more there are."""
    shown = [clip(line, 180) for line in lines[:SHOWN]]
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"… and {more} more."] if more > 0 else [])])


def preview(
    text: str, new: Mapping[str, int], changed: Mapping[str, int], notes: Sequence[str]
) -> Block:
    """What would change, before it does; `text` is the document, which the form remembers."""
    nothing = not counted(new) and not counted(changed)
    told = changes_words(new, changed)
    blocks: list[Block] = [section(f"*{told}*")]
    blocks += [note(escape(clip(one, 500))) for one in notes[:SHOWN]]
    if not nothing:
        blocks.append(section("Nothing is kept until you press *Import*."))
    return modal(
        "Import goals",
        CONFIRM,
        blocks,
        metadata=text[:MOST],
        submit="" if nothing else "Import",
        close="Close" if nothing else "Cancel",
    )


def imported(new: Mapping[str, int], changed: Mapping[str, int]) -> Block:
    return modal(
        "Import goals",
        CONFIRM,
        [section(f"*Done.* {changes_words(new, changed)}")],
        submit="",
        close="Close",
    )


def exporting() -> Message:
    return Message("Your teams’ goals are on their way to you as a file, by direct message.")


def export_comment(everything: bool) -> str:
    what = "Everything about goals in this workspace" if everything else "Your teams’ goals"
    return f"{what}, as YAML. `/okr import` reads it again."
