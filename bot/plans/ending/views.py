"""After the interview day: the question, its form, and what is said then. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.errors import UserMistake
from bot.plans.ending.rules import LONGEST_NOTE, Then, Went, Word
from bot.plans.views import Laid, day_words, laid_words, moment_words
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    date_field,
    entered,
    escape,
    field,
    modal,
    note,
    option,
    section,
    text_field,
)

WENT = "plans.went"  # value: the day
SAY = "plans.went_said"
TITLE = "Your interview"
HOW = {
    Went.WELL: "Well",
    Went.SO_SO: "So-so",
    Went.BADLY: "Badly",
}
NEXT = {
    Then.REST: "Rest: nothing comes until I call",
    Then.GO_ON: "Go on with daily drills",
    Then.NEW_DATE: "There is another interview: plan for its date",
}
KIND = {
    Went.WELL: "I am glad that it went well.",
    Went.SO_SO: "Thank you for telling me. So-so is often better than it felt.",
    Went.BADLY: "I am sorry that it went badly. One bad day says little about you.",
}
SHORT = {Went.WELL: "well", Went.SO_SO: "so-so", Went.BADLY: "badly"}
MISTAKES = {
    "interview_ahead": "That interview is still ahead. Tell me how it went when the day has come.",
    "interview_settled": "You have named another date since, so this can be changed no more. "
    "App Home shows how your plan stands.",
    "needs_went": "Choose one of the three.",
    "needs_then": "Choose what is to come next.",
    "needs_next_day": "Name the day of the next interview, or choose something else above.",
    "unneeded_next_day": "To plan for this date choose *another interview* above, or clear it.",
    "next_day_not_ahead": "{given} does not lie ahead. Name a day from tomorrow on, within three "
    "years.",
}


def asked(day: date, today: date) -> Message:
    """The question, in the direct message."""
    lead = "*Your interview is today.* All the best. " if day == today else ""
    words = f"{lead}{_question(day, today)} Until you tell me I stay quiet."
    return Message(words, (section(words), _say(day)))


def question(day: date, today: date) -> list[Block]:
    """The question, as App Home has it below what holds on that day."""
    return [section(_question(day, today)), _say(day)]


def _question(day: date, today: date) -> str:
    if day == today:
        return "Once it is over, tell me how it went and what you would like next."
    return f"*How did your interview on {day_words(day)} go?* And what would you like next?"


def _say(day: date) -> Block:
    return actions(button("Say how it went", WENT, day.isoformat(), style="primary"))


def settled(day: date, word: Word, resting: bool) -> list[Block]:
    """What was said, as App Home has it for a while; whoever called since does not rest."""
    rested = word.then == Then.REST and not resting
    after = "Daily drills go on." if rested else _next(word)
    return [
        section(
            f"Your interview on {day_words(day)} went {_how(word)}. {after}",
            button("Change what I said", WENT, day.isoformat()),
        )
    ]


def told(day: date, word: Word, laid: Laid, next_due: datetime | None, tz: str) -> Message:
    """After the form; `laid` is the plan as it goes on."""
    due = f"The next drill comes on {moment_words(next_due, tz)}." if next_due else ""
    anew = "Your plan begins anew today." if word.then == Then.NEW_DATE else _next(word)
    words = " ".join(filter(None, [KIND[_went(word)], anew, laid_words(laid), due]))
    return Message(
        words,
        (section(words), actions(button("Change what I said", WENT, day.isoformat()))),
    )


def answered() -> Message:
    """In the place of a question that was answered."""
    return Message("Thank you, you have told me how it went.")


def form(day: date, word: Word | None, today: date) -> Block:
    """Filled with what was said before, if anything was."""
    when = "today" if day == today else f"on {day_words(day)}"
    return modal(
        TITLE,
        SAY,
        [
            section(f"*Your interview {when}*"),
            field("went", "How did it go?", _radios(HOW, word.went if word else "")),
            field(
                "note",
                "Anything to remember?",
                text_field("value", word.note if word else "", multiline=True, most=LONGEST_NOTE),
                optional=True,
                hint="For you alone: it is in your export, and nobody else reads it.",
            ),
            field("then", "What is next?", _radios(NEXT, word.then if word else "")),
            field(
                "next_day",
                "Day of the next interview",
                date_field("value", word.next_day if word else None),
                optional=True,
                hint="Only if there is one.",
            ),
            note("You can change this later with the button under my answer."),
        ],
        metadata=day.isoformat(),
        submit="Save" if word else "Tell",
    )


def read(state: Mapping[str, Any]) -> Word:
    """What the form says. Raises UserMistake with the field."""
    went, then = entered(state, "went"), entered(state, "then")
    if went not in set(Went):
        raise UserMistake("needs_went", field="went")
    if then not in set(Then):
        raise UserMistake("needs_then", field="then")
    chosen = entered(state, "next_day")
    if then == Then.NEW_DATE and not chosen:
        raise UserMistake("needs_next_day", field="next_day")
    if then != Then.NEW_DATE and chosen:
        raise UserMistake("unneeded_next_day", field="next_day")
    noted = str(entered(state, "note") or "").strip()[:LONGEST_NOTE]
    return Word(str(went), noted, str(then), date.fromisoformat(chosen) if chosen else None)


def _radios(choices: Mapping[Any, str], initial: str) -> Block:
    shown = [option(text, str(value)) for value, text in choices.items()]
    element: Block = {"type": "radio_buttons", "action_id": "value", "options": shown}
    chosen = [one for one in shown if one["value"] == initial]
    return element | {"initial_option": chosen[0]} if chosen else element


def _went(word: Word) -> Went:
    return Went(word.went) if word.went in set(Went) else Went.SO_SO


def _how(word: Word) -> str:
    noted = f": “{clip(escape(word.note), 1500)}”" if word.note else ""
    return f"{SHORT[_went(word)]}{noted}"


def _next(word: Word) -> str:
    if word.then == Then.NEW_DATE and word.next_day:
        return f"The next one is on {day_words(word.next_day)}, and your plan began anew."
    if word.then == Then.REST:
        return (
            "Rest well: nothing comes from me until you call with `/drill now` or `/drill resume`."
        )
    return "Daily drills go on."
