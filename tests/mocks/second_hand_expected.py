"""Writes what the second hand computed as `quarter_expected.yaml`.

`python -m tests.mocks.second_hand_expected` writes it anew, `expected()` computes it.
"""

from datetime import datetime
from math import sqrt
from pathlib import Path
from typing import Any

import yaml

from tests.mocks.second_hand import ROUNDS, Quarter
from tests.mocks.second_hand_pairing import CELLS, Group

HERE = Path(__file__).parent
LEAD = 0.02  # points by which a round is better than the next one with as many people and trios
ENOUGH = 3  # partners that a rater has marked, before anything is said
# Quantiles of Student's t at 0.975 by degrees of freedom, from a table.
T_975 = {
    5: 2.570582, 6: 2.446912, 7: 2.364624, 8: 2.306004, 9: 2.262157, 10: 2.228139, 11: 2.200985,
    12: 2.178813, 13: 2.160369, 14: 2.144787, 15: 2.131450, 16: 2.119905, 17: 2.109816,
    18: 2.100922, 19: 2.093024, 20: 2.085963, 21: 2.079614, 22: 2.073873,
}  # fmt: skip

HEADER = """\
# What must come of quarter.yaml, computed by tests/mocks/second_hand*.py from docs/mocks.md and
# docs/pairing.md alone; not edited by hand.
# Instants are UTC, weights to 0.01 point, reliability to 0.001.
#
# weeks:
#   eligible, lead_over_second_best (points; null: no other round has as many people)
#   groups: in the order in which they were made
#     observer       who observes the first turn of a trio: one of these. The other two, or the two
#                    of a pair, are one interviewer and one candidate; which is not documented
#     interview_type any of these
#     slots          as first proposed; exactly these when `slots_exact`
#     tell_at        null when it was not told; a rematch may be told up to 15 minutes later
#     asked          each person's questions about the outcome
#     state          after the close: met, no_show, could_not, unclear, lapsed or not_told;
#                    `out`: who fell out of it, and why
#     reveals        when marks were shown, whose, and whether they count as blind. Everybody who
#                    was there sees then their own marks and those given to them
#   alone            at the matching, and why; alone_later: since their group was not told
#   standby          who is on it at the next matching, and so at the close
#   rests            who rests from the next matching on; silent_counts then, who is not named has 0
# members: at the end, after the last close
#   cells            mean of the partners' marks that were shown, and how many
#   inflation        how they mark partners (docs/scoring.md): offset and give over so many `forms`,
#                    one for each partner marked
# kits: properties that every told group has
"""

KITS = [
    "of several common interview types never the one of the same people's latest group that met",
    "the track of a kit is the interview type of its group",
    "nobody is asked a kit that they have seen, as long as the track has one they have not seen",
    "of those the difficulty is nearest to the candidate's level: 1, 2 easy; 3 medium; 4, 5 hard",
]


def stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%MZ") if at else None


def group_row(quarter: Quarter, group: Group) -> dict[str, Any]:
    types = [set(quarter.people[one].types) for one in group.members]
    common = set.intersection(*types) or set.union(*types)
    row: dict[str, Any] = {
        "members": group.members,
        "rematch": group.rematch,
        "weight": round(group.weight, 2),
        "terms": {name: round(value, 2) for name, value in group.terms.items() if value},
        "observer": group.observers,
        "interview_type": sorted(least_lately(quarter, group, common)),
        "tell_at": stamp(group.tell_at) if group.told else None,
        "state": group.state,
    }
    if group.told:
        row["slots_exact"] = group.exact
        row["slots"] = [stamp(at) for at in group.first_slots]
        row["agreed"] = stamp(group.agreed)
        row["asked"] = {
            one: [stamp(at) for at in all_] for one, all_ in sorted(group.asked.items())
        }
    if group.out:
        row["out"] = dict(group.out)
    if group.reveals:
        row["reveals"] = [{**one, "at": stamp(one["at"])} for one in group.reveals]
    return row


def least_lately(quarter: Quarter, group: Group, common: set[str]) -> set[str]:
    """All common ones, without the type of their latest group where that is known for certain."""
    before = [
        g for g in quarter.groups[: quarter.groups.index(group)]
        if g.state == "met" and set(group.members) <= set(g.members)
    ]  # fmt: skip
    done = {next(iter(g.types)) for g in before if len(g.types) == 1}
    group.types = common - done or common
    return group.types


def member_row(quarter: Quarter, who: str, now: datetime) -> dict[str, Any]:
    mine = [g for g in quarter.groups if g.told and who in g.members]
    cells = {}
    for n, name in enumerate(CELLS):
        marks = quarter.given(who, n, now)
        if marks:
            cells[name] = {"mean": round(sum(marks) / len(marks), 2), "marks": len(marks)}
    return {
        "groups_told": len(mine),
        "met": sum(g.state == "met" and who in g.there() for g in mine),
        "no_shows": sum(g.out.get(who) == "no_show" and g.state != "unclear" for g in mine),
        "silent_groups": sum(who not in g.signs for g in mine),
        "silent_count": quarter.people[who].silent,
        "rests": quarter.people[who].resting,
        "reliability": round(quarter.reliability(who, now), 3),
        "cells": cells,
        **inflation(quarter, who, now),
    }


def inflation(quarter: Quarter, who: str, now: datetime) -> dict[str, Any]:
    """By docs/scoring.md, *How somebody marks*: one d for each partner marked in a mock."""
    away = []
    for group in quarter.groups:
        for whom, marks in (group.forms[who][1] if who in group.forms else {}).items():
            if whom == who or not blind(group, who, now):
                continue
            others = [mean_of_others(quarter, who, whom, n, now) for n in range(len(marks))]
            ds = [a - b for a, b in zip(marks, others, strict=True) if b is not None]
            if ds:
                away.append((group.forms[who][0], sum(ds) / len(ds)))
    newest = [d for _, d in sorted(away, key=lambda one: one[0])[-20:]]
    n = len(newest)
    if n < ENOUGH:
        return {}
    k, v, s = 1, 2, 0.5
    m = sum(newest) / n
    squares = v * s * s + sum((d - m) ** 2 for d in newest) + k * n * m * m / (k + n)
    give = T_975[v + n] * sqrt(squares / (v + n) / (k + n))
    offset = round(n * m / (k + n), 2) + 0.0
    return {"inflation": {"offset": offset, "give": round(give, 2), "forms": n}}


def blind(group: Group, who: str, now: datetime) -> bool:
    return any(who in one["marks_of"] and one["blind"] and one["at"] <= now
               for one in group.reveals)  # fmt: skip


def mean_of_others(quarter: Quarter, who: str, whom: str, n: int, now: datetime) -> float | None:
    """The mean over each other partner's mean for that person; nobody has a mark by the bot."""
    by: dict[str, list[int]] = {}
    for group in quarter.groups:
        for rater, (_, marks) in group.forms.items():
            if rater not in (who, whom) and whom in marks and quarter.shown(group, rater, now):
                by.setdefault(rater, []).append(marks[whom][n])
    means = [sum(marks) / len(marks) for marks in by.values()]
    return sum(means) / len(means) if means else None


def expected() -> dict[str, Any]:
    script = yaml.safe_load((HERE / "quarter.yaml").read_text("utf-8"))
    quarter = Quarter(script).play()
    now = datetime.fromisoformat("2027-04-06T12:00:00+00:00")
    weeks = {}
    for week in range(1, ROUNDS + 1):
        found = quarter.weeks[week]
        lead = found["lead_over_second_best"]
        assert lead is None or lead >= LEAD, f"the round of week {week} is not unique: {lead}"
        groups = [group_row(quarter, g) for g in quarter.groups if g.week == week]
        weeks[week] = {
            "eligible": found["eligible"],
            "lead_over_second_best": lead if lead is None else round(lead, 2),
            "groups": groups,
            "alone": found["alone"],
            "alone_later": found["alone_later"],
            "standby": found["standby"],
            "rests": found["rests"],
            "silent_counts": found["silent_counts"],
        }
    members = {who: member_row(quarter, who, now) for who in quarter.people}
    return {"weeks": weeks, "members": members, "kits": KITS}


class Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def text() -> str:
    body = yaml.dump(expected(), Dumper=Plain, sort_keys=False, default_flow_style=None, width=140)
    return HEADER + body


if __name__ == "__main__":
    (HERE / "quarter_expected.yaml").write_text(text(), "utf-8")
