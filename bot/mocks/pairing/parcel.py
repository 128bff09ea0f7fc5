"""A pool and the round made of it, as they travel between the bot and its matching process.

Lists of a few hundred rows are JSON texts of their own: packed and unpacked one by one, so that
ten thousand members never hold the bot up, and handed over as they are.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from bot.mocks.pairing.pool import Member, Past, Pool, Window
from bot.mocks.pairing.weights import Weights
from bot.mocks.rules import Awake, Reason
from bot.people.rules import Quiet


@dataclass(frozen=True)
class Order:
    """A round to be made. `now` is the calendar's; `members` and `history` are packed pages."""

    seed: int
    week: date
    now: datetime
    earliest: datetime
    weeks: tuple[date, ...]
    weights: Weights
    members: tuple[str, ...]
    history: tuple[str, ...] = ()
    first: frozenset[str] = frozenset()
    observed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """A group, when it is to be told, and slots with notice of that."""

    members: tuple[str, ...]
    roles: Mapping[str, str]
    why: tuple[Reason, ...]
    weight: float
    slots: tuple[datetime, ...]
    tell_at: datetime


@dataclass(frozen=True)
class Made:
    """The round: packed pages of groups, and the code of the reason for who is in none."""

    groups: tuple[str, ...]
    alone: Mapping[str, str]


def pack_members(rows: Sequence[tuple[Member, Quiet]]) -> str:
    """A page of people, with the hours in which they are not written to."""
    return json.dumps(
        [
            [
                one.id, one.tz, [[w.day, w.start, w.end] for w in one.windows], one.level,
                dict(one.cells), sorted(one.types), sorted(one.exclude), one.reliability,
                quiet.start.isoformat(), quiet.end.isoformat(),
            ]
            for one, quiet in rows
        ]
    )  # fmt: skip


def pack_history(rows: Sequence[Past]) -> str:
    return json.dumps([[one.one, one.other, one.week.isoformat(), one.outcome] for one in rows])


def unpacked(order: Order) -> tuple[Pool, dict[str, Awake]]:
    """The pool, and when each may be written to."""
    people = [row for page in order.members for row in json.loads(page)]
    rows = [row for page in order.history for row in json.loads(page)]
    members = tuple(
        Member(
            row[0], row[1], tuple(Window(*one) for one in row[2]), row[3], row[4],
            frozenset(row[5]), frozenset(row[6]), row[7],
        )
        for row in people
    )  # fmt: skip
    history = tuple(Past(one, other, date.fromisoformat(w), came) for one, other, w, came in rows)
    pool = Pool(
        order.seed, order.week, members, history,
        order.earliest, order.weeks, order.first, order.observed,
    )  # fmt: skip
    quiet = {
        row[0]: Quiet(time.fromisoformat(row[8]), time.fromisoformat(row[9])) for row in people
    }
    return pool, {one.id: Awake(one.tz, quiet[one.id]) for one in members}


def pack_groups(rows: Sequence[Planned]) -> str:
    return json.dumps(
        [
            {
                "members": list(one.members),
                "roles": dict(one.roles),
                "why": [reason.to_dict() for reason in one.why],
                "weight": one.weight,
                "slots": [at.isoformat() for at in one.slots],
                "tell_at": one.tell_at.isoformat(),
            }
            for one in rows
        ]
    )


def planned(page: str) -> Iterator[Planned]:
    for row in json.loads(page):
        yield _planned(row)


def _planned(row: Mapping[str, Any]) -> Planned:
    return Planned(
        tuple(row["members"]),
        row["roles"],
        tuple(Reason.from_dict(one) for one in row["why"]),
        row["weight"],
        tuple(datetime.fromisoformat(at) for at in row["slots"]),
        datetime.fromisoformat(row["tell_at"]),
    )
