"""Who moved on within a day: from where to where, how many, and how long they had stood there. For the whole unit only.

Whoever took part is one place, however the system counts them; every confirmed exit is one; everybody else stands where their stage
says, so that whoever ended contact has not moved at all: as in every figure, they are within those not yet met. Counted from the events
of the cases that moved, in one statement; lengths of time are told only where enough people moved to hide each of them.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from rules.pack import TrackRules
from rules.pack.model import Label
from rules.time import DAY, Duration, Instant
from workflow.figures.counts import newest_no
from workflow.figures.exit_effect import told_exits
from workflow.figures.replay import event_as, in_force
from workflow.queries.campaigns import CampaignContext
from workflow.tables.ledger import CASE_KINDS

DONE: Final = "*done"
GONE: Final = "*gone"
_STAGE: Final = "@"
WINDOW: Final[Duration] = DAY


@dataclass(frozen=True, slots=True)
class Flow:
    """`n` moved from one place to another. Half had stood there for at most `median`, nine of ten for at most `ninth`.

    Both are None where fewer moved than a small cell of the report has.
    """

    source: Label
    target: Label
    n: int
    median: Duration | None
    ninth: Duration | None


@dataclass(frozen=True, slots=True)
class Flows:
    """The moves of the main track that happened from `since` up to `until`, most first."""

    since: Instant
    until: Instant
    flows: tuple[Flow, ...]


def flows_of(session: Session, context: CampaignContext, *, as_of: Instant) -> Flows:
    """Return the moves of the day before `as_of`, as known now."""
    track, since = context.pack.main_track, as_of - WINDOW
    small = context.pack.model.pack.small_cell
    rows = session.execute(_statement(context, track, since, as_of, newest_no(session, context.unit_id)))
    flows = [
        Flow(
            source=_label(track, source), target=_label(track, target), n=int(n),
            median=int(median) if n >= small else None, ninth=int(ninth) if n >= small else None,
        )
        for source, target, n, median, ninth in rows
    ]  # fmt: skip
    return Flows(since, as_of, tuple(sorted(flows, key=lambda one: (-one.n, one.source.vi, one.target.vi))))


def _statement(context: CampaignContext, track: TrackRules, since: Instant, until: Instant, newest: int) -> Any:
    moved, event = event_as("moved"), event_as("counted")
    here = [event.unit_id == context.unit_id, event.campaign_id == context.id, event.track == track.id]
    touched = select(moved.case_id).where(
        moved.unit_id == context.unit_id, moved.campaign_id == context.id, moved.kind.in_(CASE_KINDS),
        moved.happened_at >= since, moved.happened_at < until,
    )  # fmt: skip
    in_order: dict[str, Any] = {"partition_by": event.case_id, "order_by": (event.happened_at, event.ledger_no)}
    place = _place(track, event)
    stood = (
        select(
            event.case_id, event.happened_at, event.ledger_no, place.label("place"),
            func.lag(place).over(**in_order).label("before"),
        )
        .where(*here, event.happened_at < until, in_force(event, newest), event.case_id.in_(touched))
        .subquery()
    )  # fmt: skip
    then: dict[str, Any] = {"partition_by": stood.c.case_id, "order_by": (stood.c.happened_at, stood.c.ledger_no)}
    changed = (
        select(
            stood.c.before, stood.c.place, stood.c.happened_at,
            (stood.c.happened_at - func.lag(stood.c.happened_at).over(**then)).label("took"),
        )
        .where(stood.c.before.is_(None) | (stood.c.before != stood.c.place))
        .subquery()
    )  # fmt: skip
    both = [changed.c.before, changed.c.place]
    ranked = (
        select(
            *both, changed.c.took,
            func.row_number().over(partition_by=both, order_by=changed.c.took).label("rank"),
            func.count().over(partition_by=both).label("n"),
        )
        .where(and_(changed.c.happened_at >= since, changed.c.before.is_not(None)))
        .subquery()
    )  # fmt: skip
    pair = (ranked.c.before, ranked.c.place)
    return select(
        *pair, func.max(ranked.c.n),
        func.min(case((ranked.c.rank * 2 >= ranked.c.n, ranked.c.took))),
        func.min(case((ranked.c.rank * 10 >= ranked.c.n * 9, ranked.c.took))),
    ).group_by(*pair)  # fmt: skip


def _place(track: TrackRules, event: Any) -> Any:
    """Return the expression of where an event leaves its case."""
    done = [name for name in track.states if track.is_done(name)]
    return case(
        (event.kind == "leave", GONE),
        (event.state.in_(done), DONE),
        (event.state.in_(sorted(told_exits(track))), event.state),
        else_=_STAGE + event.stage,
    )


def _label(track: TrackRules, place: str) -> Label:
    if place == DONE:
        return Label(vi="Đã tham gia", en="Took part")
    if place == GONE:
        return Label(vi="Ra khỏi danh sách", en="Left the list")
    if not place.startswith(_STAGE):
        return track.states[place].label
    return track.states[place.removeprefix(_STAGE)].label


__all__ = ["Flow", "Flows", "flows_of"]
