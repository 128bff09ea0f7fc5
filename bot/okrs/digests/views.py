"""What a digest says. Pure.

The first message leads with what changed; a team too large for it has the whole list in the
thread, page by page.
"""

from collections.abc import Sequence

from bot.drills.views import MUTE
from bot.okrs.digests.parts.views import (
    NAME,
    TITLE,
    WORDS,
    blocker,
    counts,
    flat,
    head,
    packed,
    short,
    whole,
)
from bot.okrs.digests.rules import ASIDE, TURNED, Blocker, Change, Digest, News
from bot.okrs.health import Colour
from bot.okrs.wording import colour_mark, colour_word
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    divider,
    escape,
    header,
    note,
    plural,
    section,
)

LOOK = "okrs.digest"
RULE = "okr.digest"  # can be muted where it comes to the lead
# Slack refuses long messages as a whole long before each block is full, so pages stay small.
PAGE_CHARACTERS, PAGE_BLOCKS = 9_000, 40
CHANGES, BLOCKERS, PARTS, LINES = 12, 6, 8, 8  # in the first message


def digest(told: Digest) -> Message:
    """The first message: what changed, then how everything stands where that is short."""
    return _first(told)


def to_lead(told: Digest, channel: str | None) -> Message:
    """The same by direct message, because the channel did not take it, or there is none."""
    why = (
        f"I could not post this in <#{channel}>, so you get it. Invite me there with "
        "`/invite @Drumbeat`; the next digest goes to the channel."
        if channel
        else f"{flat(told.team, NAME)} has no channel for its digest, so you get it. "
        "Choose one with `/okr team`."
    )
    mute = button("Mute these digests", MUTE, RULE)
    return _first(told, (section(why),), (mute,))


def _first(told: Digest, above: Sequence[Block] = (), ways: Sequence[Block] = ()) -> Message:
    said = headline(told)
    if told.repeats:
        return _short(told, said, above, ways)
    blocks: list[Block] = [*above, header(heading(told)), section(f"*{escape(said)}*")]
    blocks += changed(told.changes)
    if told.parts:
        blocks.append(divider())
    blocks += _summary(told)
    blocks += _blockers(told.blockers[:BLOCKERS])
    if len(told.blockers) > BLOCKERS:
        rest = plural(len(told.blockers) - BLOCKERS, "more blocker")
        blocks.append(note(f"{rest} in the thread."))
    now = button("How it stands now", LOOK, str(told.team_cycle_id))
    blocks.append(actions(now, *ways))
    blocks.append(note("Colours come from the figures and the votes; nobody sets them by hand."))
    return Message(escape(said), tuple(blocks))


def _short(told: Digest, said: str, above: Sequence[Block], ways: Sequence[Block]) -> Message:
    """Nothing but that there is still no value."""
    now = button("How it stands now", LOOK, str(told.team_cycle_id))
    why = (
        "I say this once a month while no value comes. `/okr` takes values, and `/okr edit` "
        "archives what nobody works on any more."
    )
    words = section(f"*{escape(said)}*")
    return Message(escape(said), (*above, words, actions(now, *ways), note(why)))


def headline(told: Digest) -> str:
    """One sentence, raw: *Checkout, week 6: 2 got worse, 1 got better, 5 as before.*"""
    count = len(told.lines)
    return f"{short(told.team, NAME)}, {_week(told)}: {_headline(told, count)}."


def headline_told(told: Digest) -> str:
    """The headline as Slack's mrkdwn."""
    return escape(headline(told))


def _headline(told: Digest, count: int) -> str:
    if not count:
        return "there are no key results yet"
    every = plural(count, "key result")
    if all(line.colour is Colour.GREY for line in told.lines):
        which = "its key result" if count == 1 else f"any of its {every}"
        return f"{'still ' if told.repeats else ''}no fresh value for {which}"
    if told.since is None:
        return counts(told.lines, ", ")
    if not told.changes:
        return f"nothing has changed; {every} as before"
    parts = [words for words in (_counted(told.changes, *one) for one in COUNTED) if words]
    turned = {one.key_result_id for one in told.changes if one.news in TURNED}
    as_before = sum(line.id not in turned for line in told.lines)
    if not turned:
        return f"{', '.join(parts)}; no colour has changed"
    return ", ".join([*parts, f"{as_before:,} as before"] if as_before else parts)


COUNTED = (
    ((News.BREACHED, News.WORSE), "got worse", "got worse"),
    ((News.SILENT,), "went silent", "went silent"),
    ((News.BETTER,), "got better", "got better"),
    ((News.REACHED,), "reached its target", "reached their targets"),
    ((News.KNOWN,), "has a value again", "have values again"),
    ((News.ADDED,), "is new", "are new"),
    ((News.DROPPED,), "was dropped", "were dropped"),
    ((News.AMENDED,), "change of terms", "changes of terms"),
    ((News.REVIEW,), "risk review", "risk reviews"),
    ((News.MOVED,), "moved", "moved"),
)


def _counted(found: Sequence[Change], news: tuple[News, ...], one: str, many: str) -> str:
    """What leaves the colours as they are is counted only where no colour changed."""
    if news[0] in ASIDE and any(change.news in TURNED for change in found):
        return ""
    count = sum(change.news in news for change in found)
    return plural(count, one, many) if count else ""


def _week(told: Digest) -> str:
    if not told.week:
        return "before the start"
    return f"week {told.week}" if told.week <= told.weeks else "after its last week"


def heading(told: Digest) -> str:
    of = f" of {told.weeks}" if 0 < told.week <= told.weeks else ""
    return f"{short(told.team, NAME)} · {short(told.cycle, 20)} · {_week(told)}{of}"


# --- what changed ---------------------------------------------------------------------------------


def changed(found: Sequence[Change]) -> list[Block]:
    blocks = packed([_change(one) for one in found[:CHANGES]])
    if len(found) > CHANGES:
        rest = plural(len(found) - CHANGES, "smaller change")
        blocks.append(note(f"And {rest}."))
    return blocks


def _change(one: Change) -> str:
    title = f"*{flat(one.title, TITLE)}*"
    if one.news is News.AMENDED:
        return _amended(one, title)
    if one.news is News.REVIEW:
        votes = ", ".join(str(vote) for vote in one.votes[:20])
        return f"💬 Risk review: {title}. Votes: {votes}."
    if one.news is News.DROPPED:
        return f"➖ Dropped: {title}."
    mark = colour_mark(one.colour)
    if one.news is News.ADDED:
        return f"{mark}, new: {title}. {flat(one.reason, WORDS)}"
    value = flat(one.after, NAME)
    if one.before != one.after:
        value += f", before {flat(one.before, NAME)}"
    if one.news is News.MOVED:
        return f"{mark}, as before: {title}. Now {value}."
    return f"{mark}, {_was(one)}: {title}. Now {value}. {flat(one.reason, WORDS)}{_guarding(one)}"


def _was(one: Change) -> str:
    if one.was is one.colour:
        return "still"
    return f"was {colour_word(one.was).lower()}"


def _guarding(one: Change) -> str:
    if one.news is not News.BREACHED or not one.guards:
        return ""
    names = [f"“{flat(title, NAME)}”" for title in one.guards[:3]]
    more = f" and {len(one.guards) - 3:,} more" if len(one.guards) > 3 else ""
    return f" It guards {', '.join(names)}{more}."


def _amended(one: Change, title: str) -> str:
    by = f" by {flat(one.who, NAME)}" if one.who else ""
    what = (
        f"{flat(one.after, NAME)}, before {flat(one.before, NAME)}"
        if one.before != one.after
        else "how it is measured has changed"
    )
    why = f" Why: {flat(one.reason, WORDS)}" if one.reason else ""
    return f"✏️ Changed{by}: {title}. {what[:1].upper()}{what[1:]}.{why}"


# --- how it stands --------------------------------------------------------------------------------


def _summary(told: Digest) -> list[Block]:
    """Everything where it is short; otherwise each objective in a line, the rest in the thread."""
    if not told.parts:
        return [section("This team has no objectives in this cycle. `/okr new` writes one.")]
    if fits(told):
        return packed([text for part in told.parts for text in whole(part)], "\n\n")
    heads = [f"{head(part)}\n{counts(part.lines)}" for part in told.parts[:PARTS]]
    more = len(told.parts) - PARTS
    tail = f" {plural(more, 'more objective')} there too." if more > 0 else ""
    count = plural(len(told.lines), "key result")
    return [*packed(heads, "\n\n"), note(f"{count} one by one in the thread.{tail}")]


def fits(told: Digest) -> bool:
    """Does the first message say everything?"""
    return (
        len(told.parts) <= PARTS
        and len(told.lines) <= LINES
        and sum(len(text) for part in told.parts for text in whole(part)) <= PAGE_CHARACTERS // 2
    )


def _blockers(found: Sequence[Blocker]) -> list[Block]:
    if not found:
        return []
    return packed(["*Blocked*", *(blocker(one) for one in found)])


# --- pages ----------------------------------------------------------------------------------------


def pages(told: Digest) -> int:
    """How many messages follow in the thread."""
    short = told.repeats or (fits(told) and len(told.blockers) <= BLOCKERS)
    return 0 if short else len(paged(told))


def page(told: Digest, place: int) -> Message:
    """The one at this place, from 0, in the thread."""
    made = paged(told)
    place = min(max(place, 0), len(made) - 1)
    text = f"{flat(told.team, NAME)}, {_week(told)}: page {place + 1} of {len(made)}."
    return Message(text, (note(text), *made[place]))


def paged(told: Digest) -> list[list[Block]]:
    texts = [text for part in told.parts for text in whole(part)]
    texts += [blocker(one) for one in told.blockers]
    made: list[list[Block]] = [[]]
    room = PAGE_CHARACTERS
    for block in packed(texts, "\n\n") or [section("Nothing to show yet.")]:
        size = len(block["text"]["text"])
        if made[-1] and (size > room or len(made[-1]) == PAGE_BLOCKS):
            made.append([])
            room = PAGE_CHARACTERS
        made[-1].append(block)
        room -= size
    return made
