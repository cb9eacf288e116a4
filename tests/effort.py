"""How much work something is, without a clock: calls are counted, and what would never end is stopped."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

HANGS_AFTER_SECONDS = 60
"""No test comes near it on any machine; what does is caught in a loop, or in a pattern that tries every way to match."""


def calls_made(work: Callable[[], Any]) -> int:
    """Return how many calls of Python and of C functions `work` makes: the same on a busy machine and on an idle one."""
    made = 0

    def count(_frame: FrameType, event: str, _what: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return made


@contextmanager
def ends() -> Iterator[None]:
    """Fail, instead of hanging, if the block does not end. For work inside one C call, where no calls can be counted."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"did not end within {HANGS_AFTER_SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, HANGS_AFTER_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
