"""A leader goes away and a colleague stands in, on screen; and an exit is returned, confirmed, and a mistake taken back.

Each on a phone and at a desk: whoever leads a team does this on the way.
"""

import pytest
from playwright.sync_api import expect

from tests.journeys.seen import SIZES, kept
from tests.journeys.story import Story
from tests.web.browsing import PHONE
from tests.workflow.inbox.conftest import Silent

pytestmark = pytest.mark.slow
AWAY = "Vắng từ 08:00 ngày 17/5/2025 đến 12:00 ngày 18/5/2025, đ/c Phạm Thị Dung làm thay."


@SIZES
def test_a_delegate_during_an_absence(story: Story, silent: Silent, size: tuple[int, int]) -> None:
    with story.seen_by("an", size=size) as page:
        page.goto(story.url("team"))
        page.get_by_role("link", name="Vắng mặt").first.click()
        page.get_by_label("Vắng đến").fill("18/5 12h")
        page.get_by_label("Người làm thay").select_option(label="Phạm Thị Dung · Tổ trưởng tổ công tác (T2)")
        kept(page, "absence-form")
        page.get_by_role("button", name="Ghi lần vắng").click()
        expect(page.get_by_text(AWAY)).to_be_visible()
        kept(page, "absence-planned")
        page.goto(story.url("team"))
        expect(page.get_by_text(AWAY)).to_be_visible()
        kept(page, "absence-first-page")

    episode = story.url(f"escalations/{silent.ids(0)[0]}")
    with story.seen_by("dung", size=size) as page:
        page.goto(story.url("team"))
        expect(
            page.get_by_text(
                "Đ/c Nguyễn Văn An vắng từ 08:00 ngày 17/5/2025 đến 12:00 ngày 18/5/2025, đồng chí làm thay."
            )
        ).to_be_visible()
        page.goto(story.url("escalations"))
        expect(page.get_by_text("Tổ dân phố 1").locator("visible=true").first).to_be_visible()
        page.goto(episode)
        page.get_by_label("Nội dung").fill("Đã gọi, cả nhà về quê tới thứ Ba")
        page.get_by_role("button", name="Quyết định và đóng").click()
        page.goto(episode)
        expect(page.get_by_text("Phạm Thị Dung thay Nguyễn Văn An").first).to_be_visible()
        kept(page, "absence-episode")

    with story.seen_by("an", size=size) as page:
        page.goto(episode)
        expect(page.get_by_text("Phạm Thị Dung thay Nguyễn Văn An đã quyết định lúc")).to_be_visible()

    silent.world.go_to("2025-05-18 12:00")
    with story.seen_by("dung", size=size) as page:
        page.goto(story.url("escalations"))
        expect(page.get_by_text("Tổ dân phố 2").locator("visible=true").first).to_be_visible()
        expect(page.get_by_text("Tổ dân phố 1").locator("visible=true")).to_have_count(0)
        page.goto(story.url("team"))
        expect(page.get_by_text("đồng chí làm thay")).to_have_count(0)
    assert story.site.as_("dung").get(f"escalations/{silent.ids(0)[0]}").status_code == 404


@SIZES
def test_an_exit_is_returned_confirmed_and_taken_back(story: Story, silent: Silent, size: tuple[int, int]) -> None:
    door, case = silent.doors[1], silent.cases[2]
    cannot = story.url(f"doors/{door}/cannot/{case}")
    with story.seen_by("binh", size=PHONE) as page:
        page.goto(cannot)
        page.get_by_label("Đã chết").check()
        page.get_by_label("Loại căn cứ").select_option(label="Trích lục khai tử")
        kept(page, "exit-asked")
        page.get_by_role("button", name="Gửi").click()

    with story.seen_by("an", size=size) as page:
        page.goto(story.url("exits"))
        page.get_by_role("link", name="Trần Văn Ba").click()
        expect(page.locator("dd", has_text="Trích lục khai tử")).to_be_visible()
        page.get_by_label("Ý kiến", exact=True).fill("Bổ sung bản chụp trích lục")
        page.get_by_role("button", name="Trả lại", exact=True).click()
        expect(page.get_by_text("Đã trả lại một đề nghị.")).to_be_visible()
    assert silent.world.case(case).state == "registered"

    with story.seen_by("binh", size=PHONE) as page:
        page.goto(cannot)
        page.get_by_label("Đã chết").check()
        page.get_by_label("Loại căn cứ").select_option(label="Trích lục khai tử")
        page.get_by_label("Căn cứ", exact=True).fill("Đã xem bản chụp")
        page.get_by_role("button", name="Gửi").click()

    with story.seen_by("an", size=size) as page:
        page.goto(story.url("exits"))
        page.get_by_role("link", name="Trần Văn Ba").click()
        page.get_by_role("button", name="Xác nhận", exact=True).click()
        expect(page.get_by_text("Đã xác nhận một đề nghị.")).to_be_visible()
        assert silent.world.case(case).state == "dead"
        page.get_by_role("link", name="Trần Văn Ba").click()
        page.get_by_text("Xác nhận nhầm? Hủy xác nhận này").click()
        page.get_by_label("Vì sao hủy xác nhận").fill("Trùng tên với người khác")
        kept(page, "exit-take-back")
        page.get_by_role("button", name="Hủy xác nhận").click()
        expect(page.get_by_text("Đã hủy xác nhận: người này trở lại như trước")).to_be_visible()
        expect(page.get_by_role("button", name="Xác nhận", exact=True)).to_be_visible()
        kept(page, "exit-taken-back")
    assert silent.world.case(case).state == "registered"
