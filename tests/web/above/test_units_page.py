"""The page of a superior: units side by side, one that is missing, the sum, and its spreadsheet; nobody else opens it."""

from tests.web.site import Site
from tests.web.team.test_team_pages import english, plain
from tests.workflow.closing.test_side_by_side import PERIOD, closed, put_above
from tests.workflow.officials import appoint
from workflow.tables import Audit

__all__ = ["english"]


def test_units_side_by_side_on_a_page(sites) -> None:
    first: Site = sites()
    second: Site = sites()
    for site in (first, second):
        site.world.go_to("2025-05-24 17:00")
    login = appoint(first.world, "superior")
    put_above(second.world, first.world, login)
    above = first.as_(login)
    assert "Chưa đơn vị nào chốt số." in plain(above.get("units").text)
    closed(first.world)

    page = above.get("units")

    text = plain(page.text)
    assert page.status_code == 200
    assert "1 trên 2 đơn vị đã chốt" in text
    assert "chưa nhận số đã chốt. Tổng dưới đây không có đơn vị này." in text
    assert "chốt có thiếu: 1 tổ chưa xác nhận (Tổ công tác 6)" in text
    assert "4.213" in text
    assert "60,19 % trên 7.000" in text
    assert not [name for name in ("Nguyễn", "Trần") if name in text], "roll-ups only"
    assert above.get("units?period=2025-05-01").status_code == 404
    for other in ("hai", "khanh", "an"):
        assert first.as_(other).get("units").status_code == 404
        assert first.as_(other).post("units/sheet", {"period": PERIOD}).status_code == 404
    given = above.post("units/sheet", {"period": PERIOD})
    assert given.status_code == 200
    assert given.data[:2] == b"PK"
    assert [audit.data["what"] for audit in first.world.rows(Audit, Audit.kind == "export")] == ["report"]
