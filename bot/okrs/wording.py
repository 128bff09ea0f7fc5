"""The words for numbers, colours and reasons on every OKR screen. Pure.

Texts are raw: titles and units in them are what people typed, so Slack's views `escape` them.
Sentences end with a full stop; values, targets and colours are phrases that stand in a line.
"""

import math
from collections.abc import Callable, Mapping

from bot.okrs.health import Colour, Reason, Why
from bot.okrs.progress import PERCENT, band, goal, milestone_value
from bot.okrs.rules import Kind, Milestone, Terms

_WORDS = {
    Colour.GREEN: "On track",
    Colour.AMBER: "At risk",
    Colour.RED: "Off track",
    Colour.GREY: "Unknown",
}
_MARKS = {Colour.GREEN: "🟢", Colour.AMBER: "🟡", Colour.RED: "🔴", Colour.GREY: "⚪"}
_KINDS = {
    Kind.INCREASE: "Raise a number",
    Kind.DECREASE: "Lower a number",
    Kind.KEEP_ABOVE: "Keep a number up",
    Kind.KEEP_BELOW: "Keep a number down",
    Kind.KEEP_IN_BAND: "Keep a number in a band",
    Kind.MILESTONES: "Finish milestones",
    Kind.ORDINAL: "Move through stages",
    Kind.BASELINE_FIRST: "Measure first, then set a target",
}
_Words = Callable[[Reason, Mapping[int, str]], str]
BAR = 10  # marks in a progress bar
DIGITS = 6  # significant ones of a value; what stands before the point is never cut
HUGE = 1e15
FIRM = "\N{NO-BREAK SPACE}"  # keeps a number and its % on one line
MARK = "%"
ENDS_IN_S = ("ss", "us", "is")  # units that are no plural


def colour_word(colour: Colour) -> str:
    return _WORDS[colour]


def colour_mark(colour: Colour) -> str:
    """A coloured mark and the word, because a colour alone tells some readers nothing."""
    return f"{_MARKS[colour]} {_WORDS[colour]}"


def kind_words(kind: Kind) -> str:
    return _KINDS[kind]


def number(value: float, digits: int = DIGITS) -> str:
    """Thousands parted, no trailing zeros, a true minus: `12,346`, `8.1`, `−0.035`."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "?"
    if abs(value) >= HUGE:
        return with_minus(f"{value:.3g}")
    whole = math.floor(math.log10(abs(value))) + 1 if value else 1
    return _fixed(value, min(max(digits - whole, 0), 12))


def _fixed(value: float, decimals: int) -> str:
    shown = f"{value:,.{decimals}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else with_minus(shown)


def with_minus(shown: str) -> str:
    return shown.replace("-", "−")


def percent(share: float) -> str:
    """Of a share, 1.0 being the whole; only the whole is 100 %, and only nothing is 0 %."""
    if not math.isfinite(share):
        return f"?{FIRM}%"
    whole = round(share * PERCENT)
    if whole == PERCENT and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        return f"under 1{FIRM}%"
    return f"{number(whole)}{FIRM}%"


def progress_bar(progress: float | None) -> str:
    """Ten marks and the percentage; what nobody knows has no bar."""
    if progress is None or not math.isfinite(progress):
        return "progress unknown"
    full = min(max(math.floor(progress * BAR + 1e-9), 0), BAR)
    return f"{'▰' * full}{'▱' * (BAR - full)} {percent(progress)}"


def value_words(terms: Terms, value: float | None) -> str:
    """Such as *8.1 days*, *62 %*, *3 of 5 milestones*, *General availability*."""
    if value is None:
        return "no value yet"
    if terms.kind is Kind.ORDINAL and terms.zones:
        return _zone(terms, value)
    if terms.kind is Kind.MILESTONES:
        return _milestones(terms.milestones, value)
    return f"{number(value)}{unit_words(terms.unit, value)}"


def _zone(terms: Terms, value: float) -> str:
    if not math.isfinite(value):
        return "no value yet"
    return terms.zones[min(max(math.floor(value + 1e-9), 0), len(terms.zones) - 1)]


def _milestones(known: tuple[Milestone, ...], value: float) -> str:
    """Counted where the value is what they weigh; a value of an earlier day is a percentage."""
    if _is_counted(known, value):
        done = sum(one.done for one in known)
        return f"{done} of {_many(len(known), 'milestone')}"
    return f"{number(value, 3)}{FIRM}% of the milestones"


def _is_counted(known: tuple[Milestone, ...], value: float) -> bool:
    return bool(known) and math.isclose(milestone_value(known), value, abs_tol=0.01)


def unit_words(unit: str, value: float | None = None) -> str:
    """With the space before it; a plural in English loses its s beside a 1."""
    word = unit.strip()
    plural = word.isalpha() and len(word) > 3 and word.endswith("s")
    if value == 1 and plural and not word.endswith(ENDS_IN_S):
        word = f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    return f"{FIRM if word == MARK else ' '}{word}" if word else ""


def _many(count: int, one: str) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def target_words(terms: Terms) -> str:
    """Such as *from 9 to 4 days*, *at most 2.5 %*, *all 5 milestones*, *General availability*."""
    if terms.kind.keeps:
        words = _level(terms)
    elif goal(terms) is None:
        words = "no target yet"
    elif terms.kind is Kind.MILESTONES:
        words = _milestones_wanted(terms)
    elif terms.kind is Kind.ORDINAL:
        words = f"up to {value_words(terms, goal(terms))}"
    else:
        start = f"from {number(terms.baseline)} " if terms.baseline is not None else ""
        words = f"{start}to {value_words(terms, goal(terms))}"
    if terms.stretch is not None:
        words += f", at best {value_words(terms, terms.stretch)}"
    return words


def _level(terms: Terms) -> str:
    low, high = band(terms)
    if low is not None and high is not None:
        return f"between {number(low)} and {number(high)}{unit_words(terms.unit)}"
    if low is not None:
        return f"at least {number(low)}{unit_words(terms.unit, low)}"
    if high is not None:
        return f"at most {number(high)}{unit_words(terms.unit, high)}"
    return "no level yet"


def _milestones_wanted(terms: Terms) -> str:
    wanted, count = goal(terms), len(terms.milestones)
    if wanted is not None and wanted != PERCENT:
        return f"up to {number(wanted)}{FIRM}% of the milestones"
    return f"all {_many(count, 'milestone')}" if count > 1 else "the milestone"


def target_beside(terms: Terms, value: float | None) -> str:
    """The target where it stands beside the value; empty where that has named it.

    *3 of 4 milestones* needs no *all 4 milestones*.
    """
    told = terms.kind is Kind.MILESTONES and value is not None and terms.stretch is None
    said = told and _is_counted(terms.milestones, value or 0.0) and goal(terms) == PERCENT
    return "" if said else target_words(terms)


def reason_words(reason: Reason, titles: Mapping[int, str]) -> str:
    """One sentence. `titles` are key results' by id; a guardrail not in it goes unnamed."""
    return _REASONS[reason.code](reason, titles)


def _pace(head: str) -> _Words:
    def said(reason: Reason, _titles: Mapping[int, str]) -> str:
        share, should = percent(reason.get("progress")), percent(reason.get("expected"))
        return f"{head}: {share} of the way, expected {should}."

    return said


def _just(words: str) -> _Words:
    return lambda _reason, _titles: words


def _breached(reason: Reason, _titles: Mapping[int, str]) -> str:
    share = reason.get("progress")
    back = f", {percent(share)} of the way back" if share > 0 else ""
    return f"Its level is not held{back}."


def _guardrail(how: str) -> _Words:
    def said(reason: Reason, titles: Mapping[int, str]) -> str:
        title = titles.get(int(reason.get("guardrail")))
        return f"Its guardrail “{title}” {how}." if title else f"Its guardrail {how}."

    return said


def _low(reason: Reason, _titles: Mapping[int, str]) -> str:
    return f"Confidence is low: {number(reason.get('mean'), 2)} of 10."


def _split(reason: Reason, _titles: Mapping[int, str]) -> str:
    return f"Opinions differ: votes lie {_many(round(reason.get('spread')), 'point')} apart."


def _days(reason: Reason) -> str:
    return _many(math.floor(reason.get("days")), "day")


def _stale(reason: Reason, _titles: Mapping[int, str]) -> str:
    return f"No new value for {_days(reason)}."


def _source_failed(reason: Reason, _titles: Mapping[int, str]) -> str:
    if "days" not in reason.values:
        return "Its source cannot be read, and there is no value yet."
    return f"Its source cannot be read; the last value is {_days(reason)} old."


def _never(reason: Reason, _titles: Mapping[int, str]) -> str:
    return f"No value yet, in week {number(reason.get('week'))}."


_REASONS: Mapping[Why, _Words] = {
    Why.ON_PACE: _pace("On pace"),
    Why.BEHIND: _pace("Behind"),
    Why.FAR_BEHIND: _pace("Far behind"),
    Why.REACHED: _just("The target is reached."),
    Why.STRETCH: _just("Even the stretch target is reached."),
    Why.HELD: _just("Its level is held."),
    Why.BREACHED: _breached,
    Why.GUARDRAIL_BREACHED: _guardrail("is breached"),
    Why.GUARDRAIL_UNKNOWN: _guardrail("has no fresh value"),
    Why.LOW_CONFIDENCE: _low,
    Why.CONFIDENCE_SPLIT: _split,
    Why.STALE: _stale,
    Why.SOURCE_FAILED: _source_failed,
    Why.NOT_STARTED: _just("Its first check-in is still to come."),
    Why.NEVER: _never,
    Why.NO_BASELINE: _just("Its start value is not known yet, so nobody can tell how far it is."),
    Why.NO_TARGET: _just("It has no target yet, so nobody can tell how far it is."),
    Why.EMPTY: _just("No key results yet."),
}
