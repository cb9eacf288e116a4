"""A team's people in figures, always as a cut-off left them.

Below the unit nothing may tell whoever took part from whoever did not. A count that moved with each visit would tell how that very
visit ended; so these stand still between cut-offs: what had happened before the cut-off, as known then. Those not yet met and those
who ended contact are one number, N − done − exits.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.figures.exit_effect import told_exits
from workflow.figures.values import read_figures
from workflow.queries.campaigns import CampaignContext
from workflow.queries.team_load import team_seen


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """People of the main track at a cut-off: `listed` = `done` + `exits` + `rest`."""

    as_of: Instant
    listed: int
    done: int
    exits: int

    @property
    def rest(self) -> int:
        """How many are not yet met or have ended contact: told only as this difference."""
        return self.listed - self.done - self.exits


def team_figures(
    session: Session, actor: Actor, context: CampaignContext, team_id: uuid.UUID, *, cut_off: Instant
) -> TeamFigures:
    """Return the team's figures at a cut-off that has passed, as known then. Raises NotFound for a team out of scope."""
    team_seen(session, actor, team_id)
    track = context.pack.main_track
    figures = read_figures(session, context, context.pack, as_of=cut_off, known="then", team_id=team_id)
    done = frozenset(name for name in track.states if track.is_done(name))
    return TeamFigures(
        as_of=cut_off,
        listed=figures.count_states(track, track.states),
        done=figures.count_states(track, done),
        exits=figures.count_states(track, told_exits(track)),
    )
