"""The database file: opened, migrated to head, read by many and written by one at a time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import event

from retrieval.errors import BadSetting, Held, IndexMismatch, Unavailable

BUSY_TIMEOUT_SECONDS = 30.0
_MIGRATIONS = Path(__file__).parent / "migrations"
_WRITE = "plantwright_write"  # execution option: this transaction will write


class Database:
    """One SQLite file in WAL mode: readers never wait, writers queue (threads by a lock, processes by SQLite's)."""

    def __init__(self, path: Path, engine: sa.Engine) -> None:
        self.path = path
        self._engine = engine
        self._writer = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Make the folder where there is none and migrate to head.

        Raises ``BadSetting`` where the file is no database, ``IndexMismatch`` where a newer version made it.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadSetting(
                f"{path.parent}: {error.strerror}; set [retrieval] data_dir to a folder that can be written"
            ) from None
        database = cls(path, _engine(path))
        try:
            database._migrate()
        except sa.exc.DatabaseError as error:
            database.close()
            raise BadSetting(f"{path}: {error.orig}; move the file away or set another [retrieval] data_dir") from None
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one unchanging state of the database. Raises ``Unavailable``."""
        with _available(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction; committed at the end, rolled back on an error.

        Raises ``Held`` when others won't let go, ``Unavailable`` when the disk is full or fails.
        """
        with _available(self.path), self._transaction() as connection:
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with (
            self._writer,
            self._engine.connect().execution_options(**{_WRITE: True}) as connection,
            _begin(connection, self.path),
        ):
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    def _migrate(self) -> None:
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self._transaction() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise IndexMismatch(f"{self.path}: {error}; a newer version wrote it: update this checkout") from None


@contextmanager
def _available(path: Path) -> Iterator[None]:
    """What SQLite can't do, as against what it was asked wrongly, in our words."""
    try:
        yield
    except sa.exc.OperationalError as error:
        raise Unavailable(f"{path}: {error.orig}; check the disk and try again") from error


@contextmanager
def _begin(connection: sa.Connection, path: Path) -> Iterator[None]:
    try:
        transaction = connection.begin()
    except sa.exc.OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        raise Held(f"{path}: another process has been writing for {BUSY_TIMEOUT_SECONDS:.0f} s; try again") from None
    with transaction:
        yield


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        pool_size=8,
        max_overflow=24,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _start)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _start(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
