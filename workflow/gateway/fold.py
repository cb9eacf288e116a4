"""What the events of a door say about it: attempts, contact, follow-ups. The rows only cache this.

Every event that changes one of these values carries it in `data`, already resolved to numbers and instants. Folding the events that
are not voided, in the order they were recorded, gives the values again: after a void, and whenever the ledger is verified. A
transfer that was said again stands where the first of its kind was recorded.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from rules.time import Instant
from workflow.gateway.door import OpenDoor
from workflow.tables import Event

FOLDED = ("visit", "move", "enter", "escalate", "transfer")
"""Kinds of events that may say something about a door or the cases behind it."""

_void = aliased(Event)
_EVENTS = (
    select(Event.ledger_no, Event.kind, Event.case_id, Event.data)
    .where(
        Event.unit_id == bindparam("unit"),
        Event.kind.in_(FOLDED),
        Event.door_id == bindparam("door"),
        or_(Event.data.is_not(None), Event.kind == "enter"),
        ~select(_void.ledger_no).where(_void.unit_id == Event.unit_id, _void.voids_no == Event.ledger_no).exists(),
    )
    .order_by(Event.ledger_no)
)


@dataclass
class CaseFacts:
    """What the events say about one case of the door: its own attempts, on top of those of the door."""

    attempts: int = 0
    last_contact: Instant | None = None
    follow_up_at: Instant | None = None


@dataclass
class DoorFacts:
    """What the events say about the door. A case's attempts are the door's and its own."""

    attempts: int = 0
    last_contact: Instant | None = None
    own_follow_up_at: Instant | None = None
    promised_at: Instant | None = None
    cases: dict[uuid.UUID, CaseFacts] = field(default_factory=dict)

    def case(self, case_id: uuid.UUID) -> CaseFacts:
        """Return what is said about a case so far."""
        if case_id not in self.cases:
            self.cases[case_id] = CaseFacts(last_contact=self.last_contact)
        return self.cases[case_id]

    def arrive(self, case_id: uuid.UUID, follow_up_at: Instant | None) -> None:
        """A case enters the door or moves to it: what held for the door holds for it, what is asked for it comes along."""
        self.cases[case_id] = CaseFacts(last_contact=self.last_contact, follow_up_at=follow_up_at)

    def meet(self, contact: Instant) -> None:
        """Count a contact, for the door and everybody behind it."""
        self.last_contact = max(self.last_contact or 0, contact)
        for case in self.cases.values():
            case.last_contact = max(case.last_contact or 0, contact)


class Told(NamedTuple):
    """What is folded of an event."""

    ledger_no: int
    kind: str
    case_id: uuid.UUID | None
    data: Mapping[str, Any] | None

    @property
    def place(self) -> int:
        """Return where it stands in the order: a transfer said again takes the place of the one it stands for."""
        return int((self.data or {}).get("stands_for", self.ledger_no))


def fold(events: Iterable[Told]) -> DoorFacts:
    """Return what the events of a door amount to."""
    facts = DoorFacts()
    for _, kind, case_id, data in sorted(events, key=lambda told: told.place):
        if kind == "enter" and case_id is not None:
            facts.arrive(case_id, (data or {}).get("follow_up_at"))
        elif kind == "visit" and data is not None:
            _fold_visit(facts, data)
        elif kind == "transfer" and case_id is not None and data is not None and "from_door" in data:
            facts.arrive(case_id, data["follow_up_at"])
        elif case_id is not None and data is not None and _asks(kind, data):
            facts.case(case_id).follow_up_at = data["follow_up_at"]
    return facts


def _asks(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether an event sets a case's follow-up: a move may also end it, an escalation that asks for none leaves it."""
    return "follow_up_at" in data and (kind != "escalate" or data["follow_up_at"] is not None)


def _fold_visit(facts: DoorFacts, data: Mapping[str, Any]) -> None:
    facts.attempts += data["attempts"]
    if data["contact"] is not None:
        facts.meet(data["contact"])
    facts.own_follow_up_at, facts.promised_at = data["own_follow_up_at"], data["promised_at"]
    for key, told in data["cases"].items():
        case = facts.case(uuid.UUID(key))
        case.attempts += told["attempts"]
        case.follow_up_at = told["follow_up_at"]


def refold(session: Session, opened: OpenDoor) -> None:
    """Set the door's and its cases' values to what the effective events say."""
    door = opened.door
    rows = session.execute(_EVENTS, {"unit": door.unit_id, "door": door.id})
    facts = fold(Told(*row) for row in rows)
    door.attempts, door.last_contact = facts.attempts, facts.last_contact
    door.own_follow_up_at, door.promised_at = facts.own_follow_up_at, facts.promised_at
    for case in opened.cases.values():
        told = facts.case(case.id)
        case.attempts = facts.attempts + told.attempts
        case.last_contact = told.last_contact
        case.follow_up_at = told.follow_up_at if case.is_open else None
        opened.touched.add(case.id)
