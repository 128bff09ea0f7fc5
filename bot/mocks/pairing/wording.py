"""Why these people, as `rules.Reason`s from the terms of their weight, and in plain sentences.

`who` holds the ids that the pool gave: in the bot Slack's user ids. The codes of a reason:

| code | who | what | number |
|---|---|---|---|
| `ahead` | who is ahead, who has room to grow | the cell | |
| `overlap` | | | free hours in common, in quarters |
| `same_level`, `near_level` (at most one apart) | | | |
| `types` | | up to three interview types that all named, joined by "," | |
| `new` (never in a group before) | | | |
| `repeat` | the two who were | | weeks ago, 1 or more |
| `reliable` (all keep their appointments) | | | |
| `waited` (no partner in the last round) | who | | |
| `newcomer` (never had a round; comes first, too) | who | | |
| `lost` (lost their partner of this week) | who | | |

The codes of somebody without a group: `no_windows`, `no_hour`, `only_one`, `nobody_fits`,
`all_taken`; `ALONE` says each.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations

from bot.mocks.pairing.pool import Member
from bot.mocks.rules import Reason

MOST = 4  # sentences
LEAD = 1.0  # levels ahead in a cell that are worth a sentence
ALONE = {
    "no_windows": "No free times are given, so there was nobody to look for.",
    "no_hour": "No free hour lies between the morning and the evening of the own zone.",
    "only_one": "Nobody else takes part this week.",
    "nobody_fits": "Nobody who could be asked has a free hour at the same time.",
    "all_taken": "Everybody who could be asked meets somebody else this week; next time this is "
    "made up for.",
}


@dataclass(frozen=True)
class Facts:
    """A group as the sentences need it.

    `shared`: free hours of all in the week; `weeks`: how long ago two of them met, by their ids
    in order; `waited`: who comes first, and by which code; `terms`: points.
    """

    members: tuple[Member, ...]
    shared: float
    weeks: Mapping[tuple[str, str], int]
    waited: Mapping[str, str]
    terms: Mapping[str, float]


def alone(code: str) -> str:
    """Why somebody has no partner."""
    return ALONE[code]


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Up to four, those of the terms that weigh most first; never none."""
    order = sorted(facts.terms, key=lambda name: -abs(facts.terms[name]))
    said = [line for name in order for line in TELLING[name](facts) if facts.terms[name] or name
            in ("repeat", "level")]  # fmt: skip
    return tuple(said[:MOST]) or (Reason("overlap", number=facts.shared),)


def _complement(facts: Facts) -> Iterator[Reason]:
    leads = [
        (one.cells[cell] - other.cells[cell], cell, one.id, other.id)
        for one, other in permutations(facts.members, 2)
        for cell in sorted(one.cells.keys() & other.cells.keys())
        if one.cells[cell] - other.cells[cell] >= LEAD
    ]
    told: set[str] = set()
    for _, cell, strong, weak in sorted(leads, key=lambda one: (-one[0], one[1:])):
        if strong not in told and len(told) < 2:
            told.add(strong)
            yield Reason("ahead", (strong, weak), cell)


def _overlap(facts: Facts) -> Iterator[Reason]:
    yield Reason("overlap", number=facts.shared)


def _level(facts: Facts) -> Iterator[Reason]:
    levels = [one.level for one in facts.members if one.level is not None]
    if len(levels) < len(facts.members):
        return
    apart = max(levels) - min(levels)
    if apart == 0:
        yield Reason("same_level")
    elif apart <= 1:
        yield Reason("near_level")


def _types(facts: Facts) -> Iterator[Reason]:
    named = [one.types for one in facts.members if one.types]
    shared = sorted(frozenset.intersection(*named)) if len(named) > 1 else []
    if shared:
        yield Reason("types", what=",".join(shared[:3]))


def _repeat(facts: Facts) -> Iterator[Reason]:
    pairs = list(combinations(sorted(one.id for one in facts.members), 2))
    if not any(two in facts.weeks for two in pairs):
        yield Reason("new")
        return
    for two in pairs:
        weeks = facts.weeks.get(two)
        if weeks is not None and weeks > 0:
            yield Reason("repeat", two, number=float(weeks))


def _reliability(facts: Facts) -> Iterator[Reason]:
    if all(one.reliability >= 0.9 for one in facts.members):
        yield Reason("reliable")


def _waiting(facts: Facts) -> Iterator[Reason]:
    for who in sorted(facts.waited):
        yield Reason(facts.waited[who], (who,))


TELLING: Mapping[str, Callable[[Facts], Iterator[Reason]]] = {
    "complement": _complement,
    "overlap": _overlap,
    "level": _level,
    "types": _types,
    "repeat": _repeat,
    "reliability": _reliability,
    "waiting": _waiting,
}


def sentence(reason: Reason) -> str:
    """A reason as `drumbeat pair --batch` says it, people by their ids."""
    return SAYING[reason.code](reason)


def _hours(reason: Reason) -> str:
    hours = reason.number or 0.0
    return f"You share {'1 free hour' if hours == 1 else f'{hours:g} free hours'} this week."


def _lead(reason: Reason) -> str:
    cell = reason.what.replace("_", " ")
    return f"{reason.who[0]} is ahead in {cell}, where {reason.who[1]} has room to grow."


def _listed(reason: Reason) -> str:
    kinds = [one.replace("_", " ").replace("-", " ") for one in reason.what.split(",")]
    return f"You practise the same interviews: {', '.join(kinds)}."


def _ago(reason: Reason) -> str:
    ago = "1 week" if reason.number == 1 else f"{reason.number or 0:g} weeks"
    return f"{reason.who[0]} and {reason.who[1]} were last paired {ago} ago."


def _first(reason: Reason) -> str:
    return f"{reason.who[0]} had no partner in the last round and so comes first."


SAYING: Mapping[str, Callable[[Reason], str]] = {
    "ahead": _lead,
    "overlap": _hours,
    "same_level": lambda _: "You are at the same level.",
    "near_level": lambda _: "You are at most one level apart.",
    "types": _listed,
    "new": lambda _: "You have not been paired before.",
    "repeat": _ago,
    "reliable": lambda _: "All of you keep your appointments.",
    "waited": _first,
    "newcomer": _first,
    "lost": lambda reason: f"{reason.who[0]} lost a partner of this week and so comes first.",
}
