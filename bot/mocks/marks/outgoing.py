"""What is said of a mock's marks: the reminder, and the reveal to each who was there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.mocks.marks import rules, views
from bot.mocks.marks.reminding.service import Missing
from bot.mocks.marks.revealing import views as revealing
from bot.mocks.marks.revealing.views import Partner, Reveal
from bot.mocks.marks.service import Meeting, Revealed
from bot.mocks.service import Sitting
from bot.outbox import service as outbox
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic
from bot.people import service as people
from bot.people.tables import Member
from bot.scoring.gap import Harshness, Marks
from bot.scoring.ratings import service as ratings
from bot.scoring.ratings.partners import service as partners
from bot.scoring.rules import Rubric
from bot.slack.blocks import Block, Message

KIND, REMINDER, LATE = "mock_reveal", "mock_marks_reminder", "mock_reveal_late"
RULE = "mock.reveal"
DAY = timedelta(days=1)


def form(told: Meeting, rubric: Rubric) -> Block:
    return views.form(views.MarksForm(told.group.id, rubric, sheets(told), late=told.revealed))


def sheets(told: Meeting) -> tuple[views.Sheet, ...]:
    """The people in the form, with what the member gave them before."""
    names = rules.called({one.member.id: one.member.name for one in told.others})
    found = []
    for one in told.everybody:
        given = told.given.get(one.member.id)
        partner = one is not told.mine
        found.append(
            views.Sheet(
                one.member.id,
                names[one.member.id] if partner else "you",
                one.member.user_id if partner else None,
                given.marks if given else {},
                given.note if given else "",
            )
        )
    return tuple(found)


# --- the reveal -----------------------------------------------------------------------------------


async def opened(
    session: AsyncSession,
    told: Revealed,
    now: datetime,
    machine_now: datetime,
    presser: int | None = None,
) -> None:
    """Tell each who was there; `presser`, who gave the last form, at once."""
    made = await messages(session, told)
    for one in told.seats:
        at_once = one.member.id == presser
        draft = Draft(
            told.group.workspace_id,
            one.member.dm_channel or one.member.user_id,
            topic(KIND, one.seat.id),
            RULE,
            Lane.ANSWER if at_once else Lane.SCHEDULED,
            made[one.member.id],
            member_id=one.member.id,
            not_before=None if at_once else people.awake_at(one.member, now),
        )
        await outbox.say(session, draft, machine_now)


async def come_late(
    session: AsyncSession, told: Revealed, late: Sitting, now: datetime, machine_now: datetime
) -> None:
    """Somebody gave their marks after the others' were open: all see them, and hear of it."""
    await restate(session, told, machine_now)
    for one in told.seats:
        if one.member.id == late.member.id:
            continue
        draft = Draft(
            told.group.workspace_id,
            one.member.dm_channel or one.member.user_id,
            topic(f"{LATE}_{late.seat.id}", one.seat.id),
            RULE,
            Lane.SCHEDULED,
            revealing.come_late(late.member.user_id),
            member_id=one.member.id,
            thread_of=topic(KIND, one.seat.id),
            not_before=people.awake_at(one.member, now),
        )
        await outbox.say(session, draft, machine_now)


async def restate(
    session: AsyncSession, told: Revealed, machine_now: datetime, *, forgetting: bool = False
) -> None:
    """Let the messages say how things stand; `forgetting`: keep nothing of what they said."""
    made, place = await messages(session, told), told.group.workspace_id
    if forgetting:
        said = [topic(KIND, one.seat.id) for one in told.seats]
        await outbox.forget_words(session, place, said)
    for one in told.seats:
        await outbox.revise(
            session, place, topic(KIND, one.seat.id), made[one.member.id], machine_now
        )


async def messages(session: AsyncSession, told: Revealed) -> dict[int, Message]:
    """What each who was there reads, by member."""
    ids = [one.member.id for one in told.seats]
    usual = await partners.usual(session, ids)
    bot = await ratings.bot_means(session, ids)
    return {
        one.member.id: revealing.reveal(_told(told, one, usual, bot.get(one.member.id, {})))
        for one in told.seats
    }


def _told(told: Revealed, reader: Sitting, usual: Mapping[int, Harshness], bot: Marks) -> Reveal:
    me = reader.member.id
    own = told.given.get((me, me))
    others = [one.member for one in told.seats if one.member.id != me]
    marks = [given.marks for (by, about), given in told.given.items() if about == me != by]
    return Reveal(
        told.group.id,
        tuple(_partner(told, one, me, usual) for one in others),
        own.marks if own else None,
        bot,
        rules.next_step(own.marks if own else {}, marks),
    )


def _partner(told: Revealed, partner: Member, me: int, usual: Mapping[int, Harshness]) -> Partner:
    given = told.given.get((partner.id, me))
    return Partner(
        partner.user_id,
        given.marks if given else None,
        given.note if given else "",
        given.blind if given else True,
        usual.get(partner.id),
    )


# --- the reminder ---------------------------------------------------------------------------------


async def remind(
    session: AsyncSession, told: Sequence[Missing], now: datetime, machine_now: datetime
) -> None:
    """Remind these people of their marks, within their limits."""
    heard = await outbox.unprompted(session, [one.member.id for one in told], now)
    drafts = [
        Draft(
            one.member.workspace_id,
            one.member.dm_channel or one.member.user_id,
            topic(REMINDER, one.seat.id),
            views.REMINDER,
            Lane.REMINDER,
            views.reminder(one.seat.group_id, one.met),
            member_id=one.member.id,
            expires_at=people.quiet_at(one.member, now, now + DAY),
        )
        for one in told
        if heard.get(one.member.id, 0) < one.member.weekly_budget
    ]
    await outbox.say_all(session, drafts, machine_now)


async def reminded(session: AsyncSession, told: Meeting, machine_now: datetime) -> None:
    """The reminder of who has given their marks asks for nothing any more."""
    seat = told.mine.seat
    met = [one.member.user_id for one in told.others]
    said, message = topic(REMINDER, seat.id), views.reminded(met)
    await outbox.revise(session, seat.workspace_id, said, message, machine_now)
