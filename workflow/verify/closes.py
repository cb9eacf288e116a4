"""I6: a closed period keeps the very bytes that were shown, at a number the ledger has, and re-opening took two people."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Close, Event
from workflow.verify.scope import Scope

CHECK = "I6-close"
TOLD = ("sha256", "period", "revision", "scope", "cut_no")
"""What the event of a close tells about it."""


def check_closes(scope: Scope) -> Iterator[Finding]:
    """Yield each close whose bytes changed, whose event is missing, or that one person re-opened alone."""
    close, event = alias_of(Close), alias_of(Event)
    own = and_(
        event.unit_id == close.unit_id, event.ledger_no == close.ledger_no, event.kind == "close",
        event.about_id == close.id, event.campaign_id == close.campaign_id,
    )  # fmt: skip
    columns = (
        close.id, close.period, close.revision, close.scope, close.figures, close.sha256, close.cut_no, close.ledger_no,
        close.reopened_by_id, close.reopened_with_id, event.ledger_no.label("told_no"), event.data,
    )  # fmt: skip
    statement = select(*columns).select_from(close.id.table.outerjoin(event.kind.table, own))
    for row in scope.rows(statement.where(close.unit_id == scope.unit_id).order_by(close.period, close.revision)):
        why = _broken(row)
        if why:
            message = (
                f"Kỳ {row.period} (lần {row.revision}): {why}. Số đã gửi không còn chứng minh được; so với bản đã ký."
            )
            yield scope.wrong(CHECK, f"kỳ {row.period}", message, close=row.id, cut_no=row.cut_no)
    yield from _alone(scope)


def _broken(row: Any) -> str | None:
    if hashlib.sha256(bytes(row.figures)).hexdigest() != row.sha256:
        return "số liệu đã chốt bị sửa"
    if row.told_no is None or row.cut_no > row.ledger_no:
        return "sổ không có sự kiện chốt kỳ này, hoặc chốt ở số sổ chưa có"
    told = row.data if isinstance(row.data, dict) else {}
    if any(told[name] != getattr(row, name) for name in TOLD if name in told):
        return "sổ ghi mã băm, kỳ hoặc số sổ chốt khác"
    return None


def _alone(scope: Scope) -> Iterator[Finding]:
    close = alias_of(Close)
    statement = select(close.id, close.period).where(
        close.unit_id == scope.unit_id,
        or_(
            close.reopened_by_id == close.reopened_with_id,
            close.reopened_by_id.is_(None) != close.reopened_with_id.is_(None),
        ),
    )
    for row in scope.rows(statement):
        message = f"Kỳ {row.period} được mở lại bởi một người; phải có hai người khác nhau."
        yield scope.wrong(CHECK, f"kỳ {row.period}", message, close=row.id)
