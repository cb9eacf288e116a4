"""The value of every figure of a pack at one cut: one count of the cases, then only sums and differences."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, Protocol, TypeAlias

from sqlalchemy.orm import Session

from rules.pack import Pack, TrackRules
from rules.pack.model import Figure
from rules.time import Instant
from workflow.figures.counts import CellCount, count_cases, newest_no
from workflow.figures.imported import Told, declared_total, imported_record
from workflow.figures.replay import Cut
from workflow.ledger.book import ledger_no_at

Known: TypeAlias = Literal["now", "then"] | int
"""As known now, as known then (at `as_of` itself), or as known at a ledger number."""

Cell: TypeAlias = tuple[str, str]
"""A track and a state."""

Key: TypeAlias = tuple[str, str, str]
"""Where a case stands: track, state, stage."""

MOST_KEPT: Final = 4096
_worth: dict[tuple[str, str, Key], int] = {}
"""What a case is worth to figures of ours, by pack, name and where it stands."""
_cells: dict[tuple[str, str], frozenset[Cell]] = {}
"""The states of figures by pack and name: a published pack never changes."""


class CampaignRow(Protocol):
    """What figures need to know of a campaign; the table's row and the engine's context both have it."""

    @property
    def unit_id(self) -> uuid.UUID: ...
    @property
    def id(self) -> uuid.UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> dict[str, Any]: ...


@dataclass
class Figures:
    """Every figure of a pack at one cut, for the unit or for one area or team. Read with `read_figures`."""

    session: Session
    campaign: CampaignRow
    pack: Pack
    cut: Cut
    cells: list[CellCount]
    area_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    _known: dict[str, int | None] = field(default_factory=dict)
    _imported: dict[str, Told | None] = field(default_factory=dict)

    @property
    def is_whole_unit(self) -> bool:
        """Whether these are the figures of the whole unit."""
        return self.area_id is None and self.team_id is None

    @property
    def total(self) -> int:
        """How many cases the main track has."""
        return self._count(self.pack.main_track, None)

    @property
    def unnamed(self) -> int:
        """How many cases of the main track are places of a paper list that nobody has named yet."""
        return sum(cell.n for cell in self.cells if cell.unnamed and cell.track == self.pack.main_track.id)

    def value(self, figure_id: str) -> int | None:
        """Return the figure's count; None if it belongs to somebody else and was not imported, or is the whole unit's only.

        For rules and conditions; what people see goes through `told`. Raises KeyError for a figure the pack does not have.
        """
        if figure_id not in self._known:
            self._known[figure_id] = self._value(figure_of(self.pack, figure_id))
        return self._known[figure_id]

    def _value(self, figure: Figure) -> int | None:
        if figure.sum is not None:
            return _added(self.value(part) for part in figure.sum)
        if figure.minus is not None:
            whole, part = (self.value(name) for name in figure.minus)
            return None if whole is None or part is None else whole - part
        if figure.external is not None:
            told = self.imported(figure.id)
            return told.n if told else None
        if figure.declared is not None:
            return (
                declared_total(self.session, self.campaign, figure.declared, self.cut) if self.is_whole_unit else None
            )
        return self._counted(figure)

    def imported(self, figure_id: str) -> Told | None:
        """Return what somebody else said about a figure of theirs, with its document; None if nothing, or below the unit."""
        if not self.is_whole_unit:
            return None
        if figure_id not in self._imported:
            owner = figure_of(self.pack, figure_id).external or ""
            self._imported[figure_id] = imported_record(self.session, self.campaign, figure_id, self.cut, owner)
        return self._imported[figure_id]

    def told(self, figure_id: str) -> int | None:
        """Return the figure's count for people to see; None also where it would give away who has ended contact."""
        return None if self._gives_away_who_ended(figure_of(self.pack, figure_id)) else self.value(figure_id)

    def _counted(self, figure: Figure) -> int:
        track = self.pack.tracks[figure.track] if figure.track else self.pack.main_track
        if figure.stage_at_least is not None:
            least = track.rank(figure.stage_at_least)
            return sum(c.n for c in self.cells if c.track == track.id and track.rank(c.stage) >= least)
        return self._count(track, None if figure.all else states_of(track, figure))

    def _count(self, track: TrackRules, states: Iterable[str] | None) -> int:
        wanted = None if states is None else frozenset(states)
        return sum(c.n for c in self.cells if c.track == track.id and (wanted is None or c.state in wanted))

    def count_states(self, track: TrackRules, states: Iterable[str]) -> int:
        """Return how many cases of `track` stand in any of `states`."""
        return self._count(track, states)

    def of_one(self, key: Key) -> "Figures":
        """Return the same figures of a single case that stands there."""
        return replace(self, cells=[CellCount(1, *key)], _known={}, _imported={})

    def _gives_away_who_ended(self, figure: Figure) -> bool:
        """Whether telling this figure below unit level would let somebody subtract who has ended contact."""
        if self.is_whole_unit or figure.all or figure.stage_at_least is not None:
            return False
        parts = figure.sum or figure.minus
        if parts is not None:
            return any(self._gives_away_who_ended(figure_of(self.pack, part)) for part in parts)
        track = self.pack.tracks[figure.track] if figure.track else self.pack.main_track
        inside, counted = discreet_group(self.pack, track), states_of(track, figure)
        return bool(inside & counted) and not inside <= counted


def read_figures(
    session: Session,
    campaign: CampaignRow,
    pack: Pack,
    *,
    as_of: Instant,
    known: Known = "now",
    area_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
) -> Figures:
    """Return the figures at `as_of`; cases are counted once, external and declared figures when they are asked for."""
    cut = cut_of(session, campaign.unit_id, as_of, known)
    cells = count_cases(
        session, campaign.unit_id, campaign.id, as_of=as_of, ledger_no=cut.ledger_no,
        by=("track", "state", "stage", "unnamed"), area_id=area_id, team_id=team_id,
    )  # fmt: skip
    return Figures(session, campaign, pack, cut, cells, area_id, team_id)


def cut_of(session: Session, unit_id: uuid.UUID, as_of: Instant, known: Known) -> Cut:
    """Return the cut that `known` means. A ledger number beyond the newest means the newest."""
    newest = newest_no(session, unit_id)
    if known == "now":
        return Cut(as_of, newest)
    if known == "then":
        return Cut(as_of, ledger_no_at(session, unit_id, as_of))
    return Cut(as_of, min(known, newest))


def figure_of(pack: Pack, figure_id: str) -> Figure:
    """Return the pack's figure of that name; KeyError if there is none."""
    return pack.figures_by_id[figure_id]


def states_of(track: TrackRules, figure: Figure) -> frozenset[str]:
    """Return the states whose cases a counting figure counts whatever their stage: `all`, `states` and `exits`."""
    if figure.all:
        return frozenset(track.states)
    if figure.exits is not None:
        return frozenset(name for name in track.states if track.exit_class(name) in figure.exits)
    return frozenset(figure.states or ())


def cells_of(pack: Pack, figure_id: str) -> frozenset[Cell]:
    """Return the states that a figure counts, through its sums; those of stages, differences and outsiders are none."""
    key = (pack.hash, figure_id)
    if key not in _cells:
        if len(_cells) >= MOST_KEPT:
            _cells.clear()
        _cells[key] = _cells_of(pack, figure_id)
    return _cells[key]


def _cells_of(pack: Pack, figure_id: str) -> frozenset[Cell]:
    figure = figure_of(pack, figure_id)
    if figure.sum is not None:
        return frozenset[Cell]().union(*(cells_of(pack, part) for part in figure.sum))
    track = pack.tracks[figure.track] if figure.track else pack.main_track
    if figure.stage_at_least is not None:
        least = track.rank(figure.stage_at_least)
        return frozenset((track.id, name) for name in track.states if track.rank(name) >= least)
    return frozenset((track.id, name) for name in states_of(track, figure))


def is_counted(pack: Pack, figure_id: str, track_id: str, state: str, stage: str) -> bool:
    """Whether a figure counts a case that stands there; what others count and what is declared counts none."""
    figure = figure_of(pack, figure_id)
    if figure.sum is not None:
        return any(is_counted(pack, part, track_id, state, stage) for part in figure.sum)
    if figure.minus is not None:
        whole, part = (is_counted(pack, name, track_id, state, stage) for name in figure.minus)
        return whole and not part
    track = pack.tracks[figure.track] if figure.track else pack.main_track
    if figure.external is not None or figure.declared is not None or track.id != track_id:
        return False
    if figure.stage_at_least is not None:
        return track.rank(stage) >= track.rank(figure.stage_at_least)
    return state in states_of(track, figure)


def worth(figures: Figures, figure_id: str, key: Key) -> int:
    """Return how often a figure that is counted from cases counts one that stands there: its value is the sum over all cases."""
    kept = (figures.pack.hash, figure_id, key)
    if kept not in _worth:
        if len(_worth) >= MOST_KEPT:
            _worth.clear()
        _worth[kept] = figures.of_one(key).value(figure_id) or 0
    return _worth[kept]


def discreet_group(pack: Pack, track: TrackRules) -> frozenset[str]:
    """Return the states that are told only together: `declined` and those its line counts with it. Empty without one."""
    declined = {name for name in track.states if track.exit_class(name) == "declined"}
    groups = [
        states_of(track, figure)
        for figure in pack.model.figures.figures
        if figure.states is not None
        and (figure.track or pack.main_track.id) == track.id
        and declined & {*figure.states}
    ]
    return min(groups, key=len, default=frozenset(declined))


def _added(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
