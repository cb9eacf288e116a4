"""I5, personal columns: each version of a person's values carries a keyed hash that only the holder of the keys can make."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, and_, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.people.record import canonical, thawed
from workflow.tables import Subject, SubjectVersion, table_of
from workflow.verify.scope import Scope

CHECK = "I5-personal"
CHUNK = 2000


def check_personal(scope: Scope) -> Iterator[Finding]:
    """Yield each subject, and each earlier version, whose personal values do not fit their MAC; a note if there are no keys."""
    yield from _uncovered(scope)
    if scope.vault is None:
        message = "Chưa kiểm tra được dữ liệu cá nhân vì không mở được khóa. Chạy lại với tệp khóa."
        yield scope.wrong(CHECK, "khóa", message, severity="info")
        return
    for row in _pages(scope, table_of(Subject), "id"):
        if row["mac"] is not None and not scope.vault.verifies(canonical(row), bytes(row["mac"])):
            yield _changed(scope, row["id"], row["value_version"])
    for row in _pages(scope, table_of(SubjectVersion), "subject_id", "value_version"):
        values = {**thawed(row["values"]), "unit_id": row["unit_id"], "id": row["subject_id"]}
        if row["mac"] is not None and not scope.vault.verifies(canonical(values), bytes(row["mac"])):
            yield _changed(scope, row["subject_id"], row["value_version"])


def _changed(scope: Scope, subject_id: uuid.UUID, version: int) -> Finding:
    message = f"Dữ liệu cá nhân (bản {version}) đã bị sửa ngoài chương trình. So với danh sách gốc hoặc bản sao lưu."
    return scope.wrong(CHECK, f"đối tượng {subject_id.hex}", message, subject=subject_id, value_version=version)


def _pages(scope: Scope, table: Table, *key: str) -> Iterator[Mapping[str, Any]]:
    """Yield the unit's rows of a table in pages by key, so that memory stays flat."""
    columns = [table.c[name] for name in key]
    after: list[Any] | None = None
    while True:
        page = select(table).where(table.c.unit_id == scope.unit_id).order_by(*columns).limit(CHUNK)
        if after is not None:
            page = page.where(_beyond(columns, after))
        rows = scope.session.execute(page).mappings().all()
        yield from (dict(row) for row in rows)
        if len(rows) < CHUNK:
            return
        after = [rows[-1][name] for name in key]


def _beyond(columns: list[Any], after: list[Any]) -> Any:
    first = columns[0] > after[0]
    return first if len(columns) == 1 else or_(first, and_(columns[0] == after[0], _beyond(columns[1:], after[1:])))


def _uncovered(scope: Scope) -> Iterator[Finding]:
    """Yield named people without a MAC, and subjects whose earlier versions are not all there."""
    subject, version = alias_of(Subject), alias_of(SubjectVersion)
    kept = (
        select(func.count())
        .where(version.unit_id == subject.unit_id, version.subject_id == subject.id)
        .scalar_subquery()
    )
    bare = and_(subject.mac.is_(None), or_(subject.name.is_not(None), subject.id_index.is_not(None)))
    statement = select(subject.id, subject.value_version, kept.label("kept")).where(
        subject.unit_id == scope.unit_id,
        or_(and_(bare, subject.kind == "person"), subject.value_version != kept + 1),
    )
    for row in scope.rows(statement):
        message = (
            f"Thiếu dấu bảo vệ dữ liệu cá nhân, hoặc thiếu bản cũ (bản {row.value_version}, còn giữ {row.kept} bản cũ)."
        )
        yield scope.wrong(CHECK, f"đối tượng {row.id.hex}", message, subject=row.id)
