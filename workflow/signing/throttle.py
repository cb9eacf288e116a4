"""Who has to wait after too many failures. Counted in the database, so that it holds for every process and after a restart."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.tables import Throttle, table_of

SECOND: Final = 1_000_000
FIRST_WAIT: Final = 60 * SECOND
"""The wait after the first failure too many; each further one doubles it."""

_table = table_of(Throttle)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many failures are free within `window`, and the `longest` wait that the doubling may reach (microseconds)."""

    limit: int
    window: int
    longest: int


def wait_for(session: Session, key: str, *, now: Instant) -> int:
    """Return how many seconds the key still has to wait, rounded up; 0 if it need not."""
    until = session.scalar(select(_table.c.until).where(_table.c.key == key))
    return 0 if until is None or until <= now else -(-(until - now) // SECOND)


def count_failure(session: Session, key: str, *, now: Instant, limit: int, window: int, longest: int) -> bool:
    """Count a failure; False, and nothing counted, while the key has to wait.

    One statement, so attempts sent at the same moment take turns: whoever counts before trying cannot try more often than allowed.
    From the `limit`-th failure within `window` on the key waits a minute, then two, then four … `longest` at most. The count starts
    anew when the window is over and nothing is waited for.
    """
    over = _table.c.since <= now - window
    n = case((over, 1), else_=_table.c.n + 1)
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = {"key": key, "since": now, "n": 1, "until": now + _waits(longest)[0] if limit <= 1 else None}
    statement = insert(_table).values(first)
    statement = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"since": case((over, now), else_=_table.c.since), "n": n, "until": _until(n, now, limit, longest)},
        where=or_(_table.c.until.is_(None), _table.c.until <= now),
    )
    return session.execute(statement.returning(_table.c.n)).first() is not None


def clear(session: Session, key: str) -> None:
    """Forget the failures of a key: it got in."""
    session.execute(delete(_table).where(_table.c.key == key))


def forget_old(session: Session, *, now: Instant, after: int) -> int:
    """Delete keys that were quiet for `after` microseconds, and return how many; keeps the table small."""
    quiet = func.coalesce(_table.c.until, _table.c.since) <= now - after
    result: Any = session.execute(delete(_table).where(quiet))
    return int(result.rowcount)


def _waits(longest: int) -> list[int]:
    """Return the waits as they double, up to the longest."""
    waits = [min(FIRST_WAIT, longest)]
    while waits[-1] < longest:
        waits.append(min(2 * waits[-1], longest))
    return waits


def _until(n: Any, now: Instant, limit: int, longest: int) -> Any:
    steps = [(n == limit + step, now + wait) for step, wait in enumerate(_waits(longest))]
    return case((n < limit, None), *steps, else_=now + longest)
