"""Counts of states, and what a pack's figures make of them: a second, slow reading of `figures.yaml` for tests."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from rules.pack import Pack


def figure_of(pack: Pack, name: str, people: Mapping[str, int]) -> int:
    """Return a figure of the main track when `people` says how many stand in each state. External figures have none."""
    figure = next(one for one in pack.model.figures.figures if one.id == name)
    track = pack.main_track
    if figure.sum is not None:
        return sum(figure_of(pack, part, people) for part in figure.sum)
    if figure.minus is not None:
        whole, taken = figure.minus
        return figure_of(pack, whole, people) - figure_of(pack, taken, people)
    assert figure.track == track.id, f"{name} is no figure of the main track"
    if figure.all:
        return sum(people.values())
    if figure.exits is not None:
        return sum(count for state, count in people.items() if track.exit_class(state) in figure.exits)
    assert figure.states is not None, f"{name} counts stages"
    return sum(people.get(state, 0) for state in figure.states)


def line_of(pack: Pack, code: str, people: Mapping[str, int]) -> int:
    """Return the count of a report line."""
    line = next(one for one in pack.model.figures.lines if one.code == code)
    return figure_of(pack, line.figure, people)


def percent_vi(count: int, base: int, decimals: int = 2) -> str:
    """Return a rate as the papers print it, rounded half up: `87,44`."""
    rate = (Decimal(100 * count) / Decimal(base)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(rate).replace(".", ",")
