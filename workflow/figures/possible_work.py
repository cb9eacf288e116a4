"""How much work a place still has that anybody can do, and how much of it is behind: the one ground on which teams are compared.

Work is counted in steps along the line of the main track, so a team whose people have no account yet is not behind for having further
to go with each of them, and every step of theirs counts. Whoever is out of reach (an exit that waits, or that can still be remedied) is
no work of the team until that is settled. Whoever took part, ended contact or left with a confirmed reason is all behind, alike: nobody
counts against a team for having declined. Persons are never compared.
"""

from rules.pack import TrackRules
from rules.pack.work import Work, work_in
from workflow.figures.history import Pace
from workflow.figures.pace_of_places import Past, Place
from workflow.figures.values import Key


def work_of(track: TrackRules, key: Key) -> Work:
    """Return the work in a case that stands there; none for a case of another track."""
    name, state, stage = key
    return work_in(track, state, stage) if name == track.id else Work(0, 0)


def left_of(past: Past, track: TrackRules, place: Place) -> int:
    """Return how many steps were still possible at a place when the last midnight came."""
    return past.history(place, lambda key: work_of(track, key).left)[1].n


def is_behind(past: Past, track: TrackRules, place: Place, *, days_left: int) -> bool:
    """Whether the pace of the last whole days, kept up on every day left, does not get through what is still possible."""
    left, pace = left_of(past, track, place), pace_of_work(past, track, place)
    return left > 0 and pace.days > 0 and pace.done * days_left < left * pace.days


def pace_of_work(past: Past, track: TrackRules, place: Place) -> Pace:
    """Return the pace of a place in steps: whoever declined is as many as whoever took part."""
    return past.pace(place, lambda key: work_of(track, key).behind)


__all__ = ["Work", "is_behind", "left_of", "pace_of_work", "work_of"]
