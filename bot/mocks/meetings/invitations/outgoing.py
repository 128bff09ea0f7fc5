"""The calendar file in the thread of the group's message."""

from datetime import datetime

from bot.mocks.meetings import phrases
from bot.mocks.meetings.invitations import rules, views
from bot.mocks.meetings.invitations.rules import Invitation
from bot.mocks.meetings.rules import BY_DIRECT_MESSAGE, DIRECT, GROUP, Person
from bot.mocks.meetings.service import Gathered
from bot.outbox.rules import Lane
from bot.outbox.service import Draft
from bot.outbox.topics import topic


def drafts(told: Gathered, agreed: datetime, now: datetime) -> list[Draft]:
    """One file a time that is agreed: for all of them, or for each alone."""
    people = [Person(one.member.user_id, one.member.tz) for one in told.sitting]
    made = rules.written(_invitation(told, agreed, now))
    return [
        Draft(
            told.group.workspace_id,
            channel,
            said,
            views.RULE,
            Lane.ANSWER,
            views.attached(agreed, people),
            thread_of=under,
            file_name=rules.NAME,
            file_bytes=made,
        )
        for said, under, channel in _places(told)
    ]


def topics(told: Gathered) -> list[str]:
    """Of the file for the time that is agreed now."""
    return [said for said, _, _ in _places(told)]


def _places(told: Gathered) -> list[tuple[str, str, str]]:
    """(topic, whose thread it stands in, channel)."""
    kind = f"mock_calendar_{told.group.changes}"
    if told.group.channel != BY_DIRECT_MESSAGE:
        everybody = ",".join(one.member.user_id for one in told.sitting)
        channel = told.group.channel or everybody
        return [(topic(kind, told.group.id), topic(GROUP, told.group.id), channel)]
    return [
        (
            topic(f"{kind}_direct", one.seat.id),
            topic(DIRECT, one.seat.id),
            one.member.dm_channel or one.member.user_id,
        )
        for one in told.sitting
    ]


def _line(name: str) -> str:
    """One line of it, whatever a calendar takes for the end of one."""
    return " ".join("".join(one if one.isprintable() else " " for one in name).split())


def _invitation(told: Gathered, agreed: datetime, now: datetime) -> Invitation:
    group = told.group
    names = [_line(one.member.name) for one in told.sitting]
    who = f": {' and '.join(names)}" if all(names) else ""
    return Invitation(
        uid=f"mock-{group.workspace_id}-{group.id}-{int(group.tell_at.timestamp())}@drumbeat",
        sequence=group.changes,
        start=agreed,
        made_at=now,
        summary=f"Mock interview{who} ({phrases.track(group.track)})",
        description="Each of you interviews once; your conversation in Slack shows who begins. "
        "Your kit is in your direct message with Drumbeat.",
    )
