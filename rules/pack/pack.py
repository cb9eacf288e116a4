"""The compiled pack: immutable, ready for the engine, with every name resolved and every expression compiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from rules.calendar import Calendar
from rules.deadlines import Deadline
from rules.deadlines import Window as Span
from rules.language import Node, edges, facts_used, uses_now
from rules.machine import build_machine
from rules.machine import fire as fire_machine
from rules.pack.ladder import LadderTimes
from rules.pack.model import Duty, Figure, Label, Move, Outcome, PackModel, PlanTask, Post, State, Track
from rules.pack.relay import forwarding_of
from rules.pack.rules_model import Rule, Rung
from rules.time import HOUR, Duration, Instant

Facts = Mapping[str, object]
Holds = Callable[[Facts, int], Any]
"""Facts and an instant in, value out; a missing fact is None."""


@dataclass(frozen=True, slots=True)
class CampaignWindow:
    """A phase as instants: from `from_at`, up to but not including `until_at`."""

    id: str
    label: str
    from_at: Instant
    until_at: Instant

    @property
    def span(self) -> Span:
        """The same phase as the deadline rules want it."""
        return Span(self.id, self.from_at, self.until_at)


@dataclass(frozen=True, slots=True)
class MoveRules:
    """A move with its sources spelled out and its guard compiled."""

    name: str
    model: Move
    sources: tuple[str, ...]
    target: str
    guard: Node | None
    guard_py: Holds | None

    @property
    def by(self) -> tuple[str, ...]:
        """Who may fire it."""
        return self.model.by


@dataclass(frozen=True)
class TrackRules:
    """One track: its states, its moves, who enters and where."""

    id: str
    model: Track
    moves: Mapping[str, MoveRules]
    population: Node
    population_py: Holds
    entries: tuple[tuple[str, Holds], ...]

    @property
    def line(self) -> tuple[str, ...]:
        """The stages, in order."""
        return self.model.line

    @property
    def states(self) -> Mapping[str, State]:
        """Every state of the track by name."""
        return self.model.states

    @cached_property
    def open_states(self) -> tuple[str, ...]:
        """States in which somebody still has to act."""
        return tuple(name for name, state in self.states.items() if state.is_open)

    @cached_property
    def finished_states(self) -> frozenset[str]:
        """States in which contact has ended, one way or another: done, or declined."""
        return frozenset(name for name, state in self.states.items() if state.done or state.exit == "declined")

    @cached_property
    def guard_facts(self) -> frozenset[str]:
        """What the guards of the track's moves read, `now` among it if they look at the clock."""
        clock = frozenset({"now"}) if any(uses_now(guard) for guard in self._guards) else frozenset()
        return clock.union(*(facts_used(guard) for guard in self._guards))

    @cached_property
    def guard_edges(self) -> tuple[int, ...] | None:
        """The instants, in order, between which every guard says the same of `happened_at`; None if there are no such."""
        found = [edges(guard, "happened_at") for guard in self._guards]
        return None if None in found else tuple(sorted({edge for each in found if each for edge in each}))

    @property
    def _guards(self) -> list[Node]:
        return [move.guard for move in self.moves.values() if move.guard is not None]

    def is_open(self, state: str) -> bool:
        """Whether somebody still has to act on a case in `state`."""
        return self.states[state].is_open

    def is_done(self, state: str) -> bool:
        """Whether `state` counts as done."""
        return self.states[state].done

    def exit_class(self, state: str) -> str | None:
        """Return the class of an exit, None for a state that is none."""
        return self.states[state].exit

    def belongs(self, facts: Facts, now: Instant) -> bool:
        """Whether a subject with these facts is of the population; asked at entry only."""
        return bool(self.population_py(facts, now))

    def entry_state(self, facts: Facts, now: Instant = 0) -> str:
        """Return the state of the line on which a subject with these facts starts."""
        return next((state for state, holds in self.entries if holds(facts, now)), self.line[0])

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        line = {name: number for number, name in enumerate(self.line)}
        beside = {n: line[s.stage] for n, s in self.states.items() if n not in line and s.stage in line}
        return {**beside, **line}

    def rank(self, name: str | None) -> int:
        """Return how far along the line a state or stage stands, from 0; -1 for one that stands for no stage."""
        return self._ranks.get(name, -1) if name is not None else -1

    def stage_after(self, stage_before: str | None, state: str) -> str:
        """Return the furthest stage reached once a case enters `state`."""
        return self.line[max(self.rank(stage_before), self.rank(state), 0)]

    @cached_property
    def machine(self) -> Any:
        """The shared state machine of the track; it holds no case."""
        return build_machine(
            list(self.states), [_Edge(m.name, m.sources, m.target, m.guard_py) for m in self.moves.values()]
        )

    def fire(self, state: str, move: str, facts: Facts, now: Instant) -> str:
        """Return the state that `move` leads to from `state`.

        Raises NoSuchMove, WrongState or GuardRefused of `rules.machine`.
        """
        target: str = fire_machine(self.machine, state, move, facts, now)
        return target

    def moves_from(self, state: str, by: str | None = None) -> list[MoveRules]:
        """Return the moves that leave `state` (for one kind of mover), guards not asked."""
        return [move for move in self.moves.values() if state in move.sources and (by is None or by in move.by)]


@dataclass(frozen=True, slots=True)
class _Edge:
    """What the state machine wants to know of a move."""

    name: str
    sources: tuple[str, ...]
    target: str
    guard: Holds | None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """An escalation rule ready for both readers.

    `times` says when each rung is called and by when it must have answered.
    """

    model: Rule
    track: str | None
    when: Node
    anchor: Node
    when_py: Holds
    anchor_py: Holds
    earliest_py: Callable[[Facts], int]
    times: LadderTimes
    follow_up: Deadline | None = None
    starts_at: Instant | None = None

    @property
    def id(self) -> str:
        """The rule's name, never used again for another rule."""
        return self.model.id

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """The rungs, lowest first."""
        return self.model.ladder

    @property
    def reasons(self) -> Mapping[str, tuple[Label, ...]]:
        """By decision, the reasons of which one must be chosen; none where a sentence is written."""
        return dict(self.model.reasons.items())


@dataclass(frozen=True)
class Pack:
    """A campaign's rules. `hash` names this exact text; a published version never changes."""

    id: str
    version: int
    hash: str
    files: Mapping[str, str]
    model: PackModel
    tracks: Mapping[str, TrackRules]
    rules: tuple[CompiledRule, ...]
    calendar: Calendar
    windows: Mapping[str, CampaignWindow]
    parameters: Mapping[str, int | str]
    constants: Mapping[str, int] = field(default_factory=dict)
    done_when: Mapping[str, tuple[Node, Holds]] = field(default_factory=dict)
    """Conditions of tasks (`done_when`) and duties (`waive_when`) by their id."""

    @cached_property
    def main_track(self) -> TrackRules:
        """The citizen's path, on which the campaign counts people."""
        return next(track for track in self.tracks.values() if track.model.main)

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """What a visit may find, by name."""
        return self.model.path.outcomes

    @property
    def warn_before(self) -> Duration:
        """How long before its deadline a task is due soon."""
        return self.model.pack.notices.due_soon_hours * HOUR

    @cached_property
    def posts(self) -> Mapping[str, Post]:
        """Posts by name."""
        return {post.id: post for post in self.model.pack.posts}

    @cached_property
    def plan_items(self) -> Mapping[str, PlanTask | Duty]:
        """Tasks and duties of the plan by name."""
        items: chain[PlanTask | Duty] = chain(self.model.plan.tasks, self.duties)
        return {item.id: item for item in items}

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """Every duty that is opened: those of the plan, and those that forward what is relayed."""
        return (*self.model.plan.duties, *self.forwardings.values())

    @cached_property
    def forwardings(self) -> Mapping[str, Duty]:
        """By duty that is relayed, the duty of the relay to forward it."""
        found = ((duty.id, forwarding_of(duty)) for duty in self.model.plan.duties)
        return {name: forwarding for name, forwarding in found if forwarding is not None}

    @cached_property
    def forwarded(self) -> Mapping[str, str]:
        """The other way round: by duty to forward, the duty whose reports it forwards."""
        return {forwarding.id: name for name, forwarding in self.forwardings.items()}

    @cached_property
    def relays(self) -> Mapping[str, str]:
        """By duty, the code of the post through which its reports travel."""
        return {duty.id: duty.relay.via for duty in self.model.plan.duties if duty.relay is not None}

    @cached_property
    def supports(self) -> Mapping[str, tuple[str, ...]]:
        """By task, the codes of the posts that support its owner."""
        return {task.id: task.support for task in self.model.plan.tasks if task.support}

    @cached_property
    def span(self) -> Span:
        """The whole campaign, first day to last."""
        return Span(self.id, self.constants["campaign.starts_at"], self.constants["campaign.ends_at"])

    @cached_property
    def figures_by_id(self) -> dict[str, Figure]:
        """Every figure by its name."""
        return {figure.id: figure for figure in self.model.figures.figures}

    def campaign_facts(self) -> dict[str, Instant]:
        """Return the instants of the campaign by fact name."""
        return {name: value for name, value in self.constants.items() if name.startswith("campaign.")}

    def track_of(self, outcome: str) -> TrackRules:
        """Return the track an outcome moves; the main one if it names none."""
        named = self.outcomes[outcome].track
        return self.tracks[named] if named else self.main_track

    def case_rules(self, track: str) -> tuple[CompiledRule, ...]:
        """Return the rules that look after cases of `track`, in pack order."""
        return tuple(rule for rule in self.rules if rule.model.on == "case" and rule.track == track)
