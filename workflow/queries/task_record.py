"""What was handed in for a task, and what happened to it: the rows of its page that come from the ledger."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, task_for
from workflow.errors import NotFound
from workflow.plan.happenings import what_of
from workflow.plan.life import HANDED_OVER
from workflow.plan.scopes import parts_in
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import who_did
from workflow.queries.tasks import of_task
from workflow.statements.prepared import Prepared
from workflow.tables import Event, Membership, StoredFile, TaskEvidence, table_of


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A piece of evidence. `file_name` is empty if no file came with it. `withdrawn_because` is there if it was taken back."""

    id: uuid.UUID
    kind: str
    label: str
    count: int | None
    is_lower_bound: bool
    file_name: str | None
    file_size: int | None
    added_by: str
    added_at: Instant
    withdrawn_because: str | None


class HistoryLine(NamedTuple):
    """Something that happened to a task: `what` is as `workflow.plan.happenings` calls it.

    `who` is empty for a rule; `acting_for` is there if they stood in for somebody. `recorded_at` differs from `happened_at` where somebody entered it later.
    """

    ledger_no: int
    happened_at: Instant
    recorded_at: Instant
    what: str
    who: str | None
    state: str
    reason: str | None
    data: Mapping[str, Any]
    acting_for: str | None

    @property
    def who_did(self) -> str | None:
        """Who did it, and for whom; None for a rule."""
        return who_did(self.who, self.acting_for)

    @property
    def said(self) -> str | None:
        """What somebody said about the task; None for everything else."""
        return self.data.get("comment")


@dataclass(frozen=True, slots=True)
class HandedInFile:
    """A file of a task's evidence, as it is handed out again."""

    sha256: str
    name: str
    media_type: str
    size: int


def file_of_evidence(
    session: Session, actor: Actor, context: CampaignContext, task_id: uuid.UUID, evidence_id: uuid.UUID
) -> HandedInFile:
    """Return the file that came with a piece of evidence; NotFound if its task is not in the actor's scope, or there is none."""
    task_for(session, actor, context.id, task_id, **parts_in(context.pack))
    statement = (
        select(StoredFile.sha256, StoredFile.name, StoredFile.media_type, StoredFile.size)
        .join(
            TaskEvidence,
            and_(TaskEvidence.unit_id == StoredFile.unit_id, TaskEvidence.file_sha256 == StoredFile.sha256),
        )
        .where(TaskEvidence.unit_id == actor.unit_id, TaskEvidence.task_id == task_id, TaskEvidence.id == evidence_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return HandedInFile(*row)


def evidence_lines(
    session: Session, unit_id: uuid.UUID, task_id: uuid.UUID, withdrawn: Mapping[str, str]
) -> list[EvidenceLine]:
    return [
        EvidenceLine(
            row.id, row.kind, row.label, row.count_, row.is_lower_bound, row.file, row.size, row.who, row.added_at,
            withdrawn.get(str(row.ledger_no)),
        )
        for row in _EVIDENCE.all(session, {"unit": unit_id, "task": task_id})
    ]  # fmt: skip


_given, _file = table_of(TaskEvidence).c, table_of(StoredFile).c
_EVIDENCE = Prepared(
    select(
        _given.id, _given.kind, _given.label, _given.count.label("count_"), _given.is_lower_bound, _given.added_at, _given.ledger_no,
        _file.name.label("file"), _file.size, table_of(Membership).c.name.label("who"),
    )
    .join(Membership, and_(Membership.unit_id == _given.unit_id, Membership.id == _given.added_by_id))
    .outerjoin(StoredFile, and_(_file.unit_id == _given.unit_id, _file.sha256 == _given.file_sha256))
    .where(_given.unit_id == bindparam("unit"), _given.task_id == bindparam("task"))
    .order_by(_given.ledger_no)
)  # fmt: skip


def history_of_task(session: Session, unit_id: uuid.UUID, task_id: uuid.UUID) -> list[HistoryLine]:
    lines = []
    for row in _HISTORY.all(session, {"unit": unit_id, "task": task_id}):
        data = row.data or {}
        lines.append(
            HistoryLine(
                row.ledger_no, row.happened_at, row.recorded_at, what_of(data), row.name, data.get("to", ""), data.get("reason"), data, row.acting_for
            )
        )  # fmt: skip
    return lines


_events, _away = table_of(Event), table_of(Membership).alias("away")
_HISTORY = Prepared(
    select(
        _events.c.ledger_no,
        _events.c.happened_at,
        _events.c.recorded_at,
        _events.c.data,
        table_of(Membership).c.name,
        _away.c.name.label("acting_for"),
    )
    .outerjoin(Membership, and_(Membership.unit_id == Event.unit_id, Membership.id == Event.actor_id))
    .outerjoin(_away, and_(_away.c.unit_id == Event.unit_id, _away.c.id == Event.acting_for_id))
    .where(Event.unit_id == bindparam("unit"), Event.about_id == bindparam("task"), of_task())
    .order_by(Event.ledger_no)
)


class SentBack(NamedTuple):
    """Why a task was sent back the last time, by whom and when."""

    reason: str
    by: str | None
    at: Instant


def last_returns(session: Session, unit_id: uuid.UUID, tasks: Sequence[uuid.UUID]) -> dict[uuid.UUID, SentBack]:
    """Return why each of these tasks was sent back the last time. One statement, none for no tasks."""
    if not tasks:
        return {}
    statement = (
        select(_events.c.about_id, _events.c.data, _events.c.recorded_at, table_of(Membership).c.name, _away.c.name.label("absent"))
        .outerjoin(Membership, and_(Membership.unit_id == Event.unit_id, Membership.id == Event.actor_id))
        .outerjoin(_away, and_(_away.c.unit_id == Event.unit_id, _away.c.id == Event.acting_for_id))
        .where(Event.unit_id == unit_id, Event.about_id.in_(tasks), of_task(), Event.data["move"].as_string() == "return")
        .order_by(Event.ledger_no)
    )  # fmt: skip
    rows = session.execute(statement).all()
    return {
        row.about_id: SentBack(row.data.get("reason") or "", who_did(row.name, row.absent), row.recorded_at)
        for row in rows
    }


def handed_in_by(
    session: Session, actor: Actor, tasks: Iterable[Mapping[str, Any]]
) -> dict[uuid.UUID, frozenset[uuid.UUID | None]]:
    """Return, of tasks that wait for review, who handed each in last, and in whose name. One statement; none where nothing waits."""
    waiting = [task["id"] for task in tasks if task["state"] in HANDED_OVER]
    if not waiting:
        return {}
    e = _events.c
    handed_in = and_(
        e.unit_id == actor.unit_id, e.kind == "task", e.about_id.in_(waiting), e.data["move"].as_string() == "submit"
    )
    newest = select(func.max(e.ledger_no)).where(handed_in).group_by(e.about_id)
    found = session.execute(
        select(e.about_id, e.actor_id, e.acting_for_id).where(e.unit_id == actor.unit_id, e.ledger_no.in_(newest))
    )
    return {row.about_id: frozenset({row.actor_id, row.acting_for_id} - {None}) for row in found}


def _what(data: Mapping[str, Any]) -> str:
    for key, what in (
        ("comment", "comment"),
        ("evidence", "evidence"),
        ("withdraws", "withdrawn"),
        ("progress", "progress"),
        ("counts_from", "due"),
    ):
        if key in data:
            return what
    return str(data.get("move") or "opened")


def withdrawals(history: Sequence[HistoryLine]) -> dict[str, str]:
    """Return why evidence was taken back, by the ledger number it was added under."""
    return {str(line.data["withdraws"]): line.reason or "" for line in history if line.what == "withdrawn"}
