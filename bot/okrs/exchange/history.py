"""Amendments, check-ins and grades: rows that are only ever added."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.okrs import service as okrs
from bot.okrs import terms
from bot.okrs.checkins.tables import CheckIn, Reveal
from bot.okrs.closing.tables import Grade
from bot.okrs.exchange import given
from bot.okrs.exchange.document import AmendmentRow, CheckInRow, GradeRow, Path
from bot.okrs.exchange.goals import Result
from bot.okrs.exchange.work import Work, chunks
from bot.okrs.progress import milestone_value
from bot.okrs.rules import Kind, Terms
from bot.okrs.tables import Amendment, KeyResult

AHEAD = timedelta(days=1)  # so far a check-in may lie before us: clocks differ
Named = tuple[int, int | None, datetime]  # key result, member, instant
SAID = ("value", "confidence", "note", "blocker", "done")
BLIND = ("confidence", "note", "blocker")
GRADED = ("computed", "given", "reason", "cause", "onward")


def amendments(work: Work, results: Sequence[Result]) -> None:
    for result in results:
        before = list(work.amendments.get(result.row.id, ()))
        for number, told in enumerate(result.told.amendments):
            path = (*result.path, "amendments", number)
            wanted = _amendment(work, result.row, told, path)
            at_once = [one for one in before if one.at == told.at]
            if any(_same_amendment(one, wanted) for one in at_once):
                work.changes.count("amendment")
            elif at_once:
                work.fault(path, "another amendment stands at this instant; none is ever changed")
            else:
                work.session.add(wanted)
                work.changes.count("amendment", new=True)


def _amendment(work: Work, row: KeyResult, told: AmendmentRow, path: Path) -> Amendment:
    base = None if told.before.kind else okrs.terms_of(row)
    before = given.read(told.before, base, (*path, "before"))
    after = given.read(told.after, before.terms, (*path, "after"))
    work.faults += (*after.faults, *before.faults)
    author, kept = _author(work, told.by)
    return Amendment(
        workspace_id=work.workspace_id,
        key_result_id=row.id,
        member_id=author,
        at=told.at,
        before=terms.to_document(before.terms),
        after=terms.to_document(after.terms),
        reason=told.reason if kept else "",
    )


def _same_amendment(one: Amendment, other: Amendment) -> bool:
    names = ("member_id", "before", "after", "reason")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _author(work: Work, user: str | None) -> tuple[int | None, bool]:
    """(member id, may the words be kept): nothing of who asked to be forgotten comes back."""
    member = work.members[user] if user else None
    if member is None:
        return None, True
    return (None, False) if member.erased_at else (member.id, True)


@dataclass(frozen=True)
class _Held:
    """A check-in that is there already; `blind` while nobody else may see what it says."""

    said: Mapping[str, Any]
    blind: bool


async def check_ins(work: Work) -> None:
    rows: list[tuple[CheckInRow, KeyResult, Path]] = []
    for number, told in enumerate(work.document.check_ins):
        path: Path = ("check_ins", number)
        row = work.result(told.key_result, None, (*path, "key_result"))
        if row is not None:
            rows.append((told, row, path))
    held = await _held(work, {row.id for _, row, _ in rows})
    new: dict[Named, dict[str, Any]] = {}
    terms_of = {row.id: okrs.terms_of(row) for _, row, _ in rows}
    for told, row, path in work.watch(rows, "check-ins", len(rows)):
        said = _said(work, told, terms_of[row.id], path)
        author, kept = _author(work, told.by)
        said |= {} if kept else dict.fromkeys({"note", "blocker"} & said.keys(), "")
        name = (row.id, author, told.at)
        before = held.get(name) or (_Held(new[name], blind=False) if name in new else None)
        if before is not None:
            _compare(work, told, said, before, path)
            continue
        new[name] = _check_in(work, name, said)
        work.changes.count("check-in", new=True)
    _led(work, [(row, path) for _, row, path in rows])
    if new and not work.faults:
        await work.session.execute(insert(CheckIn), list(new.values()))
        await _first_measured(work, new)
        _mark_done(work, new)


def _led(work: Work, rows: Iterable[tuple[KeyResult, Path]]) -> None:
    by_id = {team.id: team for team in work.teams.values()}
    for row, path in rows:
        if not work.leads(by_id[row.team_id], path):
            return  # said once


def _said(work: Work, told: CheckInRow, held: Terms, path: Path) -> dict[str, Any]:
    """What the row of the document says, by column; what it does not say is not in it."""
    said = {name: getattr(told, name) for name in SAID if told.gives(name)}
    if not any(one not in (None, "") for one in said.values()):
        work.fault(path, "says nothing: give a value, a confidence or a note")
    if told.at > work.now + AHEAD:
        work.fault((*path, "at"), "lies ahead; a check-in tells what has been")
    if told.value is not None:
        said["value"], wrong = given.measure(told.value, held)
        if wrong:
            work.fault((*path, "value"), wrong)
    if told.done is not None:
        _known_titles(work, told.done, held, (*path, "done"))
        if told.value is None:
            said["value"] = milestone_value(given.marked(held, told.done).milestones)
    return said


def _known_titles(work: Work, done: Iterable[str], held: Terms, path: Path) -> None:
    titles = [one.title for one in held.milestones]
    for at, one in enumerate(done):
        if one not in titles:
            work.unknown((*path, at), "milestone", one, titles)


def _check_in(work: Work, name: Named, said: Mapping[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {"value": None, "confidence": None, "note": "", "blocker": ""}
    where = dict(zip(("key_result_id", "member_id", "at"), name, strict=True))
    return (
        {"workspace_id": work.workspace_id, "round_id": None, "done": None}
        | where
        | (empty | {one: told for one, told in said.items() if told is not None})
    )


def _compare(
    work: Work, told: CheckInRow, said: Mapping[str, Any], before: _Held, path: Path
) -> None:
    work.changes.count("check-in")
    for name, one in said.items():
        if before.blind and name in BLIND:
            continue
        if before.said[name] != one and told.gives(name):
            says = "differs from what this person said at this instant; a check-in is never changed"
            work.fault((*path, name), says)


async def _held(work: Work, ids: Iterable[int]) -> dict[Named, _Held]:
    found: dict[Named, _Held] = {}
    columns = [getattr(CheckIn, name) for name in SAID]
    opened = Reveal.id.is_not(None)
    for part in chunks(sorted(ids)):
        rows = await work.session.execute(
            select(
                *(CheckIn.key_result_id, CheckIn.member_id, CheckIn.at, CheckIn.round_id),
                opened,
                *columns,
            )
            .outerjoin(
                Reveal,
                (Reveal.round_id == CheckIn.round_id)
                & (Reveal.key_result_id == CheckIn.key_result_id),
            )
            .where(CheckIn.key_result_id.in_(part))
        )
        for key_result_id, member_id, at, round_id, shown, *said in rows:
            blind = round_id is not None and not shown
            found[key_result_id, member_id, at] = _Held(dict(zip(SAID, said, strict=True)), blind)
    return found


async def _first_measured(work: Work, new: Mapping[Named, Mapping[str, Any]]) -> None:
    """The first value of what had to find its baseline becomes the baseline."""
    waiting = {
        one.id: one
        for one in work.results.values()
        if one.kind == Kind.BASELINE_FIRST and one.baseline is None
    }
    values: dict[int, list[tuple[datetime, float]]] = defaultdict(list)
    for (key_result_id, _, at), said in new.items():
        if key_result_id in waiting and said["value"] is not None:
            values[key_result_id].append((at, said["value"]))
    for key_result_id, told in values.items():
        row, (at, value) = waiting[key_result_id], min(told)
        wanted = given.measured(okrs.terms_of(row), value)
        await okrs.amend(work.session, row, wanted, None, okrs.FIRST_MEASURED, at)
        work.changes.count("amendment", new=True)


def _mark_done(work: Work, new: Mapping[Named, Mapping[str, Any]]) -> None:
    """What the newest check-in says is done, is done; unless the document says it itself."""
    own = {
        (one.cycle, one.team, result.key)
        for one in work.document.objectives
        for result in one.key_results
        if result.gives("milestones")
    }
    newest: dict[int, tuple[datetime, list[str]]] = {}
    for (key_result_id, _, at), said in new.items():
        if said["done"] is not None and (
            key_result_id not in newest or newest[key_result_id][0] < at
        ):
            newest[key_result_id] = (at, said["done"])
    for row in work.results.values():
        if row.id in newest and tuple(work.full(row).split("/")) not in own:
            wanted = given.marked(okrs.terms_of(row), newest[row.id][1])
            okrs.write(row, terms.to_document(wanted))


async def grades(work: Work) -> None:
    rows: list[tuple[GradeRow, KeyResult, Path]] = []
    for number, told in enumerate(work.document.grades):
        path: Path = ("grades", number)
        row = work.result(told.key_result, None, (*path, "key_result"))
        if row is not None:
            rows.append((told, row, path))
    held, last = await _graded(work, {row.id for _, row, _ in rows})
    for told, row, path in sorted(rows, key=lambda one: one[0].at):
        author, kept = _author(work, told.by)
        said = {name: getattr(told, name) for name in GRADED}
        said |= {} if kept else {"reason": "", "cause": ""}
        before = held.get((row.id, author, told.at))
        if before is not None:
            work.changes.count("grade")
            for name in GRADED:
                if told.gives(name) and getattr(before, name) != said[name]:
                    work.fault((*path, name), "differs from the grade that stands there")
            continue
        last[row.id] += 1
        grade = Grade(
            workspace_id=work.workspace_id,
            key_result_id=row.id,
            number=last[row.id],
            member_id=author,
            at=told.at,
            **said,
        )
        work.session.add(grade)
        held[row.id, author, told.at] = grade
        work.changes.count("grade", new=True)
    _led(work, [(row, path) for _, row, path in rows])
    await work.session.flush()


async def _graded(work: Work, ids: Iterable[int]) -> tuple[dict[Named, Grade], Counter[int]]:
    """(grades by name, the last number of each key result)."""
    found: dict[Named, Grade] = {}
    last: Counter[int] = Counter()
    for part in chunks(sorted(ids)):
        for one in await work.session.scalars(select(Grade).where(Grade.key_result_id.in_(part))):
            found[one.key_result_id, one.member_id, one.at] = one
            last[one.key_result_id] = max(last[one.key_result_id], one.number)
    return found, last
