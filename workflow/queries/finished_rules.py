"""Rules that may speak about people whose contact has ended: found in the rule's own text, not in any row.

What such a rule matched would tell finished people apart, so what it lists needs a second look. No shipped rule is one.
"""

from collections.abc import Iterator, Mapping

from rules.language import Node, Op, evaluator, facts_used
from rules.pack import CompiledRule, Pack

_KNOWN = frozenset({"state", "is_open", "is_done", "exit_class"})
"""What a state alone says about a case."""

_known_rules: dict[str, frozenset[str]] = {}
"""Such rules by pack. A published version never changes."""


def finished_states(pack: Pack) -> list[tuple[str, list[str]]]:
    """Return for each track the states in which contact has ended."""
    found = []
    for track in pack.tracks.values():
        states = [name for name in track.states if name in track.finished_states]
        if states:
            found.append((track.id, states))
    return found


def may_hold_when_finished(pack: Pack, rule: CompiledRule) -> bool:
    """Whether a case rule could hold for somebody whose contact has ended, whatever else is known of them."""
    if pack.hash not in _known_rules:
        _known_rules[pack.hash] = frozenset(_mixed(pack))
    return rule.id in _known_rules[pack.hash]


def _mixed(pack: Pack) -> Iterator[str]:
    states = dict(finished_states(pack))
    for rule in pack.rules:
        track = rule.track if rule.model.on == "case" else None
        if track is not None and any(
            _may_hold(rule.when, _facts(pack, track, state)) is not False for state in states.get(track, ())
        ):
            yield rule.id


def _facts(pack: Pack, track_id: str, state: str) -> dict[str, object]:
    track = pack.tracks[track_id]
    return {
        "state": state,
        "is_open": track.is_open(state),
        "is_done": track.is_done(state),
        "exit_class": track.exit_class(state),
    }


def _may_hold(node: Node, facts: Mapping[str, object]) -> bool | None:
    """Return whether a condition holds, None if what is known does not decide it."""
    if node.op in (Op.AND, Op.OR):
        settles = node.op is Op.OR
        parts = [_may_hold(part, facts) for part in node.args]
        return settles if settles in parts else None if None in parts else not settles
    if node.op is Op.NOT:
        inner = _may_hold(node.args[0], facts)
        return None if inner is None else not inner
    return bool(evaluator(node)(facts, 0)) if facts_used(node) <= _KNOWN else None
