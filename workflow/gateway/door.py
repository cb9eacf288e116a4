"""One door opened for writing: its people move, its one follow-up stays the earliest, its rules are armed anew.

A door has at most one live follow-up: the earliest of its own and of those that its open cases ask for. The others stay on their
case and take its place when that one is done.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rules.deadlines import follow_up_at, parse
from rules.time import Instant
from workflow.errors import NotFound, StaleVersion
from workflow.gateway.held_again import open_again, rules_back
from workflow.gateway.history import Step
from workflow.gateway.kinds import CASE
from workflow.gateway.labels import label_of
from workflow.gateway.live import LiveCase, LiveDoor, load_cases, load_door, save_cases, save_door
from workflow.gateway.pointers import next_action_at
from workflow.gateway.resolve import close_resolved, open_episodes
from workflow.gateway.single import move_case
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext


@dataclass
class OpenDoor:
    """A door and its cases inside a write transaction. Change it through its methods, then `save` once."""

    book: Book
    context: CampaignContext
    door: LiveDoor
    cases: dict[uuid.UUID, LiveCase]
    touched: set[uuid.UUID] = field(default_factory=set)
    episodes: list[Any] | None = None
    """Open episodes of its cases, where they have been read."""

    def case(self, case_id: uuid.UUID, *, state_version: int | None = None) -> LiveCase:
        """Return a case of this door; NotFound if it is another's, StaleVersion if somebody changed it first."""
        case = self.cases.get(case_id)
        if case is None:
            raise NotFound
        if state_version is not None and state_version != case.state_version:
            label = label_of(self.context.pack.tracks[case.track], case.state)
            raise StaleVersion(state=label, theirs=case.state_version, yours=state_version)
        return case

    def move(self, case: LiveCase, name: str, *, by: Iterable[str], happened_at: Instant, **event: Any) -> Step:
        """Fire a move and ask for what its new state asks for next."""
        data: dict[str, Any] = {}
        step = move_case(self.book, self.context, case, name, by=tuple(by), happened_at=happened_at, data=data, **event)
        self.touched.add(case.id)
        state = self.context.pack.tracks[case.track].states[case.state]
        if not case.is_open:
            self.ask(case, None)
        elif state.next is not None and state.next.follow_up is not None and happened_at >= case.entered_at:
            self.ask(case, self.instant_of(state.next.follow_up, since=happened_at))
        data["follow_up_at"] = case.follow_up_at
        return step

    def instant_of(self, follow_up: str, *, since: Instant) -> Instant:
        """Return when a follow-up worded so brings the door back."""
        return follow_up_at(parse(follow_up), self.context.pack.calendar, since=since)

    def ask(self, case: LiveCase, at: Instant | None) -> None:
        """Set when a case next needs somebody."""
        case.follow_up_at = at
        self.touched.add(case.id)

    def record_contact(self, contact_at: Instant | None, *, attempts: int) -> None:
        """Count a visit: somebody was met at `contact_at`, or these were more attempts in vain. Rules read both per case."""
        door = self.door
        if contact_at is not None:
            door.last_contact = max(door.last_contact or 0, contact_at)
        door.attempts += attempts
        for case in self.cases.values():
            before = case.attempts, case.last_contact
            case.attempts += attempts
            if contact_at is not None:
                case.last_contact = max(case.last_contact or 0, contact_at)
            if (case.attempts, case.last_contact) != before:
                self.touched.add(case.id)

    def save(self) -> None:
        """Settle the follow-up, arm the rules, write the rows; close episodes whose rule no longer holds, open those where it does again."""
        self._settle()
        changed = [self.cases[case_id] for case_id in sorted(self.touched)]
        for case in changed:
            rules = self.context.case_rules(case.track)
            case.next_action_at = next_action_at(rules, case.facts()) if case.left_at is None else None
        if self.episodes is None:
            self.episodes = open_episodes(self.book, self.cases)
        close_resolved(self.book, self.context, changed, self.episodes)
        save_cases(self.book.connection, changed)
        self._open_again(changed)
        self.door.version += 1
        save_door(self.book.connection, self.door)

    def _open_again(self, changed: list[LiveCase]) -> None:
        back = rules_back(self.context, changed, self.episodes or (), self.book.now)
        if not back:
            return
        self.book.flush()
        if open_again(self.book, self.context, CASE, [case.id for case in changed], rules=back):
            self.cases = load_cases(self.book.connection, self.book.unit_id, self.door.id)

    def _settle(self) -> None:
        door, open_cases = self.door, [case for case in self.cases.values() if case.is_open and case.left_at is None]
        door.open_cases = len(open_cases)
        timed = {case.subject_id for case in open_cases if case.follow_up_at is not None}
        door.someone_untimed = any(case.subject_id not in timed for case in open_cases)
        asked = [(case.follow_up_at, case.id) for case in open_cases if case.follow_up_at is not None]
        earliest = min(asked, default=None)
        if not open_cases:
            door.own_follow_up_at = door.promised_at = None
        if earliest is not None and (door.own_follow_up_at is None or earliest[0] < door.own_follow_up_at):
            door.follow_up_at, door.follow_up_case_id = earliest
        else:
            door.follow_up_at, door.follow_up_case_id = door.own_follow_up_at, None


def open_door(book: Book, context: CampaignContext, door_id: uuid.UUID) -> OpenDoor:
    """Load a door and its cases; the unit's head is locked, so nobody else changes them. NotFound if there is none."""
    door = load_door(book.connection, book.unit_id, door_id)
    if door is None:
        raise NotFound
    return OpenDoor(book, context, door, load_cases(book.connection, book.unit_id, door_id))
