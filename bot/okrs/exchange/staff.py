"""Members' schedules and teams, from the document into the store."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from bot.db import insert_all
from bot.okrs.exchange import mocks
from bot.okrs.exchange.document import MemberRow, Path, TeamRow
from bot.okrs.exchange.work import Work, chunks, write
from bot.people.rules import wall_clock, zone
from bot.people.tables import Member
from bot.people.teams.tables import Team, TeamMember
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.plans.tables import PracticePlan

PRACTICE = ("daily_time", "work_days", "track", "target")


def named(work: Work) -> Iterator[str]:
    """Every Slack user whom the document names."""
    told = work.document
    yield from (row.user for row in told.members)
    for team in told.teams:
        yield from (team.lead,) if team.lead else ()
        yield from (one.user for one in team.members)
    for objective in told.objectives:
        for result in objective.key_results:
            owners = [result.owner, *(result.co_owners or ())]
            yield from (one.user for one in owners if one)
            yield from (one.by for one in result.amendments if one.by)
    yield from (one.by for one in told.check_ins if one.by)
    yield from (one.by for one in told.grades if one.by)


async def members(work: Work) -> None:
    rows = work.document.members
    if rows and work.by is not None and not work.by.is_admin:
        work.fault(("members",), "only an admin may import people’s settings")
        return
    held = await _plans(work)
    profiles = await mocks.profiles(work)
    seen: set[str] = set()
    for at, row in enumerate(rows):
        if row.user in seen:
            work.fault(("members", at, "user"), f"{row.user} stands twice")
        seen.add(row.user)
        member = work.members[row.user]
        if member.erased_at is not None:
            work.changes.notes.append(f"{row.user} asked to be forgotten and is left out.")
            continue
        changed = _settle(member, held.get(member.id), row, work.now)
        changed = mocks.settle(profiles.get(member.id), row, work.now) or changed
        work.changes.count("member", new=row.user in work.newcomers, changed=changed)
    for _ in work.newcomers - seen:
        work.changes.count("member", new=True)
    if work.newcomers:
        work.changes.notes.append(_new_here(sorted(work.newcomers)))
    await mocks.plan(work)


def _new_here(users: list[str]) -> str:
    listed = ", ".join(users[:10]) + (", …" if len(users) > 10 else "")
    if len(users) == 1:
        return f"{listed} is new here; Slack will tell the name."
    return f"{len(users)} people are new here ({listed}); Slack will tell their names."


async def _plans(work: Work) -> dict[int, PracticePlan]:
    """The practice plans of the document's members; those who get one have one from now on."""
    rows = [row for row in work.document.members if work.members[row.user].erased_at is None]
    wanted = {work.members[row.user].id for row in rows if _practises(row)}
    have = await _held(work, sorted(work.members[row.user].id for row in rows))
    new = [
        {"workspace_id": work.workspace_id, "member_id": one}
        for one in sorted(wanted - have.keys())
    ]
    await insert_all(work.session, PracticePlan, new, "member_id")
    return have | await _held(work, [one["member_id"] for one in new])


async def _held(work: Work, member_ids: list[int]) -> dict[int, PracticePlan]:
    found: dict[int, PracticePlan] = {}
    for part in chunks(member_ids):
        rows = await work.session.scalars(
            select(PracticePlan).where(PracticePlan.member_id.in_(part)).with_for_update()
        )
        found |= {one.member_id: one for one in rows}
    return found


def _practises(row: MemberRow) -> bool:
    return any(getattr(row, name) is not None for name in PRACTICE)


def _settle(member: Member, plan: PracticePlan | None, row: MemberRow, now: datetime) -> bool:
    """Put the row's settings into the store; True when anything changed."""
    changed = _limits(member, row)
    if plan is not None and _practises(row):
        changed = _practice(member, plan, row, now) or changed
    changed = _pause(member, plan, row, now) or changed
    if changed and plan is not None:
        plans.reschedule(plan, member, now)
    return changed


def _limits(member: Member, row: MemberRow) -> bool:
    wanted: dict[str, Any] = {}
    if row.tz is not None and row.tz != member.tz:
        wanted |= {"tz": row.tz, "tz_chosen": True}
    if row.quiet is not None:
        wanted |= {"quiet_from": row.quiet[0], "quiet_to": row.quiet[1]}
    if row.gives("country"):
        wanted["country"] = row.country
    if row.days_off is not None:
        wanted["days_off"] = [[str(first), str(last)] for first, last in sorted(row.days_off)]
    return write(member, wanted)


def _practice(member: Member, plan: PracticePlan, row: MemberRow, now: datetime) -> bool:
    wanted: dict[str, Any] = {
        name: told for name in PRACTICE if (told := getattr(row, name)) is not None
    }
    if row.gives("target"):
        wanted["target"] = row.target
    if "work_days" in wanted:
        wanted["work_days"] = list(wanted["work_days"])
    if plan.set_up_at is not None:
        target = wanted.pop("target", plan.target)
        moved = target != plan.target
        plans.name_day(plan, member, target, now, called=False)
        return write(plan, wanted) or moved
    write(plan, wanted)
    daily: time = plan.daily_time
    chosen = (plan.track, daily, tuple(plan.work_days), member.tz, plan.target)
    plans.put(plan, member, Setup(*chosen, plan.answer_mode, plan.self_score_first), now)
    return True


def _pause(member: Member, plan: PracticePlan | None, row: MemberRow, now: datetime) -> bool:
    if not row.gives("paused_until"):
        return False
    until = row.paused_until
    if until is not None and not isinstance(until, datetime):
        until = wall_clock(until, time.min, zone(member.tz))
    running = member.paused_until if member.paused_until and member.paused_until > now else None
    if (until is not None and until <= now) or until == running:
        return False  # over by now, or as it is
    if plan is None:
        member.paused_until = until
    elif until is None:
        plans.resume(plan, member, now)
    else:
        plans.pause(plan, member, until, now)
    return True


async def teams(work: Work) -> None:
    rows = work.document.teams
    changed: dict[str, bool] = {}
    for at, row in enumerate(rows):
        if row.key in changed:
            work.fault(("teams", at, "key"), f"“{row.key}” stands twice")
            continue
        changed[row.key] = _team(work, row, ("teams", at))
    await work.session.flush()
    for at, row in enumerate(rows):
        team = work.teams.get(row.key)
        if team is None:
            continue
        moved = _functions(work, team, row, ("teams", at))
        changed[row.key] = changed[row.key] or moved
        work.changes.count("team", new=row.key in work.new_teams, changed=changed[row.key])
    await work.session.flush()


def _team(work: Work, row: TeamRow, path: Path) -> bool:
    """Write the team's own fields; True when it is new or changed."""
    team = work.teams.get(row.key)
    wanted = {name: getattr(row, name) for name in ("name", "lead") if getattr(row, name)}
    wanted |= {"channel": row.channel} if row.gives("channel") else {}
    if team is not None:
        differs = any(getattr(team, name) != told for name, told in wanted.items())
        if differs and work.leads(team, path):
            write(team, wanted)
        return differs
    missing = [name for name in ("name", "lead") if name not in wanted]
    for name in missing:
        work.fault((*path, name), "is missing, and the team is new")
    if missing:
        return False
    team = Team(workspace_id=work.workspace_id, key=row.key, **wanted)
    if not work.leads(team, path):
        return False
    work.session.add(team)
    work.teams[row.key] = team
    work.new_teams.add(row.key)
    return True


def _functions(work: Work, team: Team, row: TeamRow, path: Path) -> bool:
    """Who is in the team with which function; nobody is taken out of it."""
    changed = False
    for at, one in enumerate(row.members):
        member = work.members[one.user]
        held = work.functions.get((team.id, member.id))
        if held is not None and one.function in (None, held.function):
            continue
        if not work.leads(team, (*path, "members", at)):
            return changed
        changed = True
        if held is not None:
            held.function = one.function or ""
            continue
        held = TeamMember(
            workspace_id=work.workspace_id,
            team_id=team.id,
            member_id=member.id,
            function=one.function or "",
        )
        work.session.add(held)
        work.functions[team.id, member.id] = held
    return changed
