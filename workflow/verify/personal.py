"""I5, personal columns: each version of a person's values carries a keyed hash that only the holder of the keys can make.

The hash covers the blind indexes that stand for ID number and phone; the sealed numbers are opened and must give those indexes.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.gateway.personal import ID_NUMBER, PHONE, canonical, opened, restored_values
from workflow.tables import Subject, SubjectVersion, table_of
from workflow.vault import Vault, VaultError
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
    subjects, versions = table_of(Subject), table_of(SubjectVersion)
    for row in _pages(scope, select(subjects), subjects.c.id):
        if not _is_whole(scope.vault, row["unit_id"], row["id"], row):
            yield _changed(scope, row["id"], row["value_version"])
    same = and_(subjects.c.unit_id == versions.c.unit_id, subjects.c.id == versions.c.subject_id)
    earlier = select(versions, subjects.c.kind).join(subjects, same)
    for row in _pages(scope, earlier, versions.c.subject_id, versions.c.value_version):
        if not _is_whole_version(scope.vault, row):
            yield _changed(scope, row["subject_id"], row["value_version"])


def _is_whole_version(vault: Vault, row: Mapping[str, Any]) -> bool:
    try:
        values = {**row, **restored_values(row["values"])}
    except (ValueError, TypeError, AttributeError):
        return False
    return _is_whole(vault, row["unit_id"], row["subject_id"], values)


def _is_whole(vault: Vault, unit_id: uuid.UUID, subject_id: uuid.UUID, row: Mapping[str, Any]) -> bool:
    """Whether a version fits its MAC, if it has one, and its sealed numbers are those that the indexes stand for."""
    mac = row["mac"]
    if mac is not None and not vault.verifies(canonical(subject_id, row["value_version"], row), bytes(mac)):
        return False
    return all(
        _opens(vault, unit_id, field, row[f"{column}_cipher"], row[f"{column}_index"])
        for field, column in ((ID_NUMBER, "id"), (PHONE, "phone"))
    )


def _opens(vault: Vault, unit_id: uuid.UUID, field: str, cipher: bytes | None, index: bytes | None) -> bool:
    if cipher is None or index is None:
        return cipher is None and index is None
    try:
        value = opened(vault, unit_id, field, cipher, index)
    except VaultError:
        return False
    return value is not None and vault.index(value, field) == bytes(index)


def _changed(scope: Scope, subject_id: uuid.UUID, version: int) -> Finding:
    message = f"Dữ liệu cá nhân (bản {version}) đã bị sửa ngoài chương trình. So với danh sách gốc hoặc bản sao lưu."
    return scope.wrong(CHECK, f"đối tượng {subject_id.hex}", message, subject=subject_id, value_version=version)


def _pages(scope: Scope, rows_of: Select[Any], *key: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the unit's rows of a statement in pages by key, so that memory stays flat."""
    after: list[Any] | None = None
    while True:
        page = rows_of.where(key[0].table.c.unit_id == scope.unit_id).order_by(*key).limit(CHUNK)
        if after is not None:
            page = page.where(_beyond(list(key), after))
        rows = scope.session.execute(page).mappings().all()
        yield from (dict(row) for row in rows)
        if len(rows) < CHUNK:
            return
        after = [rows[-1][column.name] for column in key]


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
