"""What every check of a unit gets: a session on one snapshot, the unit, its newest number, and what lies outside the database."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from rules.findings import Finding, Severity
from rules.pack import Pack, PackRefused, hash_of, load_files
from rules.pack.yaml_nodes import canonical_text
from workflow.tables import Campaign, PackVersion, Unit, UnitHead, table_of
from workflow.vault import Vault

PackLoader: TypeAlias = Callable[[str], Pack | None]
"""The pack of a hash; None if it is not stored, or its files no longer have that hash."""


@dataclass
class Scope:
    """One unit being verified. `vault` None: personal columns cannot be checked. `anchor` None: no anchor was given."""

    session: Session
    unit_id: uuid.UUID
    packs: PackLoader
    vault: Vault | None = None
    anchor: Mapping[str, Any] | None = None

    @cached_property
    def head(self) -> Row[Any]:
        """Return the unit's head row: its newest ledger and seal numbers."""
        return self.session.execute(select(table_of(UnitHead)).where(UnitHead.unit_id == self.unit_id)).one()

    @cached_property
    def code(self) -> str:
        """Return the unit's code, for messages."""
        return self.session.scalar(select(Unit.code).where(Unit.id == self.unit_id)) or self.unit_id.hex

    @cached_property
    def campaigns(self) -> Mapping[uuid.UUID, Row[Any]]:
        """Return the unit's campaigns by id."""
        rows = self.session.execute(select(table_of(Campaign)).where(Campaign.unit_id == self.unit_id))
        return {row.id: row for row in rows}

    def pack_of(self, campaign_id: uuid.UUID | None) -> Pack | None:
        """Return the pack in force in a campaign, or None."""
        campaign = self.campaigns.get(campaign_id) if campaign_id else None
        return self.packs(campaign.pack_hash) if campaign else None

    def wrong(self, check: str, where: str, message: str, *, severity: Severity = "error", **numbers: Any) -> Finding:
        """Return a finding of this unit. Ids among `numbers` are written in hexadecimal."""
        told = {name: value.hex if isinstance(value, uuid.UUID) else value for name, value in numbers.items()}
        return Finding(check, severity, f"{self.code}: {where}", message, told)

    def rows(self, statement: Any, **values: Any) -> Iterator[Row[Any]]:
        """Run a statement that returns what is wrong, with the values it asks for, and yield its rows, a part at a time."""
        yield from self.session.execute(statement, values).yield_per(1000)


Check: TypeAlias = Callable[[Scope], Iterator[Finding]]


@dataclass
class StoredPacks:
    """Packs as the database stores them, compiled once; one whose files do not have its hash any more is not given out."""

    session: Session
    _known: dict[str, Pack | None] = field(default_factory=dict)

    def __call__(self, pack_hash: str) -> Pack | None:
        """Return the pack of that hash, or None."""
        if pack_hash not in self._known:
            self._known[pack_hash] = self._read(pack_hash)
        return self._known[pack_hash]

    def _read(self, pack_hash: str) -> Pack | None:
        files = self.session.scalar(select(PackVersion.files).where(PackVersion.hash == pack_hash))
        try:
            if not files or hash_of({name: canonical_text(text) for name, text in files.items()}) != pack_hash:
                return None
            if pack_hash not in _compiled:
                _compiled[pack_hash] = load_files(files)
        except (PackRefused, TypeError, AttributeError):
            return None
        return _compiled[pack_hash]


_compiled: dict[str, Pack] = {}
"""Packs by the hash of the very texts they were compiled from: those texts are read and hashed anew by every proof."""
