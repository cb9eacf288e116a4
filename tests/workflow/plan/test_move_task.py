"""Moving tasks: the machine, what each move demands, and lateness by what happened."""

import uuid

import pytest
from sqlalchemy import update

from rules.machine import MoveRefused
from rules.time import at, moment_vi
from tests.workflow.plan.conftest import Figures, Town, a_town, cat_thanh
from workflow.actions.add_evidence import add_evidence
from workflow.actions.move_task import MovedTask, move_task
from workflow.actions.open_plan import open_plan
from workflow.errors import (
    AlreadyDecided,
    BadInput,
    GuardRefused,
    MoveNotAllowed,
    NotFound,
    OutsideWindow,
    StaleVersion,
)
from workflow.plan.life import CLOSED, MOVES, STATE_LABELS, state_after
from workflow.plan.standing import words_of
from workflow.queries.tasks import count_tasks_by_timing
from workflow.store import Store
from workflow.sweeps.duties import open_duties
from workflow.tables import Task, TaskEvidence
from workflow.tables.plan import TASK_CLOSED, TASK_STATES

MORNING = "2025-05-14 09:00"


@pytest.fixture
def plan(town: Town) -> Town:
    """The town with its plan open."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    return town


LATEST = -1
"""Stands for: the sender has just looked at the task."""


def moved(town: Town, task: Task, move: str, now: str = MORNING, *, version: int = LATEST, **values) -> MovedTask:
    """Move the task and return what the sender is told."""
    seen = town.task(task.item, task.scope, task.occurrence).state_version if version == LATEST else version
    return town.write(
        now,
        lambda book: move_task(book, town.campaign, task.id, move, actor=town.everybody, state_version=seen, **values),
    )


def state_of(town: Town, task: Task) -> str:
    return town.task(task.item, task.scope, task.occurrence).state


def test_states_and_closed_states_are_those_of_the_table() -> None:
    assert set(STATE_LABELS) == set(TASK_STATES)
    assert set(CLOSED) == set(TASK_CLOSED)


def test_from_assigned_through_review_to_done(plan: Town) -> None:
    task = plan.task("mobilise")

    moved(plan, task, "start", "2025-05-14 09:00")
    moved(plan, task, "submit", "2025-05-14 10:00")
    result = moved(plan, task, "accept", "2025-05-14 11:00")

    after = plan.task("mobilise")
    assert (after.state, after.is_open, result.state) == ("done", False, "done")
    assert (after.started_at, after.submitted_at, after.done_at) == (
        at("2025-05-14 09:00"), at("2025-05-14 10:00"), at("2025-05-14 11:00"),
    )  # fmt: skip
    assert after.next_action_at is None
    assert (after.version, after.state_version) == (4, 4) == (result.state_version, 4)
    changes = [(event.data["from"], event.data["to"]) for event in plan.events(task.id)]
    assert changes == [
        (None, "assigned"), ("assigned", "in_progress"), ("in_progress", "submitted_for_review"), ("submitted_for_review", "done"),
    ]  # fmt: skip


ALLOWED = {(source, move.name) for move in MOVES.values() for source in move.sources}


@pytest.mark.parametrize("state", TASK_STATES)
@pytest.mark.parametrize("move", MOVES)
def test_the_machine_allows_exactly_what_the_table_of_moves_says(state: str, move: str) -> None:
    if (state, move) in ALLOWED:
        assert state_after(state, move) == MOVES[move].target
    else:
        with pytest.raises(MoveRefused):
            state_after(state, move)


@pytest.mark.parametrize("move", ["accept", "return", "reopen", "fly", "state", "complete"])
def test_a_move_that_does_not_start_here_is_refused_and_nothing_changes(plan: Town, move: str) -> None:
    task = plan.task("mobilise")

    with pytest.raises(MoveNotAllowed, match="đã giao"):
        moved(plan, task, move, reason="thử")

    assert state_of(plan, task) == "assigned"
    assert len(plan.events(task.id)) == 1


@pytest.mark.parametrize("move", ["cancel", "waive"])
@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_reason_is_asked_where_somebody_ends_work(plan: Town, move: str, reason: str | None) -> None:
    with pytest.raises(BadInput, match="Lý do: cần một câu"):
        moved(plan, plan.task("mobilise"), move, reason=reason)


def test_a_return_needs_a_reason_and_the_deadline_runs_on(plan: Town) -> None:
    task = plan.task("team-finishes", "to-1")
    make_submittable(plan, task)
    figures = finished_figures()
    moved(plan, task, "submit", "2025-05-27 20:00", figures=figures)
    with pytest.raises(BadInput):
        moved(plan, task, "return", "2025-05-27 21:00")

    moved(plan, task, "return", "2025-05-27 21:00", reason="thiếu số của ngày 26/5")
    again = moved(plan, task, "submit", "2025-05-28 00:00", figures=figures)

    assert again.timing == "late"
    assert plan.events(task.id)[-2].data["reason"] == "thiếu số của ngày 26/5"


def finished_figures() -> Figures:
    figures = Figures()
    figures.tell("listed", 40, "2025-05-15 08:00", "to-1")
    figures.tell("open_people", 0, "2025-05-26 10:00", "to-1")
    return figures


def make_submittable(plan: Town, task: Task) -> None:
    """Close what the task waits for."""
    for item, scope in (("form-teams", "unit"), ("print-lists", "unit"), ("hand-over-lists", task.scope)):
        moved(plan, plan.task(item, scope), "cancel", reason="làm ngoài hệ thống")


@pytest.mark.parametrize(
    "reason",
    ["gọi 0912 345 678", "số định danh 999123456789", "chủ hộ không tán thành", "x" * 501],
)
def test_a_reason_holds_no_personal_number_and_no_answer(plan: Town, reason: str) -> None:
    with pytest.raises(BadInput, match="Lý do"):
        moved(plan, plan.task("mobilise"), "cancel", reason=reason)


def test_an_amount_of_money_and_a_date_are_no_personal_numbers(plan: Town) -> None:
    moved(plan, plan.task("budget"), "cancel", reason="đã cấp 1.250.000.000 đồng ngày 20/5/2025 theo QĐ 12/2025")

    assert state_of(plan, plan.task("budget")) == "cancelled"


def test_a_stale_version_is_refused_and_says_who_is_ahead(plan: Town) -> None:
    task = plan.task("mobilise")
    moved(plan, task, "start")

    with pytest.raises(StaleVersion) as refused:
        moved(plan, task, "submit", version=1)

    assert refused.value.values == {"state": "đang làm", "theirs": 2, "yours": 1}
    assert state_of(plan, task) == "in_progress"


def test_a_task_of_another_unit_does_not_exist(plan: Town, store: Store) -> None:
    other = a_town(store, cat_thanh(), teams=1)

    with pytest.raises(NotFound):
        moved(other, plan.task("mobilise"), "start", version=1)
    with pytest.raises(NotFound):
        other.write(
            MORNING,
            lambda book: move_task(book, other.campaign, uuid.uuid4(), "start", actor=other.everybody, state_version=1),
        )


def test_open_predecessors_are_named_and_close_one_by_one(plan: Town) -> None:
    task = plan.task("print-lists")
    with pytest.raises(GuardRefused, match="phải xong trước: “Lập 15 tổ công tác"):
        moved(plan, task, "submit")

    moved(plan, plan.task("form-teams"), "cancel", reason="đã có sẵn")

    assert plan.task("print-lists").open_predecessors == 0
    with pytest.raises(GuardRefused, match="thiếu số lượng “Số danh sách đã in"):
        moved(plan, task, "submit")


def test_a_reopened_predecessor_holds_its_successors_again(plan: Town) -> None:
    before = plan.task("form-teams")
    moved(plan, before, "cancel", reason="nhầm")

    moved(plan, before, "reopen", reason="hủy nhầm")

    assert plan.task("print-lists").open_predecessors == 1
    assert (state_of(plan, before), plan.task("form-teams").is_open) == ("assigned", True)


def test_a_count_below_what_the_plan_asks_is_not_enough(plan: Town) -> None:
    task = plan.task("form-teams")
    for item in ("propose-steering", "issue-decision"):
        moved(plan, plan.task(item), "cancel", reason="đã ban hành trước")
    label = "Số tổ công tác đã lập"

    evidence(plan, task, kind="count", label=label, count=14)
    with pytest.raises(GuardRefused, match="mới có 14, cần ít nhất 15"):
        moved(plan, task, "submit")
    evidence(plan, task, kind="count", label=label, count=14, is_lower_bound=True)
    moved(plan, task, "submit")

    assert state_of(plan, task) == "submitted_for_review"


def evidence(plan: Town, task: Task, now: str = MORNING, **values) -> uuid.UUID:
    return plan.write(now, lambda book: add_evidence(book, plan.campaign, task.id, actor=plan.everybody, **values))


def test_evidence_is_an_event_and_makes_no_phone_conflict(plan: Town) -> None:
    task = plan.task("emulation")

    evidence_id = evidence(plan, task, kind="document", label="  Số 12/CT-UBND ")

    after = plan.task("emulation")
    event = plan.events(task.id)[-1]
    assert (after.version, after.state_version) == (2, 1)
    assert event.data["evidence"] == str(evidence_id)
    assert (event.data["label"], event.data["from"], event.data["to"]) == ("Số 12/CT-UBND", "assigned", "assigned")
    assert plan.count(TaskEvidence, ledger_no=event.ledger_no) == 1


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"kind": "rumour", "label": "x"}, "Loại minh chứng"),
        ({"kind": "document", "label": " "}, "Tên minh chứng"),
        ({"kind": "document", "label": "CCCD 999123456789"}, "số định danh"),
        ({"kind": "document", "label": "x", "count": 3}, "Số lượng"),
        ({"kind": "document", "label": "x", "file_sha256": "abc"}, "SHA-256"),
        ({"kind": "count", "label": "Số tổ công tác đã lập"}, "Số lượng"),
        ({"kind": "count", "label": "Số tổ công tác đã lập", "count": -1}, "Số lượng"),
        ({"kind": "count", "label": "Số khác", "count": 1}, "hãy chọn một trong: “Số tổ công tác đã lập”"),
        ({"kind": "link", "label": "javascript:alert(1)"}, "http"),
        ({"kind": "photo", "label": "Ảnh"}, "Tệp ảnh"),
    ],
)
def test_bad_evidence_is_refused_in_a_sentence(plan: Town, values: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        evidence(plan, plan.task("form-teams"), **values)

    assert plan.count(TaskEvidence) == 0


def test_a_link_may_hold_a_long_number(plan: Town) -> None:
    evidence(plan, plan.task("mobilise"), kind="link", label="https://catthanh.example/tin/202505140123")


def test_nothing_is_added_to_a_closed_task(plan: Town) -> None:
    task = plan.task("mobilise")
    moved(plan, task, "cancel", reason="thôi")

    with pytest.raises(AlreadyDecided, match="đã hủy"):
        evidence(plan, task, kind="document", label="Số 1")


@pytest.fixture
def report(town: Town) -> Task:
    """The daily report of team 1 on 20 May."""
    town.write("2025-05-20 00:00", lambda book: open_duties(book, town.campaign, at("2025-05-20 00:00")))
    return town.task("daily-report", "to-1", "2025-05-20")


@pytest.mark.parametrize(
    ("happened", "timing"),
    [
        ("2025-05-20 15:29:59.999999", "on_time"),
        ("2025-05-20 15:30", "on_time"),  # after the internal hour: reminded, never late
        ("2025-05-20 15:59:59.999999", "on_time"),
        ("2025-05-20 16:00", "supplement"),  # that hour binds the post that forwards it
        ("2025-05-20 16:00:00.000001", "supplement"),
    ],
)
def test_lateness_is_judged_by_what_happened_not_by_when_it_was_recorded(
    town: Town, report: Task, happened: str, timing: str
) -> None:
    result = moved(town, report, "submit", "2025-05-20 16:40", happened_at=at(happened))

    assert result.timing == timing
    assert moved(town, report, "accept", "2025-05-21 08:00").timing == timing


@pytest.mark.parametrize("happened", ["2025-05-20 12:00:00.000001", "2025-05-19 23:59:59.999999"])
def test_a_report_from_the_future_or_before_its_period_opens_is_refused(
    town: Town, report: Task, happened: str
) -> None:
    with pytest.raises(OutsideWindow, match="khoảng được ghi"):
        moved(town, report, "submit", "2025-05-20 12:00", happened_at=at(happened))

    assert state_of(town, report) == "assigned"


def test_nothing_of_a_task_happened_before_there_was_the_task(plan: Town) -> None:
    task = plan.task("mobilise")
    earliest = min(task.opens_at, task.created_at)
    for move, happened in (("start", at("2020-01-01 10:00")), ("submit", earliest - 1)):
        with pytest.raises(OutsideWindow) as refused:
            moved(plan, task, move, "2025-05-20 12:00", happened_at=happened)
        assert f"từ {moment_vi(earliest)} đến bây giờ" in str(refused.value)

    moved(plan, task, "start", "2025-05-20 12:00", happened_at=earliest)

    assert plan.task("mobilise").started_at == earliest


def test_what_has_no_deadline_is_sent_and_not_in_time(plan: Town) -> None:
    with plan.store.write() as session:
        session.execute(update(Task).where(Task.id == plan.task("mobilise").id).values(due_at=None))
    task = plan.task("mobilise")
    evidence(plan, task, kind="link", label="https://catthanh.example/tin/202505140123")

    assert moved(plan, task, "submit", "2025-05-20 12:00").timing == "sent"

    with plan.store.read() as session:
        counts = count_tasks_by_timing(session, plan.unit_id, plan.campaign.id, now=at("2025-05-20 12:00"))
    assert counts["sent"] == 1
    assert words_of("sent", None, at("2025-05-20 12:00")) == ("đã gửi, không có hạn", {})


def test_a_report_cannot_be_accepted_before_it_was_sent(town: Town, report: Task) -> None:
    moved(town, report, "submit", "2025-05-20 15:00")

    with pytest.raises(OutsideWindow):
        moved(town, report, "accept", "2025-05-20 16:00", happened_at=at("2025-05-20 14:59"))


def test_assigning_names_the_post_that_answers(plan: Town) -> None:
    task = plan.task("mobilise")

    moved(plan, task, "assign", owner_post_id=plan.posts["women", "unit"])

    assert plan.task("mobilise").owner_post_id == plan.posts["women", "unit"]


def test_a_post_of_nowhere_cannot_answer(plan: Town) -> None:
    with pytest.raises(NotFound):
        moved(plan, plan.task("mobilise"), "assign", owner_post_id=uuid.uuid4())


def test_a_task_without_owner_is_assigned_to_somebody_or_not_at_all(plan: Town) -> None:
    task = plan.task("mobilise")
    with plan.store.write() as session:
        session.execute(
            update(Task)
            .where(Task.unit_id == plan.unit_id, Task.id == task.id)
            .values(state="planned", owner_post_id=None)
        )

    with pytest.raises(BadInput, match="Người chịu trách nhiệm"):
        moved(plan, task, "assign")
    moved(plan, task, "assign", owner_post_id=plan.posts["front", "unit"])

    assert state_of(plan, task) == "assigned"


def test_a_condition_on_figures_is_asked_before_a_person_may_submit(plan: Town) -> None:
    task = plan.task("team-finishes", "to-1")
    make_submittable(plan, task)
    not_yet = Figures()
    not_yet.tell("listed", 40, "2025-05-15 08:00", "to-1")
    not_yet.tell("open_people", 3, "2025-05-15 08:00", "to-1")

    for figures in (None, Figures(), not_yet):
        with pytest.raises(GuardRefused, match="open_people"):
            moved(plan, task, "submit", "2025-05-26 12:00", figures=figures)

    assert moved(plan, task, "submit", "2025-05-26 12:00", figures=finished_figures()).timing == "on_time"


def test_a_refused_move_leaves_no_trace_in_the_ledger(plan: Town) -> None:
    before = len(plan.events())

    with pytest.raises(GuardRefused):
        moved(plan, plan.task("print-lists"), "submit")

    assert len(plan.events()) == before
