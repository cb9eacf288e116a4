"""A coordinator puts the office's plan in force on screen: one row is handed back, mended, and the plan is taken away again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.seen import SIZES
from tests.journeys.story import Story, story_of
from tests.web.axe import Looker, Looks
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.planfile.sheets import plan_file
from workflow.actions.open_plan import open_plan
from workflow.planfile.read import read_plan
from workflow.tables import Task

pytestmark = pytest.mark.slow

ABOVE = ("UBND THỊ TRẤN THỬ NGHIỆM", "KẾ HOẠCH TUYÊN TRUYỀN")
BANNERS = [1, "Treo 15 băng rôn trên các trục đường", "Văn hóa – xã hội", "Công an thị trấn; Đoàn Thanh niên", "trước ngày 20/5", "Số lượng: Số băng rôn (ít nhất 15)"]  # fmt: skip
MEETING = [2, "Họp chi hội phụ nữ các tổ dân phố", "Hội Phụ nữ", "", "thường xuyên", "Biên bản họp", "", "1"]


@pytest.fixture
def story(worlds: NewWorld, web_folder: Path, chrome: Browser) -> Iterator[Story]:
    """The small town with its plan open, on the morning of 15/5."""
    world = worlds()
    with world.book() as (book, context):
        open_plan(book, context)
    world.go_to("2025-05-15 08:00")
    with story_of(Site(world, web_folder), chrome) as served:
        yield served


def main(page: Page) -> str:
    """Return what the page says, without its line breaks."""
    return " ".join(page.locator("main").inner_text().split())


def send(page: Page, path: Path) -> None:
    """Choose a file and have it looked at."""
    page.get_by_label("Tệp kế hoạch (.xlsx)").set_input_files(str(path))
    page.get_by_role("button", name="Xem trước").click()


@SIZES
def test_a_plan_is_sent_mended_put_in_force_and_taken_away(story: Story, tmp_path: Path, size: tuple[int, int]) -> None:
    rows = ["I. TUYÊN TRUYỀN", BANNERS, MEETING]
    first = plan_file(tmp_path / "ke-hoach.xlsx", rows, above=ABOVE)
    mended = plan_file(
        tmp_path / "ke-hoach-sua.xlsx", [*rows[:2], [*MEETING[:4], "đến hết ngày 22/5", *MEETING[5:]]], above=ABOVE
    )
    before = len(story.site.world.rows(Task))

    with story.seen_by("hai", size=size) as page:
        page.goto(story.url("plan"))
        page.get_by_role("link", name="Bảng tính").click()
        send(page, first)
        assert "2 dòng = 1 mới + 0 thay đổi + 0 không đổi + 1 bị trả lại" in main(page)
        assert "E6" in main(page)
        assert "“thường xuyên” không tính được hạn" in main(page)
        assert "trước ngày 20/5 (hết Thứ Hai 19/5)" in main(page)
        assert Looker(page, Looks()).wrongs_at(page.url) == []
        assert len(story.site.world.rows(Task)) == before, "nothing is written by looking"

        page.get_by_role("link", name="Gửi tệp khác").click()
        send(page, mended)
        assert "2 mới + 0 thay đổi + 0 không đổi + 0 bị trả lại" in main(page)
        page.get_by_role("button", name="Ghi 2 việc vào kế hoạch").click()
        expect(page.get_by_text("2 việc mới, 0 việc thay đổi")).to_be_visible()
        expect(page.get_by_role("link", name="Treo 15 băng rôn trên các trục đường").first).to_be_visible()
        assert "trước ngày 20/5 (hết Thứ Hai 19/5)" in main(page)
        assert len(story.site.world.rows(Task)) == before + 2

        page.get_by_role("link", name="Bảng tính").click()
        with page.expect_download() as downloaded:
            page.get_by_role("link", name="Kế hoạch hiện nay (.xlsx)").click()
        taken = tmp_path / "lay-ve.xlsx"
        downloaded.value.save_as(taken)
        labels = {row.cells["label"]: row.cells["due"] for row in read_plan(taken).rows}
        assert labels["Họp chi hội phụ nữ các tổ dân phố"] == "đến hết ngày 22/5/2025"
        send(page, taken)
        assert f"0 mới + 0 thay đổi + {len(labels)} không đổi + 0 bị trả lại" in main(page)
        assert "Không có gì để ghi" in main(page)
