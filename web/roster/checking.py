"""Checking a list that is handed in, from a page or by a program: one at a time of what takes much memory, and where files wait."""

import threading
from typing import IO, Final

from web.here import here
from workflow.actions.hand_in_roster import hand_in_roster
from workflow.roster.declare import Declaration
from workflow.roster.results import Import, Tools
from workflow.roster.uploads import Uploads

AT_ONCE: Final = threading.BoundedSemaphore(2)
"""How many files one process checks at a time: each may take half a gigabyte while it is read."""


class Busy(Exception):
    """As many files as may be are being checked already. Nothing was read."""


def uploads() -> Uploads:
    """Return where this installation keeps what is handed in."""
    return Uploads(here.ground.settings.uploads / "rosters")


def check(stream: IO[bytes], declaration: Declaration, *, file_name: str, sheet: str | None) -> Import:
    """Check a file as whoever is signed in. Raises Busy, and the refusals of `hand_in_roster`."""
    place = uploads()
    place.tidy(now=here.real_now)
    tools = Tools(here.store, here.vault, here.clock, here.ids)
    if not AT_ONCE.acquire(blocking=False):
        raise Busy
    try:
        return hand_in_roster(
            tools, place, here.context, here.actor, stream, declaration, file_name=file_name, sheet=sheet
        )
    finally:
        AT_ONCE.release()
