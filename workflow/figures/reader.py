"""Figures for conditions: asked by name, scope and instant, each instant counted once for all teams and areas."""

import uuid
from collections.abc import Mapping
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.figures.counts import CellCount, count_cases
from workflow.figures.replay import Cut
from workflow.figures.values import Figures, cut_of
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, Team


class FigureReader:
    """Counts figures of one campaign, as known now unless it is told otherwise. Keeps what it counted: use one for one tick or one page."""

    def __init__(self, session: Session, context: CampaignContext) -> None:
        self._session, self._context = session, context
        self._cells: dict[tuple[Instant, int | None], tuple[Cut, list[CellCount]]] = {}
        self._figures: dict[tuple[Instant, int | None, uuid.UUID | None, uuid.UUID | None], Figures] = {}

    def __call__(
        self, figure: str, scope: Mapping[str, str], as_of: Instant, *, ledger_no: int | None = None
    ) -> int | None:
        """Return the figure's value before `as_of` within `scope` ({} for the unit, {"team": code}, {"area": code}).

        With `ledger_no` as known then. None means that it cannot be known yet. A scope that names nothing of the unit is not known either.
        """
        team_id, area_id = self._teams.get(scope.get("team", "")), self._areas.get(scope.get("area", ""))
        if (scope.get("team") and team_id is None) or (scope.get("area") and area_id is None):
            return None
        key = (as_of, ledger_no, area_id, team_id)
        if key not in self._figures:
            self._figures[key] = self._read(*key)
        return self._figures[key].value(figure)

    def _read(
        self, as_of: Instant, ledger_no: int | None, area_id: uuid.UUID | None, team_id: uuid.UUID | None
    ) -> Figures:
        context = self._context
        if (as_of, ledger_no) not in self._cells:
            by = ("track", "state", "stage", "area", "team", "unnamed")
            cut = cut_of(self._session, context.unit_id, as_of, "now" if ledger_no is None else ledger_no)
            counted = count_cases(self._session, context.unit_id, context.id, as_of=as_of, ledger_no=ledger_no, by=by)
            self._cells[as_of, ledger_no] = cut, counted
        cut, counted = self._cells[as_of, ledger_no]
        cells = [
            cell
            for cell in counted
            if (area_id is None or cell.area == area_id) and (team_id is None or cell.team == team_id)
        ]
        return Figures(self._session, context, context.pack, cut, cells, area_id, team_id)

    @cached_property
    def _teams(self) -> dict[str, uuid.UUID]:
        rows = self._session.execute(select(Team.code, Team.id).where(Team.unit_id == self._context.unit_id))
        return {row.code: row.id for row in rows}

    @cached_property
    def _areas(self) -> dict[str, uuid.UUID]:
        rows = self._session.execute(select(Area.code, Area.id).where(Area.unit_id == self._context.unit_id))
        return {row.code: row.id for row in rows}
