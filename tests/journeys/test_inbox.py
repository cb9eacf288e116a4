"""A leader with ten minutes before a meeting empties an inbox of sixty: one by itself, requests together, all the rest at once.

The number over the list and the list fall together, what a colleague settles meanwhile is said and not done again, and at the end the
page says that nothing waits.
"""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rules.time import MINUTE
from tests.journeys.seen import SIZES
from tests.journeys.story import Story, story_of
from tests.web.browsing import DESK
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import Silent, silent_world
from workflow.actions.move_task import move_task
from workflow.actions.record_visit import Finding
from workflow.tables import Escalation, Request, Task

pytestmark = pytest.mark.slow

REGISTERED = "Đã đăng ký, quá 48 giờ chưa ai đến"
ACTIVATED = "silent-activated"


@pytest.fixture
def busy(worlds: NewWorld) -> Silent:
    """The evening of 18/5: 58 reminders and two requests wait for the leader of team 1; no report is owed any more."""
    town = silent_world(worlds)
    for number in range(28):
        people = [
            (f"Ngô Văn {number}", "registered"),
            (f"Ngô Thị {number}", "activated"),
            (f"Ngô Bé {number}", "no_account"),
        ]
        town.world.household(people, lane="Ngõ 2", house=str(number + 1))
    door, gone = town.world.household(
        [("Đỗ Văn Cả", "registered"), ("Đỗ Thị Hai", "registered")], lane="Ngõ 3", house="1"
    )
    town.world.household([("Đỗ Thị Ba", "registered")], lane="Ngõ 3", house="2")
    town.world.go_to("2025-05-18 19:00")
    town.world.visit("binh", door, *(Finding("died", case, evidence="trích lục") for case in gone))
    town.at("2025-05-18 20:00")
    for task in town.world.rows(Task, Task.is_open, Task.is_duty, Task.is_relayed):  # what is forwarded goes with them
        town.world.command("hai", partial(_excuse, task.id))
    town.at("2025-05-18 20:01")
    return town


def _excuse(task_id: Any, book: Any, context: Any, actor: Any) -> dict[str, Any]:
    told = move_task(book, context, task_id, "waive", actor=actor, state_version=None, reason="báo cáo chung")
    return {"state": told.state}


@SIZES
def test_a_leader_empties_an_inbox_of_sixty(
    busy: Silent, web_folder: Path, chrome: Browser, size: tuple[int, int]
) -> None:
    site = Site(busy.world, web_folder)
    with story_of(site, chrome) as story, story.seen_by("an", size=size) as page:
        page.goto(story.url("escalations"))
        assert counts(page) == (60, 60)
        decide_one(story, page)
        assert counts(page) == (59, 59)
        confirm_the_requests(page)
        assert counts(page) == (57, 57)
        decide_the_rest_while_a_colleague_works_too(busy, page)
        expect(page.get_by_text("Không có việc chờ.")).to_be_visible()
        assert counts(page) == (0, 0)

    assert {row.status for row in busy.world.rows(Request)} == {"confirmed"}
    closed = busy.world.rows(Escalation, Escalation.closed_because == "decided")
    assert len(closed) == 58
    assert busy.findings() == []


def counts(page: Page) -> tuple[int, int]:
    """Return the number over the list, and what its rows add up to."""
    expect(page.get_by_role("heading", level=1, name=re.compile("Cần xử lý"))).to_be_visible()
    badge = int(page.locator("h1 .quiet").inner_text().replace(".", ""))
    ticks = page.locator("[data-row] input[type=checkbox]").evaluate_all(
        "boxes => boxes.map(box => Number(box.dataset.n))"
    )
    assert len(ticks) == page.locator("[data-row]").count()
    return badge, sum(ticks)


def decide_one(story: Story, page: Page) -> None:
    """Open a group and one person in it, and decide; on a desk both open beside the list, and back leads back."""
    row = page.locator("main").get_by_role("link", name=REGISTERED)
    row.click()
    page.wait_for_url(re.compile("/group/"))
    if page.viewport_size == {"width": DESK[0], "height": DESK[1]}:
        expect(page.locator("[data-row].here")).to_have_count(1)
        _go_back(page)
        for key in ("j", "j", "j", "Enter"):  # past both requests, which have less time left
            page.keyboard.press(key)
        page.wait_for_url(re.compile("/group/"))
        _go_back(page)
        row.click()
        page.wait_for_url(re.compile("/group/"))
    page.locator("#detail .lines a.what").first.click()
    page.locator("#detail [name=reason]").wait_for()
    page.locator("#detail [name=state_version]").wait_for(state="attached")
    page.locator("#detail [name=reason]").fill("Đã hẹn gặp tối nay")
    page.locator("#detail button[value=decided]").click()
    expect(page.locator(".said").first).to_contain_text("Đã quyết định và đóng 1 việc.")


def _go_back(page: Page) -> None:
    """Go back to the list, and wait until the teams' day stands beside it again."""
    page.go_back()
    page.wait_for_url(lambda url: url.endswith("/escalations"))
    expect(page.locator("#stuck")).to_be_visible()


def confirm_the_requests(page: Page) -> None:
    """Tick both requests and confirm them together."""
    for box in page.locator("input[name=request]").all():
        box.check()
    open_the_form(page)
    page.locator("#bulk button[value=confirm]").click()
    expect(page.locator(".said").first).to_contain_text("Đã xác nhận 2 đề nghị.")
    page.get_by_role("link", name="Về danh sách").click()


def decide_the_rest_while_a_colleague_works_too(busy: Silent, page: Page) -> None:
    """Choose the whole page; before it is sent the coordinator has settled one of them."""
    open_the_form(page)
    page.locator("[data-tick-all]").click()
    page.locator("#bulk-reason").fill("Giao các tổ viên đi lại sáng mai")
    busy.world.clock.instant += MINUTE
    theirs = busy.world.rows(Escalation, Escalation.rule_id == ACTIVATED, Escalation.is_open)[0]
    busy.answer("hai", [theirs.id], "decided", reason="đã gọi điện")
    busy.world.clock.instant += MINUTE
    page.locator("#bulk button[value=decided]").click()
    page.get_by_role("button", name="Đóng 57 việc").click()
    expect(page.locator(".said").first).to_contain_text("Đã quyết định và đóng 56 việc.")
    expect(page.locator(".rows").first).to_contain_text(
        f"1 đã xử lý trước đó, người xử lý: {busy.world.actor('hai').name}"
    )
    page.reload()  # by a nervous finger: the list as it stands now, and nothing is sent twice
    page.wait_for_url(lambda url: url.endswith("/escalations"))


def open_the_form(page: Page) -> None:
    """Open the form under the list, if it is not open by itself."""
    if page.locator(".settle").get_attribute("open") is None:
        page.locator(".settle > summary").click()
