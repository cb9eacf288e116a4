"""One episode told in full: the rule in words, why it holds, the ladder with its instants, and who answered what."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, and_, case, select
from sqlalchemy.orm import Session

from rules.language import Reason, explain
from rules.pack import CompiledRule
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.queries.colleagues import Colleague, colleagues_of
from workflow.queries.door_list import reads_sensitive
from workflow.queries.escalation_reach import EPISODES, STEPS, TO_TEAM, Reach, reach_of, rule_of
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.inbox import label_of_rule, label_of_rung
from workflow.queries.inbox_group import EpisodeLine, episode_lines
from workflow.queries.team_facts import team_facts
from workflow.tables import Case, Event, Membership, Task, table_of

_cases, _tasks = table_of(Case), table_of(Task)
_CASE_FACTS: Final = (
    "state", "stage", "created_at", "entered_at", "last_contact", "follow_up_at", "attempts", "is_open", "is_done", "exit_class",
    "unnamed",
)  # fmt: skip
_TELLING_TEAM_FACTS: Final = ("open_cases", "required_pace")
"""Counts of people below the unit: with what is done they could be subtracted from the whole, so their values stay unsaid."""


class LadderStep(NamedTuple):
    """A rung of the ladder. `due_at` is when its time comes, `opened_at` when it was called (None: not yet)."""

    level: int
    to_post: Label
    holders: tuple[str, ...]
    due_at: Instant
    opened_at: Instant | None
    was_raised: bool


class AnswerTold(NamedTuple):
    """What somebody answered, from the ledger. `to` is a name; `to_team` says that it went to the team."""

    ledger_no: int
    at: Instant
    by: str
    level: int
    kind: str
    reason: str | None
    until: Instant | None
    to: str | None
    to_team: bool


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode with its rule. `reasons` is empty where the values are not the actor's to read; `may` names what they may answer."""

    line: EpisodeLine
    label: Label
    source: str
    condition: str
    holds: bool | None
    reasons: tuple[Reason, ...]
    anchor: Instant
    opened_at: Instant
    is_open: bool
    closed_at: Instant | None
    closed_because: str | None
    closed_by: str | None
    ladder: tuple[LadderStep, ...]
    answers: tuple[AnswerTold, ...]
    may: tuple[str, ...]
    receivers: tuple[Colleague, ...]


def episode(
    session: Session, actor: Actor, context: CampaignContext, escalation_id: uuid.UUID, *, now: Instant
) -> Episode:
    """Return one episode in full; NotFound if the actor may not know of it. At most twelve statements."""
    reach = reach_of(session, actor, context)
    may_hold, handed = case((reach.standing >= EPISODES.c.level, 1), else_=0), case((reach.handed, 1), else_=0)
    found = session.execute(
        select(EPISODES, may_hold.label("holds_step"), handed.label("handed")).where(
            reach.visible, EPISODES.c.id == escalation_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    line = episode_lines(session, reach, EPISODES.c.id == escalation_id, now=now, limit=1)[0]
    rule = rule_of(context, found.rule_id)
    people = _people(session, context, rule, found, now)
    holds, reasons = _why(session, reach, rule, found, now)
    answers = answers_of(session, context.unit_id, found)
    return Episode(
        line=line,
        label=label_of_rule(context, found.rule_id),
        source=rule.model.source if rule is not None else "",
        condition=rule.model.when if rule is not None else "",
        holds=holds,
        reasons=reasons,
        anchor=found.anchor,
        opened_at=found.opened_at,
        is_open=found.is_open,
        closed_at=found.closed_at,
        closed_because=found.closed_because,
        closed_by=_closed_by(session, context.unit_id, found, answers),
        ladder=_ladder(session, context, rule, found, people),
        answers=answers,
        may=_may(found),
        receivers=tuple(one for one in people if one.membership_id != actor.membership_id),
    )


def _may(row: Row[Any]) -> tuple[str, ...]:
    if not row.is_open:
        return ()
    if row.holds_step:
        return ("acknowledged", "decided", "handed_on", *(["raised"] if row.level < row.levels else []), "noted")
    return ("acknowledged", "noted") if row.handed else ("noted",)


def _people(
    session: Session, context: CampaignContext, rule: CompiledRule | None, row: Row[Any], now: Instant
) -> list[Colleague]:
    """Return who may be turned to: whoever holds a post on the ladder here, and the team."""
    codes = sorted({rung.to for rung in rule.ladder}) if rule is not None else []
    teams, areas = [row.team_id] if row.team_id else [], [row.area_id] if row.area_id else []
    return colleagues_of(session, context.unit_id, now=now, codes=codes, teams=teams, areas=areas)


def _ladder(
    session: Session, context: CampaignContext, rule: CompiledRule | None, row: Row[Any], people: Sequence[Colleague]
) -> tuple[LadderStep, ...]:
    steps = {
        step.level: step
        for step in session.execute(
            select(STEPS).where(STEPS.c.unit_id == context.unit_id, STEPS.c.escalation_id == row.id)
        )
    }
    rungs = []
    for level in range(1, row.levels + 1):
        delay = rule.delays[level - 1] if rule is not None and level <= len(rule.delays) else None
        natural, step = row.due_at + (delay or 0), steps.get(level)
        code = rule.ladder[level - 1].to if rule is not None and level <= len(rule.ladder) else None
        holders = tuple(dict.fromkeys(one.name for one in people if one.code == code))
        opened_at, due_at = (step.opened_at, step.due_at) if step is not None else (None, natural)
        rungs.append(
            LadderStep(level, label_of_rung(context, rule, level), holders, due_at, opened_at, due_at < natural)
        )
    return tuple(rungs)


def answers_of(session: Session, unit_id: uuid.UUID, row: Row[Any]) -> tuple[AnswerTold, ...]:
    """Return what was answered to an episode, oldest first, from the ledger.

    Those about a case are found with its events; the others, which are few, between the instants at which it opened and closed.
    """
    event, near = Event, [Event.unit_id == unit_id, Event.kind == "escalate", Event.about_id == row.id]
    if row.kind == "case":
        near.append(event.case_id == row.subject_id)
    else:
        near.append(event.recorded_at >= row.opened_at)
        if row.closed_at is not None:
            near.append(event.recorded_at <= row.closed_at)
    events: Sequence[Any] = session.execute(
        select(event.ledger_no, event.recorded_at, event.data, Membership.name, ABSENT_NAME)
        .join(Membership, and_(Membership.unit_id == event.unit_id, Membership.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(*near)
        .order_by(event.ledger_no)
    ).all()
    told = [found for found in events if (found.data or {}).get("answer")]
    names = _names(session, unit_id, [found.data.get("to") for found in told])
    return tuple(_told(found, names) for found in told)


def _told(found: Row[Any], names: Mapping[str, str]) -> AnswerTold:
    data, to = found.data, found.data.get("to")
    return AnswerTold(
        found.ledger_no, found.recorded_at, who_did(found.name, found.absent), data["level"], data["answer"], data.get("reason"), data.get("until"),
        names.get(to or ""), to == TO_TEAM,
    )  # fmt: skip


def _names(session: Session, unit_id: uuid.UUID, told: Sequence[str | None]) -> dict[str, str]:
    ids = [uuid.UUID(one) for one in sorted({one for one in told if one and one != TO_TEAM})]
    if not ids:
        return {}
    rows = session.execute(
        select(Membership.id, Membership.name).where(Membership.unit_id == unit_id, Membership.id.in_(ids))
    )
    return {row.id.hex: row.name for row in rows}


def _closed_by(session: Session, unit_id: uuid.UUID, row: Row[Any], answers: Sequence[AnswerTold]) -> str | None:
    """Return who decided, with whom they stood in for, as the answer tells it."""
    told = next((one.by for one in reversed(answers) if one.kind == "decided"), None)
    return told if row.closed_by_id is not None and told is not None else _name(session, unit_id, row.closed_by_id)


def _name(session: Session, unit_id: uuid.UUID, membership_id: uuid.UUID | None) -> str | None:
    if membership_id is None:
        return None
    return session.scalar(select(Membership.name).where(Membership.unit_id == unit_id, Membership.id == membership_id))


def _why(
    session: Session, reach: Reach, rule: CompiledRule | None, row: Row[Any], now: Instant
) -> tuple[bool | None, tuple[Reason, ...]]:
    """Return whether the rule holds now and the comparisons that decided, with values that the actor may read.

    Nothing is explained once it is closed: what became of somebody is not told by way of a rule.
    """
    if rule is None or not row.is_open:
        return None, ()
    facts = _facts(session, reach, row, now)
    if facts is None:
        return None, ()
    told = explain(rule.when, {**reach.context.pack.constants, **facts}, now)
    if row.kind == "team":
        return told.holds, tuple(_without_people(reason) for reason in told.reasons)
    return told.holds, told.reasons


def _without_people(reason: Reason) -> Reason:
    telling = any(name in reason.text for name in _TELLING_TEAM_FACTS)
    return Reason(reason.text, reason.holds, ()) if telling else reason


def _facts(session: Session, reach: Reach, row: Row[Any], now: Instant) -> dict[str, object] | None:
    """Return the facts that the rule reads of its subject; None where they are not the actor's, or are figures."""
    context = reach.context
    if row.kind == "case":
        return _case_facts(session, reach, row)
    if row.kind == "task":
        task = session.execute(
            select(_tasks).where(_tasks.c.unit_id == context.unit_id, _tasks.c.id == row.subject_id)
        ).one_or_none()
        return None if task is None else {**task._mapping, "task_state": task.state}
    if row.kind == "team":
        return team_facts(session, context, now=now).get(row.subject_id)
    return None


def _case_facts(session: Session, reach: Reach, row: Row[Any]) -> dict[str, object] | None:
    names = (*_CASE_FACTS, "track", "unit_id", "area_id", "team_id")
    found = session.execute(
        select(*(_cases.c[name] for name in names)).where(
            _cases.c.unit_id == reach.context.unit_id, _cases.c.id == row.subject_id
        )
    ).one_or_none()
    if found is None or found.track not in reach.context.pack.tracks:
        return None
    state = reach.context.pack.tracks[found.track].states.get(found.state)
    if state is None or (state.sensitive and not reads_sensitive(reach.actor, found)):
        return None
    return {name: found._mapping[name] for name in _CASE_FACTS}


__all__ = ["AnswerTold", "Episode", "LadderStep", "answers_of", "episode"]
