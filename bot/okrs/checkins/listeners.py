from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.deps import Deps, Session
from bot.errors import UserMistake
from bot.okrs.calls import outgoing as calls
from bot.okrs.calls import views as call_views
from bot.okrs.checkins import outgoing, service, views
from bot.okrs.checkins.service import Item
from bot.okrs.checkins.views import Form, Told
from bot.okrs.reviews import outgoing as review_outgoing
from bot.okrs.reviews import service as reviews
from bot.okrs.votes import service as votes
from bot.okrs.votes.service import Held, Said
from bot.people import service as people
from bot.people.service import Member
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


async def open_form(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/okr`, `/okr check-in` and the buttons: all that is due from this person in one form."""
    now = deps.now()
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        mine = await service.mine(session, member, now)
        due = [one for one in mine if one.due and one.due_at is not None and one.due_at <= now]
        shown = _shown(knock.value, mine, due)
        if not shown:
            next_at = await service.next_due(session, member, now)
            return (Say(call_views.nothing_due([one.title for one in mine], next_at)),)
        typed = await votes.typed_before(session, member, now)
    clicked = bool(knock.body.get("actions") and knock.channel_id)
    pages = len(views.pages([outgoing.line(one) for one in shown]))
    form = _form(shown, 1, pages, spoken=clicked and knock.value != views.ALL)
    return (Open(views.form(form, typed)),)


def _shown(which: str, mine: Sequence[Item], due: Sequence[Item]) -> Sequence[Item]:
    if which == views.AGAIN:
        return [one for one in mine if one.round_id is not None] or mine
    return mine if which == views.ALL else due


def _form(shown: Sequence[Item], page: int, of: int, *, spoken: bool) -> Form:
    """The first page of these, which is number `page` of all."""
    pages = views.pages([outgoing.line(one) for one in shown])
    left = tuple(one.number for each in pages[1:] for one in each)
    rounds = tuple(sorted({one.round_id for one in shown if one.round_id is not None}))
    return Form(pages[0], left, page, max(of, page + len(pages) - 1), rounds, spoken)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The form: what was said is kept, or else what was typed."""
    told = views.read_metadata(knock.metadata)
    try:
        return await _save(deps, knock, told)
    except UserMistake:
        async with deps.transaction() as session:
            member = await people.ensure(session, knock.workspace_id, knock.user_id)
            typed = views.typed(knock.state)
            await votes.keep_typed(session, member, typed, deps.now())
        raise


async def _save(deps: Deps, knock: Knock, told: Told) -> tuple[Outcome, ...]:
    now, machine_now = deps.now(), deps.machine_now()
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        held = await votes.hold(session, member, told.asked, told.rounds, now)
        taken = await votes.take(session, member, held, _read(knock, told, held), now)
        await votes.answered(session, member, held, taken, now)
        revealed = [
            one
            for _, row in sorted(held.rounds.items())
            for one in await reviews.reveal(session, row, now)
        ]
        gone = len(told.asked) - len(held.items)
        await review_outgoing.opened(session, knock.workspace_id, revealed, now, machine_now)
        back = await calls.give_back(
            session,
            member,
            taken.at,
            taken.ids,
            list(held.rounds),
            outgoing.asides(taken, gone),
            now,
            machine_now,
        )
        following, typed = await _following(session, member, told.left, now)
    if following:
        form = _form(following, told.page + 1, told.pages, spoken=told.spoken)
        return Show(views.form(form, typed)), RefreshHome()
    if told.spoken:
        return (RefreshHome(),)
    return Show(call_views.kept(back)), RefreshHome()


async def _following(
    session: Session, member: Member, left: Sequence[int], now: datetime
) -> tuple[list[Item], Mapping[str, str]]:
    """What is left for further pages, and what was typed of it before."""
    if not left:
        return [], {}
    mine = {one.key_result_id: one for one in await service.mine(session, member, now)}
    typed = await votes.typed_before(session, member, now)
    return [mine[one] for one in left if one in mine], typed


def _read(knock: Knock, told: Told, held: Held) -> list[Said]:
    """What was said of key results that are still the person's."""
    mine = [held.items[one] for one in told.asked if one in held.items]
    return views.read(knock.state, [outgoing.line(one) for one in mine])


DECLARATIONS: tuple[Declaration, ...] = (
    Verb(
        "/okr",
        "",
        open_form,
        "check in: everything that is due from you, in one form",
        whose="key results one answers for",
    ),
    Verb(
        "/okr",
        "check-in",
        open_form,
        "check in, as `/okr` alone does",
        whose="key results one answers for",
    ),
    Action(
        views.CHECK_IN, open_form, "open the check-in form", whose="key results one answers for"
    ),
    View(views.SAVE, save, "a check-in", whose="key results one answers for"),
)
