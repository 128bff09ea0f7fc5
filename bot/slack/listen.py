"""Builds the Bolt app from the declarations: one frame around every handler.

The frame knows the workspace, refuses who may not, words mistakes, opens modals after the
commit and acknowledges last. `process_before_response=True`: Slack's answer leaves when the
listener returns, so a crash before the commit makes Slack send again.
"""

import logging
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.deps import Deps, Repeated
from bot.errors import UserMistake
from bot.measuring import Meters
from bot.slack import frame_views as views
from bot.slack import whose
from bot.slack.blocks import Message
from bot.slack.declare import (
    Action,
    Declaration,
    Event,
    Handler,
    Knock,
    Outcome,
    Role,
    Say,
    Show,
    Verb,
    View,
)
from bot.slack.frame import Frame, Gate, Words

log = logging.getLogger(__name__)
KINDS = {
    "event_callback": "event",
    "block_actions": "click",
    "view_submission": "form",
    "view_closed": "form",
}


class _Timed(AsyncApp):
    """Bolt, with the time from each request to its acknowledgement told to the meters."""

    def __init__(self, meters: Meters, **bolt: Any) -> None:
        super().__init__(**bolt)
        self._meters = meters

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        began = time.perf_counter()
        answer = await super().async_dispatch(req)
        outcome = "ok" if answer.status < 500 else "failed"
        self._meters.acknowledged(_kind(req.body), outcome, time.perf_counter() - began)
        return answer


def _kind(body: dict[str, Any]) -> str:
    return "command" if "command" in body else KINDS.get(str(body.get("type")), "other")


def build(
    deps: Deps, declarations: Iterable[Declaration], words: Words, gate: Gate, **bolt: Any
) -> AsyncApp:
    """The Bolt app; `bolt` takes what the way in needs, such as `signing_secret`."""
    app = _Timed(
        deps.meters,
        process_before_response=True,
        ignoring_self_events_enabled=False,  # the echo of our own messages settles doubts
        authorize=_authorize,
        client=AsyncWebClient(base_url=deps.slack.base_url, retry_handlers=[]),
        logger=logging.getLogger("slack_bolt"),  # else each of its loggers takes the root's level
        **bolt,
    )
    frame = Frame(deps, words, gate)
    kinds: dict[type[Any], list[Any]] = defaultdict(list)
    for one in declarations:
        kinds[type(one)].append(one)
    _events(app, frame, kinds[Event])
    _commands(app, frame, kinds[Verb])
    _actions(app, frame, kinds[Action])
    _views(app, frame, kinds[View])
    for pick in (app.shortcut, app.options):
        pick(re.compile(".*"))(_taken)  # none of ours; Bolt would answer 404
    app.error(_report)
    return app


async def _authorize(team_id: str | None = None, **_: Any) -> AuthorizeResult:
    """Bolt gets no token and asks Slack for nothing: the frame finds the workspace and its token.

    Bolt's own way costs an `auth.test` an event, and takes the team for the one that a shared
    channel's event happened in.
    """
    return AuthorizeResult(enterprise_id=None, team_id=team_id)


def _events(app: AsyncApp, frame: Frame, events: list[Event]) -> None:
    """One listener a type, because Bolt runs only the first that matches."""
    by_type: dict[str, list[Handler]] = defaultdict(list)
    for event in events:
        if event.handler not in by_type[event.type]:
            by_type[event.type].append(event.handler)

    for name, handlers in by_type.items():
        app.event(name)(_heard(frame, handlers))
    app.event(re.compile(".*"))(_nobody)  # Bolt answers 404 when nobody listens; Slack would resend


def _heard(frame: Frame, handlers: list[Handler]) -> Callable[..., Awaitable[None]]:
    async def heard(body: dict[str, Any], event: dict[str, Any]) -> None:
        user = event.get("user")
        user_id = user.get("id") if isinstance(user, dict) else user
        knock = await frame.knock(body, user_id, *whose.of_event(body))
        if knock is None or not await _listened_to(frame, knock):
            return
        for handler in handlers:
            try:
                await frame.act(knock, await handler(frame.deps, knock))
            except Repeated:
                log.info("event_repeated", extra={"event_id": body.get("event_id")})
            except UserMistake as mistake:
                log.info("user_mistake", extra={"code": mistake.code})

    return heard


async def _listened_to(frame: Frame, knock: Knock) -> bool:
    try:
        await frame.gate(frame.deps, knock, None)
    except UserMistake as mistake:
        log.info("event_not_heard", extra={"code": mistake.code})
        return False
    return True


async def _nobody() -> None:
    """Acknowledge an event that no feature wants."""


def _commands(app: AsyncApp, frame: Frame, verbs: list[Verb]) -> None:
    by_command: dict[str, dict[str, Verb]] = defaultdict(dict)
    for verb in verbs:
        by_command[verb.command][verb.name] = verb

    def listener(command: str, known: dict[str, Verb]) -> Callable[..., Awaitable[None]]:
        async def typed(ack: AsyncAck, body: dict[str, Any]) -> None:
            said = await _typed(frame, command, known, body)
            if said is None:
                await ack()
            else:
                await ack(text=said.text, blocks=list(said.blocks) or None)

        return typed

    for command, known in by_command.items():
        app.command(command)(listener(command, known))
    app.command(re.compile(".*"))(_no_such_command)


async def _typed(
    frame: Frame, command: str, known: dict[str, Verb], body: dict[str, Any]
) -> Message | None:
    knock = await frame.knock(body, body.get("user_id"), whose.of_command(body))
    if knock is None:
        return views.not_installed()
    word = knock.words[0].lower() if knock.words else ""
    verb = known.get(word)
    if verb is None:
        near = get_close_matches(word, [*filter(None, known), "help"], n=1, cutoff=0.5)
        return views.help_for(command, known.values(), word, near[0] if near else "")
    try:
        outcomes = await frame.run(verb.handler, knock, verb.role)
        return await frame.act(knock, outcomes)
    except UserMistake as mistake:
        log.info("user_mistake", extra={"code": mistake.code})
        return Message(frame.say(mistake))


async def _no_such_command(ack: AsyncAck, body: dict[str, Any]) -> None:
    await ack(text=views.unknown_command(str(body.get("command") or "")))


async def _stale(deps: Deps, knock: Knock) -> tuple[Outcome, ...]:
    """A button of a message from before an upgrade."""
    return (Say(views.stale_button()),)


def _actions(app: AsyncApp, frame: Frame, actions: list[Action]) -> None:
    known = {action.action_id: action for action in actions}

    async def clicked(ack: AsyncAck, body: dict[str, Any]) -> None:
        user = body.get("user") or {}
        knock = await frame.knock(body, user.get("id"), whose.of_interaction(body))
        if knock is None:
            await ack()
            return
        action_id = str(knock.action.get("action_id") or "")
        declared = known.get(action_id) or known.get(action_id.rpartition(".")[0])
        handler, role = (declared.handler, declared.role) if declared else (_stale, Role.MEMBER)
        said: Message | None
        try:
            said = await frame.act(knock, await frame.run(handler, knock, role))
        except UserMistake as mistake:
            log.info("user_mistake", extra={"code": mistake.code})
            said = Message(frame.say(mistake))
        if said is not None:
            await frame.whisper(knock, said)
        await ack()

    app.action(re.compile(".*"))(clicked)


def _views(app: AsyncApp, frame: Frame, declared: list[View]) -> None:
    known = {view.callback_id: view for view in declared}

    async def submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        user = body.get("user") or {}
        knock = await frame.knock(body, user.get("id"), whose.of_interaction(body))
        found = known.get(str(view.get("callback_id") or ""))
        if knock is None or found is None:
            await ack(response_action="update", view=views.stale_view())
            return
        try:
            outcomes = await frame.run(found.handler, knock, found.role)
        except UserMistake as mistake:
            await _answer_mistake(ack, frame, knock, mistake)
            return
        shown = [one.view for one in outcomes if isinstance(one, Show)]
        said = await frame.act(knock, outcomes)
        if said is not None:
            await frame.whisper(knock, said)
        if shown:
            await ack(response_action="update", view=shown[0])
        else:
            await ack()

    app.view(re.compile(".*"))(submitted)
    app.view_closed(re.compile(".*"))(_taken)


async def _answer_mistake(ack: AsyncAck, frame: Frame, knock: Knock, mistake: UserMistake) -> None:
    """Next to the field when there is one; nothing that was typed is lost."""
    log.info("user_mistake", extra={"code": mistake.code})
    fields = [block.get("block_id") for block in knock.view.get("blocks") or []]
    inputs = [
        block.get("block_id")
        for block in knock.view.get("blocks") or []
        if block.get("type") == "input"
    ]
    field = mistake.field if mistake.field in fields else next(iter(inputs), None)
    if field is None:
        await ack(response_action="update", view=views.told(frame.say(mistake)))
    else:
        errors = {field: frame.say_plainly(mistake)}
        errors |= {
            str(one.field): frame.say_plainly(one) for one in mistake.others if one.field in inputs
        }
        await ack(response_action="errors", errors=errors)


async def _taken(ack: AsyncAck) -> None:
    await ack()


async def _report(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """A bug or a store that is away: 500, so that Slack sends an event again."""
    log.error(
        "listener_failed",
        exc_info=error,
        extra={"event_id": body.get("event_id"), "kind": body.get("type")},
    )
    return BoltResponse(status=500, body="")
