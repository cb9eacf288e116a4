"""A small unit whose period was closed by hand, with a folder for files."""

import hashlib
import uuid
from pathlib import Path

from sqlalchemy import insert

from rules.time import at
from tests.workflow.world import World
from workflow.closing.frozen import Frozen
from workflow.documents.preview import preview_frozen
from workflow.files import FileStore
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Close

AS_OF = "2025-05-16 16:00"


def close_by_hand(
    world: World, *, as_of: str = AS_OF, figures: Frozen | None = None, period: str | None = None
) -> uuid.UUID:
    """Keep a close of the unit as it was before `as_of` and return its id."""
    with world.book() as (book, context):
        return keep_by_hand(
            book, context, (world.code, "Thị trấn Thử Nghiệm"), as_of=as_of, figures=figures, period=period
        )


def keep_by_hand(
    book: Book,
    context: CampaignContext,
    unit: tuple[str, str],
    *,
    as_of: str,
    figures: Frozen | None = None,
    period: str | None = None,
) -> uuid.UUID:
    """Keep a close in an open book and return its id."""
    frozen = figures or preview_frozen(book.session, context, unit, as_of=at(as_of), with_places=True)
    data, close_id = frozen.to_bytes(), book.new_id()
    sha256 = hashlib.sha256(data).hexdigest()
    told = {"sha256": sha256, "period": period or as_of, "revision": 1, "scope": "unit", "cut_no": frozen.cut_no}
    number = book.append(
        "close", happened_at=book.now, cause="rule", campaign_id=context.id, about_id=close_id, data=told
    )
    book.session.execute(
        insert(Close).values(
            unit_id=book.unit_id, id=close_id, campaign_id=context.id, period=period or as_of, revision=1, scope="unit",
            status="closed", as_of=at(as_of), cut_no=frozen.cut_no, ledger_no=number, figures=data, sha256=sha256,
            closed_at=book.now,
        )
    )  # fmt: skip
    return close_id


def store_in(folder: Path) -> FileStore:
    """Return a place for files."""
    return FileStore(folder / "uploads")
