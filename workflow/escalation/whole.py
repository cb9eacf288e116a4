"""Rules that are judged whole at each tick, because they are few: over teams, over the campaign, over figures.

Teams and the campaign have no pointer; their facts are counted in one statement each and every rule is asked. The tick does so at
each quarter of an hour (also those it missed). An episode closes when its rule no longer holds.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from rules.pack import CompiledRule
from rules.time import Instant
from workflow.gateway.kinds import CAMPAIGN, TASK, TEAM, Kind
from workflow.ids import id_of
from workflow.ledger.book import Book
from workflow.plan.conditions import FigureValue
from workflow.queries.campaigns import CampaignContext
from workflow.queries.team_facts import task_facts, team_facts
from workflow.tables import Escalation, table_of

_episodes = table_of(Escalation)


@dataclass(frozen=True)
class Judged:
    """A row that rules are asked about: its id, place and facts."""

    id: uuid.UUID
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    facts: Mapping[str, object]


def judge_whole(book: Book, context: CampaignContext, *, now: Instant, figures: FigureValue) -> dict[str, int]:
    """Open and close the episodes of rules over teams, the campaign and figures; return how many opened, by rule."""
    opened: dict[str, int] = {}

    def figure(name: str) -> int | None:
        return figures(name, {}, now + 1)

    for kind in (TEAM, CAMPAIGN, TASK):
        rules = [rule for rule in context.pack.rules if rule.model.on == kind.name and not _set_based(kind, rule)]
        if not rules:
            continue
        rows = _rows(book, context, kind, now)
        for rule in rules:
            applicable = [row for row in rows if rule.model.task in (None, row.facts.get("item"))]
            count = _judge(book, context, kind, rule, applicable, now, figure)
            if count:
                opened[rule.id] = count
    return opened


def _set_based(kind: Kind, rule: CompiledRule) -> bool:
    return kind is TASK and TASK.can_judge(rule)


def _rows(book: Book, context: CampaignContext, kind: Kind, now: Instant) -> list[Judged]:
    if kind is TEAM:
        facts = team_facts(book.session, context, now=now)
        return [Judged(team_id, team_id, None, values) for team_id, values in sorted(facts.items())]
    if kind is CAMPAIGN:
        return [Judged(context.id, None, None, {})]
    return [Judged(row["id"], row["team_id"], row["area_id"], row) for row in task_facts(book.session, context)]


def _judge(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    rule: CompiledRule,
    rows: list[Judged],
    now: Instant,
    figure: Callable[[str], int | None],
) -> int:
    statement = select(
        _episodes.c.subject_id, _episodes.c.anchor, _episodes.c.id, _episodes.c.is_open, _episodes.c.level
    ).where(_episodes.c.unit_id == book.unit_id, _episodes.c.rule_id == rule.id)
    known = {(row.subject_id, row.anchor): row for row in book.session.execute(statement)}
    opened = 0
    for row in rows:
        facts = _Facts(row.facts, figure)
        anchor = rule.anchor_py(facts, now)
        holds = anchor is not None and bool(rule.when_py(facts, now))
        if holds and (row.id, anchor) not in known:
            _open(book, context, kind, rule, row, anchor, now)
            opened += 1
        for (subject_id, since), episode in known.items():
            if subject_id == row.id and episode.is_open and not (holds and since == anchor):
                _close(book, context, rule, row, episode)
    return opened


class _Facts(dict[str, object]):
    """Facts of a row, with figures counted when a rule asks for one (key `figure:<id>`)."""

    def __init__(self, facts: Mapping[str, object], figure: Callable[[str], int | None]) -> None:
        super().__init__(facts)
        self._figure = figure

    def __missing__(self, key: str) -> object:
        return self._figure(key.removeprefix("figure:")) if key.startswith("figure:") else None

    def get(self, key: str, default: object = None) -> object:
        """Return a fact; a figure is counted, anything unknown is missing."""
        return self[key] if key in self or key.startswith("figure:") else default


def _open(
    book: Book, context: CampaignContext, kind: Kind, rule: CompiledRule, row: Judged, anchor: Instant, due_at: Instant
) -> None:
    levels, episode_id = len(rule.ladder), id_of(book.unit_id, rule.id, row.id, anchor)
    values: dict[str, Any] = {
        "unit_id": book.unit_id, "id": episode_id, "campaign_id": context.id, "rule_id": rule.id, "kind": kind.name,
        "subject_id": row.id, "anchor": anchor, "due_at": due_at, "opened_at": book.now, "level": 0, "levels": levels,
        "next_action_at": due_at if levels else None,
        "group_key": row.team_id.hex if row.team_id and rule.model.group == "team" else "",
        "area_id": row.area_id, "team_id": row.team_id, "is_open": bool(levels),
        "closed_at": None if levels else book.now, "closed_because": None if levels else "effect",
        "version": 1, "state_version": 1,
    }  # fmt: skip
    book.session.execute(insert(_episodes), values)
    _event(book, context, rule, row, episode_id, {"level": 0, "due_at": due_at, "anchor": anchor})


def _close(book: Book, context: CampaignContext, rule: CompiledRule, row: Judged, episode: Any) -> None:
    book.session.execute(
        update(_episodes)
        .where(_episodes.c.unit_id == book.unit_id, _episodes.c.id == episode.id)
        .values(
            is_open=False,
            closed_at=book.now,
            closed_because="resolved",
            next_action_at=None,
            version=_episodes.c.version + 1,
            state_version=_episodes.c.state_version + 1,
        )
    )
    _event(book, context, rule, row, episode.id, {"level": episode.level, "closed": "resolved"})


def _event(
    book: Book, context: CampaignContext, rule: CompiledRule, row: Judged, episode_id: uuid.UUID, data: dict[str, Any]
) -> None:
    book.append(
        "escalate",
        cause="rule",
        campaign_id=context.id,
        about_id=episode_id,
        area_id=row.area_id,
        team_id=row.team_id,
        rule_id=rule.id,
        pack_hash=context.pack.hash,
        data=data,
    )
