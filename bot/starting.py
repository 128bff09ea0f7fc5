"""Before the program stands: are the settings enough, and is nobody else at the store?"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import db
from bot.config import Settings
from bot.errors import SettingsWrong

MAKE_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def check_settings(settings: Settings) -> None:
    """Raises SettingsWrong when `run` could not work with these."""
    if settings.by_oauth:
        _check_oauth(settings)
    elif settings.slack_bot_token is None:
        raise SettingsWrong("SLACK_BOT_TOKEN is missing: put the bot token (xoxb-…) in .env")
    elif settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsWrong(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set: "
            "put one of them in .env"
        )
    if settings.secret_key is None and not settings.on_sqlite:
        raise SettingsWrong(
            "DRUMBEAT_SECRET_KEY is missing, and every replica needs the same: put what this "
            f"prints in .env: {MAKE_KEY}"
        )


def _check_oauth(settings: Settings) -> None:
    if settings.slack_signing_secret is None:
        raise SettingsWrong(
            "SLACK_SIGNING_SECRET is missing: with SLACK_CLIENT_ID Slack comes over HTTP, so put "
            "the signing secret (Basic Information, App Credentials) in .env"
        )
    if settings.url is None:
        raise SettingsWrong(
            "DRUMBEAT_URL is missing: people come back there after they added the bot, so put "
            "its public address, such as https://drumbeat.example.com, in .env"
        )


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """SQLite takes one `run` at a time; other commands work beside it."""
    path = db.address(settings.database_url).database if settings.on_sqlite else None
    if not path:
        yield
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsWrong(
                f"Another Drumbeat runs on {path}. Stop it first; for several replicas set "
                "DATABASE_URL to a PostgreSQL address."
            ) from None
        yield
