"""How fast one account may write and search: faster than any thumb, slower than a script that reads a whole town out.

Counted in the table of throttles, so for every process of a server and after a restart. The burst before a cut-off passes: sixty
taps a minute are more than a door takes.
"""

import uuid
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from rules.time import MINUTE, Instant
from workflow.errors import TooFast
from workflow.signing.throttle import Pace, count_failure, wait_for
from workflow.store import Store

Use = Literal["write", "search"]


WRITES: Final = Pace(limit=60, window=MINUTE, longest=MINUTE)
SEARCHES: Final = Pace(limit=30, window=MINUTE, longest=MINUTE)


@dataclass(frozen=True, slots=True)
class Paces:
    """How many of each kind an account may do within a minute; whoever did them all waits a minute."""

    write: Pace = WRITES
    search: Pace = SEARCHES


SHIPPED: Final = Paces()


def keep_pace(store: Store, paces: Paces, use: Use, account_id: uuid.UUID, *, now: Instant) -> None:
    """Count one use of an account; raise TooFast with the seconds to wait, and count nothing, if it was too many.

    A transaction of its own: what is refused later was tried all the same.
    """
    pace: Pace = getattr(paces, use)
    key = f"{use}:{account_id.hex}"

    def count(session: Session) -> int:
        told = {"now": now, "limit": pace.limit, "window": pace.window, "longest": pace.longest}
        return 0 if count_failure(session, key, **told) else max(wait_for(session, key, now=now), 1)

    seconds = store.run(count)
    if seconds:
        raise TooFast(seconds=seconds)
