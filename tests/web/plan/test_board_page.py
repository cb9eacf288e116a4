"""The plan's list and strip of days: what is late first, counts that agree, who starts from what."""

import re

from tests.web.plan.reading import marked
from tests.web.site import Site
from web.plan.words import VIEW_LABELS
from workflow.plan.clauses import clause_order
from workflow.queries.plan_board import VIEWS


def test_the_board_shows_what_is_late_first_and_counts_agree(plan: Site) -> None:
    page = plan.as_("hai").get("plan")

    text = marked(page.text)
    assert page.status_code == 200
    assert text.index("Chuyển báo cáo ngày của các tổ") < text.index("Cán bộ, công chức, viên chức")
    assert text.index("Cán bộ, công chức, viên chức") < text.index("Báo cáo kết quả ngày về UBND thị trấn")
    assert "0/2 tổ đã gửi, còn thiếu 2" in text
    assert "quá hạn 4 ngày" in text
    assert "trước ngày 20/5 (hết Thứ Hai 19/5)" in text
    assert re.search(
        r"Quá hạn 10\b", text
    )  # nine days on which nobody forwarded, and the office's; teams are missing, not late


def test_what_the_strip_of_days_draws_is_said_in_a_table_beneath(plan: Site) -> None:
    page = plan.as_("hai").get("plan").text

    drawn, said = page.split('<details class="days-said">')
    assert drawn.count('<th scope="row">') == said.count('<th scope="row">') > 0
    assert "trước ngày 20/5 (hết Thứ Hai 19/5)" in said
    assert "0/2 tổ đã gửi, còn thiếu 2" in marked(said)
    assert "đã giao" in marked(said)


def test_the_board_draws_and_says_what_comes_before_and_how_long_it_may_slip(plan: Site) -> None:
    drawn, said = plan.as_("hai").get("plan?view=all").text.split('<details class="days-said">')

    assert 'class="before"' in drawn or 'class="slack"' in drawn
    assert "việc chưa xong)" in said
    assert re.search(r"\b3 ngày\b", marked(said))


def test_every_view_has_a_tab_and_an_unknown_one_is_nowhere(plan: Site) -> None:
    browser = plan.as_("hai")
    assert set(VIEW_LABELS) == set(VIEWS)
    for view in VIEWS:
        assert browser.get(f"plan?view={view}").status_code == 200
    assert browser.get("plan?view=x").status_code == 404
    assert browser.get("plan?page=99").status_code == 404


def test_a_plan_owner_starts_from_their_own_work_a_leader_sees_the_teams(plan: Site) -> None:
    office, leader = plan.as_("lan").get("plan").text, plan.as_("an").get("plan").text
    whole = plan.as_("lan").get("plan?whose=all").text

    assert "Cán bộ, công chức, viên chức" in office
    assert "Báo cáo kết quả ngày" not in office
    assert "Báo cáo kết quả ngày" in whole
    assert "Cán bộ, công chức, viên chức" not in leader
    assert "Tổ công tác số 1" in leader
    assert "Tổ công tác số 2" not in leader


def test_what_has_no_days_draws_none_and_each_strip_of_a_phone_has_its_numbers(plan: Site) -> None:
    drawn, _said = plan.as_("hai").get("plan?view=all").text.split('<details class="days-said">')
    rows = drawn.split('<th scope="row">')[1:]
    without = [row for row in rows if 'class="track"' not in row and 'class="before"' not in row]

    assert without
    assert all("<svg" not in row.split('class="strip-cell"')[1] for row in without)
    with_days = [row for row in rows if row not in without]
    assert all(row.count("days-on-phone") == 1 for row in with_days)
    assert all('<use href="#day-numbers"/>' in row for row in with_days)
    assert re.search(r'<g id="day-numbers" class="day-numbers">(<text[^>]*>\d+</text>)+</g>', drawn)


def test_what_has_no_deadline_stands_in_the_order_of_the_plans_clauses(plan: Site) -> None:
    for path in ("plan?view=all", "plan/sheet?view=all"):
        page = plan.as_("hai").get(path).text.split('<details class="days-said">')[0]
        rows = [row for row in page.split('<th scope="row">')[1:] if ">không có hạn" in row]
        clauses = [found[1] for row in rows if (found := re.search(r">Mục ([\d.IVX]+)", row))]
        assert len(clauses) > 2, path
        assert clauses == sorted(clauses, key=clause_order), path


def test_the_printed_strip_says_what_its_dashed_outline_is(plan: Site) -> None:
    assert "viền nét đứt: đã quá hạn" in plan.as_("hai").get("plan/sheet").text
