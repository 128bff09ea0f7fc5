"""Which digests are due, and what they have to tell."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import work
from bot.db import insert_once
from bot.okrs import loading
from bot.okrs import service as okrs
from bot.okrs import terms as stored
from bot.okrs.checkins.tables import CheckIn, Reveal, Round
from bot.okrs.digests import chart, rules
from bot.okrs.digests.rules import Amended, Blocker, Review
from bot.okrs.digests.tables import Digest
from bot.okrs.digests.tables import DigestPicture as DigestPicture  # doors name its type
from bot.okrs.scoreboard import Scoreboard
from bot.okrs.service import Place as Place
from bot.okrs.tables import Amendment, KeyResult, TeamCycle
from bot.outbox import service as outbox
from bot.outbox.service import Draft
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams import service as teams
from bot.workspaces.tables import Workspace

BELL = "pictures"
WANTED = timedelta(days=2)  # a digest that could not be sent for longer tells old news
MONTH = timedelta(days=27)  # a team that stays silent is told so in every fourth week
_its_team = and_(TeamCycle.team_id == KeyResult.team_id, TeamCycle.cycle_id == KeyResult.cycle_id)


@dataclass(frozen=True)
class Told:
    """A digest to be sent, with the picture of it; None: nothing to draw.

    `stale`: it would say what the last one said, less than a month ago.
    """

    workspace_id: int
    round_id: int | None  # None: somebody asked
    board: Scoreboard
    digest: rules.Digest
    picture: chart.Picture | None

    @property
    def stale(self) -> bool:
        return self.digest.repeats and self.board.at < (self.digest.since or self.board.at) + MONTH


async def due(session: AsyncSession, now: datetime) -> Told | None:
    """The next digest whose round is closed, claimed; None when no more are due.

    After a long rest only a team's newest round is told: the older ones are its past.
    """
    # So worded that the few untold rounds are looked up, not all that were ever closed.
    closed = case((Round.closes_at.is_(None), 1), else_=0) == 1
    row: Round | None = await session.scalar(
        select(Round)
        .join(Workspace, Workspace.id == Round.workspace_id)
        .where(Round.digest_at <= now, closed, Workspace.stopped_at.is_(None))
        .order_by(Round.digest_at.desc(), Round.id.desc())
        .limit(1)
        .with_for_update(skip_locked=True, of=Round)
    )
    if row is None:
        return None
    await session.execute(
        update(Round)
        .where(Round.team_cycle_id == row.team_cycle_id, Round.number <= row.number)
        .where(Round.closes_at.is_(None), Round.digest_at.is_not(None))
        .values(digest_at=None)
    )
    told = await compose(session, row.workspace_id, row.team_cycle_id, now, row.id)
    if not told.stale:
        place = {"workspace_id": row.workspace_id, "team_cycle_id": row.team_cycle_id}
        session.add(Digest(**place, round_id=row.id, at=now))
        await session.flush()
    return told


async def again(session: AsyncSession, round_id: int) -> Told | None:
    """What was told of this round, as it was then, for somebody else to be told."""
    row = await session.scalar(select(Digest).where(Digest.round_id == round_id))
    if row is None:
        return None
    return await compose(session, row.workspace_id, row.team_cycle_id, row.at, round_id)


async def compose(
    session: AsyncSession,
    workspace_id: int,
    team_cycle_id: int,
    at: datetime,
    round_id: int | None = None,
) -> Told:
    """The team's cycle at this instant, against the last digest before it.

    Raises UserMistake when this workspace has no such cycle.
    """
    now = await loading.scoreboard(session, workspace_id, team_cycle_id, at)
    last = await _told_at(session, team_cycle_id, at)
    since = last or await _ended(session, team_cycle_id, at, round_id)
    before = (
        await loading.scoreboard(session, workspace_id, team_cycle_id, since) if since else None
    )
    ids = [one.id for one in now.key_results]
    begun = since or datetime.combine(now.starts, time.min, UTC)
    made = rules.digest(
        now,
        before,
        await _amended(session, ids, begun, at),
        await _reviews(session, ids, begun, at),
        await _blockers(session, ids, begun, at),
    )
    if last is None:  # whatever there is to say, it was never said
        made = replace(made, repeats=False)
    picture = None if made.repeats and round_id else chart.picture(now, made)
    return Told(workspace_id, round_id, now, made, picture)


async def _told_at(session: AsyncSession, team_cycle_id: int, at: datetime) -> datetime | None:
    """When the team was last told before this instant."""
    told: datetime | None = await session.scalar(
        select(func.max(Digest.at)).where(Digest.team_cycle_id == team_cycle_id, Digest.at < at)
    )
    return told


async def _ended(
    session: AsyncSession, team_cycle_id: int, at: datetime, round_id: int | None
) -> datetime | None:
    """When the last round before this one ended, where no digest was told yet."""
    ended: datetime | None = await session.scalar(
        select(func.max(Round.deadline))
        .where(Round.team_cycle_id == team_cycle_id, Round.deadline < at)
        .where(Round.closes_at.is_(None), Round.id != (round_id or 0))
    )
    return ended


async def _amended(
    session: AsyncSession, ids: Collection[int], since: datetime, at: datetime
) -> list[Amended]:
    rows = await session.execute(
        select(Amendment, Member.name)
        .outerjoin(Member, Member.id == Amendment.member_id)
        .where(Amendment.key_result_id.in_(ids), Amendment.at > since, Amendment.at <= at)
        .order_by(Amendment.at, Amendment.id)
    )
    return [
        Amended(
            one.key_result_id,
            stored.from_document(one.before),
            stored.from_document(one.after),
            name or "",
            one.reason,
        )
        for one, name in rows.all()
    ]


async def _reviews(
    session: AsyncSession, ids: Collection[int], since: datetime, at: datetime
) -> list[Review]:
    rows = await session.scalars(
        select(Reveal)
        .where(Reveal.key_result_id.in_(ids), Reveal.review)
        .where(Reveal.at > since, Reveal.at <= at)
        .order_by(Reveal.at, Reveal.id)
    )
    return [Review(one.key_result_id, tuple(one.votes)) for one in rows]


async def _blockers(
    session: AsyncSession, ids: Collection[int], since: datetime, at: datetime
) -> list[Blocker]:
    """Each person's newest of each key result; never one whose votes are still blind."""
    revealed = and_(
        Reveal.round_id == CheckIn.round_id,
        Reveal.key_result_id == CheckIn.key_result_id,
        Reveal.at <= at,
    )
    rows = await session.execute(
        select(CheckIn, KeyResult.title, Member.name)
        .join(KeyResult, KeyResult.id == CheckIn.key_result_id)
        .join(Member, Member.id == CheckIn.member_id)
        .outerjoin(Reveal, revealed)
        .where(CheckIn.key_result_id.in_(ids), CheckIn.at <= at)
        .where(or_(CheckIn.round_id.is_(None), Reveal.id.is_not(None)))
        # said before the last digest, but opened only since
        .where(or_(CheckIn.at > since, Reveal.at > since))
        .order_by(CheckIn.key_result_id, CheckIn.at, CheckIn.id)
    )
    newest = {(one.key_result_id, one.member_id): (one, title, who) for one, title, who in rows}
    return [Blocker(title, who, one.blocker) for one, title, who in newest.values() if one.blocker]


# --- to whom --------------------------------------------------------------------------------------


async def lead_of(session: AsyncSession, told: Told) -> Member | None:
    """Whom to tell where the channel cannot be; None when they have left."""
    # Not locked where it can be helped: the lead may be waiting for the round that we hold.
    lead = await people.find(session, told.workspace_id, told.board.lead)
    lead = lead or await people.ensure(session, told.workspace_id, told.board.lead)
    return None if lead.is_deleted else lead


async def choices(session: AsyncSession, member: Member, now: datetime) -> list[Place]:
    """One running cycle of every team that has goals, the member's own teams first."""
    own = {one.id for one in await teams.of_member(session, member)}
    found: dict[int, Place] = {}
    for one in await okrs.places(session, member.workspace_id):
        # The newest cycle comes first; one that lies ahead counts only where none has begun.
        known = found.get(one.team_id)
        if known is None or (known.starts > now.date() and one.starts <= known.starts):
            found[one.team_id] = one
    return sorted(found.values(), key=lambda one: (one.team_id not in own, one.team.casefold()))


async def quoting(session: AsyncSession, member: Member) -> list[int]:
    """Rounds whose digests may have quoted what the member waits for, or why they changed terms.

    Those are the two that came next: a vote may have been opened late.
    """
    said = await session.execute(
        select(TeamCycle.id, CheckIn.at)
        .join(KeyResult, KeyResult.id == CheckIn.key_result_id)
        .join(TeamCycle, _its_team)
        .where(CheckIn.member_id == member.id, CheckIn.blocker != "")
    )
    changed = await session.execute(
        select(TeamCycle.id, Amendment.at)
        .join(KeyResult, KeyResult.id == Amendment.key_result_id)
        .join(TeamCycle, _its_team)
        .where(Amendment.member_id == member.id)
    )
    quotes = [(row[0], row[1]) for row in (*said.all(), *changed.all())]
    told = await session.scalars(
        select(Digest)
        .where(Digest.team_cycle_id.in_({part for part, _ in quotes}))
        .order_by(Digest.at)
    )
    digests = told.all()
    found: set[int] = set()
    for part, at in quotes:
        later = [one.round_id for one in digests if one.team_cycle_id == part and one.at >= at]
        found.update(later[:2])
    return sorted(found)


# --- pictures -------------------------------------------------------------------------------------


async def claim(session: AsyncSession, machine_now: datetime) -> DigestPicture | None:
    """The picture that has waited longest, leased."""
    rows: Sequence[DigestPicture] = await work.claim(session, DigestPicture, machine_now)
    return rows[0] if rows else None


async def order(
    session: AsyncSession, base: Draft, wanted: chart.Picture, machine_now: datetime
) -> None:
    """Let this be drawn for the thread of what `base` says."""
    await insert_once(
        session,
        DigestPicture,
        workspace_id=base.workspace_id,
        member_id=base.member_id,
        channel=base.channel,
        thread_of=base.topic,
        expires_at=base.expires_at,
        picture=wanted.to_dict(),
        next_try_at=machine_now,
        tries=0,
    )
    outbox.ring(session, BELL)


async def drawn(session: AsyncSession, picture_id: int) -> bool:
    """Take the picture off the list; False when somebody else has done so."""
    gone = await session.scalar(
        delete(DigestPicture).where(DigestPicture.id == picture_id).returning(DigestPicture.id)
    )
    return gone is not None


async def postpone(session: AsyncSession, picture_id: int, machine_now: datetime) -> None:
    row = await session.get(DigestPicture, picture_id, with_for_update=True)
    if row is not None:
        row.postpone(machine_now)
