"""Leaders, owners and coordinators through the API: exits, escalations, tasks, doors given away, the report."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.web.api.conftest import ABSENT, Town
from tests.web.api.program import Program, problem
from tests.web.plan.conftest import plan, task
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent, silent_world
from workflow.actions.record_visit import Finding
from workflow.tables import Door, Escalation, Request, TaskEvidence

__all__ = ["plan"]


def test_requests_are_confirmed_or_returned_once(town: Town) -> None:
    for case, outcome in ((town.cases[0], "died"), (town.cases[1], "moved_out")):
        town.world.visit("binh", town.door, Finding(outcome, case, evidence="Giấy của gia đình"))
    town.world.visit("em", town.foreign, "nobody_home")
    an = Program(town, "an")

    waiting = an.get("exits").json
    assert (waiting["total"], waiting["next"]) == (2, None)
    paged = an.get("exits?limit=1").json
    assert (len(paged["requests"]), paged["next"], paged["total"]) == (1, 1, 2)
    by_target = {each["target"]: each for each in waiting["requests"]}
    dead, moved = (f"exits/{by_target[target]['id']}" for target in ("dead", "moved_out"))
    assert an.get(dead).json == by_target["dead"]
    assert by_target["dead"]["label"] == {"vi": "Đã chết", "en": "Died"}

    done = an.post(f"{dead}/confirm", {}, key="c")
    assert (done.status_code, done.json["status"], done.json["state"]) == (200, "confirmed", "dead")
    assert an.post(f"{dead}/confirm", {}, key="c").headers["Idempotent-Replay"] == "true"
    problem(an.post(f"{dead}/return", {"reason": "Thiếu giấy"}), 409, "already_decided")
    problem(an.post(f"{moved}/return", {}), 422, "invalid")
    assert an.post(f"{moved}/return", {"reason": "Thiếu giấy"}).json["status"] == "returned"
    assert sorted(row.status for row in town.world.rows(Request)) == ["confirmed", "returned"]
    dung, nothing = Program(town, "dung"), f"exits/{ABSENT}"
    assert dung.get(dead).data == dung.get(nothing).data
    assert dung.post(f"{dead}/confirm", {"x": 1}).data == dung.post(f"{nothing}/confirm", {"x": 1}).data


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """A world in which silence is about to be noticed."""
    return silent_world(worlds)


def test_escalations_are_read_and_answered(silent: Silent, web_folder: Path) -> None:
    site = Site(silent.world, web_folder)
    silent.at(NOTICED)
    an = Program(site, "an")
    [group] = [each for each in an.get("escalations").json["groups"] if each["rule_id"] == RULE]
    assert (group["n"], group["waiting"], group["place"]) == (3, 3, "Tổ dân phố 1")

    rows = an.get(f"escalations/episodes?rule={RULE}&group={group['group_key']}&limit=2").json
    assert (rows["total"], len(rows["episodes"]), rows["next"]) == (3, 2, 2)
    foreign = an.get(f"escalations/episodes?rule={RULE}&group={silent.key('A2')}").json
    assert foreign == {"total": 0, "next": None, "episodes": [], "receivers": []}

    path = f"escalations/{rows['episodes'][0]['id']}"
    told = an.get(path)
    assert told.json["line"]["id"] == rows["episodes"][0]["id"]
    version = told.json["line"]["state_version"]
    assert told.headers["ETag"] == f'"{version}"'
    assert "decided" in told.json["may"]
    answer = {"answer": "acknowledged", "until": "2025-05-17T16:00:00+07:00"}
    problem(an.post(f"{path}/answers", answer), 428, "no_version")
    stale = problem(an.post(f"{path}/answers", answer, version=version + 5), 412, "stale")
    assert (stale["yours"], stale["theirs"]) == (version + 5, version)
    done = an.post(f"{path}/answers", answer, version=version)
    assert (done.status_code, done.json["answered"]) == (200, 1)
    assert an.get(path).json["line"]["in_hand"]["until"] == "2025-05-17T16:00:00+07:00"

    dung = Program(site, "dung")
    assert dung.get(path).data == dung.get(f"escalations/{ABSENT}").data
    bulk = {
        "answer": "decided",
        "reason": "Tổ đến lại chiều mai",
        "group": {"rule_id": RULE, "group_key": group["group_key"]},
    }
    problem(an.post("escalations/answers", {**bulk, "ids": [str(ABSENT)]}), 422, "invalid")
    problem(an.post("escalations/answers", {"answer": "noted"}), 422, "invalid")
    closed = an.post("escalations/answers", bulk, key="all").json
    assert (closed["answered"], an.post("escalations/answers", bulk, key="all").json) == (3, closed)
    left = [row for row in silent.world.rows(Escalation, Escalation.rule_id == RULE) if row.is_open]
    assert len(left) == 1  # the other team's


def test_a_post_above_takes_over_grants_time_and_sends_back(silent: Silent, web_folder: Path) -> None:
    site = Site(silent.world, web_folder)
    silent.at(CLIMBED)
    path = f"escalations/{silent.ids(0)[0]}"
    chair, leader, member = Program(site, "khanh"), Program(site, "an"), Program(site, "binh")

    def send(program: Program, answer: str, until: str | None = None, reason: str | None = "Mưa lớn") -> Any:
        told = program.get(path)
        version = told.json["line"]["state_version"] if told.status_code == 200 else 1
        return program.post(f"{path}/answers", {"answer": answer, "until": until, "reason": reason}, version=version)

    later = "2025-05-20T12:00:00+07:00"
    assert {"taken_over", "granted", "returned", "rested"} <= set(chair.get(path).json["may"])
    assert leader.get(path).json["may"] == ["noted"]
    of_posts_above, passed_on = (403, "not_permitted"), (409, "passed_on")
    for answer, refused in (
        ("taken_over", of_posts_above), ("granted", of_posts_above), ("returned", passed_on), ("rested", passed_on),
    ):  # fmt: skip
        problem(send(leader, answer, later), *refused)
        foreign, nothing = (
            member.post(f"{where}/answers", {"answer": answer, "reason": "x", "until": later}, version=1)
            for where in (path, f"escalations/{ABSENT}")
        )
        assert (foreign.status_code, foreign.data) == (404, nothing.data)
    for answer, until, reason in (
        ("granted", None, "Mưa lớn"), ("granted", later, None), ("granted", "2025-05-18T07:00:00+07:00", "Mưa lớn"),
        ("granted", "2025-09-18T07:00:00+07:00", "Mưa lớn"), ("rested", None, "Mưa lớn"), ("returned", None, None),
    ):  # fmt: skip
        assert problem(send(chair, answer, until, reason), 422, "bad_input")["detail"]

    assert send(chair, "taken_over").json["answered"] == 1
    assert chair.get(path).json["line"]["holder"] == 3
    problem(send(chair, "granted", later), 403, "not_permitted")  # it lies with the chair now, and above is nobody
    assert send(chair, "returned", reason="Tổ đi lại tối nay").json["answered"] == 1
    told = Program(site, "giang").get(path).json
    assert (told["line"]["holder"], told["instruction"]["reason"]) == (2, "Tổ đi lại tối nay")
    assert send(chair, "granted", later).json["answered"] == 1
    assert [step["due_at"] for step in chair.get(path).json["ladder"]][2] == later
    assert send(Program(site, "giang"), "rested", later).json["answered"] == 1
    assert Program(site, "giang").get("escalations").json["counts"]["resting"] == 1


def test_several_episodes_are_answered_by_id_and_foreign_ones_counted_as_absent(
    silent: Silent, web_folder: Path
) -> None:
    site = Site(silent.world, web_folder)
    silent.at(CLIMBED)
    mine, foreign = silent.ids(0, 1), silent.ids(3)
    ids = [str(one) for one in (*mine, *foreign, ABSENT)]

    done = Program(site, "giang").post("escalations/answers", {"answer": "handed_on", "to_team": True, "ids": ids})

    assert done.status_code == 200, done.text
    assert (done.json["answered"], done.json["skipped"]["absent"]) == (2, 2)


def test_several_are_given_to_one_member_and_what_lies_elsewhere_is_counted(silent: Silent, web_folder: Path) -> None:
    site = Site(silent.world, web_folder)
    silent.at(NOTICED)
    ids = [str(one) for one in silent.ids(0, 1, 2, 3)]
    given = {"answer": "handed_on", "to": str(silent.world.actor("binh").membership_id), "ids": ids}

    done = Program(site, "hai").post("escalations/answers", given, key="given")

    assert done.status_code == 200, done.text
    assert (done.json["answered"], done.json["skipped"]["outside"]) == (3, 1)
    assert Program(site, "hai").post("escalations/answers", given, key="given").json == done.json
    assert Program(site, "binh").get("escalations").json["counts"]["waiting"] == 3
    problem(Program(site, "hai").post("escalations/answers", {**given, "to": None}), 422, "bad_input")


def test_a_task_is_done_with_evidence_as_it_was_read(plan: Site) -> None:
    lan, row = Program(plan, "lan"), task(plan, "staff-first")
    board = lan.get("tasks?only_own=true").json
    assert board["tasks"]
    assert {each["standing"] for each in board["tasks"]} <= {"overdue", "at_risk", "due", "no_deadline"}
    page = lan.get(f"tasks/{row.id}")
    assert page.headers["ETag"] == f'"{row.state_version}"'
    assert "start" in page.json["may"]

    problem(lan.post(f"tasks/{row.id}/moves", {"move": "start"}), 428, "no_version")
    problem(lan.post(f"tasks/{row.id}/moves", {"move": "start"}, version=row.state_version + 1), 412, "stale")
    problem(lan.post(f"tasks/{row.id}/moves", {"move": "complete"}, version=row.state_version), 422, "invalid")
    moved = lan.post(f"tasks/{row.id}/moves", {"move": "start"}, version=row.state_version, key="m")
    assert (moved.status_code, moved.json["state"]) == (200, "in_progress")
    again = lan.post(f"tasks/{row.id}/moves", {"move": "start"}, version=row.state_version, key="m")
    assert (again.status_code, again.json) == (200, moved.json)

    paper = {"kind": "document", "label": "Báo cáo số 12/BC-UBND"}
    added = lan.post(f"tasks/{row.id}/evidence", paper, key="e")
    assert added.status_code == 201
    assert lan.post(f"tasks/{row.id}/evidence", paper, key="e").json == added.json
    problem(lan.post(f"tasks/{row.id}/evidence", {**paper, "count": 3}), 422, "bad_input")
    assert [str(one.id) for one in plan.world.rows(TaskEvidence)] == [added.json["evidence"]]
    assert [line["label"] for line in lan.get(f"tasks/{row.id}").json["evidence"]] == [paper["label"]]

    binh = Program(plan, "binh")
    assert binh.get(f"tasks/{row.id}").data == binh.get(f"tasks/{ABSENT}").data
    assert (
        binh.post(f"tasks/{row.id}/moves", {"x": 1}, version=1).data
        == binh.post(f"tasks/{ABSENT}/moves", {"x": 1}, version=1).data
    )


def test_an_item_of_many_teams_opens_to_its_tasks(plan: Site) -> None:
    hai = Program(plan, "hai")
    folded = next(each for each in hai.get("tasks?view=all").json["tasks"] if each["task"] is None)

    opened = hai.get(f"tasks/occurrences?item={folded['item']}&occurrence={folded['occurrence']}").json

    assert len(opened["tasks"]) == folded["total"] + folded["excused"]
    assert hai.get("tasks/occurrences?item=nothing").json == {"tasks": []}


def test_doors_are_given_by_id_or_all_that_match(town: Town) -> None:
    an, binh = Program(town, "an"), str(town.world.actor("binh").membership_id)
    teams = an.get("teams").json["teams"]
    [team] = teams
    assert team["may_give"]
    assert binh in {each["membership"] for each in team["members"]}
    given = {"team": team["id"], "assignee": binh, "reason": "Chia lại tuyến"}

    one = an.post("doors/assignments", {**given, "doors": [str(town.door), str(town.foreign), str(ABSENT)]}, key="a")
    assert (one.status_code, one.json) == (200, {"moved": 1, "skipped": {"already": 0, "absent": 2}})
    seen = an.post("doors/searches", {}).json
    assert seen["total"] == 2
    wrong = problem(an.post("doors/assignments", {**given, "filter": {}, "expected": 3}), 409, "count_changed")
    assert (wrong["yours"], wrong["theirs"]) == (3, 2)
    problem(an.post("doors/assignments", {**given, "filter": {}}), 422, "invalid")
    problem(an.post("doors/assignments", {**given, "filter": {}, "expected": 2, "doors": [binh]}), 422, "invalid")
    rest = an.post("doors/assignments", {**given, "filter": {"without_holder": True}, "expected": 1})
    assert rest.json["moved"] == 1
    held = {row.id for row in town.world.rows(Door) if str(row.assignee_id) == binh}
    assert held == set(town.doors)

    other = town.world.actor("dung").holds("team_leader")[0].team_id
    foreign = an.post("doors/assignments", {**given, "team": str(other), "doors": [str(town.door)]})
    absent = an.post("doors/assignments", {**given, "team": str(uuid.UUID(int=9)), "doors": [str(town.door)]})
    problem(foreign, 404, "not_found")
    assert foreign.data == absent.data


def test_the_report_stands_at_an_instant(town: Town) -> None:
    hai = Program(town, "hai")
    before = hai.get("figures/report").json
    assert (before["balanced"], before["total"]) == (True, 5)
    town.world.go_to("2025-05-16 10:00")
    town.world.visit("binh", town.door, Finding("took_part", town.cases[0]))
    town.world.go_to("2025-05-16 10:01")
    counts = {line["code"]: line["count"] for line in hai.get("figures/report").json["lines"]}

    at_nine = hai.get("figures/report?as_of=2025-05-16T09:00:00%2B07:00&known=then").json

    assert at_nine["lines"] == before["lines"]
    assert counts != {line["code"]: line["count"] for line in before["lines"]}
    problem(hai.get("figures/report?as_of=2025-05-17T09:00:00%2B07:00"), 422, "invalid")
    problem(hai.get("figures/report?as_of=2025-05-16"), 422, "invalid")
    problem(hai.get("figures/report?known=5"), 422, "invalid")
    problem(hai.get("figures/report?area=A1"), 422, "invalid")
