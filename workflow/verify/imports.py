"""I9: a file is applied once, and each of its rows is accounted for."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Event, RosterFile, RosterRow
from workflow.verify.scope import Scope

CHECK = "I9-import"


def check_imports(scope: Scope) -> Iterator[Finding]:
    """Yield each applied file whose counts do not add up to its rows, that left no trace, or that was applied twice."""
    file, event, row_ = alias_of(RosterFile), alias_of(Event), alias_of(RosterRow)
    accounted = file.created + file.updated + file.unchanged + file.rejected
    traced = select(event.ledger_no).where(event.unit_id == scope.unit_id, event.batch_id == file.batch_id).exists()
    staged = select(row_.row_no).where(row_.unit_id == scope.unit_id, row_.file_id == file.id).exists()
    negative = or_(*(file[name] < 0 for name in ("created", "updated", "unchanged", "rejected")))
    wrong = or_(accounted != file.rows, negative, and_(file.created + file.updated > 0, ~traced), staged)
    statement = select(file.id, file.file_name, file.rows, accounted.label("accounted"), staged.label("staged")).where(
        file.unit_id == scope.unit_id, file.applied_at.is_not(None), wrong
    )
    for row in scope.rows(statement):
        if row.accounted != row.rows:
            why = f"có {row.rows} dòng nhưng tính được {row.accounted}"
        else:
            why = "còn dòng chờ sau khi đã nhập" if row.staged else "không để lại sự kiện nào trong sổ"
        message = f"Tệp “{row.file_name}” {why}. Đối chiếu tệp gốc với danh sách."
        yield scope.wrong(
            CHECK, f"tệp {row.file_name}", message, file=row.id, rows=row.rows, accounted=int(row.accounted)
        )
    key = (file.campaign_id, file.sha256, file.declared)
    twice = (
        select(file.sha256, func.count().label("n"))
        .where(file.unit_id == scope.unit_id, file.applied_at.is_not(None))
        .group_by(*key)
        .having(func.count() > 1)
    )
    for row in scope.rows(twice):
        yield scope.wrong(
            CHECK, f"tệp {row.sha256[:12]}", f"Cùng một tệp được nhập {row.n} lần; chỉ được một.", times=row.n
        )
