"""Changing personal values: the earlier version is kept, a `note` event names the columns (never the values), the MAC is new."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from rules.time import Instant
from workflow.errors import NotFound
from workflow.gateway.personal import KEPT_COLUMNS, kept_values, mac_of, restored_values
from workflow.ledger.book import Book
from workflow.tables import Subject, SubjectVersion, table_of
from workflow.vault import Vault

_subjects, _versions = table_of(Subject), table_of(SubjectVersion)
_READ = select(
    _subjects.c.kind, _subjects.c.value_version, _subjects.c.mac, *(_subjects.c[n] for n in KEPT_COLUMNS)
).where(_subjects.c.unit_id == bindparam("unit"), _subjects.c.id == bindparam("subject"))
_TOLD = {"name_fold": "name", "name_sort": "name", "id_cipher": "id_number", "id_index": "id_number",
         "phone_cipher": "phone", "phone_index": "phone", "place_sort": "house_no"}  # fmt: skip


def revise_subject(
    book: Book,
    vault: Vault,
    subject_id: uuid.UUID,
    changes: Mapping[str, Any],
    *,
    happened_at: Instant | None = None,
    cause: str = "person",
    campaign_id: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
    **event: Any,
) -> list[str]:
    """Set columns of a subject to `changes` and return the names of the values that differ; nothing is written if none does.

    A sealed number counts as changed if its blind index does: sealing the same number again gives other bytes. Raises NotFound
    for an unknown subject.
    """
    row = book.session.execute(_READ, {"unit": book.unit_id, "subject": subject_id}).mappings().one_or_none()
    if row is None:
        raise NotFound
    changed = {name: value for name, value in changes.items() if _differs(row, name, value, changes)}
    if not changed:
        return []
    told = sorted({_TOLD.get(name, name) for name in changed})
    version = row["value_version"] + 1
    after = {**row, **changed}
    number = book.append(
        "note",
        happened_at=happened_at,
        cause=cause,
        campaign_id=campaign_id,
        about_id=subject_id,
        data={**(data or {}), "changed": told},
        **event,
    )
    earlier = {
        "unit_id": book.unit_id,
        "subject_id": subject_id,
        "value_version": row["value_version"],
        "ledger_no": number,
        "values": kept_values(dict(row)),
        "mac": row["mac"],
    }
    book.session.execute(insert(_versions), earlier)
    book.session.execute(
        update(_subjects)
        .where(_subjects.c.unit_id == book.unit_id, _subjects.c.id == subject_id)
        .values({**changed, "value_version": version, "mac": mac_of(vault, subject_id, version, after)})
    )
    return told


def put_back_values(
    book: Book, vault: Vault, subject_id: uuid.UUID, note_no: int, *, campaign_id: uuid.UUID, reason: str
) -> bool:
    """Void a `note` and give the subject the values it replaced; False, and nothing written, if they were changed again since."""
    row = book.session.execute(_READ, {"unit": book.unit_id, "subject": subject_id}).mappings().one()
    earlier = book.session.execute(
        select(_versions).where(
            _versions.c.unit_id == book.unit_id,
            _versions.c.subject_id == subject_id,
            _versions.c.ledger_no == note_no,
        )
    ).one_or_none()
    if earlier is None or earlier.value_version + 1 != row["value_version"]:
        return False
    values = restored_values(earlier.values)
    version = row["value_version"] + 1
    number = book.append(
        "void",
        cause="correction",
        campaign_id=campaign_id,
        about_id=subject_id,
        voids_no=note_no,
        data={"reason": reason},
    )
    kept = {
        "unit_id": book.unit_id, "subject_id": subject_id, "value_version": row["value_version"], "ledger_no": number,
        "values": kept_values(dict(row)), "mac": row["mac"],
    }  # fmt: skip
    book.session.execute(insert(_versions), kept)
    mac = mac_of(vault, subject_id, version, {**values, "kind": row["kind"]})
    book.session.execute(
        update(_subjects)
        .where(_subjects.c.unit_id == book.unit_id, _subjects.c.id == subject_id)
        .values({**values, "value_version": version, "mac": mac})
    )
    return True


def _differs(row: Mapping[Any, Any], name: str, value: Any, changes: Mapping[str, Any]) -> bool:
    if name.endswith("_cipher"):
        name, value = name.replace("_cipher", "_index"), changes[name.replace("_cipher", "_index")]
    known = row[name]
    return (
        bool(known != value)
        if not isinstance(value, bytes | memoryview)
        else known is None or bytes(known) != bytes(value)
    )
