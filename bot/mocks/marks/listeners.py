from bot.deps import Deps, Session
from bot.errors import UserMistake
from bot.mocks.marks import outgoing, service, views
from bot.mocks.marks.service import Meeting
from bot.mocks.outcomes import outgoing as outcomes
from bot.people import service as people
from bot.scoring.ratings.service import Given
from bot.scoring.rubrics import service as rubrics
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
    read_id,
)


async def feedback(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """`/mock feedback`: the newest meeting that waits for marks, else the last one's."""
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        found = await service.turn(session, member, deps.now())
        group_id = found.waiting or found.newest
        if group_id is None:
            raise UserMistake("mock_nothing_to_mark")
        return await _shown(deps, session, await service.meeting(session, member, group_id))


async def open_form(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """The form of one meeting, filled with what was given before; it changes nothing."""
    async with deps.transaction() as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        return await _shown(deps, session, await service.meeting(session, member, knock.number))


async def _shown(deps: Deps, session: Session, told: Meeting) -> tuple[Outcome, ...]:
    """The form, until the marks are open and one's own among them."""
    if told.revealed and told.done:
        opened = await service.revealed(session, told.group)
        made = await outgoing.messages(session, opened)
        return (Say(made[told.mine.member.id]),)
    rubric = await rubrics.rubric_for(session, told.group.workspace_id, deps.content)
    return (Open(outgoing.form(told, rubric)),)


async def save(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """Marks: kept, and opened for all when they are the last."""
    group_id = read_id(knock.metadata)
    async with deps.transaction(knock) as session:
        member = await people.ensure(session, knock.workspace_id, knock.user_id)
        told = await service.meeting(session, member, group_id, hold=True)
        filled = views.read_form(knock.state, outgoing.sheets(told))
        forms = {
            about: Given(one.marks, one.note, blind=not told.revealed)
            for about, one in filled.items()
        }
        late = told.revealed
        last = await service.give(session, told, forms, deps.now())
        await _settled(deps, session, told)
        opens, tz = told.group.reveal_at, member.tz
        if last:
            await _open(deps, session, told)
        elif late:
            await _add(deps, session, told)
    view = views.kept(None if last else opens, tz, late=late)
    return Show(view), RefreshHome()


async def _settled(deps: Deps, session: Session, told: Meeting) -> None:
    """What asked this member for marks asks no more."""
    await session.flush()
    now, machine_now = deps.now(), deps.machine_now()
    await outcomes.restate(session, told.group, told.mine.member, now, machine_now)
    await outgoing.reminded(session, told, deps.machine_now())


async def _open(deps: Deps, session: Session, told: Meeting) -> None:
    opened = await service.reveal(session, told.group, deps.now())
    presser = told.mine.member.id
    await outgoing.opened(session, opened, deps.now(), deps.machine_now(), presser)


async def _add(deps: Deps, session: Session, told: Meeting) -> None:
    opened = await service.revealed(session, told.group)
    await outgoing.come_late(session, opened, told.mine, deps.now(), deps.machine_now())


DECLARATIONS: tuple[Declaration, ...] = (
    Verb("/mock", "feedback", feedback, "marks for a mock interview, and those you got"),
    Action(views.MARKS, open_form, "mark a mock interview"),
    View(views.SAVE, save, "the marks of a mock interview"),
)
