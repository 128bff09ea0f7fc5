"""A workspace adds the bot by OAuth: by the real routes, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from yarl import URL

from bot import starting
from bot.clock import machine_now
from bot.config import sandboxed
from bot.errors import SettingsWrong
from bot.links import Expired, Forged
from bot.web import installing_state as states
from bot.workspaces.rules import NotGranted, granted
from bot.workspaces.tables import Installation, Workspace
from tests.databases import Postgres
from tests.knocking import everything
from tests.person import until
from tests.workspaces.shop import Shop, links, opened, team
from tests.world import KEY

FIRST, OTHER = "T0SANDBOX", "T0OTHER"
CANARY = "zitronenfalter"


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


async def _ways(shop: Shop) -> dict[str, tuple[int, str]]:
    """Each way in which it goes wrong: {address: (status, what the page says)}."""
    back = f"{shop.url}/slack/oauth_redirect"
    cancel = next(link for link in await shop.consent() if "cancel" in link)
    fresh, spent = await shop.returns(FIRST), await shop.returns(FIRST)
    assert (await shop.get(spent)).status == 200
    now = machine_now()
    kept = shop.browser.cookie_jar.filter_cookies(URL(shop.url))["drumbeat_install"].value

    def forged(key: str, browser: str, off: timedelta = timedelta()) -> str:
        return f"{back}?code=1&state={states.make((key,), browser, now + off)}"

    return {
        cancel: (403, "Nothing was added"),
        back: (400, "did not begin here"),
        f"{back}?error=access_denied": (400, "did not begin here"),
        f"{back}?code=1&state=<script>{CANARY}": (400, "did not begin here"),
        f"{back}?code=1&state={'x' * 5000}": (400, "did not begin here"),
        forged("another-key-of-32-characters-or-more", kept): (400, "did not begin here"),
        forged(KEY, kept, -states.LIFE): (410, "took a little too long"),
        forged(KEY, "y" * 43): (400, "finish where you began"),
        forged(KEY, ""): (400, "finish where you began"),
        f"{forged(KEY, kept)}&error={CANARY}": (403, "Nothing was added"),
        spent: (409, "was used before"),
        fresh.replace("code=", "code=un"): (400, "was used before"),
    }


async def test_what_goes_wrong_is_said_in_plain_words(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with opened(url) as shop:
            for address, (status, said) in (await _ways(shop)).items():
                told = await shop.get(address)
                assert (told.status, said in told.text) == (status, True), (address, told)
                assert CANARY not in told.text
                assert f"{shop.url}/slack/install" in links(told.text)

            app, box = shop.slack.state.app, shop.sandboxes[FIRST]
            app.client_secret, right = "another", app.client_secret
            refused = await shop.installs(FIRST)
            assert (refused.status, "not your fault" in refused.text) == (502, True)
            app.client_secret = right
            for fault in ("error_before", "lost_after", "rate_limited"):
                await box.faults(methods={"oauth.v2.access": {fault: 1, "times": 1}})
                away = await shop.installs(FIRST)
                assert (away.status, "Slack did not answer" in away.text) == (502, True), fault
            assert (await shop.installs(FIRST)).status == 200
            async with shop.world.deps.transaction() as session:
                counted = await session.scalar(select(func.count()).select_from(Installation))
            assert counted == 1


async def test_the_pages_keep_to_themselves(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        async with opened(url) as shop:
            async with shop.browser.get(f"{shop.url}/slack/install") as page:
                cookie = page.headers["Set-Cookie"]
                assert "HttpOnly" in cookie
                assert "SameSite=Lax" in cookie
                assert "Max-Age=600" in cookie
                assert "Secure" not in cookie  # only over https
                assert "default-src 'none'" in page.headers["Content-Security-Policy"]
                assert page.headers["Referrer-Policy"] == "no-referrer"
                assert page.headers["Cache-Control"] == "private, no-store"
                asked = URL(links(await page.text())[-1]).query
            assert asked["redirect_uri"] == f"{shop.url}/slack/oauth_redirect"
            assert {"chat:write", "im:history", "commands"} <= set(asked["scope"].split(","))
            shop.world.deps.settings.url = "https://drumbeat.example.com"
            async with shop.browser.get(f"{shop.url}/slack/install") as page:
                assert "Secure" in page.headers["Set-Cookie"]
            async with shop.browser.head(f"{shop.url}/slack/install") as page:
                assert page.status == 200
            assert await held(shop) == 0  # asking for the page writes nothing


async def held(shop: Shop) -> int:
    found = await everything(shop.world.deps)
    return sum(len(rows) for rows in found.values())


def test_a_state_is_never_the_same_and_belongs_to_a_browser() -> None:
    now = machine_now()
    one, two = (states.make((KEY,), "x" * 43, now) for _ in range(2))
    assert one != two
    began = states.read((KEY,), one, "x" * 43, now)
    assert began.digest != states.read((KEY,), two, "x" * 43, now).digest
    assert states.read((KEY + "2", KEY), one, "x" * 43, now) == began  # keys may change meanwhile
    assert states.BROWSER.fullmatch(states.new_browser())
    for told, browser, at, wrong in (
        (one, "y" * 43, now, states.Elsewhere),
        (one, "x" * 43, now + states.LIFE, Expired),
        (one[:-1], "x" * 43, now, Forged),
        ("", "x" * 43, now, Forged),
    ):
        with pytest.raises(wrong):
            states.read((KEY,), told, browser, at)
    with pytest.raises(Forged):
        states.read((), one, "x" * 43, now)


BAD: dict[str, Any] = {
    "nothing": None,
    "no token": {"token_type": "bot", "team": {"id": "T1"}},
    "a user's token": {"token_type": "user", "access_token": "xoxp", "team": {"id": "T1"}},
    "no team": {"token_type": "bot", "access_token": "xoxb", "team": None},
    "an organisation without a name": {
        "token_type": "bot",
        "access_token": "xoxb",
        "is_enterprise_install": True,
        "team": {"id": "T1"},
    },
}


@pytest.mark.parametrize("told", BAD.values(), ids=BAD)
def test_an_answer_without_a_bot_is_no_installation(told: Any) -> None:
    with pytest.raises(NotGranted):
        granted(told)


def test_what_slack_grants_is_read() -> None:
    told = {"token_type": "bot", "access_token": "xoxb-1", "team": {"id": "T1", "name": "One"}}
    plain = granted(told)
    assert (plain.team_id, plain.enterprise_id, plain.refresh, plain.lives) == (
        "T1",
        "",
        None,
        None,
    )
    rotating = granted(told | {"refresh_token": "xoxe-1", "expires_in": 43200})
    assert (rotating.refresh, rotating.lives) == ("xoxe-1", 43200)
    assert "xox" not in repr(rotating)
    org = granted(told | {"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True})
    assert (org.is_org, org.team_id, org.enterprise_id) == (True, "", "E1")


ONE: dict[str, Any] = {"slack_client_id": "1.2", "slack_client_secret": "s"}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"slack_client_id": "1.2"}, "belong together"),
        ({"slack_client_secret": "s"}, "belong together"),
        (ONE | {"slack_bot_token": "xoxb-1"}, "keep either"),
        (ONE | {"slack_app_token": "xapp-1"}, "keep either"),
    ],
)
def test_settings_that_contradict_are_refused(told: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sandboxed(**told)


def test_run_says_what_many_workspaces_need() -> None:
    for missing, more in (
        ("SLACK_SIGNING_SECRET", {}),
        ("DRUMBEAT_URL", {"slack_signing_secret": "s"}),
        (
            "DRUMBEAT_SECRET_KEY",
            {"slack_signing_secret": "s", "url": "https://x.org", "database_url": "postgresql://x"},
        ),
    ):
        with pytest.raises(SettingsWrong, match=f"{missing} is missing"):
            starting.check_settings(sandboxed(**ONE, **more))
    starting.check_settings(sandboxed(**ONE, slack_signing_secret="s", url="https://x.org"))
