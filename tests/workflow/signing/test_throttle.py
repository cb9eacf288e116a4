"""Failures are counted in the database, and the waits double."""

import threading
import uuid

from tests.workflow.signing.office import Office
from workflow.signing.sessions import HOUR, MINUTE
from workflow.signing.throttle import clear, count_failure, forget_old, wait_for


def fail(office: Office, key: str, *, limit: int = 3) -> bool:
    """Count one failure."""
    with office.store.write() as session:
        return count_failure(session, key, now=office.now, limit=limit, window=HOUR, longest=15 * MINUTE)


def waits(office: Office, key: str) -> int:
    """Return the seconds to wait."""
    with office.store.read() as session:
        return wait_for(session, key, now=office.now)


def new_key() -> str:
    """A key that no other test uses."""
    return f"test:{uuid.uuid4()}"


def test_the_waits_double_up_to_the_longest(office: Office) -> None:
    key, noise = new_key(), new_key()
    fail(office, noise)
    assert waits(office, key) == 0

    told = []
    for _ in range(8):
        assert fail(office, key)
        told.append(waits(office, key))
        office.later(told[-1] / 60)

    assert told == [0, 0, 60, 120, 240, 480, 900, 900]
    assert waits(office, noise) == 0


def test_while_it_waits_nothing_is_counted_and_seconds_are_rounded_up(office: Office) -> None:
    key = new_key()
    counted = [fail(office, key) for _ in range(5)]
    office.later(0.501)

    assert counted == [True, True, True, False, False]
    assert waits(office, key) == 30


def test_a_quiet_hour_or_getting_in_starts_anew(office: Office) -> None:
    key, cleared = new_key(), new_key()
    for _ in range(3):
        fail(office, key)
        fail(office, cleared)
    office.later(60)
    fail(office, key)
    with office.store.write() as session:
        clear(session, cleared)

    fail(office, key)
    fail(office, cleared)

    assert (waits(office, key), waits(office, cleared)) == (0, 0)


def test_a_limit_of_one_waits_at_once(office: Office) -> None:
    key = new_key()
    fail(office, key, limit=1)

    assert waits(office, key) == 60


def test_tries_at_the_same_moment_cannot_pass_together(office: Office) -> None:
    key, counted = new_key(), []
    threads = [threading.Thread(target=lambda: counted.append(fail(office, key))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counted) == [False] * 5 + [True] * 3


def test_what_was_quiet_for_long_is_forgotten(office: Office) -> None:
    old, fresh = new_key(), new_key()
    for _ in range(3):
        fail(office, old)
    office.later(24 * 60)
    for _ in range(3):
        fail(office, fresh)

    with office.store.write() as session:
        forgotten = forget_old(session, now=office.now, after=HOUR)

    assert forgotten >= 1
    assert waits(office, fresh) == 60
