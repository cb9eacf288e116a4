"""What one case is worth to a figure: added up over everybody it is the figure, and the highest it can come to."""

import random
import uuid
from typing import Any, ClassVar

import pytest

from rules.pack import Pack, load_pack, shipped_packs
from workflow.figures.ceiling import reach_of, worth_at_most
from workflow.figures.counts import CellCount
from workflow.figures.history import is_ours
from workflow.figures.replay import Cut
from workflow.figures.values import Figures, worth


class _Campaign:
    unit_id, id, code, name = uuid.UUID(int=1), uuid.UUID(int=2), "thu", "Thử"
    parameters: ClassVar[dict[str, Any]] = {}


def _somewhere(pack: Pack, dice: random.Random) -> list[CellCount]:
    """Return any numbers of cases in every state and stage of every track."""
    return [
        CellCount(dice.randrange(1, 50), track.id, state, track.stage_after(None, state))
        for track in pack.tracks.values()
        for state in track.states
        if dice.random() < 0.7
    ]


@pytest.mark.parametrize("name", sorted(shipped_packs()))
def test_figures_of_ours_are_the_sum_of_what_each_case_is_worth(name: str) -> None:
    pack, dice = load_pack(shipped_packs()[name]), random.Random(name)
    ours = [figure.id for figure in pack.model.figures.figures if is_ours(pack, figure.id)]
    assert ours
    for _ in range(5):
        cells = _somewhere(pack, dice)
        figures = Figures(None, _Campaign(), pack, Cut(0, 0), cells)  # type: ignore[arg-type]
        keys = [((cell.track or "", cell.state or "", cell.stage or ""), cell.n) for cell in cells]
        for figure in ours:
            assert figures.value(figure) == sum(n * worth(figures, figure, key) for key, n in keys), figure
            highest = sum(n * worth_at_most(figures, figure, key) for key, n in keys)
            assert reach_of(figures, figure).highest == highest, figure
