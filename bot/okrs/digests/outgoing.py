"""A team's digest: its message, the pages in its thread, the picture under them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.digests import service, views
from bot.okrs.digests.chart import Picture
from bot.okrs.digests.service import WANTED, DigestPicture, Told
from bot.okrs.digests.views import RULE
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.slack.blocks import Message

SPARE = 3  # pages that may have gone with somebody's words
KIND, TO_LEAD, ASKED = "okr_digest", "okr_digest_lead", "okr_digest_asked"


async def tell(session: AsyncSession, told: Told, now: datetime, machine_now: datetime) -> None:
    """In the team's channel; where it has none, to its lead. Nothing where it repeats itself."""
    if told.stale:
        return
    if not told.board.channel:
        await _to_lead(session, told, None, now, machine_now)
        return
    base = Draft(
        told.workspace_id,
        told.board.channel,
        topic(KIND, told.round_id or 0),
        RULE,
        Lane.DIGEST,
        views.digest(told.digest),
        expires_at=now + WANTED,
    )
    await _say(session, told, base, machine_now)


async def dropped(
    session: AsyncSession, round_id: int, now: datetime, machine_now: datetime
) -> None:
    """The channel did not take the digest: the team's lead gets it."""
    told = await service.again(session, round_id)
    if told is not None:
        await _to_lead(session, told, told.board.channel, now, machine_now)


async def _to_lead(
    session: AsyncSession, told: Told, channel: str | None, now: datetime, machine_now: datetime
) -> None:
    """When they are awake, within their budget, unless they muted it."""
    lead = await service.lead_of(session, told)
    if lead is None or RULE in lead.muted:
        return
    if not await outbox.within_budget(session, lead.id, lead.weekly_budget, now):
        return
    base = Draft(
        told.workspace_id,
        lead.dm_channel or lead.user_id,
        topic(TO_LEAD, told.round_id or 0),
        RULE,
        Lane.DIGEST,
        views.to_lead(told.digest, channel),
        member_id=lead.id,
        not_before=people.awake_at(lead, now),
        expires_at=now + WANTED,
    )
    await _say(session, told, base, machine_now)


async def _say(session: AsyncSession, told: Told, base: Draft, machine_now: datetime) -> None:
    """The message, its pages in the thread, and a picture that a job draws later."""
    pages = [
        _under(base, _page(base.topic, place), f"{RULE}_page", views.page(told.digest, place))
        for place in range(views.pages(told.digest))
    ]
    await outbox.say_all(session, [base, *pages], machine_now)
    if told.picture is not None:
        await service.order(session, base, told.picture, machine_now)


def _page(base: str, place: int) -> str:
    """A page's topic, of a kind of its own: a lead is told once of what was refused."""
    return f"{base.replace(':', '_page:', 1)}:{place}"


def _under(base: Draft, name: str, rule: str, message: Message) -> Draft:
    """In the thread of `base`, to the same readers."""
    return Draft(
        base.workspace_id,
        base.channel,
        name,
        rule,
        base.lane,
        message,
        member_id=base.member_id,
        thread_of=base.topic,
        not_before=base.not_before,
        expires_at=base.expires_at,
    )


async def forget(
    session: AsyncSession, member: Member, quoted: Sequence[int], machine_now: datetime
) -> None:
    """Delete-me, once the member's words are gone: digests that quoted them are said anew.

    `quoted` are the rounds of those digests, from `service.quoting` before the words went.
    """
    workspace_id = member.workspace_id
    for round_id in quoted:
        told = await service.again(session, round_id)
        if told is None:
            continue
        first = {KIND: views.digest(told.digest)}
        first[TO_LEAD] = views.to_lead(told.digest, told.board.channel)
        for kind, message in first.items():
            base = topic(kind, round_id)
            pages = [_page(base, place) for place in range(views.pages(told.digest) + SPARE)]
            await outbox.forget_words(session, workspace_id, [base, *pages])
            await outbox.revise(session, workspace_id, base, message, machine_now)
            for place, name in enumerate(pages):
                page = views.page(told.digest, place)
                await outbox.revise(session, workspace_id, name, page, machine_now)


async def picture(
    session: AsyncSession, row: DigestPicture, drawn: Picture, png: bytes, machine_now: datetime
) -> None:
    """Into the thread of the digest it belongs to."""
    draft = Draft(
        row.workspace_id,
        row.channel,
        row.thread_of.replace(":", "_chart:", 1),
        f"{RULE}_chart",
        Lane.DIGEST,
        Message(drawn.title),
        member_id=row.member_id,
        thread_of=row.thread_of,
        expires_at=row.expires_at,
        file_name="okrs.png",
        file_alt=drawn.alt,
        file_bytes=png,
    )
    await outbox.say(session, draft, machine_now)


async def ask_picture(
    session: AsyncSession, told: Told, member: Member, now: datetime, machine_now: datetime
) -> bool:
    """Somebody wants to see the chart: by direct message, under a line that says of when it is.

    False when there is nothing to draw yet.
    """
    if told.picture is None:
        return False
    base = Draft(
        told.workspace_id,
        member.dm_channel or member.user_id,
        f"{ASKED}:{told.board.team_cycle_id}:{member.id}:{int(now.timestamp())}",
        RULE,
        Lane.ANSWER,
        Message(views.headline_told(told.digest)),
        member_id=member.id,
        expires_at=now + WANTED,
    )
    await outbox.say(session, base, machine_now)
    await service.order(session, base, told.picture, machine_now)
    return True
