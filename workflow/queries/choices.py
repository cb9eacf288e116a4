"""What may be said of a person now: the outcomes that the pack's path allows from where they stand, for who asks.

Judged from the rows that a page has read anyway, by the same machine and guards as the write, so a list of thirty doors costs no
further statement. The write judges again: somebody may have been faster.

Most answers depend on the pack, the state, the roles and the part of the campaign alone; those are worked out once and kept.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from rules.machine import MoveRefused
from rules.pack import Pack, TrackRules
from rules.pack.model import Label, Mode, Outcome
from rules.time import Instant
from workflow.queries.door_list import is_finished

Kind = Literal["onward", "again", "cannot", "quiet"]
FACTS: Final = (
    "state", "stage", "created_at", "entered_at", "last_contact", "follow_up_at", "attempts", "is_open", "is_done", "exit_class",
    "unnamed",
)  # fmt: skip
"""Columns of a case that a guard may read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An outcome that may be recorded.

    `kind`: `onward` brings the person further on their path, `again` only asks to come back, `cannot` says why they cannot be
    consulted, `quiet` ends contact. `goes_on`: there is more to do for the person after it. `needs_confirming`: a post has to confirm it. `evidence` says what would show it.
    """

    outcome: str
    label: Label
    kind: Kind
    goes_on: bool = True
    asks_time: bool = False
    asks_evidence: bool = False
    needs_confirming: bool = False
    evidence: tuple[str, ...] = ()


AT_HOME: Final[tuple[Mode, ...]] = ("door", "phone")
"""How somebody behind a door may be met by whoever walks there."""
AT_THE_DESK: Final[tuple[Mode, ...]] = ("support_point",)


class Choices(tuple[Choice, ...]):
    """Outcomes in the pack's order, and the same sorted for a page that puts the frequent ones first."""

    @cached_property
    def promises(self) -> list[Choice]:
        """Those that need a time to come back at."""
        return [choice for choice in self if choice.asks_time]

    @cached_property
    def frequent(self) -> list[Choice]:
        """The two that are said most: one step onward (a second one if there is more to do after it), then coming again."""
        onward, again = self._of("onward"), self._again
        return [*onward[:1], *(choice for choice in onward[1:2] if choice.goes_on), *again][:2]

    @cached_property
    def further(self) -> list[Choice]:
        """The others of those kinds, and after them what ends contact quietly."""
        return [choice for choice in [*self._of("onward"), *self._again] if choice not in self.frequent] + self._of(
            "quiet"
        )

    @cached_property
    def cannot(self) -> list[Choice]:
        """Those that say why somebody cannot be consulted."""
        return self._of("cannot")

    @cached_property
    def _again(self) -> list[Choice]:
        return [choice for choice in self._of("again") if not choice.asks_time]

    def _of(self, kind: Kind) -> list[Choice]:
        return [choice for choice in self if choice.kind == kind]


NOTHING: Final = Choices()

_LASTING: Final = frozenset(FACTS) - {"created_at", "entered_at", "last_contact", "follow_up_at"} | {"happened_at"}
"""What guards may read for an answer to be kept: no instants of the case, which differ from one to the next."""
MOST_KEPT: Final = 5000
_kept: OrderedDict[Hashable, Choices] = OrderedDict()
"""Answers by pack, track, state, roles, part of the campaign and whatever guards read. A published version never changes."""


def choices_for_door(pack: Pack) -> tuple[Choice, ...]:
    """Return what may be said of a whole door, in the pack's order."""
    return tuple(
        Choice(name, outcome.label, "again", asks_time="promised_at" in outcome.asks)
        for name, outcome in pack.outcomes.items()
        if outcome.scope == "door"
    )


def choices_for_case(
    pack: Pack, case: Any, roles: Collection[str], *, waits: bool, now: Instant, modes: Collection[str] = AT_HOME
) -> Choices:
    """Return what somebody with `roles` at the door may say of a case (a row with `track` and `FACTS`), in the pack's order.

    `modes`: how the person may be met; what can be said in none of them is left out. `waits`: a request about it waits to be confirmed, so no second one is offered. Nothing is offered once contact has ended.
    """
    track = pack.tracks[case.track]
    if is_finished(track, case.state):
        return NOTHING
    asked = _Asked(frozenset(roles), frozenset(modes), waits)
    if track.guard_edges is None or not track.guard_facts <= _LASTING:
        return _choices(pack, track, case, asked, now)
    read = tuple([getattr(case, name) for name in sorted(track.guard_facts - {"happened_at"})])
    when = bisect_left(track.guard_edges, now), bisect_right(track.guard_edges, now)
    key = (pack.hash, track.id, case.state, case.is_open, asked, read, when)
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = _choices(pack, track, case, asked, now)
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


class _Asked(NamedTuple):
    """Who asks, how the person may be met, and whether a request about them waits already."""

    roles: frozenset[str]
    modes: frozenset[str]
    waits: bool


def _choices(pack: Pack, track: TrackRules, case: Any, asked: _Asked, now: Instant) -> Choices:
    facts: dict[str, object] = {name: getattr(case, name) for name in FACTS}
    facts["happened_at"] = now
    found = []
    for name, outcome in pack.outcomes.items():
        if (
            outcome.scope == "person"
            and pack.track_of(name).id == track.id
            and not asked.modes.isdisjoint(outcome.modes)
        ):
            choice = _choice(track, name, outcome, facts, asked, now)
            if choice is not None:
                found.append(choice)
    return Choices(found)


def _choice(
    track: TrackRules, name: str, outcome: Outcome, facts: dict[str, object], asked: _Asked, now: Instant
) -> Choice | None:
    """Return the outcome as a choice if each of its effects is possible, one after the other; else None."""
    target = exit_asked = None
    seen = dict(facts)
    for effect in outcome.effects:
        if effect.move is not None:
            target = _after(track, effect.move, seen, asked.roles, now)
            if target is None:
                return None
            seen |= {"state": target, "stage": track.stage_after(str(seen["stage"]), target), "entered_at": now}
        elif effect.request is not None:
            exit_asked = effect.request
            if asked.waits or not _may_be_asked(track, str(seen["state"]), exit_asked):
                return None
    if target is None and exit_asked is None and not facts["is_open"]:
        return None
    end = exit_asked or target
    return Choice(
        name,
        outcome.label,
        _kind(track, end),
        goes_on=end is None or track.is_open(end),
        asks_time="promised_at" in outcome.asks,
        asks_evidence="evidence" in outcome.asks,
        needs_confirming=exit_asked is not None,
        evidence=track.states[end].evidence if end is not None else (),
    )


def _after(track: TrackRules, move: str, facts: dict[str, object], roles: frozenset[str], now: Instant) -> str | None:
    """Return where a move leads, None if it is not possible or not for these roles."""
    rules = track.moves.get(move)
    if rules is None or roles.isdisjoint(rules.by):
        return None
    try:
        return track.fire(str(facts["state"]), move, facts, now)
    except MoveRefused:
        return None


def _may_be_asked(track: TrackRules, state: str, target: str) -> bool:
    return any(move.target == target and state in move.sources for move in track.moves.values())


def _kind(track: TrackRules, end: str | None) -> Kind:
    if end is None:
        return "again"
    ended = track.exit_class(end)
    if ended is None:
        return "onward"
    return "quiet" if ended == "declined" else "cannot"
