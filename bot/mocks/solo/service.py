"""A solo mock in the store: which kit, how far the clock is, what the member wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.content.kits import Kit
from bot.db import hold
from bot.errors import UserMistake
from bot.mocks.choosing import rules as choosing
from bot.mocks.rules import GroupState
from bot.mocks.solo import rules
from bot.mocks.solo.rules import Cue, State
from bot.mocks.tables import MockGroup, MockProfile, MockSeat
from bot.mocks.tables import MockSolo as MockSolo  # doors name its type
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.plans import service as plans
from bot.scoring import service as scoring
from bot.scoring.disputes import service as disputes
from bot.scoring.disputes.service import Mark
from bot.scoring.disputes.service import Said as Said  # doors make it
from bot.scoring.rules import Cell, CellScore, KeyPoint, Question

BATCH = 100
KIND = "mock_solo"  # of the message that starts the thread, and of the marks
MISSING = "solo_gone"


def card_topic(solo_id: int) -> str:
    """The topic under which the marks are kept."""
    return topic(KIND, solo_id)


def question(kit: Kit) -> Question:
    """The kit as the scorer takes it."""
    return Question(
        prompt=kit.prompt,
        key_points=tuple(KeyPoint(one.point, Cell(one.cell), one.weight) for one in kit.key_points),
        minutes=float(kit.minutes),
        probes=tuple(one.ask for one in kit.probes),
    )


def kit_of(content: Content, row: MockSolo) -> Kit:
    """Raises UserMistake when the kit has left the bank since."""
    kit = content.kits.get(row.kit_id)
    if kit is None:
        raise UserMistake("kit_gone")
    return kit


def plan(kit: Kit) -> tuple[Cue, ...]:
    return rules.plan(kit.minutes, kit.probes)


async def owned(session: AsyncSession, solo_id: int, member: Member) -> MockSolo:
    """One solo mock of this member's, locked; anybody else's is as good as none."""
    row = await hold(session, MockSolo, member.workspace_id, solo_id, MISSING)
    if row.member_id != member.id:
        raise UserMistake(MISSING)
    return row


async def load(session: AsyncSession, workspace_id: int, solo_id: int) -> MockSolo:
    return await hold(session, MockSolo, workspace_id, solo_id, MISSING)


# --- offering ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """The member's solo mock: a new one, or one that is there already; `instead` makes way."""

    row: MockSolo
    kit: Kit
    new: bool
    instead: MockSolo | None = None


async def offer(
    session: AsyncSession, content: Content, member: Member, track: str, now: datetime
) -> Offer:
    """A kit for the member, whom the caller holds; the one under way when there is one.

    `track`: one for which there are kits, or empty. Raises UserMistake when there are no kits.
    """
    before = await _live(session, member)
    if before is not None and _stands(content, before, track, now):
        return Offer(before, kit_of(content, before), new=False)
    kit = await _choose(session, content, member, track)
    if before is not None:
        before.state, before.next_at = State.GONE, None
    row = MockSolo(
        workspace_id=member.workspace_id,
        member_id=member.id,
        kit_id=kit.id,
        kit_version=kit.version,
        state=State.OFFERED,
        privacy=not member.privacy_told,
        offered_at=now,
    )
    member.privacy_told = True
    session.add(row)
    await session.flush()
    return Offer(row, kit, new=True, instead=before)


def _stands(content: Content, row: MockSolo, track: str, now: datetime) -> bool:
    """Is the member sent to this one? A running one always, an offer while it is near."""
    kit = content.kits.get(row.kit_id)
    if kit is None:
        return False
    if row.state == State.OPEN:
        return True
    return now < row.offered_at + rules.POINT_AT and track in ("", kit.track)


async def _live(session: AsyncSession, member: Member) -> MockSolo | None:
    found: MockSolo | None = await session.scalar(
        select(MockSolo)
        .where(MockSolo.member_id == member.id)
        .where(MockSolo.state.in_([State.OFFERED, State.OPEN]))
        .order_by(MockSolo.id.desc())
        .limit(1)
        .with_for_update()
    )
    return found


async def _choose(session: AsyncSession, content: Content, member: Member, track: str) -> Kit:
    kits = sorted(content.kits.values(), key=lambda kit: kit.id)
    if not kits:
        raise UserMistake("no_kits")
    profile = await session.scalar(select(MockProfile).where(MockProfile.member_id == member.id))
    wanted = list(profile.tracks) if profile else []
    if not wanted:
        wanted = [(await plans.ensure(session, member)).track]
    seen = await seen_kits(session, member)
    lately = [content.kits[one].track for one in seen if one in content.kits]
    # Rather another track than a kit seen before.
    fresh = [kit for kit in kits if kit.id not in seen]
    tracks = list(dict.fromkeys(kit.track for kit in fresh or kits))
    chosen = track or choosing.choose_track(tracks, [wanted], lately)
    level = profile.level if profile else None
    return choosing.choose_kit(kits, chosen, level, seen, member.user_id)


async def seen_kits(session: AsyncSession, member: Member) -> list[str]:
    """Ids of the kits that the member asked, was asked, observed or worked alone, newest first."""
    mine = select(MockSeat.group_id).where(MockSeat.member_id == member.id)
    groups = await session.execute(
        select(MockGroup.tell_at, MockSeat.kit_id)
        .join(MockGroup, MockGroup.id == MockSeat.group_id)
        .where(MockSeat.group_id.in_(mine), MockGroup.state != GroupState.UNTOLD)
    )
    alone = await session.execute(
        select(MockSolo.started_at, MockSolo.kit_id).where(
            MockSolo.member_id == member.id, MockSolo.started_at.is_not(None)
        )
    )
    rows = sorted([(row[0], row[1]) for row in (*groups.all(), *alone.all())], reverse=True)
    return list(dict.fromkeys(kit_id for _, kit_id in rows))


# --- this mark is wrong ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Disputed:
    """A cell's mark as the card shows it, and what the member said of it before."""

    mark: Mark
    score: CellScore
    said: Said | None


async def disputed(session: AsyncSession, row: MockSolo, cell: Cell) -> Disputed:
    """Raises UserMistake when the mark is gone."""
    about = card_topic(row.id)
    card = await scoring.find(session, row.workspace_id, about)
    score = card.cells.get(cell) if card else None
    if card is None or score is None or score.score is None:
        raise UserMistake("mark_gone")
    said = await disputes.find(session, row.workspace_id, row.member_id, about, cell)
    return Disputed(Mark(about, cell, card.scorer, score.score), score, said)


async def dispute(session: AsyncSession, row: MockSolo, cell: Cell, said: Said | None,
                  now: datetime) -> bool:  # fmt: skip
    """Keep what the member says of a mark, which stays as it is; None takes it back. True: new."""
    mark = (await disputed(session, row, cell)).mark
    if said is None:
        await disputes.take_back(session, row.workspace_id, row.member_id, mark.topic, cell)
        return False
    return await disputes.keep(session, row.workspace_id, row.member_id, mark, said, now)


# --- the clock --------------------------------------------------------------------------------


def start(row: MockSolo, kit: Kit, now: datetime) -> None:
    """The clock runs from now. Raises UserMistake when it cannot."""
    if row.state == State.GONE or now > row.offered_at + rules.FRESH:
        raise UserMistake("solo_old")
    if row.state != State.OFFERED:
        raise UserMistake("solo_started")
    cues = plan(kit)
    row.state, row.started_at, row.ends_at = State.OPEN, now, rules.at(now, cues[-1])
    row.step, row.next_at = 1, rules.at(now, cues[1])


def pass_on(row: MockSolo, kit: Kit, now: datetime) -> tuple[Cue, ...]:
    """What is to be said of a running one; the plan is passed that far. At the end it ends."""
    if row.started_at is None:
        return ()
    cues = plan(kit)
    said = rules.due(cues, row.step, row.started_at, now)
    row.step, row.next_at = rules.after(cues, row.step, row.started_at, now)
    return said


def end(row: MockSolo, at: datetime) -> None:
    """The answer is there, but for late words."""
    row.state, row.ended_at, row.next_at = State.ENDED, at, at + rules.LATE


def close(row: MockSolo, state: State = State.CLOSED) -> None:
    row.state, row.next_at = state, None


async def moving(session: AsyncSession, now: datetime) -> Sequence[MockSolo]:
    """Those that the clock moves on, earliest first, held against other replicas."""
    rows = await session.scalars(
        select(MockSolo)
        .where(MockSolo.next_at <= now)
        .order_by(MockSolo.next_at, MockSolo.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


# --- its message --------------------------------------------------------------------------------


async def still_wanted(session: AsyncSession, solo_id: int) -> bool:
    row = await session.get(MockSolo, solo_id)
    if row is None or row.state != State.OFFERED:
        return False
    return not (await session.get_one(Member, row.member_id)).is_deleted


async def dropped(
    session: AsyncSession, solo_id: int, _now: datetime, _machine_now: datetime
) -> None:
    """It never went out: nothing waits for it."""
    row = await session.get(MockSolo, solo_id, with_for_update=True)
    if row is not None and row.state == State.OFFERED:
        close(row, State.GONE)
