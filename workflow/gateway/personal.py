"""Personal values of a subject as columns: what is sealed, what is indexed, and the keyed hash over the rest.

One place says what ID and phone numbers are bound to (`aad_of`), under which names they are indexed, and over which
bytes a version's MAC goes. Whoever writes, reads or verifies personal values goes through here.
"""

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflow.people.names import fold, sort_key
from workflow.vault import PHONE as PHONE
from workflow.vault import Vault
from workflow.vault import aad_of as aad_of
from workflow.vault import opened as opened

MAC_COLUMNS: Final = (
    "kind", "name", "birth_on", "sex", "relation", "residence", "account", "id_index", "phone_index", "lane", "house_no",
    "household_key", "unnamed",
)  # fmt: skip
"""What a MAC covers, after the subject's id and the number of the version."""

VALUE_COLUMNS: Final = (
    "name", "name_fold", "name_sort", "birth_on", "sex", "relation", "residence", "account", "id_cipher", "id_index",
    "phone_cipher", "phone_index",
)  # fmt: skip
"""Columns that hold a person's values; an address stands on the household."""

KEPT_COLUMNS: Final = (*VALUE_COLUMNS, "lane", "house_no", "household_key", "place_sort", "unnamed")
"""What an earlier version keeps."""

ID_NUMBER: Final = "id_number"


@dataclass(frozen=True, slots=True)
class Person:
    """Personal values in the clear, already judged and composed (NFC)."""

    name: str | None
    birth_on: str | None = None
    sex: str | None = None
    relation: str | None = None
    residence: str | None = None
    account: str | None = None
    id_number: str | None = None
    phone: str | None = None


def sealed(vault: Vault, unit_id: uuid.UUID, field: str, value: str | None) -> tuple[bytes | None, bytes | None]:
    """Return a number sealed and its blind index; nothing for no number."""
    if not value:
        return None, None
    index = vault.index(value, field)
    return vault.encrypt(value, aad_of(unit_id, field, index)), index


def columns_of(vault: Vault, unit_id: uuid.UUID, person: Person) -> dict[str, Any]:
    """Return `VALUE_COLUMNS` of a person: numbers sealed and indexed, the name in its forms for matching and sorting."""
    id_cipher, id_index = sealed(vault, unit_id, ID_NUMBER, person.id_number)
    phone_cipher, phone_index = sealed(vault, unit_id, PHONE, person.phone)
    return {
        "name": person.name,
        "name_fold": fold(person.name) if person.name else None,
        "name_sort": sort_key(person.name) if person.name else None,
        "birth_on": person.birth_on,
        "sex": person.sex,
        "relation": person.relation or None,
        "residence": person.residence,
        "account": person.account,
        "id_cipher": id_cipher,
        "id_index": id_index,
        "phone_cipher": phone_cipher,
        "phone_index": phone_index,
    }


def canonical(subject_id: uuid.UUID, version: int, values: Mapping[str, Any]) -> bytes:
    """Return the bytes that a MAC covers: id, version, then `MAC_COLUMNS` in order, each with its length.

    Lengths keep a text that contains the separator from being read as two values; a missing value is told from an empty one.
    """
    parts = [subject_id.bytes, str(version).encode()]
    for name in MAC_COLUMNS:
        value = values.get(name)
        if name == "unnamed":
            parts.append(b"1" if value else b"0")
        elif value is None:
            parts.append(b"-")
        else:
            data = value.encode() if isinstance(value, str) else bytes(value)
            parts.append(b"%d:%s" % (len(data), data))
    return b"|".join(parts)


def mac_of(vault: Vault, subject_id: uuid.UUID, version: int, values: Mapping[str, Any]) -> bytes:
    """Return the MAC of one version of a subject's personal values."""
    return vault.mac(canonical(subject_id, version, values))


def kept_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as `subject_versions` keeps them: bytes in base64, missing ones left out."""
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value
        for name in KEPT_COLUMNS
        if (value := values.get(name)) is not None
    }


def restored_values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that `kept_values` kept, all of them, missing ones as None."""
    values: dict[str, Any] = {name: kept.get(name) for name in KEPT_COLUMNS}
    for name in ("id_cipher", "id_index", "phone_cipher", "phone_index"):
        if values[name] is not None:
            values[name] = base64.b64decode(values[name])
    values["unnamed"] = bool(values["unnamed"])
    return values
