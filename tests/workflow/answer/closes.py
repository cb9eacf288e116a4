"""Closes made by hand, as somebody closes a period: frozen figures of a cut, under an event of their own."""

import hashlib
from typing import Any

from sqlalchemy import insert

from rules.time import at
from tests.workflow.world import World
from workflow.closing.frozen import Frozen
from workflow.closing.headline import figures_told, headline_of
from workflow.figures import report_of
from workflow.figures.values import read_figures
from workflow.tables import Close


def frozen_of(world: World, *, as_of: str, period: str, period_from: str | None = None, revision: int = 1) -> Frozen:
    """Return the unit's figures before `as_of`, as known now."""
    context = world.context()
    with world.store.read() as session:
        figures = read_figures(session, context, context.pack, as_of=at(as_of))
        made = report_of(figures)
        told = figures_told(figures, headline_of(context.pack))
    return Frozen(
        unit=world.code, unit_name="Thị trấn Thử Nghiệm", campaign=context.code, name=context.name, pack_hash=context.pack.hash,
        period=period, revision=revision, period_from=at(period_from) if period_from else None, as_of=at(as_of),
        cut_no=made.ledger_no, total=made.total, figures=dict(told), lines=(), targets=(), areas=(), teams=(), senders=(), late=(),
        since={},
    )  # fmt: skip


def close(world: World, frozen: Frozen) -> Frozen:
    """Keep a close of the unit at the clock's instant."""
    data = frozen.to_bytes()
    digest = hashlib.sha256(data).hexdigest()
    with world.book() as (book, context):
        close_id = book.new_id()
        told = {
            "period": frozen.period,
            "revision": frozen.revision,
            "scope": "unit",
            "cut_no": frozen.cut_no,
            "sha256": digest,
        }
        number = book.append("close", cause="rule", campaign_id=context.id, about_id=close_id, data=told)
        row: dict[str, Any] = {
            "unit_id": book.unit_id, "id": close_id, "campaign_id": context.id, "period": frozen.period,
            "revision": frozen.revision, "scope": "unit", "status": "closed", "as_of": frozen.as_of, "cut_no": frozen.cut_no,
            "ledger_no": number, "figures": data, "sha256": digest, "closed_at": book.now,
        }  # fmt: skip
        book.session.execute(insert(Close).values(**row))
    return frozen
