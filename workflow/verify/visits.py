"""Visits and requests: all outcomes or none, each with its event; at most one request waits for a case."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Event, Request, Visit, VisitOutcome
from workflow.verify.scope import Scope


def check_visits(scope: Scope) -> Iterator[Finding]:
    """Yield each visit with outcomes missing or added, without its event, or voided in one place only; and events without visit."""
    visit, outcome, event, void = alias_of(Visit), alias_of(VisitOutcome), alias_of(Event), alias_of(Event)
    kept = select(func.count()).where(outcome.unit_id == scope.unit_id, outcome.visit_id == visit.id).scalar_subquery()
    own = (
        select(event.ledger_no)
        .where(event.unit_id == scope.unit_id, event.ledger_no == visit.ledger_no, event.kind == "visit")
        .where(event.about_id == visit.id, event.door_id == visit.door_id, event.happened_at == visit.happened_at)
        .exists()
    )
    voided = (
        select(void.ledger_no).where(void.unit_id == scope.unit_id, void.voids_no == visit.ledger_no).scalar_subquery()
    )
    wrong = or_(kept != visit.outcomes, ~own, visit.voided_no.is_distinct_from(voided))
    for row in scope.rows(select(visit.id, visit.ledger_no).where(visit.unit_id == scope.unit_id, wrong)):
        message = f"Lần thăm ở số {row.ledger_no} thiếu hoặc thừa kết quả, không khớp sự kiện, hoặc hủy không trọn."
        yield scope.wrong("V-visit", f"số sổ {row.ledger_no}", message, visit=row.id, ledger_no=row.ledger_no)
    known = select(visit.id).where(visit.unit_id == scope.unit_id, visit.ledger_no == event.ledger_no).exists()
    lost = select(event.ledger_no).where(event.unit_id == scope.unit_id, event.kind == "visit", ~known)
    for row in scope.rows(lost):
        message = f"Sổ có lần thăm ở số {row.ledger_no} nhưng không còn bản ghi của lần thăm ấy."
        yield scope.wrong("V-visit", f"số sổ {row.ledger_no}", message, ledger_no=row.ledger_no)
    yield from _told_otherwise(scope)


def _told_otherwise(scope: Scope) -> Iterator[Finding]:
    """Yield each visit typed by, made by, made in a way or recorded at another instant than its event says."""
    visit, event = alias_of(Visit), alias_of(Event)
    columns = (visit.id, visit.ledger_no, visit.done_by_id, visit.mode, visit.assisted)
    told = (event.data["done_by"].as_string(), event.data["mode"].as_string(), event.data["assisted"].as_string())
    names = ("told_by", "told_mode", "told_assisted")
    own = (visit.unit_id == scope.unit_id, event.unit_id == visit.unit_id, event.ledger_no == visit.ledger_no)
    differs = or_(visit.recorded_by_id.is_distinct_from(event.actor_id), visit.recorded_at != event.recorded_at)
    is_told = or_(*(column.is_not(None) for column in told))
    labelled = (column.label(name) for column, name in zip(told, names, strict=True))
    statement = select(*columns, differs.label("differs"), *labelled).where(*own, or_(differs, is_told))
    for row in scope.rows(statement):
        if row.differs or not _as_told(row):
            message = (
                f"Lần thăm ở số {row.ledger_no} ghi người, cách gặp hoặc giờ khác với sổ. Dữ liệu đã bị sửa ngoài sổ."
            )
            yield scope.wrong("V-visit", f"số sổ {row.ledger_no}", message, visit=row.id, ledger_no=row.ledger_no)


def _as_told(row: Any) -> bool:
    """Whether a visit has the visitor, the mode and the assistance that its event tells, where it tells them."""
    assisted = row.assisted if row.told_assisted is None else str(row.told_assisted).lower() in ("true", "1")
    by = row.done_by_id.hex if row.told_by is None else row.told_by.replace("-", "")
    return bool(by == row.done_by_id.hex and row.told_mode in (None, row.mode) and assisted == row.assisted)


def check_requests(scope: Scope) -> Iterator[Finding]:
    """Yield each case with two waiting requests, and each request whose asking or deciding is not in the ledger."""
    request, event = alias_of(Request), alias_of(Event)
    waiting = (
        select(request.case_id, func.count().label("n"))
        .where(request.unit_id == scope.unit_id, request.status == "waiting")
        .group_by(request.case_id)
        .having(func.count() > 1)
    )
    for row in scope.rows(waiting):
        message = f"Một người có {row.n} đề nghị đang chờ xác nhận; chỉ được một."
        yield scope.wrong("V-request", f"hồ sơ {row.case_id.hex}", message, case=row.case_id, waiting=row.n)

    def in_ledger(number: Any, *kinds: str) -> ColumnElement[bool]:
        return (
            select(event.ledger_no)
            .where(event.unit_id == scope.unit_id, event.ledger_no == number, event.kind.in_(kinds))
            .where(event.case_id == request.case_id)
            .exists()
        )

    asked, decided = in_ledger(request.asked_no, "request"), in_ledger(request.decided_no, "request", "void")
    wrong = or_(
        ~asked,
        and_(request.decided_no.is_not(None), ~decided),
        (request.status == "waiting") != request.decided_no.is_(None),
    )
    for row in scope.rows(select(request.id, request.asked_no).where(request.unit_id == scope.unit_id, wrong)):
        message = f"Đề nghị ở số {row.asked_no} không khớp sổ: không có sự kiện đề nghị hoặc quyết định."
        yield scope.wrong("V-request", f"số sổ {row.asked_no}", message, request=row.id, ledger_no=row.asked_no)
