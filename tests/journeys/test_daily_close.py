"""24 May in Cát Thành, on screen: team 6 is missing at 15:38, the day is closed without it at 15:58, and what comes at 16:20 is told twice.

Once as an addition of the next day, while the closed file stays as it is; and once in a second revision that two people asked for.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.story import Story, story_of
from tests.web.browsing import PHONE
from tests.web.site import Site
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.actions.found_unit import AreaPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding

pytestmark = pytest.mark.slow

TEAMS = range(1, 8)
DAY, NEXT = "2025-05-24", "2025-05-25"
LEADERS = {1: "an", 6: "dung"} | {n: f"to-{n}" for n in (2, 3, 4, 5, 7)}


def plan_of_seven(code: str) -> UnitPlan:
    """Seven residential groups with a team each, under the small world's coordinator and chair."""
    names = {login: f"Trần Văn {'HBCDEGK'[n - 1]}" for n, login in LEADERS.items()} | small.PEOPLE
    above = [post for post in small.posts() if post.scope == "unit"]
    leaders = [PostPlan("team_leader", "team_leader", "Tổ trưởng tổ công tác", f"T{n}", (LEADERS[n],)) for n in TEAMS]
    used = {login for post in (*above, *leaders) for login in post.holders}
    return UnitPlan(
        code=code, name="Thị trấn Cát Thành (thử)", kind="thị trấn", is_demo=True, bodies=[],
        areas=[AreaPlan(f"A{n}", f"Tổ dân phố {n}") for n in TEAMS],
        teams=[TeamPlan(f"T{n}", f"Tổ {n}", (f"A{n}",)) for n in TEAMS], posts=[*above, *leaders],
        people=[PersonPlan(login, names[login]) for login in sorted(used)],
    )  # fmt: skip


@pytest.fixture
def town(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> World:
    """Seven teams with three people each; on 24 May all have been out, and six have sent by 15:38."""
    monkeypatch.setattr(small, "plan", plan_of_seven)
    world = worlds()
    world.homes = {
        n: world.household(
            [(f"Nguyễn Văn {name}", "activated") for name in ("Một", "Hai", "Ba")], area=f"A{n}", lane=f"Ngõ {n}"
        )
        for n in TEAMS
    }
    with world.book() as (book, context):
        open_plan(book, context)
    days = world.days = Days(world)
    days.at("2025-05-23 15:59")
    days.close("2025-05-23", without=[f"T{n}" for n in TEAMS])
    days.at("2025-05-24 09:00")
    for n in TEAMS:
        door, people = world.homes[n]
        world.visit(LEADERS[n], door, Finding("took_part", people[0]))
    days.at("2025-05-24 15:20")
    for n in (2, 3, 4, 5, 7):
        days.move(LEADERS[n], DAY, f"T{n}", "submit")
    return world


@pytest.fixture
def story(town: World, web_folder: Path, chrome: Browser) -> Iterator[Story]:
    """The town on screen."""
    with story_of(Site(town, web_folder), chrome) as served:
        yield served


def main(page: Page) -> str:
    """Return what the page says, without its line breaks."""
    return " ".join(page.locator("main").inner_text().split())


def send_from_the_team(story: Story) -> None:
    """The leader of team 1 sees on the phone that nothing is wrong, and sends."""
    with story.seen_by("an", size=PHONE) as page:
        page.goto(story.url("team"))
        panel = page.locator(".panel", has_text="Gửi trước 15:30 ngày 24/5/2025")
        expect(panel.get_by_text("các mục cộng khớp")).to_be_visible()
        panel.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_text("Đã gửi báo cáo đúng hạn.")).to_be_visible()
        expect(page.get_by_text("Số đã gửi lúc 15:37")).to_be_visible()


def close_without_team_6(story: Story) -> bytes:
    """The coordinator accepts six, notes what team 6 says by telephone, and closes without it. Returns the closed file."""
    days = story.site.world.days
    days.at("2025-05-24 15:38")
    with story.seen_by("hai") as page:
        page.goto(story.url("close"))
        page.get_by_role("link", name="24/5/2025").click()
        expect(page.get_by_text("Còn 22 phút đến 16:00")).to_be_visible()
        said = main(page)
        assert "6/7 tổ đã gửi" in said, said
        assert "Tổ 6: chưa gửi; đồng bộ gần nhất 09:00" in said, said
        page.get_by_role("button", name="Nhận số của các tổ đã đánh dấu").click()
        expect(page.get_by_text("Đã nhận số của 6 tổ.")).to_be_visible()
        days.at("2025-05-24 15:45")
        page.get_by_text("Ghi số báo nhanh qua điện thoại").click()
        page.get_by_label("Người báo").select_option(label="Phạm Thị Dung")
        page.get_by_label("Số đã tham gia, lũy kế của tổ").fill("2")
        page.get_by_role("button", name="Ghi số báo nhanh").click()
        expect(page.get_by_text("Báo nhanh, chưa đối chiếu: 2")).to_be_visible()
        days.at("2025-05-24 15:58")
        page.goto(story.url(f"close/{DAY}"))
        page.locator("#w-T6").check()
        page.get_by_role("button", name="Chốt có thiếu").click()
        expect(page.get_by_text("Đã chốt có thiếu: 1 tổ chưa gửi.")).to_be_visible()
        said = main(page)
        assert "Tổ 6: chưa xác nhận; đồng bộ gần nhất 09:00" in said, said
        assert "báo nhanh 2, chưa đối chiếu" in said, said
    return file_of(story, 1)


def file_of(story: Story, revision: int) -> bytes:
    """Return the closed file as the page hands it out."""
    return story.site.as_("hai").get(f"close/{DAY}/file/{revision}").data


def the_next_day_tells_it(story: Story) -> None:
    """What team 6 found at 15:10 comes at 16:20; the next close names it."""
    world, days = story.site.world, story.site.world.days
    days.at("2025-05-24 16:20")
    door, people = world.homes[6]
    world.visit("dung", door, Finding("took_part", people[1]), happened="2025-05-24 15:10")
    days.at("2025-05-25 15:59")
    with story.seen_by("hai") as page:
        page.goto(story.url(f"close/{NEXT}"))
        for n in TEAMS:
            page.locator(f"#w-T{n}").check()
        page.get_by_role("button", name="Chốt có thiếu").click()
        expect(page.get_by_role("heading", name="Bổ sung")).to_be_visible()
        row = page.locator("tr", has=page.get_by_role("rowheader", name="Tổ 6", exact=True)).first
        expect(row).to_contain_text("Đã tham gia góp ý: +1")


def two_people_open_it_again(story: Story) -> None:
    """The coordinator asks, the chair agrees on the phone, and the second revision says what it changes."""
    with story.seen_by("hai") as page:
        page.goto(story.url(f"close/{DAY}"))
        page.get_by_text("Đề nghị mở lại (cần hai người)").click()
        page.get_by_label("Vì sao phải mở lại").fill("Tổ 6 gửi sau giờ một người đã tham gia")
        page.get_by_role("button", name="Đề nghị mở lại").click()
        expect(page.get_by_text("Người đề nghị không tự đồng ý được")).to_be_visible()
    with story.seen_by("khanh", size=PHONE) as page:
        page.goto(story.url(f"close/{DAY}"))
        page.get_by_role("button", name="Đồng ý mở lại").click()
        expect(page.get_by_text("Đã đồng ý mở lại.")).to_be_visible()
    with story.seen_by("hai") as page:
        page.goto(story.url(f"close/{DAY}"))
        page.locator("#w-T6").check()
        page.get_by_role("button", name="Chốt có thiếu").click()
        expect(page.get_by_role("heading", name="Lần 2 khác lần 1")).to_be_visible()
        expect(page.locator("main")).to_contain_text("Đã tham gia góp ý: +1")
        page.get_by_role("link", name="Lần 1", exact=True).click()
        expect(page.get_by_role("heading", name="Lần chốt 1")).to_be_visible()


def test_the_day_of_24_may(story: Story) -> None:
    days = story.site.world.days
    days.at("2025-05-24 15:37")
    send_from_the_team(story)
    first = close_without_team_6(story)

    the_next_day_tells_it(story)
    assert file_of(story, 1) == first
    two_people_open_it_again(story)

    assert file_of(story, 1) == first
    (_, one), (_, two) = days.kept(DAY, 1), days.kept(DAY, 2)
    assert (one.figures["took_part"], two.figures["took_part"], two.difference["took_part"]) == (7, 8, 1)
    assert not days.wrong()
