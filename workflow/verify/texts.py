"""I10: what people typed holds no opinion, no ID number and no phone number."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from sqlalchemy import or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Base, EscalationStep, Request, SaidFigure, SystemCount, TaskEvidence, VisitOutcome
from workflow.verify.scope import Scope

TYPED: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (VisitOutcome, ("evidence",)),
    (Request, ("evidence", "reason")),
    (EscalationStep, ("answer",)),
    (TaskEvidence, ("label",)),
    (SystemCount, ("source",)),
    (SaidFigure, ("recipient",)),
)
"""Columns that take free text."""

_OPINION = re.compile(r"\b(?:không\s+)?(?:tán thành|đồng ý|đồng tình|phản đối|ủng hộ)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:0\d{9}|\d{12})\b", re.ASCII)


def check_texts(scope: Scope) -> Iterator[Finding]:
    """Yield a warning for each typed text that tells how somebody answered, or holds an ID or phone number; never the text."""
    for model, names in TYPED:
        columns = alias_of(model)
        filled = or_(*(columns[name].is_not(None) for name in names))
        rows = scope.rows(select(*(columns[name] for name in names)).where(columns.unit_id == scope.unit_id, filled))
        found = sum(_tells_too_much(text) for row in rows for text in row if text)
        if found:
            table = str(model.__tablename__)
            message = f"{found} ghi chú có nêu ý kiến của người dân, số định danh hoặc số điện thoại. Xóa phần ấy đi."
            yield scope.wrong("I10-text", table, message, severity="warning", texts=found)


def _tells_too_much(text: str) -> bool:
    plain = normalize("NFC", text)
    return bool(_OPINION.search(plain) or _NUMBER.search(plain))
