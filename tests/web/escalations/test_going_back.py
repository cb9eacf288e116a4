"""Going back over a form that was refused, or a question asked once more, opens the page again; nothing of it is kept by the browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import DESK, chromium, followed, served, window
from tests.web.notices.test_in_a_browser import token_of
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, RULE, silent_world

pytestmark = pytest.mark.slow


def leave_and_come_back(page: Page, elsewhere: str) -> None:
    """Open another page and go back."""
    page.goto(elsewhere)
    page.go_back()


def test_a_refused_form_and_a_question_can_be_gone_back_to(worlds: NewWorld, web_folder: Path) -> None:
    silent = silent_world(worlds)
    silent.at(NOTICED)
    site = Site(silent.world, web_folder)
    with (
        chromium() as browser,
        served(site.app) as base,
        window(browser, base, size=DESK, scheme="light", token=token_of(site, "an")) as page,
    ):
        page.goto(site.path(f"escalations/{silent.ids(0)[0]}"))
        followed(page, page.get_by_role("button", name="Quyết định và đóng"))
        expect(page.locator("main")).to_contain_text("chưa ghi")
        leave_and_come_back(page, site.path("escalations"))
        expect(page.locator("h2#episode")).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("chưa ghi")

        page.goto(site.path(f"escalations/group/{RULE}/{silent.key('A1')}"))
        page.get_by_label("Nội dung", exact=True).fill("đi lại cả ngõ sáng mai")
        followed(page, page.get_by_role("button", name="Quyết định và đóng"))
        expect(page.locator("h1")).to_contain_text("Đóng 3 việc?")
        leave_and_come_back(page, site.path("escalations"))
        expect(page.locator("h2#group")).to_be_visible()
        assert "no-store" in (page.request.get(page.url).headers["cache-control"])
