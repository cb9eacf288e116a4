"""Opening an area with a number: a paper list is known to hold so many people, and their names come later.

They stand behind one placeholder door, each an unnamed subject with a case, and every figure marks them as unnamed.
"""

import uuid
from typing import Any

from sqlalchemy import insert

from rules.said import Said
from rules.time import Instant
from workflow.access import Actor
from workflow.actions.add_door import entering_at, require_place
from workflow.errors import BadInput
from workflow.gateway.enter_one import Newcomer, Place, enter_at_door, open_home
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import UnnamedTotal, table_of
from workflow.vault import Vault

MOST = 5_000
"""More people than this in one residential group is a typing error."""


def open_unnamed(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    vault: Vault,
    *,
    area_id: uuid.UUID,
    total: int,
    track: str | None = None,
    state: str | None = None,
    happened_at: Instant | None = None,
) -> dict[str, Any]:
    """Open `total` unnamed places of an area on `track` (default: the main one); return the door they stand behind.

    `state` is where on the line they start (default: its first state). Raises NotFound, NotPermitted, BadInput or OutsideWindow.
    """
    require_place(book, actor, area_id, action="Mở danh sách theo số lượng")
    happened_at = entering_at(book, context, happened_at)
    if not 1 <= total <= MOST:
        raise BadInput(
            where="Số người",
            what=Said("%(total)s không dùng được; ghi một số từ 1 đến %(most)s", total=total, most=MOST),
        )
    rules = context.pack.tracks.get(track or context.pack.main_track.id)
    if rules is None:
        raise BadInput(
            where="Việc",
            what=Said(
                "gói quy tắc không có “%(track)s”; chọn: %(names)s", track=track, names=", ".join(context.pack.tracks)
            ),
        )
    start = state or rules.line[0]
    if start not in rules.line:
        raise BadInput(
            where="Trạng thái",
            what=Said("“%(start)s” không nằm trên đường đi; chọn: %(names)s", start=start, names=", ".join(rules.line)),
        )
    home = open_home(book, context, Place(area_id, order="~"), happened_at=happened_at, subject={"unnamed": True})
    newcomer = Newcomer({}, kind=rules.model.subject, unnamed=True, states={rules.id: start})
    enter_at_door(book, context, vault, home.door_id, [newcomer] * total, happened_at=happened_at)
    row = {
        "unit_id": book.unit_id, "id": book.new_id(), "campaign_id": context.id, "track": rules.id, "area_id": area_id,
        "total": total, "door_id": home.door_id, "ledger_no": book.last_no, "opened_at": happened_at,
    }  # fmt: skip
    book.session.execute(insert(table_of(UnnamedTotal)), row)
    return {"door": str(home.door_id), "total": total, "ledger_no": book.last_no}
