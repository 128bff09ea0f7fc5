"""The clock bar: the calendar, each person's local time, and moving it when that is possible."""

import inspect
from datetime import UTC, datetime, timedelta

from bot.sandbox.refusals import NotForThem
from bot.sandbox.state import SLACKBOT, Json
from bot.sandbox.workspace import Clockwork, Workspace


async def _next_due(clockwork: Clockwork) -> datetime | None:
    found = clockwork.next_due()
    return await found if inspect.isawaitable(found) else found


async def clock_told(slack: Workspace) -> Json:
    """The clock as the JSON API shows it."""
    clockwork = slack.clockwork
    due = await _next_due(clockwork) if clockwork is not None else None
    people = [person for person in slack.state.people.values() if person.id != SLACKBOT]
    return {
        "ok": True,
        "now": slack.calendar().isoformat(timespec="seconds"),
        "planned": str(getattr(clockwork, "planned", "due")),
        "tour": list(getattr(clockwork, "tour", ())),
        "speed": float(getattr(clockwork, "speed", 1.0)),
        "real": clockwork is None,
        "next_due": due.astimezone(UTC).isoformat() if due is not None else None,
        "local": {
            person.id: slack.local(person).isoformat(timespec="seconds")
            for person in people
            if not person.is_bot
        },
    }


async def move(slack: Workspace, body: Json) -> Json:
    """Move the calendar forward as asked; returns the clock as it then stands."""
    clockwork = slack.clockwork
    if clockwork is None:
        raise NotForThem("real_clock", "this workspace runs on the real clock", 409)
    # One move at a time: a second press of the button starts where the first one ended.
    async with slack.moving:
        now = slack.calendar()
        target = await _target(clockwork, body, now)
        if target < now:
            raise NotForThem("cannot_go_back", "the clock only goes forward")
        await clockwork.move_to(target)
    told = await clock_told(slack)
    slack.changes.publish("clock", None, clock=told)
    return told


async def _target(clockwork: Clockwork, body: Json, now: datetime) -> datetime:
    action = body.get("action")
    if action == "next_due":
        due = await _next_due(clockwork)
        if due is None:
            raise NotForThem("nothing_due", "nothing is planned", 409)
        return max(due.astimezone(UTC), now)
    try:
        if action == "advance":
            return now + timedelta(seconds=float(body.get("seconds", 0)))
        if action == "set":
            target = datetime.fromisoformat(str(body.get("to")))
            return (target if target.tzinfo else target.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotForThem("invalid_arguments", str(error)) from error
    raise NotForThem("invalid_arguments", "action is next_due, advance or set")
