"""Sends what waits: claim, call Slack outside any transaction, record."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.outbox import delivery, service
from bot.outbox.delivery import Outgoing
from bot.outbox.rules import Lane, key_in, metadata
from bot.slack.client import GONE, Sent
from bot.slack.directory import Place

log = logging.getLogger(__name__)
ANSWERS = (Lane.ANSWER,)
PLANNED = (Lane.SCHEDULED, Lane.REMINDER, Lane.DIGEST)
METHOD = {
    "post": "chat.postMessage",
    "update": "chat.update",
    "delete": "chat.delete",
    "upload": "files.completeUploadExternal",
}
ALREADY = {("delete", "message_not_found")}  # refusals that say that it is done


async def deliver_answers(deps: Deps) -> None:
    """What somebody waits for has a sender of its own, so that a full morning never delays it."""
    while await _deliver(deps, ANSWERS):
        pass


async def deliver_planned(deps: Deps) -> None:
    while await _deliver(deps, PLANNED):
        pass


async def _deliver(deps: Deps, lanes: Sequence[Lane]) -> bool:
    """Send one batch, channels side by side and each in order; False when nothing waited."""
    async with deps.transaction() as session:
        await delivery.tidy(session, deps.topics, deps.now(), deps.machine_now())
        rows = await delivery.claim(session, lanes, deps.now(), deps.machine_now(), deps.patience)
    by_channel: dict[str, list[int]] = defaultdict(list)
    for row_id, channel in rows:
        by_channel[channel].append(row_id)
    async with asyncio.TaskGroup() as group:
        for row_ids in by_channel.values():
            group.create_task(_send_in_order(deps, row_ids, answer=lanes == ANSWERS))
    return bool(rows)


async def _send_in_order(deps: Deps, row_ids: list[int], *, answer: bool) -> None:
    for row_id in row_ids:
        await _send(deps, row_id, answer=answer)


async def _send(deps: Deps, row_id: int, *, answer: bool) -> None:
    outgoing = await _begin(deps, row_id, answer=answer)
    if outgoing is None:
        return
    place = deps.directory.of_id(outgoing.workspace_id)
    if place is None:
        await _put_back(deps, outgoing, SlackRefused("no_token", permanent=False, retry_after=60))
        return
    try:
        sent = await _call(deps, place, outgoing)
    except SlackRefused as error:
        await _refused(deps, outgoing, error)
    except SlackLost as error:
        log.warning("answer_lost", extra={"outbox_id": row_id, "code": error.code})
        async with deps.transaction() as session:
            await delivery.doubt(session, row_id, error.code, deps.machine_now(), deps.patience)
    else:
        await _landed(deps, outgoing, sent)


async def _begin(deps: Deps, row_id: int, *, answer: bool) -> Outgoing | None:
    """Wait for the turn, then commit that the call is about to be made."""
    async with deps.transaction() as session:
        waiting = await delivery.peek(session, row_id)
    if waiting is None:
        return None
    await deps.pacer.turn(
        waiting.workspace_id, METHOD[waiting.operation], waiting.channel, answer=answer
    )
    async with deps.transaction() as session:
        return await delivery.begin(
            session, deps.topics, row_id, deps.now(), deps.machine_now(), deps.patience
        )


async def _call(deps: Deps, place: Place, outgoing: Outgoing) -> Sent:
    if outgoing.operation == "upload":
        return await _upload(deps, place, outgoing)
    if outgoing.operation == "delete":
        await deps.slack.call(
            place.token, "chat.delete", channel=outgoing.channel, ts=outgoing.target_ts
        )
        return Sent(outgoing.channel, str(outgoing.target_ts))
    said: dict[str, Any] = {
        "channel": outgoing.channel,
        "text": outgoing.text,
        "blocks": outgoing.blocks or None,
        "metadata": metadata(outgoing.key, outgoing.rule),
    }
    if outgoing.operation == "update":
        await deps.slack.call(place.token, "chat.update", ts=outgoing.target_ts, **said)
        return Sent(outgoing.channel, str(outgoing.target_ts))
    return await deps.slack.post(
        place.token, thread_ts=outgoing.target_ts, unfurl_links=False, unfurl_media=False, **said
    )


async def _upload(deps: Deps, place: Place, outgoing: Outgoing) -> Sent:
    """Three calls; the file's id is committed before the one that makes people see it."""
    content = outgoing.file_bytes or b""
    channel = outgoing.channel
    if channel.startswith(("U", "W")):
        channel = await deps.slack.open_dm(place.token, channel)
    ticket = await deps.slack.read(
        place.token,
        "files.getUploadURLExternal",
        filename=outgoing.file_name,
        length=len(content),
    )
    await deps.slack.upload(place.token, str(ticket["upload_url"]), content)
    async with deps.transaction() as session:
        await delivery.note_file(session, outgoing.id, str(ticket["file_id"]))
    await deps.slack.call(
        place.token,
        "files.completeUploadExternal",
        files=[{"id": ticket["file_id"], "title": outgoing.file_name}],
        channel_id=channel,
        thread_ts=outgoing.target_ts,
        initial_comment=outgoing.text,
    )
    return Sent(channel, f"file:{ticket['file_id']}")


async def _landed(deps: Deps, outgoing: Outgoing, sent: Sent) -> None:
    async with deps.transaction() as session:
        await delivery.landed(session, deps.topics, outgoing.id, sent.channel, sent.ts, deps.now())


async def _refused(deps: Deps, outgoing: Outgoing, error: SlackRefused) -> None:
    log.warning("post_refused", extra={"outbox_id": outgoing.id, "code": error.code})
    if (outgoing.operation, error.code) in ALREADY:
        await _landed(deps, outgoing, Sent(outgoing.channel, str(outgoing.target_ts)))
    elif error.permanent:
        async with deps.transaction() as session:
            await delivery.refuse(session, deps.topics, outgoing.id, error.code, deps.now())
    else:
        await _put_back(deps, outgoing, error)


async def _put_back(deps: Deps, outgoing: Outgoing, error: SlackRefused) -> None:
    if error.code == "ratelimited":
        deps.pacer.refused(outgoing.workspace_id, METHOD[outgoing.operation], error.retry_after)
    wait = max(error.retry_after, 60 if error.code in GONE else 0)
    async with deps.transaction() as session:
        await delivery.give_back(session, outgoing.id, deps.machine_now(), wait, error.code)


async def reconcile(deps: Deps) -> None:
    """Ask the channels of the rows in doubt whether they have them, one read for each place."""
    async with deps.transaction() as session:
        rows = await delivery.doubts(session, deps.machine_now(), deps.patience)
    places: dict[tuple[int, str, str | None], list[Outgoing]] = defaultdict(list)
    for row in rows:
        if row.operation in ("update", "delete"):
            await _not_there(deps, row)  # doing it twice is doing it once
        else:
            places[row.workspace_id, row.channel, row.target_ts].append(row)
    for where in places.values():
        await _ask(deps, where)


async def _not_there(deps: Deps, row: Outgoing) -> None:
    async with deps.transaction() as session:
        await delivery.not_there(session, row.id, deps.machine_now())
    deps.bells.ring([service.BELL])


async def _ask(deps: Deps, rows: list[Outgoing]) -> None:
    try:
        found = await _found(deps, rows)
    except (SlackRefused, SlackLost) as error:
        log.warning("history_unreadable", extra={"channel": rows[0].channel, "code": error.code})
        if isinstance(error, SlackRefused) and error.code == "ratelimited":
            deps.pacer.refused(rows[0].workspace_id, "conversations.history", error.retry_after)
        async with deps.transaction() as session:
            for row in rows:
                await delivery.unreadable(
                    session, row.id, error.code, deps.machine_now(), deps.patience
                )
        return
    for row in rows:
        if row.key in found:
            await _landed(deps, row, found[row.key])
        else:
            await _not_there(deps, row)


async def _found(deps: Deps, rows: list[Outgoing]) -> dict[str, Sent]:
    """{key: where it is} of our messages in the place that these rows were meant for."""
    first = min(rows, key=lambda row: row.created_at)
    place = deps.directory.of_id(first.workspace_id)
    if place is None:
        raise SlackRefused("no_token", permanent=False)
    channel = first.channel
    if channel.startswith(("U", "W")):
        channel = await deps.slack.open_dm(place.token, channel)
    uploads = [row for row in rows if row.operation == "upload"]
    found = {row.key: sent for row in uploads if (sent := await _shared(deps, place, row, channel))}
    if len(uploads) == len(rows):
        return found
    method = "conversations.replies" if first.target_ts else "conversations.history"
    oldest = (first.created_at - deps.patience.look_back).timestamp()
    cursor: str | None = None
    while True:
        await deps.pacer.turn(place.workspace_id, method)
        page = await deps.slack.read(
            place.token,
            method,
            channel=channel,
            ts=first.target_ts,
            oldest=f"{oldest:.6f}",
            include_all_metadata="true",
            limit=200,
            cursor=cursor,
        )
        for message in page.get("messages") or []:
            if key := key_in(message):
                found[key] = Sent(channel, str(message["ts"]))
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return found


async def _shared(deps: Deps, place: Place, row: Outgoing, channel: str) -> Sent | None:
    if row.file_id is None:
        return None
    data = await deps.slack.read(place.token, "files.info", file=row.file_id)
    shares = (data.get("file") or {}).get("shares") or {}
    shown = {one for kind in shares.values() for one in kind}
    return Sent(channel, f"file:{row.file_id}") if channel in shown else None


async def sweep(deps: Deps) -> None:
    """Forget the knocks that Slack can no longer repeat."""
    async with deps.transaction() as session:
        await service.forget_knocks(session, deps.machine_now())
