"""Entering what the national system shows: how many people it counts as done, at which instant, seen where.

The numbers are somebody else's and say nothing about a person. They stand beside the ledger, never in a total or rate of ours. A
wrong one is followed by a later entry or taken back.
"""

import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select

from rules.said import Figure, Said
from rules.time import Instant
from workflow.access import Actor, require_unit_post
from workflow.actions.task_writes import check_sender, moment_given
from workflow.errors import BadInput
from workflow.ledger import Book
from workflow.numbers import integer_vi
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, SystemCount

ACTION: Final = "nhập số trên hệ thống"
WRITERS: Final = ("coordinator", "administrator")
LARGEST: Final = 100_000_000
"""More people than that live in no unit."""


class CountEntry(NamedTuple):
    """A number of the system: of the unit (`area_id` empty) or of an area, at an instant."""

    area_id: uuid.UUID | None
    n: int
    as_of: Instant


def add_system_count(
    book: Book, campaign: CampaignContext, actor: Actor, entry: CountEntry, *, source: str
) -> dict[str, Any]:
    """Record what the system shows, and return the entry's id with its ledger number.

    Several a day may be added; the newest instant counts. Raises NotPermitted, BadInput for a number that cannot be, for an area
    that the unit does not have (any more) and for a source that is missing or says what must not be kept, OutsideWindow for the
    future or before the campaign.
    """
    require_writer(book, actor)
    origin = source_given(source)
    if entry.area_id is not None and not _is_open_area(book, entry.area_id):
        raise BadInput(where="Địa bàn", what="đơn vị không có địa bàn này, hoặc đã kết thúc; chọn lại")
    return record_count(book, campaign, entry, source=origin)


def require_writer(book: Book, actor: Actor) -> None:
    """Raise NotPermitted unless the actor may enter numbers of the system."""
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, WRITERS, action=ACTION)


def source_given(source: str) -> str:
    """Return a clean source. Raises BadInput."""
    return typed_reason(source, where="Nguồn", missing="ghi số này xem ở đâu, như trang quản trị VNeID")


def record_count(
    book: Book, campaign: CampaignContext, entry: CountEntry, *, source: str, batch_id: uuid.UUID | None = None
) -> dict[str, Any]:
    """Write one entry that was allowed, with its event."""
    if not 0 <= entry.n <= LARGEST:
        raise BadInput(
            where="Số trên hệ thống", what=Said("hãy ghi một số từ 0 đến %(most)s", most=Figure(integer_vi(LARGEST)))
        )
    moment = moment_given(
        book,
        entry.as_of,
        after=campaign.starts_at,
        window=Said("đợt “%(campaign)s” (đến bây giờ)", campaign=campaign.name),
    )
    count_id = book.new_id()
    ledger_no = book.append(
        "note",
        happened_at=moment,
        campaign_id=campaign.id,
        about_id=count_id,
        area_id=entry.area_id,
        batch_id=batch_id,
        data={"what": "system_count", "n": entry.n, "source": source},
    )
    book.session.execute(
        insert(SystemCount).values(
            unit_id=book.unit_id, id=count_id, campaign_id=campaign.id, area_id=entry.area_id, n=entry.n, source=source,
            as_of=moment, batch_id=batch_id, ledger_no=ledger_no,
        )
    )  # fmt: skip
    return {"count": str(count_id), "ledger_no": ledger_no}


def _is_open_area(book: Book, area_id: uuid.UUID) -> bool:
    statement = select(Area.id).where(Area.unit_id == book.unit_id, Area.id == area_id, Area.valid_to.is_(None))
    return book.session.scalar(statement) is not None
