"""`/mock`: join, leave, free times, a partner this week, not this week."""

from datetime import date

from bot.deps import Deps, Session
from bot.errors import UserMistake
from bot.mocks import service as mocks
from bot.mocks.joining import outgoing, service, views
from bot.mocks.joining.excluding import listeners as excluding
from bot.mocks.joining.standing import loading
from bot.mocks.joining.standing import views as standing
from bot.people import service as people
from bot.slack.blocks import Block
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
)


async def _member(session: Session, knock: Knock) -> people.Member:
    return await people.ensure(session, knock.workspace_id, knock.user_id)


async def bare(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock`: how things stand, with what one most likely wants as buttons."""
    async with deps.transaction() as session:
        told = await loading.standing(session, await _member(session, knock), deps.now())
    return (Say(standing.message(told)),)


async def open_form(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    return (Open(await _form(deps, knock)),)


async def _form(deps: Deps, knock: Knock, typed: str | None = None, wrong: str = "") -> Block:
    async with deps.transaction() as session:
        member = await _member(session, knock)
        told = service.sheet(await mocks.profile(session, member), member)
    return views.form(told, typed, wrong, deps.judge_name)


async def set_windows(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock windows Tue 18-20` at once; without words, or when they cannot be read, the form."""
    if not knock.rest:
        return await open_form(deps, knock)
    try:
        windows = views.read_windows(knock.rest)
    except UserMistake as mistake:
        return (Open(await _form(deps, knock, knock.rest, views.worded(mistake))),)
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        profile = await mocks.profile(session, member)
        if profile.joined_at is not None:
            await service.set_windows(session, member, windows, deps.now(), deps.machine_now())
            return Say(views.windows_kept(windows)), RefreshHome()
    return (Open(await _form(deps, knock, knock.rest)),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    wanted = views.read(knock.state)
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        await service.join(session, member, wanted, deps.now(), deps.machine_now())
        await session.flush()
        told = await loading.standing(session, member, deps.now())
    return Show(standing.kept(told)), RefreshHome()


# --- this week, not this week ---------------------------------------------------------------------


def _week(knock: Knock) -> date | None:
    """The Monday that a button names. Raises UserMistake when it names none of ours."""
    if not knock.value:
        return None
    try:
        return date.fromisoformat(knock.value)
    except ValueError:
        raise UserMistake("stale") from None


async def _typed_week(deps: Deps, knock: Knock, words: str, usage: str) -> date | None:
    """None for *this week*, a Monday for *next week*. Raises UserMistake."""
    if words in ("", "this week"):
        return None
    if words != "next week":
        raise UserMistake(usage)
    async with deps.transaction() as session:
        return await service.next_week(session, await _member(session, knock), deps.now())


async def type_partner(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    week = await _typed_week(deps, knock, knock.rest.lower(), "partner_usage")
    return await _partner(deps, knock, week)


async def press_partner(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    return await _partner(deps, knock, _week(knock))


async def _partner(deps: Deps, knock: Knock, week: date | None) -> tuple[Outcome, ...]:
    now = deps.now()
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        code, week = await service.want(session, member, week, now, deps.machine_now())
        await session.flush()
        told = await loading.standing(session, member, now)
    return Say(standing.wanted(code, week, told)), RefreshHome()


async def type_not(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    words = knock.rest.lower()
    if not words:
        raise UserMistake("not_usage")
    return await _not(deps, knock, await _typed_week(deps, knock, words, "not_usage"))


async def press_not(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    return await _not(deps, knock, _week(knock))


async def _not(deps: Deps, knock: Knock, week: date | None) -> tuple[Outcome, ...]:
    now, machine_now = deps.now(), deps.machine_now()
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        said = await outgoing.not_this_week(session, member, week, deps.content, now, machine_now)
    return Say(said), RefreshHome()


# --- leaving --------------------------------------------------------------------------------------


async def leave(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """At once, unless somebody would wait for this person: then it is asked first."""
    now, machine_now = deps.now(), deps.machine_now()
    async with deps.transaction(knock) as session:
        member = await _member(session, knock)
        await service.joined(session, member)
        others = await outgoing.partners(session, member)
        if others and knock.value != views.YES:
            return (Say(views.ask_leave(others)),)
        await outgoing.leave(session, member, deps.content, now, machine_now)
    return Say(views.left()), RefreshHome()


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/mock", "", bare, "mock interviews: your partner, your times, what comes next"),
    Verb("/mock", "join", open_form, "a mock interview every week, with the right partner"),
    Verb("/mock", "windows", set_windows, "when you are free, as words or in a form", "Tue 18-20"),
    Verb("/mock", "partner", type_partner, "ask for a partner; also ends a rest", "this week"),
    Verb("/mock", "not", type_not, "leave out a week", "this week"),
    Verb("/mock", "leave", leave, "no more mock interviews"),
    Action(views.JOIN, open_form, "join the mock interviews"),
    Action(views.WINDOWS, open_form, "free times and all else that was chosen"),
    Action(views.PARTNER, press_partner, "ask for a partner"),
    Action(views.NOT_THIS_WEEK, press_not, "leave out a week"),
    Action(views.LEAVE, leave, "leave the mock interviews"),
    View(views.SAVE, save, "the form of the mock interviews"),
    *excluding.DECLARATIONS,
)
