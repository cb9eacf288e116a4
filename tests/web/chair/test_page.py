"""The chair's screen: figures with their base, what waits with links that lead there, a drawing that a screen reader can read."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import RULE, TOP, Silent, silent_world
from tests.workflow.officials import man_the_relay
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.queries.waiting import count_waiting, total_of
from workflow.tables import Post, Task


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """Four silent people, and three of one door with whom contact has ended."""
    silent = silent_world(worlds)
    man_the_relay(silent.world)
    door, people = silent.world.household(["Bùi Văn Sáu", "Bùi Thị Bảy", "Bùi Văn Tám"], lane="Ngõ 5", house="9")
    silent.world.visit("an", door, *(Finding("took_part", person) for person in people[:2]))
    silent.world.visit("an", door, Finding("not_taking_part", people[2]))
    silent.at(TOP)
    return silent


@pytest.fixture
def site(silent: Silent, web_folder: Path) -> Site:
    """The application over it."""
    return Site(silent.world, web_folder)


def found(pattern: str, page: str, group: int = 1) -> str:
    """Return what a pattern finds in a page; it must be there."""
    match = re.search(pattern, page, re.DOTALL)
    assert match is not None, pattern
    return match.group(group)


def test_one_screen_with_figures_and_what_they_are_divided_by(site: Site) -> None:
    page = site.as_("khanh").get("chair")

    assert page.status_code == 200
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert "Đã tham gia góp ý 2 66,67 % tính trên số có tài khoản mức 2 đang hoạt động: 3" in words
    assert "Mức cao nhất còn có thể đạt 8 2 đã tham gia + 6 còn có thể cần 3, còn thiếu 1" in words
    assert "Số liệu lúc 08:00, chưa chốt" in words
    late = found(r'<ul class="plain teams">(.*?)</ul>', page.text)
    assert "Tổ công tác số 2" in late
    assert "Tổ công tác số 1" not in late
    for told in ("declined", "submitted", "Không tham gia", "Bùi", "Nguyễn Văn Một"):
        assert told not in page.text


def test_what_waits_leads_to_its_group(site: Site, silent: Silent) -> None:
    browser = site.as_("khanh")
    links = re.findall(r'href="([^"]*/escalations/group/[^"]+)"', browser.get("chair").text)

    shown = silent.inbox("khanh", limit=5).groups
    assert [link.split("/group/")[1] for link in links] == [
        f"{group.rule_id}/{group.group_key or '-'}" for group in shown
    ]
    assert f"{RULE}/{silent.key('A1')}" in links[-1]  # before the same of area 2, which has as much time left
    assert {browser.get(link).status_code for link in links} == {200}


def test_the_number_that_waits_is_that_of_the_inbox(site: Site, silent: Silent) -> None:
    with silent.world.book() as (book, context):
        open_plan(book, context)
    (post,) = [row.id for row in silent.world.rows(Post, Post.role == "chair")]
    with silent.world.store.write() as session:  # a task of the chair's own waits too
        mine = Task.unit_id == silent.world.unit_id, Task.item == "staff-first"
        session.execute(update(Task).where(*mine).values(owner_post_id=post))
    browser = site.as_("khanh")
    page = browser.get("chair").text
    n = int(found(r'Chờ quyết định <span class="quiet">([\d.]+)', page).replace(".", ""))
    counts = silent.read("khanh", count_waiting)

    assert n == total_of(counts).waiting > counts["reminder"].waiting
    for kind in ("task", "missing", "exit"):
        assert (f"escalations?kind={kind}" in page) == bool(counts[kind].waiting)


def test_the_drawing_has_words_and_a_table_and_no_style(site: Site) -> None:
    page = site.as_("khanh").get("chair").text
    drawing = found(r"<svg viewBox=.*?</svg>", page, 0)

    assert "<title id=" in drawing
    assert "Cần 3, cao nhất còn có thể đạt 8" in drawing
    assert 'style="' not in page
    assert "<script>" not in page
    points = found(r'<polyline[^>]*points="([^"]+)"', page).split()
    assert len(re.findall(r'<th scope="row">', page)) == len(points)


def test_it_is_the_chairs_start_page_and_absent_for_others(site: Site) -> None:
    start = site.as_("khanh").get(f"/{site.world.code}/{site.world.pack.id}/")
    assert start.status_code == 303
    assert start.location.endswith("/chair")
    assert site.as_("hai").get("chair").status_code == 200
    for login in ("an", "binh", "giang"):
        assert site.as_(login).get("chair").status_code == 404


def test_before_anything_has_happened(worlds: NewWorld, web_folder: Path) -> None:
    page = Site(worlds(), web_folder).as_("khanh").get("chair")
    assert page.status_code == 200
    assert "Chiến dịch chưa bắt đầu." in page.text
    assert "Không có việc chờ." in page.text
