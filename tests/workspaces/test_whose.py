"""Which of the teams that Slack names is meant, and what the directory asks the store for."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.slack.directory import Directory, Place
from bot.slack.whose import Address, home_of, of_command, of_event, of_interaction

PLACE = Place(1, "T1", "UBOT", "xoxb-secret")


def event(said: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event": said or {"type": "x"}, **body}


def sent_for(team_id: str | None, **more: Any) -> list[dict[str, Any]]:
    return [{"team_id": team_id, "enterprise_id": None, **more}]


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        (event(), (Address("T1"),)),
        (event(authorizations=[]), (Address("T1"),)),
        (event(authorizations=sent_for("T2")), (Address("T2"),)),
        (event(context_team_id="T3"), (Address("T3"),)),
        (
            event(authorizations=sent_for(None, enterprise_id="E1", is_enterprise_install=True)),
            (Address("T1", "E1", is_org=True),),
        ),
        # What its author does in a shared channel belongs to the author's own workspace …
        (
            event(
                {"type": "message", "user_team": "T2", "team": "T1"},
                is_ext_shared_channel=True,
                authorizations=sent_for("T1"),
            ),
            (Address("T2"), Address("T1")),
        ),
        # … also when it is an edit; and in a channel of one workspace nobody asks.
        (
            event(
                {"type": "message", "message": {"team": "T2"}},
                is_ext_shared_channel=True,
                authorizations=sent_for("T1"),
            ),
            (Address("T2"), Address("T1")),
        ),
        (event({"type": "message", "user_team": "T2"}), (Address("T1"),)),
        (
            {
                "team_id": None,
                "enterprise_id": "E1",
                "event": {"type": "team_access_granted", "team_ids": ["T7", "T8"]},
            },
            (Address("T7", "E1", is_org=True, returns=True),),
        ),
        ({"team_id": 7, "event": None, "authorizations": "x"}, (Address(""),)),
    ],
)
def test_an_event_is_about(body: dict[str, Any], meant: tuple[Address, ...]) -> None:
    assert of_event(body) == meant


def test_a_command_and_a_click_are_about() -> None:
    typed = {"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}
    assert of_command(typed) == Address("T1", "E1", is_org=True)
    assert of_command(typed | {"is_enterprise_install": "false"}) == Address("T1", "E1")
    pressed: dict[str, Any] = {"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}}
    assert of_interaction(pressed) == Address("T1")
    assert of_interaction(pressed | {"view": {"app_installed_team_id": "T3"}}) == Address("T3")
    alone = {"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
    assert of_interaction(pressed | alone) == Address("T2", "E1", is_org=True)
    assert of_interaction({}) == Address("")


def test_whose_home_is_not_told() -> None:
    assert home_of({"type": "message"}) == ""


async def test_a_token_is_in_no_repr() -> None:
    directory = Directory(own=PLACE)
    directory.keep([PLACE])
    assert "xoxb-secret" not in repr(directory) + repr(PLACE)


async def test_the_store_is_asked_once_for_all_who_wait_and_for_nobody_twice() -> None:
    asked: list[Address] = []

    async def look(address: Address) -> Place | None:
        asked.append(address)
        await asyncio.sleep(0.01)
        return PLACE if address.team_id == "T1" else None

    directory = Directory(look=look)
    ours, theirs = Address("T1"), Address("T9")
    found = await asyncio.gather(*(directory.find(one) for one in (ours, theirs) * 4))
    assert found == [PLACE, None] * 4
    assert await directory.find(theirs) is None
    assert sorted(one.team_id for one in asked) == ["T1", "T9"]

    directory.keep([replace(PLACE, workspace_id=2, team_id="T9")])  # installed meanwhile
    assert await directory.find(theirs) is not None
    directory.forget(2)
    assert directory.of_team("T9") is None


async def test_a_store_that_is_away_is_asked_again() -> None:
    fails = [True]

    async def look(_: Address) -> Place | None:
        if fails.pop():
            raise OSError
        return PLACE

    directory = Directory(look=look)
    with pytest.raises(OSError):  # noqa: PT011 - whatever the store raises
        await directory.find(Address("T1"))
    fails.append(False)
    assert await directory.find(Address("T1")) == PLACE
