from typing import TYPE_CHECKING

from bot.deps import Deps, Session
from bot.errors import UserMistake
from bot.mocks import service as mocks
from bot.mocks.meetings import eligibility, outgoing, rules, service, views
from bot.mocks.meetings.news import outgoing as news
from bot.outbox.topics import TopicKind
from bot.people import service as people
from bot.people.rules import zone
from bot.slack.declare import (
    Action,
    Declaration,
    Event,
    Knock,
    Open,
    Outcome,
    RefreshHome,
    Say,
    View,
    read_id,
)

if TYPE_CHECKING:
    from bot.mocks.tables import MockGroup
    from bot.people.tables import Member


async def _held(session: Session, knock: Knock, group_id: int) -> "tuple[Member, MockGroup]":
    member = await people.ensure(session, knock.workspace_id, knock.user_id)
    return member, await mocks.held(session, knock.workspace_id, group_id)


async def press(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Suits me*, or not any more."""
    group_id, at = views.read_press(knock.value)
    try:
        async with deps.transaction(knock) as session:
            member, group = await _held(session, knock, group_id)
            await service.press(session, group, member, at, deps.now())
            await outgoing.agreed(session, group, deps.now(), deps.machine_now())
    except UserMistake as mistake:
        if mistake.code == "time_passed":
            await _redraw(deps, knock, group_id)
        raise
    return (RefreshHome(),)


async def _redraw(deps: Deps, knock: Knock, group_id: int) -> None:
    """The message loses the times that have passed, of which somebody has pressed one."""
    async with deps.transaction() as session:
        _, group = await _held(session, knock, group_id)
        await outgoing.restate(session, group, deps.now(), deps.machine_now())


async def open_another(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The form for another time; it changes nothing."""
    now = deps.now()
    async with deps.transaction() as session:
        member, group = await _held(session, knock, knock.number)
        week = await service.may_propose(session, group, member)
    today = now.astimezone(zone(member.tz)).date()
    return (Open(views.another_time(group.id, week, today, member.tz)),)


async def save_another(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    day, at = views.read_another(knock.state)
    async with deps.transaction(knock) as session:
        member, group = await _held(session, knock, read_id(knock.metadata))
        now = deps.now()
        week = await service.may_propose(session, group, member)
        known = service.ahead(group, now)
        moment = rules.new_slot(day, at, member.tz, week, known, now)
        await service.propose(session, group, member, moment, now)
        await outgoing.agreed(session, group, now, deps.machine_now())
        await news.proposed(session, group, member, moment, now, deps.machine_now())
    return (RefreshHome(),)


async def give_up(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*Find another time.*"""
    async with deps.transaction(knock) as session:
        member, group = await _held(session, knock, knock.number)
        now, machine_now, before = deps.now(), deps.machine_now(), group.agreed_at
        await outgoing.not_agreed(session, group, machine_now)
        await service.give_up(session, group, member, now)
        await outgoing.agreed(session, group, now, machine_now)
        if before is not None:
            await news.given_up(session, group, member, before, now, machine_now)
    return (RefreshHome(),)


async def cannot(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """*I can’t this week.*"""
    async with deps.transaction(knock) as session:
        member, group = await _held(session, knock, knock.number)
        now = deps.now()
        await service.goes(session, group, member, now)
        await outgoing.leave_group(session, member, group, deps.content, now, deps.machine_now())
    return Say(views.you_left()), RefreshHome()


async def talked(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """People talk in the conversation of their group: the bot says nothing, and it is a sign."""
    event = knock.event
    if event.get("channel_type") != "mpim" or event.get("bot_id") or not knock.user_id:
        return ()
    async with deps.transaction() as session:
        channel = str(event.get("channel"))
        await service.heard(session, knock.workspace_id, knock.user_id, channel, deps.now())
    return ()


KINDS: tuple[TopicKind, ...] = (
    TopicKind(
        rules.GROUP,
        still_wanted=eligibility.group_wanted,
        sent=eligibility.landed,
        dropped=outgoing.dropped,
    ),
    TopicKind(
        rules.DIRECT,
        still_wanted=eligibility.seat_wanted,
        dropped=outgoing.direct_dropped,
    ),
    TopicKind("mock_kit", still_wanted=eligibility.seat_wanted),
    TopicKind(news.TOGETHER, still_wanted=news.group_wanted),
    TopicKind(news.ALONE, still_wanted=news.seat_wanted),
    TopicKind(outgoing.PARTED, still_wanted=eligibility.standby_wanted),
)
DECLARATIONS: tuple[Declaration, ...] = (
    Action(views.PRESS, press, "say that a proposed time suits, or does not any more"),
    Action(views.ANOTHER, open_another, "propose another time for a mock interview"),
    View(views.SAVE_ANOTHER, save_another, "another time for a mock interview"),
    Action(views.GIVE_UP, give_up, "give up an agreed time"),
    Action(views.CANNOT, cannot, "leave this week’s mock interview"),
    Event("message.mpim", talked, scopes=("mpim:history",)),
)
