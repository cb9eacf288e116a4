"""The number that is asked for on the telephone, and what stands beside it: read from the pack, counted like everything else.

It is what the first goal about the people of the main track watches; without a goal, the figure that counts the done states.
"""

from dataclasses import dataclass
from typing import NamedTuple

from rules.pack import Pack, TrackRules
from rules.pack.model import Label, Policy, Target
from workflow.figures.campaign_overview import main_partition
from workflow.figures.chair_overview import main_target
from workflow.figures.exit_effect import told_exits
from workflow.figures.values import Figures, cells_of, figure_of


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure (empty: whoever is done, where the pack names no such figure), what it is divided by, and the goal it serves."""

    figure: str
    label: Label
    policy: Policy | None
    target: Target | None


class Lag(NamedTuple):
    """People who are done by the ledger and not yet by the national system, under the name that the pack gives the state."""

    state: str
    label: Label
    n: int


def headline_of(pack: Pack) -> Headline:
    """Return what is asked for in a campaign of `pack`."""
    target = main_target(pack)
    figure = (target.monitor or target.count) if target else _figure_of_done(pack)
    policies = {policy.id: policy for policy in pack.model.figures.policies}
    line = next((line for line in pack.model.figures.lines if line.figure == figure and line.policy), None)
    policy = target.policy if target else line.policy if line else None
    label = figure_of(pack, figure).label if figure else pack.main_track.model.label
    return Headline(figure, label, policies.get(policy or ""), target)


def count_of(figures: Figures, headline: Headline) -> int:
    """Return the headline's count."""
    if headline.figure:
        return figures.value(headline.figure) or 0
    return figures.count_states(figures.pack.main_track, done_states(figures.pack.main_track))


def base_of(figures: Figures, headline: Headline) -> int | None:
    """Return what the headline is divided by; None where the pack does not say."""
    return figures.value(headline.policy.base) if headline.policy else None


def figures_told(figures: Figures, headline: Headline) -> dict[str, int]:
    """Return the figures that go with the headline: itself, its base, and the lines of the report's main sum."""
    pack, partition = figures.pack, main_partition(figures.pack)
    lines = {line.code: line.figure for line in pack.model.figures.lines}
    names = [headline.figure] if headline.figure else []
    names += [headline.policy.base] if headline.policy else []
    names += [lines[code] for code in (partition.total, *partition.parts)] if partition else []
    told = {name: figures.told(name) for name in dict.fromkeys(names)}
    return {name: n for name, n in told.items() if n is not None}


def lags(figures: Figures) -> tuple[Lag, ...]:
    """Return for each done state that awaits reconciliation how many stand in it, none left out."""
    track = figures.pack.main_track
    return tuple(
        Lag(name, state.label, figures.count_states(track, [name]))
        for name, state in track.states.items()
        if state.done and state.awaits == "reconciliation"
    )


def people_left(figures: Figures) -> int:
    """Return how many are neither done nor in an exit that may be told: not yet met, or contact has ended. Never split further."""
    track = figures.pack.main_track
    return figures.total - figures.count_states(track, done_states(track) | told_exits(track))


def done_states(track: TrackRules) -> frozenset[str]:
    """Return the done states of a track."""
    return frozenset(name for name in track.states if track.is_done(name))


def counted_states(pack: Pack, headline: Headline) -> frozenset[str]:
    """Return the states of the main track that the headline counts."""
    if not headline.figure:
        return done_states(pack.main_track)
    return frozenset(state for track, state in cells_of(pack, headline.figure) if track == pack.main_track.id)


def _figure_of_done(pack: Pack) -> str:
    wanted = {(pack.main_track.id, state) for state in done_states(pack.main_track)}
    for figure in pack.model.figures.figures:
        counts = figure.states is not None or figure.sum is not None
        if counts and cells_of(pack, figure.id) == wanted:
            return figure.id
    return ""
