"""A peer reviewer in words: the request on its way, kept as the answer stands, and the marks."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.drills import outgoing
from bot.drills.reviewing import rules, service, views
from bot.drills.reviewing.rules import SHOWN, Asked
from bot.drills.reviewing.service import Work
from bot.drills.rules import State
from bot.drills.tables import DrillSession
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.slack.blocks import Message

REVIEW = "review"  # the topic's kind


async def follow(
    session: AsyncSession,
    content: Content,
    row: DrillSession,
    now: datetime,
    machine_now: datetime,
) -> None:
    """The answer changed, or became final: let everybody who was asked have it as it stands."""
    for work in await service.following(session, row):
        if not work.answer:
            await _withdrawn(session, work, machine_now)
        elif rules.final(State(row.state)):
            await _send(session, content, work, now, machine_now)


async def _withdrawn(session: AsyncSession, work: Work, machine_now: datetime) -> None:
    """The answer is gone; a request that nobody has seen waits for another one."""
    if work.request.state in SHOWN:
        await take_back(session, work, machine_now)


async def take_back(session: AsyncSession, work: Work, machine_now: datetime) -> None:
    """The reviewer has the answer no more, and nobody has their marks."""
    told, place = topic(REVIEW, work.request.id), work.request.workspace_id
    if work.request.state == Asked.GIVEN:
        gone = topic("reviewed", work.request.id)
        await outbox.revise(session, place, gone, views.taken_away(), machine_now)
        await outbox.forget_words(session, place, [gone])
    if work.request.state in SHOWN:
        await outbox.withdraw(session, place, told, machine_now)
        await outbox.forget_words(session, place, [told])
    work.request.state = Asked.WITHDRAWN


async def _send(
    session: AsyncSession, content: Content, work: Work, now: datetime, machine_now: datetime
) -> None:
    request, reviewer = work.request, work.reviewer
    message = _asked(content, work)
    if message is None or request.state not in (Asked.ASKED, *SHOWN):
        return
    if request.state == Asked.GIVEN:
        await tell(session, work, now, machine_now)
    if request.state in SHOWN:
        if service.noted(work):  # Slack takes 50 updates a minute for a whole workspace
            told = topic(REVIEW, request.id)
            await outbox.revise(session, request.workspace_id, told, message, machine_now)
        return
    when = people.awake_at(reviewer, now)
    if await service.away(session, reviewer, when):  # since they were asked, or by then
        await _unreached(session, work, now, machine_now)
        return
    request.state = Asked.SENT
    service.noted(work)
    draft = Draft(
        request.workspace_id,
        reviewer.dm_channel or reviewer.user_id,
        topic(REVIEW, request.id),
        service.RULE,
        Lane.SCHEDULED,
        message,
        member_id=reviewer.id,
        not_before=when,
    )
    await outbox.say(session, draft, machine_now)


def _asked(content: Content, work: Work) -> Message | None:
    """The request with the answer as it stands; None when its drill has left the bank."""
    drill = content.drills.get(work.row.drill_id)
    if drill is None:
        return None
    return views.asked(
        views.Work(
            work.request.id,
            work.member.user_id,
            work.request.note,
            drill.prompt,
            work.answer,
            privacy=not work.reviewer.privacy_told,
            given=work.request.state == Asked.GIVEN,
        )
    )


async def tell(session: AsyncSession, work: Work, now: datetime, machine_now: datetime) -> None:
    """The reviewer's marks beside Drumbeat's, in the drill's thread; not in quiet hours."""
    found = await service.given(session, work)
    if found is None:
        return
    bot = await service.marks_of_bot(session, work)
    message = views.reviewed(views.Review(work.reviewer.user_id, found.marks, bot, found.note))
    await _to_member(session, work, "reviewed", message, now, machine_now)


async def _to_member(
    session: AsyncSession,
    work: Work,
    kind: str,
    message: Message,
    now: datetime,
    machine_now: datetime,
) -> None:
    """In the thread of the drill, once a request and kind; said again, it changes."""
    draft = replace(
        outgoing.in_thread(work.row, work.member, kind, message),
        topic=topic(kind, work.request.id),
        not_before=people.awake_at(work.member, now),
    )
    if not await outbox.say(session, draft, machine_now):
        await outbox.revise(session, work.request.workspace_id, draft.topic, message, machine_now)


async def restate(
    session: AsyncSession, content: Content, work: Work, now: datetime, machine_now: datetime
) -> None:
    """The request's message after marks were given: they can be changed there."""
    await _send(session, content, work, now, machine_now)


async def decline(session: AsyncSession, work: Work, now: datetime, machine_now: datetime) -> None:
    """*Not now*: the answer leaves the reviewer's message, and the member is told."""
    work.request.state = Asked.DECLINED
    told, place = topic(REVIEW, work.request.id), work.request.workspace_id
    said = views.declined_by_you(work.member.user_id)
    await outbox.revise(session, place, told, said, machine_now)
    await outbox.forget_words(session, place, [told])
    message = views.declined(work.reviewer.user_id, work.row.id)
    await _to_member(session, work, "review_declined", message, now, machine_now)


async def dropped(
    session: AsyncSession, request_id: int, now: datetime, machine_now: datetime
) -> None:
    """The request could not be sent: who asked is told, unless they took it back."""
    work = await service.find(session, request_id)
    if work is None or work.request.state != Asked.SENT or work.member.is_deleted:
        return
    await _unreached(session, work, now, machine_now)


async def _unreached(
    session: AsyncSession, work: Work, now: datetime, machine_now: datetime
) -> None:
    work.request.state = Asked.WITHDRAWN
    message = views.unreached(work.reviewer.user_id, work.row.id)
    await _to_member(session, work, "review_unreached", message, now, machine_now)


async def forget(session: AsyncSession, member: Member, machine_now: datetime) -> None:
    """Delete-me: reviewers have this member's answers no more, and nobody has their marks."""
    for work in await service.concerning(session, member):
        await take_back(session, work, machine_now)
