"""An office declares how many of its staff, or of their relatives, have finished: counts, never names."""

import uuid
from typing import Final

from sqlalchemy import insert, select

from rules.time import Instant
from workflow.actions.task_writes import cause_of, moment_given
from workflow.errors import BadInput, NotFound
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import GROUPS
from workflow.tables import Body, DeclaredCount

LARGEST: Final = 100_000
GROUP_LABELS: Final = {"staff": "cán bộ, công chức, người lao động", "relatives": "thân nhân"}


def declare_staff(
    book: Book,
    campaign: CampaignContext,
    body_id: uuid.UUID,
    group: str,
    *,
    declared: int,
    finished: int,
    happened_at: Instant | None = None,
) -> uuid.UUID:
    """Record a declaration and return its id. The newest by `happened_at` (default now) counts; earlier ones stay.

    `group` is staff or relatives. `finished` means took part or chose not to: nobody asks which. Raises NotFound for a body of
    another unit, BadInput for counts that cannot be, OutsideWindow for the future or before the campaign.
    """
    body = book.session.execute(
        select(Body.name, Body.counts_staff).where(Body.unit_id == book.unit_id, Body.id == body_id)
    ).one_or_none()
    if body is None:
        raise NotFound
    if not body.counts_staff:
        raise BadInput(
            where="Cơ quan", what=f"“{body.name}” không thuộc danh sách phải báo số cán bộ; hãy chọn cơ quan khác"
        )
    _check(group, declared, finished)
    happened = moment_given(book, happened_at, after=campaign.starts_at, window=f"đợt “{campaign.name}” (đến bây giờ)")
    declaration_id = book.new_id()
    ledger_no = book.append(
        "note",
        happened_at=happened,
        cause=cause_of(book),
        campaign_id=campaign.id,
        about_id=declaration_id,
        data={"what": "declared", "body": str(body_id), "group": group, "declared": declared, "finished": finished},
    )
    book.session.execute(
        insert(DeclaredCount).values(
            unit_id=book.unit_id, id=declaration_id, campaign_id=campaign.id, body_id=body_id, group=group,
            declared=declared, finished=finished, happened_at=happened, ledger_no=ledger_no,
        )
    )  # fmt: skip
    return declaration_id


def _check(group: str, declared: int, finished: int) -> None:
    if group not in GROUPS:
        names = ", ".join(f"{name} ({label})" for name, label in GROUP_LABELS.items())
        raise BadInput(where="Nhóm", what=f"“{group}” không có; hãy chọn một trong: {names}")
    if not 0 <= declared <= LARGEST:
        raise BadInput(where="Tổng số", what=f"hãy ghi một số từ 0 đến {LARGEST}")
    if not 0 <= finished <= declared:
        raise BadInput(where="Đã xong", what=f"có {finished} người, phải từ 0 đến tổng số đã khai ({declared})")
