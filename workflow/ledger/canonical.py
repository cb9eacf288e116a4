"""Canonical JSON of a row: the same bytes for the same row on every database, for ever. Seals and anchors hash these bytes.

Every column by name, keys sorted, text in NFC, ids as 32 hexadecimal digits, instants as integers.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any
from unicodedata import is_normalized, normalize

from sqlalchemy import RowMapping

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical_event(event: Mapping[str, Any] | RowMapping) -> bytes:
    """Return the canonical JSON of an event: the same bytes for the same event on every database, for ever."""
    return _encode({name: canonical_value(value) for name, value in event.items()}).encode()


def canonical_value(value: Any) -> Any:
    """Return a value as canonical JSON holds it: ids and bytes in hexadecimal, text in NFC, containers by their contents."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return value if value.isascii() or is_normalized("NFC", value) else normalize("NFC", value)
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, dict):
        return {canonical_value(str(key)): canonical_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical_value(item) for item in value]
    return value.hex() if isinstance(value, bytes) else value


def canonical_row(row: Mapping[str, Any] | RowMapping) -> bytes:
    """Return the canonical JSON of a row without its empty columns: a column added by a later version changes nothing."""
    return _encode({name: canonical_value(value) for name, value in row.items() if value is not None}).encode()
