"""The document that import reads and export writes. docs/import.md shows it field by field.

Every part is optional and found by its natural key. A field that is left out says nothing; one
that is null empties what it stands for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator

from bot.content import TRACKS
from bot.mocks.joining.parse import given as windows
from bot.mocks.pairing.pool import Window
from bot.okrs.exchange import fields
from bot.okrs.exchange.fields import one_of
from bot.okrs.rules import Function
from bot.people.rules import WEEKDAYS

STATES = ("active", "draft", "archived")
MOCKS = ("weekly", "fortnightly", "on_request")
RHYTHMS = ("week", "two_weeks")
ONWARD = ("", "keep", "change", "drop")
FunctionGiven = Annotated[str, PlainValidator(one_of((*Function, "")))]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong at which place of the document."""

    path: Path
    says: str

    @property
    def where(self) -> str:
        """`objectives[0].key_results[1].target`."""
        told = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in self.path)
        return told.lstrip(".")

    def line(self) -> str:
        return f"{self.where}: {self.says}" if self.path else self.says


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def gives(self, name: str) -> bool:
        """Was this field written, be it as null?"""
        return name in self.model_fields_set


def _user_alone(told: Any) -> Any:
    return {"user": told} if isinstance(told, str) else told


class Part(Row):
    """A person with a function; without one, the function is the one they have in the team."""

    user: fields.User
    function: FunctionGiven | None = None


PartGiven = Annotated[Part, BeforeValidator(_user_alone)]


class MemberRow(Row):
    user: fields.User
    tz: fields.Zone | None = None
    daily_time: fields.Clock | None = None
    work_days: fields.WeekDays | None = None
    track: Annotated[str, PlainValidator(one_of(TRACKS))] | None = None
    target: fields.Day | None = None
    mocks: Annotated[str, PlainValidator(one_of(MOCKS))] | None = None
    mock_windows: Annotated[tuple[Window, ...], PlainValidator(windows)] | None = None
    mock_level: fields.MockLevel | None = None
    mock_types: list[Annotated[str, PlainValidator(one_of(TRACKS))]] | None = None
    quiet: fields.QuietHours | None = None
    country: fields.Country | None = None
    days_off: list[fields.DaysOff] | None = None
    paused_until: fields.Until | None = None


class TeamRow(Row):
    key: fields.Key
    name: fields.SomeText | None = None
    channel: fields.Channel | None = None
    lead: fields.User | None = None
    members: list[PartGiven] = []


class RhythmRow(Row):
    every: Annotated[str, PlainValidator(one_of(RHYTHMS))] | None = None
    day: Annotated[str, PlainValidator(one_of(WEEKDAYS))] | None = None
    at: fields.Clock | None = None


class CheckInRhythmRow(RhythmRow):
    tz: fields.Zone | None = None


class PlaceRow(RhythmRow):
    closed: fields.Instant | None = None


class CycleRow(Row):
    key: fields.Key
    starts: fields.Day | None = None
    ends: fields.Day | None = None
    check_in: CheckInRhythmRow | None = None
    teams: dict[fields.Key, PlaceRow] = {}


class MilestoneRow(Row):
    title: fields.SomeText
    weight: fields.Weight = 1.0
    done: fields.Flag = False


class TermsRow(Row):
    """What a key result promises: `bot.okrs.rules.Terms`, in words."""

    kind: fields.KindGiven | None = None
    unit: fields.Text | None = None
    baseline: fields.Level | None = None
    target: fields.Level | None = None
    stretch: fields.Level | None = None
    low: fields.Number | None = None
    high: fields.Number | None = None
    curve: fields.CurveGiven | None = None
    milestones: list[MilestoneRow] | None = None
    zones: list[fields.SomeText] | None = None


class AmendmentRow(Row):
    """`before` are whole terms when they name a kind, otherwise those that hold now with these
    fields; `after` differs from `before` in its fields.
    """

    at: fields.Instant
    by: fields.User | None = None
    reason: fields.Text = ""
    before: TermsRow = TermsRow()
    after: TermsRow = TermsRow()


class KeyResultRow(TermsRow):
    key: fields.Key
    title: fields.SomeText | None = None
    owner: PartGiven | None = None
    co_owners: list[PartGiven] | None = None
    leading: fields.Leading | None = None
    guardrail: fields.Reference | None = None
    customer_link: fields.Text | None = None
    reason: fields.Text = ""
    created_at: fields.Instant | None = None
    archived_at: fields.Instant | None = None
    amendments: list[AmendmentRow] = []


class ObjectiveRow(Row):
    key: fields.Key
    team: fields.Key
    cycle: fields.Key
    title: fields.SomeText | None = None
    parent: fields.Reference | None = None
    state: Annotated[str, PlainValidator(one_of(STATES))] | None = None
    created_at: fields.Instant | None = None
    archived_at: fields.Instant | None = None
    key_results: list[KeyResultRow] = []


class CheckInRow(Row):
    key_result: fields.Reference
    by: fields.User | None = None
    at: fields.Instant
    value: fields.Level | None = None
    confidence: fields.Confidence | None = None
    note: fields.Text = ""
    blocker: fields.Text = ""
    done: list[fields.SomeText] | None = None


class GradeRow(Row):
    key_result: fields.Reference
    by: fields.User | None = None
    at: fields.Instant
    computed: fields.Share | None = None
    given: fields.Share
    reason: fields.Text = ""
    cause: fields.Text = ""
    onward: Annotated[str, PlainValidator(one_of(ONWARD))] = ""


class Document(Row):
    workspace: fields.SomeText | None = None
    members: list[MemberRow] = []
    teams: list[TeamRow] = []
    cycles: list[CycleRow] = []
    objectives: list[ObjectiveRow] = []
    check_ins: list[CheckInRow] = []
    grades: list[GradeRow] = []


SECTIONS: Mapping[str, type[Row]] = {
    "members": MemberRow,
    "teams": TeamRow,
    "cycles": CycleRow,
    "objectives": ObjectiveRow,
    "check_ins": CheckInRow,
    "grades": GradeRow,
}


@dataclass(frozen=True)
class Given:
    """A document as far as it can be read, and what is wrong with the rest.

    `lost` are (section, key) that stand in what could not be read: nobody is told that they are
    unknown.
    `moved` has the index, as written, of each row of the document, by its path there.
    """

    document: Document
    faults: tuple[Fault, ...] = ()
    lost: frozenset[tuple[str, str]] = frozenset()
    moved: Mapping[Path, int] = field(default_factory=dict)

    def written(self, fault: Fault) -> Fault:
        """The fault at its place in the file."""
        path = tuple(self.moved.get(fault.path[: at + 1], one) for at, one in enumerate(fault.path))
        return replace(fault, path=path)
