"""P: a task is in the state its last event left it in, was handed over and done when the ledger says, and is due as the plan says."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from rules.findings import Finding
from rules.pack import Pack
from workflow.figures.replay import alias_of
from workflow.plan.life import HANDED_OVER
from workflow.plan.schedule import Slot, slot_of_task, slots_of_duty
from workflow.tables import Event, Task
from workflow.verify.scope import Scope

CHECK = "P-task"
MOMENTS: Final = ("opens_at", "due_at", "internal_due_at", "period_from", "period_to")


def check_tasks(scope: Scope) -> Iterator[Finding]:
    """Yield each task whose state or instants differ from its events, that has none, or that is gone while its events are there."""
    task, event = alias_of(Task), alias_of(Event)
    window: dict[str, Any] = {"partition_by": event.about_id, "order_by": event.ledger_no.desc()}
    steps = (
        select(
            event.about_id, event.ledger_no, event.happened_at, event.data["to"].as_string().label("to"),
            event.data["from"].as_string().label("before"), func.row_number().over(**window).label("from_end"),
        )
        .where(event.unit_id == scope.unit_id, event.kind == "task")
    )  # fmt: skip
    last, any_step = steps.subquery().c, steps.subquery().c
    handed_over = (
        select(any_step.ledger_no)
        .where(any_step.about_id == task.id, any_step.to.in_(HANDED_OVER))
        .where(any_step.happened_at == task.submitted_at)
        .exists()
    )
    done = and_(last.to == "done", last.before.is_distinct_from("done"), last.happened_at != task.done_at)
    wrong = or_(
        last.about_id.is_(None), last.to.is_distinct_from(task.state), done,
        and_(task.state.in_(HANDED_OVER), ~func.coalesce(handed_over, False)),
        and_(task.state.not_in(HANDED_OVER), task.submitted_at.is_not(None)),
    )  # fmt: skip
    joined = task.id.table.outerjoin(last.about_id.table, and_(last.about_id == task.id, last.from_end == 1))
    statement = select(task.id, task.label, task.state, last.to, last.ledger_no).select_from(joined)
    for row in scope.rows(statement.where(task.unit_id == scope.unit_id, wrong)):
        message = (
            f"Việc “{row.label}” đang ghi “{row.state}”, sổ nói “{row.to}” (hoặc khác giờ nộp, giờ xong). "
            "Dữ liệu đã bị sửa ngoài sổ."
        )
        yield scope.wrong(CHECK, f"nhiệm vụ {row.id.hex}", message, task=row.id, state=row.state, ledger=row.to)
    yield from _lost(scope)


def _lost(scope: Scope) -> Iterator[Finding]:
    task, event = alias_of(Task), alias_of(Event)
    known = select(task.id).where(task.unit_id == event.unit_id, task.id == event.about_id).exists()
    gone = select(event.about_id, func.max(event.ledger_no).label("ledger_no")).where(
        event.unit_id == scope.unit_id, event.kind == "task", event.about_id.is_not(None), ~known
    )
    for row in scope.rows(gone.group_by(event.about_id)):
        message = f"Sổ có việc ở số {row.ledger_no} nhưng việc ấy không còn. Khôi phục từ bản sao lưu."
        yield scope.wrong(CHECK, f"số sổ {row.ledger_no}", message, task=row.about_id, ledger_no=row.ledger_no)


def check_deadlines(scope: Scope) -> Iterator[Finding]:
    """Yield each task whose opening, period or deadline is neither the plan's nor the one an event gave it since."""
    task, event = alias_of(Task), alias_of(Event)
    first = (
        select(event.about_id, func.min(event.ledger_no).label("ledger_no"))
        .where(event.unit_id == scope.unit_id, event.kind == "task")
        .group_by(event.about_id)
        .subquery()
        .c
    )
    columns = (task.id, task.campaign_id, task.item, task.occurrence, task.label, *(task[name] for name in MOMENTS))
    statement = select(*columns, event.pack_hash).where(
        task.unit_id == scope.unit_id, first.about_id == task.id,
        event.unit_id == task.unit_id, event.ledger_no == first.ledger_no,
    )  # fmt: skip
    given, slots = _given(scope), dict[str, dict[tuple[str, str], Slot]]()
    for row in scope.rows(statement):
        pack_hash = row.pack_hash or scope.campaigns[row.campaign_id].pack_hash
        if pack_hash not in slots:
            slots[pack_hash] = _slots(scope.packs(pack_hash))
        slot = slots[pack_hash].get((row.item, row.occurrence))
        if slot is not None and not _is_due_as_said(row, slot, given):
            message = f"Việc “{row.label}” ghi giờ mở, kỳ hoặc hạn khác với kế hoạch và sổ. Dữ liệu đã bị sửa ngoài sổ."
            yield scope.wrong(CHECK, f"nhiệm vụ {row.id.hex}", message, task=row.id, due_at=row.due_at)


def check_progress(scope: Scope) -> Iterator[Finding]:
    """Yield each task that says it is further, or less far, than its owner last said."""
    task, event = alias_of(Task), alias_of(Event)
    window: dict[str, Any] = {"partition_by": event.about_id, "order_by": event.ledger_no.desc()}
    said = select(
        event.about_id,
        event.data["progress"].as_integer().label("progress"),
        func.row_number().over(**window).label("nth"),
    ).where(event.unit_id == scope.unit_id, event.kind == "task", event.data["progress"].as_integer().is_not(None))
    last = said.subquery().c
    joined = task.id.table.outerjoin(last.about_id.table, and_(last.about_id == task.id, last.nth == 1))
    statement = select(task.id, task.label, task.progress, last.progress.label("said")).select_from(joined)
    wrong = task.progress.is_distinct_from(last.progress)
    for row in scope.rows(statement.where(task.unit_id == scope.unit_id, wrong)):
        message = f"Việc “{row.label}” ghi tiến độ {row.progress}, sổ nói {row.said}. Dữ liệu đã bị sửa ngoài sổ."
        yield scope.wrong(CHECK, f"nhiệm vụ {row.id.hex}", message, task=row.id, progress=row.progress, ledger=row.said)


def _slots(pack: Pack | None) -> dict[tuple[str, str], Slot]:
    """Return when each task and each occurrence of a duty opens and falls due, by item and occurrence."""
    if pack is None:
        return {}
    plan = pack.model.plan
    once = {(item.id, ""): slot_of_task(item, pack) for item in plan.tasks}
    return once | {(duty.id, slot.occurrence): slot for duty in pack.duties for slot in slots_of_duty(duty, pack)}


def _given(scope: Scope) -> dict[Any, dict[str, Any]]:
    """Return the instants that events gave a task since it was opened, by task: a deadline after another one was done (None: took
    away), and all instants when the plan itself was changed. The newest counts.
    """
    event = alias_of(Event)
    counts_from, by_plan = (event.data[name].as_string() for name in ("counts_from", "by_plan"))
    statement = select(event.about_id, event.data).where(
        event.unit_id == scope.unit_id, event.kind == "task", or_(counts_from.is_not(None), by_plan.is_not(None))
    )
    given: dict[Any, dict[str, Any]] = {}
    for row in scope.rows(statement.order_by(event.ledger_no)):
        names = MOMENTS if row.data.get("by_plan") else ("due_at",)
        given.setdefault(row.about_id, {}).update({name: row.data.get(name) for name in names})
    return given


def _is_due_as_said(row: Any, slot: Slot, given: dict[Any, dict[str, Any]]) -> bool:
    said = {name: getattr(slot, name) for name in MOMENTS} | given.get(row.id, {})
    return all(getattr(row, name) == value for name, value in said.items())
