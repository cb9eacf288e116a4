"""Rules that are judged whole at each tick, because they are few: over teams, over the campaign, over figures.

Teams and the campaign have no pointer. They are judged at every quarter of an hour, and at no other instant, so that what they find
does not depend on when somebody looked: after an outage the quarters that were missed are judged one by one, each by what was known
before it, whatever has been recorded since. Between two commands facts change only at known instants (midnight, a duty's deadline, three
days after it), so they are counted once for each stretch in between. An episode closes when its rule no longer holds; levels that were
due before that have climbed. Their anchor does not move, so the same episode is open again once its rule holds once more.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import insert, select, update

from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from rules.time import Instant
from workflow.escalation.climb import climb
from workflow.figures.teams_then import recorded_since
from workflow.gateway.held_again import open_judged_again
from workflow.gateway.kinds import CAMPAIGN, TASK, TEAM, Kind
from workflow.ids import id_of
from workflow.ledger.book import Book
from workflow.notices.hours import QUARTER
from workflow.plan.conditions import FigureThen
from workflow.queries.campaigns import CampaignContext
from workflow.queries.known_then import Known, knowledge
from workflow.queries.team_facts import Then, stretches, task_facts, team_facts
from workflow.tables import Escalation, table_of

_episodes = table_of(Escalation)
WHOLE = (TEAM, CAMPAIGN, TASK)


@dataclass(frozen=True)
class Judged:
    """A row that rules are asked about: its id, place and facts."""

    id: uuid.UUID
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    facts: Mapping[str, object]


@dataclass
class Verdict:
    """How many episodes each rule opened, and how many levels ladders climbed meanwhile."""

    opened: dict[str, int] = field(default_factory=dict)
    levels: int = 0


def judge_whole(book: Book, context: CampaignContext, *, moments: range, figures: FigureThen) -> Verdict:
    """Open and close the episodes of rules over teams, the campaign and figures, at each of `moments` in turn."""
    verdict = Verdict()
    court = _Court(book, context, moments, figures)
    for moment in moments if court.rules else ():
        verdict.levels += court.climb_before(moment)
        for kind, rule in court.rules:
            opened = court.judge(kind, rule, moment)
            if opened:
                verdict.opened[rule.id] = verdict.opened.get(rule.id, 0) + opened
    return verdict


def _set_based(kind: Kind, rule: CompiledRule) -> bool:
    return kind is TASK and TASK.can_judge(rule)


class _Court:
    """What is known while several moments are judged in one transaction. Nobody else writes meanwhile."""

    def __init__(self, book: Book, context: CampaignContext, moments: range, figures: FigureThen) -> None:
        self._book, self._context, self._moments, self._figures = book, context, moments, figures
        self.rules = [
            (kind, rule)
            for kind in WHOLE
            for rule in context.pack.rules
            if rule.model.on == kind.name and not _set_based(kind, rule)
        ]
        self._known: dict[str, dict[tuple[uuid.UUID, Instant], Any]] | None = None
        self._teams: tuple[object, list[Judged]] = (None, [])
        self._tasks: tuple[object, list[Judged]] = (None, [])

    def known(self, rule_id: str) -> dict[tuple[uuid.UUID, Instant], Any]:
        """Return the episodes of a rule by (subject, anchor)."""
        if self._known is None:
            self._known = {rule.id: {} for _, rule in self.rules}
            statement = select(
                _episodes.c.rule_id, _episodes.c.subject_id, _episodes.c.anchor, _episodes.c.id, _episodes.c.is_open,
                _episodes.c.level, _episodes.c.next_action_at, _episodes.c.team_id, _episodes.c.area_id,
                _episodes.c.closed_because,
            ).where(_episodes.c.unit_id == self._book.unit_id, _episodes.c.rule_id.in_(list(self._known)),
                    _episodes.c.campaign_id == self._context.id)  # fmt: skip
            for row in self._book.session.execute(statement.order_by(_episodes.c.subject_id, _episodes.c.anchor)):
                self._known[row.rule_id][row.subject_id, row.anchor] = row
        return self._known[rule_id]

    def climb_before(self, moment: Instant) -> int:
        """Open the levels that became due before `moment`: what is judged then may close their episodes."""
        waiting = [row.next_action_at for _, rule in self.rules for row in self.known(rule.id).values() if row.is_open]
        if all(at is None or at >= moment for at in waiting):
            return 0
        self._known = None
        return sum(climb(self._book, self._context, kind, now=moment - 1) for kind in WHOLE)

    def judge(self, kind: Kind, rule: CompiledRule, moment: Instant) -> int:
        """Open and close the episodes of one rule, and open those again that had closed as resolved; return how many are new."""
        rows = [row for row in self._rows(kind, moment) if rule.model.task in (None, row.facts.get("item"))]
        known = dict(self.known(rule.id))
        opened, back, holding, known_then = 0, list[uuid.UUID](), set(), self._known_before(moment)
        ledger_no = None if known_then is None else known_then.ledger_no
        for row in rows:
            facts = _Facts(row.facts, lambda name: self._figures(name, {}, moment + 1, ledger_no=ledger_no))
            anchor = rule.anchor_py(facts, moment)
            if anchor is None or moment < max(anchor, rule.starts_at or anchor) or not rule.when_py(facts, moment):
                continue
            holding.add((row.id, anchor))
            episode = known.get((row.id, anchor))
            if episode is None:
                _open(self._book, self._context, kind, rule, row, anchor, moment)
                opened += 1
            elif episode.closed_because == "resolved":
                back.append(episode.id)
        if back:
            open_judged_again(self._book, self._context, kind, rule, back, came=moment)
        ended = [episode for key, episode in known.items() if episode.is_open and key not in holding]
        for episode in ended:
            _close(self._book, self._context, rule, episode, moment)
        if opened or back or ended:
            self._known = None
        return opened

    def _rows(self, kind: Kind, moment: Instant) -> list[Judged]:
        if kind is CAMPAIGN:
            return [Judged(self._context.id, None, None, {})]
        return self._judged_tasks(moment) if kind is TASK else self._judged_teams(moment)

    @cached_property
    def _known_before(self) -> Callable[[Instant], Known | None]:
        self._book.flush()
        return knowledge(self._book.session, self._book.unit_id, since=self._moments[0], step=QUARTER)

    @cached_property
    def _stretch(self) -> Callable[[Instant], object]:
        return stretches(self._book.session, self._context, first=self._moments[0], last=self._moments[-1])

    def _judged_tasks(self, moment: Instant) -> list[Judged]:
        known = self._known_before(moment)
        stretch = "now" if known is None else known.stretch
        if stretch != self._tasks[0]:
            facts = task_facts(self._book.session, self._context, known)
            self._tasks = stretch, [Judged(row["id"], row["team_id"], row["area_id"], row) for row in facts]
        return self._tasks[1]

    def _judged_teams(self, moment: Instant) -> list[Judged]:
        known = self._known_before(moment)
        stretch = self._stretch(moment), None if known is None else known.stretch
        if stretch != self._teams[0]:
            session, context = self._book.session, self._context
            then = None
            if known is not None:
                since = recorded_since(session, context, known, newest=self._book.last_no, now=self._book.now)
                then = Then(known, since)
            facts = team_facts(session, context, now=moment, then=then)
            self._teams = stretch, [Judged(team, team, None, values) for team, values in sorted(facts.items())]
        return self._teams[1]


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
        "group_key": _group_key(rule, row),
        "area_id": row.area_id, "team_id": row.team_id, "is_open": bool(levels),
        "closed_at": None if levels else book.now, "closed_because": None if levels else "effect",
        "version": 1, "state_version": 1,
    }  # fmt: skip
    book.session.execute(insert(_episodes), values)
    _event(book, context, rule, row, episode_id, {"level": 0, "due_at": due_at, "anchor": anchor})


def _group_key(rule: CompiledRule, row: Judged) -> str:
    """Return which row of an inbox it stands in; empty: the whole unit."""
    places = {"area": row.area_id, "team": row.team_id, OWNER: row.facts.get("owner_post_id")}
    place = places.get(rule.model.group)
    return place.hex if isinstance(place, uuid.UUID) else ""


def _close(book: Book, context: CampaignContext, rule: CompiledRule, episode: Any, moment: Instant) -> None:
    row = Judged(episode.subject_id, episode.team_id, episode.area_id, {})
    told = {"level": episode.level, "closed": "resolved", "next": episode.next_action_at, "as_of": moment}
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
    _event(book, context, rule, row, episode.id, told)


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
