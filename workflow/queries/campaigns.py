"""Units and campaigns with their packs."""

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from rules.pack import CompiledRule, Pack, load_files
from rules.time import Instant
from workflow.errors import NotFound
from workflow.statements.prepared import Prepared
from workflow.tables import Campaign, PackVersion, Unit, table_of

_table = table_of(Campaign)
_NAMES = ("unit_id", "id", "code", "name", "starts_at", "ends_at", "pack_hash", "parameters")
_BY_ID = Prepared(
    select(*(_table.c[name] for name in _NAMES)).where(
        _table.c.unit_id == bindparam("unit"), _table.c.id == bindparam("campaign")
    )
)
_BY_CODE = Prepared(
    select(*(_table.c[name] for name in _NAMES)).where(
        _table.c.unit_id == bindparam("unit"), _table.c.code == bindparam("code")
    )
)
_units = table_of(Unit)
_UNIT = Prepared(
    select(*(_units.c[name] for name in ("id", "code", "name", "kind", "is_demo", "clock_offset"))).where(
        _units.c.code == bindparam("code")
    )
)
_contexts: dict[tuple[uuid.UUID, uuid.UUID], tuple[Any, "CampaignContext"]] = {}
"""The newest row of each campaign and the context made from it; used again while the row stays the same."""

_packs: dict[str, Pack] = {}
"""Compiled packs by hash. A published version never changes, so this never goes stale; a server knows a handful."""


@dataclass(frozen=True)
class CampaignContext:
    """A campaign together with its compiled pack: what every action needs to know before it looks at a door."""

    unit_id: uuid.UUID
    id: uuid.UUID
    code: str
    name: str
    starts_at: Instant
    ends_at: Instant
    pack: Pack
    parameters: dict[str, Any]

    def case_rules(self, track: str) -> tuple[CompiledRule, ...]:
        """Return the rules that look after cases of `track`."""
        return self._case_rules.get(track, ())

    @cached_property
    def _case_rules(self) -> dict[str, tuple[CompiledRule, ...]]:
        return {track: self.pack.case_rules(track) for track in self.pack.tracks}


def pack_of(session: Session, pack_hash: str) -> Pack:
    """Return the compiled pack of that hash, reading its files from the database the first time."""
    if pack_hash not in _packs:
        row = session.get(PackVersion, pack_hash)
        if row is None:
            raise NotFound
        _packs[pack_hash] = load_files(row.files)
    return _packs[pack_hash]


def unit_by_code(session: Session, code: str) -> Row[Any]:
    """Return the unit called `code`: its id, code, name, kind, is_demo and clock_offset; NotFound if there is none."""
    row: Row[Any] | None = _UNIT.first(session, {"code": code})
    if row is None:
        raise NotFound
    return row


def all_units(session: Session) -> list[Unit]:
    """Return every unit, in the order of their codes."""
    return list(session.scalars(select(Unit).order_by(Unit.code)))


def campaign_by_code(session: Session, unit_id: uuid.UUID, code: str) -> CampaignContext:
    """Return the unit's campaign called `code`; NotFound if there is none."""
    return _known(session, _BY_CODE.first(session, {"unit": unit_id, "code": code}))


def campaign_by_id(session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID) -> CampaignContext:
    """Return the unit's campaign of that id."""
    return _known(session, _BY_ID.first(session, {"unit": unit_id, "campaign": campaign_id}))


def _known(session: Session, row: Any | None) -> CampaignContext:
    """Return the context of a campaign's row: the one made before, while the row stays the same."""
    if row is None:
        raise NotFound
    known = _contexts.get((row.unit_id, row.id))
    if known is None or known[0] != row:
        known = _contexts[row.unit_id, row.id] = row, _context(session, row)
    return known[1]


def campaigns_of(session: Session, unit_id: uuid.UUID) -> list[CampaignContext]:
    """Return every campaign of the unit, in the order of their codes."""
    rows = session.scalars(select(Campaign).where(Campaign.unit_id == unit_id).order_by(Campaign.code))
    return [_context(session, row) for row in rows]


def find_campaign(session: Session, code: str) -> CampaignContext:
    """Return the one campaign called `code` among all units; NotFound if there is none (or the code is not unique)."""
    row = session.scalars(select(Campaign).where(Campaign.code == code)).all()  # national
    return _context(session, row[0] if len(row) == 1 else None)


def _context(session: Session, row: Any | None) -> CampaignContext:
    if row is None:
        raise NotFound
    return CampaignContext(
        unit_id=row.unit_id,
        id=row.id,
        code=row.code,
        name=row.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        pack=pack_of(session, row.pack_hash),
        parameters=row.parameters,
    )
