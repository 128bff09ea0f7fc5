"""Takes check-ins: rows are only added, and in an open round they stay blind until its reveal."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import insert_once
from bot.errors import UserMistake
from bot.okrs import service as okrs
from bot.okrs import terms
from bot.okrs.checkins import loading
from bot.okrs.checkins.loading import Item
from bot.okrs.checkins.rules import CallState
from bot.okrs.checkins.rules import Said as Said  # doors make it
from bot.okrs.checkins.tables import CheckIn, CheckInCall, CheckInDraft
from bot.okrs.checkins.tables import Round as Round  # doors name its type
from bot.okrs.progress import milestone_value
from bot.okrs.reviews import service as reviews
from bot.okrs.rules import Kind, Terms
from bot.okrs.tables import KeyResult
from bot.okrs.votes import loading as reading
from bot.people.tables import Member

LATELY = timedelta(minutes=30)  # another owner's value this new is told to the one who comes next
KEPT = timedelta(days=7)  # how long what could not be taken fills the form again


@dataclass(frozen=True)
class Crossed:
    """Another owner gave a value a moment before; the newest counts."""

    title: str
    user_id: str
    value: float
    terms: Terms
    at: datetime


@dataclass(frozen=True)
class Taken:
    """What became of a submission.

    `late` are titles whose votes were opened before, `unknown` those without a value although
    one was asked for (`unmeasured` by id), `gone` how many are no longer the person's.
    """

    at: datetime
    ids: tuple[int, ...]
    late: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    crossed: tuple[Crossed, ...] = ()
    gone: int = 0
    unmeasured: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Held:
    """A person's key results, and their open rounds by id: all locked.

    `were_open`: places whose round was open when the form was opened. `everything` is what they
    answer for, also what was not wanted, as it was before they spoke.
    """

    items: Mapping[int, Item]
    rounds: Mapping[int, Round]
    rows: Mapping[int, KeyResult]
    were_open: frozenset[int]
    everything: tuple[Item, ...] = ()


async def hold(
    session: AsyncSession,
    member: Member,
    wanted: Collection[int],
    opened_in: Collection[int],
    now: datetime,
) -> Held:
    """The member's key results among `wanted`; `opened_in` are rounds that the form knew.

    Rounds are locked before key results, everywhere.
    """
    found = await reading.places(session, member, wanted)
    locked = await reviews.lock(session, {round_id for _, round_id in found if round_id})
    rows = await _locked(session, member.workspace_id, {id_ for id_, _ in found})
    # Read under the locks: a reveal, the deadline or an amendment may have come in between.
    everything = (await loading.items(session, [member.id], now)).get(member.id, ())
    mine = [one for one in everything if one.key_result_id in rows]
    rounds = {one.round_id for one in mine}
    return Held(
        {one.key_result_id: one for one in mine},
        {id_: one for id_, one in locked.items() if one.closes_at is not None and id_ in rounds},
        rows,
        await reading.were_open(session, member, set(opened_in), locked),
        everything,
    )


async def take(
    session: AsyncSession, member: Member, held: Held, said: Sequence[Said], now: datetime
) -> Taken:
    """Add what was said of key results that are the member's still."""
    told = [(held.items[one.key_result_id], one) for one in said if one.key_result_id in held.items]
    if not told:
        raise UserMistake("nothing_of_yours")
    ids = [item.key_result_id for item, _ in told]
    at = await _after_own(session, member, ids, now)
    crossed = await _crossed(session, member, told, now)
    unknown: dict[int, str] = {}
    for item, one in told:
        row = held.rows[item.key_result_id]
        value, done = await _value(session, member, row, item, one, at)
        if item.gives_value and value is None:
            unknown[item.key_result_id] = item.title
        session.add(
            CheckIn(
                workspace_id=member.workspace_id,
                key_result_id=row.id,
                member_id=member.id,
                round_id=item.round_id if _blind(item, held) else None,
                at=at,
                value=value,
                confidence=one.confidence,
                note=one.note,
                blocker=one.blocker,
                done=done,
            )
        )
    await session.flush()
    await session.execute(delete(CheckInDraft).where(CheckInDraft.member_id == member.id))
    late = tuple(item.title for item, _ in told if _late(item, held))
    gone = len(said) - len(told)
    silent = tuple(unknown.values())
    return Taken(at, tuple(ids), late, silent, crossed, gone, frozenset(unknown))


def _blind(item: Item, held: Held) -> bool:
    return item.round_id in held.rounds and not item.revealed


def _late(item: Item, held: Held) -> bool:
    """Did its votes open before this one came?"""
    missed = item.round_id is None and item.team_cycle_id in held.were_open
    return item.revealed or missed


async def _after_own(
    session: AsyncSession, member: Member, ids: Sequence[int], now: datetime
) -> datetime:
    """`now`, or the instant after the person's last word: two words have two instants."""
    last = await session.scalar(
        select(func.max(CheckIn.at)).where(
            CheckIn.member_id == member.id, CheckIn.key_result_id.in_(ids)
        )
    )
    return max(now, last + timedelta(microseconds=1)) if last else now


async def _locked(
    session: AsyncSession, workspace_id: int, ids: Collection[int]
) -> Mapping[int, KeyResult]:
    rows = await session.scalars(
        select(KeyResult)
        .where(KeyResult.workspace_id == workspace_id, KeyResult.id.in_(ids))
        .order_by(KeyResult.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


async def _crossed(
    session: AsyncSession, member: Member, told: Sequence[tuple[Item, Said]], now: datetime
) -> tuple[Crossed, ...]:
    giving = {item.key_result_id: item for item, _ in told if item.gives_value}
    if not giving:
        return ()
    rows = await session.execute(
        select(CheckIn, Member.user_id)
        .join(Member, Member.id == CheckIn.member_id)
        .where(CheckIn.key_result_id.in_(giving), CheckIn.member_id != member.id)
        .where(CheckIn.value.is_not(None), CheckIn.at > now - LATELY)
        .order_by(CheckIn.at, CheckIn.id)
    )
    newest = {
        row.key_result_id: Crossed(
            giving[row.key_result_id].title,
            user_id,
            row.value,
            giving[row.key_result_id].terms,
            row.at,
        )
        for row, user_id in rows.all()
        if row.value is not None
    }
    return tuple(newest.values())


async def _value(
    session: AsyncSession, member: Member, row: KeyResult, item: Item, one: Said, at: datetime
) -> tuple[float | None, list[str] | None]:
    """The value to keep, and the titles of the milestones done; writes what they change."""
    if not item.gives_value:
        return None, None
    now = okrs.terms_of(row)
    if one.done is not None:
        known = tuple(replace(each, done=n in one.done) for n, each in enumerate(now.milestones))
        okrs.write(row, terms.to_document(replace(now, milestones=known)))
        return milestone_value(known), [each.title for each in known if each.done]
    if one.value is not None and now.kind is Kind.BASELINE_FIRST and now.baseline is None:
        wanted = replace(now, baseline=one.value)
        await okrs.amend(session, row, wanted, member.id, okrs.FIRST_MEASURED, at)
    return one.value, None


# --- what could not be taken --------------------------------------------------------------------


async def keep_typed(
    session: AsyncSession, member: Member, typed: Mapping[str, str], now: datetime
) -> None:
    """Remember what was typed, so that the form opens with it again."""
    await insert_once(
        session,
        CheckInDraft,
        workspace_id=member.workspace_id,
        member_id=member.id,
        typed={},
        at=now,
    )
    row = (
        await session.scalars(select(CheckInDraft).where(CheckInDraft.member_id == member.id))
    ).one()
    row.typed, row.at = dict(typed), now


async def typed_before(session: AsyncSession, member: Member, now: datetime) -> Mapping[str, str]:
    """What the member typed and we could not take, while it is new."""
    row = await session.scalar(
        select(CheckInDraft).where(
            CheckInDraft.member_id == member.id, CheckInDraft.at > now - KEPT
        )
    )
    return {} if row is None else {str(key): str(value) for key, value in row.typed.items()}


# --- calls --------------------------------------------------------------------------------------


async def answered(
    session: AsyncSession, member: Member, held: Held, taken: Taken, now: datetime
) -> None:
    """The member's calls of the rounds held are done where nothing is due any more.

    Who became an owner since the round was opened has none yet.
    """
    owing = {one.round_id for one in held.everything if _owed(one, taken)}
    calls = await reading.calls(session, member, held.rounds)
    missing = set(held.rounds) - {one.round_id for one in calls}
    for round_id in sorted(missing):
        await insert_once(
            session,
            CheckInCall,
            workspace_id=member.workspace_id,
            round_id=round_id,
            member_id=member.id,
            due_at=now,
            state=CallState.ASKED,
        )
    for call in await reading.calls(session, member, held.rounds) if missing else calls:
        if call.round_id not in owing:
            call.state, call.next_at = CallState.DONE, None


def _owed(item: Item, taken: Taken) -> bool:
    """Is it due still, after what was said? Of what was spoken of, only a value can be."""
    if item.key_result_id not in taken.ids:
        return item.due
    unmeasured = item.key_result_id in taken.unmeasured
    return item.round_id is not None and item.due_at is not None and unmeasured and not item.fresh
