"""Import and export: the same again changes nothing, and every fault is told at its place."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import db
from bot.errors import DocumentWrong
from bot.home import service as home
from bot.okrs.checkins.tables import CheckIn, Round
from bot.okrs.exchange import dumping, printing, reading, service
from bot.okrs.exchange.service import Changes
from bot.okrs.exchange.views import EXAMPLE
from bot.okrs.tables import KeyResult, TeamCycle
from bot.people import service as people
from bot.people.rules import WEEKDAYS
from bot.people.tables import Member
from bot.workspaces import service as workspaces
from tests import databases

NOW = datetime(2027, 1, 5, 8, tzinfo=UTC)
QUARTER = (Path(__file__).parent / "quarter.yaml").read_text("utf-8")
Json = dict[str, Any]


class Office:
    """A store with one workspace."""

    def __init__(self, session: AsyncSession, workspace_id: int) -> None:
        self.session, self.workspace_id = session, workspace_id

    async def takes(self, told: str | Json, now: datetime = NOW) -> Changes:
        given = reading.understood(reading.parsed(told) if isinstance(told, str) else told)
        return await service.apply(self.session, self.workspace_id, given, now)

    async def tells(self, now: datetime = NOW) -> Json:
        return await dumping.dump(self.session, self.workspace_id, now)

    async def member(self, user: str) -> Member:
        return await people.ensure(self.session, self.workspace_id, user)

    async def refuses(self, told: str | Json, now: datetime = NOW) -> list[str]:
        with pytest.raises(DocumentWrong) as wrong:
            async with self.session.begin_nested():
                await self.takes(told, now)
        self.session.expunge_all()
        return list(wrong.value.lines)


@asynccontextmanager
async def office(url: str, team_id: str = "T1") -> AsyncIterator[Office]:
    engine = db.engine(url)
    try:
        async with db.sessions(engine)() as session, session.begin():
            yield Office(session, await workspaces.ensure(session, team_id, NOW))
    finally:
        await engine.dispose()


async def test_a_quarter_goes_in_once_and_comes_out_the_same(database_url: str) -> None:
    async with office(database_url) as here:
        first = await here.takes(QUARTER)
        assert (first.new["team"], first.new["objective"], first.new["key result"]) == (3, 12, 40)
        again = await here.takes(QUARTER)
        assert again.nothing, again
        told = await here.tells()
        text = printing.to_yaml(told)
        assert (await here.takes(text)).nothing
        assert (await here.takes(printing.to_json(told))).nothing
        assert printing.to_yaml(await here.tells()) == text
    with databases.sqlite() as url:
        async with office(url) as there:
            await there.takes(text)
            assert printing.to_yaml(await there.tells()) == text


async def test_the_example_beside_the_form_goes_in(database_url: str) -> None:
    async with office(database_url) as here:
        changes = await here.takes(EXAMPLE)
        assert (changes.new["team"], changes.new["key result"]) == (1, 2)
        misplaced = await here.refuses({"key_results": [result()]})
    assert misplaced == [
        "key_results: is not a field that is known here; it belongs under objectives"
    ]


CYCLE: Json = {"key": "2027-Q1", "starts": "2027-01-04", "ends": "2027-04-04"}
TEAM: Json = {"key": "lights", "name": "Lights", "lead": "U01", "members": ["U01", "U02"]}


def quarter(*results: Json, **more: Any) -> Json:
    goal = {"key": "bright", "team": "lights", "cycle": "2027-Q1", "title": "No dark rides"}
    told: Json = {
        "teams": [TEAM],
        "cycles": [CYCLE],
        "objectives": [goal | {"key_results": [*results]}],
    }
    return told | more


def result(key: str = "lamps", **more: Any) -> Json:
    usual: Json = {"title": "Lamps that work", "kind": "increase", "baseline": 60, "target": 90}
    return {"key": key} | usual | more


async def test_every_fault_is_told_at_its_place_and_nothing_is_kept(database_url: str) -> None:
    told = f"""
workspace: T2
members: [{{user: ann, tz: Europe/Berlim}}, {{user: U01, country: NO, work_days: [Mon, Fun]}}]
teams:
  - {{key: lights, name: Lights, members: [{{user: U01, function: prodct}}]}}
  - {{key: bells, name: Bells}}
  - {{key: tyres, name: Tyres, lead: U01}}
cycles: [{{key: 2027-Q1, starts: 2027-01-04, ends: 2026-04-04}}]
objectives:
  - key: air
    team: tyres
    cycle: 2027-Q1
    title: Air
    parent: 2027-Q1/tyres/air
    key_results:
      - {{key: a, title: A, kind: increase, baseline: 9, target: 4, guardrail: b}}
      - {{key: b, title: B, kind: keep_in_band, low: 3, owner: {{user: U01, functoin: qa}}}}
      - {{key: c, title: C, kind: ordinal, zones: [Low, High], target: Hihg, guardrail: a}}
      - {{key: d, kind: milestones, milestones: [{{title: x, weight: 0}}], curve: steps}}
      - {{key: e, title: E, kind: milestones, milestones: [{{title: x}}, {{title: x}}]}}
      - {{key: c, title: C, kind: keep_above, target: many}}
  - {{key: grip, team: lights, cycle: 2027-Q1, title: Grip}}
  - {{key: hold, team: tires, cycle: 2027-Q2, title: Hold}}
check_ins:
  - {{key_result: a, by: U01, at: 2027-01-04T09:00:00, value: 3}}
  - {{key_result: aa, by: U01, at: 2027-01-04T09:00:00Z, value: 3}}
  - {{key_result: d, by: U01, at: 2027-01-04T09:00:00Z, value: 3}}
  - {{key_result: a, by: U01, at: {NOW.year}-02-04T09:00:00Z, value: x, confidence: 11}}
  - {{key_result: e, by: U01, at: 2027-01-04T09:00:00Z, done: [z], confidence: 3}}
grades: [{{key_result: a, at: 2027-01-04T09:00:00Z, given: 1.1}}]
goals: []
"""
    async with office(database_url) as here:
        assert await here.refuses(told) == [
            "goals: is not a field that is known here; known are workspace, members, teams, "
            "cycles, objectives, check_ins, grades",
            "workspace: is another workspace than the one to import into",
            "members[0].tz: must be a time zone such as Europe/Berlin",
            "members[0].user: must be the id of a person in Slack, such as U012AB3CD",
            "members[1].work_days: must be one of Mon, Tue, Wed, Thu, Fri, Sat, Sun "
            "(did you mean Sun?)",
            "teams[0].members[0].function: must be one of product, engineering, design, data, qa, "
            "sre, marketing (did you mean product?)",
            "teams[1].lead: is missing, and the team is new",
            "cycles[0].ends: must come after it starts, within two years",
            "objectives[0].key_results[0].target: must be above the baseline (9) of a key result "
            "to increase",
            "objectives[0].key_results[1].owner.functoin: is not a field that is known here; did "
            "you mean function?",
            "objectives[0].key_results[2].target: must be one of the zones: Low, High",
            "objectives[0].key_results[3].curve: needs its dates: {steps: [[2027-02-01, 0.5]]}",
            "objectives[0].key_results[3].milestones[0].weight: must be above 0",
            "objectives[0].key_results[4].milestones: must each have a title of their own",
            "objectives[0].key_results[5].target: must be a number, and “many” is none",
            "objectives[0].parent: makes a circle: the parent stands below it",
            "objectives[2].cycle: there is no cycle “2027-Q2”; did you mean 2027-Q1?",
            "objectives[2].team: there is no team “tires”; did you mean tyres?",
            "check_ins[0].at: has no zone; end it with Z for UTC, or with +01:00, say",
            "check_ins[1].key_result: there is no key result “aa”; did you mean a?",
            "check_ins[3].confidence: must be a whole number from 0 to 10",
            "check_ins[4].done[0]: there is no milestone “z”",
            "grades[0].given: must be between 0 and 1",
        ]
        assert await here.tells() == {"workspace": "T1"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: !!python/object/apply:os.system [ls]", "tags"),
        ("[" * 3000, "nested too deeply"),
        ("teams: []\nteams: []", "line 2: “teams” stands twice"),
        ('{"teams": [], "teams": []}', "“teams” stands twice"),
        ('{"a": NaN}', "no number"),
        ("{" * 3000, "line 1"),
        ("teams: [", "line 2"),
        ("a\x00b", "control characters"),
    ],
)
def test_what_cannot_be_read_is_refused_as_a_whole(text: str, why: str) -> None:
    with pytest.raises(reading.Unreadable, match=why):
        reading.parsed(text)


def test_large_files_and_other_bytes_are_refused() -> None:
    with pytest.raises(reading.Unreadable, match="larger than 20 MB"):
        reading.decoded(b" " * (reading.LARGEST + 1))
    with pytest.raises(reading.Unreadable, match="not UTF-8"):
        reading.decoded(b"teams: \xff")


async def test_a_change_of_what_was_promised_needs_a_reason(database_url: str) -> None:
    async with office(database_url) as here:
        await here.takes(quarter(result()))
        where = "objectives[0].key_results[0]"
        assert await here.refuses(quarter(result(target=95))) == [
            f"{where}.target: is changed; say why in the field reason"
        ]
        later = datetime(2027, 2, 2, 9, tzinfo=UTC)
        wanted = quarter(result(target=95, reason="Two new suppliers"))
        changed = await here.takes(wanted, later)
        assert (changed.new["amendment"], changed.changed["key result"]) == (1, 1)
        assert (await here.takes(wanted, later)).nothing
        told = await here.tells()
        row = told["objectives"][0]["key_results"][0]
        assert row["amendments"] == [
            {
                "at": "2027-02-02T09:00:00Z",
                "reason": "Two new suppliers",
                "before": {"kind": "increase", "baseline": 60, "target": 90},
                "after": {"target": 95},
            }
        ]
        row["target"], row["reason"] = 99, "And a third"  # an export, edited
        assert (await here.takes(told, later.replace(month=3))).new["amendment"] == 1
        assert (await here.takes(told, later.replace(month=3))).nothing
        row["amendments"][0]["after"] = {"target": 80}
        assert await here.refuses(told) == [
            f"{where}.amendments[0]: another amendment stands at this instant; none is ever changed"
        ]


async def test_check_ins_come_in_any_order_and_never_change(database_url: str) -> None:
    ninth, fifth = "2027-01-09T09:00:00Z", "2027-01-05T09:00:00Z"
    said: list[Json] = [
        {"key_result": "calls", "by": "U01", "at": ninth, "value": 11, "confidence": 6},
        {"key_result": "calls", "by": "U01", "at": fifth, "value": 14, "note": "Rain."},
        {"key_result": "trust", "by": "U02", "at": fifth, "value": "Some"},
        {"key_result": "line", "by": "U02", "at": ninth, "done": ["Bench"], "confidence": 8},
    ]
    results: tuple[Json, ...] = (
        {"key": "calls", "title": "Calls", "kind": "baseline_first", "target": 8},
        {"key": "trust", "title": "Trust", "kind": "ordinal", "zones": ["None", "Some", "Much"]},
    )
    line: Json = {"key": "line", "title": "Line", "kind": "milestones"}
    steps: list[Json] = [{"title": "Bench", "weight": 3}, {"title": "Tests"}]
    now = datetime(2027, 1, 10, tzinfo=UTC)
    async with office(database_url) as here:
        await here.takes(quarter(*results, line | {"milestones": steps}))
        first = await here.takes({"check_ins": said}, now)
        assert first.new == {"check-in": 4, "amendment": 1}
        assert (await here.takes({"check_ins": said[::-1]}, now)).nothing
        told = await here.tells(now)
        calls, _, built = told["objectives"][0]["key_results"]
        assert calls["baseline"] == 14
        assert calls["amendments"][0]["at"] == fifth
        assert built["milestones"] == [{"title": "Bench", "weight": 3, "done": True}, steps[1]]
        values = {(one["key_result"], one["at"]): one["value"] for one in told["check_ins"]}
        assert values["2027-Q1/lights/trust", fifth] == "Some"
        assert values["2027-Q1/lights/line", ninth] == 75

        said[0] |= {"value": 12}
        differs = "differs from what this person said at this instant; a check-in is never changed"
        assert await here.refuses({"check_ins": said}, now) == [f"check_ins[0].value: {differs}"]
        await here.takes(quarter(results[0], teams=[TEAM | {"key": "bells"}]) | {"objectives": []})
        other = quarter(results[0])["objectives"][0] | {"team": "bells"}
        await here.takes({"objectives": [other]})
        assert await here.refuses({"check_ins": [said[1]]}) == [
            "check_ins[0].key_result: several key results are called “calls”: write "
            "2027-Q1/bells/calls or 2027-Q1/lights/calls"
        ]


async def test_blind_votes_and_what_is_personal_stay_at_home(database_url: str) -> None:
    async with office(database_url) as here:
        member: Json = {
            "user": "U01",
            "tz": "Europe/Berlin",
            "daily_time": "08:30",
            "track": "leadership",
        }
        member |= {"target": "2027-03-01", "quiet": "22:00-06:00", "country": "DE"}
        member["days_off"] = ["2027-02-01..2027-02-05"]
        member["paused_until"] = "2027-01-20"
        told = quarter(result(owner="U01", co_owners=["U02"]), members=[member])
        await here.takes(told)
        kept = (await here.tells())["members"][0]
        del member["target"]
        assert kept == member | {
            "paused_until": "2027-01-19T23:00:00Z",
            "work_days": list(WEEKDAYS[:5]),
        }
        await blind_round(here)
        (row,) = (await here.tells())["check_ins"]  # a vote without a value is not told at all
        assert row == {
            "key_result": "2027-Q1/lights/lamps",
            "by": "U01",
            "at": "2027-01-05T08:00:00Z",
            "value": 62,
        }
        assert (await here.takes({"check_ins": [row | {"confidence": 1}]})).nothing  # no oracle

        words = {"key_result": "lamps", "by": "U02", "at": "2027-01-03T08:00:00Z", "note": "Words"}
        await here.takes({"check_ins": [words]})
        await home.erase(here.session, await here.member("U02"), NOW, NOW)
        await here.session.flush()
        again = {"key_result": "lamps", "by": "U02", "at": "2027-01-04T08:00:00Z", "note": "Mine"}
        await here.takes({"check_ins": [again | {"value": 61}]})
        told = await here.tells()
        assert not {"Mine", "Words", "U02"} & set(re.findall(r"\w+", str(told["check_ins"])))
        assert (await here.takes(told)).nothing


async def blind_round(here: Office) -> None:
    """Two votes on the lamps, not yet revealed."""
    row = (await here.session.scalars(select(KeyResult))).one()
    part = (await here.session.scalars(select(TeamCycle))).one()
    made = Round(
        workspace_id=here.workspace_id,
        team_cycle_id=part.id,
        number=1,
        day=NOW.date(),
        opened_at=NOW,
        deadline=NOW,
    )
    here.session.add(made)
    await here.session.flush()
    for user, value, note in (("U01", 62.0, "Secret"), ("U02", None, "Secret too")):
        vote = CheckIn(
            workspace_id=here.workspace_id,
            key_result_id=row.id,
            member_id=(await here.member(user)).id,
            round_id=made.id,
            at=NOW,
            value=value,
            confidence=3,
            note=note,
        )
        here.session.add(vote)
    await here.session.flush()


async def test_a_lead_imports_for_the_own_team_only(database_url: str) -> None:
    async with office(database_url) as here:
        await here.takes(quarter(result()))
        lead, other = await here.member("U01"), await here.member("U02")
        wanted = reading.understood(quarter(result(title="Lamps that shine")))
        changes = await service.apply(here.session, here.workspace_id, wanted, NOW, by=lead)
        assert changes.changed == {"key result": 1}
        more = quarter(result("bells"), members=[{"user": "U01", "tz": "Asia/Tokyo"}])
        more["cycles"] = [CYCLE | {"ends": "2027-04-11"}]
        given = reading.understood(more)
        with pytest.raises(DocumentWrong) as wrong:
            await service.apply(here.session, here.workspace_id, given, NOW, by=other)
        assert list(wrong.value.lines) == [
            "members: only an admin may import people’s settings",
            "cycles[0]: only an admin may change a cycle, because it is every team’s",
            "objectives[0]: only the lead of Lights or an admin may import this",
        ]
