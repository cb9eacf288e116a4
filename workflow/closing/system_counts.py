"""What the national system showed, as it was entered: newest first, without what was taken back unless it is asked for."""

import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.closing.settling import how_many_settled
from workflow.errors import NotFound
from workflow.figures.replay import event_as
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, Membership, SystemCount, table_of

READERS: Final = ("coordinator", "administrator", "chair")
PAGE: Final = 40

_counts, _areas, _members = table_of(SystemCount).c, table_of(Area).c, table_of(Membership).c


class Counted(NamedTuple):
    """An entry: `n` people done by the national system at `as_of`, for the unit (`area` empty) or one area.

    `because` says why it was taken back (None: it stands). `settled` is how many people were settled by it, None where that was
    not asked for, or is not told: below the unit people stand still between cut-offs. `has_settled`: anybody.
    """

    id: uuid.UUID
    area_id: uuid.UUID | None
    area: str | None
    n: int
    source: str
    as_of: Instant
    recorded_at: Instant
    who: str | None
    in_file: bool
    ledger_no: int
    because: str | None
    settled: int | None = None
    has_settled: bool = False


def require_reader(actor: Actor) -> None:
    """Raise NotFound for whoever may not read the unit's numbers as they stand."""
    if not any(of_the_unit(post) for post in actor.holds(*READERS)):
        raise NotFound


def newest_of_unit(session: Session, context: CampaignContext, *, until: Instant) -> Counted | None:
    """Return the unit's newest count up to an instant, by the instant it speaks of; None if there is none yet. One statement."""
    statement = _entries(context).where(_counts.area_id.is_(None), _counts.as_of <= until, _undone.ledger_no.is_(None))
    row = session.execute(_newest_first(statement).limit(1)).one_or_none()
    return None if row is None else _counted(row)


def newest_of_areas(session: Session, context: CampaignContext, *, until: Instant) -> dict[uuid.UUID, Counted]:
    """Return the newest count of each area that has one. One statement."""
    statement = _entries(context).where(
        _counts.area_id.is_not(None), _counts.as_of <= until, _undone.ledger_no.is_(None)
    )
    found: dict[uuid.UUID, Counted] = {}
    for row in session.execute(_newest_first(statement)):
        one = _counted(row)
        if one.area_id is not None:
            found.setdefault(one.area_id, one)
    return found


def system_counts(
    session: Session, actor: Actor, context: CampaignContext, *, limit: int = PAGE, offset: int = 0
) -> list[Counted]:
    """Return the entries, those of the newest instants first, taken back ones too. NotFound for whoever may not read them."""
    require_reader(actor)
    settled = how_many_settled(context, _counts.id, _counts.as_of).label("settled")
    statement = _newest_first(_entries(context).add_columns(settled)).limit(limit).offset(offset)
    return [_with_settled(row) for row in session.execute(statement)]


def system_count(session: Session, actor: Actor, context: CampaignContext, count_id: uuid.UUID) -> Counted:
    """Return one entry; NotFound if it is absent, foreign, or not for the actor to read."""
    require_reader(actor)
    row = session.execute(_entries(context).where(_counts.id == count_id)).one_or_none()
    if row is None:
        raise NotFound
    return _counted(row)


_told, _undone = event_as("counted_by"), event_as("counted_back")


def _entries(context: CampaignContext) -> Select[Any]:
    origin = _counts.id.table.join(
        _told.ledger_no.table, and_(_told.unit_id == _counts.unit_id, _told.ledger_no == _counts.ledger_no)
    )
    origin = origin.outerjoin(
        _undone.ledger_no.table, and_(_undone.unit_id == _counts.unit_id, _undone.voids_no == _counts.ledger_no)
    )
    origin = origin.outerjoin(
        _areas.id.table, and_(_areas.unit_id == _counts.unit_id, _areas.id == _counts.area_id)
    ).outerjoin(_members.id.table, and_(_members.unit_id == _told.unit_id, _members.id == _told.actor_id))
    return (
        select(
            _counts.id, _counts.area_id, _areas.name.label("area"), _counts.n, _counts.source, _counts.as_of,
            _told.recorded_at, _members.name.label("who"), _counts.batch_id, _counts.ledger_no,
            _undone.ledger_no.label("undone_no"), _undone.data.label("undone"),
        )
        .select_from(origin)
        .where(_counts.unit_id == context.unit_id, _counts.campaign_id == context.id)
    )  # fmt: skip


def _with_settled(row: Any) -> Counted:
    told = row.settled if row.area_id is None else None
    return _counted(row)._replace(settled=told, has_settled=row.settled > 0)


def _newest_first(statement: Select[Any]) -> Select[Any]:
    return statement.order_by(_counts.as_of.desc(), _counts.ledger_no.desc())


def _counted(row: Any) -> Counted:
    because = None if row.undone_no is None else str((row.undone or {}).get("reason") or "")
    return Counted(
        row.id, row.area_id, row.area, row.n, row.source, row.as_of, row.recorded_at, row.who, row.batch_id is not None,
        row.ledger_no, because,
    )  # fmt: skip
