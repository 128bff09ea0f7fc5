"""A key result as it is edited: every field as text, compared and merged. Pure.

Texts, because what nobody touched must stay exactly what it was, and because a form that was
open while somebody else saved must know which of its fields were touched.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from bot.errors import UserMistake
from bot.okrs import parse, wording
from bot.okrs.rules import Curve, Kind, Milestone, Terms

WORDS = ("title", "customer_link", "leading", "guardrail", "position", "accountable", "co_owners")
ENDS = ("baseline", "target", "stretch", "low", "high")
CURVED = ("shape", "points")
_NUMBERED = ("unit", "baseline", "target", "stretch", *CURVED)
_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.INCREASE: _NUMBERED,
    Kind.DECREASE: _NUMBERED,
    Kind.BASELINE_FIRST: _NUMBERED,
    Kind.KEEP_ABOVE: ("unit", "target", "baseline"),
    Kind.KEEP_BELOW: ("unit", "target", "baseline"),
    Kind.KEEP_IN_BAND: ("unit", "low", "high"),
    Kind.MILESTONES: ("milestones", *CURVED),
    Kind.ORDINAL: ("zones", "baseline", "target", *CURVED),
}


@dataclass(frozen=True)
class Change:
    """One thing that an amendment changed, in words: `name` such as *Target*."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class AmendmentLine:
    """Who changed what, when and why.

    `user_id` is empty for a former member and for what was imported without an author.
    """

    at: datetime
    user_id: str
    changes: tuple[Change, ...]
    reason: str


@dataclass(frozen=True)
class KeyResultSheet:
    """A key result as its form shows it. `texts` has every field of WORDS and of `fields`.

    `left` are names of owners whose account is deactivated. `place` is its team's cycle.
    """

    id: int
    place: int
    objective: str
    team: str
    cycle: str
    terms: Terms
    fields: tuple[str, ...]
    texts: Mapping[str, str]
    siblings: int
    guardrails: tuple[tuple[int, str], ...]
    amendments: tuple[AmendmentLine, ...]
    left: tuple[str, ...] = ()
    archived: bool = False
    draft: bool = False
    closed: bool = False
    may_edit: bool = True
    may_archive: bool = True


@dataclass(frozen=True)
class Typed:
    """What came back from the form. `opened` are the marks of the texts it was opened with."""

    texts: Mapping[str, str]
    reason: str
    opened: Mapping[str, str]


@dataclass(frozen=True)
class Conflict:
    """Fields that somebody else changed while the form was open, with what they say now."""

    sheet: KeyResultSheet
    typed: Typed
    theirs: Mapping[str, str]


@dataclass(frozen=True)
class Kept:
    """A key result after saving; `changes` are those of its terms. `named`: its new owner.

    `unowned`: it had an accountable owner until now, and has none any more.
    """

    id: int
    place: int
    title: str
    changes: tuple[Change, ...]
    named: str = ""
    unowned: bool = False


def fields_of(terms: Terms) -> tuple[str, ...]:
    """What makes up the terms of this kind, and whatever else this one has."""
    usual = _FIELDS[terms.kind]
    more = [one for one in ENDS if one not in usual and getattr(terms, one) is not None]
    return (*usual, *more)


def texts_of(terms: Terms) -> dict[str, str]:
    """Each field of the terms as somebody would type it."""
    ends = {name: _end(terms, getattr(terms, name)) for name in ENDS}
    return {
        "unit": terms.unit,
        **ends,
        "milestones": parse.milestones_typed(terms.milestones),
        "zones": "\n".join(terms.zones),
        "shape": terms.curve.shape.value,
        "points": parse.curve_typed(terms.curve),
    }


def _end(terms: Terms, value: float | None) -> str:
    if terms.kind is Kind.ORDINAL and value is not None and terms.zones:
        return wording.value_words(terms, value)
    return parse.number_typed(value)


def mark(text: str) -> str:
    return sha256(_plain(text).encode()).hexdigest()[:8]


def marks(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: mark(text) for name, text in texts.items()}


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def merged(now: Mapping[str, str], typed: Typed) -> tuple[dict[str, str], tuple[str, ...]]:
    """(every field as it shall be, fields on which two people differ).

    What the form did not touch stays what others made of it meanwhile.
    """
    wanted, differ = dict(now), []
    for name, mine in typed.texts.items():
        opened, theirs = typed.opened.get(name, ""), now.get(name, "")
        if mark(mine) == opened or _plain(mine) == _plain(theirs):
            continue
        wanted[name] = mine
        if mark(theirs) != opened:
            differ.append(name)
    return wanted, tuple(differ)


def read_terms(now: Terms, wanted: Mapping[str, str], starts: date, ends: date) -> Terms:
    """The terms that these texts say. Raises UserMistake with every field that is wrong."""
    reader = _Reader(now, wanted, starts, ends)
    made = reader.read()
    if reader.wrong:
        raise UserMistake.together(reader.wrong)
    return made


class _Reader:
    def __init__(self, now: Terms, wanted: Mapping[str, str], starts: date, ends: date) -> None:
        self.now, self.before = now, texts_of(now)
        self.wanted, self.cycle = wanted, (starts, ends)
        self.wrong: list[UserMistake] = []

    def read(self) -> Terms:
        made = replace(self.now, unit=" ".join(self._text("unit").split()))
        made = replace(made, milestones=self._milestones(), zones=self._zones())
        made = replace(
            made,
            baseline=self._value("baseline", made),
            target=self._value("target", made),
            stretch=self._value("stretch", made),
            low=self._value("low", made),
            high=self._value("high", made),
            curve=self._curve(),
        )
        if made.low is not None and made.high is not None and made.low > made.high:
            self.wrong.append(UserMistake("band_crossed", field="low"))
        return made

    def _text(self, name: str) -> str:
        return self.wanted.get(name, self.before[name])

    def _same(self, *names: str) -> bool:
        return all(_plain(self._text(name)) == _plain(self.before[name]) for name in names)

    def _milestones(self) -> tuple[Milestone, ...]:
        if self._same("milestones"):
            return self.now.milestones
        try:
            found = parse.milestones(self._text("milestones"), field="milestones")
        except UserMistake as mistake:
            self.wrong.append(mistake)
            return self.now.milestones
        if not found:
            self.wrong.append(UserMistake("no_milestones_left", field="milestones"))
        if undone(found) == undone(self.now.milestones):
            return self.now.milestones  # what is done is said in check-ins
        return found

    def _zones(self) -> tuple[str, ...]:
        if self._same("zones"):
            return self.now.zones
        try:
            found = parse.zones(self._text("zones"), field="zones")
        except UserMistake as mistake:
            self.wrong.append(mistake)
            return self.now.zones
        if not found:
            self.wrong.append(UserMistake("few_zones", field="zones"))
        return found

    def _value(self, name: str, made: Terms) -> float | None:
        current: float | None = getattr(self.now, name)
        if self.now.kind is Kind.ORDINAL:
            return self._zone(name, made.zones)
        if self._same(name):
            return current
        try:
            return parse.number(self._text(name), made.unit, field=name)
        except UserMistake as mistake:
            self.wrong.append(mistake)
            return current

    def _zone(self, name: str, zones: Collection[str]) -> float | None:
        """By its name: its place may be another now."""
        told = self._text(name).strip().lower()
        at = next((n for n, zone in enumerate(zones) if zone.lower() == told), None)
        if told and at is None:
            self.wrong.append(UserMistake("no_such_zone", field=name))
        return None if at is None else float(at)

    def _curve(self) -> Curve:
        if self._same(*CURVED):
            return self.now.curve
        try:
            return parse.curve(
                self._text("shape"), self._text("points"), *self.cycle, field="points"
            )
        except UserMistake as mistake:
            self.wrong.append(mistake)
            return self.now.curve


def undone(told: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
    return tuple(replace(one, done=False) for one in told)


NAMES = {
    "unit": "Unit",
    "baseline": "Start",
    "target": "Target",
    "stretch": "Stretch",
    "low": "Lowest",
    "high": "Highest",
    "milestones": "Milestones",
    "zones": "Stages",
    "shape": "Expected course",
    "points": "Dates",
}


def changes(before: Terms, after: Terms) -> tuple[Change, ...]:
    """What differs, in words; milestones that were only marked done do not."""
    first, then = _shown(before), _shown(after)
    return tuple(
        Change(name, first[key] or "none", then[key] or "none")
        for key, name in NAMES.items()
        if first[key] != then[key]
    )


def _shown(terms: Terms) -> dict[str, str]:
    told = texts_of(replace(terms, milestones=undone(terms.milestones)))
    for name in ENDS:
        value = getattr(terms, name)
        told[name] = "" if value is None else wording.value_words(terms, value)
    told["shape"] = parse.SHAPES[terms.curve.shape]
    return {key: "; ".join(text.splitlines()) for key, text in told.items()}
