"""Where a subject enters: which tracks it belongs to, at which state of the line, and what its case starts with."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.deadlines import follow_up_at, parse
from rules.pack import TrackRules
from rules.time import Instant
from workflow.gateway.pointers import next_action_at
from workflow.queries.campaigns import CampaignContext


@dataclass(frozen=True)
class Start:
    """What a case starts with, the same for everybody who enters a track at one state of its line."""

    track: str
    state: str
    stage: str
    is_open: bool
    is_done: bool
    follow_up_at: Instant | None
    next_action_at: Instant | None


def profile_of(context: CampaignContext, facts: Mapping[str, object], now: Instant) -> str:
    """Return which tracks a subject with these facts enters and at which state; empty if it belongs to none."""
    kind = facts["kind"]
    return " ".join(
        f"{track.id}:{track.entry_state(facts, now)}"
        for track in context.pack.tracks.values()
        if track.model.subject == kind and track.belongs(facts, now)
    )


def states_of(profile: str) -> dict[str, str]:
    """Return the entry state by track of a profile."""
    return dict(pair.split(":", 1) for pair in profile.split())


def start_of(context: CampaignContext, track: TrackRules, state: str, *, happened_at: Instant, now: Instant) -> Start:
    """Return what a case that enters `track` at `state` starts with. Early is allowed for the pointer, late never."""
    wanted = track.states[state].next
    follow_up = None
    if track.is_open(state) and wanted is not None and wanted.follow_up is not None:
        follow_up = follow_up_at(parse(wanted.follow_up), context.pack.calendar, since=happened_at)
    stage = track.stage_after(None, state)
    facts = {
        "state": state, "stage": stage, "created_at": now, "entered_at": happened_at, "last_contact": None,
        "follow_up_at": follow_up, "attempts": 0, "is_open": track.is_open(state), "is_done": track.is_done(state),
        "exit_class": None, "unnamed": False,
    }  # fmt: skip
    pointer = next_action_at(context.case_rules(track.id), facts)
    return Start(track.id, state, stage, track.is_open(state), track.is_done(state), follow_up, pointer)


def entering_instant(context: CampaignContext, as_of: Instant, now: Instant) -> Instant:
    """Return when people of a list of `as_of` enter: not before the campaign starts, and never in the future."""
    return min(max(as_of, context.starts_at), now)
