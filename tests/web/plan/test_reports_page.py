"""Reports of teams on one page: received together, entered with their hour, a team excused; staff that an office declares."""

import re

from rules.time import at
from tests.web.plan.conftest import appoint, task, url
from tests.web.plan.reading import marked
from tests.web.site import Site
from tests.workflow.absence.conftest import Away
from workflow.actions.step_task import step_task
from workflow.tables import DeclaredCount, Task


def test_reports_of_teams_are_received_together(plan: Site) -> None:
    day, hai = {"occurrence": "2025-05-23"}, plan.as_("hai")
    for login, scope in (("an", "T1"), ("dung", "T2")):
        plan.as_(login).post(url(plan, "daily-report", "/moves/submit", scope=scope, **day), {"state_version": "1"})
    page = hai.get("plan/items/daily-report?period=2025-05-23")
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page.text)
    plan.world.command("hai", lambda book, context, actor: step_task(
        book, context, actor, task(plan, "daily-report", "T2", "2025-05-23").id, "return", state_version=2, reason="thiếu số"))  # fmt: skip

    nothing = hai.post("plan/items/daily-report/accept?period=2025-05-23")
    done = hai.post("plan/items/daily-report/accept?period=2025-05-23", {"chosen": chosen}, follow_redirects=True)

    assert "2/2 đã gửi" in marked(page.text)
    assert "ngày 23/5" in marked(page.text)
    assert len(chosen) == 2
    assert (nothing.status_code, done.status_code) == (422, 200)
    assert "Đã duyệt 1 báo cáo." in done.text
    assert "1 báo cáo không duyệt vì vừa thay đổi" in done.text
    assert task(plan, "daily-report", "T1", "2025-05-23").state == "done"
    foreign = plan.as_("an").post("plan/items/daily-report/accept?period=2025-05-23", {"chosen": chosen})
    assert foreign.status_code == 404


def test_reports_that_were_chosen_stay_chosen_when_the_command_is_refused(plan: Site) -> None:
    """A report that its sender may not accept in a lent post is sent along: nothing is accepted, and the other one is still ticked."""
    for login, scope in (("an", "T1"), ("dung", "T2")):
        plan.as_(login).post(
            url(plan, "daily-report", "/moves/submit", scope=scope, occurrence="2025-05-23"), {"state_version": "1"}
        )
    Away(plan.world).plan("hai", "an", None, "2025-06-02 12:00")
    reports = [task(plan, "daily-report", scope, "2025-05-23") for scope in ("T1", "T2")]
    chosen = [f"{report.id}:{report.state_version}" for report in reports]

    refused = plan.as_("an").post("plan/items/daily-report/accept?period=2025-05-23", {"chosen": chosen})

    assert refused.status_code == 403
    assert f'name="chosen" value="{chosen[1]}" checked' in refused.text
    assert task(plan, "daily-report", "T2", "2025-05-23").state == "submitted_for_review"


def test_a_report_sent_earlier_is_entered_with_its_hour(plan: Site) -> None:
    an, where = plan.as_("an"), {"scope": "T1", "occurrence": "2025-05-23"}

    answer = an.post(
        url(plan, "daily-report", "/moves/submit", **where), {"state_version": "1", "happened_at": "15:40 23/5/2025"}
    )

    assert answer.status_code == 303
    assert task(plan, "daily-report", "T1", "2025-05-23").submitted_at == at("2025-05-23 15:40")
    assert "đã gửi, đúng hạn" in an.get(url(plan, "daily-report", **where)).text


def test_a_team_is_excused_from_what_is_left_of_a_duty(plan: Site) -> None:
    hai, path = plan.as_("hai"), "plan/items/daily-report/waive?period=2025-05-24"

    nobody = hai.post(path, {"waive-scope": "", "waive-reason": "đã hoàn thành"})
    assert (nobody.status_code, "chưa chọn" in nobody.text) == (422, True), "no team is chosen by the page"
    silent = hai.post(path, {"waive-scope": "T1", "waive-reason": ""})
    done = hai.post(path, {"waive-scope": "T1", "waive-reason": "đã hoàn thành"}, follow_redirects=True)

    assert silent.status_code == 422
    assert "Đã miễn 3 kỳ cho Tổ công tác số 1: 25/5 – 27/5. Kỳ đã bắt đầu trước lúc này vẫn phải gửi." in done.text
    assert {
        row.state for row in plan.world.rows(Task, Task.occurrence == "2025-05-27", Task.item == "daily-report")
    } == {"waived"}
    assert plan.as_("an").post(path, {"waive-scope": "T1", "waive-reason": "x"}).status_code == 404


def test_a_leader_in_a_lent_post_is_not_offered_to_excuse_their_own_team(plan: Site) -> None:
    own, other = ({"item": "daily-report", "scope": scope, "occurrence": "2025-05-24"} for scope in ("T1", "T2"))
    Away(plan.world).plan("hai", "an", None, "2025-06-02 12:00")
    an, path = plan.as_("an"), "plan/items/daily-report/waive?period=2025-05-24"

    offered = re.search(
        r'<select[^>]*name="waive-scope".*?</select>', an.get(path.replace("/waive", "")).text, re.DOTALL
    )
    assert offered is not None
    assert re.findall(r'value="(T\d)"', offered[0]) == ["T2"]
    assert an.post(path, {"waive-scope": "T1", "waive-reason": "mưa lớn"}).status_code == 422
    assert "/moves/waive" not in an.get(url(plan, **own)).text
    assert "/moves/waive" in an.get(url(plan, **other)).text
    refused = an.post(url(plan, rest="/moves/waive", **own), {"state_version": "1", "reason": "mưa lớn"})
    assert refused.status_code == 403
    assert "không phải người chịu trách nhiệm việc này" in refused.text
    assert an.post(path, {"waive-scope": "T2", "waive-reason": "mưa lớn"}).status_code == 303


def test_an_office_declares_counts_and_nobody_elses(plan: Site) -> None:
    appoint(plan, "phuc", "Lý Văn Phúc", "culture", "plan_owner")
    lan, phuc = plan.as_("lan"), plan.as_("phuc")
    address = re.search(r'href="[^"]*(plan/staff/[^"]+)"', lan.get("plan/staff").text)
    assert address is not None
    path = address.group(1)
    counts = {"staff_declared": "7", "staff_finished": "6", "relatives_declared": "15", "relatives_finished": "15"}

    wrong = lan.post(path, {**counts, "staff_finished": "9", "seen": ""})
    done = lan.post(path, {**counts, "seen": ""})
    stale = lan.post(path, {**counts, "staff_finished": "5", "seen": ""})

    assert (wrong.status_code, done.status_code, stale.status_code) == (422, 303, 409)
    assert 'value="9"' in wrong.text
    assert "bản 6/7, 15/15" in stale.text
    assert "bản đang mở là 5/7, 15/15" in stale.text
    assert "6 / 7" in marked(lan.get("plan/staff").text)
    assert len(plan.world.rows(DeclaredCount)) == 2
    assert (phuc.get("plan/staff").status_code, phuc.get(path).status_code, plan.as_("an").get(path).status_code) == (
        200,
        404,
        404,
    )
    assert path not in phuc.get("plan/staff").text
