"""Reports "về UBND qua Công an" on screen: teams by 15:30 to the police, the police before 16:00 to the town.

On 24 May one team misses 15:30: it is reminded, and named as missing when the police forward at 15:50. On 25 May every team is in
time and the police forward at 16:05: that is the only thing that is late. Team 3 finishes on 24 May, reports at once and is excused.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rules.time import at
from tests.journeys.seen import SIZES
from tests.journeys.story import Story, story_of
from tests.web.browsing import followed
from tests.web.site import Site
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.actions.found_unit import AreaPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.queries.tasks import count_tasks_by_timing
from workflow.tables import Task

pytestmark = pytest.mark.slow

LEADERS = {1: "an", 2: "dung", 3: "em"}
DAY, NEXT = "2025-05-24", "2025-05-25"
FORWARD = "plan/items/daily-report/forward"


def plan_with_police(code: str) -> UnitPlan:
    """Three teams, the deputy chief of police through whom reports travel, and the chair."""
    above = [
        PostPlan("deputy_police_chief", "coordinator", "Phó trưởng Công an thị trấn", "unit", ("hai",)),
        PostPlan("chair", "chair", "Trưởng ban chỉ đạo", "unit", ("khanh",)),
    ]
    leaders = [
        PostPlan("team_leader", "team_leader", "Tổ trưởng tổ công tác", f"T{n}", (login,))
        for n, login in LEADERS.items()
    ]
    used = {login for post in (*above, *leaders) for login in post.holders}
    return UnitPlan(
        code=code, name="Thị trấn Cát Thành (thử)", kind="thị trấn", is_demo=True, bodies=[],
        areas=[AreaPlan(f"A{n}", f"Tổ dân phố {n}") for n in LEADERS],
        teams=[TeamPlan(f"T{n}", f"Tổ {n}", (f"A{n}",)) for n in LEADERS], posts=[*above, *leaders],
        people=[PersonPlan(login, small.PEOPLE[login]) for login in sorted(used)],
    )  # fmt: skip


@pytest.fixture
def town(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three teams with one household each, on 24 May at 09:00; the days before were excused."""
    monkeypatch.setattr(small, "plan", plan_with_police)
    world = worlds()
    names = ("Một", "Hai")
    world.homes = {
        n: world.household([(f"Nguyễn Văn {name}", "activated") for name in names], area=f"A{n}", lane=f"Ngõ {n}")
        for n in LEADERS
    }
    with world.book() as (book, context):
        open_plan(book, context)
    days = world.days = Days(world)
    days.at("2025-05-23 15:00")
    for day in range(15, 24):
        for n in LEADERS:
            days.move("hai", f"2025-05-{day}", f"T{n}", "waive", reason="trước ngày bắt đầu thử")
    days.at(f"{DAY} 09:00")
    return world


@pytest.fixture
def story(town: World, web_folder: Path, chrome: Browser) -> Iterator[Story]:
    """The town on screen."""
    with story_of(Site(town, web_folder), chrome) as served:
        yield served


def main(page: Page) -> str:
    """Return what the page says, without its line breaks."""
    return " ".join(page.locator("main").inner_text().split())


def said(page: Page, place: str) -> str:
    """Return what the page says about one team."""
    row = page.locator("tr", has=page.get_by_role("rowheader", name=place, exact=True)).first
    return " ".join(row.inner_text().split())


def send(story: Story, login: str, answer: str, size: tuple[int, int]) -> None:
    """A team leader sends the report that is owed."""
    with story.seen_by(login, size=size) as page:
        page.goto(story.url("team"))
        page.get_by_role("button", name="Gửi báo cáo").last.click()
        expect(page.get_by_text(answer)).to_be_visible()


def late_duties(story: Story, now: str) -> int:
    """Return how many duties are late, sent or not, whoever's."""
    world = story.site.world
    with world.store.read() as session:
        counted = count_tasks_by_timing(session, world.unit_id, world.context().id, now=at(now), duties=True)
    return counted["late"] + counted["overdue"]


@SIZES
def test_only_who_forwards_is_late(story: Story, size: tuple[int, int]) -> None:
    days = story.site.world.days
    days.at(f"{DAY} 15:20")
    send(story, "an", "Đã gửi báo cáo đúng hạn.", size)
    send(story, "em", "Đã gửi báo cáo đúng hạn.", size)

    days.at(f"{DAY} 15:31")
    with story.seen_by("dung", size=size) as page:
        page.goto(story.url("escalations"))
        assert "Quá 15 giờ 30, Công an thị trấn chưa nhận được báo cáo của tổ" in main(page)
        page.goto(story.url("team"))
        assert "quá giờ nội bộ, gửi ngay" in main(page)
        assert "trễ" not in main(page)

    days.at(f"{DAY} 15:50")
    with story.seen_by("hai", size=size) as page:
        page.goto(story.url("overview"))
        followed(page, page.get_by_role("link", name="Chuyển báo cáo"))
        assert "2/3 đã gửi" in main(page)
        assert "Chưa gửi: Tổ 2." in main(page)
        assert "quá giờ nội bộ" in said(page, "Tổ 2")
        page.get_by_role("button", name="Chuyển 2 báo cáo").click()
        expect(page.get_by_text("Đã chuyển 2 báo cáo, đúng hạn.")).to_be_visible()
        expect(page.get_by_text("Còn thiếu: Tổ 2.")).to_be_visible()
        assert "đã chuyển" in said(page, "Tổ 1")

    days.at(f"{DAY} 16:10")
    with story.seen_by("dung", size=size) as page:
        page.goto(story.url("team"))
        assert "Chưa gửi" in main(page)
        assert "vẫn gửi, báo cáo được chuyển bổ sung" in main(page)
    send(story, "dung", "Đã gửi báo cáo bổ sung.", size)
    with story.seen_by("hai", size=size) as page:
        page.goto(story.url(f"{FORWARD}?period={DAY}"))
        page.get_by_role("button", name="Chuyển bổ sung 1 báo cáo").click()
        expect(page.get_by_text("Đã chuyển bổ sung 1 báo cáo.")).to_be_visible()
        assert "còn thiếu: Tổ 2" in main(page)
        page.goto(story.url(f"plan/items/daily-report?period={DAY}"))
        assert "đã gửi bổ sung" in said(page, "Tổ 2")
        page.goto(story.url(f"close/{DAY}"))
        assert "trễ" not in main(page)
    assert late_duties(story, f"{DAY} 16:20") == 0

    days.at(f"{NEXT} 15:00")
    for login in LEADERS.values():
        send(story, login, "Đã gửi báo cáo đúng hạn.", size)
    days.at(f"{NEXT} 16:05")
    with story.seen_by("hai", size=size) as page:
        page.goto(story.url("overview"))
        assert "quá hạn chuyển, chưa chuyển" in main(page)
        page.goto(story.url(f"{FORWARD}?period={NEXT}"))
        page.get_by_role("button", name="Chuyển 3 báo cáo").click()
        expect(page.get_by_text("Đã chuyển 3 báo cáo, trễ hạn.")).to_be_visible()
        page.goto(story.url("plan?view=delivered"))
        assert main(page).count("đã gửi, trễ hạn") == 1
    assert late_duties(story, f"{NEXT} 16:06") == 1
    assert not days.wrong()


@SIZES
def test_a_team_that_finishes_early_reports_at_once_and_is_excused_after(story: Story, size: tuple[int, int]) -> None:
    world, days = story.site.world, story.site.world.days
    days.at(f"{DAY} 10:00")
    door, people = world.homes[3]
    for person in people:
        world.visit("em", door, Finding("took_part", person))
    days.at(f"{DAY} 11:00")
    with story.seen_by("em", size=size) as page:
        page.goto(story.url("plan?view=all&whose=mine"))
        page.get_by_role("link", name="Báo cáo hoàn thành trước thời hạn, đề xuất khen thưởng").first.click()
        page.get_by_role("button", name="Gửi duyệt").click()
        expect(page.get_by_text("Đã gửi duyệt.")).to_be_visible()
    send(story, "em", "Đã gửi báo cáo đúng hạn.", size)

    days.at(f"{NEXT} 09:00")
    with story.seen_by("em", size=size) as page:
        page.goto(story.url("team"))
        assert "Không còn báo cáo nào phải gửi lúc này." in main(page)
    with story.seen_by("hai", size=size) as page:
        page.goto(story.url(f"{FORWARD}?period={NEXT}"))
        assert "0/2 đã gửi · được miễn 1" in main(page)
        assert "được miễn" in said(page, "Tổ 3")
    (early,) = world.rows(Task, Task.item == "report-early-finish", Task.scope == "T3")
    (report,) = world.rows(Task, Task.item == "daily-report", Task.occurrence == DAY, Task.scope == "T3")
    assert (early.state, report.state) == ("submitted_for_review", "submitted_for_review")
    assert not days.wrong()
