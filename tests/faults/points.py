"""Where a process may be killed: before and after each statement, each commit and each rollback of a store, counted from 1.

The counting is the same in every process that does the same work on the same rows, so a test can visit the points one by one until
the work gets through untouched: no number of points is written down anywhere.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Engine, event

from workflow.store import Store


class KillPoints:
    """Counts the points that a store passes and does something at the first of `fatal`: by default this process dies by SIGKILL."""

    def __init__(self, fatal: Collection[int | str] = (), act: Callable[[], None] | None = None) -> None:
        self.fatal, self.passed = fatal, 0
        self._times: Counter[str] = Counter()
        self._act = act or die

    def watch(self, store: Store) -> "KillPoints":
        """Begin to count on the engines of `store`."""
        for engine in {id(each): each for each in (store.writer, store.reader)}.values():
            self._watch(engine, only_looks=engine is not store.writer)
        return self

    def pass_by(self, name: str) -> None:
        """Count one point; at the fatal one, act."""
        self.passed += 1
        self._times[name] += 1
        if self.passed in self.fatal or f"{name} {self._times[name]}" in self.fatal:
            self.fatal = ()
            self._act()

    def _watch(self, engine: Engine, *, only_looks: bool) -> None:
        @event.listens_for(engine, "before_cursor_execute")
        def before(*_told: Any) -> None:
            self.pass_by("before statement")

        @event.listens_for(engine, "after_cursor_execute")
        def after(*_told: Any) -> None:
            self.pass_by("after statement")

        for name in ("commit", "rollback"):
            setattr(
                engine.dialect,
                f"do_{name}",
                self._around(name, getattr(engine.dialect, f"do_{name}"), only_looks=only_looks),
            )

    def _around(self, name: str, do: Callable[[Any], None], *, only_looks: bool) -> Callable[[Any], None]:
        """Count both sides of an ending. A look ends with a commit that makes nothing so: it has a name of its own."""

        def watched(connection: Any) -> None:
            what = "look" if only_looks or getattr(connection, "read_only", False) else name
            self.pass_by(f"before {what}")
            do(connection)
            self.pass_by(f"after {what}")

        return watched


def die() -> None:
    """End this process as a power cut would: at once, with nothing said."""
    os.kill(os.getpid(), signal.SIGKILL)
