"""What a group's answers mean taken together. Pure; the table stands in docs/mocks.md."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.mocks import rules
from bot.mocks.rules import Awake, EntryState, GroupState, Outcome
from bot.people.rules import zone


@dataclass(frozen=True)
class Word:
    """What one person of a group has said; `seated`: they have not left it.

    `absent_id` is who did not come, and may stand beside another answer: in a trio the other two
    go on. One's own id means that others have said so. Who has filled in the form of marks has
    met somebody.
    """

    member_id: int
    said: Outcome | None
    absent_id: int | None = None
    marked: bool = False
    seated: bool = True

    @property
    def met(self) -> bool:
        return self.marked or self.said == Outcome.MET

    @property
    def there(self) -> bool:
        """By their own word they were there: they met, or waited for somebody."""
        return self.met or self.absent_id not in (None, self.member_id)


@dataclass(frozen=True)
class Partner:
    """`user_id` None: a former member."""

    member_id: int
    user_id: str | None
    name: str


@dataclass(frozen=True)
class Told:
    """One person's view of a group. `seated`: they have not left it, nor has it come apart.

    `standing` is their place in the round; `absent` who did not come, as they said. `early`: the
    agreed time is still ahead.
    """

    group_id: int
    partners: tuple[Partner, ...]
    state: GroupState
    said: Outcome | None
    absent: Partner | None
    standing: EntryState
    seated: bool
    marked: bool
    agreed_at: datetime | None
    again_at: datetime | None
    closes_at: datetime
    tz: str
    early: bool = False


@dataclass(frozen=True)
class Picture:
    """`state` None: still under way. `gone`: who is out by these answers, and why."""

    state: GroupState | None
    gone: Mapping[int, Outcome]


def picture(words: Collection[Word]) -> Picture:
    """How the group stands. Who says that they were there is not out because of another's word."""
    gone = _gone(words)
    left = [one for one in words if one.member_id not in gone]
    if len(left) > 1:
        if _differ(words, left):
            return Picture(GroupState.UNCLEAR, gone)
        return Picture(GroupState.MET if any(one.met for one in left) else None, gone)
    if any(one.met for one in words):
        return Picture(GroupState.MET, _void(words, gone))
    said = {one.said for one in words if one.said}
    said |= {Outcome.NO_SHOW for one in words if one.absent_id is not None}
    return Picture(rules.settled(said), gone)


def _void(words: Collection[Word], gone: Mapping[int, Outcome]) -> dict[int, Outcome]:
    """*Could not* takes nobody out of a group whose other says that they met."""
    seated = {one.member_id for one in words if one.seated}
    return {
        who: why
        for who, why in gone.items()
        if why == Outcome.NO_SHOW or (seated and who not in seated)
    }


def _gone(words: Collection[Word]) -> dict[int, Outcome]:
    there = {one.member_id for one in words if one.there}
    named = [one.absent_id for one in words if one.absent_id is not None]
    absent = {one: Outcome.NO_SHOW for one in named if one not in there}
    could_not = [one.member_id for one in words if one.said == Outcome.COULD_NOT]
    return absent | dict.fromkeys(could_not, Outcome.COULD_NOT)


def _differ(words: Collection[Word], left: Collection[Word]) -> bool:
    """Is somebody said to have been away who was there? The two who go on without them decide."""
    alone = sum(one.seated for one in words) < 2
    there = {one.member_id for one in left if one.seated or alone}
    return any(one.absent_id in there for one in words)


def too_early(agreed: datetime | None, now: datetime) -> bool:
    """Is the agreed time still ahead, so that nobody can have met or waited?"""
    return agreed is not None and now < agreed


def day_and_time(moment: datetime, tz: str) -> str:
    """`Friday 14:30`, on that clock; for a moment within the week."""
    return f"{moment.astimezone(zone(tz)):%A %H:%M}"


def again_at(
    person: Awake, week: date, told: datetime, agreed: datetime | None, now: datetime
) -> datetime | None:
    """When somebody who said *not yet* is asked again; None: not any more."""
    if agreed is not None:
        after = rules.ask_at(person, week, told, agreed)
        if after > now:
            return after
    saturday = rules.ask_at(person, week, told, None, again=True)
    return saturday if saturday > now else None
