"""P: the doors that are asked again are those that the seal draws, and their answers are what the ledger said last."""

import uuid
from collections.abc import Iterator

from sqlalchemy import and_, func, select

from rules.findings import Finding
from workflow.days import as_date
from workflow.figures.replay import alias_of
from workflow.figures.revisit_sample import Visited, draw, frame_of
from workflow.tables import Event, Revisit, RevisitDraw, Seal
from workflow.verify.scope import Scope

CHECK = "P-revisit"


def check_revisits(scope: Scope) -> Iterator[Finding]:
    """Yield each drawing that its seal does not give, and each answer that is not the newest one in the ledger."""
    made, seal = alias_of(RevisitDraw), alias_of(Seal)
    together = made.seal_no.table.outerjoin(
        seal.seal_no.table, and_(seal.unit_id == made.unit_id, seal.seal_no == made.seal_no)
    )
    statement = select(made.id, made.campaign_id, made.day, made.frame, made.seal_no, seal.seal, seal.last_no)
    for row in list(scope.rows(statement.select_from(together).where(made.unit_id == scope.unit_id))):
        frame = [] if row.seal is None else frame_of(scope.session, scope.unit_id, row.campaign_id, row.day, row)
        if len(frame) != row.frame or set(draw(row.seal or "", frame)) != _drawn(scope, row.id):
            message = (
                f"Danh sách phúc tra ngày {as_date(row.day):%d/%m/%Y} không phải danh sách mà niêm phong số {row.seal_no} rút ra. "
                "Dữ liệu đã bị sửa ngoài sổ."
            )
            yield scope.wrong(CHECK, "phúc tra", message, draw=row.id, frame=row.frame, found=len(frame))
    yield from _answers(scope)


def _drawn(scope: Scope, draw_id: uuid.UUID) -> set[Visited]:
    revisit = alias_of(Revisit)
    rows = scope.rows(
        select(revisit.team_id, revisit.door_id).where(revisit.unit_id == scope.unit_id, revisit.draw_id == draw_id)
    )
    return {Visited(row.team_id, row.door_id) for row in rows}


def _answers(scope: Scope) -> Iterator[Finding]:
    revisit, event, told = alias_of(Revisit), alias_of(Event), alias_of(Event)
    newest = (
        select(event.about_id, func.max(event.ledger_no).label("ledger_no"))
        .where(event.unit_id == scope.unit_id, event.kind == "note", event.data["what"].as_string() == "revisit")
        .group_by(event.about_id)
        .subquery()
    )
    said = select(newest.c.about_id, newest.c.ledger_no, told.data["answer"].as_string().label("answer")).join(
        told.ledger_no.table, and_(told.unit_id == scope.unit_id, told.ledger_no == newest.c.ledger_no)
    )
    last = said.subquery()
    both = revisit.id.table.outerjoin(last, last.c.about_id == revisit.id)
    statement = (
        select(revisit.id, last.c.ledger_no)
        .select_from(both)
        .where(
            revisit.unit_id == scope.unit_id,
            revisit.ledger_no.is_distinct_from(last.c.ledger_no) | revisit.answer.is_distinct_from(last.c.answer),
        )
    )
    for row in scope.rows(statement):
        message = "Một câu trả lời phúc tra khác với sổ, hoặc sổ không có. Dữ liệu đã bị sửa ngoài sổ."
        yield scope.wrong(CHECK, "phúc tra", message, revisit=row.id, ledger_no=row.ledger_no)
