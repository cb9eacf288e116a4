"""What a superior reads: the units in which they hold that post, each with the close it stands by. Roll-ups only, never a name."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.consolidate import Consolidated, Parts, UnitClose, consolidate
from workflow.closing.frozen import Frozen, read_frozen
from workflow.errors import NotFound
from workflow.queries.campaigns import pack_of
from workflow.signing.places import Place, places_of
from workflow.tables import Campaign, Close, table_of

SUPERIOR: Final = "superior"
_STANDING: Final = ("closed", "received")
_closes, _campaigns = table_of(Close), table_of(Campaign)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The units of a superior in one campaign and period; `periods` are those that any of them has closed, newest first."""

    periods: tuple[str, ...]
    seen: Consolidated


def side_by_side(
    session: Session, account_id: uuid.UUID, campaign: str, *, now: Instant, period: str | None = None
) -> SideBySide:
    """Return the closes of a period (default: the newest) of every unit that runs the campaign and has the account above it.

    `now` is real time. Raises NotFound where the account is nobody's superior, and for a period that no unit has closed.
    """
    places = {place.unit_id: place for place in places_of(session, account_id, now=now) if SUPERIOR in place.roles}
    running = session.scalars(
        select(_campaigns.c.unit_id).where(_campaigns.c.unit_id.in_(sorted(places)), _campaigns.c.code == campaign)
    ).all()
    mine = {unit_id: places[unit_id] for unit_id in running}
    if not mine:
        raise NotFound
    periods = tuple(
        session.scalars(_own(mine, campaign, _closes.c.period).distinct().order_by(_closes.c.period.desc()))
    )
    if period is not None and period not in periods:
        raise NotFound
    chosen = period or (periods[0] if periods else "")
    rows = {row.unit_id: row for row in session.execute(_newest(mine, campaign, chosen))}
    closes = [_unit_close(place, rows.get(unit_id)) for unit_id, place in mine.items()]
    frozen = [each.frozen for each in closes if each.frozen is not None]
    return SideBySide(periods, consolidate(chosen, closes, _partitions(session, frozen)))


def _own(mine: dict[uuid.UUID, Place], campaign: str, *columns: Any) -> Any:
    """Return the statement over standing closes of whole units in the campaign."""
    same = and_(_campaigns.c.unit_id == _closes.c.unit_id, _campaigns.c.id == _closes.c.campaign_id)
    return (
        select(*columns)
        .select_from(_closes.join(_campaigns, same))
        .where(
            _closes.c.unit_id.in_(sorted(mine)), _campaigns.c.code == campaign, _closes.c.scope == "unit",
            _closes.c.status.in_(_STANDING),
        )
    )  # fmt: skip


def _newest(mine: dict[uuid.UUID, Place], campaign: str, period: str) -> Any:
    newest = func.row_number().over(partition_by=_closes.c.unit_id, order_by=_closes.c.revision.desc()).label("place")
    ranked = _own(mine, campaign, _closes.c.unit_id, _closes.c.figures, _closes.c.sha256, newest)
    rows = ranked.where(_closes.c.period == period).subquery()
    return select(rows.c.unit_id, rows.c.figures, rows.c.sha256).where(rows.c.place == 1)


def _unit_close(place: Place, row: Any) -> UnitClose:
    if row is None:
        return UnitClose(place.unit_code, place.unit_name, None)
    data = bytes(row.figures)
    return UnitClose(
        place.unit_code, place.unit_name, read_frozen(data), hashlib.sha256(data).hexdigest() == row.sha256
    )


def _partitions(session: Session, closes: list[Frozen]) -> list[Parts]:
    """Return the sums that every pack of these closes declares."""
    told = [
        {Parts(one.total, tuple(one.parts)) for one in pack_of(session, pack_hash).model.figures.partitions}
        for pack_hash in sorted({frozen.pack_hash for frozen in closes})
    ]
    return sorted(set.intersection(*told), key=lambda one: one.total) if told else []
