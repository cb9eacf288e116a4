"""Where a backup's passphrase comes from when nobody sits at the keyboard."""

from collections.abc import Mapping
from pathlib import Path

from workflow.operations.errors import PassphraseMissing

ENVIRONMENT_NAME = "TUNGNHA_BACKUP_PASSPHRASE"


def read_passphrase(file: Path | None, environment: Mapping[str, str]) -> str | None:
    """Return the first line of `file`, else the value of TUNGNHA_BACKUP_PASSPHRASE, else None: ask the person.

    Raises PassphraseMissing if `file` was named and cannot be used.
    """
    if file is None:
        return environment.get(ENVIRONMENT_NAME) or None
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise PassphraseMissing(why=f"không đọc được tệp {file}", name=ENVIRONMENT_NAME) from None
    if not lines or not lines[0].strip():
        raise PassphraseMissing(why=f"tệp {file} trống", name=ENVIRONMENT_NAME)
    return lines[0]
