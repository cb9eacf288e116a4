"""Reports that travel through the police, for a program: what has come, passing it on, and the refusals of the page."""

from tests.web.api.program import Program, problem
from tests.web.api.test_document import INSIDE, check, document
from tests.web.plan.conftest import plan, task
from tests.web.plan.test_forwarding_pages import DAY, police
from tests.web.site import Site

__all__ = ["plan", "police"]
FORWARD = f"{INSIDE}tasks/{{task_id}}/forward"


def test_a_program_sees_what_has_come_and_passes_it_on_once(police: Site) -> None:
    minh, forward = Program(police, "minh"), task(police, "daily-report-forward", occurrence=DAY)
    path = f"tasks/{forward.id}/forward"
    before = minh.get(path)

    first, again = (minh.post(path, {}, version=forward.state_version, key="f") for _ in range(2))

    check(document(police), police, before, FORWARD, "get")
    check(document(police), police, first, FORWARD, "post")
    assert (before.json["sent"], before.json["asked"], before.json["may_forward"]) == (1, 2, True)
    assert (first.json["reports"], first.json["missing"], first.json["timing"]) == (["T1"], ["T2"], "on_time")
    assert again.json == first.json
    after = {one["scope"]: one["is_passed_on"] for one in minh.get(path).json["reports"]}
    assert after == {"T1": True, "T2": False}


def test_what_the_page_refuses_is_refused(police: Site) -> None:
    forward, report = task(police, "daily-report-forward", occurrence=DAY), task(police, "daily-report", "T1", DAY)
    minh, hai, an = (Program(police, login) for login in ("minh", "hai", "an"))
    path = f"tasks/{forward.id}/forward"

    assert minh.post(path, {}, version=7).status_code == 412
    assert hai.post(path, {}, version=forward.state_version).status_code == 403
    problem(an.get(path), 404, "not_found")
    problem(minh.get(f"tasks/{report.id}/forward"), 404, "not_found")
    assert minh.post(f"tasks/{forward.id}/moves", {"move": "submit"}, version=forward.state_version).status_code == 409
    assert task(police, "daily-report-forward", occurrence=DAY).state == "assigned"
