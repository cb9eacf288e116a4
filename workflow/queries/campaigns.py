"""Units and campaigns with their packs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import FromClause, and_, bindparam, select
from sqlalchemy.orm import Session

from rules.pack import CompiledRule, Pack, PackRefused, load_files
from rules.time import Instant
from workflow.errors import NotFound
from workflow.statements.prepared import Prepared
from workflow.tables import Campaign, PackVersion, Unit, table_of


class UnitRow(NamedTuple):
    """What every page needs to know of its unit."""

    id: uuid.UUID
    code: str
    name: str
    kind: str
    is_demo: bool
    clock_offset: int


class _CampaignRow(NamedTuple):
    unit_id: uuid.UUID
    id: uuid.UUID | None
    code: str
    name: str
    starts_at: Instant
    ends_at: Instant
    pack_hash: str
    parameters: dict[str, Any]


_table, _NAMES = table_of(Campaign), _CampaignRow._fields
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
_units, _UNIT_NAMES = table_of(Unit), UnitRow._fields


def _row(*values: Any) -> tuple[Any, ...]:
    return values


_UNIT = Prepared(select(*(_units.c[name] for name in _UNIT_NAMES)).where(_units.c.code == bindparam("code")), UnitRow)
UNIT_AND_CAMPAIGN: Final = (
    *(_units.c[name].label(f"unit_{name}") for name in _UNIT_NAMES),
    *(_table.c[name].label(f"campaign_{name}") for name in _NAMES),
)
"""What `unit_and_campaign_from` reads."""


def units_with_campaign() -> FromClause:
    """Return units with their campaign called `campaign` (a name for a value), or with none."""
    return _units.outerjoin(_table, and_(_table.c.unit_id == _units.c.id, _table.c.code == bindparam("campaign")))


_TOGETHER = Prepared(
    select(*UNIT_AND_CAMPAIGN).select_from(units_with_campaign()).where(_units.c.code == bindparam("unit")), _row
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
    """Return the compiled pack of that hash, reading its files from the database the first time.

    Raises NotFound, and PackRefused if what is stored is not the text of a pack.
    """
    if pack_hash not in _packs:
        row = session.get(PackVersion, pack_hash)
        if row is None:
            raise NotFound
        if not all(isinstance(text, str) for text in row.files.values()):
            raise PackRefused([])
        _packs[pack_hash] = load_files(row.files)
    return _packs[pack_hash]


def unit_by_code(session: Session, code: str) -> UnitRow:
    """Return the unit called `code`; NotFound if there is none."""
    row: UnitRow | None = _UNIT.first(session, {"code": code})
    if row is None:
        raise NotFound
    return row


def unit_and_campaign(session: Session, unit: str, campaign: str) -> tuple[UnitRow, CampaignContext | None]:
    """Return a unit as `unit_by_code` does, and its campaign of that code (None if it has none), in one statement."""
    row = _TOGETHER.first(session, {"unit": unit, "campaign": campaign})
    if row is None:
        raise NotFound
    return unit_and_campaign_from(session, row)


def unit_and_campaign_from(session: Session, row: Sequence[Any]) -> tuple[UnitRow, CampaignContext | None]:
    """Return the unit and the campaign that a row of `UNIT_AND_CAMPAIGN` tells of."""
    found = _CampaignRow(*row[len(_UNIT_NAMES) :])
    return UnitRow(*row[: len(_UNIT_NAMES)]), None if found.id is None else _known(session, found)


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
