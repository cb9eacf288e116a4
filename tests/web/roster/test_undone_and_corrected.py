"""A list with a wrong person, taken back; the corrected one is taken."""

import pytest

from tests.web.roster.lists import content_of, hand_in, seen_on
from tests.workflow.roster_apply.lists import person
from workflow.tables import Subject


@pytest.fixture
def hai(site):
    return site.as_("hai")


def applied(browser, people, folder):
    answer = hand_in(browser, content_of(people, folder))
    page = browser.get(answer.location)
    browser.post(f"{answer.location}/apply", {"seen": seen_on(page)})
    return answer.location, page.text, browser.get(answer.location).text


def test_the_corrected_row_is_not_said_to_be_somebody_else(site, hai, tmp_path):
    place, _, _ = applied(hai, [person(1, name="Trần Thị Nhầm", birth="06/04/1990", sex="Nữ")], tmp_path)
    hai.post(f"{place}/undo", {"reason": "Ghi nhầm người"})

    _, checked, written = applied(hai, [person(1)], tmp_path)

    assert "có họ tên và ngày sinh khác" not in checked
    assert "Sẵn sàng nhập" in checked
    assert "Đã nhập vào sổ" in written
    assert {one.name for one in site.world.rows(Subject, Subject.kind == "person")} == {"Nguyễn Văn Thử B"}
