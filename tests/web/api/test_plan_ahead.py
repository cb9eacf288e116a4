"""The plan ahead through the API: what the pages say, within what somebody may see."""

import pytest

from rules.time import at
from tests.web.api.program import Program, problem
from tests.web.plan.conftest import plan
from tests.web.site import Site
from tests.workflow.officials import appoint
from workflow.sweeps.duties import open_duties

__all__ = ["plan"]
pytestmark = pytest.mark.slow


def test_risks_today_and_owners_are_those_of_the_pages(plan: Site) -> None:
    plan.world.go_to("2025-05-26 20:00")
    with plan.world.book() as (book, context):
        open_duties(book, context, at("2025-05-26 20:00"))
    hai, page = Program(plan, "hai"), plan.as_("hai")
    ahead = hai.get("plan/ahead").json
    shown = page.get("plan/ahead?whose=all").text
    assert ahead["risks"]
    assert shown.count('<th scope="row">') == len(ahead["risks"])
    assert all(risk["is_due_tomorrow"] or risk["forecast"]["days_late"] > 0 for risk in ahead["risks"])
    dues = [risk["row"]["due_at"] for risk in ahead["risks"]]
    assert dues == sorted(dues)

    today = hai.get("plan/today").json
    assert {row["item"] for row in today["rows"]} >= {"daily-report"}
    assert "nhiệm vụ đến hạn hôm nay" in today["text"]
    assert today["text"].strip() in page.get("plan/today?whose=all").text.replace("&#34;", '"').replace("&amp;", "&")

    owners = hai.get("plan/owners").json["owners"]
    assert all(sum(each["n"] for each in one["standings"]) == one["total"] for one in owners)
    board = hai.get("tasks?view=all").json
    assert {one["code"] for one in hai.get("plan/owners?by=body").json["owners"]} != {one["code"] for one in owners}
    assert sum(one["total"] for one in owners) >= board["total"] > 0


def test_a_forecast_is_told_only_where_it_rests_on_something(plan: Site) -> None:
    found = Program(plan, "hai").get("plan/forecast").json
    told = [row["forecast"] for row in found["rows"] if row["forecast"] is not None]

    assert found["left_out"] == 0
    assert len(found["rows"]) > len(told) > 0
    assert all((one["finishes_on"] is None) == (one["lack"] is not None) for one in told)
    assert {one["ground"] for one in told} <= {"figures", "before", "supposed"}


def test_nobody_reads_more_than_their_part_of_the_plan(plan: Site) -> None:
    binh, hai = Program(plan, "binh"), Program(plan, "hai")
    own = {row["item"] for row in binh.get("tasks").json["tasks"]}
    assert {row["item"] for row in binh.get("plan/forecast").json["rows"]} <= own
    assert {row["item"] for row in binh.get("plan/today").json["rows"]} <= own
    assert len(own) < len({row["item"] for row in hai.get("tasks").json["tasks"]})
    auditor = Program(plan, appoint(plan.world, "auditor"))
    for what in ("forecast", "ahead", "today", "owners"):
        problem(auditor.get(f"plan/{what}"), 404, "not_found")


def test_what_is_asked_wrongly_is_said(plan: Site) -> None:
    hai = Program(plan, "hai")
    problem(hai.get("plan/ahead?only_own=maybe"), 422, "invalid")
    problem(hai.get("plan/owners?by=person"), 422, "invalid")
