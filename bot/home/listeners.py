import asyncio
from datetime import date

from bot.deps import Deps, Session
from bot.home import outgoing, views
from bot.home.exporting import outgoing as exporting
from bot.home.exporting import rules as export_rules
from bot.home.exporting import service as export_service
from bot.home.setup import views as setup
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.plans import outgoing as plan_outgoing
from bot.plans import parse
from bot.plans import service as plans
from bot.plans.service import Setup
from bot.slack.blocks import Message
from bot.slack.declare import (
    Action,
    Declaration,
    Event,
    Knock,
    Open,
    Outcome,
    RefreshHome,
    Say,
    Verb,
    View,
)


async def opened(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Somebody looks at App Home: the direct message's id is known from now on."""
    if knock.event.get("tab") not in (None, "home"):
        return ()
    async with deps.transaction() as session:
        await people.ensure(session, knock.workspace_id, knock.user_id)
        channel = str(knock.event.get("channel") or "")
        if channel.startswith("D"):
            await people.reached_at(session, knock.workspace_id, knock.user_id, channel)
    deps.bells.ring(["people"])
    return (RefreshHome(),)


async def open_setup(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        plan = await plans.ensure(session, member)
        form = setup.setup_form(
            outgoing.settings(member, plan),
            set_up=plan.set_up_at is not None,
            guessed_country=people.country(member) if member.country is None else None,
            judge=deps.judge_name,
            transcriber=deps.transcriber_host,
        )
    return (Open(form),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        today = plans.today(member, deps.now())
        wanted = setup.read_setup(knock.state, lambda line: parse.span(line, date.min))
        held = await plans.ensure(session, member)
        if wanted.target and wanted.target != held.target:  # one that is over may stand
            parse.ahead(wanted.target, today, field="target")
        member.quiet_from, member.quiet_to = wanted.quiet_from, wanted.quiet_to
        member.weekly_budget, member.country = wanted.weekly_budget, wanted.country
        member.days_off = [[str(first), str(last)] for first, last in wanted.days_off]
        member.privacy_told, member.erased_at = True, None
        if deps.judge is not None:
            member.judge = wanted.judge
        if deps.transcriber is not None:
            member.transcribe = wanted.transcribe
        chosen = Setup(
            wanted.track,
            wanted.daily_time,
            wanted.work_days,
            wanted.tz,
            wanted.target,
            wanted.answer_mode,
            wanted.self_score_first,
        )
        plan = await plans.set_up(session, member, chosen, deps.now())
        laid = plan_outgoing.laid(plan, member, deps.now())
        said = views.saved(plan.next_due_at, member.tz, laid)
        await _tell(deps, session, member, "setup", said)
    return (RefreshHome(),)


async def _tell(
    deps: Deps, session: Session, member: people.Member, kind: str, message: Message
) -> None:
    number = int(deps.machine_now().timestamp() * 1_000_000)
    draft = Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        topic(f"{kind}_{member.id}", number),
        f"home.{kind}",
        Lane.ANSWER,
        message,
        member_id=member.id,
    )
    await outbox.say(session, draft, deps.machine_now())


async def stats(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        told = await outgoing.facts(
            session, knock.workspace_id, knock.user_id, deps.content, deps.now(), deps.judge_name
        )
    return (Say(views.stats(told)),)


async def export(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Packed in a thread of its own: a year's data takes a while, and others are served."""
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await export_service.everything(session, member)
    files = await asyncio.to_thread(export_rules.files, told, deps.now())
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        today = plans.today(member, deps.now())
        await exporting.send(session, member, files, today, deps.machine_now())
    return (Say(views.exporting(len(files))),)


async def ask_delete(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    return (Say(views.ask_delete()),)


async def delete_me(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        await outgoing.erase(session, member, deps.content, deps.now(), deps.machine_now())
    return Say(views.deleted()), RefreshHome()


async def unmute(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        await people.unmute(session, member, knock.value)
    return (RefreshHome(),)


DECLARATIONS: tuple[Declaration, ...] = (
    Event("app_home_opened", opened),
    Verb("/drill", "setup", open_setup, "track, time, days, zone and limits"),
    Verb("/drill", "stats", stats, "how it goes"),
    Verb("/drill", "export", export, "everything stored about you, as JSON and CSV"),
    Verb("/drill", "delete-me", ask_delete, "erase everything stored about you"),
    Action(views.SETUP, open_setup, "open the setup form"),
    View(setup.SAVE, save, "the setup form"),
    Action(views.EXPORT, export, "export one’s own data"),
    Action(views.DELETE, delete_me, "erase one’s own data"),
    Action(views.STATS, stats, "one’s own figures"),
    Action(views.UNMUTE, unmute, "hear a muted kind of message again"),
)
