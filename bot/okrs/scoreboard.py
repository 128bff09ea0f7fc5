"""A team's cycle as every screen shows it: digest, App Home, tree, web page. Values only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.okrs.health import Colour, ObjectiveStanding, Standing
from bot.okrs.rules import History, Terms


@dataclass(frozen=True)
class Owner:
    """`function` may be empty. `gone`: deactivated in Slack."""

    member_id: int
    user_id: str
    name: str
    function: str
    accountable: bool
    gone: bool = False


@dataclass(frozen=True)
class Rhythm:
    """Every one or two `weeks` on `day` (Mon to Sun) at `at` on each owner's own clock.

    `tz` is the zone of the deadline, and of owners without one.
    """

    weeks: int
    day: str
    at: time
    tz: str


@dataclass(frozen=True)
class KeyResultLine:
    """`guardrail` is the title of the key result that guards it, if one does."""

    id: int
    key: str
    title: str
    owners: tuple[Owner, ...]
    history: History
    standing: Standing
    leading: bool | None = None
    customer_link: str = ""
    guardrail: str = ""

    @property
    def terms(self) -> Terms:
        return self.standing.terms

    @property
    def accountable(self) -> Owner | None:
        return next((one for one in self.owners if one.accountable), None)


@dataclass(frozen=True)
class ObjectiveLine:
    """`parent` is the title of the objective it is aligned to, with its team's name."""

    id: int
    key: str
    title: str
    state: str
    standing: ObjectiveStanding
    key_results: tuple[KeyResultLine, ...]
    parent_id: int | None = None
    parent: str = ""


@dataclass(frozen=True)
class Scoreboard:
    """One team in one cycle at one instant; archived things and drafts are left out."""

    team_cycle_id: int
    team_id: int
    team_key: str
    team: str
    lead: str  # user id
    channel: str | None
    cycle_id: int
    cycle: str  # its key, such as 2027-Q1
    starts: date
    ends: date
    at: datetime
    rhythm: Rhythm
    objectives: tuple[ObjectiveLine, ...]

    @property
    def key_results(self) -> Iterator[KeyResultLine]:
        return (one for objective in self.objectives for one in objective.key_results)

    @property
    def silent(self) -> bool:
        """Is there no fresh value of any key result?"""
        colours = {one.standing.colour for one in self.key_results}
        return colours == {Colour.GREY}

    @property
    def week(self) -> int:
        """Of the cycle, from 1; 0 before it starts."""
        return max((self.at.date() - self.starts).days // 7 + 1, 0)
