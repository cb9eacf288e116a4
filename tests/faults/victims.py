"""The test's side of the fork server: ask for victims, hear what became of them."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.faults.work import Item, Where

ROOT = Path(__file__).parents[2]
NAME = "nan-nhan"
"""How victims call themselves to PostgreSQL."""
LIMIT_SECONDS = 120.0
"""A request that takes longer than this ends with the server killed and the test red."""


@dataclass
class Victim:
    """What is asked of one process: items in order, and where (`tests.faults.points`) or when it is killed (never, if neither is given)."""

    items: list[Item]
    points: tuple[int | str, ...] = ()
    after: tuple[int, float] | None = None


@dataclass
class Fate:
    """What became of a victim. `acks` are the answers it passed on, in order; a refusal counts as an answer."""

    acks: list[dict[str, Any]]
    signal: int
    passed: int
    error: str | None = None
    answers: list[Any] = field(default_factory=list)

    @property
    def killed(self) -> bool:
        """Whether it died by SIGKILL."""
        return self.signal == 9


class Victims:
    """A running fork server for one unit of one database. Use as a context manager."""

    def __init__(self, url: str, where: Where) -> None:
        self._url, self._where = url, where
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PGAPPNAME": NAME},
            text=True,
        )

    def run(self, *victims: Victim) -> list[Fate]:
        """Run victims at once and return their fates when the last has ended; an unforeseen error fails the test."""
        requests, answers = self._pipes()
        asked = [{"items": each.items, "points": each.points, "after": each.after} for each in victims]
        requests.write(json.dumps({"url": self._url, "where": self._where.as_json(), "victims": asked}) + "\n")
        requests.flush()
        watchdog = threading.Timer(LIMIT_SECONDS, self._server.kill)
        watchdog.start()
        line = answers.readline()
        watchdog.cancel()
        assert line, f"máy chủ nạn nhân đã dừng hoặc quá {LIMIT_SECONDS:.0f} giây"
        fates = [Fate(**told) for told in json.loads(line)]
        for fate in fates:
            assert fate.error is None, fate.error
            fate.answers = [ack.get("answer") for ack in fate.acks]
        return fates

    def kill_at(self, points: tuple[int | str, ...], *items: Item) -> Fate:
        """Run one victim that dies at the first of `points` that it gets to."""
        return self.run(Victim(list(items), points=points))[0]

    def close(self) -> None:
        """Stop the server."""
        requests, answers = self._pipes()
        requests.close()
        self._server.wait(timeout=30)
        answers.close()

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        return self._server.stdin, self._server.stdout

    def __enter__(self) -> "Victims":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
