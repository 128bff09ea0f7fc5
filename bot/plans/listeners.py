"""`/drill` verbs that change when and what: time, track, target, pause, resume, off."""

from bot.deps import Deps, Session
from bot.people import service as people
from bot.plans import outgoing, parse, service, views
from bot.slack.declare import Action, Declaration, Knock, Outcome, RefreshHome, Say, Verb


async def _mine(session: Session, knock: Knock) -> tuple[people.Member, service.PracticePlan]:
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    return member, await service.ensure(session, member)


async def set_time(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    at = parse.time_of_day(knock.rest)
    async with deps.transaction(knock) as session:
        member, plan = await _mine(session, knock)
        plan.daily_time = at
        service.reschedule(plan, member, deps.now())
        silence = outgoing.silence(plan, member, deps.now())
        said = views.time_set(
            plan.daily_time, member.tz, plan.next_due_at, plan.set_up_at is not None, silence
        )
    return Say(said), RefreshHome()


async def set_track(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    if not knock.rest:
        return (Say(views.tracks()),)
    track = parse.track(knock.rest)
    async with deps.transaction(knock) as session:
        _, plan = await _mine(session, knock)
        plan.track = track
    return Say(views.track_set(track)), RefreshHome()


async def set_target(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    today = deps.now().date()
    day = None if knock.rest.lower() in ("none", "off", "clear") else parse.day(knock.rest, today)
    async with deps.transaction(knock) as session:
        member, plan = await _mine(session, knock)
        wanted = parse.ahead(day, service.today(member, deps.now())) if day else None
        service.name_day(plan, member, wanted, deps.now())
        told = outgoing.laid(plan, member, deps.now())
        said = views.target_set(told, plan.next_due_at, member.tz)
    return Say(said), RefreshHome()


async def pause(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/drill pause 2w`: ends by itself."""
    text = knock.value or knock.rest
    async with deps.transaction(knock) as session:
        member, plan = await _mine(session, knock)
        until = parse.pause(text, deps.now(), member.tz)
        service.pause(plan, member, until, deps.now())
        silence = outgoing.silence(plan, member, deps.now())
        said = views.paused(until, member.tz, plan.next_due_at, silence)
    return Say(said), RefreshHome()


async def resume(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member, plan = await _mine(session, knock)
        service.resume(plan, member, deps.now())
        silence = outgoing.silence(plan, member, deps.now())
        said = views.resumed(plan.next_due_at, member.tz, plan.set_up_at is not None, silence)
    return Say(said), RefreshHome()


async def days_off(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member, plan = await _mine(session, knock)
        if not knock.rest:
            return (Say(views.days_off(people.off(member))),)
        if knock.rest.lower() in ("none", "clear"):
            member.days_off = []
        else:
            today = service.today(member, deps.now())
            service.add_days_off(member, parse.span(knock.rest, today), today)
        service.reschedule(plan, member, deps.now())
        said = views.days_off(people.off(member))
    return Say(said), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/drill", "time", set_time, "move the daily drill", "08:30"),
    Verb("/drill", "track", set_track, "choose what to practise", "leadership"),
    Verb("/drill", "target", set_target, "name the interview date, or `none`", "2027-03-01"),
    Verb("/drill", "pause", pause, "no drills for a while; ends by itself", "2w"),
    Verb("/drill", "resume", resume, "end a pause now"),
    Verb("/drill", "off", days_off, "days off, or `none`", "2026-12-24..2027-01-02"),
    Action(views.PAUSE, pause, "pause the drills"),
    Action(views.RESUME, resume, "end a pause"),
)
