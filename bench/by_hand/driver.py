"""The bare driver: sqlite3 or psycopg with one connection, in the settings that the product uses."""

import hashlib
import sqlite3
import uuid
from typing import Any

import psycopg
from sqlalchemy import URL

SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=15000",
    "foreign_keys=ON",
    "cache_size=-32768",
    "temp_store=MEMORY",
)


class Driver:
    """One connection. `execute` takes `?` for values; `key` turns a UUID into what the database stores."""

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.connection: Any
        if self.is_sqlite:
            self.connection = sqlite3.connect(str(url.database), isolation_level=None)
            self.connection.create_function("natural_id", 1, _natural_id, deterministic=True)
            for setting in SETTINGS:
                self.connection.execute(f"PRAGMA {setting}")
            self.execute = self.connection.execute
            self.execute_many = self.connection.executemany
        else:
            address = url.set(drivername="postgresql").render_as_string(hide_password=False)
            self.connection = psycopg.connect(
                address, autocommit=True, options="-c lock_timeout=30s -c timezone=UTC -c jit=off"
            )
            cursor = self.connection.cursor()
            self.execute = lambda sql, values=(): cursor.execute(_translated(sql), values, prepare=True)
            self.execute_many = lambda sql, rows: cursor.executemany(_translated(sql), rows)
        self.begin = "BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN"
        self.for_update = "" if self.is_sqlite else " FOR UPDATE"

    def key(self, value: uuid.UUID | None) -> Any:
        """Return a UUID as it is stored."""
        return value.bytes if self.is_sqlite and value is not None else value

    def natural_id(self, text: str) -> str:
        """Return SQL for the id of a natural key, given as SQL of its text."""
        if self.is_sqlite:
            return f"natural_id({text})"
        return f"CAST(encode(substr(sha256(convert_to({text}, 'UTF8')), 1, 16), 'hex') AS uuid)"

    def hex(self, column: str) -> str:
        """Return SQL for a UUID column as 32 hexadecimal digits."""
        return f"lower(hex({column}))" if self.is_sqlite else f"replace(CAST({column} AS text), '-', '')"

    def object(self, pairs: str) -> str:
        """Return SQL for a JSON object of `'name', value` pairs."""
        return f"json_object({pairs})" if self.is_sqlite else f"jsonb_build_object({pairs})"

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


_known: dict[str, str] = {}


def _translated(sql: str) -> str:
    """Return the statement with psycopg's marks; each is translated once."""
    if sql not in _known:
        _known[sql] = sql.replace("?", "%s")
    return _known[sql]


def _natural_id(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
