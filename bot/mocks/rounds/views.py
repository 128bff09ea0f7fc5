"""What somebody without a partner hears, and who rests after silent rounds. Pure."""

from bot.mocks.joining.views import PARTNER, WINDOWS
from bot.mocks.solo.views import SOLO
from bot.slack.blocks import Message, actions, button, note, section

ALONE, REST = "mock.alone", "mock.rest"
WHY = {
    "no_windows": "because I do not know yet when you are free.",
    "days_off": "because all your free times lie on days off.",
    "no_hour": "because none of your free times has an hour in a row between morning and evening.",
    "only_one": "because nobody else takes part.",
    "nobody_fits": "because nobody who could be asked is free for an hour when you are.",
    "all_taken": "because everybody who is free when you are meets somebody else. "
    "You come first next week.",
}
# Later in the week the same codes mean less: some of it has passed, and most people have partners.
LATER = WHY | {
    "no_hour": "because no free hour of yours is left in it.",
    "only_one": "because nobody else is looking for one at the moment.",
    "nobody_fits": "because nobody who is looking for one is free for an hour when you are.",
}
MENDED_BY_TIMES = ("no_windows", "days_off", "no_hour", "nobody_fits")
STANDBY = (
    "You stay on standby: if somebody becomes free this week, I pair you and write to you here."
)


def alone(code: str, later: bool, entry_id: int) -> Message:
    """No partner this week, why, and what there is instead. `later`: the week has begun."""
    why = (LATER if later else WHY).get(code, WHY["nobody_fits"])
    no = (
        "I have looked: so far there is nobody for you this week"
        if later
        else "No partner this week"
    )
    head = f"*Mock interview*\n{no}, {why}"
    instead = (
        "With me you can have one now: I give you the case, ask the questions at their minutes, "
        "and mark what you write."
    )
    times = code in MENDED_BY_TIMES
    buttons = [button("Mock interview with me", SOLO, str(entry_id), style="primary")]
    if times:
        buttons.append(button("Change my free times", WINDOWS))
    return Message(
        f"{head}\n{instead}\n{STANDBY}",
        (section(f"{head}\n\n{instead}"), actions(*buttons), note(STANDBY)),
    )


def over() -> Message:
    """In its place, once the round has closed and nobody came."""
    text = (
        "*Mock interview*\nThat week’s round is over, and nobody became free for you. `/mock` "
        "shows what comes next."
    )
    return Message(text, (section(text),))


def rest(rounds: int) -> Message:
    """After so many silent rounds, 1 or more."""
    head = (
        f"*Mock interviews*\nI have not heard from you in your last {rounds} mock interviews, so I "
        "look for no more partners for you. Whenever you want one again, one click is enough."
    )
    return Message(head, (section(head), actions(button("I’m back", PARTNER, style="primary")),
                          note("Your free times and everything else are kept.")))  # fmt: skip
