"""Writing checks of goals: what a colleague would ask beside the form. Pure.

They argue and never block. Which words they look for is content: `content/okrs/checks.toml`.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain, count

from bot.content.checks import Phrases, Words
from bot.okrs.rules import Kind, Terms
from bot.okrs.wording import number
from bot.okrs.writing.dates import beyond

FEW_WORDS = 5  # up to here a vague verb is all that a title says
BARELY = 0.03  # of the baseline
CLOSER = 0.1  # of what is left to 100 %, where the unit is a share
FAR = 10  # times
WHOLE = 100.0
LONGEST_KEY = 40  # characters, without its number
SHARES = ("%", "percent", "per cent")
NUMBERED = (Kind.INCREASE, Kind.DECREASE)
MEASURED = (*NUMBERED, Kind.BASELINE_FIRST)
TIMES = ("ms", "s", "sec", "seconds", "min", "minutes", "h", "hours", "days", "weeks", "months")
# Where a unit of time is no speed: orders per day, older than 30 days.
_PER = re.compile(r"\b(?:per|an?|each|every|\d+|one|two|three|five|seven|ten)\s+\w+", re.I)
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Check:
    """An argument: the name of its sentence, what fills it, and the field it stands under."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    at: str = "title"


@dataclass(frozen=True)
class Span:
    """The cycle's first and last day."""

    starts: date
    ends: date


@dataclass(frozen=True)
class KeyResultDraft:
    """A key result as far as it is written. `guardrail` says whether one is named.

    `functions` are those of its owners, accountable and co-owners; an unknown one is empty.
    """

    title: str
    terms: Terms
    customer_link: str = ""
    guardrail: bool = False
    functions: tuple[str, ...] = ()


def objective(title: str, words: Words, span: Span | None = None) -> tuple[Check, ...]:
    """What an objective's title gives to ask; nothing while it is empty."""
    if not title.strip():
        return ()
    found = [*_vague(title, words, measured=False), *_task(title, words, "task_objective")]
    return (*found, *_dates(title, span))


def key_result(
    draft: KeyResultDraft,
    words: Words,
    span: Span | None = None,
    guardrails: Sequence[str] = (),
) -> tuple[Check, ...]:
    """What a key result gives to ask. `guardrails` are titles that could be its guardrail."""
    if not draft.title.strip():
        return ()
    terms = draft.terms
    found = _vague(draft.title, words, measured=bool(terms.unit))
    if terms.kind in (Kind.INCREASE, Kind.BASELINE_FIRST):
        found += _task(draft.title, words, "task_key_result")
    found += [*_dates(draft.title, span), *_measurable(draft, words)]
    found += [*_reach(terms), *_vanity(draft, words), *_guarded(draft, words, guardrails)]
    return tuple(found)


def whole(drafts: Sequence[KeyResultDraft]) -> tuple[Check, ...]:
    """What only the key results of an objective together give to ask."""
    found = []
    if len(drafts) > 1 and all(one.terms.kind is Kind.MILESTONES for one in drafts):
        found.append(Check("only_tasks", at="whole"))
    functions = {name for one in drafts for name in one.functions}
    if len(functions) == 1 and "" not in functions:
        found.append(Check("one_function", {"function": functions.pop()}, "whole"))
    return tuple(found)


# --- what a title says ----------------------------------------------------------------------------


def _vague(title: str, words: Words, *, measured: bool) -> list[Check]:
    if slogan := find(words.slogans, title):
        return [Check("slogan", {"word": slogan})]
    length, concrete = len(_WORD.findall(title)), bool(find(words.measures, title))
    if concrete or measured or any(sign.isdigit() for sign in title):
        return []
    if length <= 1:
        return [Check("too_short")]
    vague = find(words.vague, title) if length <= FEW_WORDS else None
    return [Check("vague", {"word": vague})] if vague else []


def _task(title: str, words: Words, code: str) -> list[Check]:
    """It begins with a task's verb, which is neither a noun here nor followed by a result."""
    verb = find(words.tasks, title)
    if verb is None or not title.strip().startswith(verb):
        return []
    rest = _WORD.findall(title.strip()[len(verb) :])
    noun = find(words.measures, " ".join(rest[:3])) is not None
    if noun or "%" in title or find(words.not_tasks, title):
        return []
    return [Check(code, {"word": verb})]


def _dates(title: str, span: Span | None) -> list[Check]:
    outside = beyond(title, span.starts, span.ends) if span else None
    if span is None or outside is None:
        return []
    ends = {"starts": span.starts.isoformat(), "ends": span.ends.isoformat()}
    return [Check("beyond_cycle", {"date": outside, **ends})]


# --- what is measured, and how far it goes --------------------------------------------------------


def _measurable(draft: KeyResultDraft, words: Words) -> list[Check]:
    terms = draft.terms
    if terms.kind is Kind.MILESTONES:
        return [Check("one_milestone", at="milestones")] if len(terms.milestones) == 1 else []
    if terms.kind is Kind.ORDINAL:
        return []
    found = []
    if terms.kind in NUMBERED:
        if terms.baseline is None:
            found.append(Check("no_baseline", at="baseline"))
        if terms.target is None:
            found.append(Check("no_target", at="target"))
    if not terms.unit and not find((*words.measures, *words.vanity), draft.title):
        found.append(Check("no_unit", at="unit"))
    return found


def _reach(terms: Terms) -> list[Check]:
    """Is the target near enough to matter, and near enough to be reached?"""
    start, target = terms.baseline, terms.target
    if terms.kind not in NUMBERED or target is None:
        return []
    if terms.kind is Kind.INCREASE and _is_share(terms) and target > WHOLE >= (start or 0):
        return [Check("over_whole", at="target")]
    if start is None:
        return []
    if start == target:
        return [Check("same", at="target")]
    ends = {"baseline": number(start), "target": number(target)}
    if _is_hardly(terms, start, target):
        return [Check("barely", ends, "target")]
    small, large = sorted((abs(start), abs(target)))
    far = small > 0 and start * target > 0 and large > FAR * small
    return [Check("far", ends, "target")] if far else []


def _is_hardly(terms: Terms, start: float, target: float) -> bool:
    """Under 3 % of where it stands; of a share also under a tenth of what is left to 100 %."""
    step = abs(target - start)
    if step >= BARELY * abs(start):
        return False
    near_the_top = _is_share(terms) and terms.kind is Kind.INCREASE and start < WHOLE
    return not (near_the_top and step >= CLOSER * (WHOLE - start))


def _is_share(terms: Terms) -> bool:
    return terms.unit.strip().lower() in SHARES


# --- what it is good for, and what it might cost --------------------------------------------------


def _vanity(draft: KeyResultDraft, words: Words) -> list[Check]:
    if draft.customer_link.strip() or draft.terms.kind not in MEASURED:
        return []
    told = f"{draft.title} {draft.terms.unit}"
    empty = find(words.vanity, told)
    if empty is None or find(words.user_value, draft.title):
        return []
    return [Check("vanity", {"word": empty})]


def _guarded(draft: KeyResultDraft, words: Words, guardrails: Sequence[str]) -> list[Check]:
    if draft.guardrail or not _races(draft.title, draft.terms, words):
        return []
    if guardrails:
        return [Check("unbound_guardrail", {"guardrail": guardrails[0]}, "guardrail")]
    return [Check("no_guardrail", at="guardrail")]


def _races(title: str, terms: Terms, words: Words) -> bool:
    """Is it about going faster or about growing?"""
    told = _PER.sub(" ", title)
    if terms.kind is Kind.DECREASE:
        return terms.unit.strip().lower() in TIMES or find(words.speed_down, told) is not None
    if terms.kind is Kind.INCREASE:
        return find((*words.speed_up, *words.growth), told) is not None
    return False


# --- finding words --------------------------------------------------------------------------------


def find(phrases: Phrases, text: str) -> str | None:
    """The first of these words or phrases in the text, as it stands there; None without one."""
    if not phrases:
        return None
    found = _compiled(phrases).search(" ".join(text.replace("’", "'").split()))
    return found.group() if found else None


@cache
def _compiled(phrases: Phrases) -> re.Pattern[str]:
    longest = sorted(phrases, key=lambda one: -len(one))
    shapes = (re.escape(one).replace(r"\*", r"\w*") for one in longest)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(shapes)})(?![\w-])", re.I)


# --- keys -----------------------------------------------------------------------------------------


def key_for(title: str, taken: Collection[str], otherwise: str) -> str:
    """A short key made of a title, with a number where it is taken; `otherwise` if none is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    first = _NOT_KEY.sub("-", plain).strip("-")[:LONGEST_KEY].strip("-") or otherwise
    numbered = (f"{first}-{number}" for number in count(2))
    return next(one for one in chain([first], numbered) if one not in taken)
