"""The support desk: one exact look-up, the one person found, and what was done for them."""

import uuid
from typing import Any

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out
from web.api.doors import CaseNowShape, ReasonShape
from web.api.fields import ByKey, Flag, Inside, Labelled, Moment, Several, Shape, Text, Told, Whole
from web.api.people import ChoiceShape
from web.here import here
from web.policy import for_roles, searches
from workflow.access import let_in_by_look_up
from workflow.actions.look_up_person import LOOK_UPS_A_DAY, LookUp, look_up_person, request_of
from workflow.actions.record_at_desk import record_at_desk, void_at_desk
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import LAST_NO
from workflow.errors import NotFound
from workflow.queries.find_person import PersonAtDesk, person_at_desk

ROLE = "support_desk"


class LookUpShape(Shape):
    """An ID number; or full name, year of birth and area (its code), with the house if several match."""

    id_number = Text(load_default="", longest=40)
    name = Text(load_default="", longest=100)
    birth_year = Text(load_default="", longest=10)
    area = Text(load_default="", longest=60)
    house_no = Text(load_default="", longest=60)


class LookedUpShape(Shape):
    """What was found, without a name: after `one`, `GET …/desk/person` shows whom, for half an hour."""

    result = Told(required=True, metadata={"enum": ["one", "none", "several"]})
    left_today = Whole(required=True, most=LOOK_UPS_A_DAY)


class CaseAtDeskShape(Shape):
    """A case of the person. Of a finished contact neither version nor choice is told."""

    case = Told(attribute="case_id", required=True, metadata={"format": "uuid"})
    track = Told(required=True)
    track_label = Labelled(required=True)
    label = Labelled(required=True)
    state_version = Whole(required=True, allow_none=True)
    choices = Several(Inside(ChoiceShape), required=True)


class PersonAtDeskShape(Shape):
    """The one person who stands at the desk. `until`: how long they stay open to whoever looked them up."""

    subject = Told(attribute="subject_id", required=True, metadata={"format": "uuid"})
    name = Told(required=True)
    birth_year = Told(required=True, allow_none=True)
    area = Told(attribute="area_name", required=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    has_ended = Flag(required=True)
    until = Moment(required=True)
    cases = Several(Inside(CaseAtDeskShape), required=True)


class DoneShape(Shape):
    """What was done for the person, with the version of the case that was read."""

    outcome = Text(required=True, shortest=1, longest=60)
    state_version = Whole(required=True)
    promised_at = Moment(load_default=None, allow_none=True)
    evidence = Text(load_default=None, allow_none=True)
    evidence_kind = Text(
        load_default=None,
        allow_none=True,
        metadata={"description": "which of what the pack takes as evidence was seen"},
    )
    assisted = Flag(load_default=False)


class DoneAtDeskShape(Shape):
    """What was written. `ledger_no` is what to void if it was a mistake."""

    visit = Told(required=True, metadata={"format": "uuid"})
    ledger_no = Whole(required=True, most=LAST_NO)
    cases = ByKey(values=Inside(CaseNowShape), required=True, metadata={"description": "by id of the case"})


class VoidedAtDeskShape(Shape):
    """The entry that no longer counts."""

    voided = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/desk/look-ups")
@for_roles(ROLE)
@searches
class LookUps(Operation):
    """Looking somebody up."""

    @bp.arguments(LookUpShape, example={"name": "Nguyễn Văn Mẫu", "birth_year": "1960", "area": "TDP1"})
    @bp.response(200, LookedUpShape)
    def post(self, told: dict[str, Any]) -> ResponseReturnValue:
        """Look somebody up, exactly. Each look-up is on record, also one in vain; a newer one closes the one before.

        What was looked for is kept nowhere, only a keyed index of it with the key.
        """
        typed, vault = LookUp(**told), here.vault
        return carry_out(
            lambda book, context, actor: look_up_person(book, context, actor, vault, typed), request_of(vault, typed)
        )


@bp.route("/<unit>/<campaign>/desk/person")
@for_roles(ROLE)
class Person(Operation):
    """Who was found."""

    @bp.response(200, PersonAtDeskShape)
    def get(self) -> Any:
        """The one person that the newest look-up found; 404 after half an hour, and after one in vain."""
        return _found()


@bp.route("/<unit>/<campaign>/desk/person/<uuid:case_id>/visits")
@for_roles(ROLE)
class DeskVisits(Operation):
    """What was done at the desk."""

    def find(self, *, case_id: uuid.UUID) -> None:
        """Raise NotFound for anybody but the person who was looked up."""
        if case_id not in {case.case_id for case in _found().cases}:
            raise NotFound

    @bp.arguments(DoneShape, example={"outcome": "took_part", "state_version": 3, "assisted": True})
    @bp.response(201, DoneAtDeskShape)
    def post(self, told: dict[str, Any], case_id: uuid.UUID) -> ResponseReturnValue:
        """Record what was done for the person, now; 409 if somebody was faster."""
        finding = Finding(
            told["outcome"],
            case_id,
            told["state_version"],
            told["promised_at"],
            told["evidence"],
            told["evidence_kind"],
        )
        assisted = told["assisted"]

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            done = record_at_desk(book, context, actor, (finding,), assisted=assisted)
            return {name: done[name] for name in ("visit", "ledger_no", "cases")}

        return carry_out(work, told)


@bp.route("/<unit>/<campaign>/desk/entries/<int(max=9223372036854775807):ledger_no>/void")
@for_roles(ROLE)
class DeskVoid(Operation):
    """Taking back what was recorded at the desk."""

    def find(self, *, ledger_no: int) -> None:
        """Raise NotFound while nobody is open to the desk."""
        del ledger_no
        _found()

    @bp.arguments(ReasonShape, example={"reason": "Bấm nhầm kết quả"})
    @bp.response(201, VoidedAtDeskShape)
    def post(self, told: dict[str, Any], ledger_no: int) -> ResponseReturnValue:
        """Take back an entry of one's own at the desk, while the person is still open."""
        reason = told["reason"]
        _answer, headers = carry_out(
            lambda book, context, actor: void_at_desk(book, context, actor, ledger_no, reason=reason), told
        )
        return {"voided": ledger_no}, headers


def _found() -> PersonAtDesk:
    actor = let_in_by_look_up(here.session, here.actor, now=here.now)
    return person_at_desk(here.session, actor, here.context, now=here.now)
