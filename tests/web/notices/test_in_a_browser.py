"""From the bell to the work, on a phone and on a desk, light and dark: nothing is cut off, everything can be touched."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from rules.time import MINUTE
from tests.web.browsing import DESK, PHONE, chromium, fits, followed, served, window
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import silent_world
from workflow.actions.open_plan import open_plan

pytestmark = pytest.mark.slow


def token_of(site: Site, login: str) -> str:
    """Return the cookie of somebody who is signed in."""
    cookie = site.as_(login).client.get_cookie("tungnha")
    assert cookie is not None
    return unquote(cookie.value)


def test_from_the_bell_to_the_work(worlds: NewWorld, web_folder: Path, tmp_path: Path) -> None:
    silent = silent_world(worlds)
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at("2025-05-19 08:00")
    site = Site(silent.world, web_folder)
    with chromium() as browser, served(site.app) as base:
        for size, scheme in ((PHONE, "dark"), (DESK, "light")):
            with window(browser, base, size=size, scheme=scheme, token=token_of(site, "an")) as page:
                shot = lambda name, page=page, size=size: page.screenshot(path=tmp_path / f"{name}-{size[0]}.png")  # noqa: E731
                page.goto(site.path("team"))
                bell = page.locator("a.bell")
                expect(bell.locator(".bell-count")).to_be_visible()
                box = bell.bounding_box()
                assert box is not None
                assert min(box["width"], box["height"]) >= 44
                shot("team")
                followed(page, bell)
                fits(page)
                shot("list")
                before = page.locator("li form button", has_text="Đã đọc").count()
                followed(page, page.locator("main li a", has_text="leo thang").filter(has_text="chưa đọc").first)
                fits(page)
                shot("digest")
                followed(page, page.get_by_role("button", name="Đã đọc"))
                assert page.locator("li form button", has_text="Đã đọc").count() == before - 1
                page.goto(f"/{silent.world.code}/notices/settings")
                fits(page)
                shot("settings")
            with window(browser, base, size=size, scheme=scheme, token=token_of(site, "hai")) as page:
                page.goto(site.path("papers/urge"))
                fits(page)
                page.screenshot(path=tmp_path / f"urge-{size[0]}.png")
                followed(page, page.locator("main li a").first)
                fits(page)
                page.screenshot(path=tmp_path / f"letter-{size[0]}.png", full_page=True)
        silent.world.clock.move_to(silent.world.clock.now() + 40 * MINUTE)
        for size in (PHONE, DESK):
            with window(browser, base, size=size, token=token_of(site, "khanh")) as page:
                page.goto(site.path("plan"))
                expect(page.get_by_role("alert")).to_contain_text("Đồng hồ của hệ thống đã dừng từ 08:00")
                fits(page)
                page.screenshot(path=tmp_path / f"alarm-{size[0]}.png")
