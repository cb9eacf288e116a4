"""Reliability on screen: the duty leader draws a day and reads questions; another team asks at an address."""

import re

import pytest

from rules.time import MINUTE
from tests.web.site import Site
from tests.web.team.test_team_pages import english, plain
from workflow.actions.record_visit import Finding
from workflow.tables import Revisit

__all__ = ["english"]


@pytest.fixture
def town(site: Site) -> Site:
    """On 16/5 team 1 met 22 households within minutes; on the next morning the day can be drawn."""
    world = site.world
    world.go_to("2025-05-16 12:00")
    for number in range(22):
        door, (case,) = world.household(["Nguyễn Văn Một"], house=f"{number + 1}")
        world.clock.move_to(world.clock.now() + MINUTE // 6)
        world.visit("binh", door, Finding("took_part", case))
    world.go_to("2025-05-17 08:00")
    return site


def test_a_day_is_drawn_asked_and_told_in_honest_words(town: Site) -> None:
    giang, em = town.as_("giang"), town.as_("em")

    page = giang.get("quality")
    text = plain(page.text)
    assert page.status_code == 200
    assert "Trần Thị Bình (Tổ công tác số 1), ngày 16/05/2025: 22 lượt thăm ghi là diễn ra trong 5 phút." in text
    assert "22 lượt thăm tại nhà" in text
    day = re.findall(r'name="day" value="(\d+)"', page.text)[0]
    assert giang.post("quality", {"day": day}).status_code == 303
    assert giang.post("quality", {"day": day}).status_code == 409
    assert giang.post("quality", {"day": "x"}).status_code == 422
    text = plain(giang.get("quality").text)
    assert "rút 1 trong 22 hộ, đã hỏi 0" in text
    assert "Chưa hỏi được hộ nào nên chưa nói được gì." in text

    (row,) = town.world.rows(Revisit)
    asked = em.get("revisits")
    assert "Ngõ 1, Tổ dân phố 1" in plain(asked.text)
    assert "Nguyễn" not in plain(asked.text).split("Hỏi đúng một câu")[1], "an address, never a person"
    assert "Không có hộ nào cần hỏi lại." in plain(town.as_("binh").get("revisits").text)
    assert town.as_("binh").post(f"revisits/{row.id}", {"answer": "came"}).status_code == 404
    assert em.post(f"revisits/{row.id}", {"answer": "took_part"}).status_code == 422
    assert em.post(f"revisits/{row.id}", {}).status_code == 422
    assert em.post(f"revisits/{row.id}", {"answer": "nobody_there"}).status_code == 303
    assert em.post(f"revisits/{row.id}", {"answer": "not_came"}).status_code == 303
    assert "Đã ghi: không có ai đến." in plain(em.get("revisits").text)
    text = plain(giang.get("quality").text)
    assert "1 trong 1 hộ hỏi được nói không có ai đến: hỏi lại tổ và hộ trước khi kết luận" in text
    assert "100 % số hộ" in text
    assert "%" not in text.replace("100 % số hộ", ""), "no rate of a handful"


def test_it_is_nobodys_business_else(town: Site) -> None:
    for login in ("an", "khanh"):
        assert town.as_(login).get("quality").status_code == 404
    assert town.as_("khanh").get("revisits").status_code == 404
    assert town.as_("dung").get("quality").status_code == 404
