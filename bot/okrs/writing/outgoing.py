"""The wizard's forms with what is known put into them, and the message once all is saved."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.checks import Checks
from bot.errors import UserMistake
from bot.okrs.writing import rules, service, typed, views
from bot.okrs.writing.key_results import parse as key_results
from bot.okrs.writing.key_results import views as key_result_views
from bot.okrs.writing.key_results.parse import Choices, Guardrail, KeyResultWish, draft_of
from bot.okrs.writing.overview import views as overview
from bot.okrs.writing.overview.views import Review, ReviewLine
from bot.okrs.writing.parse import NEW_CYCLE, day_of
from bot.okrs.writing.rules import Span
from bot.okrs.writing.service import Setting, WritingDraft
from bot.okrs.writing.typed import Raw, Typed, line
from bot.okrs.writing.values import ROOM, Made, Offer
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people.rules import zone
from bot.people.tables import Member
from bot.slack.blocks import Block

NUMBERS = ("baseline", "target", "unit")  # the fields that hold them
KEEPING = 3  # key results that could be the guardrail, named in the question


@dataclass(frozen=True)
class Desk:
    """What every form is made from."""

    session: AsyncSession
    member: Member
    row: WritingDraft
    checks: Checks
    today: date
    bots: Collection[str]

    @property
    def typed(self) -> Typed:
        return service.typed_in(self.row)


def _of(desk: Desk, view: Block) -> Block:
    """The form carries the draft's id, and nothing else."""
    return view | {"private_metadata": str(desk.row.id)}


async def page(desk: Desk) -> Block:
    """The step that was left; the first one when what it rests on is no longer so."""
    stage = desk.typed.stage
    try:
        if stage == typed.KEY_RESULT and desk.typed.in_hand:
            return await key_result(desk)
        if stage != typed.OBJECTIVE:
            return await review(desk)
    except UserMistake as mistake:
        return await objective(desk, [mistake, *mistake.others])
    return await objective(desk)


async def objective(desk: Desk, wrong: Sequence[UserMistake] = ()) -> Block:
    offer = await service.offer(desk.session, desk.member, desk.typed, desk.today)
    raw = desk.typed.objective
    span = _span(desk.typed, offer)
    found = rules.objective(line(raw, "title"), desk.checks.words, span)
    notes = _with(views.worded(found, desk.checks.says), wrong)
    return _of(desk, views.objective_form(raw, offer, notes))


def _span(told: Typed, offer: Offer) -> Span | None:
    cycle = views.chosen_cycle(told.objective, offer)
    if cycle == NEW_CYCLE:
        starts = day_of(told.objective, "starts") or offer.suggested.starts
        return Span(starts, day_of(told.objective, "ends") or offer.suggested.ends)
    return next((Span(one.starts, one.ends) for one in offer.cycles if str(one.id) == cycle), None)


def _with(notes: Mapping[str, Sequence[str]], wrong: Sequence[UserMistake]) -> dict[str, list[str]]:
    """Mistakes said like questions, where a form cannot show errors: after a click."""
    found = {name: list(told) for name, told in notes.items()}
    for one in wrong:
        name = (one.field or ".title").split(".")[1]
        found.setdefault(name, []).insert(0, views.said(one))
    return found


async def key_result(desk: Desk, wrong: Sequence[UserMistake] = ()) -> Block:
    """The form of the key result in hand."""
    told = desk.typed
    where = await service.setting(desk.session, desk.member, told, desk.today)
    brings = await service.roster(desk.session, where.team)
    guards = service.guardrails(told, await service.stored(desk.session, where))
    wish, _ = key_results.key_result(told.in_hand, told.serial, where.span, brings, desk.bots)
    notes = _with(_in_time(_asked(desk, where, wish, brings, guards), told.in_hand), wrong)
    choices = Choices(
        where.wish.title, tuple(guards), max(len(guards) - ROOM - 1, 0), brings.get(wish.owner, "")
    )
    alone = not [serial for serial in told.key_results if serial != told.serial]
    view = key_result_views.form(told.in_hand, told.serial, choices, notes, alone=alone)
    return _of(desk, view)


def _in_time(notes: Mapping[str, list[str]], raw: Raw) -> Mapping[str, list[str]]:
    """Nobody is asked about numbers before they have come to them."""
    if any(raw.get(name) for name in NUMBERS):
        return notes
    return {name: told for name, told in notes.items() if name not in NUMBERS}


def _asked(
    desk: Desk,
    where: Setting,
    wish: KeyResultWish,
    brings: Mapping[str, str],
    guards: Sequence[Guardrail],
) -> dict[str, list[str]]:
    keeping = [one.title for one in guards if one.keeps][:KEEPING]
    draft = draft_of(wish, brings)
    found = rules.key_result(draft, desk.checks.words, where.span, keeping)
    return views.worded(found, desk.checks.says)


@dataclass(frozen=True)
class Written:
    """All that was written, read; `wrong` by serial number."""

    where: Setting
    brings: Mapping[str, str]  # to the team, by user id
    wishes: tuple[KeyResultWish, ...]
    wrong: Mapping[int, Sequence[UserMistake]]


async def written(desk: Desk) -> Written:
    """Raises UserMistake when the objective's own form has to be mended first."""
    told = desk.typed
    where = await service.setting(desk.session, desk.member, told, desk.today)
    brings = await service.roster(desk.session, where.team)
    read = [
        key_results.key_result(raw, serial, where.span, brings, desk.bots)
        for serial, raw in told.key_results.items()
    ]
    wrong = {wish.serial: mistakes for wish, mistakes in read if mistakes}
    return Written(where, brings, tuple(wish for wish, _ in read), wrong)


async def review(desk: Desk, news: str = "") -> Block:
    """The overview."""
    all_of_it = await written(desk)
    where, brings, told = all_of_it.where, all_of_it.brings, desk.typed
    stored = await service.stored(desk.session, where)
    lines = []
    for wish in all_of_it.wishes:
        guards = service.guardrails(told.taking(wish.serial), stored)
        lines.append(_line(desk, all_of_it, wish, guards))
    words, says = desk.checks.words, desk.checks.says
    drafts = [draft_of(wish, brings) for wish in all_of_it.wishes]
    found = [*rules.objective(where.wish.title, words, where.span), *rules.whole(drafts)]
    notes = tuple(one for told in views.worded(found, says).values() for one in told)
    team, title = where.team.name, where.wish.title
    shown = Review(team, where.cycle_name, title, where.parent, notes, tuple(lines))
    return _of(desk, overview.review(shown, news))


def _line(
    desk: Desk,
    all_of_it: Written,
    wish: KeyResultWish,
    guards: Sequence[Guardrail],
) -> ReviewLine:
    asked = _asked(desk, all_of_it.where, wish, all_of_it.brings, guards)
    chosen = wish.guardrail.value if wish.guardrail else ""
    owners = (wish.owner, *wish.co_owners) if wish.owner else wish.co_owners
    return ReviewLine(
        wish.serial,
        wish.title,
        wish.terms,
        owners,
        next((one.title for one in guards if one.value == chosen), ""),
        tuple(one for told in asked.values() for one in told),
        tuple(views.said(one) for one in all_of_it.wrong.get(wish.serial, ())),
    )


def saved(member: Member, made: Made) -> Draft:
    """To the person alone: the team's channel hears of it with the first digest."""
    return Draft(
        member.workspace_id,
        member.dm_channel or member.user_id,
        made_topic(made.objective_id),
        "okr.made",
        Lane.ANSWER,
        views.made(made),
        member_id=member.id,
    )


def made_topic(objective_id: int) -> str:
    return topic("okr_made", objective_id)


def desk(
    session: AsyncSession,
    member: Member,
    row: WritingDraft,
    checks: Checks,
    now: datetime,
    bots: Collection[str],
) -> Desk:
    today = now.astimezone(zone(member.tz)).date()
    return Desk(session, member, row, checks, today, bots)
