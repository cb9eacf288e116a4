"""The lists that were handed in: which, by whom, with their four counts, and what became of them.

Only whoever may import sees them; for everybody else there are none. None of this names a person of a list.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, acting_post
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, Membership, RosterFile, UnitHead, table_of

READERS: Final = ("coordinator", "administrator")
PAGE: Final = 50

_files = table_of(RosterFile)


class RowCounts(NamedTuple):
    """The account of a file: its rows are always the sum of the four others."""

    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int

    @property
    def taken(self) -> int:
        """Rows that an import takes."""
        return self.rows - self.rejected


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as the list of files shows it. `status` is staging, judged, refused, discarded, applied or undone."""

    id: uuid.UUID
    file_name: str
    list_code: str
    area: str | None
    as_of: Instant
    complete: bool
    status: str
    counts: RowCounts
    uploaded_by: str | None
    uploaded_at: Instant
    applied_at: Instant | None


@dataclass(frozen=True, slots=True)
class FileInFull(ListedFile):
    """A file with what is kept of its checking. `moved` says how many ledger numbers came since it was judged."""

    findings: dict[str, Any]
    moved: int


def roster_files(
    session: Session, context: CampaignContext, actor: Actor, *, limit: int = PAGE, offset: int = 0
) -> list[ListedFile]:
    """Return the campaign's files, the newest first. Raises NotFound for whoever may not import."""
    _require(actor)
    newest_first = _statement(context).order_by(_files.c.uploaded_at.desc(), _files.c.id.desc())
    return [_listed(row) for row in session.execute(newest_first.limit(limit).offset(offset))]


def count_roster_files(session: Session, context: CampaignContext, actor: Actor) -> dict[str, int]:
    """Return how many files stand how, by status."""
    _require(actor)
    statement = select(_files.c.status, func.count()).where(
        _files.c.unit_id == context.unit_id, _files.c.campaign_id == context.id
    )
    return {status: int(n) for status, n in session.execute(statement.group_by(_files.c.status))}


def roster_file(session: Session, context: CampaignContext, actor: Actor, file_id: uuid.UUID) -> FileInFull:
    """Return one file of the campaign; NotFound if there is none, or for whoever may not import."""
    _require(actor)
    heads = table_of(UnitHead)
    statement = (
        _statement(context)
        .add_columns(_files.c.findings, heads.c.ledger_no)
        .join(heads, heads.c.unit_id == _files.c.unit_id)
        .where(_files.c.id == file_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    listed = _listed(row)
    moved = row.ledger_no - row.findings.get("ledger_no", row.ledger_no)
    values = {name: getattr(listed, name) for name in ListedFile.__slots__}
    return FileInFull(**values, findings=row.findings, moved=moved)


def _require(actor: Actor) -> None:
    post = acting_post(actor, READERS, None)
    if post is None:
        raise NotFound
    actor.acts_under(post)


def _statement(context: CampaignContext) -> Select[Any]:
    area, member = table_of(Area), table_of(Membership)
    columns = [column for column in _files.columns if column.name != "findings"]
    of_area = and_(area.c.unit_id == _files.c.unit_id, area.c.id == _files.c.area_id)
    of_member = and_(member.c.unit_id == _files.c.unit_id, member.c.id == _files.c.uploaded_by)
    return (
        select(*columns, area.c.name.label("area"), member.c.name.label("uploader"))
        .select_from(_files.outerjoin(area, of_area).outerjoin(member, of_member))
        .where(_files.c.unit_id == context.unit_id, _files.c.campaign_id == context.id)
    )


def _listed(row: Row[Any]) -> ListedFile:
    counts = RowCounts(row.rows, row.created, row.updated, row.unchanged, row.rejected)
    return ListedFile(
        row.id, row.file_name, row.list_code, row.area, row.as_of, row.complete, row.status, counts, row.uploader,
        row.uploaded_at, row.applied_at,
    )  # fmt: skip
