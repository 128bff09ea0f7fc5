from dataclasses import replace
from datetime import timedelta

from bot.deps import Deps, Session
from bot.drills import outgoing, service, views
from bot.drills.answers import service as answers
from bot.drills.following import outgoing as following
from bot.drills.rules import Next
from bot.drills.service import DrillSession
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.people import service as people
from bot.plans.rules import REST_AFTER


async def move_on(deps: Deps) -> None:
    """Reminders, ends of answer boxes and closing cards whose time has come."""
    full = True
    while full:
        async with deps.transaction() as session:
            rows = await service.moving(session, deps.now())
            for row in rows:
                await _move(deps, session, row)
            full = len(rows) == service.BATCH


async def _move(deps: Deps, session: Session, row: DrillSession) -> None:
    now, machine_now = deps.now(), deps.machine_now()
    asked = service.step(row, now)
    if asked == Next.PROBE:
        await answers.rescore(session, row, machine_now)
        if row.team_run_id is None:
            await outgoing.probe(session, deps.content, row, machine_now)
    elif asked == Next.REMIND:
        await _remind(deps, session, row)
    elif asked == Next.CLOSE:
        await following.close(session, deps.content, row, now, machine_now)
        if row.answered_at is None and await service.count_unanswered(session, row, now):
            await _rest(deps, session, row)
        if row.answered_at is not None:
            await outgoing.restate(session, deps.content, row, machine_now, Lane.REMINDER)


async def _rest(deps: Deps, session: Session, row: DrillSession) -> None:
    """Say once that no more drills come; quiet hours are waited out."""
    member = await people.get(session, row.member_id)
    draft = outgoing.in_thread(row, member, "rest", views.rest(REST_AFTER), lane=Lane.REMINDER)
    draft = replace(draft, not_before=people.awake_at(member, deps.now()))
    await outbox.say(session, draft, deps.machine_now())


async def _remind(deps: Deps, session: Session, row: DrillSession) -> None:
    member = await people.get(session, row.member_id)
    now = deps.now()
    heard = people.hears(member, "drill.reminder", now)
    left = max(round((row.ends_at - now) / timedelta(minutes=1)), 1) if row.ends_at else 10
    if not heard or not await outbox.within_budget(session, member.id, member.weekly_budget, now):
        return
    drill = deps.content.drills.get(row.drill_id)
    length = drill.minutes if drill else views.USUAL
    draft = outgoing.in_thread(
        row,
        member,
        "reminder",
        views.reminder(row.id, left, length),
        lane=Lane.REMINDER,
        expires_at=people.quiet_at(member, now, row.ends_at) if row.ends_at else None,
    )
    await outbox.say(session, draft, deps.machine_now())
