"""How much work a case still holds for whoever goes there, and how much of it is behind: in steps along the line of its track."""

from typing import NamedTuple

from rules.pack.pack import TrackRules


class Work(NamedTuple):
    """Steps that are still possible with a case, and steps that are behind it."""

    left: int
    behind: int


def work_in(track: TrackRules, state: str, stage: str | None) -> Work:
    """Return the work in a case of `track` that stands in `state`, having come as far as `stage`.

    Whoever took part, ended contact or left with a confirmed reason is all behind, alike. Whoever is out of reach (open, and off the
    line) is no work until that is settled; the steps that were gone with them stay behind. None for a state that the track does not know.
    """
    if state not in track.states:
        return Work(0, 0)
    end = len(track.line) - 1
    if not track.is_open(state):
        return Work(0, end)
    if state not in track.line:
        return Work(0, max(track.rank(stage), 0))
    at = track.line.index(state)
    return Work(end - at, at)
