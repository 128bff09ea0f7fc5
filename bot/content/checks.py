"""The writing checks of goals as content: word lists and sentences of `okrs/checks.toml`.

What they are held against, and when a check speaks up, is in `bot/okrs/writing/rules.py`.
"""

from string import Formatter
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

SENTENCE = 160  # characters; it stands under a field, on two lines at most
# Names in braces that a sentence may use.
NAMES: dict[str, frozenset[str]] = {
    "vague": frozenset({"word"}),
    "slogan": frozenset({"word"}),
    "barely": frozenset({"baseline", "target"}),
    "far": frozenset({"baseline", "target"}),
    "beyond_cycle": frozenset({"date", "starts", "ends"}),
    "task_objective": frozenset({"word"}),
    "task_key_result": frozenset({"word"}),
    "vanity": frozenset({"word"}),
    "one_function": frozenset({"function"}),
    "unbound_guardrail": frozenset({"guardrail"}),
}


def _lower(text: str) -> str:
    if text != text.lower():
        raise ValueError("must be in lower case")
    if "*" in text.replace("* ", " ").removesuffix("*"):
        raise ValueError("has a * that is not at the end of a word")
    return text


def _ended(text: str) -> str:
    if text and not text.endswith((".", "?")):
        raise ValueError("must end with a full stop or a question mark")
    return text


Phrase = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_lower)]
Phrases = Annotated[tuple[Phrase, ...], Field(strict=False)]
Sentence = Annotated[str, Field(max_length=SENTENCE), AfterValidator(_ended)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class Words(_Table):
    """Lists of words and phrases in lower case; a `*` at a word's end stands for any ending."""

    tasks: Phrases = ()
    not_tasks: Phrases = ()
    measures: Phrases = ()
    vague: Phrases = ()
    slogans: Phrases = ()
    vanity: Phrases = ()
    user_value: Phrases = ()
    speed_down: Phrases = ()
    speed_up: Phrases = ()
    growth: Phrases = ()


class Says(_Table):
    """One sentence a check; an empty one switches it off."""

    too_short: Sentence = ""
    vague: Sentence = ""
    slogan: Sentence = ""
    no_unit: Sentence = ""
    no_baseline: Sentence = ""
    no_target: Sentence = ""
    same: Sentence = ""
    barely: Sentence = ""
    far: Sentence = ""
    over_whole: Sentence = ""
    one_milestone: Sentence = ""
    beyond_cycle: Sentence = ""
    task_objective: Sentence = ""
    task_key_result: Sentence = ""
    only_tasks: Sentence = ""
    vanity: Sentence = ""
    one_function: Sentence = ""
    no_guardrail: Sentence = ""
    unbound_guardrail: Sentence = ""

    @model_validator(mode="after")
    def _fill(self) -> Self:
        for name in type(self).model_fields:
            _names(name, getattr(self, name))
        return self


def _names(check: str, sentence: str) -> None:
    """Raises ValueError when a sentence asks for what its check does not know."""
    parts = list(Formatter().parse(sentence))  # ValueError when a brace is left open
    used = {name for _, name, _, _ in parts if name is not None}
    known = NAMES.get(check, frozenset())
    if used - known:
        there = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
        raise ValueError(f"{check} uses a name that it has not; it has {there}")


class Checks(_Table):
    """Both tables of the file, either of which may be left out."""

    words: Words = Words()
    says: Says = Says()

    def then(self, later: "Checks") -> "Checks":
        """A later folder's lists and sentences take the place of those of the same name."""
        return Checks(
            words=self.words.model_copy(update=_given(later.words)),
            says=self.says.model_copy(update=_given(later.says)),
        )


def _given(table: _Table) -> dict[str, object]:
    return {name: getattr(table, name) for name in table.model_fields_set}
