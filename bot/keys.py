"""The keys that sign links and seal tokens: from the settings, or made beside a SQLite store."""

import contextlib
import os
import secrets
from pathlib import Path

from bot import db
from bot.config import SHORTEST_KEY, Settings
from bot.errors import SettingsWrong

NAME = "secret.key"


def key_file(settings: Settings) -> Path | None:
    """Where the key is kept when the settings name none; None for PostgreSQL."""
    if settings.secret_key is not None or not settings.on_sqlite:
        return None
    path = db.address(settings.database_url).database
    return Path(path).with_name(NAME) if path and path != ":memory:" else None


def secret_keys(settings: Settings) -> tuple[str, ...]:
    """The first signs, all verify; none on PostgreSQL without `DRUMBEAT_SECRET_KEY`.

    Raises SettingsWrong when the file cannot be used.
    """
    if settings.secret_key is not None:
        return settings.keys
    path = key_file(settings)
    if path is None:
        return (secrets.token_urlsafe(32),) if settings.on_sqlite else ()
    try:
        key = _kept(path)
    except OSError as error:
        raise SettingsWrong(
            f"{path} cannot be read or made ({error.strerror}): mend that, or set "
            "DRUMBEAT_SECRET_KEY"
        ) from error
    if len(key) < SHORTEST_KEY:
        raise SettingsWrong(f"{path} holds no key: delete it, and the next start makes one")
    return (key,)


def _kept(path: Path) -> str:
    """The file's key. Two programs that start at once agree on one: it appears whole or not."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text("utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    made = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return path.read_text("utf-8").strip()
