"""A case's effective history: what is not voided, in the order in which it happened.

It chains: the first event enters the track, and each later one starts where the one before ended. Columns `state`, `stage`,
`area_id`, `team_id` and `assignee_id` of an event say what holds after it, and stay true: a void or a backdated entry after which
a later event would have recorded something untrue is refused.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from rules.pack import TrackRules
from rules.said import At, Said
from rules.time import Instant
from workflow.days import local_day
from workflow.errors import HistoryWouldBreak
from workflow.gateway.labels import label_of
from workflow.gateway.live import LiveCase
from workflow.ledger.book import Book, Cell
from workflow.tables import Event
from workflow.tables.ledger import CASE_KINDS

_void = aliased(Event)
_HISTORY = (
    select(
        Event.ledger_no, Event.kind, Event.from_state, Event.state, Event.stage, Event.area_id, Event.team_id,
        Event.assignee_id, Event.happened_at,
    )
    .where(
        Event.unit_id == bindparam("unit"),
        Event.case_id == bindparam("case"),
        Event.kind.in_(CASE_KINDS),
        ~select(_void.ledger_no).where(_void.unit_id == Event.unit_id, _void.voids_no == Event.ledger_no).exists(),
    )
    .order_by(Event.happened_at, Event.ledger_no)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One effective event of a case."""

    ledger_no: int
    kind: str
    from_state: str | None
    state: str
    stage: str
    area_id: uuid.UUID
    team_id: uuid.UUID | None
    assignee_id: uuid.UUID | None
    happened_at: Instant


_STEP = tuple(field.name for field in fields(Step))


def effective_history(session: Session, unit_id: uuid.UUID, case_id: uuid.UUID) -> list[Step]:
    """Return the case's effective events in the order in which they happened."""
    rows: Iterable[Any] = session.execute(_HISTORY, {"unit": unit_id, "case": case_id})
    return [Step(*row) for row in rows]


def history_so_far(book: Book, case: LiveCase) -> list[Step]:
    """Return the effective history with what this transaction has collected and not written yet: a visit may move a case twice."""
    steps, waiting = effective_history(book.session, case.unit_id, case.id), book.unwritten(case.id)
    gone = {event["voids_no"] for event in waiting}
    steps += [Step(*(event[name] for name in _STEP)) for event in waiting if event["kind"] in CASE_KINDS]
    return sorted((step for step in steps if step.ledger_no not in gone), key=_place)


def _place(step: Step) -> tuple[Instant, int]:
    return step.happened_at, step.ledger_no


def check_chain(track: TrackRules, steps: Sequence[Step]) -> None:
    """Raise HistoryWouldBreak unless `steps` chain and each recorded state and stage follows from the ones before."""
    stage: str | None = None
    before: Step | None = None
    for step in steps:
        if before is None:
            if step.kind != "enter":
                raise HistoryWouldBreak(why="bước đầu tiên phải là vào danh sách")
        elif step.kind == "enter" or before.kind == "leave" or step.from_state != before.state:
            raise HistoryWouldBreak(why=_gap(track, before, step))
        stage = track.stage_after(stage, step.state)
        if step.stage != stage:
            raise HistoryWouldBreak(why=Said("bước lúc %(at)s đã ghi mức xa nhất khác", at=At(step.happened_at)))
        before = step


def _gap(track: TrackRules, before: Step, step: Step) -> str:
    ended = label_of(track, before.state)
    started = label_of(track, step.from_state) if step.from_state else Said("chưa có")
    return Said(
        "bước lúc %(at)s bắt đầu từ “%(started)s”, nhưng trước đó là “%(ended)s”",
        at=At(step.happened_at),
        started=started,
        ended=ended,
    )


def insert_step(steps: Sequence[Step], step: Step) -> list[Step]:
    """Return `steps` with `step` at its place: after those that happened at the same instant and were recorded before."""
    return sorted([*steps, step], key=_place)


def restore(track: TrackRules, case: LiveCase, steps: Sequence[Step], created_at: Instant) -> None:
    """Set the case's state, stage, place and clocks to what `steps` end in; a case without steps has left."""
    if not steps:
        case.left_at = created_at
        case.is_open = False
        return
    last = steps[-1]
    entered = next((s for s in reversed(steps) if s.kind in ("enter", "move", "migrate")), last)
    case.state, case.stage = last.state, last.stage
    case.area_id, case.team_id, case.assignee_id = last.area_id, last.team_id, last.assignee_id
    case.entered_at, case.last_happened_at = entered.happened_at, last.happened_at
    case.left_at = last.happened_at if last.kind == "leave" else None
    case.is_open = case.left_at is None and track.is_open(last.state)
    case.is_done, case.exit_class = track.is_done(last.state), track.exit_class(last.state)


def recount(book: Book, case: LiveCase, before: Sequence[Step], after: Sequence[Step]) -> None:
    """Bring the roll-up of happened days from one history to another."""
    for steps, sign in ((before, -1), (after, 1)):
        previous: Cell | None = None
        for step in steps:
            cell = _cell_after(case, step)
            out_of, into = (previous, cell) if sign == 1 else (cell, previous)
            book.count("h", local_day(step.happened_at), out_of, into)
            previous = cell


def _cell_after(case: LiveCase, step: Step) -> Cell | None:
    if step.kind == "leave":
        return None
    return Cell(case.campaign_id, case.track, step.area_id, step.team_id, step.state, step.stage, case.unnamed)


def facts_of(case: LiveCase, steps: Sequence[Step], at: Instant) -> dict[str, Any] | None:
    """Return state, stage and entering instant as they were just before `at`; None before the case entered."""
    past = [step for step in steps if step.happened_at <= at]
    if not past:
        return None
    entered = next(s for s in reversed(past) if s.kind in ("enter", "move", "migrate"))
    return {"state": past[-1].state, "stage": past[-1].stage, "entered_at": entered.happened_at}
