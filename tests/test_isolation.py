"""Two workspaces with the same people, channels, teams and keys: nothing of one shows or changes in
the other, whatever the same person's id sends there that was taken from the first."""

import json
import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import select, update

from bot.db import Base
from bot.drills.tables import DrillSession
from bot.features import DECLARATIONS
from bot.okrs.board.rules import PURPOSE
from bot.okrs.exchange import dumping, reading
from bot.okrs.exchange import service as exchange
from bot.okrs.exchange.views import EXAMPLE
from bot.okrs.tables import KeyResult
from bot.people import service as people
from bot.slack.declare import Action, Verb, View
from tests import knocking
from tests.okrs.planting import Planted, plant
from tests.okrs.test_attacks import FORMS, TYPED
from tests.person import until
from tests.workspaces.shop import Shop, opened, team
from tests.world import ANSWER

OURS, THEIRS, ANA = "T0SANDBOX", "T0OTHER", "U0ANA"
CANARY = "zitronenfalter"  # in everything that the first workspace says or stores
MOST = 3  # values tried with one button or form
Json = dict[str, Any]
Rows = dict[str, list[tuple[Any, ...]]]


async def rows(shop: Shop, workspace_id: int) -> Rows:
    found: Rows = {}
    async with shop.world.deps.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if "workspace_id" in table.c:
                mine = select(table).where(table.c.workspace_id == workspace_id)
                asked = await session.execute(mine.order_by(table.c.id))
                found[table.name] = [tuple(row) for row in asked]
    return found


async def lived_in(shop: Shop) -> Planted:
    """Ana of the first workspace drills, has goals and opens what there is to open."""
    ana, deps = shop.person(OURS, ANA), shop.world.deps
    async with deps.transaction() as session:
        planted = await plant(session, shop.id_of(OURS), deps.now())
        planted.team.name = planted.objective.title = f"{CANARY} team"
        mine = update(KeyResult).where(KeyResult.workspace_id == shop.id_of(OURS))
        await session.execute(mine.values(title=f"{CANARY} result"))
        await plant(session, shop.id_of(THEIRS), deps.now())
    await ana.types("/drill now")
    drill = await shop.world.drill(ana)
    await ana.says(await ana.app(), f"{ANSWER} {CANARY}", thread_ts=drill["ts"])
    await shop.world.card(ana, drill)
    await shop.person(THEIRS, ANA).types("/drill now")
    await shop.world.drill(shop.person(THEIRS, ANA))
    for typed in ("drill setup", "okr", "okr team", "okr edit", "okr new", "mock", "okr tree"):
        await ana.types(f"/{typed}")
        await _closed(shop, ana)
    await ana.types("/okr digest")
    await ana.types("/okr board")
    await ana.home()
    await until(ana.home_now)
    return planted


async def _closed(shop: Shop, ana: Any) -> None:
    modal = await ana.modal()
    if modal is not None:
        await ana.closes(modal, everything=True)


def taken(shop: Shop) -> dict[str, set[str]]:
    """What the first workspace's buttons, menus and forms carry: {id without suffix: values}."""
    found: dict[str, set[str]] = defaultdict(set)
    for call in shop.workspace(OURS).calls:
        for node in knocking.nodes(call["args"]):
            name = str(node.get("action_id") or node.get("callback_id") or "")
            values = [node.get("value"), node.get("private_metadata")]
            values += [one.get("value") for one in node.get("options") or []]
            for key in {name, name.rpartition(".")[0]} - {""}:
                found[key] |= {one for one in values if isinstance(one, str) and one}
    return found


def ids(planted: Planted, session_id: int) -> list[str]:
    rows_ = (planted.team.id, planted.objective.id, planted.ttfv, planted.team_cycle_id)
    named = {*rows_, planted.members[ANA].id, planted.cycle.id, session_id}
    return [form.format(one) for one in sorted(named) for form in FORMS]


class Stranger:
    """The same user id in the second workspace, through Bolt as every request of Slack's."""

    def __init__(self, shop: Shop, dm: str) -> None:
        self.shop, self.dm, self.sent = shop, dm, 0
        self.dice = random.Random(7)
        self.answers: list[str] = []

    async def sends(self, body: Json) -> None:
        self.sent += 1
        request = AsyncBoltRequest(body=body, mode="socket_mode")
        answer = await self.shop.world.bot.bolt.async_dispatch(request)
        self.answers.append(answer.body or "")
        assert answer.status == 200, body

    def some(self, real: set[str], forged: list[str]) -> list[str]:
        """What was really there first, then as many forged ones as fit."""
        known = sorted(real)[:MOST]
        return known + self.dice.sample(forged, MOST - len(known))

    async def presses(self, one: Action, real: set[str], forged: list[str]) -> None:
        for value in self.some(real, forged):
            chosen = {"selected_option": {"value": value}} if self.sent % 3 == 0 else {}
            body = knocking.click(one.action_id, value, ANA, self.dm, THEIRS)
            body["actions"][0] |= chosen
            await self.sends(body)

    async def submits(self, one: View, real: set[str], forged: list[str]) -> None:
        for value in self.some(real, forged):
            body = knocking.submission(one.callback_id, ANA, THEIRS, TYPED)
            body["view"]["private_metadata"] = value
            await self.sends(body)

    async def types(self, one: Verb, arguments: tuple[str, ...]) -> None:
        for told in arguments:
            text = f"{one.command} {one.name} {told}".rstrip()
            await self.sends(knocking.command(text, ANA, self.dm, THEIRS))

    async def writes(self, channel: str, drill_ts: str, answer_ts: str) -> None:
        """Where the first workspace's answer stands, as events of the second."""
        inner = {"ts": answer_ts, "user": ANA, "text": "mine", "thread_ts": drill_ts}
        edited = inner | {"edited": {"ts": "9999999999.000001"}}
        for event in (
            knocking.message(channel, ANA, "mine", thread_ts=drill_ts),
            {"subtype": "message_changed", "message": edited, "previous_message": inner},
            {"subtype": "message_deleted", "deleted_ts": answer_ts, "previous_message": inner},
            {"type": "app_home_opened", "user": ANA, "tab": "home"},
            {"type": "file_change", "file_id": "F1", "user_id": ANA},
        ):
            whole = {"type": "message", "channel": channel, "channel_type": "im"} | event
            await self.sends(knocking.callback(whole, THEIRS))


async def test_nothing_of_one_workspace_shows_or_changes_in_another(database_url: str) -> None:
    async with opened(database_url, team(THEIRS, "Other")) as shop:
        for team_id in (OURS, THEIRS):
            await shop.installs(team_id)
        await until(lambda: not shop.world.deps.directory.newcomers)
        planted = await lived_in(shop)
        await shop.world.tick()
        await until(lambda: not shop.world.deps.stale_homes)
        await shop.world.bot.scheduler.stop()  # from here on nothing happens by itself
        ours, theirs = shop.id_of(OURS), shop.id_of(THEIRS)
        before = await rows(shop, ours)
        said = len(shop.workspace(OURS).calls)
        carried = taken(shop)
        assert CANARY in repr(before)
        assert CANARY in repr(shop.workspace(OURS).calls)
        assert len(carried) > 40

        stranger = await _everything_tried(shop, planted, carried)
        await _exchanged(shop, theirs)
        await _links(shop, planted, ours, theirs)
        await shop.world.tick()
        assert stranger.sent > 400
        assert await rows(shop, ours) == before
        assert len(shop.workspace(OURS).calls) == said
        other = shop.workspace(THEIRS)
        assert CANARY not in "".join(stranger.answers)
        assert CANARY not in repr(other.calls)
        assert CANARY not in repr(vars(other.state))
        assert CANARY not in repr(await rows(shop, theirs))


async def _everything_tried(shop: Shop, planted: Planted, carried: dict[str, set[str]]) -> Stranger:
    async with shop.world.deps.transaction() as session:
        mine = select(DrillSession).where(DrillSession.workspace_id == planted.workspace_id)
        drill = (await session.scalars(mine)).one()
        admin = await people.ensure(session, shop.id_of(THEIRS), ANA)
        admin.is_admin = True
    stranger = Stranger(shop, await shop.person(THEIRS, ANA).app())
    forged = ids(planted, drill.id)
    dm = next(one for one in shop.workspace(OURS).state.channels.values() if one.kind == "im")
    drill_ts = str(next(iter(dm.threads)))
    await stranger.writes(dm.id, drill_ts, dm.threads[drill_ts][0])
    named = ("", "checkout 2026-Q1", "ttfv", str(planted.team.id))
    for one in DECLARATIONS:
        if isinstance(one, Verb):
            await stranger.types(one, named)
        elif isinstance(one, Action):
            await stranger.presses(one, carried.get(one.action_id, set()), forged)
        elif isinstance(one, View):
            await stranger.submits(one, carried.get(one.callback_id, set()), forged)
    return stranger


async def _exchanged(shop: Shop, theirs: int) -> None:
    """A document with the same keys, in and out."""
    deps = shop.world.deps
    async with deps.transaction() as session:
        given = reading.understood(reading.parsed(EXAMPLE))
        await exchange.apply(session, theirs, given, deps.now())
        told = await dumping.dump(session, theirs, deps.now())
    assert CANARY not in json.dumps(told, default=str)


async def _links(shop: Shop, planted: Planted, ours: int, theirs: int) -> None:
    """A link is its own permission; one that names both workspaces leads nowhere."""
    deps, life = shop.world.deps, timedelta(hours=1)
    for pair, status in (
        ((ours, planted.team_cycle_id), 200),
        ((theirs, planted.team_cycle_id), 404),
    ):
        page = await shop.get(deps.links.make(PURPOSE, pair, deps.machine_now(), life))
        assert page.status == status
        assert (CANARY in page.text) == (status == 200)
