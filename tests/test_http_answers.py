"""What HTTP mode answers: replays, handshakes, the unknown, a store that is away, health."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text

from tests import databases
from tests.door import METRICS, Door, opened
from tests.knocking import (
    Json,
    callback,
    click,
    command,
    everything,
    message,
    submission,
)
from tests.person import until
from tests.world import ANSWER

ANA = "U0ANA"


@pytest.fixture
def store() -> Iterator[str]:
    with databases.sqlite() as url:
        yield url


@pytest.fixture
async def door(store: str) -> AsyncIterator[Door]:
    async with opened(store) as made:
        await made.settled()
        yield made


async def test_a_replayed_answer_counts_once(door: Door) -> None:
    reply = door.reply()
    assert (await door.slack.event(reply)).status == 200
    await door.world.card(door.ana, door.drill)
    before = await door.settled()
    for headers in ({}, {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}):
        assert (await door.slack.event(reply, headers=headers)).status == 200
    assert await door.settled() == before


async def test_a_replayed_command_counts_once(door: Door) -> None:
    typed = command("/drill now", ANA, door.dm, door.team)
    first = await door.slack.form(typed)
    assert "on its way" in first.text
    await door.world.drill(door.ana, after=door.drill["ts"])
    before = await door.settled()
    assert (await door.slack.form(typed)).status == 200
    assert await door.settled() == before


@pytest.mark.parametrize("action", ["drills.skip", "home.setup", "home.stats", "drills.of_old"])
async def test_a_replayed_click_counts_once(door: Door, action: str) -> None:
    """Also one that only opens a form, tells figures or is not known any more."""
    session_id = (await everything(door.world.deps))["drill_sessions"][0][0]
    pressed = click(action, str(session_id), ANA, door.dm, door.team)
    assert (await door.slack.interaction(pressed)).status == 200
    before = await door.settled()
    assert (await door.slack.interaction(pressed)).status == 200
    assert await door.settled() == before


async def test_a_replayed_form_counts_once(door: Door) -> None:
    await door.ana.types("/drill setup")
    view = await door.ana.waits_for_modal()
    values = _as_entered(view)
    sent = submission(view["callback_id"], ANA, door.team, values)
    assert (await door.slack.interaction(sent)).status == 200
    before = await door.settled()
    assert (await door.slack.interaction(sent)).status == 200
    assert await door.settled() == before


INITIAL = {
    "static_select": ("initial_option", "selected_option"),
    "timepicker": ("initial_time", "selected_time"),
    "datepicker": ("initial_date", "selected_date"),
    "checkboxes": ("initial_options", "selected_options"),
    "plain_text_input": ("initial_value", "value"),
}


def _as_entered(view: Json) -> Json:
    """A form's state when nothing was changed in it."""
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            initial, entered = INITIAL[element["type"]]
            state = {"type": element["type"], entered: element.get(initial)}
            values[block["block_id"]] = {element["action_id"]: state}
    return values


async def test_the_handshake(door: Door) -> None:
    told = {"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"}
    answer = await door.slack.event(told)
    assert (answer.status, answer.json) == (200, {"challenge": "3eZbrw1aB"})
    assert (await door.slack.event(told, secret="another-secret")).status == 401


async def test_the_certificate_check(door: Door) -> None:
    """Slack looks at the certificate without signing; a command hidden in it is not taken."""
    before = await door.held()
    unsigned = {"X-Slack-Signature": ""}
    check = {"ssl_check": "1", "token": "t"}
    assert (await door.slack.form(check, headers=unsigned)).status == 200
    hidden = check | command("/drill now", ANA, door.dm, door.team)
    assert (await door.slack.form(hidden, headers=unsigned)).status == 401
    assert await door.settled() == before


async def test_slack_limits_our_events(door: Door) -> None:
    told = {"type": "app_rate_limited", "team_id": door.team, "minute_rate_limited": 1518467820}
    assert (await door.slack.event(told)).status == 200


async def test_the_unknown_is_answered_politely(door: Door) -> None:
    old = click("okrs.of_old", "17", ANA, door.dm, door.team)
    assert (await door.slack.interaction(old)).status == 200
    await until(lambda: _whispered(door, "older version"))

    form = await door.slack.interaction(submission("okrs.of_old", ANA, door.team, {}))
    assert form.json["response_action"] == "update"
    assert "older version" in form.text

    typed = await door.slack.form(command("/dril now", ANA, door.dm, door.team))
    assert "I do not know /dril" in typed.text
    verb = await door.slack.form(command("/drill pauze", ANA, door.dm, door.team))
    assert "Did you mean `/drill pause`?" in verb.text

    event = {"type": "emoji_changed", "subtype": "add"}
    assert (await door.slack.event(callback(event, door.team))).status == 200
    for kind in ("shortcut", "message_action", "block_suggestion", "view_closed"):
        known = click("x", "", ANA, door.dm, door.team) | {"type": kind, "callback_id": "x"}
        view = {"view": {"id": "V1", "type": "modal", "callback_id": "x"}}
        told = known | {"action_id": "x", "value": "y", "message": {"ts": "1.2"}} | view
        assert (await door.slack.interaction(told)).status == 200, kind


async def _whispered(door: Door, words: str) -> bool:
    return any(words in one["text"] for one in await door.ana.whispers(door.dm))


async def test_a_workspace_we_do_not_know(door: Door) -> None:
    before = await door.held()
    team = "T0ELSEWHERE"
    said = await door.slack.form(command("/drill now", "U9", "D9", team))
    assert "not installed" in said.text
    pressed = click("drills.skip", "1", "U9", "D9", team)
    assert (await door.slack.interaction(pressed)).status == 200
    event = callback(message("D9", "U9", "hello"), team)
    assert (await door.slack.event(event)).status == 200
    assert await door.settled() == before


async def test_somebody_of_another_workspace(door: Door) -> None:
    """Shared channels bring people whose account is elsewhere."""
    pressed = click("drills.now", "", "U0GUEST", door.dm, door.team)
    pressed["user"]["team_id"] = "T0ELSEWHERE"
    before = await everything(door.world.deps)
    assert (await door.slack.interaction(pressed)).status == 200
    await door.settled()
    assert await everything(door.world.deps) == before


async def test_a_store_that_is_away_is_a_500_and_the_event_comes_again(door: Door) -> None:
    reply = door.reply()
    async with door.world.deps.transaction() as session:
        await session.execute(text("ALTER TABLE answer_messages RENAME TO away"))
    assert (await door.slack.event(reply)).status == 500
    async with door.world.deps.transaction() as session:
        await session.execute(text("ALTER TABLE away RENAME TO answer_messages"))
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}
    assert (await door.slack.event(reply, headers=again)).status == 200
    card = await door.world.card(door.ana, door.drill)
    assert "Trade-offs: " in card["text"]


async def test_health(door: Door) -> None:
    healthy, ready = await door.slack.get("/healthz"), await door.slack.get("/readyz")
    assert (healthy.status, healthy.json) == (200, {"ok": True})
    assert (ready.status, ready.json) == (200, {"failing": []})

    places = door.world.deps.directory.all()
    door.world.deps.directory.forget(places[0].workspace_id)
    ready = await door.slack.get("/readyz")
    assert (ready.status, ready.json) == (503, {"failing": ["slack"]})
    door.world.deps.directory.keep(places)


async def test_ready_says_that_the_store_is_away(door: Door) -> None:
    async with door.world.deps.sessions() as holding:
        await holding.connection()  # SQLite's one connection is taken for longer than it waits
        ready = await door.slack.get("/readyz")
        assert (ready.status, ready.json) == (503, {"failing": ["store"]})
    assert (await door.slack.get("/readyz")).status == 200


async def test_before_the_workspace_is_known_slack_is_asked_to_come_again(door: Door) -> None:
    before = await door.held()
    door.world.bot.taking = False
    assert (await door.slack.event(door.reply())).status == 503
    assert await door.settled() == before


async def test_metrics_are_for_this_machine_or_the_token(door: Door) -> None:
    page = await door.slack.get("/metrics")
    assert page.status == 200
    assert "# TYPE drumbeat_outbox_messages gauge" in page.text
    assert "drumbeat_workspaces 1" in page.text
    assert ANSWER[:20] not in page.text

    through = {"X-Forwarded-For": "192.0.2.7"}
    assert (await door.slack.get("/metrics", **through)).status == 403
    assert (await door.slack.get("/metrics", Host="rebound.example")).status == 403
    assert (await door.slack.get("/metrics", Host="localhost:9090")).status == 200
    for wrong in ("Bearer wrong", "Bearer é", METRICS):
        assert (await door.slack.get("/metrics", Authorization=wrong, **through)).status == 403
    right = f"Bearer {METRICS}"
    assert (await door.slack.get("/metrics", Authorization=right, **through)).status == 200
