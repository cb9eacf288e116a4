"""24/5, 15:38: the telephone rings. In a real browser on a phone; and no barrier on any of these pages."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.journeys.story import story_of
from tests.web.axe import Looker
from tests.web.browsing import PHONE, chromium, fits
from tests.web.site import Site
from tests.workflow.answer.town import SOURCE, afternoon
from tests.workflow.conftest import NewWorld
from workflow.actions.withdraw_told import withdraw_said
from workflow.tables import SaidFigure, SystemCount

pytestmark = pytest.mark.slow
WORD = "Dàiơilàdài" * 9


@pytest.mark.parametrize("worlds", ["sqlite"], indirect=True)  # what a browser sees is the same on both
def test_the_coordinator_answers_with_one_thumb(worlds: NewWorld, web_folder: Path) -> None:
    world = worlds()
    town, site = afternoon(world), Site(world, web_folder)
    world.go_to("2025-05-24 15:45")
    with chromium() as browser, story_of(site, browser) as story:
        with story.seen_by("hai", size=PHONE) as page:
            page.goto(story.url(""))
            page.locator("main").get_by_role("link", name="Trả lời nhanh").click()
            page.locator("#n").fill("4")
            page.locator("#source").fill(SOURCE)
            page.get_by_role("button", name="Ghi số hệ thống").click()
            expect(page.get_by_text("Đã ghi số trên hệ thống: 4.")).to_be_visible()
            expect(page.locator(".numbers")).to_contain_text("chênh −3")
            page.get_by_text("UBND huyện").first.wait_for(state="attached")
            page.locator("#recipient").select_option("UBND huyện")
            under_the_thumb = page.locator(".say-now button")
            expect(under_the_thumb).to_contain_text("điện thoại · UBND huyện")
            under_the_thumb.click()
            expect(page.get_by_text("Đã ghi: báo 7 cho UBND huyện (điện thoại).")).to_be_visible()
            expect(page.locator(".said-rows li").first).to_contain_text(
                re.compile("15:45 đã báo 7.*điện thoại · UBND huyện", re.S)
            )
            fits(page)
            looker = Looker(page)
            (said,), (count,) = world.rows(SaidFigure), world.rows(SystemCount)
            town.system(4, "2025-05-24 15:40", area=world.door(town.doors["1"][0]).area_id)
            world.go_to("2025-05-24 15:46")
            town.system(4, "2025-05-24 15:46", source=WORD)  # what people type has words without an end
            again = UUID(town.say(town.answer(), to=WORD)["said"])
            world.command("hai", lambda b, c, a: withdraw_said(b, c, a, again, reason=WORD))
            wrong = [
                f"{path} {each}"
                for path in ("answer", "counter", f"answer/said/{said.id}/withdraw", f"counter/{count.id}/withdraw")
                for each in looker.wrongs_at(story.url(path))
            ]
        assert wrong == [], "\n".join(wrong)
        with story.seen_by("khanh", size=PHONE) as page:
            page.goto(story.url("chair"))
            page.locator("main").get_by_role("link", name="Trả lời nhanh").click()
            expect(page.locator(".said-rows li").first).to_contain_text("Đỗ Văn Hải")
