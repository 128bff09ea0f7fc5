"""Forms are sent off or closed, and the app's answer to that is carried out."""

from typing import Any

from bot.sandbox import forms, modals
from bot.sandbox.interact import TROUBLE, base, on_view, surface
from bot.sandbox.refusals import NotForThem, Refused
from bot.sandbox.state import Json, outward
from bot.sandbox.workspace import Workspace


async def submit(slack: Workspace, user: str, body: Json) -> Json:
    """A form is sent off: `{"closed", "errors", "view", "notice"}`."""
    at = surface(slack, user, body)
    view = at.view
    if view is None or view["type"] != "modal":
        raise NotForThem("view_not_found", "this view is not open", 404)
    where = on_view(slack, view, dict(body.get("values") or {}))
    errors = forms.problems(view["blocks"], view["state"]["values"])
    if errors:
        return _form(slack, user, view, errors)
    payload = base(slack, "view_submission", user, view["id"])
    payload |= {"view": where["view"], "response_urls": []}
    outcome = await slack.out.ask("interactive", payload, slack.state.app.interactivity_url)
    if not outcome.ok:
        return _form(slack, user, view, notice=TROUBLE)
    try:
        errors = _carry_out(slack, user, view, outcome.payload)
    except Refused:
        return _form(slack, user, view, notice=TROUBLE)
    return _form(slack, user, view, errors)


def _form(
    slack: Workspace,
    user: str,
    view: Json,
    errors: dict[str, str] | None = None,
    notice: str | None = None,
) -> Json:
    still = any(one["id"] == view["id"] for one in slack.state.stack(user))
    return {
        "closed": not still,
        "errors": errors or {},
        "view": modals.top(slack, user),
        "notice": notice,
    }


def _carry_out(slack: Workspace, user: str, sent: Json, payload: Any) -> dict[str, str]:
    """Apply the app's `response_action`; returns errors for the blocks that exist."""
    # The app may have updated the view meanwhile: what stands there now is meant.
    view = next((one for one in slack.state.stack(user) if one["id"] == sent["id"]), None)
    if view is None:
        return {}
    deed = payload.get("response_action") if isinstance(payload, dict) else None
    if deed == "errors":
        inputs = {one["block_id"] for one in view["blocks"] if one["type"] == "input"}
        given = payload.get("errors") or {}
        return {key: str(text) for key, text in given.items() if key in inputs}
    if deed == "update":
        modals.update(slack, view, payload.get("view"))
    elif deed == "push":
        modals.push(slack, user, payload.get("view"))
    elif deed == "clear":
        modals.clear(slack, user)
    else:
        modals.pop(slack, view)
    return {}


async def close(slack: Workspace, user: str, body: Json) -> str | None:
    """A person closes a modal, or with `all` the whole stack; told when the app wants to know."""
    at = surface(slack, user, body)
    if at.view is None:
        raise NotForThem("view_not_found", "this view is not open", 404)
    cleared = bool(body.get("all")) or at.view["clear_on_close"]
    gone = [*slack.state.stack(user)][::-1] if cleared else [at.view]
    if cleared:
        modals.clear(slack, user)
    else:
        modals.pop(slack, at.view)
    failed = None
    for view in gone:
        if view["notify_on_close"]:
            payload = base(slack, "view_closed", user) | {"view": outward(view)}
            payload |= {"is_cleared": cleared}
            url = slack.state.app.interactivity_url
            outcome = await slack.out.ask("interactive", payload, url)
            failed = None if outcome.ok else TROUBLE
    return failed
