"""One campaign on screen, in a real browser: a list comes in, doors are handed out and worked, silence climbs and is decided, the chair looks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from tests.web.browsing import DESK, PHONE, chromium, served, window
from tests.web.conftest import postgres_worlds, sqlite_worlds, web_folder, world, worlds
from tests.web.plan.conftest import appoint
from tests.web.site import Site
from tests.workflow.roster_apply.lists import person, write_list
from workflow.actions.open_plan import open_plan
from workflow.figures.chair_overview import chair_overview
from workflow.signing.change_password import set_first_password
from workflow.tables import Assignment, Case, Door, Escalation, Subject, Throttle, Visit
from workflow.verify.run import verify

__all__ = ["postgres_worlds", "sqlite_worlds", "web_folder", "world", "worlds"]

pytestmark = pytest.mark.slow

PASSWORD = "bốn chiếc ghế xanh biết hát"
SIX, WORKED, SILENT = 6, 10, 4
SILENCE = "Đã đăng ký, quá 48 giờ chưa ai đến"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the module."""
    with chromium() as started:
        yield started


class Story:
    """A site that is served, and the people who look at it."""

    def __init__(self, site: Site, browser: Browser, base: str) -> None:
        self.site, self.browser, self.base = site, browser, base

    @contextmanager
    def seen_by(self, login: str, *, size: tuple[int, int] = DESK) -> Iterator[Page]:
        """Open a window in which somebody is signed in already."""
        cookie = self.site.as_(login).client.get_cookie("tungnha")
        assert cookie is not None
        with window(self.browser, self.base, size=size, token=cookie.value) as page:
            yield page

    def url(self, path: str) -> str:
        """Return an address inside the campaign."""
        return self.site.path(path)


@pytest.fixture
def story(site: Site, browser: Browser) -> Iterator[Story]:
    """The town with its plan open, its office's owner of tasks, and a member who has a password."""
    appoint(site, "lan", "Mai Thị Lan", "office", "plan_owner")
    with site.world.book() as (book, context):
        open_plan(book, context)
    with site.world.store.write() as session:
        session.execute(delete(Throttle))
    known = {"now": site.world.clock.now(), "ids": site.world.ids, "must_change": False}
    set_first_password(site.world.store, site.world.account("binh"), PASSWORD, **known)
    with served(site.app) as base:
        yield Story(site, browser, base)


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
    """The team's leader hands all doors that match to one member, after seeing how many."""
    doors = WORKED + SILENT
    with story.seen_by("an") as page:
        page.goto(story.url("team/doors"))
        expect(page.get_by_text(f"{doors} hộ khớp").first).to_be_visible()
        page.locator("#to").select_option(label="Trần Thị Bình")
        page.get_by_role("button", name=f"Chuyển cả {doors} hộ khớp").click()
        page.get_by_label("Lý do").fill("Chia việc đầu đợt")
        page.get_by_role("button", name=f"Chuyển {doors} hộ").click()
        expect(page.locator(".said").first).to_be_visible()
    given = story.site.world.rows(Assignment, Assignment.assignee_id.is_not(None))
    assert {row.door_id for row in given} == {door.id for door in story.site.world.rows(Door)}


def sign_in_by_keyboard(page: Page) -> None:
    """Sign in without touching or pointing at anything."""
    page.goto("/login")
    for _step in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "login":
            break
    page.keyboard.type("binh")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def work_ten_doors(story: Story) -> None:
    """The member signs in by keyboard and works ten doors with a thumb: one of six people, one absence, one slip taken back."""
    world = story.site.world
    with window(story.browser, story.base, size=PHONE) as page:
        sign_in_by_keyboard(page)
        for house in range(1, WORKED + 1):
            name = person(house * 10 + 100)["name"]
            page.goto(story.url("queue"))
            row = page.locator("a.card-row", has_text=name)
            card = page.locator("article.card-open", has_text=name)
            if not card.count():
                row.tap()
            if house == 2:
                card.get_by_role("button", name="Không có nhà").tap()
            else:
                card.get_by_role("region", name=name).locator("button[value=took_part]").tap()
            expect(page.get_by_text("Đã ghi.")).to_be_visible()
            if house == 3:
                world.clock.move_to(world.clock.now() + 60_000_000)
                page.get_by_role("button", name="Bấm nhầm – sửa lại").tap()
                expect(page.get_by_text("Đã ghi.")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert len(world.rows(Visit)) == WORKED
    assert len(world.rows(Case, Case.is_done)) == WORKED - 2
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
        page.locator("[name=reason]").fill("Đi lại cả ngõ sáng mai")
        page.locator("button[value=decided]").click()
        page.get_by_role("button", name=f"Đóng {SILENT - 1} việc").click()
        expect(page.locator(".said").first).to_be_visible()
    closed = world.rows(Escalation, Escalation.rule_id == "silent-registered")
    assert [row.closed_because for row in closed] == ["decided"] * SILENT


def check_the_chair(story: Story) -> None:
    """What the chair reads is what the report counts."""
    world = story.site.world
    with world.store.read() as session:
        told = chair_overview(session, world.actor("khanh"), world.context(), now=world.clock.now())
    with story.seen_by("khanh") as page:
        page.goto(story.url("chair"))
        figures = [text.split()[0] for text in page.locator(".chair-tiles b").all_inner_texts()]
    assert told.progress.took_part == WORKED - 2
    assert figures == [str(n) for n in (told.progress.took_part, told.progress.highest, told.late_tasks, told.open_doors)]  # fmt: skip


def test_a_campaign_from_the_list_to_the_chair(story: Story, tmp_path: Path) -> None:
    world = story.site.world
    hand_in_the_list(story, tmp_path)
    hand_out_the_doors(story)
    world.go_to("2025-05-16 09:00")
    work_ten_doors(story)
    decide_what_climbed(story)
    check_the_chair(story)
    with world.store.read() as session:
        assert verify(session, [world.unit_id], vault=story.site.vault).violations == []
