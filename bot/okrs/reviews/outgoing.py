"""What a reveal says: to those who voted, and to the team when the votes lie far apart."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs import loading as okrs
from bot.okrs.calls import outgoing as calls
from bot.okrs.calls.views import Voice
from bot.okrs.reviews import service, views
from bot.okrs.reviews.forgetting import service as forgetting
from bot.okrs.reviews.service import Revealed
from bot.okrs.reviews.views import Review
from bot.okrs.rounds.views import UNOWNED, left_alone
from bot.okrs.scoreboard import KeyResultLine, Scoreboard
from bot.okrs.wording import reason_words
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.people.teams.service import Team

KIND, QUESTIONS, UNPOSTED = "okr_review", "okr_review_questions", "okr_review_unposted"
LEFT = "okr_left"
WEEK = timedelta(days=7)  # by then the next round tells of it


async def opened(
    session: AsyncSession,
    workspace_id: int,
    revealed: Sequence[Revealed],
    now: datetime,
    machine_now: datetime,
) -> None:
    """Tell the voters what all have said, and open the reviews that are needed."""
    voters = {
        vote.member_id for one in revealed for vote in one.votes if vote.member_id is not None
    }
    rounds = {one.round_id for one in revealed}
    await calls.restate(session, workspace_id, voters, rounds, now, machine_now)
    boards: dict[int, Scoreboard] = {}
    for one in revealed:
        if one.review:
            place = one.team_cycle_id
            if place not in boards:  # read once, however many reviews a round opens
                boards[place] = await okrs.scoreboard(session, workspace_id, place, now)
            await _review(session, workspace_id, boards[place], one, machine_now)


async def _review(
    session: AsyncSession,
    workspace_id: int,
    board: Scoreboard,
    one: Revealed,
    machine_now: datetime,
) -> None:
    told = _told(board, one)
    if told is None:
        return
    if board.channel is None:
        await _to_lead(session, workspace_id, board, one.reveal_id, told, machine_now)
        return
    said = topic(KIND, one.reveal_id)
    message = views.review(told)
    draft = Draft(workspace_id, board.channel, said, "okr.review", Lane.SCHEDULED, message)
    await outbox.say(session, draft, machine_now)
    ask = topic(QUESTIONS, one.reveal_id)
    opening = Draft(
        workspace_id,
        board.channel,
        ask,
        "okr.review",
        Lane.SCHEDULED,
        views.questions(),
        thread_of=said,
    )
    await outbox.say(session, opening, machine_now)


def _told(board: Scoreboard, one: Revealed) -> Review | None:
    line: KeyResultLine | None = next(
        (each for each in board.key_results if each.id == one.key_result_id), None
    )
    if line is None or not one.votes:
        return None
    titles = {each.id: each.title for each in board.key_results}
    if line.guardrail and line.history.guardrail is not None:
        titles[line.history.guardrail] = line.guardrail
    figures = [vote.confidence for vote in one.votes]
    return Review(
        one.title,
        board.team,
        tuple(Voice(vote.user_id, vote.confidence, vote.note, vote.blocker) for vote in one.votes),
        sum(figures) / len(figures),
        line.standing.colour,
        reason_words(line.standing.why, titles),
    )


async def _to_lead(
    session: AsyncSession,
    workspace_id: int,
    board: Scoreboard,
    reveal_id: int,
    told: Review,
    machine_now: datetime,
) -> None:
    # Not locked where it can be helped: the lead may be waiting for the round that we hold.
    lead = await people.find(session, workspace_id, board.lead)
    lead = lead or await people.ensure(session, workspace_id, board.lead)
    draft = Draft(
        workspace_id,
        lead.dm_channel or lead.user_id,
        topic(UNPOSTED, reveal_id),
        "okr.review_unposted",
        Lane.REMINDER,
        views.unposted(board.channel, told),
        member_id=lead.id,
    )
    await outbox.say(session, draft, machine_now)


async def dropped(
    session: AsyncSession, reveal_id: int, now: datetime, machine_now: datetime
) -> None:
    """The channel would not have it: the team's lead gets it instead."""
    found = await service.find(session, reveal_id)
    if found is None:
        return
    workspace_id, one = found
    board = await okrs.scoreboard(session, workspace_id, one.team_cycle_id, now)
    told = _told(board, one)
    if told is not None:
        await _to_lead(session, workspace_id, board, reveal_id, told, machine_now)


async def forget(
    session: AsyncSession, member: Member, now: datetime, machine_now: datetime
) -> None:
    """Delete-me: what others were shown of this member's words and votes is said anew."""
    reveals, others = await forgetting.quoting(session, member)
    await forgetting.unname(session, member)
    await _leave(session, member, now, machine_now)
    if not reveals:
        return
    place, rounds = member.workspace_id, {one.round_id for one in reveals}
    await calls.restate(session, place, others, rounds, now, machine_now, forgetting=True)
    for one in reveals:
        if one.review and (found := await service.find(session, one.id)):
            board = await okrs.scoreboard(session, place, found[1].team_cycle_id, one.at)
            told = _told(board, found[1])
            message = views.review(told) if told else views.over()
            said = [topic(KIND, one.id), topic(UNPOSTED, one.id)]
            await outbox.forget_words(session, place, said)
            for each in said:
                await outbox.revise(session, place, each, message, machine_now, Lane.DIGEST)


async def _leave(
    session: AsyncSession, member: Member, now: datetime, machine_now: datetime
) -> None:
    """Votes that waited for the member alone are opened; leads hear of what nobody owns now."""
    waited, alone = await forgetting.leave(session, member, now)
    place = member.workspace_id
    for row in waited:
        revealed = await service.reveal(session, row, now)
        await opened(session, place, revealed, now, machine_now)
    for team, titles in alone:
        lead = await people.find(session, place, team.lead)
        if lead is not None and lead.id != member.id:
            await _tell_lead(session, lead, team, titles, now, machine_now)


async def _tell_lead(
    session: AsyncSession,
    lead: Member,
    team: Team,
    titles: Sequence[str],
    now: datetime,
    machine_now: datetime,
) -> None:
    """Once, when they are awake, within their budget, unless they muted it."""
    if UNOWNED in lead.muted or lead.is_deleted:
        return
    if not await outbox.within_budget(session, lead.id, lead.weekly_budget, now):
        return
    draft = Draft(
        lead.workspace_id,
        lead.dm_channel or lead.user_id,
        topic(f"{LEFT}_{team.id}", int(machine_now.timestamp() * 1_000_000)),
        UNOWNED,
        Lane.REMINDER,
        left_alone(titles, team.name),
        member_id=lead.id,
        not_before=people.awake_at(lead, now),
        expires_at=now + WEEK,
    )
    await outbox.say(session, draft, machine_now)
