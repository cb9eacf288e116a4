"""How a paper would look now, before anything is closed: counted as a close is, but sent by nobody, and never more than a draft."""

from typing import Final

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.freeze import all_figures, cells_at, frozen_lines, frozen_targets, places_by
from workflow.closing.frozen import Frozen
from workflow.figures.checks import check_report
from workflow.figures.counts import newest_no
from workflow.figures.lines import report_lines
from workflow.figures.replay import Cut
from workflow.figures.values import Figures
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import places_of

DRAFT: Final = "draft"
"""The period of figures that nobody closed."""


def preview_frozen(
    session: Session, context: CampaignContext, unit: tuple[str, str], *, as_of: Instant, with_places: bool = False
) -> Frozen:
    """Return what a close at `as_of`, as known now, would hold: enough for a draft. `unit` is its code and name.

    Places are left out unless asked for: below the unit, figures of people stand still between cut-offs.
    """
    newest = newest_no(session, context.unit_id)
    cut = Cut(as_of, newest)
    figures = Figures(session, context, context.pack, cut, cells_at(session, context, cut, newest=newest))
    return Frozen(
        unit=unit[0],
        unit_name=unit[1],
        campaign=context.code,
        name=context.name,
        pack_hash=context.pack.hash,
        period=DRAFT,
        revision=0,
        period_from=None,
        as_of=as_of,
        cut_no=newest,
        total=figures.total,
        figures=all_figures(figures),
        lines=frozen_lines(figures, report_lines(figures)),
        targets=frozen_targets(figures),
        areas=places_by(figures, places_of(session, context.unit_id, "area"), "area") if with_places else (),
        teams=(),
        senders=(),
        late=(),
        since={},
        findings=tuple(finding.to_json() for finding in check_report(figures)),
    )
