"""The JSON API's reading half: snapshot, messages, changes, files. See `docs/sandbox-api.md`."""

import asyncio
import math
from collections.abc import Coroutine, Mapping

from aiohttp import WSMsgType, web

from bot.sandbox import filing, folk, interact, rooms, talk
from bot.sandbox.clocks import clock_told
from bot.sandbox.refusals import NotForThem
from bot.sandbox.state import SLACKBOT, Channel, Json, outward
from bot.sandbox.workspace import Workspace

LONGEST_WAIT = 30.0


def app_told(slack: Workspace) -> Json:
    """The app as the page shows it."""
    app = slack.state.app
    return {
        "id": app.id,
        "name": app.name,
        "bot_id": app.bot_id,
        "bot_user": app.bot_user,
        "connected": slack.out.mode() != "none",
        "delivery": slack.out.mode(),
        "installed": app.installed,
    }


def viewer(slack: Workspace, user: object) -> str:
    """The id of the person who looks or acts; refuses strangers and the app's bot."""
    person = slack.state.people.get(str(user))
    if person is None:
        raise NotForThem("user_not_found", "`as` must be a person's id", 404)
    if person.is_bot or person.id == SLACKBOT:
        raise NotForThem("not_allowed", "only people act here", 403)
    return person.id


def snapshot(slack: Workspace, user: str) -> Json:
    state = slack.state
    app = app_told(slack)
    direct = state.direct(slack.bot, user)
    home = state.homes.get(user)
    return {
        "ok": True,
        "seq": slack.changes.seq,
        "team": state.team,
        "me": folk.for_page(slack, state.people[user]),
        "people": [folk.for_page(slack, person) for person in state.people.values()],
        "apps": [app | {"im": direct.id if direct else None}],
        "channels": [
            rooms.for_person(slack, channel, user)
            for channel in state.channels.values()
            if channel.kind == "channel" or user in channel.members
        ],
        "home": {"app_id": state.app.id, "view": outward(home) if home else None},
        "modals": [outward(view) for view in state.stack(user)],
        "commands": [
            {key: one.get(key, "") for key in ("command", "description", "usage_hint")}
            for one in state.app.commands
        ],
        "shortcuts": state.app.shortcuts,
        "faults": slack.faults.told(),
    }


def number(query: Mapping[str, str], name: str, default: float) -> float:
    """A number from a query; refuses anything else."""
    try:
        value = float(query.get(name, default))
    except ValueError as error:
        raise NotForThem("invalid_arguments", f"{name} must be a number") from error
    if not math.isfinite(value):
        raise NotForThem("invalid_arguments", f"{name} must be a number")
    return value


def messages(slack: Workspace, user: str, query: dict[str, str]) -> Json:
    """A channel's newest messages, or a thread, with what only this person sees."""
    channel = interact.seen_by(slack, user, query.get("channel"))
    thread, before = query.get("thread_ts"), query.get("before")
    limit = max(1, int(number(query, "limit", 100)))
    found = _thread(channel, thread) if thread else _main(channel)
    told = [talk.shown(channel.id, message) for message in found]
    for message in slack.state.ephemerals.get((user, channel.id), {}).values():
        if message.get("thread_ts") == (thread or None):
            told.append(talk.shown(channel.id, message, ephemeral=True))
    told.sort(key=lambda message: str(message["ts"]))
    if before:
        told = [message for message in told if message["ts"] < before]
    return {"ok": True, "has_more": len(told) > limit, "messages": told[-limit:]}


def _thread(channel: Channel, thread: str) -> list[Json]:
    parent = channel.messages.get(thread)
    if parent is None:
        raise NotForThem("thread_not_found", "there is no such message", 404)
    return [parent, *channel.replies(thread)]


def _main(channel: Channel) -> list[Json]:
    return [message for message in channel.messages.values() if not channel.is_reply(message)]


async def changes(slack: Workspace, request: web.Request) -> web.StreamResponse:
    """What changed: a long poll, or a WebSocket when asked for one."""
    user = viewer(slack, request.query.get("as"))
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return await _stream(slack, request, user)
    since = int(number(request.query, "since", slack.changes.seq))
    if not slack.changes.complete_since(since):
        return web.json_response(
            {"ok": True, "seq": slack.changes.seq, "reset": True, "changes": []}
        )
    loop = asyncio.get_running_loop()
    until = loop.time() + min(number(request.query, "wait", 25), LONGEST_WAIT)
    found = slack.changes.since(since, user)
    while not found and loop.time() < until and not slack.changes.ended:
        await slack.changes.wait(until - loop.time())
        found = slack.changes.since(since, user)
    body = {"ok": True, "seq": slack.changes.seq, "reset": False, "changes": found}
    return web.json_response(body)


async def _stream(slack: Workspace, request: web.Request, user: str) -> web.StreamResponse:
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)
    seen = int(number(request.query, "since", slack.changes.seq))
    if not slack.changes.complete_since(seen):
        seen = slack.changes.seq
        await socket.send_json({"seq": seen, "kind": "reset"})
    slack.watchers.add(socket)
    reading = asyncio.ensure_future(_until_closed(socket))
    try:
        while not reading.done():
            seen, found = slack.changes.seq, slack.changes.since(seen, user)
            for change in found:
                await socket.send_json(change)
            if slack.changes.seq == seen:
                await _either(reading, slack.changes.wait(LONGEST_WAIT, seen))
    except ConnectionError:
        return socket
    finally:
        reading.cancel()
        slack.watchers.discard(socket)
    return socket


async def _either(reading: asyncio.Future[None], waiting: Coroutine[None, None, None]) -> None:
    """Return when the page has gone or something happened."""
    task = asyncio.ensure_future(waiting)
    try:
        await asyncio.wait({reading, task}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        task.cancel()


async def _until_closed(socket: web.WebSocketResponse) -> None:
    async for frame in socket:
        if frame.type is WSMsgType.ERROR:
            return


async def look(slack: Workspace, request: web.Request) -> web.StreamResponse:
    """`/sandbox/state` and `/sandbox/messages`."""
    user = viewer(slack, request.query.get("as"))
    if request.path.endswith("/sandbox/messages"):
        return web.json_response(messages(slack, user, dict(request.query)))
    body = snapshot(slack, user) | {"clock": await clock_told(slack)}
    return web.json_response(body)


def file_bytes(slack: Workspace, key: str, vtt: bool) -> web.Response:
    """A file's content, or its transcript."""
    file = filing.find(slack, key)
    if vtt:
        return web.Response(text=filing.vtt(file), content_type="text/vtt")
    # `nosniff` and a plain download keep an uploaded HTML file from running as a page.
    shown = file["mimetype"].startswith(("image/", "audio/")) and "svg" not in file["mimetype"]
    kind = file["mimetype"] if shown else "application/octet-stream"
    return web.Response(body=slack.state.bytes_of.get(key, b""), content_type=kind)
