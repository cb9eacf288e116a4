"""Papers, their templates, the closes they come from, and what was done: the reads behind making a paper. None commits."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.errors import NotFound
from workflow.plan.narrative import Activity, Counted, Narrative
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, makers, stood_in, who_did
from workflow.queries.tasks import is_withdrawn
from workflow.tables import (
    Close,
    Escalation,
    Event,
    Membership,
    Paper,
    PaperTemplate,
    Seal,
    StoredFile,
    SuperiorForm,
    Task,
    TaskEvidence,
    UnitHead,
    table_of,
)  # fmt: skip

_made = table_of(Event)

READERS: Final = ("coordinator", "chair", "administrator", "auditor", "duty_leader", "superior")
"""Who may see the papers of the unit."""
MAKERS: Final = ("coordinator", "chair")
"""Who may make one, edit a template, record what was issued, and lay out a superior's form."""
UNIT: Final = "unit"
MOST_NOTES: Final = 8
MOST_LISTED: Final = 200
"""So many papers, and so many letters, a list shows: the newest."""


class CloseLine(NamedTuple):
    """A close of the whole unit, without its figures."""

    id: uuid.UUID
    period: str
    revision: int
    as_of: Instant
    cut_no: int
    sha256: str
    closed_at: Instant


class PaperLine(NamedTuple):
    """A paper as a list shows it."""

    id: uuid.UUID
    kind: str
    close_id: uuid.UUID
    period: str
    revision: int
    as_of: Instant
    file_sha256: str
    made_at: Instant
    made_by: str
    number: int | None
    issued_on: int | None
    signed_sha256: str | None
    recorded_at: Instant | None


class StoredPaper(NamedTuple):
    """All that a paper was made of."""

    id: uuid.UUID
    kind: str
    close_id: uuid.UUID
    template_sha256: str
    narrative: bytes
    pack_hash: str
    file_sha256: str
    signed_sha256: str | None


class FormLine(NamedTuple):
    """A superior's form."""

    id: uuid.UUID
    name: str
    sha256: str
    file_name: str
    media_type: str
    cells: dict[str, Any]
    saved_at: Instant
    saved_by: str
    version: int


@dataclass(frozen=True, slots=True)
class TemplateInUse:
    """The template of a kind as the unit edited it."""

    kind: str
    sha256: str
    added_at: Instant
    added_by: str


def closes_of_unit(session: Session, context: CampaignContext) -> list[CloseLine]:
    """Return the closes of the whole unit, the newest period first and of each the newest revision first."""
    statement = (
        select(Close.id, Close.period, Close.revision, Close.as_of, Close.cut_no, Close.sha256, Close.closed_at)
        .where(Close.unit_id == context.unit_id, Close.campaign_id == context.id, Close.scope == UNIT)
        .order_by(Close.as_of.desc(), Close.revision.desc())
    )
    return [CloseLine(*row) for row in session.execute(statement)]


def bytes_of_close(session: Session, context: CampaignContext, close_id: uuid.UUID) -> bytes:
    """Return the figures of a close of the whole unit, as they are kept. Raises NotFound."""
    figures = session.scalar(
        select(Close.figures).where(
            Close.unit_id == context.unit_id, Close.campaign_id == context.id, Close.scope == UNIT, Close.id == close_id
        )
    )
    if figures is None:
        raise NotFound
    return bytes(figures)


def papers_of(session: Session, context: CampaignContext, *, limit: int = MOST_LISTED) -> list[PaperLine]:
    """Return the papers of the campaign, the newest first."""
    statement = _papers(context).order_by(Paper.made_at.desc(), Paper.ledger_no.desc()).limit(limit)
    return [_line(row) for row in session.execute(statement)]


def paper_line(session: Session, context: CampaignContext, paper_id: uuid.UUID) -> PaperLine:
    """Return one paper. Raises NotFound."""
    row = session.execute(_papers(context).where(Paper.id == paper_id)).one_or_none()
    if row is None:
        raise NotFound
    return _line(row)


def _line(row: Any) -> PaperLine:
    """Return a paper; who made it is told with for whom."""
    *columns, absent = row
    line = PaperLine(*columns)
    return line._replace(made_by=who_did(line.made_by, absent))


def _papers(context: CampaignContext) -> Any:
    return (
        select(
            Paper.id, Paper.kind, Paper.close_id, Close.period, Close.revision, Close.as_of, Paper.file_sha256, Paper.made_at,
            Membership.name.label("made_by"), Paper.number, Paper.issued_on, Paper.signed_sha256, Paper.recorded_at, ABSENT_NAME,
        )
        .join(Close, and_(Close.unit_id == Paper.unit_id, Close.id == Paper.close_id))
        .join(Membership, and_(Membership.unit_id == Paper.unit_id, Membership.id == Paper.made_by_id))
        .outerjoin(_made, and_(_made.c.unit_id == Paper.unit_id, _made.c.ledger_no == Paper.ledger_no))
        .outerjoin(ABSENT, stood_in(_made))
        .where(Paper.unit_id == context.unit_id, Paper.campaign_id == context.id)
    )  # fmt: skip


def stored_paper(session: Session, context: CampaignContext, paper_id: uuid.UUID) -> StoredPaper:
    """Return what a paper was made of. Raises NotFound."""
    row = session.execute(
        select(
            Paper.id, Paper.kind, Paper.close_id, Paper.template_sha256, Paper.narrative, Paper.pack_hash, Paper.file_sha256,
            Paper.signed_sha256,
        ).where(Paper.unit_id == context.unit_id, Paper.campaign_id == context.id, Paper.id == paper_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return StoredPaper(*row)


def templates_in_use(session: Session, context: CampaignContext) -> dict[str, TemplateInUse]:
    """Return the templates that the unit edited, by kind; a kind that is not there has the pack's own."""
    statement = (
        select(PaperTemplate.kind, PaperTemplate.sha256, PaperTemplate.added_at, PaperTemplate.ledger_no)
        .where(PaperTemplate.unit_id == context.unit_id, PaperTemplate.campaign_id == context.id)
        .order_by(PaperTemplate.ledger_no)
    )
    newest = {row.kind: row for row in session.execute(statement)}
    used = [row for row in newest.values() if row.sha256]
    by = makers(session, context.unit_id, [row.ledger_no for row in used])
    return {row.kind: TemplateInUse(row.kind, row.sha256, row.added_at, by.get(row.ledger_no, "")) for row in used}


def superior_forms(session: Session, context: CampaignContext) -> list[FormLine]:
    """Return the forms of superiors that are in use, the newest first."""
    return [FormLine(*row) for row in session.execute(_forms(context).order_by(SuperiorForm.added_at.desc()))]


def superior_form(session: Session, context: CampaignContext, form_id: uuid.UUID) -> FormLine:
    """Return one form. Raises NotFound."""
    row = session.execute(_forms(context).where(SuperiorForm.id == form_id)).one_or_none()
    if row is None:
        raise NotFound
    return FormLine(*row)


def _forms(context: CampaignContext) -> Any:
    same = and_(StoredFile.unit_id == SuperiorForm.unit_id, StoredFile.sha256 == SuperiorForm.sha256)
    return (
        select(
            SuperiorForm.id, SuperiorForm.name, SuperiorForm.sha256, StoredFile.name.label("file_name"), StoredFile.media_type,
            SuperiorForm.cells, SuperiorForm.saved_at, Membership.name.label("saved_by"), SuperiorForm.version,
        )
        .join(StoredFile, same)
        .join(Membership, and_(Membership.unit_id == SuperiorForm.unit_id, Membership.id == SuperiorForm.saved_by_id))
        .where(
            SuperiorForm.unit_id == context.unit_id, SuperiorForm.campaign_id == context.id,
            SuperiorForm.dropped_at.is_(None),
        )
    )  # fmt: skip


def newest_seal(session: Session, unit_id: uuid.UUID) -> tuple[int | None, str | None]:
    """Return the number and hash of the newest seal of the unit's ledger; (None, None) if there is none yet."""
    statement = select(Seal.seal_no, Seal.seal).where(Seal.unit_id == unit_id).order_by(Seal.seal_no.desc()).limit(1)
    row = session.execute(statement).one_or_none()
    return (None, None) if row is None else (row.seal_no, row.seal)


def narrative_of(session: Session, context: CampaignContext) -> Narrative:
    """Return what was done at unit level and what leaders noted, up to the newest number of the ledger: a snapshot to be kept."""
    newest = session.scalar(select(UnitHead.ledger_no).where(UnitHead.unit_id == context.unit_id)) or 0
    return Narrative(newest, tuple(_activities(session, context)), tuple(_notes(session, context)))


def _activities(session: Session, context: CampaignContext) -> Iterator[Activity]:
    wanted = [task for item in context.pack.model.figures.outline for task in item.tasks]
    tasks = select(Task.id, Task.item, Task.label, Task.state).where(
        Task.unit_id == context.unit_id, Task.campaign_id == context.id, Task.scope == UNIT, Task.item.in_(wanted),
        ~Task.is_duty,
    )  # fmt: skip
    rows = {row.id: row for row in session.execute(tasks)}
    evidence = (
        select(
            TaskEvidence.task_id, TaskEvidence.kind, TaskEvidence.label, TaskEvidence.count, TaskEvidence.is_lower_bound
        )
        .where(TaskEvidence.unit_id == context.unit_id, TaskEvidence.task_id.in_(rows), ~is_withdrawn())
        .order_by(TaskEvidence.ledger_no)
    )
    shown: dict[uuid.UUID, list[Any]] = {}
    for each in session.execute(evidence):
        shown.setdefault(each.task_id, []).append(each)
    order = {name: number for number, name in enumerate(wanted)}
    for row in sorted(rows.values(), key=lambda each: order[each.item]):
        those = shown.get(row.id, [])
        yield Activity(
            row.item,
            row.label,
            row.state == "done",
            tuple(each.label for each in those if each.kind in ("document", "link")),
            tuple(Counted(each.label, each.count, each.is_lower_bound) for each in those if each.kind == "count"),
        )


def _notes(session: Session, context: CampaignContext) -> list[str]:
    """Return what leaders wrote when they decided about teams, tasks or the campaign; never about somebody's case."""
    reason = Event.data["reason"].as_string()
    statement = (
        select(reason)
        .join(Escalation, and_(Escalation.unit_id == Event.unit_id, Escalation.id == Event.about_id))
        .where(
            Event.unit_id == context.unit_id, Event.kind == "escalate", Event.campaign_id == context.id,
            Escalation.kind != "case", Event.data["answer"].as_string().in_(("decided", "noted")), reason.is_not(None),
        )
        .order_by(Event.ledger_no.desc())
        .limit(MOST_NOTES)
    )  # fmt: skip
    return list(dict.fromkeys(session.scalars(statement)))
