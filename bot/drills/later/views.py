"""What follows the scorecard: the cards of probe and retake, and the closing card. Pure."""

from dataclasses import dataclass

from bot.drills.answers.views import mark, plain, quoted
from bot.drills.views import FINISH, RETAKE
from bot.scoring.embedded.vocabulary import gap_name
from bot.scoring.feedback import ProbeScore, RetakeScore
from bot.scoring.rules import Cell, Scorecard
from bot.slack.blocks import TEXT, Message, actions, button, clip, escape, plural, section

NEXT = "drills.next"


def probe_card(told: ProbeScore, session_id: int) -> Message:
    """How the reply to the probe changed the first answer, and the flip test before and after."""
    lines = [escape(told.change.text)]
    if told.evidence:
        names = dict.fromkeys(gap_name(each.kind) for each in told.evidence)
        lines.append(f"New: {escape(', '.join(names))}.\n{quoted(told.evidence[0].quote)}")
    lines += _flips(told)
    text = plain("\n".join(["Probe: what changed.", *lines]))
    return Message(
        clip(text, TEXT),
        (
            section(clip("\n".join(["*Probe: what changed*", *lines]), TEXT)),
            actions(
                button("60-second retake", RETAKE, str(session_id), style="primary"),
                button("Finish", FINISH, str(session_id)),
            ),
        ),
    )


def _flips(told: ProbeScore) -> list[str]:
    """Each of the drill's flips, and when it was named; nothing for a drill without."""
    total = len(told.before) + len(told.now) + len(told.unnamed)
    if not total:
        return []
    named = len(told.before) + len(told.now)
    head = f"*Flip test: {len(told.before)} of {total} before the probe, {named} of {total} now*"
    said = [f":white_check_mark: {escape(flip)} (in your first answer)" for flip in told.before]
    said += [f":white_check_mark: {escape(flip)} (in your reply)" for flip in told.now]
    return [
        head,
        *said,
        *(f":white_circle: {escape(flip)} (not found in your words)" for flip in told.unnamed),
    ]


def retake_card(told: RetakeScore, cell: Cell, session_id: int) -> Message:
    """What the retake was about: the words that met it or what is missing, and the next step."""
    moved = f"{cell.title}: {_level(told.before)} before, {_level(told.after)} now."
    head, then = escape(told.text), escape(told.then)
    quote = f"\n{quoted(told.quote)}" if told.quote else ""
    shown = f"*Retake.* {head}{quote}\n{moved} {then}"
    return Message(
        clip(f"Retake: {head} {moved} {then}", TEXT),
        (section(shown), actions(button("Finish", FINISH, str(session_id)))),
    )


def _level(score: float | None) -> str:
    return "not assessed" if score is None else f"{int(score + 0.5)}/4"


@dataclass(frozen=True)
class Probed:
    """What the probe's reply did: flips named before it and in all, of so many; overall's move."""

    before: int
    named: int
    total: int
    moved: float

    @classmethod
    def of(cls, told: ProbeScore) -> "Probed":
        named = len(told.before) + len(told.now)
        moved = told.change.overall if told.change.noticeable else 0.0
        return cls(len(told.before), named, named + len(told.unnamed), moved)


def probed_line(told: Probed) -> str:
    """`Flip test: 1 of 3 before the probe, 2 after it. Your reply moved the whole by +0.3.`"""
    moved = f"moved the whole by {told.moved:+.1f}" if told.moved else "left the marks as they were"
    flips = f"Flip test: {told.before} of {told.total} before the probe, {told.named} after it. "
    return f"{flips if told.total else ''}Your reply to the probe {moved}."


def closing(
    scorecard: Scorecard,
    probed: Probed | None,
    practised: tuple[int, int],
    left: int | None = None,
) -> Message:
    """Minute thirty: what stays of this session. `left`: scenarios that today still offers."""
    lines = closing_lines(scorecard, probed, practised)
    lines += [] if left is None else [scenarios_line(left)]
    text = " ".join(plain(line) for line in lines)
    again = button("Next scenario" if left else "Another drill", NEXT)
    return Message(text, (section("\n".join(lines)), actions(again)))


def scenarios_line(left: int) -> str:
    """On a day of scenarios: how many more there may be."""
    if left <= 0:
        return "That was today’s third scenario: well done, the rest of the day is yours."
    return f"Today is for scenarios: {left} more, if you like. Nobody has to."


def closing_lines(
    scorecard: Scorecard, probed: Probed | None, practised: tuple[int, int]
) -> list[str]:
    marks = " · ".join(f"{cell.title} {mark(scorecard.cells.get(cell))}" for cell in Cell)
    lines = [f"*Session closed.* {marks}."]
    if probed:
        lines.append(probed_line(probed))
    return [*lines, practised_line(*practised)]


def practised_line(done: int, days: int) -> str:
    """`You practised on 9 of your last 14 work days.`"""
    if days <= 1:
        return "That was your first day." if done else "Your first day has begun."
    return f"You practised on {done} of your last {plural(days, 'work day')}."
