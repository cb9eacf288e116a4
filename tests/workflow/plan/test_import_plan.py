"""A plan from a spreadsheet put in force: what is new opens, what changed is taken along with an event, the rest stays."""

import time
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from rules.time import at
from tests.workflow.plan.conftest import Town
from tests.workflow.planfile.sheets import HEADER, plan_file
from workflow.actions.import_plan import PlanMovedOn, import_plan, judge_plan
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.errors import NotPermitted
from workflow.ledger import Book
from workflow.planfile.export import write_plan
from workflow.planfile.read import PlanSheet, read_plan
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.queries.plan_stands import plan_stands
from workflow.sweeps.duties import open_duties
from workflow.tables import Campaign, PackVersion, Task, TaskPredecessor
from workflow.verify.run import verify

NOW = "2025-05-16 09:00"


def sheet_of(folder: Path, rows: list, **options: object) -> PlanSheet:
    return read_plan(plan_file(folder / "kh.xlsx", rows, **options))  # type: ignore[arg-type]


def row(
    no: int, label: str, owner: str = "Văn hóa – xã hội", due: object = "trước ngày 20/5", after: object = ""
) -> list:
    return [no, label, owner, "", due, "", "", after]


def now_in_force(town: Town) -> CampaignContext:
    with town.store.read() as session:
        return campaign_by_id(session, town.unit_id, town.campaign.id)


def put_in_force(town: Town, sheet: PlanSheet, now: str = NOW, **options: object) -> dict:
    context = now_in_force(town)
    return town.write(now, lambda book: import_plan(book, context, town.everybody, sheet, **options))  # type: ignore[arg-type]


def ticked(town: Town, moment: str) -> None:
    """Open the duties of the plan in force; their events name its pack, as a clock's do."""
    now, context = at(moment), now_in_force(town)

    def work(book: Book) -> None:
        book.pack_hash = context.pack.hash
        open_duties(book, context, now)

    town.write(now, work, by_rule=True)


@pytest.fixture
def opened(town: Town) -> Town:
    """The town with its plan open since 14/5."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    return town


def test_new_rows_open_as_tasks_of_a_new_version_of_the_pack(opened, tmp_path):
    sheet = sheet_of(
        tmp_path,
        [
            row(1, "Treo băng rôn"),
            row(2, "Rà soát", "Tổ trưởng tổ công tác", "3 ngày làm việc kể từ khi xong việc 1", "1"),
        ],
    )

    told = put_in_force(opened, sheet)

    context = now_in_force(opened)
    assert (told["created"], told["updated"], told["unchanged"], told["rejected"], told["tasks_opened"]) == (
        2,
        0,
        0,
        0,
        4,
    )
    assert context.pack.hash == told["pack"] != opened.campaign.pack.hash
    assert (context.pack.version, context.pack.id) == (opened.campaign.pack.version + 1, opened.campaign.pack.id)
    banner, review = opened.task("treo-bang-ron"), opened.task("ra-soat", "to-2")
    assert banner.due_at == at("2025-05-20 00:00")
    assert banner.state == "assigned"
    assert review.due_at is None
    assert review.open_predecessors == 1
    with opened.store.read() as session:
        assert session.get(PackVersion, told["pack"]) is not None
        assert session.get(PackVersion, opened.campaign.pack.hash) is not None, "what was in force before is kept"


def test_the_same_file_twice_changes_nothing(opened, tmp_path):
    rows = [row(1, "Treo băng rôn"), row(2, "Hỏng", due="thường xuyên")]
    put_in_force(opened, sheet_of(tmp_path, rows))
    events, context = len(opened.events()), now_in_force(opened)

    told = put_in_force(opened, sheet_of(tmp_path, rows), now="2025-05-16 10:00")

    assert (told["created"], told["updated"], told["unchanged"], told["rejected"]) == (0, 0, 1, 1)
    assert len(opened.events()) == events
    assert now_in_force(opened).pack.hash == context.pack.hash


def test_a_changed_deadline_of_an_open_task_moves_it_with_an_event_and_the_record_holds(opened, tmp_path):
    put_in_force(opened, sheet_of(tmp_path, [row(1, "Treo băng rôn"), row(2, "Phát tờ rơi")]))
    before = opened.task("treo-bang-ron")

    told = put_in_force(
        opened, sheet_of(tmp_path, [row(1, "Treo băng rôn", due="đến hết ngày 25/5")]), now="2025-05-17 09:00"
    )

    after, last = opened.task("treo-bang-ron"), opened.events(before.id)[-1]
    assert (told["updated"], told["tasks_changed"], "phat-to-roi" in told["vanished"]) == (1, 1, True)
    assert (before.due_at, after.due_at) == (at("2025-05-20 00:00"), at("2025-05-26 00:00"))
    assert after.version == before.version + 1
    assert after.next_action_at != before.next_action_at
    assert last.data["by_plan"] == told["pack"]
    assert last.data["due_at"] == after.due_at
    assert last.actor_id == opened.member_id
    assert opened.task("phat-to-roi").state == "assigned", "what the file does not mention is left alone"
    with opened.store.read() as session:
        wrong = wrong_tasks(opened, session)
    assert wrong == []


def test_another_owner_is_given_the_open_task_and_not_one_that_was_handed_over(opened, tmp_path):
    put_in_force(opened, sheet_of(tmp_path, [row(1, "Treo băng rôn"), row(2, "Phát tờ rơi")]))
    context, task = now_in_force(opened), opened.task("phat-to-roi")
    opened.write(
        "2025-05-16 10:00",
        lambda book: move_task(book, context, task.id, "submit", actor=opened.everybody, state_version=None),
    )

    rows = [row(1, "Treo băng rôn", "Hội Phụ nữ"), row(2, "Phát tờ rơi", "Hội Phụ nữ")]
    put_in_force(opened, sheet_of(tmp_path, rows), now="2025-05-16 11:00")

    assert opened.task("treo-bang-ron").owner_post_id == opened.posts["women", "unit"]
    assert opened.task("phat-to-roi").owner_post_id == opened.posts["culture", "unit"]
    assert opened.task("phat-to-roi").state == "submitted_for_review"


def test_predecessors_that_a_row_names_no_more_are_waited_for_no_more(opened, tmp_path):
    put_in_force(opened, sheet_of(tmp_path, [row(1, "Một"), row(2, "Hai", after="1"), row(3, "Ba")]))
    assert opened.task("hai").open_predecessors == 1

    put_in_force(
        opened,
        sheet_of(tmp_path, [row(1, "Một"), row(2, "Hai", after=""), row(3, "Ba", after="1, 2")]),
        now="2025-05-16 10:00",
    )

    assert (opened.task("hai").open_predecessors, opened.task("ba").open_predecessors) == (0, 2)
    ids = [opened.task(name).id for name in ("hai", "ba")]
    with opened.store.read() as session:
        links = session.scalars(select(TaskPredecessor.task_id).where(TaskPredecessor.task_id.in_(ids))).all()
    assert sorted(links, key=str) == sorted([ids[1]] * 2, key=str)


def test_a_deadline_that_counts_from_a_finished_task_is_there_at_once(opened, tmp_path):
    put_in_force(opened, sheet_of(tmp_path, [row(1, "Một"), row(2, "Hai")]))
    context, task = now_in_force(opened), opened.task("mot")
    for move, hour in (("submit", "10"), ("accept", "11")):
        opened.write(
            f"2025-05-16 {hour}:00",
            lambda book, m=move: move_task(book, context, task.id, m, actor=opened.everybody, state_version=None),
        )

    put_in_force(
        opened,
        sheet_of(tmp_path, [row(1, "Một"), row(2, "Hai", due="02 ngày làm việc kể từ khi xong việc 1")]),
        now="2025-05-16 12:00",
    )

    assert opened.task("hai").due_at == at("2025-05-21 00:00"), "16/5/2025 is a Friday"


def test_a_new_task_whose_deadline_counts_from_what_is_done_already_has_it_at_once(opened, tmp_path):
    put_in_force(opened, sheet_of(tmp_path, [row(1, "Một")]))
    context, task = now_in_force(opened), opened.task("mot")
    for move, hour in (("submit", "10"), ("accept", "11")):
        opened.write(
            f"2025-05-16 {hour}:00",
            lambda book, m=move: move_task(book, context, task.id, m, actor=opened.everybody, state_version=None),
        )
    rows = [
        row(1, "Một"),
        row(2, "Hai", due="02 ngày làm việc kể từ khi xong việc 1"),
        row(3, "Rà soát", "Tổ trưởng tổ công tác", "02 ngày làm việc kể từ khi xong việc 1"),
    ]

    put_in_force(opened, sheet_of(tmp_path, rows), now="2025-05-16 12:00")

    assert opened.task("hai").due_at == at("2025-05-21 00:00")
    assert opened.task("hai").next_action_at is not None
    assert opened.task("ra-soat", "to-2").due_at == at("2025-05-21 00:00")
    with opened.store.read() as session:
        assert wrong_tasks(opened, session) == []


def test_rows_in_are_rows_accounted_for(opened, tmp_path):
    rows = [row(n, f"Việc số {n}", due="thường xuyên" if n % 3 == 0 else "trước ngày 20/5") for n in range(1, 31)]

    told = put_in_force(opened, sheet_of(tmp_path, rows))

    assert told["created"] + told["updated"] + told["unchanged"] + told["rejected"] == 30
    assert told["rejected"] == 10


def test_nothing_is_written_when_the_plan_moved_on_since_it_was_shown(opened, tmp_path):
    sheet = sheet_of(tmp_path, [row(1, "Treo băng rôn")])
    with opened.store.read() as session:
        seen = judge_plan(session, now_in_force(opened), sheet, actor=opened.everybody, now=at(NOW)).seen
    put_in_force(opened, sheet_of(tmp_path, [row(1, "Việc khác")]))
    tasks = opened.count(Campaign), len(opened.events())

    with pytest.raises(PlanMovedOn):
        put_in_force(opened, sheet, seen=seen, now="2025-05-16 10:00")

    assert (opened.count(Campaign), len(opened.events())) == tasks


def test_only_whoever_steers_the_unit_changes_its_plan(opened, tmp_path):
    sheet, context = sheet_of(tmp_path, [row(1, "Treo băng rôn")]), now_in_force(opened)

    with pytest.raises(NotPermitted):
        opened.write(NOW, lambda book: import_plan(book, context, opened.holding(("office", "unit")), sheet))


def test_duties_of_the_file_are_opened_by_the_clock_and_open_reports_follow_a_new_hour(opened, tmp_path):
    header = (*HEADER, "Giai đoạn")
    put_in_force(
        opened, sheet_of(tmp_path, [[*row(1, "Báo cáo nhanh", due="trước 17h hằng ngày"), "Lấy ý kiến"]], header=header)
    )
    ticked(opened, "2025-05-17 08:00")
    assert opened.task("bao-cao-nhanh", occurrence="2025-05-17").due_at == at("2025-05-17 17:00")

    put_in_force(
        opened,
        sheet_of(tmp_path, [[*row(1, "Báo cáo nhanh", due="trước 18h hằng ngày"), ""]], header=header),
        now="2025-05-17 09:00",
    )

    assert opened.task("bao-cao-nhanh", occurrence="2025-05-17").due_at == at("2025-05-17 18:00")
    with opened.store.read() as session:
        assert wrong_tasks(opened, session) == []


@pytest.mark.parametrize("looks", [("2025-05-16 09:01", "2025-05-16 17:30"), ("2025-05-16 17:30",)])
def test_nobody_owes_a_report_that_was_due_before_the_plan_asked_for_it(opened, tmp_path, looks):
    """A report of every day that is added on the second one is owed from the second day on, whenever the clock looks."""

    def look(moment: str) -> None:
        now, context = at(moment), now_in_force(opened)
        opened.write(now, lambda book: open_duties(book, context, now), by_rule=True)
        with opened.store.write() as session:
            session.execute(update(Campaign).where(Campaign.id == context.id).values(plan_seen_at=now))

    look("2025-05-16 08:59")
    told = put_in_force(
        opened,
        sheet_of(tmp_path, [[*row(1, "Báo cáo nhanh", due="trước 17h hằng ngày"), "Lấy ý kiến"]], header=(*HEADER, "Giai đoạn")),
    )  # fmt: skip
    assert told["reports_left_out"] == 1, "the one of the 15th"
    for moment in (*looks, "2025-05-17 00:00"):
        look(moment)

    with opened.store.read() as session:
        mine = select(Task.item, Task.occurrence).where(Task.unit_id == opened.unit_id, Task.is_duty).distinct()
        found = session.execute(mine.order_by(Task.occurrence)).all()
    assert [day[-2:] for item, day in found if item == "bao-cao-nhanh"] == ["16", "17"]
    assert [day[-2:] for item, day in found if item == "daily-report"] == ["15", "16", "17"]


def test_another_hour_of_a_report_is_also_the_hour_of_passing_it_on(opened, tmp_path):
    ticked(opened, "2025-05-20 00:00")
    label = next(duty.label.vi for duty in opened.campaign.pack.model.plan.duties if duty.id == "daily-report")

    put_in_force(
        opened, sheet_of(tmp_path, [row(1, label, "Tổ trưởng tổ công tác", "trước 17h hằng ngày")]), now="2025-05-20 09:00"
    )  # fmt: skip

    assert opened.task("daily-report", "to-1", "2025-05-20").due_at == at("2025-05-20 17:00")
    assert opened.task("daily-report-forward", "unit", "2025-05-20").due_at == at("2025-05-20 17:00")
    for item, scope in (("daily-report", "to-1"), ("daily-report-forward", "unit")):
        assert opened.task(item, scope, "2025-05-19").due_at == at("2025-05-19 16:00"), "missed, and by that hour"
    with opened.store.read() as session:
        assert wrong_tasks(opened, session) == []


def test_what_a_report_on_another_day_of_the_week_replaces_is_cancelled_unless_it_was_due_or_sent(opened, tmp_path):
    header = (*HEADER, "Giai đoạn")

    def on(weekday: str, now: str) -> None:
        due = f"trước 16h thứ {weekday} hằng tuần"
        put_in_force(opened, sheet_of(tmp_path, [[*row(1, "Báo cáo tuần", due=due), "Lấy ý kiến"]], header=header), now=now)  # fmt: skip

    on("Sáu", "2025-05-14 09:00")
    ticked(opened, "2025-05-18 08:00")
    on("Năm", "2025-05-18 09:00")
    ticked(opened, "2025-05-18 09:01")

    past, replaced, new = (opened.task("bao-cao-tuan", occurrence=f"2025-05-{day}") for day in ("16", "23", "22"))
    assert (past.state, replaced.state, new.state) == ("assigned", "cancelled", "assigned")
    assert not replaced.is_open
    assert replaced.next_action_at is None
    last = opened.events(replaced.id)[-1]
    assert (last.data["to"], last.actor_id) == ("cancelled", opened.member_id)
    assert "kế hoạch" in last.data["reason"]
    with opened.store.read() as session:
        assert wrong_tasks(opened, session) == []


def test_an_export_of_the_plan_as_it_stands_is_read_back_without_a_change(opened, tmp_path):
    put_in_force(
        opened,
        sheet_of(tmp_path, [row(1, "Treo băng rôn"), row(2, "Rà soát", due="05 ngày làm việc kể từ khi xong việc 1")]),
    )
    context, content = now_in_force(opened), BytesIO()
    with opened.store.read() as session:
        stands = plan_stands(session, context, now=at("2025-05-20 00:00"))
    write_plan(content, context.pack, title="Kế hoạch", subtitle="", stands={})
    (tmp_path / "ra.xlsx").write_bytes(content.getvalue())

    told = put_in_force(opened, read_plan(tmp_path / "ra.xlsx"), now="2025-05-20 00:00")

    assert (told["created"], told["updated"], told["rejected"], told["vanished"]) == (0, 0, 0, [])
    assert stands["treo-bang-ron"].worst == "overdue"
    assert stands["team-finishes"].total == 3


def test_an_export_says_the_deadline_of_what_is_still_asked_for(town):
    for day in ("15", "16", "17"):
        opens = at(f"2025-05-{day} 00:00")
        town.write(opens, lambda book, opens=opens: open_duties(book, town.campaign, opens), by_rule=True)
    for day in ("15", "16"):
        for team in (1, 2, 3):
            task = town.task("daily-report", f"to-{team}", f"2025-05-{day}")
            town.write(
                f"2025-05-{day} 15:00",
                lambda book, task=task: move_task(
                    book, town.campaign, task.id, "submit", actor=town.everybody, state_version=None
                ),
            )

    def due(now: str) -> int | None:
        with town.store.read() as session:
            return plan_stands(session, town.campaign, now=at(now))["daily-report"].due_at

    assert due("2025-05-17 09:00") == at("2025-05-17 16:00")
    for team in (1, 2, 3):
        task = town.task("daily-report", f"to-{team}", "2025-05-17")
        town.write(
            "2025-05-17 15:00",
            lambda book, task=task: move_task(book, town.campaign, task.id, "submit", actor=town.everybody, state_version=None),
        )  # fmt: skip
    assert due("2025-05-17 15:30") == at("2025-05-17 16:00")


def test_five_hundred_rows_take_as_many_statements_as_five(opened, tmp_path):
    counts = {}
    for n in (5, 500):
        sheet = sheet_of(tmp_path, [row(k, f"Đợt {n} việc {k}", after=k - 1 if k > 1 else "") for k in range(1, n + 1)])
        counts[n], took = statements(opened, lambda sheet=sheet: put_in_force(opened, sheet))
        again = sheet_of(
            tmp_path,
            [
                row(k, f"Đợt {n} việc {k}", due="đến hết ngày 26/5", after=k - 1 if k > 1 else "")
                for k in range(1, n + 1)
            ],
        )
        counts[n, "changed"], changed = statements(
            opened, lambda again=again: put_in_force(opened, again, now="2025-05-16 10:00")
        )
        print(f"{n} rows: {counts[n]} statements, {took:.2f} s; changed: {counts[n, 'changed']}, {changed:.2f} s")

    assert counts[500] <= counts[5] + 3
    assert counts[500, "changed"] <= counts[5, "changed"] + 3


def wrong_tasks(town: Town, session) -> list:
    return [each for each in verify(session, [town.unit_id]).violations if each.check == "P-task"]


def statements(town: Town, work) -> tuple[int, float]:
    """Run `work` and return how many statements it sent, and how long it took."""
    sent: list[str] = []

    def note(_c, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(town.store.writer, "before_cursor_execute", note)
    begun = time.perf_counter()
    try:
        work()
    finally:
        event.remove(town.store.writer, "before_cursor_execute", note)
    return len(sent), time.perf_counter() - begun
