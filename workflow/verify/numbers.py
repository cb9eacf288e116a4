"""I1, numbers: consecutive without a gap, recorded in order, nothing before it happened; voids name what may be voided."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Event
from workflow.verify.scope import Scope

CHECK = "I1-numbers"


def check_numbers(scope: Scope) -> Iterator[Finding]:
    """Yield each gap and each event that is out of order; and a head that does not know its newest event."""
    event = alias_of(Event)
    window = {"order_by": event.ledger_no}
    seen = (
        select(
            event.ledger_no, event.recorded_at, event.happened_at,
            func.row_number().over(**window).label("position"),
            func.lag(event.ledger_no).over(**window).label("before_no"),
            func.lag(event.recorded_at).over(**window).label("before_at"),
        )
        .where(event.unit_id == scope.unit_id)
        .subquery()
        .c
    )  # fmt: skip
    gap = func.coalesce(seen.before_no, 0) + 1 != seen.ledger_no
    disorder = or_(seen.recorded_at < seen.before_at, seen.happened_at > seen.recorded_at)
    for row in scope.rows(select(*seen, gap.label("gap")).where(or_(gap, disorder))):
        if row.gap:
            message = f"Trước số sổ {row.ledger_no} thiếu sự kiện: sổ phải liền số. Khôi phục từ bản sao lưu."
        else:
            message = f"Sự kiện số {row.ledger_no} ghi sai thứ tự thời gian. Có người sửa sổ; so với bản sao lưu."
        yield scope.wrong(CHECK, f"số sổ {row.ledger_no}", message, ledger_no=row.ledger_no)
    newest = scope.session.execute(
        select(func.max(event.ledger_no), func.max(event.recorded_at)).where(event.unit_id == scope.unit_id)
    ).one()
    if (newest[0] or 0) != scope.head.ledger_no or (newest[1] or 0) > scope.head.recorded_at:
        message = f"Sổ có đến số {newest[0] or 0} nhưng đầu sổ ghi {scope.head.ledger_no}. Khôi phục từ bản sao lưu."
        yield scope.wrong(CHECK, "đầu sổ", message, newest=newest[0] or 0, head=scope.head.ledger_no)


def check_voids(scope: Scope) -> Iterator[Finding]:
    """Yield each void that names nothing, something later, another void, or a number voided already."""
    void, target = alias_of(Event), alias_of(Event)
    twice = func.count().over(partition_by=void.voids_no)
    named = (
        select(void.ledger_no, void.voids_no, twice.label("times"))
        .where(void.unit_id == scope.unit_id, void.voids_no.is_not(None))
        .subquery()
        .c
    )
    good = (
        select(target.ledger_no)
        .where(target.unit_id == scope.unit_id, target.ledger_no == named.voids_no)
        .where(target.ledger_no < named.ledger_no, target.kind != "void")
        .exists()
    )
    for row in scope.rows(select(*named).where(or_(~good, named.times > 1))):
        message = (
            f"Số {row.ledger_no} hủy số {row.voids_no}: không có số ấy trước đó, hoặc số ấy không hủy được lần nữa."
        )
        yield scope.wrong("I1-voids", f"số sổ {row.ledger_no}", message, ledger_no=row.ledger_no, voids=row.voids_no)
