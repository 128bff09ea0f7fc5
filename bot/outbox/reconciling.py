"""Asks Slack what became of the rows in doubt."""

import logging
import math
from collections import defaultdict
from typing import Any

from bot.deps import Deps
from bot.errors import SlackLost, SlackRefused
from bot.outbox import claims, delivery, doubts, saying
from bot.outbox.delivery import Outgoing
from bot.outbox.rules import SHARING, State, is_group, key_in
from bot.slack.client import Sent
from bot.slack.directory import Place

log = logging.getLogger(__name__)
NO_THREAD = frozenset({"thread_not_found", "message_not_found"})


async def reconcile(deps: Deps) -> None:
    """Ask the channels of the rows in doubt whether they have them, one read for each place."""
    async with deps.transaction() as session:
        if not await claims.any_unsent(session):
            return
        rows = await doubts.to_ask(session, deps.machine_now(), deps.patience)
    places: dict[tuple[int, str, str | None], list[Outgoing]] = defaultdict(list)
    for row in rows:
        # Doing a change twice is doing it once; to who is not gathered yet nothing was posted.
        if row.operation in ("update", "delete") or is_group(row.channel):
            await _not_there(deps, row)
        elif row.operation == "upload":
            await _asked(deps, [row])
        else:
            places[row.workspace_id, row.channel, row.target_ts].append(row)
    for where in places.values():
        await _asked(deps, where)


async def _asked(deps: Deps, rows: list[Outgoing]) -> None:
    """Rows of one place; what Slack refuses to tell now is asked again later."""
    place = deps.directory.of_id(rows[0].workspace_id)
    if place is None:
        for row in rows:
            await _later(deps, row, SlackRefused("no_token", permanent=True))
        return
    try:
        if rows[0].operation == "upload":
            await _ask_file(deps, place, rows[0])
        else:
            await _ask_channel(deps, place, rows)
    except (SlackRefused, SlackLost) as error:
        log.warning("doubt_remains", extra={"channel": rows[0].channel, "code": error.code})
        for row in rows:
            await _later(deps, row, error)


async def _later(deps: Deps, row: Outgoing, error: SlackRefused | SlackLost) -> None:
    refused = isinstance(error, SlackRefused)
    gone = refused and row.target_ts and error.code in NO_THREAD
    async with deps.transaction() as session:
        now, machine_now = deps.now(), deps.machine_now()
        if gone:  # its thread was deleted, and it with it if it ever stood there
            await delivery.refuse(
                session, deps.topics, row, error.code, now, machine_now, State.UNWANTED
            )
        elif isinstance(error, SlackRefused) and error.permanent:
            code = doubts.unreadable(error.code)
            await doubts.ask_later(session, row, code, machine_now, deps.patience.unreadable)
        else:
            await doubts.ask_later(session, row, error.code, machine_now, deps.patience.echo)


async def _not_there(deps: Deps, row: Outgoing) -> None:
    async with deps.transaction() as session:
        await doubts.not_there(session, row, deps.machine_now())


async def _landed(deps: Deps, row: Outgoing, sent: Sent) -> None:
    async with deps.transaction() as session:
        await delivery.landed(session, deps.topics, row.id, sent.channel, sent.ts, deps.now())


async def _ask_channel(deps: Deps, place: Place, rows: list[Outgoing]) -> None:
    found = await _found(deps, place, rows)
    for row in rows:
        if row.key in found:
            await _landed(deps, row, found[row.key])
        else:
            await _not_there(deps, row)


async def _found(deps: Deps, place: Place, rows: list[Outgoing]) -> dict[str, Sent]:
    """{key: where it is} of our messages in the place that these rows were meant for."""
    first = min(rows, key=lambda row: row.created_at)
    channel = await saying.channel_of(deps, place, first.channel, math.inf)
    method = "conversations.replies" if first.target_ts else "conversations.history"
    oldest = (first.created_at - deps.patience.look_back).timestamp()
    found: dict[str, Sent] = {}
    cursor: str | None = None
    while True:
        page = await _read(
            deps,
            place,
            method,
            channel=channel,
            ts=first.target_ts,
            oldest=f"{oldest:.6f}",
            include_all_metadata="true",
            limit=200,
            cursor=cursor,
        )
        for message in page.get("messages") or []:
            key = key_in(message)
            if key and message.get("user") in (place.bot_user_id, None):
                found[key] = Sent(channel, str(message["ts"]))
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return found


async def _read(deps: Deps, place: Place, method: str, **arguments: Any) -> Any:
    await deps.pacer.turn(place.workspace_id, method, answer=True)
    try:
        return await deps.slack.read(place.token, method, **arguments)
    except SlackRefused as error:
        if error.code == "ratelimited":
            deps.pacer.refused(place.workspace_id, method, error.retry_after)
        raise


async def _ask_file(deps: Deps, place: Place, row: Outgoing) -> None:
    """An upload's file knows where it is shared; one that was never completed is unknown."""
    if row.file_id is None:
        await _not_there(deps, row)
        return
    try:
        data = await _read(deps, place, "files.info", file=row.file_id)
    except SlackRefused as error:
        if error.code not in saying.NO_FILE:
            raise
        await _not_there(deps, row)
        return
    channel = await saying.channel_of(deps, place, row.channel, math.inf)
    ts = _share(data, channel)
    if ts is not None:
        await _landed(deps, row, Sent(channel, ts))
    elif row.tries < SHARING:
        raise SlackRefused("sharing", permanent=False)
    else:
        # Slack took the file and shows it nowhere: only a deleted one can never appear twice.
        await deps.slack.call(place.token, "files.delete", file=row.file_id)
        await _not_there(deps, row)


def _share(data: Any, channel: str) -> str | None:
    """The ts of the message that shows the file in this channel."""
    shares: dict[str, dict[str, list[dict[str, Any]]]] = (data.get("file") or {}).get(
        "shares"
    ) or {}
    places = [one for kind in shares.values() for one in kind.get(channel, [])]
    return str(places[0]["ts"]) if places else None
