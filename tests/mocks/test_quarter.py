"""A quarter of mock interviews: what Slack saw and the store holds against what was computed apart.

`quarter_expected.yaml` was worked out from docs/mocks.md and docs/pairing.md by tests/mocks/
second_hand*.py, which know nothing of the bot.
"""

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.content.kits import Kit
from bot.mocks import rules
from tests.mocks import quarter_end as end
from tests.mocks.quarter import BEGINS, CELLS, HURRY, ROUNDS, Quarter, read, stamp
from tests.mocks.quarter_end import Counted, Group
from tests.world import living

SOAK = bool(os.environ.get("DRUMBEAT_SOAK"))
STORES = ["sqlite", "postgresql"] if SOAK else ["sqlite"]
LAST = datetime(2027, 4, 6, 12, 5, tzinfo=UTC)  # the last of the twelve rounds is closed
# What the second hand calls the reasons why somebody is alone, and the bot.
ALONE = {"no_free_window": {"days_off", "no_windows", "no_hour"}, "nobody_shares_an_hour":
         {"nobody_fits"}, "partner_gone": {"only_one", "nobody_fits"}}  # fmt: skip
TITLES = {"restatement": "Restatement", "trade_offs": "Trade-offs", "execution": "Execution",
          "communication": "Communication"}  # fmt: skip
Json = dict[str, Any]


class Differences(list[str]):
    def __call__(self, where: str, is_: Any, wanted: Any) -> None:
        if is_ != wanted:
            self.append(f"{where}: {is_!r}, expected {wanted!r}")


@pytest.mark.processes
@pytest.mark.parametrize("database_url", STORES, indirect=True)
async def test_a_quarter_of_mock_interviews(database_url: str) -> None:
    wanted, differ = read("quarter_expected"), Differences()
    async with living(database_url, at=BEGINS) as world:
        with world.deps.pacer.hurried(HURRY):
            counted = Counted(world)
            quarter = Quarter(world, counted)
            await quarter.begin()
            await quarter.play(LAST)
        groups = await end.groups(quarter)
        for week in range(1, ROUNDS + 1):
            here = [one for one in groups if one.week == week]
            _check_week(differ, quarter, counted, week, here, wanted["weeks"][week])
        _check_kits(differ, quarter, groups)
        await _check_members(differ, quarter, counted, wanted["members"])
    assert not differ, "\n".join(differ)


def _check_week(
    differ: Differences,
    quarter: Quarter,
    counted: Counted,
    week: int,
    here: list[Group],
    told: Json,
) -> None:
    where = f"week {week}"
    differ(f"{where} eligible", counted.eligible[week], told["eligible"])
    known = [(one.members, one.row.rematch) for one in here]
    expected = [(one["members"], one["rematch"]) for one in told["groups"]]
    differ(f"{where} groups", sorted(known), sorted(expected))
    for one in told["groups"]:
        found = [g for g in here if (g.members, g.row.rematch) == (one["members"], one["rematch"])]
        for group in found:
            _check_group(differ, quarter, f"{where} {'+'.join(group.members)}", group, one)
    _check_alone(differ, quarter, counted, week, told)
    differ(f"{where} standby", counted.standby[week], told["standby"])
    before = counted.resting.get(week - 1, [])
    rests = [user for user in counted.resting[week] if user not in before]
    differ(f"{where} rests", rests, told["rests"])
    asleep = set(counted.resting[week]) - set(told["rests"])
    silent = {u: n for u, n in counted.silent[week].items() if n and u not in asleep}
    differ(f"{where} silent", silent, told["silent_counts"])
    heard = [one.people[0] for one in quarter.log if one.rule == "mock.rest"
             and one.at[:10] == str(end.monday_of(week + 1) - rules.DAY)]  # fmt: skip
    differ(f"{where} told to rest", heard, told["rests"])


def _check_alone(
    differ: Differences, quarter: Quarter, counted: Counted, week: int, told: Json
) -> None:
    """Who is alone hears why, with a mock interview with the bot, before the next matching."""
    codes = counted.alone[week]
    differ(f"week {week} alone", sorted(codes), sorted(told["alone"]))
    for user, why in told["alone"].items():
        assert codes.get(user) in ALONE[why], (week, user, codes)
    monday, after = str(end.monday_of(week)), str(end.monday_of(week + 1) - rules.DAY)
    heard = {
        one.people[0]
        for one in quarter.log
        if one.rule == "mock.alone" and monday <= one.at < after
    }
    silent = {*told["alone"], *told["alone_later"]} - heard
    differ(f"week {week} alone and not told so", silent, set())


def _check_group(
    differ: Differences, quarter: Quarter, where: str, group: Group, told: Json
) -> None:
    if abs(group.row.weight - told["weight"]) > 0.0101:
        differ(f"{where} weight", round(group.row.weight, 3), told["weight"])
    _check_roles(differ, where, group, told)
    differ(f"{where} state", group.state, told["state"])
    if told["tell_at"] is None:
        differ(f"{where} told", group.tell_at, None)
        return
    late = end.soon(told["tell_at"], end.QUARTER * told["rematch"])
    if group.tell_at is None or not told["tell_at"] <= group.tell_at <= late:
        differ(f"{where} tell_at", group.tell_at, told["tell_at"])
    if told["slots_exact"]:
        differ(f"{where} slots", group.slots, told["slots"])
    differ(f"{where} agreed", group.agreed, told["agreed"])
    differ(f"{where} asked", dict(sorted(group.asked.items())), told["asked"])
    differ(f"{where} out", group.out, told.get("out", {}))
    differ(f"{where} kits", sorted(group.kits), sorted(told["members"]))
    _check_reveals(differ, quarter, where, group, told.get("reveals", []))


def _check_roles(differ: Differences, where: str, group: Group, told: Json) -> None:
    roles = {seat.role: user for user, seat in group.seats.items()}
    trio = len(group.seats) > 2
    if told.get("out") and trio:  # two who went on as a pair have other roles by now
        return
    parts = {"interviewer", "candidate", "observer"} if trio else {"interviewer", "candidate"}
    differ(f"{where} roles", set(roles), parts)
    if trio and roles.get("observer") not in told["observer"]:
        differ(f"{where} observer", roles.get("observer"), told["observer"])
    if group.row.track not in told["interview_type"]:
        differ(f"{where} type", group.row.track, told["interview_type"])


def _check_reveals(
    differ: Differences, quarter: Quarter, where: str, group: Group, told: list[Json]
) -> None:
    opened = {user: (one["at"], one["blind"]) for one in told for user in one["marks_of"]}
    differ(f"{where} reveals", group.opened, opened)
    there = set(group.seats) - set(group.out)
    differ(f"{where} who was shown", set(group.revealed), there if told else set())
    for user, at in group.revealed.items():
        member = quarter.script["members"][user]
        awake = rules.Awake(member["tz"], _quiet()).from_on(datetime.fromisoformat(told[0]["at"]))
        last = max(_forms(quarter, group).get(user, ("", {}))[0], "")
        earliest = told[0]["at"]
        wanted = {earliest} if last == earliest else {stamp(awake)}
        if at not in wanted:
            differ(f"{where} shown to {user}", at, wanted)
        _check_read(differ, quarter, where, user, group, opened)


def _quiet() -> Any:
    from datetime import time

    from bot.people.rules import Quiet

    return Quiet(time(21), time(7))


def _forms(quarter: Quarter, group: Group) -> dict[str, tuple[str, Json]]:
    """{person: (when, their marks)} of this group's people, by the script."""
    return {
        act["who"]: (act["at"], act["marks"])
        for act in quarter.script["acts"]
        if act["do"] == "marks"
        and act["week"] == group.week
        and set(act["marks"]) <= {*group.seats}
    }


def _check_read(
    differ: Differences, quarter: Quarter, where: str, user: str, group: Group, opened: Json
) -> None:
    """At the end they read their own marks, and those that they were given; nobody else's."""
    forms, text = _forms(quarter, group), group.reads[user]
    for number, cell in enumerate(CELLS):
        parts = {f"you {forms[user][1][user][number]}"} if user in forms else set()
        parts |= {
            f"<@{by}> {marks[user][number]}"
            for by, (_, marks) in forms.items()
            if by != user and by in opened
        }
        lines = [one for one in text.splitlines() if one.startswith(f"*{TITLES[cell]}*")]
        seen = set(lines[0].partition("  ")[2].split(" · ")) if lines else set()
        differ(f"{where} {cell} as {user} reads it", seen, parts)
    late = [by for by, (_, blind) in opened.items() if not blind and by != user]
    for by in late:
        said = f"<@{by}> gave these after the marks were open." in text
        differ(f"{where} {user} reads that {by} was late", said, True)


def _check_kits(differ: Differences, quarter: Quarter, groups: list[Group]) -> None:
    """The track is right, nobody is asked a kit that they have seen, and it suits their level."""
    known = quarter.world.deps.content.kits
    seen: dict[str, set[str]] = {user: set() for user in quarter.members}
    for group in groups:
        if group.tell_at is None or (len(group.seats) > 2 and group.out):
            continue
        first = {seat.member_id: seat.role for seat in group.seats.values()}
        users = {seat.member_id: user for user, seat in group.seats.items()}
        asked: set[str] = set()
        where = f"week {group.week} {'+'.join(group.members)}"
        for seat in sorted(group.seats.values(), key=lambda seat: seat.turn):
            candidate = users[rules.candidate_of(first, seat.member_id)]
            kit, had = known[seat.kit_id], seen[candidate] | asked
            differ(f"{where} kit's track", kit.track, group.row.track)
            new = [one for one in known.values() if one.track == kit.track and one.id not in had]
            if new:
                _check_kit(differ, f"{where} {candidate}", quarter, candidate, kit, new)
            asked.add(kit.id)
        for user in group.seats:
            seen[user] |= asked


def _check_kit(
    differ: Differences, where: str, quarter: Quarter, candidate: str, kit: Kit, new: list[Kit]
) -> None:
    wanted = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}[quarter.script["members"][candidate]["level"]]
    far = {
        one.id: abs(["easy", "medium", "hard"].index(one.difficulty) + 1 - wanted) for one in new
    }
    differ(f"{where} kit unseen", kit.id in far, True)
    differ(f"{where} kit fits", far.get(kit.id), min(far.values()))


async def _check_members(
    differ: Differences, quarter: Quarter, counted: Counted, wanted: Json
) -> None:
    memory, means = await end.memory(quarter), await end.means(quarter)
    usual = await end.usual(quarter)
    for user, told in wanted.items():
        differ(f"{user} met", memory.met[user], told["met"])
        differ(f"{user} no-shows", memory.no_shows[user], told["no_shows"])
        differ(f"{user} silent groups", memory.silent[user], told["silent_groups"])
        differ(f"{user} silent", counted.silent[ROUNDS].get(user), told["silent_count"])
        differ(f"{user} rests", user in counted.resting[ROUNDS], told["rests"])
        differ(f"{user} reliability", round(memory.reliability(user), 3), told["reliability"])
        cells = {
            cell: {"mean": round(mark, 2), "marks": count}
            for cell, (mark, count) in means[user].items()
        }
        differ(f"{user} cells", cells, told["cells"])
        found = usual.get(user)
        marks = found and {
            "offset": round(found.offset, 2), "give": round(found.give, 2), "forms": found.answers
        }  # fmt: skip
        differ(f"{user} inflation", marks, told.get("inflation"))
