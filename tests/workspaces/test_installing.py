"""A workspace adds the bot by OAuth: by the real routes, on both databases."""

from sqlalchemy import select

from bot.workspaces.tables import Installation, Workspace
from tests.knocking import everything
from tests.person import until
from tests.workspaces.shop import Shop, opened, team

FIRST, OTHER = "T0SANDBOX", "T0OTHER"


async def test_two_workspaces_install_and_each_is_answered_by_its_own(database_url: str) -> None:
    async with opened(database_url, team(OTHER, "Other <b>")) as shop:
        assert (await shop.get(f"{shop.url}/readyz")).status == 200
        one, two = await shop.installs(FIRST), await shop.installs(OTHER)
        assert (one.status, two.status) == (200, 200)
        assert "Drumbeat is in Sandbox" in one.text
        assert "Drumbeat is in Other &lt;b&gt;" in two.text
        for team_id in (FIRST, OTHER):
            ana = shop.person(team_id, "U0ANA")
            await ana.types("/drill now")
            await shop.world.drill(ana)
        ana = shop.person(FIRST, "U0ANA")
        assert len([rule for rule, _ in await ana.got() if rule == "drill.now"]) == 1

        for box in shop.sandboxes.values():  # nobody is asked who a token is
            assert await box.calls("auth.test") == []
        await until(lambda: not shop.world.deps.directory.newcomers)
        await _tokens_are_nowhere(shop)


async def _tokens_are_nowhere(shop: Shop) -> None:
    tokens = {one.state.app.bot_token for one in shop.slack.workspaces}
    held = repr(await everything(shop.world.deps))
    places = repr(shop.world.deps.directory)
    assert all(token not in held and token not in places for token in tokens)
    async with shop.world.deps.transaction() as session:
        rows = (await session.scalars(select(Installation))).all()
        opened_ = {shop.world.deps.seal.open(row.sealed_token) for row in rows}
        assert opened_ == tokens
        names = (await session.scalars(select(Workspace.name).order_by(Workspace.id))).all()
        assert list(names) == ["Sandbox", "Other <b>"]
