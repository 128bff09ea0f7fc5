"""What came of a meeting: an answer is written down, and seats and standby follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserMistake
from bot.mocks import rules
from bot.mocks import service as mocks
from bot.mocks.outcomes import loading
from bot.mocks.outcomes.loading import Meeting, Sitting
from bot.mocks.outcomes.rules import Picture, again_at, day_and_time, picture, too_early
from bot.mocks.rules import EntryState, GroupState, Outcome
from bot.mocks.tables import MockGroup, MockSeat
from bot.people.tables import Member

ROLES = ("interviewer", "candidate", "observer")
STAND = (None, GroupState.MET)  # a group that ended otherwise comes together again


@dataclass(frozen=True)
class Settling:
    """What follows from an answer.

    `leaving` have yet to be parted from the group, which then ends in `state`; `absent` are newly
    said not to have come, `back` not any more. `apart`: the answer would have brought a group
    together again whose people have other plans by now, so only the record changed; `returned`
    have their seats back.
    """

    meeting: Meeting
    mine: Sitting
    changed: bool = True
    state: GroupState = GroupState.COULD_NOT
    leaving: tuple[Member, ...] = ()
    absent: tuple[Sitting, ...] = ()
    back: tuple[Sitting, ...] = ()
    apart: bool = False
    returned: tuple[Sitting, ...] = ()
    moved: bool = False  # the group stands otherwise than before


async def say(
    session: AsyncSession,
    group: MockGroup,
    member: Member,
    outcome: Outcome | None,
    absent_id: int | None,
    now: datetime,
    machine_now: datetime,
) -> Settling:
    """One person's answer about a group that the caller holds; the same one twice changes nothing.

    `absent_id` goes with NO_SHOW; outcome None takes back who is said not to have come. Raises
    UserMistake when the round is over, the person was not in the group, or has given marks for it.
    """
    about = await loading.meeting(session, group)
    mine = mocks.mine(about.everybody, member)
    _may(about, mine, outcome, absent_id, now)
    before = picture(about.words())
    if not _write(about, mine, outcome, absent_id, now):
        return Settling(about, mine, changed=False)
    settling = await _settle(session, about, mine, before, now, machine_now)
    await session.flush()
    return settling


async def _settle(
    session: AsyncSession,
    about: Meeting,
    mine: Sitting,
    before: Picture,
    now: datetime,
    machine_now: datetime,
) -> Settling:
    """What follows from the answers as they are now, `before` as they were."""
    group, was = about.group, about.group.state
    await mocks.hold_round(session, group.round_id)  # before any entry; rematching waits
    after = picture(about.words())
    returned, apart = await _bring_back(session, about, before, after, now)
    leaving = [one.member for one in about.seated if one.member.id in after.gone]
    staying = [one for one in about.seated if one.member.id not in after.gone]
    if len(staying) > 1:
        _go_on(mine, after)
        await _stand(session, about, staying, after.state, now)
    elif leaving:
        _under_way(group)  # parting ends it
    else:
        await _record(session, about, mine, before, after, now, machine_now)
    mine.seat.ask_at = _ask_at(about, mine, now)
    known, named = _absent(about, before), _absent(about, after)
    return Settling(
        about,
        mine,
        state=after.state or GroupState.COULD_NOT,
        leaving=tuple(leaving),
        absent=tuple(one for one in named if one not in known),
        back=tuple(one for one in known if one not in named),
        apart=apart,
        returned=tuple(returned),
        moved=group.state != was,
    )


def _may(
    about: Meeting, mine: Sitting, outcome: Outcome | None, absent_id: int | None, now: datetime
) -> None:
    """Raises UserMistake."""
    if about.over(now):
        raise UserMistake("mock_round_over")
    if about.group.channel is None:
        raise UserMistake("mock_nothing_to_say")
    if mine.seat.marked_at is not None and outcome != Outcome.MET:
        raise UserMistake("mock_marks_given")
    if outcome == Outcome.NO_SHOW and _called_off(about):
        raise UserMistake("mock_called_off")
    agreed = about.group.agreed_at
    if outcome in (Outcome.MET, Outcome.NO_SHOW) and agreed and too_early(agreed, now):
        raise UserMistake("mock_too_early", when=day_and_time(agreed, mine.member.tz))
    others = {one.member.id for one in about.everybody} - {mine.member.id}
    if outcome == Outcome.NO_SHOW and absent_id not in others:
        raise UserMistake("stale")


def _called_off(about: Meeting) -> bool:
    """Did it end before its time because somebody left it, and by nobody's answer?"""
    group = about.group
    if GroupState(group.state) != GroupState.COULD_NOT or picture(about.words()).state:
        return False
    if group.agreed_at is None or group.ended_at is None:
        return True
    return group.ended_at < group.agreed_at


def _write(
    about: Meeting, mine: Sitting, outcome: Outcome | None, absent_id: int | None, now: datetime
) -> bool:
    """Write the answer down; False when it is the one there was."""
    seat = mine.seat
    seat.touched_at = now
    if outcome is None:
        changed, seat.absent_id = seat.absent_id is not None, None
        seat.outcome = None if seat.outcome == Outcome.NO_SHOW else seat.outcome
        return changed
    if outcome == Outcome.NO_SHOW:
        if seat.absent_id == absent_id and seat.outcome in (None, Outcome.MET, Outcome.NO_SHOW):
            return False
        for one in about.everybody:  # in a trio: whom they named before did not come either
            if one.member.id == seat.absent_id and len(about.everybody) > 2:
                one.seat.absent_id = one.member.id
        met = seat.outcome == Outcome.MET and seat.absent_id is None
        if not (met and len(about.everybody) > 2):  # they met the other of the two
            seat.outcome = outcome
        seat.absent_id = absent_id
        return True
    changed = seat.outcome != outcome
    by_others = seat.absent_id == seat.member_id and outcome != Outcome.MET
    if len(about.everybody) < 3 or seat.outcome == Outcome.NO_SHOW:
        seat.absent_id = seat.absent_id if by_others else None
    seat.outcome = outcome
    return changed


def _absent(about: Meeting, told: Picture) -> list[Sitting]:
    """Who is said not to have come, and does not say otherwise."""
    return [one for one in about.everybody if told.gone.get(one.member.id) == Outcome.NO_SHOW]


async def _bring_back(
    session: AsyncSession, about: Meeting, before: Picture, after: Picture, now: datetime
) -> tuple[list[Sitting], bool]:
    """Give people their seats back whom an answer had taken them; (who has, was it too late?)."""
    ended = len(about.seated) < 2
    missing = [
        one
        for one in about.everybody
        if one.seat.left_at is not None and one.member.id not in after.gone
        if ended or one.member.id in before.gone
    ]
    if after.state not in STAND or not missing:
        return [], False
    free = await loading.free(session, about, missing, before.gone)
    back = [one for one in missing if one.member.id in free]
    if len(about.seated) + len(back) < 2:
        return [], True
    for one in back:
        one.seat.left_at = None
        one.seat.ask_at = _ask_at(about, one, now)
    if len(about.seated) > 2:
        for turn, one in enumerate(about.seated):  # two had gone on as a pair
            one.seat.turn, one.seat.role = turn, ROLES[turn]
    return back, any(one.member.id in before.gone for one in missing if one not in back)


def _go_on(mine: Sitting, after: Picture) -> None:
    """Two of a trio go on: who said that the third did not come still says how it goes."""
    seat = mine.seat
    if seat.outcome == Outcome.NO_SHOW and seat.absent_id in after.gone:
        seat.outcome = None


async def _stand(
    session: AsyncSession,
    about: Meeting,
    staying: Sequence[Sitting],
    state: GroupState | None,
    now: datetime,
) -> None:
    """The group has two or three people; `state` None: it is under way."""
    group, ids = about.group, [one.member.id for one in staying]
    was = GroupState(group.state)
    await mocks.put_out(
        session, group.round_id, ids, EntryState.DONE if state else EntryState.SEATED
    )
    if state is None:
        if not was.under_way:
            _under_way(group)
    elif was != state:
        group.state, group.ended_at = state, now
    for one in staying:
        if state != GroupState.MET:
            one.seat.remind_at = None
        elif was != state and one.seat.marked_at is None:
            one.seat.remind_at = now + rules.REMIND_AFTER


def _under_way(group: MockGroup) -> None:
    group.state = GroupState.AGREED if group.agreed_at else GroupState.PROPOSED
    group.ended_at = None


async def _record(
    session: AsyncSession,
    about: Meeting,
    mine: Sitting,
    before: Picture,
    after: Picture,
    now: datetime,
    machine_now: datetime,
) -> None:
    """The group had ended and stays so: how it ended, and who is on standby for it."""
    group, me = about.group, mine.member.id
    if after.state or before.state:  # else it had ended by something other than an answer
        group.state = after.state or GroupState.LAPSED
    back = {one for one in before.gone if one not in after.gone} - {me}
    if mine.seat.outcome == Outcome.NO_SHOW:
        back.add(me)
    here = set(about.entries) - about.elsewhere
    if after.state not in STAND and back & here:
        await mocks.stand_by(session, group.round_id, back & here, machine_now, first=True)
    out = {one for one in after.gone if one not in before.gone}
    await mocks.put_out(session, group.round_id, out & here, EntryState.OUT)
    waits = me in here and about.entries[me].state == EntryState.STANDBY
    if mine.seat.outcome == Outcome.MET and waits and after.state == GroupState.MET:
        await mocks.put_out(session, group.round_id, [me], EntryState.DONE)


def _ask_at(about: Meeting, one: Sitting, now: datetime) -> datetime | None:
    """When this person is asked next, after an answer or with a seat given back."""
    seat, group = one.seat, about.group
    if seat.left_at is not None or seat.outcome in loading.SETTLED:
        return None
    person, told = mocks.awake(one.member), (about.row.week, group.tell_at, group.agreed_at)
    if seat.outcome == Outcome.NOT_YET:
        return again_at(person, *told, now)
    return None if seat.asked else person.from_on(max(rules.ask_at(person, *told), now))


# --- the end of a round ---------------------------------------------------------------------------


async def lapse(session: AsyncSession, round_id: int, now: datetime) -> list[int]:
    """Let what nobody has answered lapse, for a round that closes; the groups that do.

    In two statements, whatever the round's size. `outgoing.over` closes their questions.
    """
    lapsed = await session.scalars(
        update(MockGroup)
        .where(MockGroup.round_id == round_id)
        .where(mocks.UNDER_WAY)
        .values(state=GroupState.LAPSED, ended_at=now)
        .returning(MockGroup.id)
    )
    found = sorted(lapsed)
    await session.execute(
        update(MockSeat)
        .where(MockSeat.round_id == round_id, MockSeat.ask_at.is_not(None))
        .values(ask_at=None)
    )
    return found
