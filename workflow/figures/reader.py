"""Figures for conditions: asked by name, scope and instant, each cut counted once."""

import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.figures.values import Figures, read_figures
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, Team


class FigureReader:
    """Counts figures of one campaign as known now. Keeps what it counted: use one for one tick or one page."""

    def __init__(self, session: Session, context: CampaignContext) -> None:
        self._session, self._context = session, context
        self._cuts: dict[tuple[Instant, uuid.UUID | None, uuid.UUID | None], Figures] = {}

    def __call__(self, figure: str, scope: Mapping[str, str], as_of: Instant) -> int | None:
        """Return the figure's value before `as_of` within `scope` ({} for the unit, {"team": code}, {"area": code}).

        None means that it cannot be known yet. A scope that names nothing of the unit is not known either.
        """
        team_id, area_id = self._id(Team, scope.get("team")), self._id(Area, scope.get("area"))
        if (scope.get("team") and team_id is None) or (scope.get("area") and area_id is None):
            return None
        key = (as_of, area_id, team_id)
        if key not in self._cuts:
            context = self._context
            self._cuts[key] = read_figures(
                self._session, context, context.pack, as_of=as_of, area_id=area_id, team_id=team_id
            )
        return self._cuts[key].value(figure)

    def _id(self, model: type[Team] | type[Area], code: str | None) -> uuid.UUID | None:
        if not code:
            return None
        statement = select(model.id).where(model.unit_id == self._context.unit_id, model.code == code)
        return self._session.scalar(statement)
