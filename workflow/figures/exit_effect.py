"""What confirming an exit does to the figures of the area: told before somebody decides."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.pack import Pack, TrackRules
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, case_for, request_for
from workflow.figures.lines import narrowest_line
from workflow.figures.values import Figures, is_counted, read_figures
from workflow.numbers import percent_vi
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import reads_sensitive


@dataclass(frozen=True, slots=True)
class ExitEffect:
    """The area's people on the track (`base`), how many of them have a confirmed exit, and where one more would be counted.

    `line` is the code and label of the report's line (None if none counts it). `leaves` are the denominators that become smaller
    by one, in the report's words.
    """

    base: int
    exits: int
    share: str | None
    share_after: str | None
    line: tuple[str, Label] | None
    leaves: tuple[Label, ...]


def exit_effect(
    session: Session, actor: Actor, context: CampaignContext, request_id: uuid.UUID, *, as_of: Instant
) -> ExitEffect:
    """Return what confirming the request changes in the figures of its area, as they stand at `as_of`.

    Exits are counted together, without those that are discreet; how people of an area took part is not told here. Who may not
    read a sensitive reason is not told its line either. Raises NotFound: absent and foreign look alike.
    """
    request = request_for(session, actor, request_id)
    case = case_for(session, actor, request.case_id)
    track, pack = context.pack.tracks[case.track], context.pack
    hidden = track.states[request.target].sensitive and not reads_sensitive(actor, case)
    figures = read_figures(session, context, pack, as_of=as_of, area_id=case.area_id)
    base = figures.count_states(track, track.states)
    exits = figures.count_states(track, told_exits(track))
    return ExitEffect(
        base=base,
        exits=exits,
        share=percent_vi(exits, base),
        share_after=percent_vi(exits + 1, base),
        line=None if hidden else _line_of(pack, track.id, request.target),
        leaves=() if hidden else tuple(_leaves(figures, track, (case.state, case.stage), request.target)),
    )


def told_exits(track: TrackRules) -> frozenset[str]:
    """Return the exits that may be counted below the unit: all but the discreet ones."""
    return frozenset(name for name in track.states if track.exit_class(name) not in (None, "declined"))


def _line_of(pack: Pack, track_id: str, target: str) -> tuple[str, Label] | None:
    line = narrowest_line(pack, track_id, target)
    return (line.code, line.label) if line else None


def _leaves(figures: Figures, track: TrackRules, here_now: tuple[str, str], target: str) -> list[Label]:
    """Return the policies whose base counts the case where it stands (state and stage), and not where it would go."""
    then = (target, track.stage_after(here_now[1], target))
    pack = figures.pack
    return [
        policy.label
        for policy in pack.model.figures.policies
        if is_counted(pack, policy.base, track.id, *here_now) and not is_counted(pack, policy.base, track.id, *then)
    ]


__all__ = ["ExitEffect", "exit_effect", "told_exits"]
