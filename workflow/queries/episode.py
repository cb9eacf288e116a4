"""One episode told in full: the rule in words, why it holds, the ladder with its instants, and who answered what."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, select
from sqlalchemy.orm import Session

from rules.language import Reason
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
from workflow.queries.episode_answers import AnswerTold, answers_of
from workflow.queries.episode_ladder import LadderStep, ladder_of
from workflow.queries.episode_reasons import why_it_holds
from workflow.queries.exit_requests import ExitRequest, exit_to_decide
from workflow.queries.inbox_group import EpisodeLine, episode_lines
from workflow.queries.ladder_labels import label_of_rule, label_of_rung
from workflow.queries.ladder_rows import EPISODES, HOLDER, rule_of
from workflow.tables import Membership, Task, table_of

_tasks = table_of(Task)


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
    holds, reasons = why_it_holds(session, reach, rule, found, now)
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
        ladder=ladder_of(session, context, rule, found, people),
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


def _instruction(row: Row[Any], answers: Sequence[AnswerTold]) -> AnswerTold | None:
    """Return with what word it was sent back, as long as no level was called and nobody took it over since."""
    moved = [one for one in answers if one.kind in ("returned", "taken_over")][-1:]
    return next((one for one in moved if row.is_open and one.kind == "returned" and one.level == row.level), None)


def _closed_by(session: Session, unit_id: uuid.UUID, row: Row[Any], answers: Sequence[AnswerTold]) -> str | None:
    """Return who decided, with whom they stood in for, as the answer tells it."""
    told = next((one.by for one in reversed(answers) if one.kind == "decided"), None)
    return told if row.closed_by_id is not None and told is not None else _name(session, unit_id, row.closed_by_id)


def _name(session: Session, unit_id: uuid.UUID, membership_id: uuid.UUID | None) -> str | None:
    if membership_id is None:
        return None
    return session.scalar(select(Membership.name).where(Membership.unit_id == unit_id, Membership.id == membership_id))


__all__ = ["Episode", "episode"]
