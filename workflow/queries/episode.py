"""One episode told in full: the rule in words, why it holds, the ladder with its instants, and who answered what."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, and_, case, or_, select
from sqlalchemy.orm import Session

from rules.language import Reason, explain
from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.queries.actor_reach import reach_of
from workflow.queries.answerable import offered
from workflow.queries.campaigns import CampaignContext
from workflow.queries.colleagues import Colleague, colleagues_of
from workflow.queries.door_list import reads_sensitive
from workflow.queries.escalation_reach import Reach
from workflow.queries.exit_requests import ExitRequest, exit_to_decide
from workflow.queries.in_hand import names_of_receivers
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.inbox_group import EpisodeLine, episode_lines
from workflow.queries.ladder_labels import label_of_rule, label_of_rung
from workflow.queries.ladder_rows import EPISODES, HOLDER, STEPS, TEAM_LEADER, TO_TEAM, rule_of
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
    """A rung of the ladder. `due_at` is when its time comes, `opened_at` when it was called (None: not yet).

    `has_it`: the episode lies with this rung now. `reached_nobody`: nobody held the post, so it went up.
    """

    level: int
    to_post: Label
    holders: tuple[str, ...]
    due_at: Instant | None
    opened_at: Instant | None
    was_raised: bool
    has_it: bool
    reached_nobody: bool


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
    opened_again_at: Instant | None
    """When it was opened again after its reason had gone, if it is open."""
    closed_at: Instant | None
    closed_because: str | None
    closed_by: str | None
    ladder: tuple[LadderStep, ...]
    answers: tuple[AnswerTold, ...]
    may: tuple[str, ...]
    receivers: tuple[Colleague, ...]
    with_whom: Label
    """The post that has it now."""
    instruction: AnswerTold | None
    """What was said when it was sent back, while it lies with the post below."""
    reasons_to_choose: Mapping[str, tuple[Label, ...]]
    """By decision, the reasons of which the pack wants one chosen; an empty list: a sentence."""
    exit_request: ExitRequest | None
    """What waits to be confirmed of the person it is about, if the actor may decide that."""


def episode(
    session: Session, actor: Actor, context: CampaignContext, escalation_id: uuid.UUID, *, now: Instant
) -> Episode:
    """Return one episode in full; NotFound if the actor may not know of it. At most fourteen statements."""
    reach = reach_of(session, actor, context)
    takes = offered(session, reach, now=now)
    may = (case((condition, 1), else_=0).label(f"may_{name}") for name, condition in takes.items())
    found = session.execute(
        select(EPISODES, HOLDER.label("holder"), *may).where(reach.visible, EPISODES.c.id == escalation_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    line = episode_lines(session, reach, EPISODES.c.id == escalation_id, now=now, limit=1)[0]
    rule = rule_of(context, found.rule_id)
    people = _people(session, context, rule, found, now)
    holds, reasons = _why(session, reach, rule, found, now)
    answers, opened_again_at = answers_of(session, context.unit_id, found)
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
        opened_again_at=opened_again_at if found.is_open else None,
        closed_at=found.closed_at,
        closed_because=found.closed_because,
        closed_by=_closed_by(session, context.unit_id, found, answers),
        ladder=_ladder(session, context, rule, found, people),
        answers=answers,
        may=tuple(answer for answer in takes if found._mapping[f"may_{answer}"]),
        with_whom=label_of_rung(context, rule, found.holder),
        instruction=_instruction(found, answers),
        reasons_to_choose=rule.reasons if rule is not None else {},
        exit_request=exit_to_decide(session, actor, context, found.subject_id) if _is_open_case(found) else None,
        receivers=tuple(one for one in people if one.membership_id != actor.membership_id),
    )


def _is_open_case(row: Row[Any]) -> bool:
    return bool(row.is_open and row.kind == "case")


def _instruction(row: Row[Any], answers: Sequence[AnswerTold]) -> AnswerTold | None:
    """Return with what word it was sent back, as long as no level was called and nobody took it over since."""
    moved = [one for one in answers if one.kind in ("returned", "taken_over")][-1:]
    return next((one for one in moved if row.is_open and one.kind == "returned" and one.level == row.level), None)


def _people(
    session: Session, context: CampaignContext, rule: CompiledRule | None, row: Row[Any], now: Instant
) -> list[Colleague]:
    """Return who may be turned to: whoever holds a post on the ladder here, and the team."""
    codes = sorted({rung.to for rung in rule.ladder} - {OWNER}) if rule is not None else []
    teams, areas = [row.team_id] if row.team_id else [], [row.area_id] if row.area_id else []
    owner = None
    if row.kind == "task" and rule is not None and OWNER in {rung.to for rung in rule.ladder}:
        of_task = (_tasks.c.unit_id == context.unit_id, _tasks.c.id == row.subject_id)
        owner = session.scalar(select(_tasks.c.owner_post_id).where(*of_task))
    posts = [owner] if owner is not None else []
    return colleagues_of(session, context.unit_id, now=now, codes=codes, teams=teams, areas=areas, posts=posts)


def _ladder(
    session: Session, context: CampaignContext, rule: CompiledRule | None, row: Row[Any], people: Sequence[Colleague]
) -> tuple[LadderStep, ...]:
    steps = {
        step.level: step
        for step in session.execute(
            select(STEPS).where(STEPS.c.unit_id == context.unit_id, STEPS.c.escalation_id == row.id)
        )
    }
    rungs, counted = [], row.due_at
    for level in range(1, row.levels + 1):
        step, natural = steps.get(level), _called(rule, row, level, counted)
        counted = natural
        opened_at, due_at = (step.opened_at, step.due_at) if step is not None else (None, natural)
        was_raised = step is not None and natural is not None and step.due_at < natural
        rungs.append(
            LadderStep(
                level, label_of_rung(context, rule, level), _names_on(rule, level, row, people), due_at, opened_at, was_raised,
                has_it=row.is_open and row.holder == level, reached_nobody=row.is_open and row.unheld_level == level,
            )
        )  # fmt: skip
    return tuple(rungs)


def _called(rule: CompiledRule | None, row: Row[Any], level: int, below: Instant | None) -> Instant | None:
    """Return when a level is to be called: the next one as the episode says, those after it as the pack does."""
    if level == 1:
        return int(row.due_at)
    if level == row.level + 1 and row.next_action_at is not None:
        return int(row.next_action_at)
    if rule is None or below is None:
        return None
    return rule.times.next_at(level - 1, below)


def _names_on(rule: CompiledRule | None, level: int, row: Row[Any], people: Sequence[Colleague]) -> tuple[str, ...]:
    if rule is None or level > len(rule.ladder):
        return ()
    code = rule.ladder[level - 1].to
    if code != OWNER:
        return tuple(dict.fromkeys(one.name for one in people if one.code == code))
    leads = row.kind == "team"
    return tuple(
        dict.fromkeys(one.name for one in people if (one.code == TEAM_LEADER and leads) or (one.is_named and not leads))
    )


def answers_of(session: Session, unit_id: uuid.UUID, row: Row[Any]) -> tuple[tuple[AnswerTold, ...], Instant | None]:
    """Return what was answered to an episode, oldest first, and when it was last opened again, from the ledger.

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
        .outerjoin(Membership, and_(Membership.unit_id == event.unit_id, Membership.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(*near, or_(event.cause == "person", event.data["reopened"].as_string().is_not(None)))
        .order_by(event.ledger_no)
    ).all()
    told = [found for found in events if (found.data or {}).get("answer")]
    again = [found.recorded_at for found in events if (found.data or {}).get("reopened")]
    names = names_of_receivers(session, unit_id, [found.data.get("to") for found in told])
    return tuple(_told(found, names) for found in told), max(again, default=None)


def _told(found: Row[Any], names: Mapping[str, str]) -> AnswerTold:
    data, to = found.data, found.data.get("to")
    return AnswerTold(
        found.ledger_no, found.recorded_at, who_did(found.name, found.absent), data["level"], data["answer"], data.get("reason"), data.get("until"),
        names.get(to or ""), to == TO_TEAM,
    )  # fmt: skip


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
