"""Publishing a pack, and opening a campaign in a unit from it."""

import uuid

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from rules.calendar import Calendar
from rules.pack import Pack
from rules.said import Said
from rules.time import Instant
from workflow.days import day_number
from workflow.errors import BadInput, NotConfigured
from workflow.ids import id_of
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.tables import CalendarDay, Campaign, PackVersion, UnitHead, table_of


def publish_pack(session: Session, pack: Pack, *, now: Instant, by: uuid.UUID | None = None) -> str:
    """Keep this version of the pack for ever, with the days of its calendar; return its hash. A known version stays as it is."""
    if session.get(PackVersion, pack.hash) is None:
        session.execute(
            insert(table_of(PackVersion)),
            {
                "hash": pack.hash,
                "pack": pack.id,
                "version": pack.version,
                "files": dict(pack.files),
                "published_at": now,
                "published_by": by,
            },
        )
    _keep_calendar(session, pack.calendar)
    return pack.hash


def _keep_calendar(session: Session, calendar: Calendar) -> None:
    known = set(session.scalars(select(CalendarDay.day).where(CalendarDay.calendar == calendar.name)))
    rows = [
        {
            "calendar": calendar.name,
            "day": day_number(row.day),
            "is_working": row.is_working,
            "working_no": row.working_no,
            "opens": row.opens,
            "closes": row.closes,
            "status": row.status,
            "label": row.label or None,
        }
        for row in calendar.rows()
        if day_number(row.day) not in known
    ]
    if rows:
        session.execute(insert(table_of(CalendarDay)), rows)


def open_campaign(
    session: Session, unit_id: uuid.UUID, pack: Pack, *, now: Instant, code: str | None = None
) -> CampaignContext:
    """Open a campaign called `code` (default: the pack's name) in the unit; return it.

    Raises BadInput if the unit has one of that code, NotConfigured if the pack states no purpose or legal basis.
    """
    code = code or pack.id
    about = pack.model.pack
    if not about.purpose.strip() or not about.legal_basis.text.strip():
        raise NotConfigured(
            what="Gói quy tắc chưa ghi mục đích hoặc căn cứ pháp lý", todo="Bổ sung purpose và legal_basis"
        )
    if session.scalar(select(Campaign.id).where(Campaign.unit_id == unit_id, Campaign.code == code)):
        raise BadInput(where=Said("Đợt %(code)s", code=code), what="đơn vị đã có đợt này; chọn mã khác")
    pack_hash = publish_pack(session, pack, now=now)
    campaign_id = id_of(unit_id, "campaign", code)
    session.execute(
        insert(table_of(Campaign)),
        {
            "unit_id": unit_id,
            "id": campaign_id,
            "code": code,
            "pack": pack.id,
            "pack_hash": pack_hash,
            "name": about.label.vi,
            "purpose": about.purpose,
            "legal_basis": about.legal_basis.text,
            "starts_at": int(pack.constants["campaign.starts_at"]),
            "ends_at": int(pack.constants["campaign.ends_at"]),
            "parameters": dict(pack.parameters),
            "created_at": now,
            "version": 1,
        },
    )
    if session.get(UnitHead, unit_id) is None:
        raise BadInput(where="Đơn vị", what="chưa được lập sổ; tạo đơn vị trước khi mở đợt")
    return campaign_by_id(session, unit_id, campaign_id)
