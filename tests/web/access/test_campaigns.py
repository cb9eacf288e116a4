"""A door belongs to one campaign: at the address of another it is not there, for pages and programs alike."""

import uuid

from tests.web.site import Site
from tests.workflow.conftest import pack_called
from workflow.actions.open_campaign import open_campaign


def test_a_door_is_not_at_another_campaigns_address(site: Site) -> None:
    world = site.world
    door, (case, _) = world.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Thị Hai", "activated")])
    with world.store.write() as session:
        open_campaign(session, world.unit_id, pack_called("an-lac-2025"), now=world.clock.now())
    world.go_to("2025-05-16 09:00")
    browser, events = site.as_("an"), len(world.events())

    for prefix in (f"/{world.code}", f"/api/v1/{world.code}"):
        here, elsewhere = (f"{prefix}/{code}/doors/{{}}" for code in ("cat-thanh-2025", "an-lac-2025"))
        foreign, absent = (browser.get(elsewhere.format(each)) for each in (door, uuid.uuid4()))
        assert browser.get(here.format(door)).status_code == 200
        assert foreign.status_code == absent.status_code == 404
    typed = {"outcome": "took_part", "case": str(case)}
    assert browser.post(f"/{world.code}/an-lac-2025/doors/{door}/visit", typed).status_code == 404
    assert len(world.events()) == events
