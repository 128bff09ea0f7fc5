"""The workspace on disk: one SQLite file, one row a record, written before each answer leaves.

A commit without a sync to the platter takes some fifty microseconds and survives the process
being killed at any point, which is what the sandbox promises; it need not survive a power cut.
"""

import json
import sqlite3
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.sandbox.state import App, Channel, Json, Person, State

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS records (kind TEXT, key TEXT, sub TEXT, body TEXT, "
    "PRIMARY KEY (kind, key, sub)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS bytes (id TEXT PRIMARY KEY, body BLOB)",
)


class Store:
    """Keeps a `State` in `folder`. Without a folder nothing is kept and every call is free."""

    def __init__(self, folder: Path | None) -> None:
        self.kept = folder is not None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / "workspace.db" if folder is not None else ":memory:"
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=OFF")
        for statement in SCHEMA:
            self.database.execute(statement)

    def load(self) -> State | None:
        """The workspace as it was last written, or None when there is none yet."""
        rows = self.database.execute(
            "SELECT kind, key, sub, body FROM records ORDER BY kind = 'message', kind, key, sub"
        ).fetchall()
        if not rows:
            return None
        state = State()
        for kind, key, sub, body in rows:
            restore(state, kind, key, sub, json.loads(body))
        for file_id, content in self.database.execute("SELECT id, body FROM bytes"):
            state.bytes_of[file_id] = content
        return state

    def flush(self, state: State) -> None:
        """Write what changed since the last call, all of it or nothing."""
        if not self.kept or not state.dirty:
            state.dirty.clear()
            return
        self.database.execute("BEGIN")
        for kind, key, sub in state.dirty:
            if kind == "bytes":
                self._write_bytes(key, state.bytes_of.get(key))
            else:
                self._write(kind, key, sub, record(state, kind, key, sub))
        self.database.execute("COMMIT")
        state.dirty.clear()

    def _write(self, kind: str, key: str, sub: str, body: Any) -> None:
        if body is None:
            self.database.execute(
                "DELETE FROM records WHERE kind = ? AND key = ? AND sub = ?", (kind, key, sub)
            )
            return
        self.database.execute(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", (kind, key, sub, json.dumps(body))
        )

    def _write_bytes(self, key: str, content: bytes | None) -> None:
        if content is None:
            self.database.execute("DELETE FROM bytes WHERE id = ?", (key,))
            return
        self.database.execute("INSERT OR REPLACE INTO bytes VALUES (?, ?)", (key, content))

    def close(self) -> None:
        self.database.close()


def record(state: State, kind: str, key: str, sub: str) -> Any:
    """The JSON of one record, or None when it is gone."""
    if kind == "message":
        channel = state.channels.get(key)
        return channel.messages.get(sub) if channel else None
    if kind == "channel":
        body = vars(state.channels[key]).copy()
        del body["messages"], body["threads"]
        return body
    if kind == "person":
        return asdict(state.people[key])
    plain: dict[str, dict[str, Any]] = {
        "app": {"app": asdict(state.app)},
        "team": {"team": state.team},
        "file": state.files,
        "home": state.homes,
        "modal": state.modals,
        "pending": state.pending,
    }
    return plain[kind].get(key) or None


def restore(state: State, kind: str, key: str, sub: str, body: Json) -> None:
    """Put one record back; channels come before their messages, those in order of `ts`."""
    if kind == "message":
        state.channels[key].add(body)
        state.last_ts = max(state.last_ts, Decimal(sub))
    elif kind == "channel":
        state.channels[key] = Channel(**body)
    elif kind == "person":
        state.people[key] = Person(**body)
    elif kind == "app":
        state.app = App(**body)
    elif kind == "team":
        state.team = body
    else:
        plain: dict[str, dict[str, Any]] = {
            "file": state.files,
            "home": state.homes,
            "modal": state.modals,
            "pending": state.pending,
        }
        plain[kind][key] = body
