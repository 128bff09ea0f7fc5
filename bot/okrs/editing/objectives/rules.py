"""What there is to edit in a team's cycle, and one objective, in values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.okrs.editing.rules import Typed


@dataclass(frozen=True)
class Row:
    """An objective or key result in the list."""

    id: int
    title: str
    is_objective: bool
    draft: bool = False

    @property
    def ref(self) -> str:
        """`o:3` or `kr:12`: what its buttons carry."""
        return f"{'o' if self.is_objective else 'kr'}:{self.id}"


@dataclass(frozen=True)
class EditList:
    """One page of a team's cycle; `place` is its team cycle, `places` are those to choose from.

    `archived`: what is shown is archived. `led`: the reader may archive and restore.
    """

    place: int
    places: tuple[tuple[int, str], ...]
    rows: tuple[Row, ...]
    page: int
    pages: int
    archived: bool
    put_away: int  # how many are archived
    led: bool


@dataclass(frozen=True)
class Parents:
    """A team's objectives that another can be aligned to: (id, title)."""

    team: str
    options: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ObjectiveSheet:
    """An objective as its form shows it; `texts` are its title and its parent's id."""

    id: int
    place: int
    team: str
    cycle: str
    texts: Mapping[str, str]
    parents: tuple[Parents, ...]
    key_results: int
    draft: bool = False
    archived: bool = False
    may_edit: bool = True
    may_archive: bool = True


@dataclass(frozen=True)
class Differing:
    """What was typed into an objective's form, and what somebody else made of it meanwhile."""

    sheet: ObjectiveSheet
    typed: Typed
    theirs: Mapping[str, str]


@dataclass(frozen=True)
class Reference:
    """What a button is about: `kind` is kr, o, tc or empty for nothing in particular."""

    kind: str
    id: int
