"""I5, other tables: posts, members, campaigns, files are as they were when the anchor was made."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.ledger.references import REFERENCES, Reference, digest_table
from workflow.tables import RosterFile
from workflow.verify.scope import Scope

CHECK = "I5-reference"


def check_references(scope: Scope) -> Iterator[Finding]:
    """Yield each table that differs from the anchor, if the anchor's seal is the newest one; a note on what cannot be compared.

    Who holds a post and what a campaign is changes without work being recorded, so these are always compared; lists and addresses
    only while nothing was recorded after the anchor was made.
    """
    told = scope.anchor.get("reference") if scope.anchor else None
    if scope.anchor is None or not told:
        return
    if scope.anchor["seal_no"] != scope.head.seal_no:
        message = "Mốc giữ ngoài không phải của niêm phong mới nhất nên các bảng ngoài sổ chưa được so. Ghi mốc mới."
        yield scope.wrong(CHECK, "mốc giữ ngoài", message, severity="info", anchor=scope.anchor["seal_no"])
        return
    has_worked = _has_worked(scope, told)
    if has_worked:
        message = "Đã có việc ghi sau khi lập mốc nên danh sách và địa chỉ chưa được so. Niêm phong rồi ghi mốc mới."
        yield scope.wrong(CHECK, "mốc giữ ngoài", message, severity="info", ledger_no=told["ledger_no"])
    for name, reference in REFERENCES.items():
        if name in told["tables"] and not (reference.with_work and has_worked):
            yield from _compare(scope, name, reference, told["tables"][name])


def _has_worked(scope: Scope, told: Mapping[str, Any]) -> bool:
    """Whether something was recorded since: events, or a list that changed nobody but was applied."""
    file = alias_of(RosterFile)
    newest = scope.session.scalar(select(func.max(file.applied_at)).where(file.unit_id == scope.unit_id)) or 0
    seen = told["tables"].get("roster_files", {}).get("to", 0)
    return bool(scope.head.ledger_no != told["ledger_no"] or newest > seen)


def _compare(scope: Scope, name: str, reference: Reference, told: Mapping[str, Any]) -> Iterator[Finding]:
    rows, digest = digest_table(scope.session, scope.unit_id, reference, told.get("to", 0))
    if (rows, digest) != (told["rows"], told["digest"]):
        message = (
            f"Bảng “{name}” khác với lúc lập mốc (khi ấy {told['rows']} dòng, nay {rows}). Nếu không ai chủ ý đổi thì dữ liệu "
            "đã bị sửa ngoài chương trình; so với bản sao lưu."
        )
        yield scope.wrong(CHECK, f"bảng {name}", message, table=name, rows=rows, anchored=told["rows"])
