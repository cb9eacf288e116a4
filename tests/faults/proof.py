"""What is checked after every fault: the ledger proves itself, and tables are compared row by row."""

import uuid
from typing import Any

from sqlalchemy import select

from workflow.store import Store
from workflow.tables import Base, Command, table_of
from workflow.vault import Vault
from workflow.verify import verify

Rows = dict[str, list[dict[str, Any]]]
_COMMANDS = table_of(Command)


def assert_sound(store: Store, unit_id: uuid.UUID, vault: Vault | None = None) -> None:
    """Fail with the sentences of `verify` if any invariant of the unit is broken."""
    with store.read() as session:
        report = verify(session, [unit_id], vault=vault)
    wrong = [each for each in report.violations if each.severity == "error"]
    assert report.ok, "\n".join(f"{each.check} {each.where}: {each.message} {each.numbers}" for each in wrong[:5])


def rows_of(store: Store, unit_id: uuid.UUID, *, but: frozenset[str] = frozenset()) -> Rows:
    """Return every row that the unit has in every table (except `but`), in the order of their keys.

    Sealed values are left out: a seal never repeats, even over the same value. Their blind indexes are compared.
    """
    found: Rows = {}
    with store.read() as session:
        for table in Base.metadata.sorted_tables:
            if "unit_id" in table.columns and table.name not in but:
                rows = session.execute(select(table).where(table.c.unit_id == unit_id)).mappings()
                keys = [column.name for column in table.primary_key]
                kept = [{name: row[name] for name in row if not name.endswith("_cipher")} for row in rows]
                found[table.name] = sorted(kept, key=lambda row: repr([row[key] for key in keys]))
    return found


def assert_same(found: Rows, expected: Rows) -> None:
    """Fail with the first rows of each table that differ."""
    for table, rows in expected.items():
        extra = [row for row in found[table] if row not in rows]
        missing = [row for row in rows if row not in found[table]]
        told = f"{table}: {len(extra)} more, {len(missing)} fewer\n{extra[:2]}\n{missing[:2]}"
        assert (len(extra), len(missing), len(found[table])) == (0, 0, len(rows)), told


def stored_answers(store: Store, unit_id: uuid.UUID) -> dict[str, Any]:
    """Return the stored answer of each command by its key."""
    with store.read() as session:
        statement = select(_COMMANDS.c.key, _COMMANDS.c.answer).where(_COMMANDS.c.unit_id == unit_id)
        return {row.key: row.answer for row in session.execute(statement)}
