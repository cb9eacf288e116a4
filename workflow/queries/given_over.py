"""Cases that went from one team or area to another: they change what both have, and are the work of neither.

Whatever compares places over some days takes them out (`workflow.queries.team_facts`, `workflow.figures.pace_of_places`): what a team
had done with a case before it gave it away stays its own, and whoever gets it begins where it stands.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.statements.asking import Asked, ask
from workflow.statements.nobody import or_nobody
from workflow.tables import Event, table_of
from workflow.tables.ledger import CASE_KINDS

_Known = Callable[[Any], ColumnElement[bool]]
"""The condition that an event had been recorded by then."""
_given, _touching = table_of(Event).alias("given").c, table_of(Event).alias("touching").c
_BEFORE: Final = ("team_before", "area_before")


class Given(NamedTuple):
    """How many cases more (or fewer, below 0) a team has in an area because they were given, and where they stood then."""

    team_id: uuid.UUID
    area_id: uuid.UUID
    track: str
    state: str
    stage: str
    n: int


def given_since(
    session: Session,
    context: CampaignContext,
    *,
    states: Sequence[str],
    happened_since: Instant,
    until_no: int | None = None,
) -> list[Given]:
    """Return what was given in one of these states from an instant on, as recorded up to a ledger number (None: now). One statement."""
    who = {"unit": context.unit_id, "campaign": context.id}
    return ask(
        session, _happened, **who, states=list(states), since=happened_since, until_no=until_no, row=Given
    )  # fmt: skip


def given_as_recorded(*, unit: Any, campaign: Any, since: Any, until: Any) -> Asked:
    """Return the statement of by how much that differs between what had been recorded before two instants, whenever it happened."""

    def came(event: Any) -> ColumnElement[bool]:
        return and_(event.recorded_at >= since, event.recorded_at < until)

    def went(event: Any) -> ColumnElement[bool]:
        void = table_of(Event).alias(f"undoing_{event.ledger_no.table.name}").c
        undone = select(void.voids_no).where(void.unit_id == unit, void.voids_no.is_not(None), came(void))
        return and_(event.recorded_at < since, event.ledger_no.in_(undone))

    return _added_up(
        [
            _changes(unit, campaign, came, lambda event: event.recorded_at < until, 1),
            _changes(unit, campaign, went, lambda event: event.recorded_at < since, -1),
        ]
    )


def _happened(*, unit: Any, campaign: Any, states: Any, since: Any, until_no: Any) -> Asked:
    def known(event: Any) -> ColumnElement[bool]:
        return true() if until_no is None else event.ledger_no <= until_no

    def wanted(event: Any) -> ColumnElement[bool]:
        return and_(event.state.in_(states), event.recorded_at >= since, event.happened_at >= since)

    return _added_up([_changes(unit, campaign, wanted, known, 1)])


def _changes(unit: Any, campaign: Any, wanted: _Known, known: _Known, sign: int) -> Select[Any]:
    """Return the transfers that are wanted, each where it stands among the events of its case that were known and in force."""
    here = (_touching.unit_id == unit, _touching.campaign_id == campaign, _touching.kind == "transfer")
    cases = select(_touching.case_id).where(*here, wanted(_touching))
    void = table_of(Event).alias("voiding").c
    voided = exists().where(void.unit_id == _given.unit_id, void.voids_no == _given.ledger_no, known(void))
    order: dict[str, Any] = {"partition_by": _given.case_id, "order_by": (_given.happened_at, _given.ledger_no)}
    before = (
        func.lag(or_nobody(column)).over(**order).label(name)
        for column, name in zip((_given.team_id, _given.area_id), _BEFORE, strict=True)
    )
    columns = (_given.unit_id, _given.ledger_no, _given.case_id, _given.kind, _given.happened_at, _given.recorded_at)
    told = (_given.track, _given.state, _given.stage)
    place = (or_nobody(_given.team_id).label("team_id"), or_nobody(_given.area_id).label("area_id"))
    steps = (
        select(*columns, *told, *place, *before, literal(sign).label("sign"))
        .where(_given.unit_id == unit, _given.campaign_id == campaign, _given.kind.in_(CASE_KINDS))
        .where(_given.case_id.in_(cases), known(_given), ~voided)
        .subquery(f"steps_{'in' if sign > 0 else 'out'}")
    )
    step = steps.c
    moved = or_(step.team_id != step.team_before, step.area_id != step.area_before)
    return select(steps).where(step.kind == "transfer", wanted(step), moved)


def _added_up(parts: list[Select[Any]]) -> Asked:
    """Return the changes of places added up: into the new one, out of the old one."""
    step = union_all(*parts).subquery("given_over").c
    stood = (step.track, step.state, step.stage)
    into = select(step.team_id, step.area_id, *stood, step.sign.label("n"))
    out = select(step.team_before.label("team_id"), step.area_before.label("area_id"), *stood, (-step.sign).label("n"))
    each = union_all(into, out).subquery("each").c
    key = (each.team_id, each.area_id, each.track, each.state, each.stage)
    n = func.sum(each.n)
    return select(*key, n.label("n")).group_by(*key).having(n != 0)


__all__ = ["Given", "given_as_recorded", "given_since"]
