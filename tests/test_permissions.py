"""Who may do what: every command, button, form and event as every kind of person.

What is expected comes from the declarations alone. The handlers are stood in for by one that only
notes that it was reached, so each is asked for by everybody; what the handlers themselves refuse,
such as the lead of another team, is tried with the real ones further down.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import select

from bot.config import ROOT
from bot.db import Base
from bot.declared import DECLARATIONS, WORDS
from bot.deps import Deps
from bot.drills.team import service as team_drills
from bot.people import service as people
from bot.people.gate import gate
from bot.people.teams import service as teams
from bot.sandbox import forms
from bot.slack import listen, manifest
from bot.slack.declare import Action, Declaration, Event, Knock, Outcome, Role, Verb, View
from bot.web import board, installing, server
from bot.web.routes import ROUTES
from tests import knocking
from tests.knocking import everything
from tests.okrs.planting import CHANNEL, Planted, plant
from tests.okrs.test_attacks import FORMS, TYPED
from tests.world import ANSWER, World, settings

OURS, THEIRS = "T0SANDBOX", "T0OTHER"
DM = "D0ANYWHERE"
Json = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of person. `slack` is what Slack's user object says of them."""

    name: str
    user: str
    role: Role | None  # the highest that they may use; None: nothing at all
    slack: Json = field(default_factory=dict)
    team: str = OURS  # where they are at home
    says: str = ""  # the code of what refuses them everything


KINDS = (
    Kind("member", "U0BEN", Role.LEAD),
    Kind("lead", "U0ANA", Role.LEAD),
    Kind("admin", "U0DEV", Role.ADMIN, {"is_admin": True}),
    Kind("owner", "U0OWNER", Role.ADMIN, {"is_owner": True}),
    Kind("in no team", "U0FINN", Role.LEAD),
    Kind("never seen", "U0NEW", Role.LEAD),
    Kind("guest", "U0GUEST", Role.LEAD, {"is_restricted": True}),
    Kind(
        "guest of one channel",
        "U0SINGLE",
        Role.LEAD,
        {"is_restricted": True, "is_ultra_restricted": True},
    ),
    Kind("deactivated", "U0LEFT", None, {"deleted": True, "is_admin": True}, says="deactivated"),
    Kind("stranger", "U0STRANGER", None, team=THEIRS, says="stranger"),
)


class Stood:
    """Every listener there is, with a handler that only notes that it was reached."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reached: list[str] = []
        self.bolt = listen.build(
            world.deps, [self._noting(one) for one in DECLARATIONS], WORDS, gate
        )

    def _noting(self, one: Declaration) -> Declaration:
        async def reached(_deps: Deps, _knock: Knock) -> tuple[Outcome, ...]:
            self.reached.append(name_of(one))
            return ()

        return replace(one, handler=reached)

    async def knocks(self, body: Json) -> str:
        """What the answer says; a click's sentence is whispered."""
        calls = len(self.world.slack.workspace.calls)
        answer = await self.bolt.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        assert answer.status == 200, body
        whispers = [one["args"] for one in self.world.slack.workspace.calls[calls:]]
        return f"{answer.body or ''} {whispers}"


def name_of(one: Declaration) -> str:
    if isinstance(one, Verb):
        return f"{one.command} {one.name}".strip()
    if isinstance(one, Action):
        return one.action_id
    return one.callback_id if isinstance(one, View) else one.name


def asked() -> Iterator[Verb | Action | View]:
    for one in DECLARATIONS:
        if not isinstance(one, Event):
            yield one


def body_of(one: Verb | Action | View, user: str, home: str, value: str = "1") -> Json:
    """The request as Slack sends it; whoever is at home elsewhere is told of by `user`'s team."""
    if isinstance(one, Verb):
        text = f"{one.command} {one.name}".rstrip()
        return knocking.command(text, user, DM, OURS, user_team_id=home)
    if isinstance(one, Action):
        body = knocking.click(one.action_id, value, user, DM, OURS)
    else:
        body = knocking.submission(one.callback_id, user, OURS, TYPED)
        body["view"]["private_metadata"] = value
    return body | {"user": {"id": user, "team_id": home}}


async def known(world: World) -> Planted:
    """Everybody as Slack tells of them, and Ana's team."""
    place, deps = world.workspace_id, world.deps
    told = [
        people.profile({"id": kind.user, "name": kind.name} | kind.slack)
        for kind in KINDS
        if kind.team == OURS and kind.name != "never seen"
    ]
    async with deps.transaction() as session:
        profiles = [one for one in told if one is not None]
        await people.learn(session, place, profiles, deps.machine_now())
        return await plant(session, place, deps.now())


async def test_each_declaration_lets_in_whom_it_says_and_nobody_else(world: World) -> None:
    await known(world)
    await world.bot.scheduler.stop()  # from here on nothing happens by itself
    stood, before, wrong = Stood(world), await everything(world.deps), []
    for kind in KINDS:
        for one in asked():
            stood.reached.clear()
            said = await stood.knocks(body_of(one, kind.user, kind.team))
            may = kind.role is not None and one.role <= kind.role
            refusal = WORDS[kind.says or "admin_only"]
            fits = stood.reached == ([name_of(one)] if may else []) and (refusal in said) != may
            wrong += [] if fits else [f"{kind.name}: {name_of(one)}: {said}"]
    assert not wrong, "\n".join(wrong)
    assert await everything(world.deps) == before


# Events of the installation: nobody does them in a channel.
OF_THE_APP = {"app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked"}
HEARD = {"authorizations": [{"team_id": OURS, "user_id": "U0APP", "is_bot": True}]}


def happened(kind: str, user: str, home: str) -> Json:
    """An event of this type in a channel that we share with another workspace."""
    about = {"id": user, "team_id": home} if kind in ("user_change", "team_join") else user
    event = knocking.message("C0SHARED", user, "hello") | {"type": kind, "user": about}
    told = event | {"user_team": home, "channel_type": "channel"}
    return knocking.callback(told, OURS) | HEARD | {"is_ext_shared_channel": True}


async def test_nothing_that_a_stranger_does_in_a_shared_channel_is_heard(world: World) -> None:
    stood = Stood(world)
    kinds = {one.type for one in DECLARATIONS if isinstance(one, Event)} - OF_THE_APP
    assert {"message", "file_change", "app_home_opened"} <= kinds
    for kind in sorted(kinds):
        await stood.knocks(happened(kind, "U0STRANGER", THEIRS))
        assert stood.reached == []
        await stood.knocks(happened(kind, "U0BEN", OURS))
        assert stood.reached, kind
        stood.reached.clear()


# --- what the features refuse themselves ----------------------------------------------------------

TYPED_FIRST = ("drill setup", "okr new", "okr edit", "okr team", "okr tree", "okr", "mock join")
OPENED = ("okrs.edit", "okrs.team_open", "drills.self_score", "mocks.windows")
PARSED = ("tz", "windows", "country", "days_off", "weekly_budget")  # read as more than words
MOST = 3  # values tried with one button


class Person:
    """Somebody before the real listeners."""

    def __init__(self, world: World, user: str, dm: str) -> None:
        self.world, self.user, self.dm = world, user, dm
        self.sent = 0

    async def sends(self, body: Json) -> str:
        self.sent += 1
        request = AsyncBoltRequest(body=body, mode="socket_mode")
        answer = await self.world.bot.bolt.async_dispatch(request)
        assert answer.status == 200, body
        return answer.body or ""

    async def types(self, text: str) -> str:
        return await self.sends(knocking.command(f"/{text}", self.user, self.dm, OURS))

    async def presses(self, name: str, value: str) -> None:
        await self.sends(knocking.click(name, value, self.user, self.dm, OURS))

    async def submits(self, view: Json) -> str:
        """As it stands open, save that there is a word more in each text."""
        body = knocking.submission(view["callback_id"], self.user, OURS, filled(view))
        body["view"] |= {key: view[key] for key in ("private_metadata", "blocks")}
        return await self.sends(body)


def filled(view: Json) -> Json:
    state: Json = {}
    for block, element in forms.elements(view["blocks"]):
        if block["type"] == "input":
            key, initial = forms.KEYS[element["type"]]
            options = element.get("options", [])[:1]
            many = key in forms.MANY
            told = element.get(initial) or (options if many else next(iter(options), None))
            if element["type"] == "plain_text_input" and block["block_id"] not in PARSED:
                told = f"{told or ''} forged"
            state[block["block_id"]] = {element["action_id"]: {key: told}}
    return state


def shown(world: World) -> tuple[dict[str, Json], list[tuple[str, str]]]:
    """The newest form of each kind, and the buttons and options, that Slack was told of."""
    calls = [one["args"] for one in world.slack.workspace.calls]
    views = [one["view"] for one in calls if one.get("view", {}).get("type") == "modal"]
    buttons = set()
    for node in knocking.nodes(calls):
        values = [one.get("value") for one in (node, *(node.get("options") or []))]
        buttons |= {(str(node.get("action_id")), str(value)) for value in values if value}
    return {view["callback_id"]: view for view in views}, sorted(buttons)


async def toured(world: World) -> tuple[Planted, Person]:
    """Ana, who leads a team, has drilled and has opened every form that she can."""
    planted, ana = await known(world), world.person("U0ANA")
    await ana.types("/drill now")
    drill = await world.drill(ana)
    await ana.says(drill["channel"], ANSWER, thread_ts=drill["ts"])
    await world.card(ana, drill)
    await ana.types("/drill team 09:00 Europe/Berlin", CHANNEL)
    await world.move_to("2026-03-03T10:01:00+00:00")  # Ana is asked for her check-ins
    opener = Person(world, "U0ANA", drill["channel"])
    for text in TYPED_FIRST:
        await opener.types(text)
    for name, value in shown(world)[1]:
        if name.startswith(OPENED):
            await opener.presses(name, value)
    return planted, opener


async def rows_of_others(world: World, user: str) -> dict[str, list[Json]]:
    """All rows save this person's own and which knocks have come."""
    held: dict[str, list[Json]] = {}
    async with world.deps.transaction() as session:
        me = await people.ensure(session, world.workspace_id, user)
        for table in Base.metadata.sorted_tables:
            rows = (await session.execute(select(table).order_by(table.c.id))).mappings()
            others = [dict(one) for one in rows if one.get("member_id") != me.id]
            held[table.name] = [one for one in others if one.get("user_id") != user]
    del held["seen_knocks"]
    return held


async def test_nobody_changes_what_is_anothers(world: World) -> None:
    """With the very forms and buttons that a lead was shown, and with forged ones."""
    planted, ana = await toured(world)
    await world.bot.scheduler.stop()
    views, buttons = shown(world)
    finn = Person(world, "U0FINN", await world.person("U0FINN").app())
    before = await rows_of_others(world, finn.user)
    for view in views.values():
        await finn.submits(view)
    ids = (planted.team.id, planted.objective.id, planted.ttfv, planted.team_cycle_id)
    forged = [form.format(one) for one in sorted(set(ids)) for form in FORMS]
    dice = Random(8)
    for one in asked():
        if isinstance(one, Action):
            carried = [value for name, value in buttons if name.startswith(one.action_id)]
            for value in [*carried[:MOST], *dice.sample(forged, MOST)][:MOST]:
                await finn.presses(one.action_id, value)
    assert await rows_of_others(world, finn.user) == before

    assert {"okrs.check_in_save", "okrs.team_save", "drills.self_score_save"} <= set(views)
    await ana.submits(views["okrs.team_save"])  # the same of hers is no refusal
    after = await rows_of_others(world, finn.user)
    assert [name for name in before if before[name] != after[name]] == ["teams"]


ARGUMENTS = {"team": "10:00 Europe/Berlin", "report": "checkout"}  # of the verbs for leads
NOT_LED = ("not_lead", "lead_only", "lead_archives", "mock_report_leads")


async def test_only_the_lead_does_what_a_lead_may_and_only_while_it_is_theirs(
    world: World,
) -> None:
    """With the same buttons, before and after somebody else leads the team."""
    planted, ana = await toured(world)
    ben = Person(world, "U0BEN", await world.person("U0BEN").app())  # in the team, not its lead
    assert await refused_as_lead(ben, planted) == {name_of(one) for one in for_leads()}
    assert await refused_as_lead(ana, planted) == set()
    async with world.deps.transaction() as session:
        team = await teams.locked(session, world.workspace_id, planted.team.id)
        drill = await team_drills.of_channel(session, world.workspace_id, CHANNEL)
        assert drill is not None
        team.lead = drill.lead = "U0CHLOE"
    assert await refused_as_lead(ana, planted) == {name_of(one) for one in for_leads()}


def for_leads() -> Iterator[Verb | Action | View]:
    return (one for one in asked() if one.role is Role.LEAD)


async def refused_as_lead(person: Person, planted: Planted) -> set[str]:
    """What this person is told to be the lead's alone; nothing of it changes a row."""
    refused, world = set(), person.world
    for one in for_leads():
        before = await rows_of_others(world, person.user)
        if isinstance(one, Verb):
            text = f"{one.command} {one.name} {ARGUMENTS[one.name]}"
            said = await person.sends(knocking.command(text, person.user, CHANNEL, OURS))
        else:
            calls = len(world.slack.workspace.calls)
            value = f"o:{planted.objective.id}" if "edit" in name_of(one) else planted.team_cycle_id
            await person.presses(name_of(one), str(value))
            said = str([call["args"] for call in world.slack.workspace.calls[calls:]])
        if any(WORDS[code].partition("{")[0] in said for code in NOT_LED):
            refused.add(name_of(one))
            assert await rows_of_others(world, person.user) == before
    return refused


def test_whoever_leads_must_know_what() -> None:
    assert {name_of(one) for one in for_leads() if not one.whose} == set()


async def test_every_route_is_listed_with_who_may_ask(world: World) -> None:
    told = settings(world.slack, world.deps.settings.database_url, socket=False)
    health = server.Health(world.bot.ready, world.bot.alive, _no_figures)
    web = server.build(told, world.bot.bolt, health)
    board.add(web, world.deps)
    installing.add(web, world.deps, manifest.scopes(DECLARATIONS))
    found = {
        (route.method, route.resource.canonical)
        for route in web.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert found == {(one.method, one.path) for one in ROUTES}


async def _no_figures() -> str:
    return ""


def test_each_threat_names_tests_that_there_are() -> None:
    page = (ROOT / "docs" / "threats.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page)
    assert len(named) > 15
    missing = [one for one in named if f"def {one[1]}(" not in (ROOT / one[0]).read_text("utf-8")]
    assert missing == []
