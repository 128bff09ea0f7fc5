"""Five questions to oneself, under the last drill before an interview. Pure."""

from collections.abc import Collection, Sequence

from bot.slack.blocks import Block, Message, actions, checkboxes, escape, note, section

TICK = "drills.checklist"  # and the session's id behind a dot


def checklist(session_id: int, questions: Sequence[str], ticked: Collection[int] = ()) -> Message:
    """The questions with what is ticked, by place from 0; the text numbers them for who listens."""
    asked = list(questions[:10])
    options = [(str(place), one) for place, one in enumerate(asked)]
    done = [str(place) for place in sorted(ticked) if 0 <= place < len(asked)]
    boxes: Block = checkboxes(f"{TICK}.{session_id}", options, done)
    head = "*Five questions before the interview.* Tick what you can answer with yes."
    clear = bool(asked) and len(set(done)) == len(asked)
    end = (
        "All five are clear. You are ready; sleep well."
        if clear
        else "What stays open is worth ten minutes today. Nobody but you sees this."
    )
    lines = [
        f"{place}. {escape(one)}{' (yes)' if str(place - 1) in done else ''}"
        for place, one in enumerate(asked, start=1)
    ]
    text = " ".join([head.replace("*", ""), *lines, end])
    blocks = [section(head), *([actions(boxes)] if asked else []), note(end)]
    return Message(text, tuple(blocks))


def ticked(values: Sequence[str]) -> frozenset[int]:
    """The places that were ticked, as Slack sends them."""
    return frozenset(int(one) for one in values if one.isdecimal() and len(one) < 3)
