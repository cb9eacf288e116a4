"""The database: two engines with the settings that make SQLite and PostgreSQL behave alike, and one way to run a unit of work.

On SQLite a writing transaction begins with BEGIN IMMEDIATE (one writer, who waits for the lock at the start and never fails half
way); readers use an engine of their own with plain BEGIN, so that looking at a page never takes the write lock. On PostgreSQL
both are the same engine, in READ COMMITTED with row locks.
"""

import hashlib
import random
import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from workflow import driver

T = TypeVar("T")

RETRIED_STATES = ("08", "57P01", "57P02", "57P03", "40001", "40P01")
"""SQLSTATE (prefixes) after which a whole unit of work may be run again."""

READING = "reading"
"""Where a session for looking keeps its one connection for kept statements (`session.info`)."""

TRUSTED_SECONDS: Final = 5.0
"""For so long after its last statement a connection that is silent is taken to be alive."""

_LOOKING: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def connection_of(source: Session | Connection) -> Connection:
    """Return the connection that a kept statement goes to: at hand in a session for looking, else as the session stands now."""
    if isinstance(source, Connection):
        return source
    reading: Connection | None = source.info.get(READING)
    return source.connection() if reading is None else reading


def natural_id(text: str) -> bytes:
    """SQLite's function of that name: the id of a natural key, as `workflow.ids.id_of` makes it."""
    return hashlib.sha256(text.encode()).digest()[:16]


def _sqlite_settings(connection: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event says BEGIN, not the driver
    connection.create_function("natural_id", 1, natural_id, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=15000",
        "foreign_keys=ON",
        "cache_size=-32768",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_engine(url: str, begin: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 15})

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        _sqlite_settings(connection)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        driver.begin(connection, begin)

    return engine


def _postgres_engine(url: str) -> Engine:
    address = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        address,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=-1,  # a page that writes holds two; a bound below what the threads hold would let them wait for each other
        connect_args={"connect_timeout": 5, "options": "-c lock_timeout=30s -c timezone=UTC -c jit=off"},
    )


def is_worth_retrying(error: DBAPIError) -> bool:
    """Whether the whole unit of work may be run again: the connection broke, or the database chose it as a victim."""
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return bool(str(state).startswith(RETRIED_STATES))
    return error.connection_invalidated or (isinstance(error, OperationalError) and "locked" in str(error.orig))


def _has_news(raw: Any) -> bool:
    """Whether something came in on a PostgreSQL connection that nobody has asked for: its end, or word that it is near."""
    if not hasattr(select, "poll"):  # Windows: then the server is asked
        return True
    waiting = select.poll()
    waiting.register(raw.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(waiting.poll(0))


class _Kept:
    """A connection that is kept between uses: fetching one from the pool costs as much as two statements."""

    def __init__(self, engine: Engine) -> None:
        self.pool = engine.pool
        self.connection = engine.connect()
        self.left_at = time.monotonic()

    def answers(self) -> bool:
        """Whether the server still answers this connection.

        It is asked only after a pause, or when it has said something by itself: a server that goes away closes the connection.
        """
        dialect, raw = self.connection.dialect, self.connection.connection.dbapi_connection
        try:
            if raw is None:
                return False
            if time.monotonic() - self.left_at < TRUSTED_SECONDS and not _has_news(raw):
                return True
            return bool(dialect.do_ping(raw))
        except (OSError, dialect.loaded_dbapi.Error):
            return False

    def close(self) -> None:
        """Give the connection up."""
        self.connection.close()


class _Looker(_Kept):
    """A connection that only looks, and the session over it: making that costs as much as another statement."""

    def __init__(self, engine: Engine, options: Mapping[str, Any]) -> None:
        super().__init__(engine)
        if options:
            self.connection.execution_options(**options)
        self.session = Session(self.connection, autoflush=False, info={READING: self.connection})

    def leave(self) -> None:
        """End what was looked at and forget it, also what a query noted in `info`. DBAPIError if the connection is gone."""
        if self.session.in_transaction():
            self.session.close()
        if len(self.session.info) > 1:
            self.session.info.clear()
            self.session.info[READING] = self.connection
        self.connection.commit()
        self.left_at = time.monotonic()

    def close(self) -> None:
        """Give the session and its connection up."""
        self.session.close()
        super().close()


class Store:
    """One database. `read()` and `write()` give sessions; `run` repeats a unit of work that lost its connection or a race."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.writer, self.reader = _sqlite_engine(url, "BEGIN IMMEDIATE"), _sqlite_engine(url, "BEGIN")
        else:
            self.writer = self.reader = _postgres_engine(url)
        self._idle: list[_Looker] = []
        self._idle_writers: list[_Kept] = []

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking: one snapshot, in which PostgreSQL refuses to write.

        It ends with COMMIT, which changes nothing: after ROLLBACK the driver would forget the statements it has prepared. Whoever looks
        next gets the same session, empty again, if all went well.
        """
        looker = self._looker()
        try:
            looker.connection.begin()
            yield looker.session
            looker.leave()
        except BaseException:
            looker.close()
            raise
        self._idle.append(looker)

    def _looker(self) -> "_Looker":
        """Return one that has a connection of the present pool which still answers; a new one if there is none."""
        while True:
            try:
                looker = self._idle.pop()  # one step, also between threads
            except IndexError:
                return _Looker(self.reader, {} if self.is_sqlite else _LOOKING)
            if looker.pool is self.reader.pool and (self.is_sqlite or looker.answers()):
                return looker
            looker.close()

    def _kept_writer(self) -> _Kept:
        """Return a connection for writing of the present pool which still answers; a new one if there is none."""
        while True:
            try:
                kept = self._idle_writers.pop()
            except IndexError:
                return _Kept(self.writer)
            if kept.pool is self.writer.pool and (self.is_sqlite or kept.answers()):
                return kept
            kept.close()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session for one transaction: committed when the block ends, rolled back whole when it raises."""
        with Session(self.writer, autoflush=False, expire_on_commit=False) as session, session.begin():
            yield session

    def run(self, work: Callable[[Session], T], *, tries: int = 5) -> T:
        """Run `work` in one transaction and return its answer after the commit.

        Repeated whole (never half) when the connection broke or the database asks for it; safe because every command carries its
        key and every sweep writes under natural keys. The last error is raised after `tries`.
        """

        def once() -> T:
            with self.write() as session:
                return work(session)

        return _repeated(once, tries)

    def run_briefly(self, work: Callable[[Connection], T], *, tries: int = 5) -> T:
        """Run `work` as `run` does, but over a bare connection that is kept: for kept statements that write a row or two, very often."""

        def once() -> T:
            kept = self._kept_writer()
            try:
                with kept.connection.begin():
                    answer = work(kept.connection)
            except BaseException:
                kept.close()
                raise
            kept.left_at = time.monotonic()
            self._idle_writers.append(kept)
            return answer

        return _repeated(once, tries)

    def dispose(self) -> None:
        """Close all connections."""
        for idle in (self._idle, self._idle_writers):
            while idle:
                idle.pop().close()
        self.writer.dispose()
        self.reader.dispose()


def _repeated(once: Callable[[], T], tries: int) -> T:
    """Return what `once` returns, called again as `Store.run` says."""
    for attempt in range(1, tries + 1):
        try:
            return once()
        except DBAPIError as error:
            if attempt == tries or not is_worth_retrying(error):
                raise
            time.sleep(random.uniform(0.05, 0.1) * 2**attempt)  # noqa: S311 - spreads retries, protects nothing
    raise AssertionError("unreachable")
