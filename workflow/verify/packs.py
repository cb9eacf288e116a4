"""I2, the pack in force: a campaign follows the pack that its newest event followed."""

from collections.abc import Iterator

from sqlalchemy import func, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Campaign, Event
from workflow.verify.scope import Scope


def check_packs(scope: Scope) -> Iterator[Finding]:
    """Yield each campaign that names another pack than the newest event that carries one: its rules were swapped."""
    campaign, event, last = alias_of(Campaign), alias_of(Event), alias_of(Event)
    newest = (
        select(last.campaign_id, func.max(last.ledger_no).label("ledger_no"))
        .where(last.unit_id == scope.unit_id, last.campaign_id.is_not(None), last.pack_hash.is_not(None))
        .group_by(last.campaign_id)
        .subquery()
        .c
    )
    swapped = select(campaign.code, event.ledger_no, event.pack_hash).where(
        campaign.unit_id == scope.unit_id,
        newest.campaign_id == campaign.id,
        event.unit_id == scope.unit_id,
        event.ledger_no == newest.ledger_no,
        event.pack_hash != campaign.pack_hash,
    )
    for row in scope.rows(swapped):
        message = f"Gói quy tắc của đợt khác với gói mà sổ đã dùng ở số {row.ledger_no}. Khôi phục từ bản sao lưu."
        yield scope.wrong("I2-pack", row.code, message, ledger_no=row.ledger_no, pack_hash=row.pack_hash)
