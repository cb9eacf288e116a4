"""I2: every move is an edge of the pack version recorded in it, and its guard holds on the facts stored with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from rules.findings import Finding
from rules.language import LanguageError
from rules.pack import MoveRules
from workflow.figures.replay import alias_of
from workflow.tables import Event
from workflow.verify.scope import Scope

CHECK = "I2-move"
CHUNK = 5000


class _Told(dict[str, object]):
    """Stored facts; one that was not stored is missing."""

    def __missing__(self, key: str) -> None:
        return None


def check_moves(scope: Scope) -> Iterator[Finding]:
    """Yield each kind of move that its pack does not have; voided moves count too: they were allowed when made."""
    event = alias_of(Event)
    kinds = (event.pack_hash, event.track, event.move, event.from_state, event.state, event.cause)
    grouped = (
        select(*kinds, func.min(event.ledger_no).label("no"), func.count().label("n"))
        .where(event.unit_id == scope.unit_id, event.kind == "move")
        .group_by(*kinds)
    )
    for row in scope.rows(grouped):
        why = _not_an_edge(scope, row)
        if why:
            message = f"Bước “{row.move}” ở số {row.no}: {why}. Có người sửa sổ hoặc gói quy tắc; so với bản sao lưu."
            yield scope.wrong(CHECK, f"số sổ {row.no}", message, ledger_no=row.no, events=row.n)


def _not_an_edge(scope: Scope, row: Any) -> str | None:
    if row.pack_hash is None:
        return "không ghi phiên bản gói quy tắc"
    pack = scope.packs(row.pack_hash)
    if pack is None:
        return "phiên bản gói quy tắc ghi trong sổ không còn, hoặc nội dung đã đổi"
    move = pack.tracks[row.track].moves.get(row.move) if row.track in pack.tracks else None
    if move is None:
        return f"gói quy tắc không có bước này trên “{row.track}”"
    if row.from_state not in move.sources or row.state != move.target:
        return f"gói quy tắc không cho đi từ “{row.from_state}” đến “{row.state}”"
    if row.cause in ("roster", "rule") and row.cause not in move.by:
        return "bước này không dành cho danh sách hoặc quy tắc tự động"
    return None


def check_guards(scope: Scope) -> Iterator[Finding]:
    """Yield each move whose guard fails on its stored facts, or whose facts speak of another instant or state than it does."""
    for start in range(1, scope.head.ledger_no + 1, CHUNK):
        event = alias_of(Event)
        rows = scope.session.execute(
            select(
                event.ledger_no,
                event.pack_hash,
                event.track,
                event.move,
                event.from_state,
                event.happened_at,
                event.facts,
            ).where(
                event.unit_id == scope.unit_id,
                event.kind == "move",
                event.ledger_no.between(start, start + CHUNK - 1),
            )
        )
        for row in rows:
            why = _guard_fails(scope, row)
            if why:
                message = f"Số {row.ledger_no} (“{row.move}”): {why}. Có người sửa sổ; so với bản sao lưu."
                yield scope.wrong("I2-guard", f"số sổ {row.ledger_no}", message, ledger_no=row.ledger_no)


def _guard_fails(scope: Scope, row: Any) -> str | None:
    move = _move_of(scope, row)
    if move is None or move.guard_py is None:
        return None
    facts: Mapping[str, object] = _Told(row.facts) if isinstance(row.facts, dict) else _Told()
    for name, true_value in (("happened_at", row.happened_at), ("state", row.from_state)):
        if name in facts and facts[name] != true_value:
            return f"dữ kiện “{name}” ghi kèm khác với chính sự kiện"
    try:
        holds = move.guard_py(facts, row.happened_at)
    except (TypeError, ValueError, LanguageError):
        return "dữ kiện ghi kèm bị hỏng"
    return None if holds else "điều kiện của bước không đúng trên dữ kiện ghi kèm"


def _move_of(scope: Scope, row: Any) -> MoveRules | None:
    pack = scope.packs(row.pack_hash) if row.pack_hash else None
    return pack.tracks[row.track].moves.get(row.move) if pack and row.track in pack.tracks else None
