"""I3: counts add up. Roll-ups equal a full replay at several instants, of both calendars; lines of the pack partition."""

import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, union_all

from rules.findings import Finding
from workflow.days import as_date, day_start, local_day
from workflow.figures.checks import check_partitions
from workflow.figures.counts import ROLLED_UP, rolled_up_days
from workflow.figures.replay import Cut, alias_of, replayed
from workflow.figures.values import read_figures
from workflow.ledger.book import ledger_no_at
from workflow.tables import Case, Rollup
from workflow.verify.scope import Scope

INSTANTS = 6
"""How many past days are compared, spread over the campaign, besides the end."""

BASES = {"h": "theo ngày xảy ra", "r": "theo ngày ghi"}


def check_rollups(scope: Scope) -> Iterator[Finding]:
    """Yield each cell whose roll-up differs from what the events say, at the end and on days spread over the campaign."""
    for campaign_id in scope.campaigns:
        for basis in BASES:
            for day in _days(scope, campaign_id, basis):
                yield from _differences(scope, campaign_id, basis, day)


def _days(scope: Scope, campaign_id: uuid.UUID, basis: str) -> list[int]:
    days = list(
        scope.session.scalars(
            select(Rollup.day)
            .where(Rollup.unit_id == scope.unit_id, Rollup.campaign_id == campaign_id, Rollup.basis == basis)
            .distinct()
            .order_by(Rollup.day)
        )
    )
    end = max([*days, local_day(scope.head.recorded_at)]) + 1
    step = max(1, len(days) // INSTANTS)
    return sorted({*(day + 1 for day in days[::step]), end})


def _differences(scope: Scope, campaign_id: uuid.UUID, basis: str, day: int) -> Iterator[Finding]:
    """Compare the start of `day`: added roll-ups against the replay cut there, in one statement."""
    at = day_start(day)
    ledger_no = scope.head.ledger_no if basis == "h" else ledger_no_at(scope.session, scope.unit_id, at)
    cut = {"campaign": campaign_id, "basis": basis, "day": day, "at": at, "ledger_no": ledger_no}
    for row in scope.rows(_gaps(), unit=scope.unit_id, **cut):
        where = f"{scope.campaigns[campaign_id].code}, đầu ngày {as_date(day).isoformat()}"
        message = (
            f"Số cộng dồn {BASES[basis]} của “{row.state}” ({row.track}) lệch {row.gap} so với sổ. "
            "Bảng cộng dồn đã bị sửa; tính lại từ sổ."
        )
        yield scope.wrong("I3-rollup", where, message, basis=basis, state=row.state, track=row.track, gap=int(row.gap))


@cache
def _gaps() -> Select[Any]:
    """Return the statement behind it, built once: only its values change from day to day."""
    values: list[Any] = [bindparam(name) for name in ("unit", "campaign", "basis", "day", "at", "ledger_no")]
    unit, campaign, basis, day, at, ledger_no = values
    both = union_all(
        rolled_up_days(unit, campaign, basis, day, ROLLED_UP),
        replayed(unit, campaign, Cut(at, ledger_no), ROLLED_UP, sign=-1),
    ).subquery()
    cell = [both.c[name] for name in ROLLED_UP]
    gap = func.sum(both.c.n)
    return select(*cell, gap.label("gap")).group_by(*cell).having(gap != 0)


def check_partition(scope: Scope) -> Iterator[Finding]:
    """Yield each partition of a campaign's pack whose parts do not add up at the end."""
    for campaign_id, campaign in scope.campaigns.items():
        pack = scope.packs(campaign.pack_hash)
        if pack is None:
            message = "Gói quy tắc của đợt không còn, hoặc nội dung không còn đúng mã băm. Khôi phục từ bản sao lưu."
            yield scope.wrong("I2-pack", campaign.code, message, pack_hash=campaign.pack_hash)
            continue
        figures = read_figures(scope.session, campaign, pack, as_of=scope.head.recorded_at + 1)
        for found in check_partitions(figures):
            yield scope.wrong("I3-partition", f"{campaign.code}, {found.where}", found.message, **found.numbers)
        if figures.total != (count := _present(scope, campaign_id, pack.main_track.id)):
            message = f"Sổ đếm {figures.total} người trong danh sách, bảng hồ sơ có {count}."
            yield scope.wrong("I3-total", campaign.code, message, ledger=figures.total, cases=count)


def _present(scope: Scope, campaign_id: uuid.UUID, track: str) -> int:
    case = alias_of(Case)
    present = select(func.count()).where(
        case.unit_id == scope.unit_id, case.campaign_id == campaign_id, case.track == track, case.left_at.is_(None)
    )
    return scope.session.scalar(present) or 0


def check_one_case(scope: Scope) -> Iterator[Finding]:
    """Yield each subject that is followed twice on one track."""
    case = alias_of(Case)
    key: tuple[Any, ...] = (case.campaign_id, case.track, case.subject_id)
    twice: Select[Any] = (
        select(*key, func.count().label("n"))
        .where(case.unit_id == scope.unit_id)
        .group_by(*key)
        .having(func.count() > 1)
    )
    for row in scope.rows(twice):
        message = f"Một đối tượng có {row.n} hồ sơ trên “{row.track}”; chỉ được một. Gộp lại rồi kiểm tra."
        yield scope.wrong(
            "I3-one-case", f"đối tượng {row.subject_id.hex}", message, subject=row.subject_id, cases=row.n
        )
