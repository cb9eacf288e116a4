"""How a paper would look now, before anything is closed: the figures of the report that the page shows, as a draft and never more."""

import uuid

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.freeze import frozen_target
from workflow.closing.frozen import Frozen, FrozenLine, FrozenPlace
from workflow.figures.counts import count_cases
from workflow.figures.lines import ReportLine, lines_of
from workflow.figures.report import report_of
from workflow.figures.values import Figures, cut_of, read_figures
from workflow.queries.campaigns import CampaignContext, UnitRow
from workflow.queries.plan_scopes import organisation_of


def preview_frozen(
    session: Session, context: CampaignContext, unit: UnitRow | tuple[str, str], *, as_of: Instant
) -> Frozen:
    """Return what a close at `as_of`, as known now, would hold: enough for a draft. Nobody sent it, nobody closed it."""
    code, name = (unit.code, unit.name) if isinstance(unit, UnitRow) else unit
    figures = read_figures(session, context, context.pack, as_of=as_of)
    made = report_of(figures)
    models = {line.code: line for line in context.pack.model.figures.lines}
    told = {each.id: figures.told(each.id) for each in context.pack.model.figures.figures}
    return Frozen(
        unit=code,
        unit_name=name,
        campaign=context.code,
        name=context.name,
        pack_hash=context.pack.hash,
        period="draft",
        revision=0,
        period_from=None,
        as_of=as_of,
        cut_no=made.ledger_no,
        total=made.total,
        figures=told,
        lines=tuple(_line(line, models[line.code].figure) for line in made.lines),
        targets=tuple(map(frozen_target, made.targets)),
        areas=tuple(_areas(session, context, as_of)),
        teams=(),
        senders=(),
        late=(),
        since={},
        findings=tuple(finding.to_json() for finding in made.findings),
    )


def _line(line: ReportLine, figure: str) -> FrozenLine:
    return FrozenLine(
        line.code, line.label, figure, line.count, line.base, line.policy, line.base_label, line.percent, line.unit,
        line.is_done, line.note,
    )  # fmt: skip


def _areas(session: Session, context: CampaignContext, as_of: Instant) -> list[FrozenPlace]:
    """Return the areas by the columns of the main sum, counted in one statement."""
    partitions = context.pack.model.figures.partitions
    if not partitions:
        return []
    codes = (partitions[0].total, *partitions[0].parts)
    cut = cut_of(session, context.unit_id, as_of, "now")
    cells = count_cases(
        session, context.unit_id, context.id, as_of=as_of, by=("track", "state", "stage", "unnamed", "area")
    )
    places = []
    for scope in organisation_of(session, context.unit_id).areas:
        own = [cell for cell in cells if cell.area == scope.area_id]
        figures = Figures(session, context, context.pack, cut, own, scope.area_id or uuid.UUID(int=0), None)
        lines = {line.code: line for line in lines_of(figures, codes)}
        done = next((line for line in lines.values() if line.is_done), None)
        columns = {code: lines[code].count or 0 for code in codes}
        places.append(
            FrozenPlace(scope.key, scope.label, columns, done.percent if done else None, done.base if done else None)
        )
    return places
