"""Where this instance keeps its things: read once, from the environment and the instance folder."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Settings of one installation.

    `database_url` is an SQLAlchemy address; the default is an SQLite file in the instance folder. `key_file` holds the keys of
    personal columns; lose it and ID numbers and phones cannot be read any more.
    """

    instance: Path
    database_url: str
    key_file: Path

    @property
    def uploads(self) -> Path:
        """The folder of files that people handed in."""
        return self.instance / "uploads"

    @classmethod
    def read(cls, instance: Path | None = None) -> "Settings":
        """Read TUNGNHA_INSTANCE, TUNGNHA_DATABASE_URL and TUNGNHA_KEY_FILE; `instance` wins over the first."""
        folder = (instance or Path(os.environ.get("TUNGNHA_INSTANCE", "instance"))).absolute()
        return cls(
            instance=folder,
            database_url=os.environ.get("TUNGNHA_DATABASE_URL") or f"sqlite:///{folder / 'tungnha.db'}",
            key_file=Path(os.environ.get("TUNGNHA_KEY_FILE") or folder / "keys.json"),
        )
