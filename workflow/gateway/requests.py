"""Requests to confirm an exit: made at the door, decided by a post. The case keeps its state, stage and scope meanwhile."""

import uuid

from sqlalchemy import bindparam, insert, select, update

from rules.pack.model import Outcome, State
from rules.said import Said
from rules.time import Instant
from workflow.errors import BadInput, MoveNotAllowed
from workflow.gateway.door import OpenDoor
from workflow.gateway.labels import LEFT, label_of
from workflow.gateway.live import LiveCase
from workflow.gateway.single import check_happened_at
from workflow.tables import Request, table_of

_table = table_of(Request)
_WAITING = select(_table.c.id).where(
    _table.c.unit_id == bindparam("unit"), _table.c.case_id == bindparam("case"), _table.c.status == "waiting"
)
_DECIDE = (
    update(_table)
    .where(_table.c.unit_id == bindparam("b_unit"), _table.c.id == bindparam("b_id"))
    .values(
        status=bindparam("b_status"),
        decided_by_id=bindparam("b_by"),
        decided_at=bindparam("b_at"),
        decided_no=bindparam("b_no"),
        reason=bindparam("b_reason"),
        state_version=_table.c.state_version + 1,
    )
)


def check_evidence(outcome: Outcome, evidence: str | None, kind: str | None = None) -> None:
    """Raise BadInput if the pack asks for something that shows an outcome, and neither a kind nor a text names it.

    Alike for whoever reports it.
    """
    if "evidence" in outcome.asks and not (kind or (evidence or "").strip()):
        raise BadInput(where="Căn cứ", what="chưa ghi; chọn loại căn cứ, hoặc ghi giấy tờ hay người xác nhận")


def evidence_kind_of(state: State, kind: str | None) -> str | None:
    """Return the kind of evidence if the pack declares it for this exit, None for none; BadInput for any other."""
    if not kind:
        return None
    if kind not in state.evidence:
        what = Said(
            "không dùng cho “%(label)s”; chọn loại của đúng lý do, hoặc để trống rồi ghi căn cứ", label=state.label.said
        )
        raise BadInput(where="Loại căn cứ", what=what)
    return kind


def ask_for_exit(
    opened: OpenDoor,
    case: LiveCase,
    target: str,
    *,
    asked_by: uuid.UUID,
    happened_at: Instant,
    evidence: str | None,
    evidence_kind: str | None = None,
    about_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Add a waiting request to move `case` into the exit `target`; return its id.

    Raises MoveNotAllowed if the path has no such move from here or the campaign is over, BadInput if a request waits already or the
    pack does not declare this kind of evidence.
    """
    book, track = opened.book, opened.context.pack.tracks[case.track]
    state = track.states[target]
    check_happened_at(opened.context, happened_at, book.now)
    evidence_kind = evidence_kind_of(state, evidence_kind)
    move = next((m for m in track.moves.values() if m.target == target and case.state in m.sources), None)
    if move is None or case.left_at is not None:
        here = LEFT if case.left_at is not None else label_of(track, case.state)
        raise MoveNotAllowed(move=Said("Đề nghị xác nhận: %(label)s", label=state.label.said), state=here)
    if book.connection.execute(_WAITING, {"unit": book.unit_id, "case": case.id}).first():
        raise BadInput(
            where="Đề nghị", what="đã có một đề nghị đang chờ xác nhận cho người này; chờ kết quả hoặc rút lại trước"
        )
    request_id = book.new_id()
    case.version += 1
    opened.touched.add(case.id)
    asked_no = book.append(
        "request",
        happened_at=happened_at,
        campaign_id=case.campaign_id,
        case_id=case.id,
        door_id=case.door_id,
        about_id=about_id or request_id,
        version=case.version,
        track=case.track,
        move=move.name,
        area_id=case.area_id,
        team_id=case.team_id,
        data={"request": request_id.hex, "target": target, "status": "waiting"},
    )
    book.connection.execute(
        insert(_table),
        {
            "unit_id": book.unit_id,
            "id": request_id,
            "case_id": case.id,
            "move": move.name,
            "target": target,
            "evidence": evidence,
            "evidence_kind": evidence_kind,
            "confirm_by": state.confirm_by or "team_leader",
            "status": "waiting",
            "asked_by_id": asked_by,
            "happened_at": happened_at,
            "asked_no": asked_no,
            "state_version": 1,
        },
    )
    return request_id


def decide(opened: OpenDoor, request_id: uuid.UUID, case: LiveCase, status: str, reason: str | None) -> int:
    """Mark a request confirmed, returned or withdrawn, with the event that says so; return its ledger number."""
    book = opened.book
    case.version += 1
    opened.touched.add(case.id)
    number = book.append(
        "request",
        campaign_id=case.campaign_id,
        case_id=case.id,
        door_id=case.door_id,
        about_id=request_id,
        version=case.version,
        track=case.track,
        data={"request": request_id.hex, "status": status, "reason": reason},
    )
    values = {"b_unit": book.unit_id, "b_id": request_id, "b_status": status, "b_by": book.actor_id}
    book.connection.execute(_DECIDE, values | {"b_at": book.now, "b_no": number, "b_reason": reason})
    return number
