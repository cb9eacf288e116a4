"""The personal values of a subject as one canonical record: what the keyed hash (`mac`) of a row version covers.

Covered are the unit and the row, every personal column, and the blind indexes that stand for the ID number and the phone. The
ciphertexts themselves are not: they come out differently each time the same number is sealed, and their own tags protect them.
So a list read again gives the same record, and "unchanged" is one comparison of two MACs.
"""

import base64
import json
import uuid
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

PLAIN_COLUMNS = (
    "name", "name_fold", "name_sort", "birth_on", "sex", "relation", "residence", "account", "lane", "house_no", "household_key",
    "place_sort",
)  # fmt: skip
INDEX_COLUMNS = ("id_index", "phone_index")
CIPHER_COLUMNS = ("id_cipher", "phone_cipher")
PERSONAL_COLUMNS = (*PLAIN_COLUMNS, *CIPHER_COLUMNS, *INDEX_COLUMNS)
"""Every column that a version of a subject keeps."""


def canonical(values: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a subject's personal values.

    `values` holds `unit_id`, the subject's `id`, and the personal columns; a missing column counts as empty. Text is taken in NFC.

    >>> canonical({"unit_id": uuid.UUID(int=1), "id": uuid.UUID(int=2), "name": "An", "id_index": bytes([1])})[-15:]
    b'null,"01",null]'
    """
    record = [values["unit_id"].hex, values["id"].hex]
    record += [_text(values.get(name)) for name in PLAIN_COLUMNS]
    record += [_hex(values.get(name)) for name in INDEX_COLUMNS]
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def frozen(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the personal values as JSON-ready data for `subject_versions.values`; bytes in base64."""
    return {name: _written(values.get(name)) for name in PERSONAL_COLUMNS}


def thawed(stored: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the personal values that `frozen` wrote."""
    binary = {*CIPHER_COLUMNS, *INDEX_COLUMNS}
    return {
        name: base64.b64decode(text) if name in binary and text is not None else text
        for name, text in stored.items()
        if name in PERSONAL_COLUMNS
    }


def field_aad(unit_id: uuid.UUID, subject_id: uuid.UUID, column: str) -> bytes:
    """Return the associated data that ties a sealed field to its unit, row and column."""
    return unit_id.bytes + subject_id.bytes + column.encode()


def _text(value: str | None) -> str | None:
    return value if value is None or value.isascii() else normalize("NFC", value)


def _hex(value: bytes | None) -> str | None:
    return None if value is None else bytes(value).hex()


def _written(value: Any) -> str | None:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return None if value is None else str(value)
