"""Key results as people edit them: words freely, terms with a reason, and never the past."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.okrs import loading, parse, terms
from bot.okrs import service as okrs
from bot.okrs.editing import rules
from bot.okrs.editing.rules import (
    AmendmentLine,
    Change,
    Conflict,
    Kept,
    KeyResultSheet,
    Typed,
)
from bot.okrs.rules import Kind, Terms
from bot.okrs.scoreboard import Owner
from bot.okrs.service import Ownership
from bot.okrs.tables import Amendment, Cycle, KeyResult, Objective, TeamCycle
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams import service as teams

HISTORY = 10  # amendments shown, the newest first
LEADING = {True: "leading", False: "lagging", None: "unsaid"}


async def sheet(session: AsyncSession, member: Member, key_result_id: int) -> KeyResultSheet:
    """Raises UserMistake when this workspace has no such key result."""
    row = await okrs.key_result(session, member.workspace_id, key_result_id)
    return await _sheet(session, member, row)


async def _sheet(session: AsyncSession, member: Member, row: KeyResult) -> KeyResultSheet:
    team = await teams.get(session, row.workspace_id, row.team_id)
    home = await session.get_one(Objective, row.objective_id)
    part, cycle = await _place(session, row)
    owners = (await loading.owners_of(session, [row.id])).get(row.id, ())
    siblings = await _siblings(session, row)
    agreed = okrs.terms_of(row)
    return KeyResultSheet(
        id=row.id,
        place=part.id,
        objective=home.title,
        team=team.name,
        cycle=cycle.key,
        terms=agreed,
        fields=rules.fields_of(agreed),
        texts=_texts(row, agreed, owners, siblings),
        siblings=len(siblings),
        guardrails=await _guardrails(session, row),
        amendments=await _amendments(session, row.id),
        left=tuple(one.name for one in owners if one.gone),
        archived=row.archived_at is not None,
        draft=home.state == "draft",
        closed=part.closed_at is not None,
        may_edit=await _may_edit(session, row, member),
        may_archive=teams.leads(team, member),
    )


async def _may_edit(session: AsyncSession, row: KeyResult, member: Member) -> bool:
    try:
        await okrs.may_amend(session, row, member)
    except UserMistake:
        return False
    return True


async def _place(session: AsyncSession, row: KeyResult) -> tuple[TeamCycle, Cycle]:
    found = (
        await session.execute(
            select(TeamCycle, Cycle)
            .join(Cycle, Cycle.id == TeamCycle.cycle_id)
            .where(TeamCycle.team_id == row.team_id, TeamCycle.cycle_id == row.cycle_id)
        )
    ).one()
    return found[0], found[1]


def _texts(
    row: KeyResult, agreed: Terms, owners: Sequence[Owner], siblings: Sequence[KeyResult]
) -> dict[str, str]:
    """Every field as it stands; owners whose account is deactivated are left out."""
    here = [one for one in owners if not one.gone]
    said = {
        "title": row.title,
        "customer_link": row.customer_link,
        "leading": LEADING[row.leading],
        "guardrail": str(row.guardrail_id or ""),
        "position": str([one.id for one in siblings].index(row.id) + 1),
        "accountable": next((one.user_id for one in here if one.accountable), ""),
        "co_owners": " ".join(sorted(one.user_id for one in here if not one.accountable)),
    }
    return said | rules.texts_of(agreed)


async def _siblings(session: AsyncSession, row: KeyResult) -> Sequence[KeyResult]:
    """The objective's key results in order, the archived ones left out unless it is this one."""
    rows = await session.scalars(
        select(KeyResult)
        .where(KeyResult.objective_id == row.objective_id)
        .where(KeyResult.archived_at.is_(None) | (KeyResult.id == row.id))
        .order_by(KeyResult.position, KeyResult.id)
    )
    return rows.all()


async def _guardrails(session: AsyncSession, row: KeyResult) -> tuple[tuple[int, str], ...]:
    """What could guard it: levels to keep first, then the team's other key results."""
    found = await session.execute(
        select(KeyResult.id, KeyResult.title, KeyResult.kind)
        .join(Objective, Objective.id == KeyResult.objective_id)
        .where(KeyResult.team_id == row.team_id, KeyResult.cycle_id == row.cycle_id)
        .where(KeyResult.archived_at.is_(None), Objective.archived_at.is_(None))
        .where(KeyResult.id != row.id)
        .order_by(KeyResult.objective_id, KeyResult.position, KeyResult.id)
    )
    lines = sorted(found.all(), key=lambda one: not Kind(one[2]).keeps)
    bound = row.guardrail_id
    options = [(one[0], one[1]) for one in lines]
    if bound is not None and bound not in dict(options):
        options.insert(0, (bound, (await session.get_one(KeyResult, bound)).title))
    return tuple(options)


async def _amendments(session: AsyncSession, key_result_id: int) -> tuple[AmendmentLine, ...]:
    rows = await session.execute(
        select(Amendment, Member.user_id, Member.erased_at)
        .outerjoin(Member, Member.id == Amendment.member_id)
        .where(Amendment.key_result_id == key_result_id)
        .order_by(Amendment.at.desc(), Amendment.id.desc())
        .limit(HISTORY)
    )
    return tuple(
        AmendmentLine(
            one.at,
            user_id if user_id and not erased else "",
            rules.changes(terms.from_document(one.before), terms.from_document(one.after)),
            one.reason,
        )
        for one, user_id, erased in rows.all()
    )


async def save(
    session: AsyncSession, member: Member, key_result_id: int, typed: Typed, now: datetime
) -> Kept | Conflict:
    """Keep what was typed. Raises UserMistake for who may not, and with the fields at fault."""
    row = await okrs.key_result(session, member.workspace_id, key_result_id)
    await okrs.may_amend(session, row, member)
    told = await _sheet(session, member, row)
    wanted, differ = rules.merged(told.texts, typed)
    if differ:
        return Conflict(told, typed, {name: told.texts[name] for name in differ})
    _, cycle = await _place(session, row)
    agreed = rules.read_terms(told.terms, wanted, cycle.starts, cycle.ends)
    changed = await _amend(session, row, told, agreed, typed.reason, member, now)
    await _words(session, row, told, wanted)
    named = await _owners(session, row, told, wanted)
    unowned = bool(told.texts["accountable"]) and not wanted["accountable"]
    return Kept(row.id, told.place, row.title, changed, named, unowned)


async def _amend(
    session: AsyncSession,
    row: KeyResult,
    told: KeyResultSheet,
    agreed: Terms,
    reason: str,
    member: Member,
    now: datetime,
) -> tuple[Change, ...]:
    """New terms and what they change. A draft binds nobody, so it is simply rewritten."""
    if agreed == told.terms:
        return ()
    if told.draft:
        okrs.write(row, terms.to_document(agreed))
        return rules.changes(told.terms, agreed)
    if told.closed:
        raise UserMistake("cycle_closed", field=told.fields[0])
    if not reason:
        raise UserMistake("needs_reason", field="reason")
    await okrs.amend(session, row, agreed, member.id, reason, now)
    return rules.changes(told.terms, agreed)


async def _words(
    session: AsyncSession, row: KeyResult, told: KeyResultSheet, wanted: Mapping[str, str]
) -> None:
    row.title = " ".join(wanted["title"].split())
    if not row.title:
        raise UserMistake("title_gone", field="title")
    row.customer_link = wanted["customer_link"].strip()
    row.leading = {"leading": True, "lagging": False}.get(wanted["leading"])
    chosen = parse.identity(wanted["guardrail"] or 0)
    if chosen and chosen not in dict(told.guardrails):
        raise UserMistake("no_such_guardrail", field="guardrail")
    row.guardrail_id = chosen or None
    if wanted["position"] != told.texts["position"]:
        await _move(session, row, parse.identity(wanted["position"]))


async def _move(session: AsyncSession, row: KeyResult, to: int) -> None:
    """To this place among its objective's, from 1."""
    others = [one for one in await _siblings(session, row) if one.id != row.id]
    others.insert(max(to - 1, 0), row)
    for place, one in enumerate(others):
        one.position = place


async def _owners(
    session: AsyncSession, row: KeyResult, told: KeyResultSheet, wanted: Mapping[str, str]
) -> str:
    """Who answers from now on; returns the user who is newly accountable, if anybody is."""
    names = ("accountable", "co_owners")
    if not told.left and all(wanted[name] == told.texts[name] for name in names):
        return ""
    within = {one.id: brings for one, brings in await teams.members(session, row.team_id)}
    before = (await loading.owners_of(session, [row.id])).get(row.id, ())
    had = {one.member_id: one.function for one in before}
    answers = wanted["accountable"]
    users = [one for one in dict.fromkeys([answers, *wanted["co_owners"].split()]) if one]
    rows = []
    for user_id in users:
        field = "accountable" if user_id == answers else "co_owners"
        known = await people.find(session, row.workspace_id, user_id)
        owner = known or await people.ensure(session, row.workspace_id, user_id)
        if owner.is_deleted:
            raise UserMistake("person_left", field=field)
        function = within.get(owner.id) or had.get(owner.id, "")
        rows.append(Ownership(owner.id, function, user_id == answers))
    await okrs.set_owners(session, row, rows)
    return answers if answers != told.texts["accountable"] else ""


async def archive(
    session: AsyncSession, member: Member, key_result_id: int, now: datetime
) -> KeyResultSheet:
    """Nobody is asked for it any more; what was said of it stays. For leads and admins."""
    row = await _led(session, member, key_result_id)
    row.archived_at = row.archived_at or now
    return await _sheet(session, member, row)


async def restore(session: AsyncSession, member: Member, key_result_id: int) -> KeyResultSheet:
    """Raises UserMistake while its objective is archived."""
    row = await _led(session, member, key_result_id)
    if (await session.get_one(Objective, row.objective_id)).archived_at is not None:
        raise UserMistake("objective_archived")
    row.archived_at = None
    return await _sheet(session, member, row)


async def _led(session: AsyncSession, member: Member, key_result_id: int) -> KeyResult:
    row = await okrs.key_result(session, member.workspace_id, key_result_id)
    if not teams.leads(await teams.get(session, row.workspace_id, row.team_id), member):
        raise UserMistake("lead_archives")
    return row
