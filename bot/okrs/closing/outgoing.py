"""What a close-out puts into the outbox: the asking, and how the cycle ended."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.okrs.closing import loading, views
from bot.okrs.closing.outcomes import views as outcomes
from bot.okrs.closing.rules import CloseOut
from bot.okrs.closing.service import Ask
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member

KIND, TO_LEAD = "okr_close", "okr_close_lead"
SPARE = 3  # pages that may have gone with somebody's words


async def ask(session: AsyncSession, told: Ask, now: datetime, machine_now: datetime) -> None:
    """Ask one person once, within their limits; `/okr close` shows it in any case."""
    member = told.member
    if views.ASK in member.muted:
        return
    if not await outbox.within_budget(session, member.id, member.weekly_budget, now):
        return
    message = views.ask(
        told.team_cycle_id,
        told.team,
        told.cycle,
        told.told.mine,
        told.told.orphans,
        told.settles,
        member.tz,
    )
    draft = Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        # asked again only where the cycle itself was given another end
        f"{topic('okr_close_ask', told.team_cycle_id)}:{member.id}:{told.ends}",
        views.ASK,
        Lane.REMINDER,
        message,
        member_id=member.id,
        not_before=told.told.at,
        expires_at=told.settles,
    )
    await outbox.say(session, draft, machine_now)


async def close_out(
    session: AsyncSession, told: CloseOut, now: datetime, machine_now: datetime
) -> None:
    """Tell the team in its channel, or its lead where there is none; later only change it."""
    if told.channel is None:
        await _to_lead(session, told, now, machine_now)
        return
    for draft in _drafts(told, told.channel, KIND, None, None):
        await _say(session, draft, machine_now)
    # what went to the lead because the channel refused is kept right too
    for draft in _drafts(told, told.lead, TO_LEAD, None, None):
        await outbox.revise(session, draft.workspace_id, draft.topic, draft.message, machine_now)


async def _say(session: AsyncSession, draft: Draft, machine_now: datetime) -> None:
    if not await outbox.say(session, draft, machine_now):
        await outbox.revise(session, draft.workspace_id, draft.topic, draft.message, machine_now)


async def _to_lead(
    session: AsyncSession, told: CloseOut, now: datetime, machine_now: datetime
) -> None:
    """Whatever their budget: it is the whole team's message, and nobody else can pass it on."""
    # Not locked where it can be helped: the lead may be waiting for the cycle that we hold.
    lead = await people.find(session, told.workspace_id, told.lead)
    lead = lead or await people.ensure(session, told.workspace_id, told.lead)
    if outcomes.RULE in lead.muted or lead.is_deleted:
        return
    awake = people.awake_at(lead, now)
    for draft in _drafts(told, lead.dm_channel or lead.user_id, TO_LEAD, lead, awake):
        await _say(session, draft, machine_now)


def _drafts(
    told: CloseOut, channel: str, kind: str, lead: Member | None, at: datetime | None
) -> Iterator[Draft]:
    """A message, and its further pages in its thread."""
    first = _page(kind, told.team_cycle_id, 0)
    for page in range(outcomes.pages(told)):
        yield Draft(
            told.workspace_id,
            channel,
            _page(kind, told.team_cycle_id, page),
            outcomes.RULE,
            Lane.REMINDER if lead else Lane.DIGEST,
            outcomes.close_out(told, page, to_lead=kind == TO_LEAD),
            member_id=lead.id if lead else None,
            thread_of=first if page else None,
            not_before=at,
        )


def _page(kind: str, team_cycle_id: int, page: int) -> str:
    return topic(f"{kind}_{page + 1}" if page else kind, team_cycle_id)


async def drafted(
    session: AsyncSession, team_cycle_id: int, now: datetime, machine_now: datetime
) -> None:
    """The next cycle is drafted: what was posted leads there. Nothing is posted anew."""
    told = await loading.told(session, team_cycle_id, now)
    if told is None:
        return
    for kind in (KIND, TO_LEAD):
        said = _page(kind, team_cycle_id, 0)
        message = outcomes.close_out(told, 0, to_lead=kind == TO_LEAD)
        await outbox.revise(session, told.workspace_id, said, message, machine_now)


async def dropped(
    session: AsyncSession, team_cycle_id: int, now: datetime, machine_now: datetime
) -> None:
    """The team's channel would not have it: its lead gets it."""
    told = await loading.told(session, team_cycle_id, now)
    if told is not None:
        await _to_lead(session, told, now, machine_now)


async def forget(
    session: AsyncSession,
    member: Member,
    quoted: Sequence[int],
    now: datetime,
    machine_now: datetime,
) -> None:
    """Delete-me, once the member's words are gone: close-outs that quoted them are said anew.

    `quoted` are teams' cycles, from `loading.quoting` before the words went.
    """
    for team_cycle_id in quoted:
        told = await loading.told(session, team_cycle_id, now)
        if told is None:
            continue
        for kind in (KIND, TO_LEAD):
            # What is shorter now may have had more pages; those say what the last one says.
            for page in range(outcomes.pages(told) + SPARE):
                said = _page(kind, team_cycle_id, page)
                message = outcomes.close_out(told, page, to_lead=kind == TO_LEAD)
                await outbox.forget_words(session, member.workspace_id, [said])
                await outbox.revise(session, member.workspace_id, said, message, machine_now)
