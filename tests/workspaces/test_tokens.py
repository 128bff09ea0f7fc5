"""Tokens that end are exchanged once, whoever asks; keys change; organisations share a token."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update

from bot import doctoring
from bot.clock import machine_now
from bot.drills.tables import DrillSession
from bot.sealing import Seal
from bot.workspaces import jobs
from bot.workspaces.tables import Installation, Workspace
from bot.workspaces.tokens import jobs as tokens
from tests.databases import Postgres
from tests.fakes import clock_at
from tests.knocking import callback
from tests.person import until
from tests.workspaces.shop import Shop, opened, settings, team
from tests.world import KEY, TUESDAY, beside

FIRST, ANA = "T0SANDBOX", "U0ANA"


async def ending(shop: Shop, left: timedelta) -> None:
    """The token has so long to go, and nobody is at it."""
    async with shop.world.deps.transaction() as session:
        ends = machine_now() + left
        await session.execute(update(Installation).values(expires_at=ends, refreshing_until=None))


async def installation(shop: Shop) -> Installation:
    async with shop.world.deps.transaction() as session:
        return (await session.scalars(select(Installation))).one()


async def exchanges(shop: Shop) -> int:
    calls = await shop.sandboxes[FIRST].calls("oauth.v2.access")
    return sum(call["args"].get("grant_type") == "refresh_token" for call in calls)


def token(shop: Shop) -> str:
    place = shop.world.deps.directory.of_team(FIRST)
    return place.token if place else ""


async def test_a_token_that_ends_is_exchanged_once(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with opened(url) as shop:
            shop.slack.workspace.grants.lifetime = 43_200
            await shop.installs(FIRST)
            deps, first = shop.world.deps, token(shop)
            await tokens.refresh(deps)  # twelve hours are left
            assert await exchanges(shop) == 0

            told = settings(shop.slack, url)
            box = shop.sandboxes[FIRST]
            async with beside(shop.slack, box, told, clock_at(TUESDAY)) as second:
                await ending(shop, timedelta(minutes=119))
                await asyncio.gather(*(tokens.refresh(one) for one in (deps, second.deps) * 4))
                assert await exchanges(shop) == 1
                await until(lambda: token(shop) not in ("", first), 5)
                there = second.deps.directory
                await jobs.follow(second.deps)  # within three seconds by itself
                assert there.of_team(FIRST) == shop.world.deps.directory.of_team(FIRST)
            await shop.person(FIRST, ANA).types("/drill now")
            await shop.world.drill(shop.person(FIRST, ANA))
            await _lost(shop)


async def _lost(shop: Shop) -> None:
    """The answer to an exchange is lost: the token before it is used on, until it ends."""
    deps, before = shop.world.deps, token(shop)
    await ending(shop, timedelta(minutes=100))
    box = shop.sandboxes[FIRST]
    await box.faults(methods={"oauth.v2.access": {"lost_after": 1, "times": 1}})
    await tokens.refresh(deps)
    await ending(shop, timedelta(minutes=99))
    await tokens.refresh(deps)  # Slack knows the refresh token no more
    await jobs.follow(deps)
    assert token(shop) == before
    again = await installation(shop)
    assert again.refreshing_until is not None
    assert again.refreshing_until > machine_now() + timedelta(minutes=8)

    # News that a token was revoked may be about the former one; the current one is tried.
    told = callback({"type": "tokens_revoked", "tokens": {"bot": ["U0APP"]}}, FIRST)
    told["event_time"] += 5
    await shop.knocker.event(told)
    await until(lambda: not deps.directory.doubted)
    await jobs.follow(deps)
    assert token(shop) == before

    await ending(shop, timedelta(seconds=-1))
    await tokens.refresh(deps)
    assert token(shop) == ""
    await shop.installs(FIRST)
    assert token(shop) != ""


async def test_keys_change_and_a_lost_key_is_named(database_url: str) -> None:
    newer = "a-newer-key-of-32-characters-or-more"
    async with opened(database_url) as shop:
        await shop.installs(FIRST)
        deps, before = shop.world.deps, token(shop)
        old = await installation(shop)
        object.__setattr__(deps, "seal", Seal((newer, KEY)))
        await tokens.seal_anew(deps)
        anew = await installation(shop)
        assert anew.sealed_with == Seal((newer,)).name != old.sealed_with
        assert Seal((newer,)).open(anew.sealed_token) == before
        found = [one async for one in doctoring._installed(deps)]
        assert [one.ok for one in found] == [True, True]
        assert "1 installation;" in found[0].seen

        object.__setattr__(deps, "seal", Seal((KEY,)))  # the newer one was thrown away
        deps.directory.forget(shop.id_of(FIRST))
        await jobs.read_all(deps)
        await tokens.seal_anew(deps)
        assert token(shop) == ""
        closed = [one async for one in doctoring._installed(deps)][1]
        assert not closed.ok
        assert FIRST in closed.line()
        assert "DRUMBEAT_SECRET_KEY" in closed.mend
        assert (await shop.get(f"{shop.url}/readyz")).status == 200
        assert (await installation(shop)).sealed_token == anew.sealed_token


async def test_an_organisation_installs_once_for_all_its_workspaces(postgres: Postgres) -> None:
    north, south = team("T0NORTH", "North", "E0SANDBOX"), team("T0SOUTH", "South", "E0SANDBOX")
    south.channels = {f"{key}S": one for key, one in south.channels.items()}
    with postgres.fresh() as url:
        async with opened(url, north, south) as shop:
            page = await shop.installs("")
            assert "One step is left" in page.text
            deps = shop.world.deps
            assert deps.directory.all() == []
            await shop.person("T0NORTH", ANA).types("/drill now")  # on first sight
            await until(lambda: deps.directory.of_team("T0NORTH") is not None)
            await shop.world.drill(shop.person("T0NORTH", ANA))
            assert deps.directory.of_team("T0SOUTH") is None
            await shop.person("T0SOUTH", ANA).home()
            await until(lambda: deps.directory.of_team("T0SOUTH") is not None)
            assert deps.directory.of_team("T0ELSE") is None

            await _access(shop, "team_access_revoked")
            assert deps.directory.of_team("T0SOUTH") is None
            assert deps.directory.of_team("T0NORTH") is not None
            await shop.person("T0SOUTH", ANA).home()
            assert deps.directory.of_team("T0SOUTH") is None
            await _access(shop, "team_access_granted")
            assert deps.directory.of_team("T0SOUTH") is not None

            await shop.sandboxes["T0NORTH"].post("app/uninstall")
            await until(lambda: deps.directory.all() == [])
            async with deps.transaction() as session:
                stopped = (await session.scalars(select(Workspace.stopped_at))).all()
                assert None not in stopped
                assert len(stopped) == 2
                mine = await session.scalars(select(DrillSession.workspace_id))
                assert len(set(mine)) == 1


async def _access(shop: Shop, kind: str) -> None:
    told = callback({"type": kind, "team_ids": ["T0SOUTH"]}, "T0NORTH")
    grant = {"enterprise_id": "E0SANDBOX", "team_id": None, "is_enterprise_install": True}
    told |= {"team_id": None, "enterprise_id": "E0SANDBOX", "authorizations": [grant]}
    told["event_time"] = int(machine_now().timestamp()) + 2
    assert (await shop.knocker.event(told)).status == 200
