"""Nothing half done: the staging table is empty between transactions."""

from collections.abc import Iterator

from sqlalchemy import func, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Staged
from workflow.verify.scope import Scope


def check_leftovers(scope: Scope) -> Iterator[Finding]:
    """Yield a finding if rows that a batch had picked were left behind."""
    staged = alias_of(Staged)
    count = scope.session.scalar(select(func.count()).where(staged.unit_id == scope.unit_id)) or 0
    if count:
        message = f"Còn {count} dòng tạm của một lượt xử lý dở dang. Dữ liệu đã bị sửa ngoài chương trình."
        yield scope.wrong("S-staged", "bảng tạm", message, rows=count)
