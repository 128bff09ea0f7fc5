import re

from bot.deps import Deps
from bot.errors import UserMistake
from bot.mocks.joining import outgoing
from bot.mocks.joining.excluding import service, views
from bot.mocks.joining.excluding.rules import Kind
from bot.people import service as people
from bot.slack.declare import (
    Action,
    Declaration,
    Knock,
    Open,
    Outcome,
    RefreshHome,
    Say,
    Show,
    Verb,
    View,
    shown,
)

MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


async def exclude(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock exclude @name` at once, `/mock exclude` as a form."""
    if not knock.rest:
        return await open_list(deps, knock)
    kind = Kind.DO_NOT_PAIR
    if {"manager", "report"} & {*knock.rest.lower().split()}:
        kind = Kind.MANAGER_OR_REPORT
    users = MENTION.findall(knock.rest)
    if not users:
        raise UserMistake("exclude_unknown")
    parted = await _add(deps, knock, users, kind)
    return Say(views.excluded(users, parted)), RefreshHome()


async def _add(deps: Deps, knock: Knock, users: list[str], kind: Kind) -> bool:
    """Exclude; True when a group came apart by it."""
    place = deps.directory.of_id(knock.workspace_id)
    now, machine_now = deps.now(), deps.machine_now()
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        own_bot = place.bot_user_id if place else ""
        others = await service.add(session, member, users, kind, own_bot)
        parted = await outgoing.part_from(session, member, others, deps.content, now, machine_now)
    deps.bells.ring(["people"])  # somebody may be new to us
    return parted


async def open_list(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.mine(session, member)
    return (Open(views.form(told)),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    users, kind = views.read(knock.state)
    parted = await _add(deps, knock, users, kind)
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.mine(session, member)
    return Show(views.form(told, users[0], parted=parted)), RefreshHome()


async def remove(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        await service.remove(session, member, knock.number)
        told = await service.mine(session, member)
    return shown(knock, views.form(told)), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/mock", "exclude", exclude, "never be paired with somebody; private", "@name"),
    Action(views.EXCLUDE, open_list, "whom one is never paired with"),
    Action(views.REMOVE, remove, "be paired with somebody again"),
    View(views.SAVE, save, "exclude somebody"),
)
