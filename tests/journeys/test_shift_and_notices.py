"""A shift goes to the next one with a note that they acknowledge; and the bell leads to the work, falls silent, rings again.

Each on a phone and at a desk: both happen on the way as well as in the office.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.seen import SIZES, kept
from tests.journeys.story import Story
from tests.web.browsing import followed
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent, silent_world
from tests.workflow.shift.test_hand_over_shift import give
from workflow.actions.open_plan import open_plan

pytestmark = pytest.mark.slow
NOTE = "Nhà số 2 có chó dữ; chìa khóa ngõ để ở trụ sở."


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town with its plan, in which silence has just been noticed; one member holds two doors."""
    town = silent_world(worlds)
    with town.world.book() as (book, context):
        open_plan(book, context)
    town.at(NOTICED)
    for door in town.doors[:2]:
        give(town.world, door, "T1", "binh")
    return town


def click_seen(page: Page, name: str) -> None:
    """Click the link of the menu, wherever this screen has room for it."""
    page.get_by_role("link", name=name, exact=True).locator("visible=true").first.click()


def hand_over(page: Page, to: str, note: str = "") -> None:
    """Hand the shift over on its page."""
    click_seen(page, "Giao ca")
    page.get_by_label("Người nhận ca").select_option(label=to)
    page.get_by_label("Lời nhắn").fill(note)
    page.get_by_role("button", name="Giao ca").click()


@SIZES
def test_a_shift_is_handed_over_and_received(story: Story, silent: Silent, size: tuple[int, int]) -> None:
    with story.seen_by("binh", size=size) as page:
        page.goto(story.url("queue"))
        expect(page.get_by_text("Nguyễn Văn Một").first).to_be_visible()
        click_seen(page, "Giao ca")
        expect(page.get_by_text("Đồng chí đang giữ 2 hộ còn việc và 0 việc đã nhận.")).to_be_visible()
        kept(page, "shift-form")
        hand_over(page, "Lê Văn Cường", NOTE)
        expect(page.get_by_text("Đã giao ca: 2 hộ, 0 việc cần xử lý.")).to_be_visible()
        expect(page.get_by_text("chưa xác nhận đã nhận")).to_be_visible()
        kept(page, "shift-handed")
        page.goto(story.url("queue"))
        expect(page.get_by_text("Nguyễn Văn Một")).to_have_count(0)

    told = "Trần Thị Bình giao ca lúc 08:00 ngày 17/5/2025: 2 hộ, 0 việc."
    with story.seen_by("cuong", size=size) as page:
        page.goto(story.url("queue"))
        expect(page.get_by_text(told)).to_be_visible()
        expect(page.get_by_text(f"Lời nhắn: {NOTE}")).to_be_visible()
        kept(page, "shift-told")
        page.get_by_role("button", name="Đã nhận ca").click()
        expect(page.get_by_role("status").filter(has_text="Đã nhận ca.")).to_be_visible()
        expect(page.get_by_text("giao ca lúc")).to_have_count(0)
        expect(page.get_by_text("Nguyễn Văn Một").first).to_be_visible()

    with story.seen_by("binh", size=size) as page:
        page.goto(story.url("shift"))
        expect(page.get_by_text("đã nhận", exact=True)).to_be_visible()
        expect(page.get_by_text("Đồng chí đang giữ 0 hộ còn việc và 0 việc đã nhận.")).to_be_visible()
    assert silent.findings() == []


@SIZES
def test_what_a_leader_has_in_hand_goes_along(story: Story, silent: Silent, size: tuple[int, int]) -> None:
    episode = f"escalations/{silent.ids(0)[0]}"
    assert story.site.as_("cuong").get(episode).status_code == 404
    silent.answer("an", silent.ids(0), "acknowledged")
    with story.seen_by("an", size=size) as page:
        page.goto(story.url("team"))
        hand_over(page, "Lê Văn Cường")
        expect(page.get_by_text("Đã giao ca: 0 hộ, 1 việc cần xử lý.")).to_be_visible()

    with story.seen_by("cuong", size=size) as page:
        page.goto(story.url("queue"))
        expect(page.get_by_text("Nguyễn Văn An giao ca lúc 08:00 ngày 17/5/2025: 0 hộ, 1 việc.")).to_be_visible()
        page.goto(story.url(episode))
        expect(page.get_by_text("Nguyễn Văn An").first).to_be_visible()
        kept(page, "shift-episode")
    assert silent.findings() == []


def rings(page: Page) -> int:
    """Return the number beside the bell."""
    count = page.locator("a.bell .bell-count")
    return int(count.inner_text().split()[0]) if count.count() else 0


@SIZES
def test_the_bell_leads_to_the_work_and_rings_again(story: Story, silent: Silent, size: tuple[int, int]) -> None:
    unread = "chưa đọc"
    with story.seen_by("an", size=size) as page:
        page.goto(story.url("team"))
        first = rings(page)
        page.locator("a.bell").click()
        expect(page.locator("main li").filter(has_text=unread)).to_have_count(first)
        kept(page, "notices-list")
        followed(page, page.locator("main li a").filter(has_text="leo thang").first)
        kept(page, "notices-digest")
        page.get_by_role("link", name="Tổ dân phố 1").first.click()
        expect(page.get_by_text("Nguyễn Văn Một").locator("visible=true").first).to_be_visible()
        assert "/escalations/group/" in page.url
        page.go_back()
        followed(page, page.get_by_role("button", name="Đã đọc"))
        assert rings(page) == first - 1
        expect(page.locator("main li").filter(has_text=unread)).to_have_count(first - 1)
        page.get_by_role("button", name="Đánh dấu đã đọc tất cả").click()
        expect(page.get_by_text("Đã đánh dấu mọi bản tin là đã đọc.")).to_be_visible()
        assert rings(page) == 0

        click_seen(page, "Cách báo tin")
        expect(page.get_by_text("không tắt được")).to_be_visible()
        page.get_by_label("Việc sắp đến hạn").uncheck()
        page.get_by_label("Yên lặng từ").fill("12:00")
        page.get_by_label("Đến", exact=True).fill("14:00")
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Việc sắp đến hạn")).not_to_be_checked()
        kept(page, "notices-settings-refused")
        page.get_by_label("Yên lặng từ").fill("20:30")
        page.get_by_label("Đến", exact=True).fill("06:30")
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_text("Đã lưu cách báo tin.")).to_be_visible()

    silent.at(CLIMBED)
    with story.seen_by("an", size=size) as page:
        page.goto(story.url("team"))
        assert rings(page) > 0
        page.locator("a.bell").click()
        expect(page.get_by_text("sắp đến hạn")).to_have_count(0)
        page.locator("main li a").filter(has_text="chưa gửi").filter(has_text=unread).first.click()
        page.get_by_role("link", name="Báo cáo kết quả ngày").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Báo cáo kết quả ngày")
    with story.seen_by("khanh", size=size) as page:
        page.goto(story.url("plan"))
        assert rings(page) > 0  # what somebody else has read is news still
    assert silent.findings() == []
