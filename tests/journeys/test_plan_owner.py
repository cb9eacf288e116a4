"""The plan's owner on screen, on a phone and at a desk: sees tomorrow's risk, speaks to it, copies today's text, prints the board."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rules.time import at
from tests.journeys.seen import SIZES, kept
from tests.journeys.story import Story, story_of
from tests.web.plan.conftest import appoint, task
from tests.web.site import Site
from workflow.actions.open_plan import open_plan
from workflow.sweeps.duties import open_duties

pytestmark = pytest.mark.slow

EVE = "2025-05-18 20:00"
"""The offices' own task ends with the next day."""


@pytest.fixture
def story(world, web_folder: Path, chrome: Browser) -> Iterator[Story]:
    """The town with its plan open, on the eve of a deadline of the office (lan)."""
    site = Site(world, web_folder)
    appoint(site, "lan", "Mai Thị Lan", "office", "plan_owner")
    with world.book() as (book, context):
        open_plan(book, context)
    world.go_to(EVE)
    with world.book() as (book, context):
        open_duties(book, context, at(EVE))
    with story_of(site, chrome) as served:
        yield served


@SIZES
def test_the_owner_sees_tomorrows_risk_and_prints_the_board(story: Story, size: tuple[int, int]) -> None:
    with story.seen_by("lan", size=size) as page:
        page.goto("/")
        kept(page, "owner-start")
        page.goto(story.url("plan"))
        kept(page, "owner-plan")
        page.get_by_role("link", name="Rủi ro ngày mai").click()
        risk = page.locator("tbody tr", has_text="Cán bộ, công chức, viên chức")
        expect(risk.get_by_text("ngày mai đến hạn")).to_be_visible()
        kept(page, "owner-ahead")
        risk.get_by_role("link").click()
        expect(page.get_by_text("Chưa có trao đổi nào.")).to_be_visible()
        page.locator("[name=said]").fill("Mai là hạn cuối, đề nghị các cơ quan khai số trước 15 giờ.")
        page.get_by_role("button", name="Gửi trao đổi").click()
        expect(page.get_by_text("đề nghị các cơ quan khai số")).to_be_visible()
        kept(page, "owner-task")
        page.goto(story.url("plan/ahead"))
        page.get_by_role("link", name="In kế hoạch").click()
        expect(page.get_by_role("heading", name="Bảng theo dõi kế hoạch")).to_be_visible()
        expect(page.get_by_role("button", name="In kế hoạch")).to_be_visible()
        kept(page, "owner-sheet")
        printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert b"/MediaBox [0 0 841" in printed or b"/MediaBox [0 0 842" in printed
    assert BytesIO(printed).getbuffer().nbytes > 10_000
    told = [event.data["comment"] for event in story.site.world.events() if event.about_id == task(story.site, "staff-first").id and "comment" in event.data]  # fmt: skip
    assert told == ["Mai là hạn cuối, đề nghị các cơ quan khai số trước 15 giờ."]


@SIZES
def test_the_coordinator_takes_todays_text_along(story: Story, size: tuple[int, int]) -> None:
    story.site.world.go_to("2025-05-19 09:00")
    with story.seen_by("hai", size=size) as page:
        page.goto(story.url("plan"))
        page.get_by_role("link", name="Đến hạn hôm nay").click()
        expect(page.get_by_role("button", name="Sao chép")).to_be_visible()
        text = page.locator("#today").input_value()
        kept(page, "owner-today")
    assert "Hạn: trước ngày 20/5 (hết Thứ Hai 19/5)" in text
    assert "Cán bộ, công chức, viên chức" in text
