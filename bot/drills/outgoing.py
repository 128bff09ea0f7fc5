"""What drills put into the outbox: values from the service, words from the views.

Called by listeners and jobs inside their transaction.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content, Drill
from bot.drills import service, views
from bot.drills.blitz import rules as blitz_rules
from bot.drills.blitz import views as blitz_views
from bot.drills.blitz.rules import Turn
from bot.drills.opening import views as reasons
from bot.drills.opening.rules import Reason
from bot.drills.reviewing import views as review_views
from bot.drills.rules import State
from bot.drills.tables import DrillSession
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.tables import Member
from bot.plans.course import Stage
from bot.scoring.wording import in_turn
from bot.slack.blocks import Message


def drill_topic(row: DrillSession) -> str:
    """The topic whose message starts the session's thread."""
    return topic("team_drill", row.team_run_id) if row.team_run_id else topic("drill", row.id)


def in_thread(
    row: DrillSession,
    member: Member,
    kind: str,
    message: Message,
    *,
    lane: Lane = Lane.ANSWER,
    expires_at: datetime | None = None,
) -> Draft:
    """A message of this kind in the session's thread; for a team drill, by direct message."""
    private = row.team_run_id is not None
    return Draft(
        row.workspace_id,
        member.dm_channel or member.user_id,
        topic(kind, row.id),
        f"drill.{kind}",
        lane,
        message,
        member_id=member.id,
        thread_of=None if private else drill_topic(row),
        expires_at=expires_at,
    )


def asked(row: DrillSession, drill: Drill) -> views.Asked:
    """What the drill message says, the same each time it is said."""
    missed, turn = row.told.get("missed"), row.told.get("blitz")
    blitz = blitz_rules.read_turn(turn) if turn else None
    why = row.told.get("why")
    reason = Reason.read(why) if why else None
    return views.Asked(
        row.id,
        drill,
        row.kind,
        missed=date.fromisoformat(missed) if missed else None,
        privacy=bool(row.told.get("privacy")),
        daily_time=str(row.told.get("daily_time") or ""),
        judge=str(row.told.get("judge") or ""),
        transcriber=str(row.told.get("transcriber") or ""),
        voice=bool(row.told.get("voice")),
        length=int(service.length(row) / timedelta(minutes=1)),
        title=blitz_views.title(blitz) if blitz else "",
        more=_more(row, drill, blitz, reason),
        why=reasons.why(reason) if reason else "",
        reviewer=row.stage == Stage.FINAL,
    )


def _more(row: DrillSession, drill: Drill, blitz: Turn | None, reason: Reason | None) -> str:
    """The line that only some days have."""
    if blitz:
        return blitz_views.more(blitz)
    if row.stage == Stage.FINAL:
        return review_views.final_line(drill.minutes)
    return reasons.mock_loop(reason) if reason else ""


async def restate(
    session: AsyncSession,
    content: Content,
    row: DrillSession,
    machine_now: datetime,
    lane: Lane = Lane.ANSWER,
) -> None:
    """Let the drill message show how the session stands; a channel's message stays as it is.

    Only where somebody looks for it: Slack takes 50 updates a minute for a whole workspace.
    """
    drill = content.drills.get(row.drill_id)
    if drill is None or row.team_run_id is not None:
        return
    told = asked(row, drill)
    if row.state == State.ANSWERING and row.box_ends_at:
        message = views.drill_running(told, row.box_ends_at)
    else:
        state = State(row.state)
        if state == State.CLOSED and row.answered_at is None:
            state = State.MISSED
        message = views.drill_over(told, state)
    await outbox.revise(session, row.workspace_id, drill_topic(row), message, machine_now, lane)


async def probe(
    session: AsyncSession, content: Content, row: DrillSession, machine_now: datetime
) -> None:
    """Ask the probe, once."""
    drill = content.drills.get(row.drill_id)
    if drill is None:
        return
    member = await session.get_one(Member, row.member_id)
    message = views.probe(probe_question(drill, row), row.id, flips=bool(drill.flips))
    await outbox.say(session, in_thread(row, member, "probe", message), machine_now)


def probe_question(drill: Drill, row: DrillSession) -> str:
    """The drill's probes in turn, as the feedback takes them."""
    return in_turn(drill.probes, str(row.id))


async def revise_warmup(
    session: AsyncSession, row: DrillSession, message: Message, machine_now: datetime
) -> None:
    await outbox.revise(session, row.workspace_id, topic("warmup", row.id), message, machine_now)


def answer_to(member: Member, channel: str, ts: str, message: Message) -> Draft:
    """A reply to something that a person wrote to us, once."""
    number = int(ts.replace(".", ""))
    return Draft(
        member.workspace_id,
        channel,
        topic(f"reply_{channel}", number),
        "drill.reply",
        Lane.ANSWER,
        message,
        member_id=member.id,
    )
