"""Tomorrow's risks, what is due today as a text, and who answers for what: the same tasks and standings as the board's."""

from collections import Counter

import pytest
from sqlalchemy import update

from rules.time import at
from tests.workflow.plan.conftest import Town
from tests.workflow.plan.statements import statements
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.figures.plan_ahead import Ahead, Today, due_today, risks_of_tomorrow, text_of, today_text
from workflow.people.names import sort_key
from workflow.queries.plan_board import plan_board
from workflow.queries.plan_by_owner import plan_by_owner
from workflow.sweeps.duties import open_duties
from workflow.tables import Task


@pytest.fixture
def plan(town: Town) -> Town:
    """Three teams on 19/5: the offices' task is due by the end of the day, the reports at 16:00."""
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    town.write("2025-05-19 00:00", lambda book: open_duties(book, town.campaign, at("2025-05-19 00:00")), by_rule=True)
    return town


def ahead(town: Town, now: str, *posts: tuple[str, str], only_own: bool = False) -> Ahead:
    actor = town.holding(*posts) if posts else town.everybody
    with town.store.read() as session:
        return risks_of_tomorrow(session, actor, town.campaign, now=at(now), only_own=only_own)


def today(town: Town, now: str, *posts: tuple[str, str]) -> Today:
    actor = town.holding(*posts) if posts else town.everybody
    with town.store.read() as session:
        return due_today(session, actor, town.campaign, now=at(now))


def test_what_is_due_tomorrow_is_a_risk_today_and_least_time_left_comes_first(plan: Town) -> None:
    found = ahead(plan, "2025-05-18 09:00")

    named = [(risk.row.item, risk.is_due_tomorrow) for risk in found.risks]
    assert ("staff-first", True) in named
    due = [risk.row.due_at for risk in found.risks]
    assert due == sorted(due)
    assert all(risk.row.standing != "overdue" for risk in found.risks)
    assert found.overdue > 0
    assert "staff-first" not in {risk.row.item for risk in ahead(plan, "2025-05-19 09:00").risks}
    assert "staff-first" not in {risk.row.item for risk in ahead(plan, "2025-05-17 23:59").risks}


def test_an_owner_sees_their_own_first(plan: Town) -> None:
    own = ahead(plan, "2025-05-18 09:00", ("office", "unit"), only_own=True)

    assert {risk.row.item for risk in own.risks} == {"staff-first"}


def test_what_is_handed_over_is_no_risk(plan: Town) -> None:
    task = plan.task("daily-report", "to-1", "2025-05-19")
    before = ahead(plan, "2025-05-18 12:00", ("team_leader", "to-1"), only_own=True)
    plan.write(
        "2025-05-18 12:00",
        lambda book: move_task(book, plan.campaign, task.id, "waive", actor=plan.everybody, state_version=task.state_version, reason="tổ đã xong sớm"),
    )  # fmt: skip
    after = ahead(plan, "2025-05-18 12:00", ("team_leader", "to-1"), only_own=True)

    assert ("daily-report", "2025-05-19") in {(risk.row.item, risk.row.occurrence) for risk in before.risks}
    assert ("daily-report", "2025-05-19") not in {(risk.row.item, risk.row.occurrence) for risk in after.risks}


def test_today_has_what_ends_today_before_and_after_its_hour(plan: Town) -> None:
    morning, evening = today(plan, "2025-05-19 09:00"), today(plan, "2025-05-19 16:01")

    for found in (morning, evening):
        assert [row.item for row in found.rows][:3] == ["daily-report", "daily-report-forward", "staff-first"]
    assert morning.overdue_before == evening.overdue_before > 0
    assert today(plan, "2025-05-20 00:00").rows == ()


def test_the_text_names_owner_words_of_the_plan_and_last_moment(plan: Town) -> None:
    found = today(plan, "2025-05-19 09:00")

    lines = today_text(found, unit="UBND thị trấn Thử", campaign="Đợt lấy ý kiến", now=at("2025-05-19 09:00"))

    text = text_of(lines)
    assert text.startswith("UBND thị trấn Thử – nhiệm vụ đến hạn hôm nay, lập lúc 09:00 ngày 19/5/2025\n")
    assert "hết Thứ Hai 19/5" in text
    assert "trước 16:00 hằng ngày (trước 16:00 Thứ Hai 19/5)" in text
    assert "Còn 3/3 nơi chưa gửi" in text
    assert text.count("Chủ trì: ") == len(found.rows)
    nothing = text_of(today_text(Today((), 0), unit="UBND", campaign="Đợt", now=at("2025-05-19 09:00")))
    assert nothing.endswith("Hôm nay không có nhiệm vụ nào đến hạn.")


def test_the_text_says_whose_hour_is_over_and_asks_for_those_at_once(plan: Town) -> None:
    def text(moment: str, rows: slice = slice(None)) -> str:
        found = today(plan, moment)
        shown = Today(found.rows[rows], found.overdue_before)
        return text_of(today_text(shown, unit="UBND", campaign="Đợt", now=at(moment)))

    morning, evening, only = text("2025-05-19 09:00"), text("2025-05-19 16:01"), text("2025-05-19 16:01", slice(0, 2))

    assert "hết giờ" not in morning
    assert "quá hạn." not in morning.partition("việc quá hạn từ các ngày trước")[0]
    assert morning.endswith("báo cáo đúng hạn nêu trên.")
    assert "Còn 3/3 nơi chưa gửi, đã hết giờ." in evening  # the teams' reports, which are forwarded
    assert ", đã quá hạn." in evening  # the forwarding
    assert evening.endswith("báo cáo ngay việc đã hết giờ, các việc còn lại đúng hạn nêu trên.")
    assert only.endswith("Đề nghị các đơn vị chủ trì hoàn thành và báo cáo ngay.")


@pytest.mark.parametrize("by", ["post", "body"])
def test_counts_by_who_answers_add_up_to_the_boards_and_lead_to_those_tasks(plan: Town, by) -> None:
    now = at("2025-05-20 09:00")
    with plan.store.read() as session:
        whole = plan_board(session, plan.everybody, plan.campaign, now=now, view="all")
        with statements(session) as sent:
            lines = plan_by_owner(session, plan.everybody, plan.campaign, by, now=now)
        assert len(sent) == 1
        told = Counter[str]()
        for line in lines:
            told.update(line.standings)
        assert told == Counter(whole.standings)
        for line in lines:
            if line.code is not None:
                narrowed = plan_board(
                    session, plan.everybody, plan.campaign, now=now, view="all", limit=500, **{by: line.code}
                )
                assert dict(narrowed.standings) == dict(line.standings)
                assert sum(row.total + row.excused for row in narrowed.rows) == line.total
    names = [line.label.vi for line in lines if line.label is not None]
    assert names == sorted(names, key=lambda name: [sort_key(word) for word in name.split()])


def test_the_office_of_a_task_is_its_own_before_its_owners(plan: Town) -> None:
    """One post may answer for a task of each office: it is counted, and listed, where it is."""
    task = plan.task("media")
    with plan.store.write() as session:
        session.execute(update(Task).where(Task.id == task.id).values(body_id=plan.bodies["women"]))
    now = at("2025-05-20 09:00")
    with plan.store.read() as session:
        lines = {line.code: line for line in plan_by_owner(session, plan.everybody, plan.campaign, "body", now=now)}
        for body in ("culture", "women"):
            listed = plan_board(session, plan.everybody, plan.campaign, now=now, view="all", limit=500, body=body)
            assert dict(listed.standings) == (dict(lines[body].standings) if body in lines else {})
            assert ("media" in {row.item for row in listed.rows}) == (body == "women")
