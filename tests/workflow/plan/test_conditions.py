"""Figures that close tasks, declarations of staff, and teams that finish early."""

import pytest

from rules.time import at
from tests.workflow.plan.conftest import Figures, Town, cat_thanh
from workflow.actions.declare_staff import declare_staff
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.waive_duty import waive_duty
from workflow.errors import BadInput, NotFound, OutsideWindow
from workflow.figures.reader import FigureReader
from workflow.plan.conditions import reads_declared_counts, since_when
from workflow.queries.tasks import bodies_still_to_declare, count_duties_by_team, declared_by_body
from workflow.sweeps.duties import open_duties
from workflow.sweeps.task_conditions import complete_conditional, waive_finished
from workflow.tables import DeclaredCount, Task


@pytest.fixture
def plan(town: Town) -> Town:
    """The town with its plan open."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    return town


def declared(
    town: Town, body: str, *, group: str = "staff", n: int = 10, done: int = 10, now: str = "2025-05-19 10:00", **more
):
    return town.write(
        now,
        lambda book: declare_staff(
            book, town.campaign, town.bodies[body], group, actor=town.everybody, declared=n, finished=done, **more
        ),
    )


def all_declared(town: Town, *, but: str | None = None, now: str = "2025-05-19 10:00") -> None:
    for body in cat_thanh().model.pack.bodies:
        if body.counts_staff and body.id != but:
            declared(town, body.id, now=now)
            declared(town, body.id, group="relatives", now=now)


def completed(town: Town, figures: Figures, now: str) -> int:
    """Note in the ledger what the figures tell, as visits would, and let the clock look."""

    def note(book) -> None:
        for since in sorted({since for history in figures.told.values() for since, _ in history}):
            book.append("note", happened_at=since, campaign_id=town.campaign.id)

    town.write(now, note)
    return town.write(now, lambda book: complete_conditional(book, town.campaign, figures, at(now)), by_rule=True)


def staff(value: int, since: str) -> Figures:
    figures = Figures()
    figures.tell("staff_declared", 180, "2025-05-15 08:00")
    figures.tell("staff_open", value, since)
    return figures


def test_staff_first_completes_at_the_instant_the_last_office_finished_not_at_the_tick(plan: Town) -> None:
    all_declared(plan)
    figures = staff(0, "2025-05-19 23:59:59.999999")

    first = completed(plan, figures, "2025-05-20 08:00")
    second = completed(plan, figures, "2025-05-20 08:01")

    task = plan.task("staff-first")
    assert (first, second) == (1, 0)
    assert (task.state, task.done_at) == ("done", at("2025-05-19 23:59:59.999999"))
    assert task.submitted_at < task.due_at
    (event,) = plan.events(task.id)[1:]
    assert (event.cause, event.data["move"], event.happened_at) == ("rule", "complete", task.done_at)


def test_one_microsecond_later_is_late(plan: Town) -> None:
    all_declared(plan)

    completed(plan, staff(0, "2025-05-20 00:00"), "2025-05-20 08:00")

    task = plan.task("staff-first")
    assert task.submitted_at == task.due_at == at("2025-05-20 00:00")


def test_a_finished_team_that_has_work_again_reports_again(town: Town) -> None:
    figures = early_finisher("2025-05-20 10:00")
    figures.tell("open_people", 2, "2025-05-21 09:00", "to-1")
    ticked(town, "2025-05-21 10:00")

    assert waived(town, figures, "2025-05-21 10:00") == 0


def test_nobody_is_finished_where_an_office_has_not_counted_yet(plan: Town) -> None:
    figures = staff(0, "2025-05-15 09:00")
    assert completed(plan, figures, "2025-05-19 10:00") == 0

    all_declared(plan, but="culture")
    assert completed(plan, figures, "2025-05-19 11:00") == 0

    declared(plan, "culture", now="2025-05-19 12:00")
    assert completed(plan, figures, "2025-05-19 12:30") == 0  # its relatives are still missing
    declared(plan, "culture", group="relatives", n=0, done=0, now="2025-05-19 13:00")
    assert completed(plan, figures, "2025-05-19 13:30") == 1
    assert plan.task("staff-first").done_at == at("2025-05-19 13:00")


def test_an_unknown_figure_completes_nothing(plan: Town) -> None:
    all_declared(plan)

    assert completed(plan, Figures(), "2025-05-26 10:00") == 0


def test_which_conditions_rest_on_declarations_is_found_through_other_figures() -> None:
    assert reads_declared_counts(cat_thanh(), "staff-first")
    assert not reads_declared_counts(cat_thanh(), "team-finishes")
    assert not reads_declared_counts(cat_thanh(), "budget")


def test_a_team_finishes_when_nothing_is_left_to_do_for_that_team(plan: Town) -> None:
    figures = Figures()
    for team, left in (("to-1", 0), ("to-2", 5)):
        figures.tell("listed", 30, "2025-05-15 08:00", team)
        figures.tell("open_people", left, "2025-05-22 17:00", team)

    assert completed(plan, figures, "2025-05-23 08:00") == 1
    assert plan.task("team-finishes", "to-1").done_at == at("2025-05-22 17:00")
    assert plan.task("team-finishes", "to-2").is_open
    assert plan.task("report-early-finish", "to-1").open_predecessors == 0


def test_the_instant_at_which_a_condition_came_true_is_one_at_which_something_happened() -> None:
    instants = [
        at(f"2025-05-{day} {hour:02}:{minute:02}")
        for day in range(15, 21)
        for hour in range(24)
        for minute in range(60)
    ]
    due = at("2025-05-20 00:00")
    for change in (instants[0], instants[1], due - 60_000_000, due, instants[-1]):
        asked = []

        def holds(as_of: int, change: int = change, asked: list = asked) -> bool:
            asked.append(as_of)
            return as_of > change

        assert since_when(holds, instants, due) == change
        assert len(asked) <= 16


def test_a_condition_that_held_at_the_deadline_is_never_found_late_though_it_came_and_went() -> None:
    def holds(as_of: int) -> bool:
        return 500 < as_of <= 2000 or as_of > 3000

    assert since_when(holds, list(range(0, 4001, 100)), 1000) == 500
    assert since_when(holds, [0, 100], None) is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"group": "friends"}, "Nhóm"),
        ({"n": -1, "done": 0}, "Tổng số"),
        ({"n": 100_001, "done": 0}, "Tổng số"),
        ({"n": 10, "done": 11}, "Đã xong: có 11 người, phải từ 0 đến tổng số đã khai"),
        ({"n": 10, "done": -1}, "Đã xong"),
    ],
)
def test_counts_that_cannot_be_are_refused(town: Town, values: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        declared(town, "office", **values)

    assert town.count(DeclaredCount) == 0


def test_only_an_office_of_this_unit_that_counts_staff_declares(town: Town) -> None:
    with pytest.raises(BadInput, match="không thuộc danh sách"):
        declared(town, "security")
    town.bodies["elsewhere"] = town.unit_id
    with pytest.raises(NotFound):
        declared(town, "elsewhere")


@pytest.mark.parametrize("happened", ["2025-05-19 10:00:00.000001", "2025-05-12 23:59"])
def test_a_declaration_is_neither_of_tomorrow_nor_from_before_the_campaign(town: Town, happened: str) -> None:
    with pytest.raises(OutsideWindow):
        declared(town, "office", happened_at=at(happened))


def test_the_newest_by_what_happened_counts_and_earlier_ones_stay(town: Town) -> None:
    declared(town, "office", done=8, now="2025-05-18 10:00")
    declared(town, "office", done=3, now="2025-05-19 10:00", happened_at=at("2025-05-16 09:00"))

    with town.store.read() as session:
        now = declared_by_body(session, town.unit_id, town.campaign.id, as_of=at("2025-05-19 11:00"))
        then = declared_by_body(session, town.unit_id, town.campaign.id, as_of=at("2025-05-17 00:00"))
        missing = bodies_still_to_declare(session, town.unit_id, town.campaign.id, as_of=at("2025-05-19 11:00"))
        edge = declared_by_body(session, town.unit_id, town.campaign.id, as_of=at("2025-05-16 09:00"))

    assert [row[1:4] for row in now] == [("staff", 10, 8)]
    assert [row[1:4] for row in then] == [("staff", 10, 3)]
    assert edge == []  # what happens at an instant is not before it
    assert "Bộ phận Văn phòng – Thống kê" in missing
    assert town.count(DeclaredCount) == 2 == len(town.events(kind="note"))


def ticked(town: Town, now: str) -> None:
    town.write(now, lambda book: open_duties(book, town.campaign, at(now)), by_rule=True)


def waived(town: Town, figures: Figures, now: str) -> int:
    return town.write(now, lambda book: waive_finished(book, town.campaign, figures, at(now)), by_rule=True)


def early_finisher(since: str) -> Figures:
    figures = Figures()
    for team in ("to-1", "to-2", "to-3"):
        figures.tell("listed", 30, "2025-05-15 08:00", team)
        figures.tell("open_people", 9, "2025-05-15 08:00", team)
    figures.tell("open_people", 0, since, "to-1")
    return figures


def test_who_finishes_early_still_reports_once_and_is_excused_after(town: Town) -> None:
    figures = early_finisher("2025-05-20 10:00")
    ticked(town, "2025-05-20 12:00")
    assert waived(town, figures, "2025-05-20 12:00") == 0

    ticked(town, "2025-05-21 00:00")
    first, second = waived(town, figures, "2025-05-21 00:00"), waived(town, figures, "2025-05-21 00:01")

    assert (first, second) == (1, 0)
    assert town.task("daily-report", "to-1", "2025-05-20").state == "assigned"
    assert town.task("daily-report", "to-1", "2025-05-21").state == "waived"
    assert town.task("daily-report", "to-2", "2025-05-21").state == "assigned"


def test_work_in_the_hours_after_the_cut_off_is_still_reported(town: Town) -> None:
    ticked(town, "2025-05-21 00:00")

    assert waived(town, early_finisher("2025-05-20 17:00"), "2025-05-21 09:00") == 0


def test_a_team_without_a_list_is_not_taken_for_finished(town: Town) -> None:
    figures = Figures()
    figures.tell("listed", 0, "2025-05-15 08:00", "to-1")
    figures.tell("open_people", 0, "2025-05-15 08:00", "to-1")
    ticked(town, "2025-05-17 00:00")

    assert waived(town, figures, "2025-05-17 00:00") == 0


def test_an_office_has_declared_only_after_the_instant_of_its_declaration(town: Town) -> None:
    all_declared(town, now="2025-05-19 10:00")

    with town.store.read() as session:

        def missing(as_of: int) -> list[str]:
            return bodies_still_to_declare(session, town.unit_id, town.campaign.id, as_of=as_of)

        counting = [body for body in cat_thanh().model.pack.bodies if body.counts_staff]
        assert len(missing(at("2025-05-19 10:00"))) == len(counting)
        assert missing(at("2025-05-19 10:00") + 1) == []


def test_what_somebody_reopened_no_rule_closes_again(town: Town) -> None:
    figures = early_finisher("2025-05-20 10:00")
    ticked(town, "2025-05-21 00:00")
    waived(town, figures, "2025-05-21 00:00")
    task = town.task("daily-report", "to-1", "2025-05-21")
    town.write(
        "2025-05-21 08:00",
        lambda book: move_task(
            book, town.campaign, task.id, "reopen", actor=town.everybody, state_version=2, reason="còn hộ chưa rà"
        ),
    )

    assert waived(town, figures, "2025-05-21 08:01") == 0
    assert town.task("daily-report", "to-1", "2025-05-21").state == "assigned"


def test_saying_late_that_one_has_started_makes_nobody_late(plan: Town) -> None:
    all_declared(plan)
    task = plan.task("staff-first")
    plan.write(
        "2025-05-20 07:00",
        lambda book: move_task(book, plan.campaign, task.id, "start", actor=plan.everybody, state_version=1),
    )

    assert completed(plan, staff(0, "2025-05-16 09:00"), "2025-05-20 08:00") == 1

    after = plan.task("staff-first")
    assert after.started_at == after.submitted_at == after.done_at == at("2025-05-19 10:00")


def excused(town: Town, now: str, **values):
    values = {"item": "daily-report", "scope": "to-2", "reason": "đã xong toàn tổ", **values}
    return town.write(now, lambda book: waive_duty(book, town.campaign, actor=town.everybody, **values))


def test_a_leader_excuses_a_team_from_what_is_left_also_what_has_not_opened(town: Town) -> None:
    ticked(town, "2025-05-22 00:00")

    result = excused(town, "2025-05-22 10:00")
    again = excused(town, "2025-05-22 10:05")
    ticked(town, "2025-05-27 16:00")

    assert (result.waived, result.kept) == (5, 0)  # 23 to 27 May; the day itself is reported
    assert (again.waived, again.kept) == (0, 5)
    with town.store.read() as session:
        counts = count_duties_by_team(
            session, town.unit_id, town.campaign.id, now=at("2025-05-28 10:00"), item="daily-report"
        )
    assert [(row.scope, row.missing, row.waived) for row in counts] == [
        ("to-1", 13, 0),
        ("to-2", 8, 5),
        ("to-3", 13, 0),
    ]


def test_occurrences_open_already_are_waived_with_the_reason_kept(town: Town) -> None:
    ticked(town, "2025-05-22 00:00")

    result = excused(town, "2025-05-22 10:00", since=at("2025-05-21 16:00"))

    task = town.task("daily-report", "to-2", "2025-05-22")
    assert (result.waived, task.state, task.is_open) == (6, "waived", False)
    assert town.events(task.id)[-1].data["reason"] == "đã xong toàn tổ"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"item": "daily-repot"}, "không có trong kế hoạch; có: daily-report, final-count"),
        ({"scope": "to-9"}, "hãy chọn một trong: to-1, to-2, to-3"),
        ({"reason": " "}, "Lý do"),
    ],
)
def test_a_waiver_names_a_duty_a_team_and_a_reason(town: Town, values: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        excused(town, "2025-05-22 10:00", **values)

    assert town.count(Task) == 0


def test_with_the_real_figures_staff_first_is_done_when_the_last_office_says_so(plan: Town) -> None:
    all_declared(plan, but="front", now="2025-05-18 09:00")
    declared(plan, "front", n=12, done=11, now="2025-05-19 09:00")
    declared(plan, "front", group="relatives", n=20, done=20, now="2025-05-19 09:00")

    def look(book) -> int:
        return complete_conditional(book, plan.campaign, FigureReader(book.session, plan.campaign), book.now)

    early = plan.write("2025-05-19 10:00", look, by_rule=True)
    declared(plan, "front", n=12, done=12, now="2025-05-20 08:00", happened_at=at("2025-05-19 17:30"))
    late = plan.write("2025-05-20 09:00", look, by_rule=True)

    assert (early, late) == (0, 1)
    assert plan.task("staff-first").done_at == at("2025-05-19 17:30")
