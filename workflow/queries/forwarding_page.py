"""The page of the post that forwards reports: who has sent, what has been passed on, what would go along now, who is missing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.pack.model import Duty, Label
from rules.time import Instant
from workflow.access import Actor, sees_task, task_post, who_may_move_task
from workflow.errors import NotFound
from workflow.plan.life import CLOSED, EXCUSED
from workflow.plan.standing import Standing
from workflow.queries.campaigns import CampaignContext
from workflow.queries.forwarding import Passed, Report, passed_on, reports_of_period, reports_passed
from workflow.queries.plan_items import due_words, title_of
from workflow.queries.post_holders import holders_of_posts
from workflow.queries.tasks import TASKS, standing_sql


class ReportLine(NamedTuple):
    """One report on the page. `gone_at` is when its sender had handed over what was passed on; None if nothing was.

    `is_going`: it would go along now. `was_reminded`: it came, or did not come, by the internal hour.
    """

    report: Report
    holders: tuple[str, ...]
    gone_at: Instant | None
    is_going: bool
    is_after_internal: bool

    @property
    def is_missing(self) -> bool:
        """Whether somebody still has to send it."""
        return self.report.submitted_at is None and not self.report.is_excused


class PeriodLine(NamedTuple):
    """Another period of the same duty, and how its forwarding stands."""

    occurrence: str
    due_at: Instant | None
    standing: Standing
    submitted_at: Instant | None


@dataclass(frozen=True, slots=True)
class ForwardingPage:
    """One period: the duty to forward (`task`), its reports, each time that some were passed on, and the other periods."""

    item: str
    task: Mapping[str, Any]
    label: Label
    receiver: Label | None
    holders: tuple[str, ...]
    standing: Standing
    due_words: str
    lines: list[ReportLine]
    passed: list[Passed]
    others: list[PeriodLine]
    may_forward: bool
    who_may: str

    @property
    def is_done(self) -> bool:
        """Whether it was passed on once: what goes along now is a supplement."""
        return bool(self.task["state"] == "done")

    @property
    def going(self) -> list[ReportLine]:
        """What would go along now."""
        return [line for line in self.lines if line.is_going]

    @property
    def missing(self) -> list[ReportLine]:
        """Who still has to send."""
        return [line for line in self.lines if line.is_missing]

    @property
    def asked(self) -> int:
        """How many reports are asked for; who is excused is not counted."""
        return sum(not line.report.is_excused for line in self.lines)

    @property
    def sent(self) -> int:
        """How many have come."""
        return sum(line.report.submitted_at is not None for line in self.lines)

    def places(self, scopes: Sequence[str]) -> list[str]:
        """Return the names of the places with these codes, as they stand on the page."""
        names = {line.report.scope: line.report.place or line.report.scope for line in self.lines}
        return [names.get(scope, scope) for scope in scopes]


def forwarding_page(
    session: Session, actor: Actor, context: CampaignContext, item: str, occurrence: str | None, *, now: Instant
) -> ForwardingPage:
    """Return the page of a relayed duty for one period; without one, the next to be forwarded, else the newest.

    Raises NotFound for a duty that nobody relays, a period that has not opened, and whoever has no part in it. Five statements.
    """
    forwarding = context.pack.forwardings.get(item)
    rows = _periods(session, context, forwarding, now) if forwarding is not None else []
    rows = [row for row in rows if sees_task(actor, row)]
    task = _chosen(rows, occurrence, now)
    if forwarding is None or task is None:
        raise NotFound
    reports = reports_of_period(session, context, item, task["occurrence"], now=now)
    passed = passed_on(session, actor.unit_id, task["id"])
    posts = [post for post in (task["owner_post_id"], *(one.owner_post_id for one in reports)) if post is not None]
    holders = holders_of_posts(session, actor.unit_id, posts, now=now)
    return ForwardingPage(
        item=item, task=task, label=forwarding.label, receiver=_receiver(context, item),
        holders=holders.get(task["owner_post_id"], ()), standing=task["standing"],
        due_words=due_words(context, forwarding.id, task["due_at"]),
        lines=_lines(reports, passed, task, holders), passed=passed,
        others=[
            PeriodLine(row["occurrence"], row["due_at"], row["standing"], row["submitted_at"])
            for row in reversed(rows) if row["id"] != task["id"]
        ],
        may_forward=task["state"] != "cancelled" and task_post(actor, task, "submit") is not None,
        who_may=who_may_move_task("submit"),
    )  # fmt: skip


def _periods(session: Session, context: CampaignContext, forwarding: Duty, now: Instant) -> list[dict[str, Any]]:
    statement = (
        select(TASKS, standing_sql(now).label("standing"))
        .where(TASKS.c.unit_id == context.unit_id, TASKS.c.campaign_id == context.id, TASKS.c.item == forwarding.id)
        .order_by(TASKS.c.opens_at, TASKS.c.occurrence)
    )
    return [dict(row) for row in session.execute(statement).mappings()]


def _chosen(rows: Sequence[dict[str, Any]], occurrence: str | None, now: Instant) -> dict[str, Any] | None:
    if occurrence is not None:
        return next((row for row in rows if row["occurrence"] == occurrence), None)
    ahead = [row for row in rows if row["state"] not in CLOSED and row["due_at"] > now]
    return ahead[0] if ahead else rows[-1] if rows else None


def _receiver(context: CampaignContext, item: str) -> Label | None:
    duty = context.pack.plan_items[item]
    relay = duty.relay if isinstance(duty, Duty) else None
    if relay is None:
        return None
    body = next((body for body in context.pack.model.pack.bodies if body.id == relay.to), None)
    return title_of(context, relay.to) if body is None else body.label


def _lines(
    reports: Sequence[Report],
    passed: Sequence[Passed],
    task: Mapping[str, Any],
    holders: Mapping[uuid.UUID, tuple[str, ...]],
) -> list[ReportLine]:
    gone = reports_passed(passed)
    again = task["state"] not in (*CLOSED, *EXCUSED)
    return [
        ReportLine(
            report=one,
            holders=holders.get(one.owner_post_id, ()) if one.owner_post_id is not None else (),
            gone_at=gone.get(one.scope),
            is_going=one.submitted_at is not None and (again or gone.get(one.scope) != one.submitted_at),
            is_after_internal=one.submitted_at is not None and one.internal_due_at is not None and one.submitted_at >= one.internal_due_at,
        )
        for one in reports
    ]  # fmt: skip


__all__ = ["ForwardingPage", "PeriodLine", "ReportLine", "forwarding_page"]
