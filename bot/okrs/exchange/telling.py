"""Export of goals and their history: from rows to plain values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.okrs import terms
from bot.okrs.checkins.tables import CheckIn, Reveal
from bot.okrs.closing.tables import Grade
from bot.okrs.exchange import given
from bot.okrs.exchange.printing import given as row_of
from bot.okrs.exchange.source import Names, Source
from bot.okrs.loading import current
from bot.okrs.progress import progress
from bot.okrs.tables import Amendment, Cycle, KeyResult, KeyResultOwner, Objective
from bot.people.teams.tables import Team

Json = dict[str, Any]


async def objectives(source: Source, names: Names) -> list[Json]:
    query = (
        select(Objective)
        .join(Cycle, Cycle.id == Objective.cycle_id)
        .join(Team, Team.id == Objective.team_id)
        .where(Objective.workspace_id == source.workspace_id)
        .order_by(Cycle.starts, Cycle.key, Team.key, Objective.id)
    )
    results = await _key_results(source, names)
    return [
        row_of(
            key=one.key,
            team=names.teams[one.team_id],
            cycle=names.cycles[one.cycle_id],
            title=one.title,
            parent=names.objectives.get(one.parent_id or 0),
            state=None if one.state == "active" else one.state,
            created_at=one.created_at,
            archived_at=one.archived_at,
            key_results=results.get(one.id, []),
        )
        for (one,) in await source.rows(query, Objective.team_id)
    ]


async def _key_results(source: Source, names: Names) -> Mapping[int, list[Json]]:
    owners: dict[int, list[KeyResultOwner]] = defaultdict(list)
    for one in await _theirs(source, KeyResultOwner):
        owners[one.key_result_id].append(one)
    amended: dict[int, list[Amendment]] = defaultdict(list)
    for told in await _theirs(source, Amendment, Amendment.at):
        amended[told.key_result_id].append(told)
    found: dict[int, list[Json]] = defaultdict(list)
    for row in await source.results():
        found[row.objective_id].append(_key_result(row, owners[row.id], amended[row.id], names))
    return found


async def _theirs(source: Source, table: Any, *order: Any) -> Sequence[Any]:
    """Rows that belong to the key results wanted, as they were added."""
    query = (
        select(table)
        .join(KeyResult, KeyResult.id == table.key_result_id)
        .where(table.workspace_id == source.workspace_id)
        .order_by(*order, table.id)
    )
    return [row[0] for row in await source.rows(query, KeyResult.team_id)]


def _key_result(
    row: KeyResult, owners: Iterable[KeyResultOwner], amended: Iterable[Amendment], names: Names
) -> Json:
    held = given.written(terms.from_document(current(row)))
    guardrail = names.results.get(row.guardrail_id or 0, "")
    here, _, key = guardrail.rpartition("/")
    at_home = here == names.results[row.id].rpartition("/")[0]
    parts = {
        kind: [_part(one, row.team_id, names) for one in owners if one.accountable == kind]
        for kind in (True, False)
    }
    return row_of(
        key=row.key,
        title=row.title,
        **held,
        owner=next(iter(parts[True]), None),
        co_owners=parts[False],
        guardrail=key if at_home else guardrail,
        customer_link=row.customer_link,
        created_at=row.created_at,
        archived_at=row.archived_at,
        amendments=[_amendment(one, names) for one in amended],
    ) | ({} if row.leading is None else {"leading": row.leading})


def _part(one: KeyResultOwner, team_id: int, names: Names) -> Any:
    """Somebody alone when the function is the one in the team."""
    user = names.users[one.member_id]
    usual = names.functions.get((team_id, one.member_id), "")
    return user if one.function == usual else {"user": user, "function": one.function}


def _amendment(row: Amendment, names: Names) -> Json:
    before, after = terms.from_document(row.before), terms.from_document(row.after)
    return row_of(
        at=row.at,
        by=names.users.get(row.member_id or 0),
        reason=row.reason,
        before=row_of(**given.written(before)),
        after=given.difference(after, before),
    )


async def check_ins(source: Source, names: Names) -> list[Json]:
    kinds = {one.id: terms.from_document(current(one)) for one in await source.results()}
    query = (
        select(CheckIn, Reveal.id)
        .join(KeyResult, KeyResult.id == CheckIn.key_result_id)
        .outerjoin(
            Reveal,
            (Reveal.round_id == CheckIn.round_id) & (Reveal.key_result_id == CheckIn.key_result_id),
        )
        .where(CheckIn.workspace_id == source.workspace_id)
    )
    found = [
        (one, one.round_id is None or reveal is not None)
        for one, reveal in await source.rows(query, KeyResult.team_id)
    ]
    rows = [
        row_of(
            key_result=names.results[one.key_result_id],
            by=names.users.get(one.member_id or 0),
            at=one.at,
            value=given.named(one.value, kinds[one.key_result_id]),
            confidence=one.confidence if shown else None,
            note=one.note if shown else "",
            blocker=one.blocker if shown else "",
        )
        | ({} if one.done is None else {"done": list(one.done)})
        for one, shown in found
        if shown or one.value is not None
    ]
    said = [row for row in rows if row.keys() - {"key_result", "by", "at"}]  # not emptied since
    return sorted(said, key=lambda row: (row["key_result"], row["at"], row.get("by", "")))


async def grades(source: Source, names: Names) -> list[Json]:
    rows = [
        row_of(
            key_result=names.results[one.key_result_id],
            by=names.users.get(one.member_id or 0),
            at=one.at,
            computed=one.computed,
            given=one.given,
            reason=one.reason,
            cause=one.cause,
            onward=one.onward,
        )
        for one in await _theirs(source, Grade, Grade.number)
    ]
    return sorted(rows, key=lambda row: row["key_result"])


async def standings(source: Source, names: Names) -> dict[str, tuple[Any, float | None]]:
    """(newest value as it is written, progress) of key results that have a value."""
    query = (
        select(CheckIn.key_result_id, CheckIn.value)
        .join(KeyResult, KeyResult.id == CheckIn.key_result_id)
        .where(CheckIn.workspace_id == source.workspace_id, CheckIn.value.is_not(None))
        .order_by(CheckIn.at, CheckIn.id)
    )
    newest = dict(await source.rows(query, KeyResult.team_id))
    held = {one.id: terms.from_document(current(one)) for one in await source.results()}
    return {
        names.results[one]: (given.named(value, held[one]), progress(held[one], value))
        for one, value in newest.items()
    }
