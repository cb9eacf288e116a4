"""One door: reading it, recording a visit, handing it back, adding a person, calling one, and taking an entry back."""

import uuid
from typing import Any

from flask.typing import ResponseReturnValue

from rules.pack.model import MODES
from web.api.blueprint import Operation, bp, carry_out, etag, version_of_request
from web.api.fields import (
    EXAMPLE_ID,
    EXAMPLE_MOMENT,
    ByKey,
    Choice,
    Flag,
    Id,
    Inside,
    Labelled,
    Moment,
    NothingShape,
    Several,
    Shape,
    Text,
    Told,
    Whole,
)
from web.api.people import ChoiceShape, PersonShape, seen
from web.api.problems import invalid
from web.here import here
from web.i18n import _
from web.policy import for_roles
from workflow.access import door_for
from workflow.actions.add_person import NewPerson, add_person
from workflow.actions.hand_back_door import hand_back_door
from workflow.actions.person_input import PersonInput
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.reveal_phone import reveal_phone
from workflow.actions.void_event import LAST_NO, void_event
from workflow.errors import NotFound
from workflow.queries.door_history import HistoryLine
from workflow.queries.door_page import DoorPage, door_page
from workflow.queries.event_door import door_of_event

AT_A_DOOR = ("member", "team_leader", "area_head", "duty_leader", "coordinator")
MOST_FINDINGS = 100
EXAMPLE_VISIT = {
    "happened_at": EXAMPLE_MOMENT,
    "mode": "door",
    "findings": [
        {"outcome": "took_part", "case": EXAMPLE_ID, "state_version": 3},
        {"outcome": "door_promised", "promised_at": "2025-05-24T19:00:00+07:00"},
    ],
}


class SaidShape(Shape):
    """What was said of somebody on a visit."""

    name = Told(required=True, allow_none=True)
    text = Labelled(required=True)
    for_door = Flag(required=True)
    promised_at = Moment(required=True, allow_none=True)
    evidence = Told(required=True, allow_none=True)


class HistoryShape(Shape):
    """One thing that happened at a door. `ledger_no` is there where it may be taken back."""

    kind = Told(
        required=True, metadata={"enum": ["visit", "handed_over", "confirmed", "returned", "escalated", "added"]}
    )
    at = Moment(required=True)
    who = Told(required=True, allow_none=True)
    typed_by = Told(required=True, allow_none=True)
    mode = Told(required=True)
    is_undone = Flag(required=True)
    ledger_no = Whole(required=True, allow_none=True, most=LAST_NO)
    said = Several(Inside(SaidShape), required=True)
    to_team = Told(required=True, allow_none=True)
    to_holder = Told(required=True, allow_none=True)
    text = Labelled(required=True, allow_none=True)
    about = Told(required=True, allow_none=True)
    post = Labelled(required=True, allow_none=True)
    reason = Told(required=True, allow_none=True)


class DoorShape(Shape):
    """A door with its people and what happened there."""

    id = Told(required=True, metadata={"format": "uuid"})
    area = Told(required=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    team = Told(required=True, allow_none=True)
    holder = Told(required=True, allow_none=True)
    is_mine = Flag(required=True)
    timing = Told(required=True)
    label = Told(required=True)
    follow_up_at = Moment(required=True, allow_none=True)
    promised_at = Moment(required=True, allow_none=True)
    attempts = Whole(required=True)
    state_version = Whole(required=True)
    may_visit = Flag(required=True)
    may_hand_back = Flag(required=True)
    people = Several(Inside(PersonShape), required=True)
    choices = Several(
        Inside(ChoiceShape), required=True, metadata={"description": "what may be said of the whole door"}
    )
    history = Several(Inside(HistoryShape), required=True)


class FindingShape(Shape):
    """One outcome: of a person (`case` with the `state_version` that was read), or, without `case`, of the whole door."""

    outcome = Text(required=True, longest=60, shortest=1)
    case = Id(load_default=None, allow_none=True)
    state_version = Whole(load_default=None, allow_none=True)
    promised_at = Moment(load_default=None, allow_none=True)
    evidence = Text(load_default=None, allow_none=True)
    evidence_kind = Text(load_default=None, allow_none=True)


class VisitShape(Shape):
    """A visit as it was made. `claimed_at` is what the sender's clock said; `done_by` went, if that is not the sender."""

    happened_at = Moment(required=True)
    mode = Choice(MODES, load_default="door")
    assisted = Flag(load_default=False)
    done_by = Id(load_default=None, allow_none=True, metadata={"description": "a membership of the unit"})
    claimed_at = Moment(load_default=None, allow_none=True)
    findings = Several(Inside(FindingShape), required=True, least=1, most=MOST_FINDINGS)


class CaseNowShape(Shape):
    """How a case stands after a visit, as the sender may read it."""

    state = Told(required=True)
    label = Told(required=True)
    state_version = Whole(required=True, allow_none=True)


class VisitedShape(Shape):
    """What was written. `ledger_no` is what to void if it was a mistake."""

    visit = Told(required=True, metadata={"format": "uuid"})
    ledger_no = Whole(required=True, most=LAST_NO)
    cases = ByKey(values=Inside(CaseNowShape), required=True, metadata={"description": "by id of the case"})


class ReasonShape(Shape):
    """Why, in one sentence; never what somebody answered."""

    reason = Text(required=True, shortest=1)


class HandedBackShape(Shape):
    """The door after it was given back."""

    door = Told(required=True, metadata={"format": "uuid"})
    state_version = Whole(required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


class NewPersonShape(Shape):
    """A person found at the door, as typed; each value is judged as a row of a list is. Unknown values are left out."""

    name = Text(required=True, longest=100, shortest=1)
    birth = Text(longest=40, metadata={"description": "24/5/1960, 5/1960 or 1960"})
    sex = Text(longest=20)
    relation = Text(longest=40)
    residence = Text(longest=60)
    account = Text(longest=60)
    id_number = Text(longest=40)
    phone = Text(longest=40)
    confirmed = Flag(
        load_default=False, metadata={"description": "after the answer `not_sure`: the sender was asked, and means it"}
    )


class AddedShape(Shape):
    """The new person's cases by track."""

    door = Told(required=True, metadata={"format": "uuid"})
    cases = ByKey(values=Told(metadata={"format": "uuid"}), required=True, metadata={"description": "ids by track"})
    ledger_no = Whole(required=True, most=LAST_NO)


class VoidedShape(Shape):
    """The entry that no longer counts. How many steps it had taken stays unsaid: that would tell which they were."""

    voided = Whole(required=True, most=LAST_NO)


class PhoneShape(Shape):
    """A number to call, whole. It is kept nowhere by the server; do not keep it either."""

    case = Told(attribute="case_id", required=True, metadata={"format": "uuid"})
    name = Told(required=True, allow_none=True)
    phone = Told(required=True)


class AboutDoor(Operation):
    """Something that is done at one door."""

    def find(self, *, door_id: uuid.UUID) -> None:
        """Raise NotFound for a door that is absent, foreign, or of another campaign."""
        door_for(here.session, here.actor, door_id, campaign_id=here.context.id)


@bp.route("/<unit>/<campaign>/doors/<uuid:door_id>")
@for_roles(*AT_A_DOOR)
class Door(AboutDoor):
    """A door."""

    @bp.response(200, DoorShape, headers={"ETag": {"schema": {"type": "string"}}})
    def get(self, door_id: uuid.UUID) -> Any:
        """A door: its people with what may be said of each, and what happened there.

        `ETag` is the version of who the door is given to: send it back in `If-Match`. Each person has a version of their own.
        """
        self.find(door_id=door_id)
        page = door_page(here.session, here.actor, here.context, door_id, now=here.now, vault=here.vault)
        return _told(page), etag(page.state_version)


@bp.route("/<unit>/<campaign>/doors/<uuid:door_id>/visits")
@for_roles(*AT_A_DOOR)
class Visits(AboutDoor):
    """Visits to a door."""

    @bp.arguments(VisitShape, example=EXAMPLE_VISIT)
    @bp.response(201, VisitedShape)
    def post(self, told: dict[str, Any], door_id: uuid.UUID) -> ResponseReturnValue:
        """Record a visit with everything that was found: all of it or nothing.

        Each finding about a person carries the `state_version` that was read with them; 409 if somebody was faster. The path is asked
        about `happened_at`, so what a phone kept while it was offline counts when it happened.
        """
        findings = tuple(
            Finding(
                one["outcome"],
                one["case"],
                one["state_version"],
                one["promised_at"],
                one["evidence"],
                one["evidence_kind"],
            )
            for one in told["findings"]
        )
        _check_versions(findings)
        report = VisitReport(
            door_id, told["happened_at"], findings, told["mode"], told["assisted"], told["done_by"], told["claimed_at"]
        )
        return carry_out(lambda book, context, actor: record_visit(book, context, actor, report), told)


@bp.route("/<unit>/<campaign>/doors/<uuid:door_id>/hand-back")
@for_roles("member", "team_leader")
class HandBack(AboutDoor):
    """Giving a door back to the team."""

    needs_version = True

    @bp.arguments(ReasonShape, example={"reason": "Nhà ở ngoài tuyến đi"})
    @bp.response(200, HandedBackShape)
    def post(self, told: dict[str, Any], door_id: uuid.UUID) -> ResponseReturnValue:
        """Give a door that one holds back to its team."""
        version, reason = version_of_request(), told["reason"]
        return carry_out(
            lambda book, context, actor: hand_back_door(
                book, context, actor, door_id, state_version=version, reason=reason
            ),
            told,
        )


@bp.route("/<unit>/<campaign>/doors/<uuid:door_id>/people")
@for_roles("member", "team_leader", "area_head", "coordinator")
class People(AboutDoor):
    """The people behind a door."""

    @bp.arguments(NewPersonShape, example={"name": "Nguyễn Văn Mẫu", "birth": "1960", "residence": "thường trú"})
    @bp.response(201, AddedShape)
    def post(self, told: dict[str, Any], door_id: uuid.UUID) -> ResponseReturnValue:
        """Add a person found at the door. Only a hash of what was sent is kept with the key."""
        typed = {name: value for name, value in told.items() if name != "confirmed"}
        new = NewPerson(PersonInput(**typed), door_id=door_id, confirmed=told["confirmed"])
        return carry_out(lambda book, context, actor: add_person(book, context, actor, here.vault, new), told)


@bp.route("/<unit>/<campaign>/doors/<uuid:door_id>/people/<uuid:case_id>/phone")
@for_roles(*AT_A_DOOR)
class Phone(Operation):
    """The number of somebody who is about to be called."""

    changes = False
    """It has no key: an answer is kept under its key, and a number must be kept nowhere."""

    def find(self, *, door_id: uuid.UUID, case_id: uuid.UUID) -> None:
        """Raise NotFound for a door out of reach, and for somebody who is not behind it."""
        page = door_page(here.session, here.actor, here.context, door_id, now=here.now, vault=here.vault)
        if case_id not in {person.case_id for person in page.people}:
            raise NotFound

    @bp.arguments(NothingShape, example={})
    @bp.response(200, PhoneShape)
    def post(self, told: dict[str, Any], door_id: uuid.UUID, case_id: uuid.UUID) -> Any:
        """Show a whole number. Each time is on record, and counted: so many people a day."""
        return reveal_phone(here.store, here.clock, here.ids, here.vault, here.context, here.actor, case_id)


@bp.route("/<unit>/<campaign>/events/<int(max=9223372036854775807):ledger_no>/void")
@for_roles(*AT_A_DOOR, "administrator")
class Void(Operation):
    """Taking an entry back."""

    def find(self, *, ledger_no: int) -> None:
        """Raise NotFound for an entry that is absent, or about a door out of reach."""
        door_of_event(here.session, here.actor, here.context, ledger_no)

    @bp.arguments(ReasonShape, example={"reason": "Bấm nhầm người"})
    @bp.response(201, VoidedShape)
    def post(self, told: dict[str, Any], ledger_no: int) -> ResponseReturnValue:
        """Take an entry back: it stops counting, and it and the void stay visible for ever.

        A visit goes with everything it did. Refused with 409 if somebody has built on it since.
        """
        reason = told["reason"]
        _answer, headers = carry_out(
            lambda book, context, actor: void_event(book, context, actor, ledger_no, reason=reason), told
        )
        return {"voided": ledger_no}, headers


def _check_versions(findings: tuple[Finding, ...]) -> None:
    """Raise a problem for a finding about a person without the version that was read with them."""
    wrong = {
        str(number): {"state_version": _("chưa có; gửi bản đã đọc cùng người này")}
        for number, one in enumerate(findings)
        if one.case_id is not None and one.state_version is None
    }
    if wrong:
        raise invalid({"json": {"findings": wrong}})


def _told(page: DoorPage) -> dict[str, Any]:
    names = (
        "id", "area", "lane", "house_no", "team", "holder", "is_mine", "timing", "follow_up_at", "promised_at", "attempts",
        "state_version", "may_visit", "may_hand_back", "choices",
    )  # fmt: skip
    told = {name: getattr(page, name) for name in names}
    people, history = [seen(person) for person in page.people], [_line(line) for line in page.history]
    return {**told, "label": _(page.label), "people": people, "history": history}


def _line(line: HistoryLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in HistoryShape._declared_fields}
