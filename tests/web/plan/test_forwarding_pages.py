"""The page of the post that forwards reports: who sees it, what it names, and what one button does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, update

from rules.time import show
from tests.web.plan.conftest import appoint, task
from tests.web.plan.reading import marked
from tests.web.site import Site
from workflow.actions.move_task import move_task
from workflow.tables import Post, Task

DAY = "2025-05-24"
PAGE = f"plan/items/daily-report/forward?period={DAY}"


@pytest.fixture
def police(plan: Site) -> Site:
    """The deputy chief of police (minh) has to forward the report of 24/5, of which team 1's has come at 09:00."""
    appoint(plan, "minh", "Đoàn Văn Minh", "deputy_police_chief", "coordinator")
    post = plan.world.rows(Post, Post.code == "deputy_police_chief")[0]
    with plan.world.store.write() as session:
        mine = (Task.unit_id == plan.world.unit_id, Task.item == "daily-report-forward")
        session.execute(update(Task).where(*mine).values(owner_post_id=post.id, state="assigned"))
    report = task(plan, "daily-report", "T1", DAY)
    plan.world.command("an", lambda b, c, a: {"state": move_task(
        b, c, report.id, "submit", actor=a, state_version=report.state_version).state})  # fmt: skip
    return plan


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(site.world.store.reader, "before_cursor_execute", note)
    yield sent
    event.remove(site.world.store.reader, "before_cursor_execute", note)


def test_it_says_who_has_sent_who_is_missing_and_what_goes_along(police: Site) -> None:
    text = marked(police.as_("minh").get(PAGE).text)

    assert "1/2 đã gửi" in text
    assert "Chưa gửi: Tổ công tác số 2." in text
    assert "Chuyển 1 báo cáo" in text
    assert "Đoàn Văn Minh" in text
    assert "trước 16:00 hằng ngày" in text


def test_the_period_to_be_forwarded_next_is_shown_if_none_is_named(police: Site) -> None:
    text = marked(police.as_("minh").get("plan/items/daily-report/forward").text)

    assert "ngày 24/5" in text
    assert "1/2 đã gửi" in text


def test_one_button_forwards_and_names_who_is_missing(police: Site) -> None:
    minh = police.as_("minh")
    version = task(police, "daily-report-forward", occurrence=DAY).state_version

    page = minh.post(PAGE, {"state_version": str(version)}, follow_redirects=True)
    again = minh.post(PAGE, {"state_version": str(version + 1)})

    text = marked(page.text)
    assert "Đã chuyển 1 báo cáo, đúng hạn." in text
    assert "Còn thiếu: Tổ công tác số 2." in text
    assert "Mọi báo cáo đã gửi đều đã chuyển." in text
    assert again.status_code == 409
    assert "đều đã được chuyển" in marked(again.text)
    forward = task(police, "daily-report-forward", occurrence=DAY)
    history = marked(minh.get(f"plan/{forward.id}").text)
    assert "chuyển 1 báo cáo" in history
    assert "Mở trang chuyển báo cáo" in history
    assert "Gửi duyệt" not in history


def test_who_looked_at_an_older_page_looks_again(police: Site) -> None:
    page = police.as_("minh").post(PAGE, {"state_version": "7"})

    assert page.status_code == 409
    assert task(police, "daily-report-forward", occurrence=DAY).state == "assigned"


@pytest.mark.parametrize(
    ("login", "sees", "may"),
    [
        ("minh", 200, 303),
        ("hai", 200, 403),
        ("lan", 200, 403),
        ("khanh", 200, 403),
        ("an", 404, 404),
        ("binh", 404, 404),
    ],
)
def test_who_sees_it_and_who_may_forward(police: Site, login: str, sees: int, may: int) -> None:
    browser = police.as_(login)
    version = task(police, "daily-report-forward", occurrence=DAY).state_version

    page = browser.get(PAGE)

    assert page.status_code == sees
    assert ("Chuyển 1 báo cáo" in page.text) == (login == "minh")
    assert browser.post(PAGE, {"state_version": str(version)}).status_code == may


@pytest.mark.parametrize(
    "path",
    [
        "plan/items/daily-report/forward?period=2025-06-01",
        "plan/items/daily-report/forward?period=",
        "plan/items/staff-first/forward",
        "plan/items/daily-report-forward/forward",
        "plan/items/khong-co/forward",
    ],
)
def test_what_is_not_relayed_is_not_found(police: Site, path: str) -> None:
    assert police.as_("minh").get(path).status_code == 404


def test_it_costs_few_statements_however_many_teams(police: Site) -> None:
    minh = police.as_("minh")
    minh.get(PAGE)
    with counted(police) as sent:
        minh.get(PAGE)

    assert len([one for one in sent if "SELECT" in one]) <= 10


def test_who_is_missing_is_a_warning_and_an_hour_alone_is_of_today(police: Site) -> None:
    minh = police.as_("minh")
    version = task(police, "daily-report-forward", occurrence=DAY).state_version

    ahead = minh.post(PAGE, {"state_version": str(version), "happened_at": "23:59"})
    police.world.go_to(f"{DAY} 10:00")
    page = minh.post(PAGE, {"state_version": str(version), "happened_at": "9:30"}, follow_redirects=True).text

    assert ahead.status_code == 422
    assert "23:59 ngày 24/5/2025 nằm ngoài" in marked(ahead.text)
    told = page.index("Còn thiếu: Tổ công tác số 2.")
    assert "said-warning" in page[page.rindex('<div class="said ', 0, told) : told]
    assert show(task(police, "daily-report-forward", occurrence=DAY).submitted_at) == f"{DAY} 09:30"
