"""Plays a campaign: everything a demonstration does goes through the importer, the commands and the tick, on a clock it moves.

Nothing here inserts a row of its own. The histories say what happened and when; the director carries it out as the person who did
it, so that the ledger of a demonstration looks like any other.
"""

import hashlib
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant, at
from workflow.access import Actor, actor_by_login
from workflow.actions.add_evidence import add_evidence
from workflow.actions.close_period import close_period
from workflow.actions.command import Answer, Sender, run_command
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.clock import FixedClock
from workflow.closing.draft import unit_draft
from workflow.ids import IdSource
from workflow.ledger.book import Book
from workflow.plan.periods import periods_of
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.store import Store
from workflow.sweeps.tick import tick_unit
from workflow.tables import Account, Area, Case, Door, Task, Team, Unit

T = TypeVar("T")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Person:
    """Somebody on the list: the case of the main track, and the state it starts from."""

    case_id: uuid.UUID
    state: str
    papers: tuple[tuple[str, uuid.UUID], ...] = ()
    """Cases of the same person on other tracks (documents), by track."""


@dataclass(frozen=True)
class Home:
    """A door with the people of the main track behind it."""

    door_id: uuid.UUID
    team: str
    area: str
    people: tuple[Person, ...]


@dataclass
class Director:
    """One demonstration unit being played."""

    store: Store
    unit_id: uuid.UUID
    code: str
    campaign_id: uuid.UUID
    clock: FixedClock
    ids: IdSource
    random: random.Random
    folder: Path
    progress: Progress
    _accounts: dict[str, uuid.UUID] = field(default_factory=dict)
    _members: dict[str, uuid.UUID] = field(default_factory=dict)
    _keys: int = 0

    def go_to(self, text: str | Instant) -> Instant:
        """Move the clock and return the instant."""
        self.clock.move_to(at(text) if isinstance(text, str) else text)
        return self.clock.now()

    def tick(self) -> None:
        """Let the clock do what is due."""
        with self.store.read() as session:
            unit = session.get(Unit, self.unit_id)
        assert unit is not None  # noqa: S101 - founded before
        tick_unit(self.store, self.clock.now(), self.ids, unit, worker="demo")

    def command(self, login: str, work: Callable[[Book, CampaignContext, Actor], Answer]) -> Answer:
        """Carry out `work` as the person called `login` (the unit's code is put before it)."""
        self._keys += 1
        key = f"demo-{self._keys}"
        sender = Sender(self.unit_id, self.account(login), key)

        def in_book(book: Book, actor: Actor) -> Answer:
            context = campaign_by_id(book.session, self.unit_id, self.campaign_id)
            book.pack_hash = context.pack.hash
            return work(book, context, actor)

        return run_command(self.store, self.clock, self.ids, sender, {"demo": key}, in_book)

    def close_day(self, login: str) -> None:
        """Close the period whose hour has passed last; the teams that sent nothing are named, as the page asks."""

        def work(book: Book, context: CampaignContext, actor: Actor) -> Answer:
            period = [one for one in periods_of(context.pack) if one.cut_off <= book.now][-1]
            draft = unit_draft(book.session, context, period, now=book.now, newest=book.first_no - 1)
            without = [sender.team.code for sender in draft.missing]
            return {"sha256": close_period(book, context, period.key, actor=actor, without=without).sha256}

        self.command(login, work)

    def account(self, login: str) -> uuid.UUID:
        """Return the account of a colleague by login without the unit's code."""
        if not self._accounts:
            with self.store.read() as session:
                rows = session.execute(
                    select(Account.login, Account.id).where(Account.login.startswith(f"{self.code}-", autoescape=True))
                )
                self._accounts = {name.removeprefix(f"{self.code}-"): key for name, key in rows}
        return self._accounts[login]

    def member_id(self, login: str) -> uuid.UUID:
        """Return the membership of a colleague."""
        if login not in self._members:
            with self.store.read() as session:
                actor = actor_by_login(session, self.unit_id, f"{self.code}-{login}", now=self.clock.now())
            self._members[login] = actor.membership_id
        return self._members[login]

    def homes(self) -> list[Home]:
        """Return every door with its people, in walking order."""
        with self.store.read() as session:
            context = campaign_by_id(session, self.unit_id, self.campaign_id)
            papers = self._papers(session, context.pack.main_track.id)
            rows = session.execute(
                select(Door.id, Team.code, Area.code, Case.id, Case.state, Case.subject_id)
                .join(Case, (Case.unit_id == Door.unit_id) & (Case.door_id == Door.id))
                .join(Team, (Team.unit_id == Door.unit_id) & (Team.id == Door.team_id))
                .join(Area, (Area.unit_id == Door.unit_id) & (Area.id == Door.area_id))
                .where(Door.unit_id == self.unit_id, Case.track == context.pack.main_track.id)
                .order_by(Area.sort, Door.place_sort, Door.id, Case.id)
            ).all()
        people: dict[uuid.UUID, list[Person]] = {}
        places: dict[uuid.UUID, tuple[str, str]] = {}
        for door_id, team, area, case_id, state, subject_id in rows:
            people.setdefault(door_id, []).append(Person(case_id, state, papers.get(subject_id, ())))
            places[door_id] = (team, area)
        return [Home(door_id, *places[door_id], tuple(found)) for door_id, found in people.items()]

    def _papers(self, session: Session, main: str) -> dict[uuid.UUID, tuple[tuple[str, uuid.UUID], ...]]:
        rows = session.execute(
            select(Case.subject_id, Case.track, Case.id)
            .where(Case.unit_id == self.unit_id, Case.campaign_id == self.campaign_id, Case.track != main)
            .order_by(Case.subject_id, Case.track)
        )
        papers: dict[uuid.UUID, tuple[tuple[str, uuid.UUID], ...]] = {}
        for subject_id, track, case_id in rows:
            papers[subject_id] = (*papers.get(subject_id, ()), (track, case_id))
        return papers

    def sheet(self, team: str, visits: Sequence[tuple[VisitReport, str]]) -> None:
        """Type in a sheet of visits that came back in the evening: the team leader types, the visitor is named on each line."""
        if not visits:
            return
        reports = [(report, self.member_id(visitor)) for report, visitor in visits]

        def work(book: Book, context: CampaignContext, actor: Actor) -> Answer:
            answers = [
                record_visit(book, context, actor, _done_by(report, visitor))["ledger_no"]
                for report, visitor in reports
            ]
            return {"visits": len(answers)}

        self.command(f"team-leader-{team.lower()}", work)

    def tasks(self, item: str) -> list[Any]:
        """Return the tasks of a plan item: id, scope, state, state_version."""
        with self.store.read() as session:
            statement = select(Task.id, Task.scope, Task.occurrence, Task.state, Task.state_version, Task.due_at).where(
                Task.unit_id == self.unit_id, Task.campaign_id == self.campaign_id, Task.item == item
            )
            return list(session.execute(statement.order_by(Task.due_at, Task.scope)))


def _done_by(report: VisitReport, visitor: uuid.UUID) -> VisitReport:
    return VisitReport(
        door_id=report.door_id,
        happened_at=report.happened_at,
        findings=report.findings,
        mode=report.mode,
        assisted=report.assisted,
        done_by=visitor,
    )


def found(*pairs: tuple[Person, str]) -> tuple[Finding, ...]:
    """Return the findings of a visit: one outcome for each person."""
    shown = {"died": "Xác nhận của gia đình"}
    return tuple(Finding(outcome, person.case_id, evidence=shown.get(outcome)) for person, outcome in pairs)


def nobody_home() -> tuple[Finding, ...]:
    """Return the finding of a visit in vain."""
    return (Finding("nobody_home"),)


def add_all_evidence(
    book: Book, context: CampaignContext, actor: Actor, task_id: uuid.UUID, item: str, *, site: str
) -> None:
    """Add everything the plan asks of `item`: addresses on `site`, documents, counts, a made-up picture's fingerprint."""
    planned = next(task for task in context.pack.model.plan.tasks if task.id == item)
    for wanted in planned.evidence:
        is_more_than = any(word in wanted.label.vi for word in ("(hơn ", "(trên "))
        add_evidence(
            book,
            context,
            task_id,
            actor=actor,
            kind=wanted.kind,
            label=site if wanted.kind == "link" else wanted.label.vi,
            count=(wanted.at_least or 0) - 1 if is_more_than else wanted.at_least,
            is_lower_bound=is_more_than,
            file_sha256=hashlib.sha256(wanted.label.vi.encode()).hexdigest() if wanted.kind == "photo" else None,
        )
