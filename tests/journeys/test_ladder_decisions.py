"""A reminder goes up and down a ladder by people's decisions, on a phone and at a desk; whoever is on the other side sees each of them.

The leader of the area takes one over from the team and puts it aside; the chair grants time and sends it back with an instruction; the
team's leader finds both in the bell and on the page.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.seen import SIZES, kept
from tests.journeys.story import Story
from tests.workflow.inbox.conftest import RULE, Silent

pytestmark = pytest.mark.slow
INSTRUCTION = "Tổ đi lại tối nay, gọi trước cho chủ hộ"


def answer(page: Page, button: str, **typed: str) -> None:
    """Fill in what a decision wants and press its button."""
    for label, text in typed.items():
        page.locator(f"#detail [name={label}]").fill(text)
    page.locator("#detail").get_by_role("button", name=button).click()
    expect(page.locator(".said").first).to_be_visible()


@SIZES
def test_taken_over_put_aside_given_time_and_sent_back(story: Story, silent: Silent, size: tuple[int, int]) -> None:
    episode, row = story.url(f"escalations/{silent.ids(0)[0]}"), f"/group/{RULE}/{silent.key('A1')}"
    with story.seen_by("giang", size=size) as page:
        page.goto(episode)
        expect(page.get_by_text("Nếu việc chưa xong, Lãnh đạo phụ trách địa bàn được gọi lúc")).to_be_visible()
        expect(
            page.get_by_text("Việc về danh sách của người nhận xử lý thay. Cấp dưới thấy ai đang giữ")
        ).to_be_visible()
        kept(page, "ladder-episode")
        answer(page, "Nhận xử lý thay cấp dưới", reason="Tôi gọi trực tiếp")
        expect(page.get_by_text("Đang chờ: Lãnh đạo phụ trách địa bàn")).to_be_visible()
        page.goto(story.url("escalations"))
        expect(page.locator(f"[data-row] a[href*='{row}']")).to_have_count(1)
        page.goto(episode)
        answer(page, "Tạm gác", reason="Hẹn gặp 17 giờ", until="17:00")
        kept(page, "ladder-put-aside")
        page.goto(story.url("escalations"))
        expect(page.locator(f"[data-row] a[href*='{row}']")).to_have_count(0)
        page.get_by_role("link", name="Tạm gác 1").click()
        expect(page.get_by_text("Trở lại lúc 17:00")).to_be_visible()
        kept(page, "ladder-resting")

    with story.seen_by("an", size=size) as page:
        page.goto(episode)
        expect(page.get_by_text("Hoàng Thị Giang đã nhận xử lý thay cấp dưới: Tôi gọi trực tiếp")).to_be_visible()
        expect(page.locator("#detail .decisions button")).to_have_count(1)  # a note is all that is left

    silent.world.go_to("2025-05-17 08:20")
    with story.seen_by("khanh", size=size) as page:
        page.goto(episode)
        answer(page, "Cho thêm thời gian", reason="Mưa lớn cả ngày", until="12:00 19/5")
        expect(page.get_by_text("nếu chưa xong trước 12:00 19/5").first).to_be_visible()
        answer(page, "Trả lại kèm chỉ đạo", reason=INSTRUCTION)
        expect(page.get_by_text("Đang chờ: Tổ trưởng tổ công tác")).to_be_visible()
        kept(page, "ladder-sent-back")

    silent.at("2025-05-17 08:30")
    with story.seen_by("an", size=size) as page:
        open_the_digest(story, page)
        expect(page.get_by_role("heading", name="Cấp trên nhận xử lý thay")).to_be_visible()
        kept(page, "ladder-digest")
        page.get_by_role("link", name=re.compile("^Tổ dân phố 1 · ")).first.click()
        expect(page.locator("#detail .panel.warn")).to_contain_text(f"Ngô Thị Khánh chỉ đạo: {INSTRUCTION}")
        expect(page.get_by_role("button", name="Quyết định và đóng")).to_be_visible()

    with story.seen_by("giang", size=size) as page:
        open_the_digest(story, page)
        expect(page.get_by_role("heading", name="Được cho thêm thời gian")).to_be_visible()
        expect(page.get_by_text("Mưa lớn cả ngày")).to_be_visible()
        page.goto(story.url("escalations?due=resting"))
        expect(page.locator("[data-row]")).to_have_count(0)  # it was moved: nothing of it rests any more
        page.goto(episode)
        expect(page.get_by_text("Đang chờ: Tổ trưởng tổ công tác")).to_be_visible()
    assert silent.findings() == []


def open_the_digest(story: Story, page: Page) -> None:
    """Go by the bell to the newest digest."""
    page.goto(story.url("escalations"))
    page.get_by_role("link", name="Bản tin").first.click()
    page.locator("main ul.rows a").first.click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Bản tin lúc"))).to_be_visible()
