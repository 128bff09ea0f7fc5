"""The manifest and the pages that are made from the declarations."""

import re
from typing import Any

import pytest

from bot import features, reference
from bot.config import ROOT, Settings
from bot.sandbox.shapes import manifest_problems
from bot.slack import manifest
from bot.slack.declare import Action, Event, Outcome, Verb, View

URL = "https://drumbeat.example.org"
Json = dict[str, Any]
MINIMAL = {"chat:write", "im:write", "im:history", "users:read", "files:read", "files:write"}


def made(mode: str) -> Json:
    return manifest.build(features.DECLARATIONS, mode, URL)


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_slack_takes_it(mode: str) -> None:
    assert manifest_problems(made(mode)) == []


def test_http_names_one_address_for_everything() -> None:
    told = made("http")
    address = f"{URL}/slack/events"
    assert told["settings"]["event_subscriptions"]["request_url"] == address
    assert told["settings"]["interactivity"]["request_url"] == address
    assert {one["url"] for one in told["features"]["slash_commands"]} == {address}
    assert told["settings"]["socket_mode_enabled"] is False


def test_socket_names_none() -> None:
    told = made("socket")
    assert "https://" not in str(told)
    assert told["settings"]["socket_mode_enabled"] is True


def test_every_event_and_command_is_in_it() -> None:
    told = made("socket")
    events = {one.name for one in features.DECLARATIONS if isinstance(one, Event)}
    assert set(told["settings"]["event_subscriptions"]["bot_events"]) == events
    verbs = [one for one in features.DECLARATIONS if isinstance(one, Verb)]
    listed = {one["command"]: one for one in told["features"]["slash_commands"]}
    assert set(listed) == {verb.command for verb in verbs}
    for verb in verbs:
        hint = listed[verb.command]["usage_hint"].split(" | ")
        assert not verb.name or verb.name in hint


def test_only_over_http_is_there_a_way_back_from_installing() -> None:
    told = made("http")
    assert told["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]
    assert told["settings"]["org_deploy_enabled"] is True
    assert "redirect_urls" not in made("socket")["oauth_config"]


def test_scopes_are_those_that_are_needed() -> None:
    scopes = made("socket")["oauth_config"]["scopes"]
    needed = set(scopes["bot"])
    assert needed >= MINIMAL | {"commands", "mpim:write", "mpim:history"}
    for one in features.DECLARATIONS:
        if isinstance(one, Event):
            wanted = set(scopes["bot_optional"] if one.optional else needed)
            assert set(one.scopes) <= wanted | needed
    assert not needed & set(scopes["bot_optional"])


async def nothing(*_: object) -> tuple[Outcome, ...]:
    return ()


def test_ids_are_declared_once() -> None:
    """Bolt runs only the first that matches, so a second declaration would never be heard."""
    ids: list[tuple[str, ...]] = []
    for one in features.DECLARATIONS:
        if isinstance(one, Verb):
            ids.append((one.command, one.name))
        elif isinstance(one, Action):
            ids.append(("action", one.action_id))
        elif isinstance(one, View):
            ids.append(("view", one.callback_id))
    assert len(ids) == len(set(ids))


def test_nothing_is_longer_than_slack_takes() -> None:
    """Fifty commands' worth of verbs would not fit the hint: say so before Slack does."""
    for one in made("http")["features"]["slash_commands"]:
        assert len(one["command"]) <= 32
        assert len(one["usage_hint"]) <= 1000


@pytest.mark.parametrize(
    "page",
    [reference.COMMANDS, reference.PERMISSIONS, reference.SETTINGS, reference.METRICS],
    ids=lambda one: one.name,
)
def test_the_page_is_current(page: Any) -> None:
    told = {
        reference.COMMANDS: reference.commands(features.DECLARATIONS),
        reference.PERMISSIONS: reference.permissions(features.DECLARATIONS),
        reference.SETTINGS: reference.settings(),
        reference.METRICS: reference.metrics(),
    }
    assert page.read_text("utf-8") == told[page], "run `python -m bot.reference`"


def test_every_setting_says_what_it_means() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert reference.variable(name, field) == name.upper() or reference.variable(
            name, field
        ) == (f"DRUMBEAT_{name.upper()}")


def test_the_surface_lists_no_setting_that_is_missing() -> None:
    """Names that the README or another page shows are settings that there are."""
    known = {reference.variable(*one) for one in Settings.model_fields.items()}
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"`((?:DRUMBEAT|SLACK)_[A-Z_]+)[`=]", page.read_text("utf-8"))
    }
    assert named <= known, named - known


def test_a_verb_with_a_bar_does_not_break_the_table() -> None:
    verb = Verb("/drill", "off", nothing, "days | nights", "a|b")
    line = next(
        one for one in reference.commands([verb]).splitlines() if one.startswith("| `/drill")
    )
    assert line == "| `/drill off a\\|b` | days \\| nights | everybody |"
