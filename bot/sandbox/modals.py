"""Views: opening, pushing, updating, publishing and closing, with Slack's refusals."""

import json
from typing import Any

from bot.sandbox import forms, talk
from bot.sandbox.refusals import Refused
from bot.sandbox.shapes import view_problems
from bot.sandbox.state import Json, new_id, outward
from bot.sandbox.workspace import Workspace

DEEPEST = 3
LARGEST = 250_000
GIVEN = ("callback_id", "private_metadata", "external_id")


def make(slack: Workspace, given: Any, user: str, kind: str, old: Json | None = None) -> Json:
    """A full view from what the app sent, or what Slack would refuse about it.

    With `old` the new view takes its place: same id, and inputs keep what was typed.
    """
    _check(given, kind)
    blocks = talk.with_ids(given["blocks"])
    kept = old["state"]["values"] if old is not None else {}
    view_id = old["id"] if old is not None else new_id("V0")[:11]
    app = slack.state.app
    view: Json = {
        "id": view_id,
        "team_id": slack.state.team["id"],
        "type": kind,
        "blocks": blocks,
        **{key: given.get(key, "") for key in GIVEN},
        "state": {"values": forms.state(blocks, kept, {})},
        "hash": f"{int(slack.now())}.{new_id('')[:8]}",
        "title": given.get("title"),
        "submit": given.get("submit"),
        "close": given.get("close"),
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "root_view_id": old["root_view_id"] if old is not None else view_id,
        "previous_view_id": old["previous_view_id"] if old is not None else None,
        "app_id": app.id,
        "app_installed_team_id": slack.state.team["id"],
        "bot_id": app.bot_id,
        "_user": user,
    }
    return view


def _check(given: Any, kind: str) -> None:
    if not isinstance(given, dict):
        raise Refused("invalid_arguments", response_metadata={"messages": ["view is no object"]})
    if len(json.dumps(given)) > LARGEST:
        raise Refused("view_too_large")
    wrong = view_problems(given)
    if given.get("type") != kind:
        wrong.append(f"[ERROR] this call takes a view of type {kind} [json-pointer:/view/type]")
    if wrong:
        raise Refused("invalid_arguments", response_metadata={"messages": wrong})


def open_first(slack: Workspace, trigger_id: Any, given: Any) -> Json:
    """`views.open`. A modal that was open gives way."""
    trigger = slack.use_trigger(trigger_id)
    view = make(slack, given, trigger.user, "modal")
    _unique(slack, view)
    for old in slack.state.stack(trigger.user)[::-1]:
        _told_closed(slack, old)
    slack.state.modals[trigger.user] = [view]
    return _told(slack, "view_opened", view)


def push_on(slack: Workspace, trigger_id: Any, given: Any) -> Json:
    """`views.push`. The trigger must come from inside the modal."""
    trigger = slack.use_trigger(trigger_id)
    stack = slack.state.stack(trigger.user)
    if not any(view["id"] == trigger.view_id for view in stack):
        raise Refused("not_found")
    return push(slack, trigger.user, given)


def push(slack: Workspace, user: str, given: Any) -> Json:
    stack = slack.state.stack(user)
    if len(stack) >= DEEPEST:
        raise Refused("push_limit_reached")
    view = make(slack, given, user, "modal")
    _unique(slack, view)
    view["root_view_id"] = stack[0]["id"]
    view["previous_view_id"] = stack[-1]["id"]
    stack.append(view)
    return _told(slack, "view_opened", view)


def _unique(slack: Workspace, view: Json) -> None:
    named = view["external_id"]
    if named and any(one["external_id"] == named for one in _all(slack)):
        raise Refused("duplicate_external_id")


def _all(slack: Workspace) -> list[Json]:
    return [view for stack in slack.state.modals.values() for view in stack]


def find(slack: Workspace, view_id: Any, external_id: Any = None) -> Json:
    """An open modal by either id; refuses `not_found`."""
    for view in _all(slack):
        if view["id"] == view_id or (external_id and view["external_id"] == external_id):
            return view
    raise Refused("not_found")


def update(slack: Workspace, old: Json, given: Any, wanted_hash: Any = None) -> Json:
    """Put a new view in the place of an open one; `wanted_hash` guards against a race."""
    if wanted_hash and wanted_hash != old["hash"]:
        raise Refused("hash_conflict")
    view = make(slack, given, old["_user"], "modal", old)
    stack = slack.state.stack(old["_user"])
    stack[stack.index(old)] = view
    return _told(slack, "view_updated", view)


def publish(slack: Workspace, user: Any, given: Any, wanted_hash: Any = None) -> Json:
    """`views.publish`: the App Home of one person."""
    person = slack.person(user)
    old = slack.state.homes.get(person.id)
    if wanted_hash and old is not None and wanted_hash != old["hash"]:
        raise Refused("hash_conflict")
    view = make(slack, given, person.id, "home", old)
    slack.state.homes[person.id] = view
    slack.state.touch("home", person.id)
    slack.changes.publish(
        "home", frozenset({person.id}), app_id=slack.state.app.id, view=outward(view)
    )
    return view


def _told(slack: Workspace, kind: str, view: Json) -> Json:
    user = view["_user"]
    slack.state.touch("modal", user)
    slack.changes.publish(kind, frozenset({user}), view=outward(view))
    return view


def _told_closed(slack: Workspace, view: Json) -> None:
    user = view["_user"]
    slack.state.touch("modal", user)
    slack.changes.publish("view_closed", frozenset({user}), view_id=view["id"])


def pop(slack: Workspace, view: Json) -> None:
    """Close one view; those above it go with it."""
    stack = slack.state.stack(view["_user"])
    while view in stack:
        _told_closed(slack, stack.pop())


def clear(slack: Workspace, user: str) -> None:
    """Close the whole stack."""
    for view in slack.state.stack(user)[::-1]:
        _told_closed(slack, view)
    slack.state.modals[user] = []


def top(slack: Workspace, user: str) -> Json | None:
    stack = slack.state.stack(user)
    return outward(stack[-1]) if stack else None
