"""Runs every check over every unit and gathers what is wrong."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.findings import Finding
from workflow.errors import NotFound
from workflow.tables import Unit
from workflow.vault import Vault
from workflow.verify.answers import check_answers, check_endings
from workflow.verify.assignments import check_assignments, check_cases_follow_doors
from workflow.verify.cases import check_cases, check_entered, check_flags, check_unnamed, check_versions
from workflow.verify.chains import check_chains, check_stages
from workflow.verify.closes import check_closes
from workflow.verify.commands import check_commands
from workflow.verify.doors import check_contacts, check_follow_ups
from workflow.verify.escalations import check_escalations, check_once, check_steps
from workflow.verify.holders import check_granted, check_holders, check_rests
from workflow.verify.imports import check_imports
from workflow.verify.leftovers import check_leftovers
from workflow.verify.moves import check_guards, check_moves
from workflow.verify.numbers import check_numbers, check_voids
from workflow.verify.packs import check_packs
from workflow.verify.personal import check_personal
from workflow.verify.records import check_records
from workflow.verify.references import check_references
from workflow.verify.revisits import check_revisits
from workflow.verify.scope import Check, PackLoader, Scope, StoredPacks
from workflow.verify.sealed import check_anchor, check_seals
from workflow.verify.sums import check_one_case, check_partition, check_rollups
from workflow.verify.tasks import check_deadlines, check_progress, check_tasks
from workflow.verify.texts import check_texts
from workflow.verify.visits import check_requests, check_visits

CHECKS: Mapping[str, tuple[Check, ...]] = {
    "I1": (
        check_numbers, check_voids, check_chains, check_stages, check_cases, check_entered, check_versions, check_flags,
        check_unnamed,
    ),
    "I2": (check_moves, check_guards, check_packs),
    "I3": (check_rollups, check_partition, check_one_case),
    "I4": (check_assignments, check_cases_follow_doors),
    "I5": (check_seals, check_anchor, check_references, check_personal),
    "I6": (check_closes,),
    "I7": (check_escalations, check_steps, check_once, check_answers, check_endings, check_holders, check_granted, check_rests),
    "I8": (check_commands,),
    "I9": (check_imports,),
    "I10": (check_texts,),
    "doors": (check_follow_ups, check_contacts),
    "visits": (check_visits, check_requests),
    "plan": (check_tasks, check_deadlines, check_progress, check_records, check_revisits),
    "staged": (check_leftovers,),
}  # fmt: skip
"""Invariants and the checks that prove them."""

MOST = 50
"""How many findings of one check are told; the rest would say the same."""


@dataclass
class VerifyReport:
    """What was checked and what is wrong. `checked` has for each invariant how many findings its checks made."""

    units: list[str] = field(default_factory=list)
    events: int = 0
    checked: dict[str, int] = field(default_factory=dict)
    violations: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether no invariant is broken; notes and warnings do not break one."""
        return not any(finding.severity == "error" for finding in self.violations)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON-ready data."""
        return {
            "ok": self.ok,
            "units": self.units,
            "events": self.events,
            "checked": self.checked,
            "violations": [finding.to_json() for finding in self.violations],
        }


def verify(
    session: Session,
    units: Sequence[uuid.UUID] | None = None,
    *,
    anchors: Mapping[uuid.UUID, Mapping[str, Any]] | None = None,
    packs: PackLoader | None = None,
    vault: Vault | None = None,
) -> VerifyReport:
    """Check every invariant of the units (default: all) and return what is wrong. Reads only; give it one snapshot.

    `anchors` by unit are seals kept outside the database; `packs` finds packs by hash (default: those stored here); without
    `vault` personal columns are not checked, and the report says so. Raises NotFound for an unknown unit.
    """
    known = {row.id: row.code for row in session.execute(select(Unit.id, Unit.code).order_by(Unit.code))}
    chosen = list(known) if units is None else list(units)
    if any(unit_id not in known for unit_id in chosen):
        raise NotFound
    report, packs, anchors = VerifyReport(), packs or StoredPacks(session), anchors or {}
    for unit_id in chosen:
        scope = Scope(session, unit_id, packs, vault, anchors.get(unit_id))
        report.units.append(known[unit_id])
        report.events += scope.head.ledger_no
        for invariant, checks in CHECKS.items():
            found = [finding for check in checks for finding in _limited(scope, check)]
            report.checked[invariant] = report.checked.get(invariant, 0) + len(found)
            report.violations += found
    return report


def _limited(scope: Scope, check: Check) -> Iterator[Finding]:
    """Yield the first findings of a check, and say so if there are more."""
    findings = check(scope)
    last: Finding | None = None
    for finding in islice(findings, MOST):
        last = finding
        yield finding
    if last is not None and next(findings, None) is not None:
        message = f"Còn nhiều chỗ sai giống như trên (chỉ nêu {MOST}). Sửa rồi chạy lại."
        yield scope.wrong(last.check, "còn nữa", message, severity=last.severity)
