"""One campaign on screen, in a real browser: a list comes in, doors are handed out and worked, silence climbs and is decided, the chair looks."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.above import check_the_chair, finish_a_late_task
from tests.journeys.keyboard import Keyboard
from tests.journeys.story import Story, story_of
from tests.web.browsing import PHONE, fits, window
from tests.web.plan.conftest import appoint
from tests.web.site import Site
from tests.workflow.roster_apply.lists import person, write_list
from workflow.actions.open_plan import open_plan
from workflow.tables import Assignment, Case, Escalation, Subject, Visit
from workflow.verify.run import verify

pytestmark = pytest.mark.slow

SIX, WORKED, SILENT = 6, 10, 4
TOOK_PART = WORKED - 1 + SIX
SILENCE = "Đã đăng ký, quá 48 giờ chưa ai đến"


@pytest.fixture
def story(site: Site, chrome: Browser) -> Iterator[Story]:
    """The town with its plan open, its office's owner of tasks, and a member who has a password."""
    appoint(site, "lan", "Mai Thị Lan", "office", "plan_owner")
    with site.world.book() as (book, context):
        open_plan(book, context)
    with story_of(site, chrome, "binh") as served:
        yield served


@pytest.fixture
def site(world, web_folder: Path) -> Site:
    """The application over a small world."""
    return Site(world, web_folder)


def street() -> list[dict[str, str]]:
    """Ten households with active accounts, the first of six people, and four in which one person has only registered."""
    homes = [(1, SIX, "Đã kích hoạt mức 2")]
    homes += [(house, 1, "Đã kích hoạt mức 2") for house in range(2, WORKED + 1)]
    homes += [(house, 1, "Đã đăng ký, chưa kích hoạt") for house in range(WORKED + 1, WORKED + SILENT + 1)]
    return [
        person(house * 10 + 100 + n, house=f"Số {house}, Ngõ 1", head=f"Nguyễn Văn Chủ {'ABCDEGHIKLMNOP'[house - 1]}", account=account)
        for house, many, account in homes
        for n in range(many)
    ]  # fmt: skip


def hand_in_the_list(story: Story, folder: Path) -> None:
    """The coordinator hands a list in, reads the answer and applies it; the four counts add up and are the same both times."""
    people = street()
    file = write_list(folder / "to-1.xlsx", people)
    with story.seen_by("hai") as page:
        page.goto(story.url("roster/new"))
        page.get_by_label("Tệp danh sách (.xlsx)").set_input_files(file)
        page.get_by_label("Danh sách nào").select_option("all")
        page.get_by_label("Danh sách chốt lúc").fill("13/05/2025 17:00")
        page.get_by_role("button", name="Kiểm tra tệp").click()
        expect(page.get_by_role("heading", name="Sẵn sàng nhập")).to_be_visible()
        answered = counts_on(page)
        assert not story.site.world.rows(Case)
        page.get_by_role("button", name=f"Nhập {len(people)} dòng vào sổ").click()
        expect(page.get_by_role("heading", name="Đã nhập vào sổ")).to_be_visible()
        assert counts_on(page) == answered == (len(people), len(people), 0, 0, 0)
    assert len(story.site.world.rows(Subject, Subject.kind == "person")) == len(people)


def counts_on(page: Page) -> tuple[int, ...]:
    """Return rows, new, changed, the same and sent back, as the page adds them up."""
    text = " ".join(page.locator("main").inner_text().split())
    found = re.search(r"(\d+) dòng = (\d+) thêm mới \+ (\d+) cập nhật \+ (\d+) không đổi \+ (\d+) trả lại", text)
    assert found is not None, text
    rows, *parts = (int(number) for number in found.groups())
    assert rows == sum(parts)
    return (rows, *parts)


def hand_out_the_doors(story: Story) -> None:
    """The team's leader hands all doors that match to one member, after seeing how many, and four of them on to another."""
    doors = WORKED + SILENT
    with story.seen_by("an") as page:
        page.goto(story.url("team/doors"))
        expect(page.get_by_text(f"{doors} hộ khớp").first).to_be_visible()
        page.locator("#to").select_option(label="Trần Thị Bình")
        page.get_by_role("button", name=f"Chuyển cả {doors} hộ khớp").click()
        page.get_by_label("Lý do").fill("Chia việc đầu đợt")
        page.get_by_role("button", name=f"Chuyển {doors} hộ").click()
        expect(page.locator(".said").first).to_be_visible()
        page.goto(story.url("team/doors"))
        for house in range(WORKED + 1, doors + 1):
            page.get_by_label(re.compile(rf"^Đánh dấu (Số )?{house}, ")).check()
        page.locator("#to").select_option(label="Lê Văn Cường")
        page.get_by_role("button", name="Chuyển các hộ đã đánh dấu").click()
        page.get_by_label("Lý do").fill("Chia bớt việc")
        page.get_by_role("button", name=f"Chuyển {SILENT} hộ").click()
        expect(page.locator(".said").first).to_be_visible()
    world = story.site.world
    held = Counter(row.assignee_id for row in world.rows(Assignment, Assignment.to_at.is_(None)))
    assert held == {world.actor("binh").membership_id: WORKED, world.actor("cuong").membership_id: SILENT}


def work_ten_doors(story: Story) -> None:
    """The member signs in by keyboard and works ten doors with a thumb: six people in one, one absence, one slip taken back."""
    world = story.site.world
    with window(story.browser, story.base, size=PHONE) as page:
        Keyboard(page).sign_in("binh", story.url("queue"))
        expect(page.get_by_text(f"Đã xong 0/{WORKED} hộ")).to_be_visible()
        for house in range(1, WORKED + 1):
            record(page, story, house, "Không có nhà" if house == 2 else "")
            if house == 1:
                look_at_the_family(story)
            if house == 3:
                world.clock.move_to(world.clock.now() + 60_000_000)
                page.get_by_role("button", name="Bấm nhầm – sửa lại").tap()
                expect(page.get_by_text("Đã ghi.")).to_have_count(0)
                record(page, story, house)
        for number in range(1, SIX):
            record(page, story, 1, number=number)
        page.goto(story.url("queue"))
        expect(page.get_by_text(f"Đã xong {WORKED - 1}/{WORKED} hộ")).to_be_visible()
        world.go_to("2025-05-16 18:05")  # the hour at which the queue asks to come back to whoever was not at home
        record(page, story, 2)
        page.goto(story.url("queue"))
        expect(page.get_by_text(f"Đã xong {WORKED}/{WORKED} hộ")).to_be_visible()
        fits(page)
    assert len(world.rows(Visit, Visit.voided_no.is_(None))) == TOOK_PART + 1
    assert len(world.rows(Visit, Visit.voided_no.is_not(None))) == 1
    assert len(world.rows(Case, Case.is_done)) == TOOK_PART


def record(page: Page, story: Story, house: int, whole: str = "", *, number: int = 0) -> None:
    """Open a house in the queue and tap once: for one of its people, or what is said of the whole house."""
    page.goto(story.url("queue"))
    card = page.locator("article.card-open", has=page.get_by_role("heading", name=f"Số {house}, Ngõ 1", exact=True))
    if not card.count():
        page.locator("a.card-row", has=page.get_by_text(f"Số {house}", exact=True)).tap()
    if whole:
        card.get_by_role("button", name=whole).tap()
    else:
        name = person(house * 10 + 100 + number)["name"]
        card.get_by_role("region", name=name, exact=True).locator("button[value=took_part]").tap()
    expect(page.get_by_text("Đã ghi.")).to_be_visible()


def look_at_the_family(story: Story) -> None:
    """What was recorded of one of six changes nothing for the other five."""
    world = story.site.world
    names = world.names()
    first = next(case for case in world.rows(Case) if names[case.subject_id] == person(110)["name"])
    family = [case for case in world.rows(Case, Case.door_id == first.door_id) if case.track == first.track]
    assert [case.is_done for case in family].count(True) == 1
    assert len(family) == SIX
    assert {case.state for case in family if case.id != first.id} == {"activated"}


def decide_what_climbed(story: Story) -> None:
    """Two silent days after collecting began the leader decides one household by itself and the rest of the area at once."""
    world = story.site.world
    world.go_to("2025-05-17 09:00")
    world.tick()
    silent = [row for row in world.rows(Escalation, Escalation.is_open) if row.rule_id == "silent-registered"]
    assert len(silent) == SILENT
    with story.seen_by("an") as page:
        page.goto(story.url(f"escalations/{silent[0].id}"))
        page.locator("[name=reason]").fill("Đã hẹn gặp tối nay")
        page.locator("button[value=decided]").click()
        expect(page.locator(".said").first).to_be_visible()
        page.goto(story.url("escalations"))
        page.get_by_role("link", name=SILENCE).first.click()
        page.locator("#scope-all").check()
        page.locator("#detail [name=reason]").fill("Đi lại cả ngõ sáng mai")
        page.locator("#detail button[value=decided]").click()
        page.get_by_role("button", name=f"Đóng {SILENT - 1} việc").click()
        expect(page.locator(".said").first).to_be_visible()
    closed = world.rows(Escalation, Escalation.rule_id == "silent-registered")
    assert [row.closed_because for row in closed] == ["decided"] * SILENT


def test_a_campaign_from_the_list_to_the_chair(story: Story, tmp_path: Path) -> None:
    world = story.site.world
    hand_in_the_list(story, tmp_path)
    hand_out_the_doors(story)
    world.go_to("2025-05-16 09:00")
    work_ten_doors(story)
    decide_what_climbed(story)
    finish_a_late_task(story)
    check_the_chair(story, took_part=TOOK_PART)
    with world.store.read() as session:
        assert verify(session, [world.unit_id], vault=story.site.vault).violations == []
