"""One task on one page: the plan's words, what is before and after it, what happened, and who may do what now."""

import uuid

import pytest

from rules.time import at
from tests.workflow.plan.conftest import Town, cat_thanh
from tests.workflow.plan.statements import statements
from workflow.access import Actor, require_task_post
from workflow.actions.accept_reports import accept_reports
from workflow.actions.add_evidence import add_evidence
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.set_progress import set_progress
from workflow.actions.step_task import step_task
from workflow.actions.withdraw_evidence import withdraw_evidence
from workflow.errors import (
    AlreadyDecided,
    BadInput,
    GuardRefused,
    MoveNotAllowed,
    NotFound,
    NotPermitted,
    StaleVersion,
)
from workflow.plan.life import MOVES
from workflow.plan.scopes import relays_in
from workflow.queries.plan_board import plan_board
from workflow.queries.task_page import TaskPage, task_page
from workflow.queries.task_record import handed_in_by
from workflow.sweeps.duties import open_duties
from workflow.tables import Task
from workflow.verify import verify

NOW = "2025-05-15 09:00"
OFFICE, CHIEF, COORDINATOR, LEADER = (
    ("office", "unit"), ("police_chief", "unit"), ("deputy_police_chief", "unit"), ("team_leader", "to-1"),
)  # fmt: skip


@pytest.fixture
def plan(town: Town) -> Town:
    """The town with its plan and the reports of the first day open."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    town.write("2025-05-15 00:00", lambda book: open_duties(book, town.campaign, at("2025-05-15 00:00")), by_rule=True)
    return town


def page(town: Town, task: Task, *posts: tuple[str, str], now: str = NOW) -> TaskPage:
    actor = town.holding(*posts) if posts else town.everybody
    with town.store.read() as session:
        return task_page(session, actor, town.campaign, task.id, now=at(now))


def do(town: Town, action, *posts: tuple[str, str], now: str = NOW, **values):
    actor = town.holding(*posts) if posts else town.everybody
    return town.write(now, lambda book: action(book, town.campaign, actor, **values))


def add(town: Town, task: Task, now: str = NOW, **values) -> uuid.UUID:
    shown = {"actor": town.everybody, "kind": "document", "label": "QĐ số 5", **values}
    return town.write(now, lambda book: add_evidence(book, town.campaign, task.id, **shown))


def step(town: Town, task: Task, move: str, now: str = NOW, **values) -> None:
    version = town.task(task.item, task.scope, task.occurrence).state_version
    do(town, step_task, now=now, task_id=task.id, move=move, state_version=version, **values)


def test_the_page_says_what_the_plan_says(plan: Town) -> None:
    found = page(plan, plan.task("staff-first"))

    assert found.label.en == "Staff and relatives first"
    assert (found.source, found.due_words) == ("Mục 3.2 (trước ngày 20/5/2025)", "trước ngày 20/5 (hết Thứ Hai 19/5)")
    assert found.support[0].vi == "Trưởng Công an thị trấn, Phó Trưởng Ban Chỉ đạo"
    assert found.owner is not None
    assert (found.owner.label.vi, found.owner.holders) == ("Văn phòng – Thống kê UBND thị trấn", ())
    assert (found.is_by_figures, found.is_by_declared, found.place) == (True, True, None)
    assert [(ask.kind, ask.is_met) for ask in found.wanted] == [("count", False)]


def test_a_report_says_whose_it_is_and_through_whom_it_travels(plan: Town) -> None:
    found = page(plan, plan.task("daily-report", "to-2", "2025-05-15"))

    assert found.place == "Tổ công tác 2"
    assert found.relay is not None
    assert found.relay.vi == "Phó Trưởng Công an thị trấn (tiếp nhận, tổng hợp kết quả)"
    assert found.due_words == "trước 16:00 hằng ngày (trước 16:00 Thứ Năm 15/5)"


def test_what_comes_before_is_named_what_comes_after_only_to_those_who_see_it(plan: Town) -> None:
    handed = plan.task("hand-over-lists", "to-1")
    chief, leader = page(plan, handed, CHIEF), page(plan, handed, LEADER)

    assert [(one.label.vi[:14], one.count, one.open_count) for one in chief.before] == [("In ba danh sác", 1, 1)]
    assert (chief.before[0].task_id, leader.before[0].task_id) == (plan.task("print-lists").id, None)
    assert leader.before[0].state == "assigned"
    assert {one.task_id for one in leader.after} == {
        plan.task(item, "to-1").id for item in ("team-finishes", "guide-people", "guide-accounts", "session-forms")
    }
    printed = page(plan, plan.task("print-lists"), CHIEF)
    assert [(one.count, one.open_count, one.task_id) for one in printed.after if one.count > 1] == [(3, 3, None)]


def test_what_may_be_done_now_is_what_the_tables_of_posts_allow(plan: Town) -> None:
    report, relays = plan.task("daily-report", "to-1", "2025-05-15"), relays_in(plan.campaign.pack)
    for move in (None, "start", "submit", "return", "submit", "accept"):
        if move is not None:
            step(plan, report, move, reason="thiếu số")
        for post in (LEADER, COORDINATOR, OFFICE, ("administrator", "unit"), ("member", "to-1")):
            found = page(plan, report, post)
            for name, rule in MOVES.items():
                possible = found.task["state"] in rule.sources and rule.is_plain
                assert (name in found.may) == (possible and _permitted(plan, found, post, name, relays["daily-report"]))


def _permitted(town: Town, found: TaskPage, post: tuple[str, str], move: str, relay: str) -> bool:
    try:
        actor = town.holding(post)
        with town.store.read() as session:
            handed_in = handed_in_by(session, actor, [found.task]).get(found.task["id"], ())
        require_task_post(actor, found.task, move, action="", relay=relay, handed_in=handed_in)
    except NotPermitted:
        return False
    return True


def test_the_page_says_who_does_the_rest(plan: Town) -> None:
    report = plan.task("daily-report", "to-1", "2025-05-15")
    step(plan, report, "submit")

    leader, coordinator = page(plan, report, LEADER), page(plan, report, COORDINATOR)

    assert leader.may == ()
    assert [move for move, _ in leader.others] == ["accept", "cancel"]
    assert leader.others[0][1].startswith("đầu mối tổng hợp hoặc trưởng ban chỉ đạo")
    assert set(coordinator.may) == {"return", "cancel", "waive"}, "here the coordinator is the one who handed it in"
    assert [move for move, _ in coordinator.others] == ["accept"]
    with plan.store.read() as session:
        receiver = task_page(session, plan.colleague(COORDINATOR), plan.campaign, report.id, now=at(NOW))
    assert (set(receiver.may), receiver.others) == ({"accept", "return", "cancel", "waive"}, [])


def test_history_tells_in_order_what_happened_and_by_whom(plan: Town) -> None:
    task = plan.task("mobilise")
    step(plan, task, "start", "2025-05-15 08:00")
    do(plan, set_progress, now="2025-05-15 08:30", task_id=task.id, percent=40, note="xong ba tổ")
    wrong = add(plan, task, "2025-05-15 08:40")
    do(plan, withdraw_evidence, now="2025-05-15 08:50", task_id=task.id, evidence_id=wrong, reason="nhầm văn bản")
    step(plan, task, "submit", "2025-05-15 09:00", happened_at=at("2025-05-15 08:55"))
    step(plan, plan.task("emulation"), "start")

    lines = page(plan, task).history

    assert [(line.what, line.who) for line in lines] == [
        ("opened", "Đầu Mối"), ("start", "Đầu Mối"), ("progress", "Đầu Mối"), ("evidence", "Đầu Mối"), ("withdrawn", "Đầu Mối"),
        ("submit", "Đầu Mối"),
    ]  # fmt: skip
    assert (lines[2].data["progress"], lines[2].reason, lines[4].reason) == (40, "xong ba tổ", "nhầm văn bản")
    assert (lines[5].happened_at, lines[5].recorded_at) == (at("2025-05-15 08:55"), at("2025-05-15 09:00"))


def test_evidence_taken_back_stays_in_sight_and_no_longer_counts(plan: Town) -> None:
    task = plan.task("emulation")
    kept, wrong = add(plan, task, label="QĐ số 5"), add(plan, task, label="QĐ số 6")
    do(plan, withdraw_evidence, task_id=task.id, evidence_id=kept, reason="nhầm")
    do(plan, withdraw_evidence, task_id=task.id, evidence_id=wrong, reason="nhầm")

    found = page(plan, task)

    assert [(one.label, one.withdrawn_because) for one in found.evidence] == [("QĐ số 5", "nhầm"), ("QĐ số 6", "nhầm")]
    assert found.lacking == ["thiếu “Văn bản phát động thi đua”"]
    with pytest.raises(GuardRefused, match="thiếu “Văn bản phát động thi đua”"):
        step(plan, task, "submit")
    with plan.store.read() as session:
        rows = plan_board(session, plan.everybody, plan.campaign, now=at(NOW)).rows
        assert next(row.evidence for row in rows if row.item == "emulation") == 0
    with pytest.raises(AlreadyDecided):
        do(plan, withdraw_evidence, task_id=task.id, evidence_id=wrong, reason="nhầm")


def test_who_takes_evidence_back_and_when(plan: Town) -> None:
    task, other = plan.task("emulation"), plan.task("support-point")
    added = add(plan, task)
    told = {"task_id": task.id, "evidence_id": added, "reason": "nhầm"}

    with pytest.raises(NotPermitted):
        do(plan, withdraw_evidence, CHIEF, **told)
    with pytest.raises(NotFound):
        do(plan, withdraw_evidence, LEADER, **told)
    with pytest.raises(NotFound):
        do(plan, withdraw_evidence, OFFICE, **{**told, "task_id": other.id})
    with pytest.raises(NotFound):
        do(plan, withdraw_evidence, OFFICE, **{**told, "evidence_id": uuid.uuid4()})
    with pytest.raises(BadInput, match="Lý do"):
        do(plan, withdraw_evidence, OFFICE, **{**told, "reason": " "})
    step(plan, task, "submit")
    with pytest.raises(MoveNotAllowed, match="chờ duyệt"):
        do(plan, withdraw_evidence, OFFICE, **told)
    assert page(plan, task).evidence[0].withdrawn_because is None


def test_progress_is_an_event_of_its_own_and_no_change_of_state(plan: Town) -> None:
    before = plan.task("media")
    do(plan, set_progress, ("culture", "unit"), task_id=before.id, percent=30, seen=None)
    do(plan, set_progress, ("culture", "unit"), task_id=before.id, percent=60, note="xong pano", seen=30)

    after = plan.task("media")
    assert (after.progress, after.state, after.state_version) == (60, before.state, before.state_version)
    assert after.version == before.version + 2
    assert [event.data.get("progress") for event in plan.events(before.id)] == [None, 30, 60]
    with plan.store.read() as session:
        errors = [f for f in verify(session, [plan.unit_id]).violations if f.severity == "error"]
    assert errors == []


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"percent": 101}, BadInput),
        ({"percent": -1}, BadInput),
        ({"note": "gọi 0912 345 678"}, BadInput),
        ({"seen": 10}, StaleVersion),
        ({"seen": None}, StaleVersion),
    ],
)
def test_progress_that_cannot_be_is_refused(plan: Town, values: dict, refusal: type[Exception]) -> None:
    task = plan.task("media")
    do(plan, set_progress, task_id=task.id, percent=20)

    with pytest.raises(refusal):
        do(plan, set_progress, **{"task_id": task.id, "percent": 30, "seen": 20, **values})

    assert plan.task("media").progress == 20


def test_only_the_owner_says_how_far_it_is_and_only_while_it_is_theirs(plan: Town) -> None:
    task = plan.task("mobilise")
    with pytest.raises(NotPermitted):
        do(plan, set_progress, CHIEF, task_id=task.id, percent=5)
    with pytest.raises(NotFound):
        do(plan, set_progress, LEADER, task_id=task.id, percent=500)
    step(plan, task, "submit")
    with pytest.raises(MoveNotAllowed):
        do(plan, set_progress, task_id=task.id, percent=5)
    found = page(plan, task)
    assert (found.may_report_progress, found.may_withdraw, found.may_add) == (False, False, True)


def test_many_reports_are_accepted_at_once_those_that_changed_are_left(plan: Town) -> None:
    reports = [plan.task("daily-report", f"to-{n}", "2025-05-15") for n in (1, 2, 3)]
    for report in reports[:2]:
        step(plan, report, "submit")
    looked_at = {report.id: plan.task("daily-report", report.scope, "2025-05-15").state_version for report in reports}
    step(plan, reports[1], "return", reason="thiếu số")

    with pytest.raises(NotPermitted):
        do(plan, accept_reports, OFFICE, looked_at=looked_at)
    with pytest.raises(NotFound):
        do(plan, accept_reports, LEADER, looked_at=looked_at)
    with pytest.raises(NotPermitted, match="người khác với người đã nộp"):
        do(plan, accept_reports, COORDINATOR, looked_at=looked_at)
    receiver = plan.colleague(COORDINATOR)
    told = plan.write(NOW, lambda book: accept_reports(book, plan.campaign, receiver, looked_at), by=receiver)

    assert (told["accepted"], told["left"]) == (1, 2)
    states = [plan.task("daily-report", f"to-{n}", "2025-05-15").state for n in (1, 2, 3)]
    assert states == ["done", "returned", "assigned"]


def test_absent_and_foreign_look_alike_and_the_page_costs_few_statements(plan: Town) -> None:
    task, support = plan.task("staff-first"), ("support_desk", "unit")
    nobody = Actor(plan.unit_id, uuid.uuid4(), plan.member_id, "Ai", ())
    with plan.store.read() as session:
        for actor, task_id in ((nobody, task.id), (plan.holding(support), task.id), (plan.everybody, uuid.uuid4())):
            with pytest.raises(NotFound):
                task_page(session, actor, plan.campaign, task_id, now=at(NOW))
        with statements(session) as sent:
            task_page(session, plan.everybody, plan.campaign, task.id, now=at(NOW))
    assert len(sent) <= 6


def test_a_task_whose_condition_is_on_figures_asks_the_real_ones(plan: Town) -> None:
    task = plan.task("staff-first")
    asked = next(one for one in cat_thanh().model.plan.tasks if one.id == "staff-first").evidence[0].label.vi
    add(plan, task, kind="count", label=asked, count=1)

    with pytest.raises(GuardRefused, match="số liệu chưa đạt"):
        step(plan, task, "submit")


def test_an_index_finds_a_tasks_history_and_evidence(plan: Town) -> None:
    """No page about one task reads the whole ledger."""
    if not plan.store.is_sqlite:
        return
    with plan.store.read() as session, statements(session) as sent:
        task_page(session, plan.everybody, plan.campaign, plan.task("mobilise").id, now=at(NOW))
    plans = []
    with plan.store.read() as session:
        for statement in sent:
            values = (b"0" * 16,) * statement.count("?")
            plans += [row[3] for row in session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values)]
    assert any("events_of_task" in line for line in plans)
    assert any("evidence_of_task" in line for line in plans)
    assert [
        line for line in plans if line.startswith("SCAN ") and line != "SCAN linked"
    ] == []  # the few rows of a union


def test_a_move_by_an_older_page_is_refused_with_both_versions(plan: Town) -> None:
    task = plan.task("mobilise")
    step(plan, task, "start")

    with pytest.raises(StaleVersion, match=r"hiện là “đang làm” \(bản 2\), bản đang mở là 1"):
        plan.write(NOW, lambda book: move_task(book, plan.campaign, task.id, "submit", actor=plan.everybody, state_version=1))  # fmt: skip
