"""Work without mouse and touch: a member records and takes back, a leader answers, with Tab, Enter and typing alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.keyboard import Keyboard
from tests.journeys.seen import SIZES
from tests.journeys.story import story_of
from tests.web.browsing import window
from tests.web.site import Site
from tests.workflow.inbox.conftest import RULE, Silent
from workflow.tables import Escalation, Visit

pytestmark = pytest.mark.slow

SILENCE = "Đã đăng ký, quá 48 giờ chưa ai đến"


@SIZES
def test_a_member_records_and_takes_back_by_keyboard(
    silent: Silent, web_folder: Path, chrome: Browser, size: tuple[int, int]
) -> None:
    site = Site(silent.world, web_folder)
    with story_of(site, chrome, "binh") as story, window(chrome, story.base, size=size) as page:
        keys = Keyboard(page)
        keys.sign_in("binh", story.url(""))
        keys.press(page.get_by_role("link", name="Hôm nay"))
        keys.press(page.locator("a.card-row"))
        keys.press(page.get_by_role("button", name="Không có nhà"))
        expect(page.get_by_text("Đã ghi.")).to_be_visible()
        newest = max(silent.world.rows(Visit), key=lambda visit: visit.ledger_no)
        assert newest.voided_no is None
        keys.press(page.get_by_role("button", name="Bấm nhầm – sửa lại"))
        expect(page.get_by_text("Đã ghi.")).to_have_count(0)

    assert silent.world.rows(Visit, Visit.id == newest.id)[0].voided_no is not None


@SIZES
def test_a_leader_answers_what_climbed_by_keyboard(
    silent: Silent, web_folder: Path, chrome: Browser, size: tuple[int, int]
) -> None:
    site = Site(silent.world, web_folder)
    with story_of(site, chrome, "an") as story, window(chrome, story.base, size=size) as page:
        keys = Keyboard(page)
        keys.sign_in("an", story.url(""))
        keys.press(page.locator("nav.menu").get_by_role("link", name="Cần xử lý"))
        keys.press(page.locator("main").get_by_role("link", name=SILENCE))
        keys.press(page.locator(".lines a.what"))
        expect(page.locator("#detail [name=state_version]")).to_have_count(1)  # the one, no longer its group
        keys.type(page.locator("#detail [name=reason]"), "Đã hẹn gặp tối nay")
        keys.press(page.locator("#detail button[value=decided]"))
        expect(page.locator(".said").first).to_be_visible()

    closed = silent.world.rows(Escalation, Escalation.rule_id == RULE, ~Escalation.is_open)
    assert [row.closed_because for row in closed] == ["decided"]
