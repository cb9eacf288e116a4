"""Recording a visit: what was found at one door, for the whole door and for each person, all or nothing."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, insert, or_, select

from rules.pack.model import MODES, Outcome
from rules.said import At, Part, Said, listed
from rules.time import Instant
from workflow.access import Actor, door_for, require_post, roles_at
from workflow.errors import BadInput, MoveNotAllowed
from workflow.escalation.settle import open_settled
from workflow.gateway.door import OpenDoor
from workflow.gateway.labels import FINISHED, LEFT, is_finished, label_of, state_shown
from workflow.gateway.live import LiveCase
from workflow.gateway.requests import ask_for_exit, check_evidence, decide
from workflow.gateway.single import check_happened_at
from workflow.ledger.book import Book
from workflow.plan.texts import typed_text
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import reads_sensitive
from workflow.statements.prepared import Prepared
from workflow.tables import Membership, Request, Visit, VisitOutcome, table_of

WHERE_MET = {
    "door": "ghi tại nhà", "phone": "ghi qua điện thoại", "support_point": "ghi tại điểm hỗ trợ",
}  # fmt: skip
VISITORS = ("member", "team_leader", "area_head", "support_desk", "duty_leader", "coordinator")
_visits, _outcomes, _members = table_of(Visit), table_of(VisitOutcome), table_of(Membership)
_requests = table_of(Request)
_INSERT_VISIT, _INSERT_OUTCOMES = Prepared(insert(_visits)), Prepared(insert(_outcomes))
_MEMBER = Prepared(
    select(_members.c.id).where(
        _members.c.unit_id == bindparam("unit"),
        _members.c.id == bindparam("member"),
        _members.c.from_at <= bindparam("at"),
        or_(_members.c.to_at.is_(None), _members.c.to_at > bindparam("at")),
    )
)
_WAITING = Prepared(
    select(_requests.c.id).where(
        _requests.c.unit_id == bindparam("unit"),
        _requests.c.case_id == bindparam("case"),
        _requests.c.status == "waiting",
    )
)


@dataclass(frozen=True)
class Finding:
    """One outcome: for a case, or (case empty) for the whole door. `state_version` is what the sender saw."""

    outcome: str
    case_id: uuid.UUID | None = None
    state_version: int | None = None
    promised_at: Instant | None = None
    evidence: str | None = None
    evidence_kind: str | None = None


@dataclass(frozen=True)
class VisitReport:
    """A visit as it was told. `done_by` went, whoever types it; `claimed_at` is what a phone's clock said."""

    door_id: uuid.UUID
    happened_at: Instant
    findings: tuple[Finding, ...]
    mode: str = "door"
    assisted: bool = False
    done_by: uuid.UUID | None = None
    claimed_at: Instant | None = None


@dataclass
class _Told:
    """What the visit's own event keeps: enough to fold the door's facts again without it."""

    attempts: int = 0
    met: bool = False
    contact: Instant | None = None
    own_follow_up_at: Instant | None = None
    promised_at: Instant | None = None
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        return {
            "attempts": self.attempts,
            "contact": self.contact,
            "own_follow_up_at": self.own_follow_up_at,
            "promised_at": self.promised_at,
            "cases": self.cases,
        }


def record_visit(book: Book, context: CampaignContext, actor: Actor, report: VisitReport) -> dict[str, Any]:
    """Record the visit and everything its outcomes do; return the new states by case.

    Raises NotFound (the door is absent or somebody else's), StaleVersion, MoveNotAllowed, GuardRefused, OutsideWindow or BadInput;
    then nothing of the visit is recorded.
    """
    row = door_for(book.connection, actor, report.door_id, campaign_id=context.id)
    require_post(actor, VISITORS, row, action="Ghi kết quả thăm hộ")
    _check(context, report, book.now)
    report = _clean(report)
    done_by = _visitor(book, actor, report)
    opened = open_settled(book, context, report.door_id, row=row)
    visit_id, told, data = book.new_id(), _Told(), dict[str, Any]()
    number = book.append(
        "visit",
        happened_at=report.happened_at,
        campaign_id=context.id,
        door_id=report.door_id,
        about_id=visit_id,
        data=data,
    )
    by = roles_at(actor, row)
    for finding in report.findings:
        _apply(opened, context, finding, report, told, visit_id=visit_id, by=by, done_by=done_by)
    _settle_contact(opened, report, told)
    _withdraw_requests(opened, report)
    data.update(told.as_data(), done_by=str(done_by), mode=report.mode, assisted=report.assisted)
    opened.save()
    _write(book, report, visit_id, number, done_by)
    return {
        "visit": str(visit_id),
        "ledger_no": number,
        "door_version": opened.door.version,
        "cases": _answers(opened, report, openly=reads_sensitive(actor, row)),
    }


def _answers(opened: OpenDoor, report: VisitReport, *, openly: bool) -> dict[str, Any]:
    """Return what the sender is told about each case. Finished contacts look alike: nothing tells who took part.

    Of whom contact has ended, other tracks are left out, unless the visit was about them.
    """
    main, spoken_of = opened.context.pack.main_track, {finding.case_id for finding in report.findings}
    on_main = [case for case in opened.cases.values() if case.track == main.id]
    ended = {case.subject_id for case in on_main if is_finished(main, case.state)}
    answers = dict[str, Any]()
    for case_id in sorted(opened.touched):
        case = opened.cases[case_id]
        if case.subject_id in ended and case.track != main.id and case_id not in spoken_of:
            continue
        track = opened.context.pack.tracks[case.track]
        answers[str(case_id)] = {
            "state": state_shown(track, case.state, openly=openly),
            "label": label_of(track, case.state, openly=openly),
            "state_version": None if is_finished(track, case.state) else case.state_version,
        }
    return answers


def _withdraw_requests(opened: OpenDoor, report: VisitReport) -> None:
    """Withdraw what waits to be confirmed of people with whom contact has now ended: nobody is asked about them any more."""
    for finding in report.findings:
        case = None if finding.case_id is None else opened.cases[finding.case_id]
        if case is None or not is_finished(opened.context.pack.tracks[case.track], case.state):
            continue
        asked = {"unit": opened.book.unit_id, "case": case.id}
        for request in _WAITING.all(opened.book.connection, asked):
            decide(opened, request.id, case, "withdrawn", None)


def _clean(report: VisitReport) -> VisitReport:
    """Return the report with its typed texts as they may be kept; BadInput for one that may not."""
    if all(finding.evidence is None for finding in report.findings):
        return report
    findings = (
        replace(finding, evidence=typed_text(Said("Kết quả thứ %(number)s, chứng cứ", number=number), finding.evidence))
        for number, finding in enumerate(report.findings, start=1)
    )
    return replace(report, findings=tuple(findings))


def _visitor(book: Book, actor: Actor, report: VisitReport) -> uuid.UUID:
    """Return the membership that went: who is told, or who types. Somebody else must belong to the unit when the visit was made."""
    if report.done_by is None or report.done_by == actor.membership_id:
        return actor.membership_id
    asked = {"unit": book.unit_id, "member": report.done_by, "at": report.happened_at}
    if _MEMBER.first(book.connection, asked) is None:
        raise BadInput(where="Người đi thăm", what="không có trong đơn vị vào lúc thăm; chọn lại người đã đi")
    return report.done_by


def _check(context: CampaignContext, report: VisitReport, now: Instant) -> None:
    check_happened_at(context, report.happened_at, now)
    if report.mode not in MODES:
        raise BadInput(
            where="Hình thức",
            what=Said("“%(mode)s” không có; chọn một trong %(names)s", mode=report.mode, names=", ".join(MODES)),
        )
    if not report.findings:
        raise BadInput(where="Kết quả", what="chưa chọn kết quả nào; chọn ít nhất một kết quả")
    seen: set[uuid.UUID | None] = set()
    for number, finding in enumerate(report.findings, start=1):
        outcome = context.pack.outcomes.get(finding.outcome)
        where = Said("Kết quả thứ %(number)s", number=number)
        if outcome is None:
            raise BadInput(
                where=where, what=Said("gói quy tắc không có kết quả “%(outcome)s”", outcome=finding.outcome)
            )
        if (outcome.scope == "person") != (finding.case_id is not None):
            told = "“%(label)s” ghi cho cả hộ: bỏ chọn người"
            if outcome.scope == "person":
                told = "“%(label)s” ghi cho từng người: chọn người"
            raise BadInput(where=where, what=Said(told, label=outcome.label.said))
        if report.mode not in outcome.modes:
            where_met = listed(Part(WHERE_MET[mode]) for mode in outcome.modes)
            raise BadInput(
                where=where, what=Said("“%(label)s” chỉ %(modes)s", label=outcome.label.said, modes=where_met)
            )
        if finding.case_id in seen:
            raise BadInput(where=where, what="mỗi người (hoặc cả hộ) chỉ một kết quả trong một lần thăm")
        seen.add(finding.case_id)
        _check_asked(context, outcome, finding, where, happened_at=report.happened_at)


def _check_asked(
    context: CampaignContext, outcome: Outcome, finding: Finding, where: Said, *, happened_at: Instant
) -> None:
    """Refuse a finding without what its outcome asks for, and a promise that no visit can keep."""
    promised = finding.promised_at
    if "promised_at" in outcome.asks and promised is None:
        what = Said("“%(label)s” cần giờ hẹn; nhập ngày giờ hẹn", label=outcome.label.said)
        raise BadInput(where=where, what=what)
    if promised is not None and promised <= happened_at:
        raise BadInput(where=where, what=Said("giờ hẹn %(at)s phải sau lúc thăm", at=At(promised)))
    if promised is not None and promised >= context.ends_at:
        what = Said("giờ hẹn sau khi đợt kết thúc; hẹn trước %(end)s", end=At(context.ends_at))
        raise BadInput(where=where, what=what)


def _apply(
    opened: OpenDoor,
    context: CampaignContext,
    finding: Finding,
    report: VisitReport,
    told: _Told,
    *,
    visit_id: uuid.UUID,
    by: tuple[str, ...],
    done_by: uuid.UUID,
) -> None:
    outcome = context.pack.outcomes[finding.outcome]
    case = _still_open(opened, outcome, finding)
    if case is not None and case.track != context.pack.track_of(finding.outcome).id:
        raise BadInput(where=outcome.label.said, what="kết quả này thuộc một việc khác của cùng người; chọn đúng dòng")
    check_evidence(outcome, finding.evidence, finding.evidence_kind)
    follow_up = finding.promised_at if "promised_at" in outcome.asks else None
    if case is not None:
        opened.ask(case, None)
    for effect in outcome.effects:
        if effect.move is not None and case is not None:
            opened.move(case, effect.move, by=by, happened_at=report.happened_at, about_id=visit_id)
            follow_up = follow_up or case.follow_up_at
        elif effect.request is not None and case is not None:
            ask_for_exit(
                opened,
                case,
                effect.request,
                asked_by=done_by,
                happened_at=report.happened_at,
                evidence=finding.evidence,
                evidence_kind=finding.evidence_kind,
                about_id=visit_id,
            )
        elif effect.follow_up is not None:
            follow_up = opened.instant_of(effect.follow_up, since=report.happened_at)
    _keep(opened, outcome, case, follow_up, finding, told)


def _still_open(opened: OpenDoor, outcome: Outcome, finding: Finding) -> LiveCase | None:
    """Return the case that an outcome is about, if any; refused, always in the same words, once contact has ended or it has left."""
    if finding.case_id is None:
        return None
    case = opened.case(finding.case_id)
    if case.left_at is not None:
        raise MoveNotAllowed(move=outcome.label.said, state=LEFT)
    if is_finished(opened.context.pack.tracks[case.track], case.state):
        raise MoveNotAllowed(move=outcome.label.said, state=FINISHED)
    return opened.case(finding.case_id, state_version=finding.state_version)


def _keep(
    opened: OpenDoor, outcome: Outcome, case: LiveCase | None, follow_up: Instant | None, finding: Finding, told: _Told
) -> None:
    """Note what the outcome asks for next and how it counts, on the door or on the person."""
    in_vain = any(effect.count_attempt for effect in outcome.effects)
    if case is None:
        told.own_follow_up_at, told.promised_at = follow_up, finding.promised_at
        told.attempts += in_vain
    else:
        opened.ask(case, follow_up if case.is_open else None)
        case.attempts += in_vain
        told.cases[case.id.hex] = {"follow_up_at": case.follow_up_at, "attempts": int(in_vain)}
        if finding.promised_at is not None:
            told.promised_at = min(told.promised_at or finding.promised_at, finding.promised_at)
    told.met = told.met or not in_vain


def _settle_contact(opened: OpenDoor, report: VisitReport, told: _Told) -> None:
    """A visit does what the door itself was waiting for; whoever was met counts as contact with the household."""
    told.contact = report.happened_at if told.met else None
    door = opened.door
    door.own_follow_up_at, door.promised_at = told.own_follow_up_at, told.promised_at
    opened.record_contact(told.contact, attempts=told.attempts)


def _write(book: Book, report: VisitReport, visit_id: uuid.UUID, number: int, done_by: uuid.UUID) -> None:
    assert book.actor_id is not None  # noqa: S101 - a visit is always typed by somebody
    visit = {
        "unit_id": book.unit_id,
        "id": visit_id,
        "door_id": report.door_id,
        "ledger_no": number,
        "mode": report.mode,
        "assisted": report.assisted,
        "done_by_id": done_by,
        "recorded_by_id": book.actor_id,
        "happened_at": report.happened_at,
        "recorded_at": book.now,
        "claimed_at": report.claimed_at,
        "outcomes": len(report.findings),
    }
    _INSERT_VISIT.run(book.connection, [visit])
    rows = [
        {
            "unit_id": book.unit_id,
            "visit_id": visit_id,
            "position": position,
            "case_id": finding.case_id,
            "outcome": finding.outcome,
            "promised_at": finding.promised_at,
            "evidence": finding.evidence,
        }
        for position, finding in enumerate(report.findings, start=1)
    ]
    _INSERT_OUTCOMES.run(book.connection, rows)
