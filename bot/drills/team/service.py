"""The drill of a channel: when it comes, and the sessions of those who answer it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Drill
from bot.db import insert_once
from bot.drills import rules
from bot.drills import service as drills
from bot.drills.answers.service import card_topic
from bot.drills.rules import Part, State
from bot.drills.tables import DrillSession
from bot.drills.team.tables import TeamDrill, TeamRun
from bot.errors import UserMistake
from bot.outbox.topics import Landed
from bot.people.rules import country_of
from bot.people.tables import Member
from bot.plans import choosing
from bot.plans import rules as plan_rules
from bot.plans.choosing import Past
from bot.plans.rules import Schedule
from bot.scoring.rules import Cell, Scorecard
from bot.scoring.tables import StoredScorecard
from bot.workspaces.tables import Workspace

BATCH = 100
FEWEST = 5  # answerers; below it a summary would show who said what
SEEN = 200


@dataclass(frozen=True)
class Due:
    """A channel's drill that was just written."""

    run: TeamRun
    channel: str
    drill: Drill
    closes: datetime


@dataclass(frozen=True)
class Summary:
    """Yesterday in a channel; `names` are the user ids of those who asked to be named."""

    run: TeamRun
    channel: str
    drill: Drill | None
    count: int
    means: dict[Cell, float]
    missed: tuple[str, ...]
    names: tuple[str, ...]


async def of_channel(session: AsyncSession, workspace_id: int, channel: str) -> TeamDrill | None:
    found: TeamDrill | None = await session.scalar(
        select(TeamDrill)
        .where(TeamDrill.workspace_id == workspace_id, TeamDrill.channel == channel)
        .with_for_update()
    )
    return found


def may_change(team: TeamDrill | None, member: Member) -> None:
    """Who created it leads it; admins may too."""
    if team is not None and team.lead != member.user_id and not member.is_admin:
        raise UserMistake("lead_only", lead=team.lead)


async def schedule(
    session: AsyncSession,
    member: Member,
    channel: str,
    at: time,
    tz: str,
    track: str,
    now: datetime,
) -> TeamDrill:
    """Give the channel a daily drill at this wall-clock time, or move it."""
    team = await of_channel(session, member.workspace_id, channel)
    may_change(team, member)
    if team is None:
        team = TeamDrill(
            workspace_id=member.workspace_id, channel=channel, lead=member.user_id, track=track
        )
        session.add(team)
    team.at, team.tz = at, tz
    team.next_due_at = plan_rules.next_due(_schedule(team), after=now)
    return team


def stop(team: TeamDrill | None, member: Member) -> None:
    if team is None or team.next_due_at is None:
        raise UserMistake("no_team_drill")
    may_change(team, member)
    team.next_due_at = None


def _schedule(team: TeamDrill) -> Schedule:
    return Schedule(team.at, team.tz, country=country_of(team.tz))


async def open_due(session: AsyncSession, content: Content, now: datetime) -> list[Due]:
    """Write the drill of every channel whose time has come."""
    teams = await session.scalars(
        select(TeamDrill)
        .join(Workspace, Workspace.id == TeamDrill.workspace_id)
        .where(TeamDrill.next_due_at <= now, Workspace.stopped_at.is_(None))
        .order_by(TeamDrill.next_due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=TeamDrill)
    )
    opened = [await _open(session, content, team, now) for team in teams.all()]
    return [one for one in opened if one]


async def _open(
    session: AsyncSession, content: Content, team: TeamDrill, now: datetime
) -> Due | None:
    due_at = team.next_due_at or now
    schedule = _schedule(team)
    team.next_due_at = plan_rules.next_due(schedule, after=max(now, due_at))
    closes = plan_rules.closes(due_at, schedule)
    if now > closes:
        return None
    seen = await session.scalars(
        select(TeamRun.drill_id)
        .where(TeamRun.team_drill_id == team.id)
        .order_by(TeamRun.id.desc())
        .limit(SEEN)
    )
    past = list(seen)
    day = plan_rules.local_date(due_at, team.tz)
    drill_id = choosing.common(
        choosing.bank(content.drills),
        [Past(one, content.drills[one].family, day) for one in past if one in content.drills],
        team.track,
        seed=f"team {team.id}",
    )
    if drill_id is None:
        return None
    values = {
        "workspace_id": team.workspace_id,
        "team_drill_id": team.id,
        "day": day,
        "drill_id": drill_id,
        "summary_at": team.next_due_at or due_at + timedelta(days=1),
    }
    run_id = await insert_once(session, TeamRun, **values)
    if run_id is None:
        return None
    return Due(
        await session.get_one(TeamRun, run_id), team.channel, content.drills[drill_id], closes
    )


async def landed(session: AsyncSession, told: Landed) -> None:
    run = await session.get(TeamRun, told.about)
    if run is not None:
        run.opened_at = told.at


async def lead_of(session: AsyncSession, run_id: int) -> tuple[TeamDrill, Member] | None:
    """Whom to tell when a channel's drill cannot be posted."""
    row = (
        await session.execute(
            select(TeamDrill, Member)
            .join(TeamRun, TeamRun.team_drill_id == TeamDrill.id)
            .join(
                Member,
                (Member.workspace_id == TeamDrill.workspace_id)
                & (Member.user_id == TeamDrill.lead),
            )
            .where(TeamRun.id == run_id)
        )
    ).first()
    return (row[0], row[1]) if row else None


async def session_of(
    session: AsyncSession, content: Content, run_id: int, member: Member, now: datetime
) -> DrillSession | None:
    """This member's own session in the channel's drill, opened with their first reply."""
    run = await session.get(TeamRun, run_id)
    if run is None or run.workspace_id != member.workspace_id:
        return None
    drill = content.drills.get(run.drill_id)
    opened = run.opened_at or now
    await insert_once(
        session,
        DrillSession,
        workspace_id=run.workspace_id,
        member_id=member.id,
        kind="team",
        team_run_id=run.id,
        drill_id=run.drill_id,
        drill_version=drill.version if drill else 1,
        family=drill.family if drill else "",
        state=State.OPEN,
        planned_at=opened,
        opened_at=opened,
        ends_at=opened + rules.SESSION,
        late=False,
        reminded=True,
        named=False,
        told={},
    )
    found: DrillSession | None = await session.scalar(
        select(DrillSession)
        .where(DrillSession.team_run_id == run.id, DrillSession.member_id == member.id)
        .with_for_update()
    )
    return found


async def name_me(session: AsyncSession, session_id: int, member: Member) -> bool:
    """Be named in the summary, or not any more; returns which."""
    row = await drills.owned(session, session_id, member)
    row.named = not row.named
    return row.named


async def summaries(session: AsyncSession, content: Content, now: datetime) -> list[Summary]:
    """Yesterdays to be told now; below five answerers there is nothing to tell."""
    runs = await session.scalars(
        select(TeamRun)
        .where(TeamRun.summary_at <= now)
        .order_by(TeamRun.summary_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    told = []
    for run in runs.all():
        run.summary_at = None
        team = await session.get_one(TeamDrill, run.team_drill_id)
        summary = await _summary(session, content, run, team.channel)
        if summary.count >= FEWEST:
            told.append(summary)
    return told


async def _summary(session: AsyncSession, content: Content, run: TeamRun, channel: str) -> Summary:
    rows = (
        await session.execute(
            select(DrillSession, Member)
            .join(Member, Member.id == DrillSession.member_id)
            .where(DrillSession.team_run_id == run.id, DrillSession.answered_at.is_not(None))
        )
    ).all()
    topics = [card_topic(row.id, Part.ANSWER) for row, _ in rows]
    stored = await session.scalars(
        select(StoredScorecard).where(
            StoredScorecard.workspace_id == run.workspace_id, StoredScorecard.topic.in_(topics)
        )
    )
    cards = [Scorecard.from_dict(one.card) for one in stored if one.card]
    return Summary(
        run,
        channel,
        content.drills.get(run.drill_id),
        len(cards),
        _means(cards),
        _missed(cards),
        tuple(member.user_id for row, member in rows if row.named),
    )


def _means(cards: list[Scorecard]) -> dict[Cell, float]:
    means = {}
    for cell in Cell:
        marks = [
            mark.score
            for card in cards
            if (mark := card.cells.get(cell)) is not None and mark.score is not None
        ]
        if marks:
            means[cell] = sum(marks) / len(marks)
    return means


def _missed(cards: list[Scorecard]) -> tuple[str, ...]:
    """The key points that most people left out, at most two."""
    counts: dict[str, int] = {}
    for card in cards:
        for point in card.key_points:
            counts[point.point] = counts.get(point.point, 0) + (not point.covered)
    often = sorted(counts, key=lambda point: (-counts[point], point))
    return tuple(point for point in often[:2] if counts[point] * 2 > len(cards))
