"""What stands beside the rows of an inbox: how much lies below its reader, who has said that they have a row's episodes, to whom they
were given, and with what instruction some came back. One statement for all rows of a page, and one for names where something was given.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from rules.pack.ladder import OWNER
from workflow.access import Actor
from workflow.queries.actor_reach import reach_named
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach
from workflow.queries.inbox_parts import Part, open_episodes
from workflow.queries.ladder_rows import EPISODES, STEPS, TO_POST, TO_TEAM
from workflow.statements.asking import Asked
from workflow.tables import EscalationStep, Event, Membership, Post, table_of

_BELOW, _TAKEN, _BACK, _GIVEN = "below", "acknowledged", "returned", "given"
_TOLD_OF: Final = (_TAKEN, _BACK)
_TEXTS: Final = ("first_by", "last_by", "first_said", "last_said")
_members, _posts = table_of(Membership), table_of(Post)
_later = table_of(EscalationStep).alias("later")


class Told(NamedTuple):
    """How many episodes of a row somebody answered so: by whom, and in which words; None where not all by one, or in the same."""

    n: int
    by: str | None
    said: str | None


class Given(NamedTuple):
    """How many episodes of a row were given to somebody: to whom; None where not all to one, or to the team."""

    n: int
    to: str | None
    is_team: bool


class Beside(NamedTuple):
    """How much lies below the reader, and by rule and group who has a row's episodes, what was said as they were sent back, and to whom
    whoever has them gave them.
    """

    below: int
    taken: Mapping[tuple[str, str], Told] = {}
    back: Mapping[tuple[str, str], Told] = {}
    given: Mapping[tuple[str, str], Given] = {}


def beside_rows(
    session: Session, actor: Actor, context: CampaignContext, rows: Sequence[tuple[str, str]], asked: Mapping[str, Any], *,
    whole_unit: bool, part: Part,
) -> Beside:  # fmt: skip
    """Return what stands beside these rows, which a page shows of this part of the inbox. Two statements at most, none where nothing can."""
    counts_below = _may_be_above(actor, context)
    if not counts_below and not rows:
        return Beside(0)
    rules, keys = ([row[n] for row in rows] for n in (0, 1))
    found = ask_as(
        session,
        actor,
        context,
        _beside,
        whole_unit,
        part,
        counts_below,
        of_rules=_once(rules),
        groups=_once(keys),
        **asked,
    )
    told = {
        kind: {
            (row.rule_id, row.group_key): Told(int(row.n), _only(row.first_by, row.last_by), _only(row.first_said, row.last_said))
            for row in found
            if row.kind == kind
        }
        for kind in _TOLD_OF
    }  # fmt: skip
    below = sum(int(row.n) for row in found if row.kind == _BELOW)
    return Beside(
        below, told[_TAKEN], told[_BACK], _given_to(session, context, [row for row in found if row.kind == _GIVEN])
    )


def _given_to(session: Session, context: CampaignContext, found: Sequence[Any]) -> dict[tuple[str, str], Given]:
    """Return by rule and group to whom a row's episodes were given, by name; the names cost one statement, none where there are none."""
    told = {(row.rule_id, row.group_key): (int(row.n), _only(row.first_by, row.last_by)) for row in found}
    ids = {to: uuid.UUID(to.removeprefix(TO_POST)) for _n, to in told.values() if to and to != TO_TEAM}
    names: dict[uuid.UUID, str] = {}
    if ids:
        wanted = sorted(set(ids.values()))
        columns = ((each.c.id, each.c[name], each.c.unit_id) for each, name in ((_members, "name"), (_posts, "label")))
        named = (select(key, name).where(unit == context.unit_id, key.in_(wanted)) for key, name, unit in columns)
        names = {row.id: row[1] for row in session.execute(union_all(*named))}
    return {key: Given(n, names.get(ids[to]) if to in ids else None, to == TO_TEAM) for key, (n, to) in told.items()}


def _may_be_above(actor: Actor, context: CampaignContext) -> bool:
    """Return whether some rung above another one can be the actor's."""
    higher = {rung.to for rule in context.pack.rules for rung in rule.ladder[1:]}
    return OWNER in higher or any(post.code in higher for post in actor.posts)


def _once(values: Sequence[str]) -> list[str] | None:
    return sorted(set(values)) or None


def _only(first: str | None, last: str | None) -> str | None:
    return first if first == last else None


def _beside(
    actor: Actor, context: CampaignContext, whole_unit: bool, part: Part, counts_below: bool, *, of_rules: Any, groups: Any, area: Any, team: Any,
    now: Any, tomorrow: Any, **facts: Any,
) -> Asked:  # fmt: skip
    reach = reach_named(actor, context, **facts)
    parts = [_counted_below(reach, area, team)] if counts_below else []
    if of_rules is not None:
        parts += [_answered(reach, whole_unit, part, kind, of_rules, groups) for kind in _TOLD_OF]
        parts.append(_handed_on(reach, whole_unit, part, of_rules, groups))
    every = union_all(*parts).subquery("beside").c
    return select(*every)


def _counted_below(reach: Reach, area: Any, team: Any) -> Any:
    e = EPISODES.c
    places = [column == wanted for column, wanted in ((e.area_id, area), (e.team_id, team)) if wanted is not None]
    columns = (
        literal(_BELOW).label("kind"),
        literal("").label("rule_id"),
        literal("").label("group_key"),
        func.count().label("n"),
    )
    texts = (literal("").label(name) for name in _TEXTS)
    return select(*columns, *texts).select_from(EPISODES).where(reach.below, *places)


def _answered(reach: Reach, whole_unit: bool, part: Part, kind: str, rules: Any, keys: Any) -> Any:
    """Return the rows in which the newest answer is of this kind and stands: nobody else has the episode since.

    The search begins with the answers, which are few: an index has them by kind.
    """
    row, step, who = open_episodes(reach, whole_unit=whole_unit, part=part).c, STEPS.c, aliased(Membership)
    of_it = and_(row.id == step.escalation_id, step.unit_id == reach.context.unit_id, step.answer == kind)
    newer = exists().where(
        _later.c.unit_id == step.unit_id, _later.c.escalation_id == step.escalation_id, _later.c.answered_at > step.answered_at
    )  # fmt: skip
    by_holder = step.level >= case((row.holder < row.level, row.holder), else_=row.level)
    stands = by_holder if kind == _TAKEN else and_(step.level == row.level, row.holder < row.level)
    here = (row.mine == row.holder, row.rule_id.in_(rules), row.group_key.in_(keys), stands, ~newer)
    said = _told_of(step, kind) if kind == _BACK else cast(null(), Text)
    joined = STEPS.join(row.id.table, of_it).join(who, and_(who.unit_id == step.unit_id, who.id == step.answered_by_id))
    each = select(row.rule_id, row.group_key, who.name, said.label("said")).select_from(joined).where(*here)
    told = each.subquery(f"{kind}_each").c
    columns = (literal(kind).label("kind"), told.rule_id, told.group_key, func.count().label("n"))
    texts = (func.min(told.name), func.max(told.name), func.min(told.said), func.max(told.said))
    named = (text.label(name) for text, name in zip(texts, _TEXTS, strict=True))
    return select(*columns, *named).group_by(told.rule_id, told.group_key)


def _handed_on(reach: Reach, whole_unit: bool, part: Part, rules: Any, keys: Any) -> Any:
    """Return the rows of which something was given to somebody, for who has it or looks from above: not for who got it.

    The search begins with what was given: an index has it.
    """
    row, e = open_episodes(reach, whole_unit=whole_unit, part=part).c, EPISODES.c
    theirs = (row.mine == row.holder, reach.level_reached > 0) if not whole_unit and part == "waiting" else ()
    here = (row.rule_id.in_(rules), row.group_key.in_(keys), e.given_to.is_not(None), *theirs)
    joined = EPISODES.join(row.id.table, and_(row.id == e.id, e.unit_id == reach.context.unit_id))
    each = select(row.rule_id, row.group_key, e.given_to).select_from(joined).where(*here).subquery("given_each").c
    texts = (func.min(each.given_to), func.max(each.given_to), cast(null(), Text), cast(null(), Text))
    named = (text.label(name) for text, name in zip(texts, _TEXTS, strict=True))
    columns = (literal(_GIVEN).label("kind"), each.rule_id, each.group_key, func.count().label("n"))
    return select(*columns, *named).group_by(each.rule_id, each.group_key)


def _told_of(step: Any, kind: str) -> ColumnElement[Any]:
    """Return the words with which an answer was given: looked up answer by answer, because the ledger is long."""
    event = table_of(Event).c
    of_it = (event.unit_id == step.unit_id, event.recorded_at == step.answered_at, event.about_id == step.escalation_id)
    told = select(event.data["reason"].as_string()).where(
        *of_it, event.kind == "escalate", event.data["answer"].as_string() == kind
    )
    return told.order_by(event.ledger_no.desc()).limit(1).scalar_subquery()


__all__ = ["Beside", "Given", "Told", "beside_rows"]
