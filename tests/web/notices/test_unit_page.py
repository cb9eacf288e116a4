"""The page on which a unit says in which way its posts are told."""

from pathlib import Path

import pytest

from tests.web.notices.test_pages import plain
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from workflow.tables import NoticeSetting

pytestmark = pytest.mark.slow


@pytest.fixture
def site(worlds: NewWorld, web_folder: Path) -> Site:
    """The application over a fresh unit."""
    return Site(worlds(), web_folder)


def test_the_coordinator_says_it_and_everybody_reads_it_beside_their_own(site: Site) -> None:
    hai = site.as_("hai")
    assert "yên lặng từ 21:00 đến 06:00; mỗi giờ một bản; nhiều nhất 200 dòng" in plain(hai.get("notices/unit").text)

    sent = {"quiet_from": "20h30", "quiet_until": "06:30", "every_hours": "2", "most_listed": "50"}
    answer = hai.post("notices/unit", sent)
    assert answer.status_code == 303
    page = hai.get("notices/unit").text
    assert 'value="20:30"' in page
    assert "yên lặng từ 20:30 đến 06:30; mỗi 2 giờ một bản; nhiều nhất 50 dòng" in plain(page)
    assert "Đặt cho cả đơn vị" in hai.get(f"/{site.world.code}/notices/settings").text
    begins = site.world.rows(NoticeSetting)[0].from_at
    site.world.clock.move_to(begins)
    binh = site.as_("binh").get(f"/{site.world.code}/notices/settings").text
    assert "yên lặng từ 20:30 đến 06:30" in plain(binh)
    assert "Đặt cho cả đơn vị" not in binh
    assert (
        site.as_("an").get("notices/unit").status_code == site.as_("an").post("notices/unit", sent).status_code == 404
    )


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"quiet_from": "mai"}, "ghi cả hai giờ"),
        ({"quiet_from": "mai", "quiet_until": "6:00"}, "“mai” không phải là giờ trong ngày; ghi như 21:00"),
        ({"quiet_from": "25:00", "quiet_until": "6:00"}, "“25:00” không phải là giờ trong ngày; ghi như 21:00"),
        ({"most_listed": "2001"}, "phải từ 1 đến 500"),
        ({"most_listed": "0"}, "phải từ 1 đến 500"),
        ({"quiet_from": "21:00"}, "ghi cả hai giờ"),
        ({"quiet_from": "21:75", "quiet_until": "6:00"}, "“21:75” không phải là giờ trong ngày"),
        ({"quiet_from": "12:00", "quiet_until": "14:00"}, "phải nằm trong khoảng từ 18:00 đến 08:00"),
        ({"every_hours": "6"}, "chọn một trong danh sách"),
        ({"most_listed": "501"}, "phải từ 1 đến 500"),
        ({"most_listed": "nhiều"}, "Số dòng của một bản tin"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(site: Site, sent: dict[str, str], says: str) -> None:
    answer = site.as_("hai").post("notices/unit", {"every_hours": "", **sent})

    assert answer.status_code == 422
    assert says in plain(answer.text)
    assert not site.world.rows(NoticeSetting)
