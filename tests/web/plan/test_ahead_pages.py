"""Tomorrow's risks, today as a text, the plan by who answers, the plan on paper: through the pages."""

import pytest
from sqlalchemy import update

from rules.time import at
from tests.web.plan.conftest import appoint, url
from tests.web.site import Site
from workflow.sweeps.duties import open_duties
from workflow.tables import Account

PAGES = ("plan/ahead", "plan/today", "plan/owners", "plan/owners?by=body", "plan/sheet?view=all")


@pytest.fixture
def eve(plan: Site) -> Site:
    """The evening before the teams' last day."""
    plan.world.go_to("2025-05-26 20:00")
    with plan.world.book() as (book, context):
        open_duties(book, context, at("2025-05-26 20:00"))
    return plan


def test_a_coordinator_sees_tomorrows_risks_with_their_reasons(eve: Site) -> None:
    shown = eve.as_("hai").get("plan/ahead").text

    assert "Hoàn thành lấy ý kiến nhân dân trong tổ dân phố" in shown
    assert "ngày mai đến hạn" in shown
    assert "việc đã quá hạn" in shown


def test_an_owner_starts_from_their_own_and_may_look_at_all(eve: Site) -> None:
    lan = eve.as_("lan")

    own, everything = lan.get("plan/ahead").text, lan.get("plan/ahead?whose=all").text

    assert "Xem cả kế hoạch" in own
    assert "Hoàn thành lấy ý kiến nhân dân trong tổ dân phố" not in own
    assert "Hoàn thành lấy ý kiến nhân dân trong tổ dân phố" in everything


def test_today_is_a_text_to_copy(plan: Site) -> None:
    shown = plan.as_("hai").get("plan/today").text

    assert 'data-copy="today"' in shown
    assert "nhiệm vụ đến hạn hôm nay, lập lúc 09:00 ngày 24/5/2025" in shown
    assert "Còn 2/2 nơi chưa gửi" in shown


def test_who_answers_leads_to_the_board_of_just_that(plan: Site) -> None:
    hai = plan.as_("hai")
    shown = hai.get("plan/owners").text

    assert "post=office" in shown
    board = hai.get("plan?view=all&whose=all&post=office").text
    assert "Bỏ lọc theo đơn vị" in board
    assert "Cán bộ, công chức, viên chức" in board
    assert "Tổng hợp số liệu, báo cáo kết quả" not in board
    assert hai.get("plan/owners?by=nothing").status_code == 404


def test_the_sheet_has_heading_unit_time_and_every_row(plan: Site) -> None:
    hai = plan.as_("hai")
    sheet = hai.get("plan/sheet?view=all").text

    assert "Bảng theo dõi kế hoạch" in sheet
    assert "in lúc 09:00 ngày 24/5/2025" in sheet
    assert sheet.count('<th scope="row">') > 20
    assert hai.get("plan/sheet?view=nothing").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_in_english_too(plan: Site, path: str) -> None:
    with plan.world.store.write() as session:
        session.execute(update(Account).where(Account.login == "hai").values(locale="en"))

    shown = plan.as_("hai").get(path).text

    for words in ("Quá hạn", "còn hạn", "Chủ trì", "đến hạn", "Cần làm", "Theo đơn vị", "In kế hoạch", "chưa dự kiến"):
        assert words not in shown


def test_a_task_says_why_nothing_can_be_expected(plan: Site) -> None:
    assert "chưa dự kiến được ngày xong" in plan.as_("hai").get(url(plan, "staff-first")).text


def test_whoever_has_no_part_finds_none_of_them(plan: Site) -> None:
    appoint(plan, "tra", "Võ Văn Tra", "auditor", "auditor")
    tra = plan.as_("tra")
    assert [tra.get(path).status_code for path in PAGES] == [404] * len(PAGES)
