"""P: evidence, declared counts, figures of others and figures that were said are what the ledger told when they were recorded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import (
    Base,
    DeclaredCount,
    Event,
    ImportedAggregate,
    Paper,
    PaperTemplate,
    PhonedCount,
    RevisitDraw,
    SaidFigure,
    SuperiorForm,
    SystemCount,
    TaskEvidence,
    UrgeLetter,
)
from workflow.verify.scope import Scope

CHECK = "P-record"


@dataclass(frozen=True, slots=True)
class Kind:
    """A table whose every row has an event of its own.

    `told` gives what the event's data must hold for a row; `later` what they must if they hold the name at all (older events do
    not). `same` pairs columns of the row with columns of the event. An event is of this kind if its data have `mark`, and that is
    `marked` (any value if None).
    """

    model: type[Base]
    event_kind: str
    what: str
    mark: str
    marked: str | None
    same: Mapping[str, str]
    told: Callable[[Any], dict[str, Any]]
    later: Callable[[Any], dict[str, Any]] = lambda _: {}


KINDS: Final = (
    Kind(
        TaskEvidence, "task", "Minh chứng", "evidence", None,
        {"task_id": "about_id", "added_by_id": "actor_id", "added_at": "happened_at"},
        lambda row: {"evidence": str(row.id), "kind": row.kind, "label": row.label, "count": row.count},
        lambda row: {"is_lower_bound": row.is_lower_bound, "file_sha256": row.file_sha256 or ""},
    ),
    Kind(
        DeclaredCount, "note", "Số tự khai của cơ quan", "what", "declared",
        {"id": "about_id", "campaign_id": "campaign_id", "happened_at": "happened_at"},
        lambda row: {
            "body": str(row.body_id), "group": row.group, "declared": row.declared, "finished": row.finished,
        },
    ),
    Kind(
        ImportedAggregate, "note", "Số của cơ quan khác", "what", "aggregate",
        {"id": "about_id", "campaign_id": "campaign_id", "as_of": "happened_at"},
        lambda row: {"figure": row.figure, "item": row.item, "n": row.n, "source": row.source},
    ),
    Kind(
        PhonedCount, "note", "Số báo nhanh", "what", "phoned",
        {"id": "about_id", "campaign_id": "campaign_id", "said_at": "happened_at", "told_to_id": "actor_id"},
        lambda row: {"period": row.period, "team": str(row.team_id), "n": row.n, "said_by": str(row.said_by_id)},
    ),
    Kind(
        Paper, "note", "Văn bản", "what", "paper",
        {"id": "about_id", "campaign_id": "campaign_id", "made_by_id": "actor_id", "made_at": "happened_at"},
        lambda row: {"paper_kind": row.kind, "close": str(row.close_id), "sha256": row.file_sha256},
    ),
    Kind(
        UrgeLetter, "note", "Công văn đôn đốc", "what", "urge",
        {"id": "about_id", "campaign_id": "campaign_id", "made_by_id": "actor_id", "made_at": "happened_at"},
        lambda row: {
            "to": row.to_key, "tasks": row.tasks, "episodes": row.episodes, "answer_by": row.answer_by, "sha256": row.file_sha256,
        },
    ),
    Kind(
        PaperTemplate, "note", "Mẫu văn bản", "what", "paper_template",
        {"id": "about_id", "campaign_id": "campaign_id", "added_by_id": "actor_id", "added_at": "happened_at"},
        lambda row: {"paper_kind": row.kind, "sha256": row.sha256 or ""},
    ),
    Kind(
        SuperiorForm, "note", "Biểu mẫu cấp trên", "what", "superior_form",
        {"id": "about_id", "campaign_id": "campaign_id", "added_by_id": "actor_id", "added_at": "happened_at"},
        lambda row: {"sha256": row.sha256},
    ),
    Kind(
        SystemCount, "note", "Số trên hệ thống", "what", "system_count",
        {
            "id": "about_id", "campaign_id": "campaign_id", "area_id": "area_id", "as_of": "happened_at",
            "batch_id": "batch_id",
        },
        lambda row: {"n": row.n, "source": row.source},
    ),
    Kind(
        SaidFigure, "note", "Số đã báo", "what", "said",
        {"id": "about_id", "campaign_id": "campaign_id", "said_at": "happened_at", "said_by_id": "actor_id"},
        lambda row: {
            "to": row.recipient, "channel": row.channel, "figure": row.figure, "n": row.n, "base": row.base,
            "figures": row.figures, "as_of": row.as_of, "known_no": row.known_no,
        },
    ),
    Kind(
        RevisitDraw, "note", "Danh sách phúc tra", "what", "revisit_draw",
        {"id": "about_id", "campaign_id": "campaign_id", "drawn_by_id": "actor_id"},
        lambda row: {"day": row.day, "seal_no": row.seal_no, "frame": row.frame},
    ),
)  # fmt: skip


def check_records(scope: Scope) -> Iterator[Finding]:
    """Yield each record that is not what its event tells, or stands on somebody else's number; and events without a record."""
    for kind in KINDS:
        yield from _changed(scope, kind)
        yield from _lost(scope, kind)


def _changed(scope: Scope, kind: Kind) -> Iterator[Finding]:
    record, event = alias_of(kind.model), alias_of(Event)
    own = and_(event.unit_id == record.unit_id, event.ledger_no == record.ledger_no, event.kind == kind.event_kind)
    same = and_(*(record[mine].is_not_distinct_from(event[theirs]) for mine, theirs in kind.same.items()))
    joined = record.ledger_no.table.outerjoin(event.ledger_no.table, and_(own, same))
    statement = select(*record, event.data.label("event_data")).select_from(joined)
    for row in scope.rows(statement.where(record.unit_id == scope.unit_id).order_by(record.ledger_no)):
        if not _as_told(kind, row):
            message = f"{kind.what} ở số {row.ledger_no} khác với sổ, hoặc sổ không có. Dữ liệu đã bị sửa ngoài sổ."
            yield scope.wrong(CHECK, f"số sổ {row.ledger_no}", message, record=row.id, ledger_no=row.ledger_no)


def _as_told(kind: Kind, row: Any) -> bool:
    told = row.event_data
    if not isinstance(told, dict) or (kind.marked is not None and told.get(kind.mark) != kind.marked):
        return False
    return all(told.get(name) == value for name, value in kind.told(row).items()) and all(
        told[name] == value for name, value in kind.later(row).items() if name in told
    )


def _lost(scope: Scope, kind: Kind) -> Iterator[Finding]:
    record, event = alias_of(kind.model), alias_of(Event)
    mark = event.data[kind.mark].as_string()
    known = select(record.id).where(record.unit_id == event.unit_id, record.ledger_no == event.ledger_no).exists()
    statement = select(event.ledger_no).where(
        event.unit_id == scope.unit_id,
        event.kind == kind.event_kind,
        mark.is_not(None) if kind.marked is None else mark == kind.marked,
        ~known,
    )
    for row in scope.rows(statement):
        message = f"{kind.what} ở số {row.ledger_no} có trong sổ nhưng không còn bản ghi. Khôi phục từ bản sao lưu."
        yield scope.wrong(CHECK, f"số sổ {row.ledger_no}", message, ledger_no=row.ledger_no)
