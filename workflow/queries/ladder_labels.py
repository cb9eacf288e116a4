"""How rules, rungs and places are called on lists."""

import uuid
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from rules.pack.model import Label
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import TOP_LEVEL, TOP_ROLE, rule_of
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, Post, Team, table_of

NOBODYS = Label(vi="Đầu mối tổng hợp", en="Coordinator")
OWNERS = Label(vi="Vị trí chủ trì", en="Owner of the task")


def label_of_rule(context: CampaignContext, rule_id: str) -> Label:
    """Return the rule's label, or its name if the pack in force no longer has it."""
    rule = rule_of(context, rule_id)
    return rule.model.label if rule is not None else Label(vi=rule_id)


def label_of_rung(context: CampaignContext, rule: CompiledRule | None, level: int) -> Label:
    """Return the label of the post that a level is addressed to; one that the pack does not know is the coordinator's."""
    if level == TOP_LEVEL:
        top = (post.label for post in context.pack.posts.values() if post.role == TOP_ROLE and post.per == "unit")
        return next(top, NOBODYS)
    if rule is None or not 1 <= level <= len(rule.ladder):
        return NOBODYS
    code = rule.ladder[level - 1].to
    if code == OWNER:
        return OWNERS
    return context.pack.posts[code].label if code in context.pack.posts else Label(vi=code)


def names_of_places(session: Session, unit_id: uuid.UUID, keys: list[str]) -> dict[str, str]:
    """Return the names of the areas, teams and posts that group keys stand for; the empty key is the whole unit and has none. One statement."""
    ids = sorted({uuid.UUID(key) for key in keys if key})
    if not ids:
        return {}
    return {row.id.hex: row.name for row in ask(session, _names, unit=unit_id, ids=ids)}


def _names(*, unit: Any, ids: Any) -> Asked:
    sorts = (
        select(table.c.id, (table.c.label if place is Post else table.c.name).label("name")).where(
            table.c.unit_id == unit, table.c.id.in_(ids)
        )
        for place, table in ((place, table_of(place)) for place in (Area, Team, Post))
    )
    named = union_all(*sorts).subquery("named")
    return select(named.c.id, named.c.name)


__all__ = ["NOBODYS", "OWNERS", "label_of_rule", "label_of_rung", "names_of_places"]
