"""After the interview day: the form, and the question beside whatever the member asks for."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import wraps

from bot.deps import Deps
from bot.errors import Collided, UserMistake
from bot.people import service as people
from bot.plans import outgoing as plan_outgoing
from bot.plans import parse
from bot.plans import service as plans
from bot.plans.ending import outgoing, service, views
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Open,
    Outcome,
    RefreshHome,
    Verb,
    View,
)

SILENT = ("delete-me",)  # verbs of `/drill` whose answer asks nothing
CALLS = ("drills.now", "drills.blitz", "plans.resume")  # buttons that say the same as a verb


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserMistake("stale") from None


async def open_form(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    day = _day(knock.value)
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        plan = await plans.ensure(session, member)
        ended = await service.asked(session, plan, member, day, deps.now())
        form = views.form(ended.day, ended.word, plans.today(member, deps.now()))
    return (Open(form),)


async def say(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    day, now = _day(knock.metadata), deps.now()
    word = views.read(knock.state)
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        plan = await plans.ensure(session, member)
        if word.next_day:
            _ahead(word.next_day, plans.today(member, now))
        await service.tell(session, plan, member, day, word, now)
        said = views.told(
            day, word, plan_outgoing.laid(plan, member, now), plan.next_due_at, member.tz
        )
        await outgoing.tell(session, member, said, deps.machine_now())
    return (RefreshHome(),)


def _ahead(wanted: date, today: date) -> None:
    try:
        parse.ahead(wanted, today + timedelta(days=1), field="next_day")
    except UserMistake as mistake:
        raise UserMistake("next_day_not_ahead", field="next_day", **mistake.values) from mistake


def asking(declared: Collection[Declaration]) -> tuple[Declaration, ...]:
    """The same; after an interview day the answers of `/drill` ask how it went as well."""
    return tuple(_asking(one) if _asks(one) else one for one in declared)


def _asks(one: Declaration) -> bool:
    if isinstance(one, Verb):
        return one.command == "/drill" and one.name not in SILENT
    return isinstance(one, Action) and one.action_id in CALLS


def _asking(one: Declaration) -> Declaration:
    handler = one.handler

    @wraps(handler)
    async def and_asks(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
        outcomes = await handler(deps, knock)
        with suppress(Collided):  # the answer stands; the question comes with the next one
            async with deps.transaction() as session:
                member = await people.find(session, knock.workspace_id, knock.user_id)
                if member is not None:
                    await outgoing.ask(session, member, deps.now(), deps.machine_now())
        return outcomes

    return replace(one, handler=and_asks)


DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.WENT, open_form, "say how the interview went"),
    View(views.SAY, say, "how the interview went, and what is next"),
)
