"""Open episodes lie where their case does: given to another team or area, they reach that team's or area's posts."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select, update

from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from workflow.gateway.kinds import Kind
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import HexOf
from workflow.tables import Case, Escalation, Staged, table_of

_episodes, _cases, _staged = table_of(Escalation), table_of(Case), table_of(Staged)


def take_episodes_along(book: Book, context: CampaignContext, doors: ColumnElement[bool]) -> None:
    """Put the open episodes of the cases behind staged doors where the cases are now. `doors` selects staged rows."""
    anything = select(literal(1)).where(_mine(context)).limit(1)
    if book.session.execute(anything).first() is None:
        return
    behind = exists(
        select(literal(1)).where(
            doors,
            _staged.c.subject_id == _cases.c.door_id,
            _staged.c.unit_id == _cases.c.unit_id,
        )
    )
    place = {"area": _cases.c.area_id, "team": _cases.c.team_id}
    book.session.execute(
        update(_episodes)
        .where(_mine(context), _cases.c.unit_id == _episodes.c.unit_id, _cases.c.id == _episodes.c.subject_id, behind)
        .values(area_id=_cases.c.area_id, team_id=_cases.c.team_id, group_key=_group_key(context, place))
    )


def take_along(
    book: Book, context: CampaignContext, case_id: uuid.UUID, *, area_id: uuid.UUID, team_id: uuid.UUID | None
) -> None:
    """Put the open episodes of one case where it is now."""
    id_type = _episodes.c.area_id.type
    place = {"area": literal(area_id, id_type), "team": literal(team_id, id_type)}
    book.session.execute(
        update(_episodes)
        .where(_mine(context), _episodes.c.subject_id == case_id)
        .values(area_id=area_id, team_id=team_id, group_key=_group_key(context, place))
    )


def place_of_group(kind: Kind, rule: CompiledRule) -> ColumnElement[Any] | None:
    """Return the column whose value a row of an inbox stands for; None: the whole unit."""
    if rule.model.group == OWNER:
        return kind.table.c.owner_post_id if kind.name == "task" else None
    return {"area": kind.table.c.area_id, "team": kind.table.c.team_id}.get(rule.model.group)


def group_of(rules: Iterable[CompiledRule], kind: Kind) -> ColumnElement[Any]:
    """Return the group under which episodes of `rules` are shown, over episodes and their subjects as they are now."""
    branches = []
    for rule in rules:
        place = place_of_group(kind, rule)
        if place is not None:
            branches.append((_episodes.c.rule_id == rule.id, func.coalesce(HexOf(place), "")))
    return case(*branches, else_=_episodes.c.group_key) if branches else _episodes.c.group_key


def _mine(context: CampaignContext) -> ColumnElement[bool]:
    return and_(
        _episodes.c.unit_id == context.unit_id,
        _episodes.c.campaign_id == context.id,
        _episodes.c.kind == "case",
        _episodes.c.is_open,
    )


def _group_key(context: CampaignContext, place: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return the group under which an episode is shown, as opening it would say."""
    branches = []
    for group, column in place.items():
        rules = [rule.id for rule in context.pack.rules if rule.model.group == group]
        if rules:
            branches.append((_episodes.c.rule_id.in_(rules), func.coalesce(HexOf(column), "")))
    return case(*branches, else_=_episodes.c.group_key) if branches else _episodes.c.group_key
