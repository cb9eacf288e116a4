"""Hand-overs said again: a step typed late, or voided, changes what a later `transfer` has to say about state and stage.

A paper sheet of 10:00 is typed at 20:00, and the door changed hands at 12:00: the transfer recorded the state of before. It says
nothing about the state but where the case stood, so it is voided and appended again at the same instant and place, with the state
and stage that follow now. `data.stands_for` names the transfer that was recorded first; both stay visible.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select

from rules.pack import TrackRules
from workflow.gateway.history import Step
from workflow.gateway.live import LiveCase
from workflow.ledger.book import Book
from workflow.tables import Event, table_of

REASON = "Ghi lại theo trạng thái đúng lúc chuyển giao"
_events = table_of(Event)


class Restated(NamedTuple):
    """A transfer that would become untrue, and the one that takes its place."""

    old: Step
    new: Step


class _Transfer(NamedTuple):
    """What a transfer says besides its step."""

    door_id: uuid.UUID
    data: Mapping[str, Any]


def restate_transfers(track: TrackRules, steps: Sequence[Step], first_no: int) -> tuple[list[Step], list[Restated]]:
    """Return the history in which every transfer tells the state and stage it stands in, and the pairs that differ.

    `first_no` is the ledger number that the first void will take. Whether the result chains is for `check_chain` to say: a move
    that does not follow any more stays as it is.
    """
    told: list[Step] = []
    for step in steps:
        before = told[-1] if told else None
        if step.kind == "transfer" and before is not None and before.kind != "leave":
            stage = track.stage_after(before.stage, before.state)
            step = replace(step, from_state=before.state, state=before.state, stage=stage)
        told.append(step)
    changed = [n for n, step in enumerate(told) if step != steps[n]]
    for place, n in enumerate(changed):
        told[n] = replace(told[n], ledger_no=first_no + len(changed) + place)
    pairs = [Restated(steps[n], told[n]) for n in changed]
    return sorted(told, key=lambda step: (step.happened_at, step.ledger_no)), pairs


def append_restated(book: Book, case: LiveCase, pairs: Sequence[Restated]) -> None:
    """Append the voids and the transfers that take their place; call when the next number is the `first_no` they were made with."""
    known = _transfers(book, case, [pair.old.ledger_no for pair in pairs]) if pairs else {}
    for old, _ in pairs:
        case.version += 1
        book.append(
            "void",
            cause="correction",
            campaign_id=case.campaign_id,
            case_id=case.id,
            door_id=known[old.ledger_no].door_id,
            version=case.version,
            voids_no=old.ledger_no,
            data={"reason": REASON},
        )
    for old, new in pairs:
        door_id, data = known[old.ledger_no]
        case.version += 1
        number = book.append(
            "transfer",
            happened_at=new.happened_at,
            cause="correction",
            campaign_id=case.campaign_id,
            case_id=case.id,
            door_id=door_id,
            version=case.version,
            track=case.track,
            from_state=new.from_state,
            state=new.state,
            stage=new.stage,
            area_id=new.area_id,
            team_id=new.team_id,
            assignee_id=new.assignee_id,
            data={**data, "stands_for": data.get("stands_for", old.ledger_no)},
        )
        assert number == new.ledger_no  # noqa: S101 - the history was checked with these numbers


def _transfers(book: Book, case: LiveCase, numbers: Sequence[int]) -> dict[int, _Transfer]:
    """Return what the steps do not hold of these events, whether they are written already or not."""
    written = book.connection.execute(
        select(_events.c.ledger_no, _events.c.door_id, _events.c.data).where(
            _events.c.unit_id == book.unit_id, _events.c.ledger_no.in_(numbers)
        )
    )
    known = {row.ledger_no: _Transfer(row.door_id, row.data or {}) for row in written}
    for event in book.unwritten(case.id):
        known[event["ledger_no"]] = _Transfer(event["door_id"], event["data"] or {})
    return known
