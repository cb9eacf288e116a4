"""The menu: where each role starts, and that a unit's own pages are no dead end."""

import uuid

from tests.web.site import Site
from tests.workflow.conftest import pack_called
from tests.workflow.desk.posts import appoint
from workflow.actions.open_campaign import open_campaign


def test_the_administrator_starts_where_people_are_administered(site: Site) -> None:
    appoint(site.world, "quan", "administrator", name="Lý Thị Quản")

    start = site.as_("quan").get("", follow_redirects=True)

    assert start.request.path == f"/{site.world.code}/admin"


def test_a_page_of_the_unit_leads_back_into_its_one_campaign(site: Site) -> None:
    world, an = site.world, site.as_("an")
    team = f'href="{site.path("team")}"'

    assert team in an.get(f"/{world.code}/cards").text
    with world.store.write() as session:
        open_campaign(session, world.unit_id, pack_called("an-lac-2025"), now=world.clock.now())
    assert team not in an.get(f"/{world.code}/cards").text
    assert team in an.get("team").text


def test_ones_own_page_leads_back_to_where_one_works(site: Site) -> None:
    page = site.as_("an").get("/me").text
    menu = page.split('class="menu"')[1].split("</nav>")[0]

    assert [word in menu for word in ("Trang đầu", "Cá nhân", 'href="/"')] == [True, True, True]
    assert "Trang đầu" not in site.as_("an").get("team").text.split('class="menu"')[1].split("</nav>")[0]


def test_a_refusal_repeats_what_somebody_wrote_and_not_what_the_form_carries(site: Site) -> None:
    carried = {"state_version": "77", "key": "khoa", "to": str(uuid.UUID(int=5))}

    refused = site.as_("an").client.post(site.path("paper/list"), data={"reason": "Đã gặp", **carried})

    assert refused.status_code == 400  # not from a page of ours
    assert "<dd>Đã gặp</dd>" in refused.text
    assert not [value for value in carried.values() if f"<dd>{value}</dd>" in refused.text]
