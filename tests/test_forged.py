"""Forged and stale requests: forms and buttons that somebody made up, kept or outlived.

Replays over HTTP are tried in test_http_answers, requests that Slack did not sign in test_http, ids
of another workspace in test_isolation, another's ids in test_permissions.
"""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserMistake
from bot.okrs.tables import TeamCycle
from bot.people import service as people
from bot.sandbox import forms
from bot.slack.declare import Action, Verb
from bot.slack.typed import sound, storable
from tests import knocking
from tests.knocking import everything
from tests.test_permissions import OURS, Person, asked, name_of, rows_of_others, shown, toured
from tests.world import World

Json = dict[str, Any]
NAMES_NOTHING = (
    *(
        "",
        "-1",
        "0",
        "9" * 40,
        "2147483648",
        "²",
        "1e9",
        "x" * 3000,
        "nul\x00",
        "\ud800",
        "\u202e1",
    ),
    *("{}", "[]", "null", '{"id": 99999}', "kr:99999", "o:", "99999:x", "99999.99999", "99999 1"),
    *("9999-12-31", "0001-01-01", "2026-02-30", "24:61"),
)
NO_FORM_SENDS = (3, ["x"], {"a": 1}, [{"value": 3}])  # whatever stands in it
MOST = 2  # values tried with each; every value comes about a dozen times


def spoilt(view: Json, junk: object) -> Json:
    """The form's state with junk in each input."""
    state: Json = {}
    for block, element in forms.elements(view["blocks"]):
        if block["type"] == "input":
            key, _ = forms.KEYS[element["type"]]
            one = {"value": junk} if key.startswith("selected_option") else junk
            told = [one] if key in forms.MANY else one
            state[block["block_id"]] = {element["action_id"]: {key: told}}
    return state


class Forger(Person):
    async def fills(self, view: Json, junk: object, metadata: str) -> None:
        body = knocking.submission(view["callback_id"], self.user, OURS, spoilt(view, junk))
        body["view"] |= {"private_metadata": metadata, "blocks": view["blocks"]}
        await self.sends(body)

    async def carries(self, name: str, metadata: str) -> None:
        body = knocking.submission(name, self.user, OURS, {})
        body["view"]["private_metadata"] = metadata
        await self.sends(body)

    async def tries_everything(self, junk: Iterator[str]) -> None:
        for one in asked():
            for value in islice(junk, MOST):
                if isinstance(one, Verb):
                    await self.types(f"{one.command[1:]} {one.name} {value}")
                elif isinstance(one, Action):
                    await self.presses(name_of(one), value)
                else:
                    await self.carries(name_of(one), value)


async def test_what_names_nothing_changes_nothing(world: World) -> None:
    """By an admin, whom nothing in this workspace stops."""
    await toured(world)
    await world.bot.scheduler.stop()
    async with world.deps.transaction() as session:
        admin = await people.ensure(session, world.workspace_id, "U0FINN")
        admin.is_admin = True
    finn = Forger(world, "U0FINN", await world.person("U0FINN").app())
    before, junk = await rows_of_others(world, finn.user), cycle(NAMES_NOTHING)
    await finn.tries_everything(junk)
    views, _ = shown(world)
    for view in views.values():
        for wrong in NO_FORM_SENDS:
            await finn.fills(view, wrong, view["private_metadata"])
    assert await rows_of_others(world, finn.user) == before
    for view in views.values():  # a form may hold any words; what they change is the admin's right
        for text in islice(junk, 2):
            await finn.fills(view, text, view["private_metadata"])


async def test_what_is_over_since_changes_nothing(world: World) -> None:
    """Forms and buttons of a cycle that was closed, and of a session that ended."""
    planted, ana = await toured(world)
    await ana.types("drill skip")
    views, buttons = shown(world)
    async with world.deps.transaction() as session:
        part = await session.get_one(TeamCycle, planted.team_cycle_id)
        part.closed_at = world.deps.now()
    await world.tick()
    await world.bot.scheduler.stop()
    before = await rows(world)
    assert "not yours any more" in await ana.submits(views["okrs.check_in_save"])
    assert "This cycle is closed" in await ana.submits(views["okrs.edit_save"])
    for name, value in buttons:
        if name.startswith(OF_A_SESSION):
            await ana.presses(name, value)
    assert await rows(world) == before


OF_A_SESSION = ("drills.start", "drills.done", "drills.skip", "drills.retake", "drills.finish")


KEPT = ("seen_knocks", "outbox_messages", "check_in_drafts")  # what was typed is not lost


async def rows(world: World) -> Json:
    held = await everything(world.deps)
    return {name: held[name] for name in held if name not in KEPT}


# --- the readers of what was typed ----------------------------------------------------------------


def words(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, list | dict):
        for one in [*told, *(told.values() if isinstance(told, dict) else ())]:
            yield from words(one)


HOSTILE = st.text(st.sampled_from("ab\0\ud83d\udca9\ue000 \U0001f4a9"))
DOCUMENTS = st.recursive(
    st.none() | st.integers() | HOSTILE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100)
@given(DOCUMENTS)
def test_whatever_was_sent_can_be_stored(told: Any) -> None:
    kept = storable(told)
    assert all("\0" not in word for word in words(kept))
    assert "".join(words(kept)).encode("utf-8") is not None  # strict: raises for half of a pair
    assert storable(kept) == kept


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("value", "words", 3),
        ("selected_date", "2026-03-05", "2026-02-30"),
        ("selected_date", "2026-03-05", ["2026-03-05"]),
        ("selected_time", "23:59", "24:00"),
        ("selected_time", "00:00", "00:00:01"),
        ("selected_user", "U0ANA", {"id": "U0ANA"}),
        ("selected_users", ["U0ANA"], "U0ANA"),
        ("selected_users", [], [None]),
        ("selected_option", {"value": "a", "text": {}}, {"text": {}}),
        ("selected_options", [{"value": "a"}], {"value": "a"}),
    ],
)
def test_an_input_holds_what_its_kind_can(key: str, good: object, bad: object) -> None:
    for fine in (good, None):
        state = {"block": {"action": {"type": "any", key: fine}}}
        assert sound(state) == state
    with pytest.raises(UserMistake) as refused:
        sound({"block": {"action": {key: bad}}})
    assert (refused.value.code, refused.value.field) == ("form_unread", "block")


@pytest.mark.parametrize("state", [[], "x", {"block": []}, {"block": {"action": "x"}}])
def test_a_state_of_another_shape_is_refused(state: Any) -> None:
    with pytest.raises(UserMistake):
        sound(state)
