"""How a row is said to Slack: the calls it takes and what goes along."""

import logging
from typing import Any

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.outbox import doubts
from bot.outbox.delivery import Outgoing
from bot.outbox.rules import Lane, is_group, metadata
from bot.slack.client import Sent
from bot.slack.directory import Place

log = logging.getLogger(__name__)
NO_FILE = frozenset({"file_not_found", "file_deleted"})
TURN_WITHIN = 2.0  # seconds
OPEN = "conversations.open"
METHOD = {
    "post": "chat.postMessage",
    "update": "chat.update",
    "delete": "chat.delete",
    "upload": "files.completeUploadExternal",
}


async def say(deps: Deps, place: Place, told: Outgoing) -> Sent | None:
    """Make the call; None when Slack took it and shows it later, as it does with uploads.

    Raises SlackRefused (nothing was done) or SlackLost (nobody knows).
    """
    if told.operation == "upload":
        await _upload(deps, place, told)
        return None
    if told.operation == "delete":
        return await _delete(deps, place, told)
    channel = await _where(deps, place, told)
    said: dict[str, Any] = {
        "channel": channel,
        "text": told.text,
        "blocks": told.blocks or None,
        "metadata": metadata(told.key, told.rule),
    }
    if told.operation == "update":
        await deps.slack.call(place.token, "chat.update", ts=told.target_ts, **said)
        return Sent(told.channel, str(told.target_ts))
    return await deps.slack.post(
        place.token, thread_ts=told.target_ts, unfurl_links=False, unfurl_media=False, **said
    )


async def _where(deps: Deps, place: Place, told: Outgoing) -> str:
    if told.operation == "post" and is_group(told.channel):
        return await _gathered(deps, place, told)
    return await _opened(deps, place, told) if told.lane == Lane.ANSWER else told.channel


async def _gathered(deps: Deps, place: Place, told: Outgoing) -> str:
    """The conversation of several people, opened and committed before anything is posted in it.

    So a row that still names people was not posted, and one in doubt has a history to ask.
    """
    try:
        channel = await deps.slack.open_group(place.token, told.channel.split(","))
    except SlackLost as error:  # nothing was posted; opening twice is opening once
        raise SlackRefused(error.code, permanent=False) from error
    except SlackRefused as error:
        if error.code == "ratelimited":
            deps.pacer.refused(place.workspace_id, OPEN, error.retry_after)
            raise SlackRefused("paced", permanent=False, retry_after=error.retry_after) from error
        raise
    async with deps.transaction() as session:
        ours = await doubts.note_channel(session, told, channel, deps.machine_now(), deps.patience)
    if not ours:
        raise SlackRefused("taken_over", permanent=False)
    return channel


async def _opened(deps: Deps, place: Place, told: Outgoing) -> str:
    """The direct message that an answer goes to, opened before it is needed.

    Slack opens it by itself when a message is posted to a person, and so a refusal here costs
    nothing; planned messages leave it at that, because opening takes a call of its own.
    """
    try:
        return await channel_of(deps, place, told.channel)
    except SlackRefused as error:
        log.info("dm_unopened", extra={"code": error.code})
        return told.channel
    except SlackLost as error:  # nothing was posted
        raise SlackRefused(error.code, permanent=False) from error


async def _delete(deps: Deps, place: Place, told: Outgoing) -> Sent:
    if told.file_id:  # the file too: Slack keeps it when its message goes
        try:
            await deps.slack.call(place.token, "files.delete", file=told.file_id)
        except SlackRefused as error:
            if error.code not in NO_FILE:
                raise
    await deps.slack.call(place.token, "chat.delete", channel=told.channel, ts=told.target_ts)
    return Sent(told.channel, str(told.target_ts))


async def channel_of(deps: Deps, place: Place, named: str, within: float = TURN_WITHIN) -> str:
    """The channel's id; a person's is turned into that of their direct message.

    Raises SlackRefused also when Slack may not be asked within so many seconds: whoever holds a
    row may not wait longer.
    """
    if not named.startswith(("U", "W")):
        return named
    wait = await deps.pacer.turn(place.workspace_id, OPEN, answer=True, within=within)
    if wait > 0:
        raise SlackRefused("paced", permanent=False, retry_after=wait)
    return await deps.slack.open_dm(place.token, named)


async def _upload(deps: Deps, place: Place, told: Outgoing) -> None:
    """Bring the bytes, commit the file's id, and only then let people see it."""
    content = told.file_bytes or b""
    try:
        channel = await channel_of(deps, place, told.channel)
        ticket = await deps.slack.read(
            place.token,
            "files.getUploadURLExternal",
            filename=told.file_name,
            length=len(content),
            alt_txt=told.file_alt,
        )
        await deps.slack.upload(place.token, str(ticket["upload_url"]), content)
    except SlackLost as error:  # nobody sees a file that is not completed
        raise SlackRefused(error.code, permanent=False) from error
    file_id = str(ticket["file_id"])
    async with deps.transaction() as session:
        ours = await doubts.note_file(session, told, file_id, deps.machine_now(), deps.patience)
    if not ours:
        raise SlackRefused("taken_over", permanent=False)
    await deps.slack.call(
        place.token,
        "files.completeUploadExternal",
        files=[{"id": file_id, "title": told.file_name}],
        channel_id=channel,
        thread_ts=told.target_ts,
        initial_comment=told.text or None,
    )
