"""Why a door stands in the queue: the time that brings it back, and the rules of the campaign that are open on its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.language import CATALOGUE, Node, facts_used
from rules.pack.model import Label
from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.people_behind import PersonBehind
from workflow.queries.queue_times import Timing
from workflow.tables import Case, Escalation, table_of

_episodes, _cases = table_of(Escalation), table_of(Case)
_TOLD: Final = ("entered_at", "last_contact", "follow_up_at", "attempts")
"""Facts of a person that a reason may show; their state is shown beside their name, as everybody may see it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that a rule read: what it is called, its value, and whether that is an instant (else a number)."""

    label: Label
    value: int | None
    is_instant: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a door is in the queue. `timing` with `at` says which time put it there (`whose` is who asked for it).

    Otherwise a rule did: its `rule` label, the `source` that the rule cites, the `post` that has been told, and what was seen.
    """

    timing: Timing | None = None
    at: Instant | None = None
    whose: str | None = None
    rule: Label | None = None
    source: str | None = None
    post: Label | None = None
    seen: tuple[Seen, ...] = ()


def reason_of_time(door: Any, timing: Timing, people: Sequence[PersonBehind]) -> Reason:
    """Return the reason that lies in the door's own time: whose follow-up it is, if one person asked for it."""
    whose = next((person.name for person in people if person.case_id == door.follow_up_case_id), None)
    return Reason(timing=timing, at=door.follow_up_at, whose=whose)


def reasons_of_rules(session: Session, context: CampaignContext, people: Sequence[PersonBehind]) -> tuple[Reason, ...]:
    """Return the rules open on people who are still to be met, with what they saw; one statement."""
    still_open = {person.case_id: person for person in people if person.is_open and not person.has_ended}
    if not still_open:
        return ()
    rows = session.execute(
        select(_episodes.c.rule_id, _episodes.c.level, _cases.c.id.label("case_id"), *(_cases.c[name] for name in _TOLD))
        .join_from(_episodes, _cases, (_cases.c.unit_id == _episodes.c.unit_id) & (_cases.c.id == _episodes.c.subject_id))
        .where(_episodes.c.unit_id == context.unit_id, _episodes.c.subject_id.in_(list(still_open)), _episodes.c.is_open)
        .order_by(_episodes.c.opened_at, _episodes.c.rule_id)
    ).all()  # fmt: skip
    return tuple(_reason(context, row, still_open) for row in rows)


def _reason(context: CampaignContext, row: Any, people: Mapping[UUID, PersonBehind]) -> Reason:
    rule = next((rule for rule in context.pack.rules if rule.id == row.rule_id), None)
    whose = people[row.case_id].name
    if rule is None:
        return Reason(whose=whose)
    level = min(max(row.level, 1), len(rule.ladder)) if rule.ladder else 0
    post = context.pack.posts.get(rule.ladder[level - 1].to) if level else None
    return Reason(
        whose=whose,
        rule=rule.model.label,
        source=rule.model.source,
        post=post.label if post else None,
        seen=_seen(rule.when, row),
    )


def _seen(when: Node, row: Any) -> tuple[Seen, ...]:
    """Return what the rule read of a person, of the facts that may be told."""
    return tuple(
        Seen(Label(vi=CATALOGUE[name].label_vi, en=CATALOGUE[name].label_en), getattr(row, name), name != "attempts")
        for name in _TOLD
        if name in facts_used(when)
    )
