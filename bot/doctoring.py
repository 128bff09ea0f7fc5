"""What `drumbeat doctor` looks at: each finding says what was seen and how to mend it."""

from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError

from bot import app, clock, db, features, findings, keys, migrating, starting
from bot.config import Settings
from bot.content.linting import lint
from bot.deps import Deps
from bot.errors import (
    BotError,
    JudgeFailed,
    SettingsWrong,
    SlackLost,
    SlackRefused,
    StoreAway,
    StoreOld,
)
from bot.findings import Finding as Finding
from bot.scoring.judge import prompt, reply
from bot.scoring.rubrics import service as rubrics
from bot.scoring.rules import Cell, KeyPoint, Question
from bot.slack import manifest
from bot.slack.blocks import plural
from bot.workspaces.tokens import service as tokens

EXAMPLE = Question(
    "A library lends 400 e-readers. Half of the loans are late. Would you charge for it?",
    (KeyPoint("a charge may keep away those who need the loan most", Cell.trade_offs),),
)
EXAMPLE_ANSWER = (
    "I would not charge yet. A reminder two days before costs nothing; if over a third of loans "
    "are still late after four weeks, I would charge 20 cents a day and leave out school pupils."
)
SKEW = 60.0  # seconds; Slack refuses signatures over 300 off


async def examine(settings: Settings) -> list[Finding]:
    """Everything, in the order in which it is best mended."""
    found = [_settings(settings)]
    try:
        async with app.build_deps(settings) as deps:
            found += [finding async for finding in _parts(deps)]
    except BotError as error:
        found.append(Finding("content", False, str(error), "drumbeat content lint"))
    return found


async def _parts(deps: Deps) -> AsyncIterator[Finding]:
    faults = [finding for finding in lint(deps.content) if finding]
    yield Finding(
        "content",
        not faults,
        f"{len(deps.content.drills)} drills, {len(faults)} findings",
        "drumbeat content lint" if faults else "",
    )
    yield _key(deps.settings)
    store = await _store(deps.settings)
    yield store
    if store.ok:
        yield findings.space(deps.settings.database_url)
        yield await findings.delivery(deps)
    yield await _clock(deps)
    yield await _judge(deps)
    yield await findings.transcriber(deps)
    if not deps.settings.by_oauth:
        yield await _slack(deps)
        if deps.settings.slack_app_token is not None:
            yield await _socket(deps, deps.settings.slack_app_token.get_secret_value())
    elif store.ok:
        async for finding in _installed(deps):
            yield finding


def _settings(settings: Settings) -> Finding:
    try:
        starting.check_settings(settings)
    except SettingsWrong as error:
        return Finding("settings", False, str(error), "docs/settings.md lists them all")
    way = "Socket Mode" if settings.slack_app_token else "HTTP"
    way = "HTTP, installed by OAuth" if settings.by_oauth else way
    return Finding("settings", True, way)


def _key(settings: Settings) -> Finding:
    """What signs links, and whether anybody else on this machine could read it."""
    path = keys.key_file(settings)
    where = str(path) if path else "DRUMBEAT_SECRET_KEY"
    known = keys.secret_keys(settings)
    if not known:
        mend = f"put what this prints in .env: {starting.MAKE_KEY}"
        return Finding("key", False, f"{where} is missing", mend)
    if path and path.stat().st_mode & 0o077:
        return Finding("key", False, f"others can read {path}", f"chmod 600 {path}")
    links = f"links lead to {settings.url}" if settings.url else "no links: DRUMBEAT_URL is not set"
    return Finding("key", True, f"{where}, {plural(len(known), 'key')}; {links}")


async def _store(settings: Settings) -> Finding:
    engine = db.engine(settings.database_url)
    try:
        await migrating.check(engine)
    except StoreOld as error:
        return Finding("store", False, str(error), "drumbeat migrate")
    except (StoreAway, OSError) as error:
        return Finding("store", False, str(error), "check DATABASE_URL and that the server runs")
    finally:
        await engine.dispose()
    return Finding("store", True, f"{engine.url.get_backend_name()}, {migrating.newest()}")


async def _clock(deps: Deps) -> Finding:
    """Slack's own Date header beside this machine's clock."""
    try:
        async with deps.slack.http.get(
            f"{deps.slack.base_url}api.test", timeout=aiohttp.ClientTimeout(total=5)
        ) as response:
            date = response.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError) as error:
        return Finding("clock", False, f"Slack cannot be reached: {error}", "check SLACK_API_URL")
    if not date:
        return Finding("clock", True, "Slack named no time to compare with")
    off = abs((parsedate_to_datetime(date) - clock.machine_now()).total_seconds())
    mend = "" if off <= SKEW else "switch time synchronisation on"
    return Finding("clock", off <= SKEW, f"{off:.0f} s off Slack's", mend)


async def _judge(deps: Deps) -> Finding:
    """Ask the model judge about an answer of our own; this is one request, paid as any other."""
    judge = deps.judge
    if judge is None:
        return Finding("judge", True, "none is set up: the embedded scorer marks alone")
    try:
        await judge.ask(
            prompt.chat(EXAMPLE, rubrics.standard(deps.content), EXAMPLE_ANSWER),
            prompt.schema(EXAMPLE),
            partial(reply.read, question=EXAMPLE),
            deps.machine_now,
        )
    except JudgeFailed as failed:
        seen = f"{judge.model} at {judge.host} gave no marks: {failed.code}"
        return Finding("judge", False, seen, "docs/judge.md says what each word means")
    return Finding("judge", True, f"{judge.model} at {judge.host} marks")


async def _installed(deps: Deps) -> AsyncIterator[Finding]:
    """Many workspaces: how many there are, and those whose token no key of ours opens."""
    async with deps.transaction() as session:
        count, closed = await tokens.unreadable(session, deps.seal)
    where = f"{deps.settings.url or ''}/slack/install"
    yield Finding("slack", True, f"{plural(count, 'installation')}; {where} adds one")
    if closed:
        yield Finding(
            "tokens",
            False,
            f"no key opens the token of {', '.join(closed)}, and nothing is sent there",
            "put the former key behind the new one in DRUMBEAT_SECRET_KEY, or install there again",
        )
    else:
        yield Finding("tokens", True, "the keys open every token")


async def _slack(deps: Deps) -> Finding:
    token = deps.settings.slack_bot_token
    if token is None:
        return Finding("slack", False, "no bot token", "set SLACK_BOT_TOKEN")
    try:
        response = await deps.slack.web(token.get_secret_value()).api_call("auth.test")
    except SlackApiError as error:
        mend = "copy the bot token from the app's page again"
        return Finding("slack", False, f"refuses the token: {error.response['error']}", mend)
    except (aiohttp.ClientError, TimeoutError) as error:
        return Finding("slack", False, str(error), "check SLACK_API_URL and the network")
    granted = {one.strip() for one in response.headers.get("x-oauth-scopes", "").split(",")}
    needed, _ = manifest.scopes(features.DECLARATIONS)
    missing = [scope for scope in needed if scope not in granted]
    if granted != {""} and missing:
        return Finding(
            "slack",
            False,
            f"scopes are missing: {', '.join(missing)}",
            "apply `drumbeat manifest` to the app and install it again",
        )
    return Finding("slack", True, f"speaks in {response.get('team')}")


async def _socket(deps: Deps, token: str) -> Finding:
    """Would Slack let us open a socket? The address is asked for and left unused."""
    try:
        await deps.slack.call(token, "apps.connections.open")
    except SlackRefused as error:
        if error.retry_after:
            return Finding("socket", True, "not looked at: Slack was asked too often just now")
        mend = (
            "switch Socket Mode on in the app's settings, and put an app-level token (xapp-…) with "
            "connections:write in SLACK_APP_TOKEN; then start Drumbeat again"
        )
        return Finding("socket", False, f"Slack gives none: {error.code}", mend)
    except SlackLost as error:
        return Finding("socket", False, error.code, "check SLACK_API_URL and the network")
    return Finding("socket", True, "Slack gives one")
