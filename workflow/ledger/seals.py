"""Seals: a chain of hashes over the events, so that whoever edits the database afterwards is found out.

A seal covers the events since the seal before it, in the order of their numbers:

    digest_n = SHA-256 over the canonical JSON of each event, each followed by a line feed
    seal_n   = SHA-256(seal_{n-1} ‖ digest_n)              with 32 zero bytes before the first

Canonical JSON: every column by name, keys sorted, text in NFC, ids as 32 hexadecimal digits, instants as integers. The same bytes
come out of SQLite and PostgreSQL. The newest seal is the anchor: kept outside the database (printed, sent to the auditor), it also
finds a chain that was rebuilt whole or a database put back to an older day. It also carries a digest of each table that no event
tells about (see `workflow.ledger.references`).
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from rules.said import Said
from rules.time import Instant
from workflow.errors import BadInput, NotFound
from workflow.ledger.canonical import canonical_event
from workflow.ledger.references import is_reference, reference_digest
from workflow.statements.prepared import Prepared
from workflow.tables import Event, Seal, UnitHead, table_of

GENESIS = bytes(32).hex()
"""What the first seal chains to."""

CHUNK = 2000
"""Events fetched at a time: memory stays flat however long the ledger is."""

ANCHOR_KEYS = frozenset({"unit_id", "seal_no", "last_no", "seal", "sealed_at"})
_events = table_of(Event)
_NAMES = tuple(column.name for column in _events.columns)
_STREAM = Prepared(
    select(_events)
    .where(_events.c.unit_id == bindparam("unit"), _events.c.ledger_no.between(bindparam("first"), bindparam("last")))
    .order_by(_events.c.ledger_no),
    lambda *values: values,
)


def seal_unit(session: Session, unit_id: uuid.UUID, now: Instant) -> Seal | None:
    """Seal the events that no seal covers yet and return the seal; None if there are none.

    Locks the unit's head, so it waits for a writer and no number is handed out meanwhile. Safe to run twice. Raises NotFound for
    an unknown unit.
    """
    head = session.execute(
        select(table_of(UnitHead)).where(UnitHead.unit_id == unit_id).with_for_update()
    ).one_or_none()
    if head is None:
        raise NotFound
    if head.ledger_no == head.sealed_no:
        return None
    previous = newest_seal(session, unit_id)
    count, digest = digest_of(session, unit_id, head.sealed_no + 1, head.ledger_no)
    before = previous.seal if previous else GENESIS
    values = {
        "unit_id": unit_id, "seal_no": head.seal_no + 1, "first_no": head.sealed_no + 1, "last_no": head.ledger_no,
        "events": count, "digest": digest, "previous": before, "seal": chained(before, digest),
        "sealed_at": max(now, head.recorded_at),
    }  # fmt: skip
    session.execute(insert(table_of(Seal)), values)
    advance = update(table_of(UnitHead)).where(UnitHead.unit_id == unit_id)
    session.execute(advance.values(seal_no=values["seal_no"], sealed_no=values["last_no"]))
    return Seal(**values)


def newest_seal(session: Session, unit_id: uuid.UUID) -> Any | None:
    """Return the unit's newest seal as a row, or None."""
    seals = table_of(Seal)
    newest_first = select(seals).where(seals.c.unit_id == unit_id).order_by(seals.c.seal_no.desc()).limit(1)
    return session.execute(newest_first).one_or_none()


def chained(previous: str, digest: str) -> str:
    """Return seal_n from seal_{n-1} and the digest of its events, all in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(digest)).hexdigest()


def digest_of(session: Session, unit_id: uuid.UUID, first_no: int, last_no: int) -> tuple[int, str]:
    """Return how many events lie between the numbers (both included) and the digest over them. Streams; memory stays flat."""
    digest, count = hashlib.sha256(), 0
    for event in stream_events(session, unit_id, first_no, last_no):
        digest.update(canonical_event(event))
        digest.update(b"\n")
        count += 1
    return count, digest.hexdigest()


def stream_events(session: Session, unit_id: uuid.UUID, first_no: int, last_no: int) -> Iterator[dict[str, Any]]:
    """Yield the events between two numbers in order, in chunks by number: no cursor stays open between them."""
    start = first_no
    while start <= last_no:
        end = min(start + CHUNK - 1, last_no)
        rows = _STREAM.all(session, {"unit": unit_id, "first": start, "last": end})
        yield from (dict(zip(_NAMES, row, strict=True)) for row in rows)
        start = end + 1


def anchor(session: Session, unit_id: uuid.UUID) -> dict[str, Any]:
    """Return the unit's newest seal, with the digests of its other tables as they are now, to keep outside the database.

    Seal number 0 and no digests if nothing is sealed yet. Give it one snapshot.
    """
    seal = newest_seal(session, unit_id)
    if seal is None:
        return {"unit_id": unit_id.hex, "seal_no": 0, "last_no": 0, "seal": GENESIS, "sealed_at": 0}
    return {
        "unit_id": unit_id.hex, "seal_no": seal.seal_no, "last_no": seal.last_no, "seal": seal.seal,
        "sealed_at": seal.sealed_at, "reference": reference_digest(session, unit_id),
    }  # fmt: skip


def write_anchors(path: Path, anchors: list[dict[str, Any]]) -> None:
    """Write anchors to a JSON file for the auditor."""
    path.write_text(json.dumps({"anchors": anchors}, indent=1, sort_keys=True) + "\n", "utf-8")


def read_anchors(path: Path) -> dict[uuid.UUID, dict[str, Any]]:
    """Return the anchors of a file by unit. Raises BadInput, with a sentence, if it is no such file."""
    try:
        anchors = json.loads(path.read_text("utf-8"))["anchors"]
        read = {uuid.UUID(str(one["unit_id"])): dict(one) for one in anchors}
        if not all(_is_anchor(one) for one in read.values()):
            raise ValueError("keys")
    except OSError as error:
        raise BadInput(
            where=Said("Tệp mốc %(path)s", path=path),
            what=Said("không đọc được (%(strerror)s); kiểm tra đường dẫn", strerror=error.strerror),
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        what = "không phải tệp mốc niêm phong; dùng tệp do “tungnha verify --write-anchor” ghi ra"
        raise BadInput(where=Said("Tệp mốc %(path)s", path=path), what=what) from None
    return read


def _is_anchor(one: dict[str, Any]) -> bool:
    """Whether an anchor has what it needs; one written before there were digests of tables has no `reference`."""
    known = one.keys() >= ANCHOR_KEYS and isinstance(one["seal_no"], int)
    return known and ("reference" not in one or is_reference(one["reference"]))
