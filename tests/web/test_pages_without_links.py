"""No barrier either on pages that no link leads to: what follows a form, what refuses, what is printed."""

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.album import Album
from tests.web.axe import Looker
from tests.web.browsing import chromium, served, window
from tests.web.paper.test_paper_pages import printed
from tests.web.plan.conftest import appoint as appoint_to_plan
from tests.web.plan.conftest import url
from tests.web.site import Site
from tests.workflow.desk.posts import appoint, tell
from workflow.actions.open_plan import open_plan
from workflow.sweeps.duties import open_duties
from workflow.tables import TaskEvidence

NUMBER = "999185012345"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def paper(site: Site, album: Album) -> None:
    """What is printed, and a returned sheet with lines that cannot be right."""
    printed(site, doors=3)
    an = site.as_("an")
    for path in ("paper/1", "paper/1/log", "paper/1/type"):
        album.keep(path, an.get(path), 200)
    typed = {"visited_at": "16/5/2025 18:00", "line": ["1", "2"], "codes": ["9 9", ""], "promised": ["", ""]}
    album.keep("typed wrong", an.post("paper/1/type", typed), 422)
    album.keep("no such sheet", an.get("paper/99"), 404)


def desk(site: Site, album: Album) -> None:
    """One person at the support desk, what was recorded, and taking it back."""
    appoint(site.world, "ly", "support_desk")
    _, (one, _) = site.world.household([("Nguyễn Văn Một", "registered"), "Trần Thị Hai"], house="7")
    tell(site.world, site.vault, one, id_number=NUMBER)
    site.world.go_to("2025-05-16 21:00")
    ly = site.as_("ly")
    album.keep("nobody found", ly.post("desk", {"id_number": "999000000000"}), 422)
    found = ly.post("desk", {"id_number": NUMBER})
    album.keep("person", ly.client.get(found.location), 200)
    album.keep("person without outcome", ly.post(f"desk/person/{one}", {}), 422)
    told = ly.post(f"desk/person/{one}", {"outcome": "activated_and_took_part", "assisted": "y"})
    album.keep("person finished", ly.client.get(told.location), 200)
    number = told.location.rsplit("=", 1)[1]
    album.keep("undo", ly.get(f"desk/undo/{number}"), 200)
    album.keep("undo without reason", ly.post(f"desk/undo/{number}", {"reason": ""}), 422)


def plan(site: Site, album: Album) -> None:
    """Evidence to be taken back, a form with mistakes, and a step that came too late."""
    appoint_to_plan(site, "lan", "Mai Thị Lan", "office", "plan_owner")
    with site.world.book() as (book, context):
        open_plan(book, context)
    site.world.go_to("2025-05-24 09:00")
    with site.world.book() as (book, context):
        open_duties(book, context, site.world.clock.now())
    lan = site.as_("lan")
    lan.post(url(site, "emulation", "/evidence/new/document"), {"label": "Văn bản số 9"})
    back = url(site, "emulation", f"/evidence/{site.world.rows(TaskEvidence)[-1].id}/withdraw")
    album.keep("withdraw", lan.get(back), 200)
    album.keep("withdraw without reason", lan.post(back, {"reason": ""}), 422)
    album.keep("evidence without name", lan.post(url(site, "emulation", "/evidence/new/link"), {"label": ""}), 422)
    stale = lan.post(url(site, "emulation", "/moves/submit"), {"state_version": "0"})
    album.keep("stale", stale, 409)


def doors(site: Site, album: Album) -> None:
    """Doors chosen to be given to somebody."""
    door, _ = site.world.household(["Đặng Thị Hoa"], lane="Ngõ 8", house="1")
    an = site.as_("an")
    album.keep("assign", an.get(f"team/assign?door={door}"), 200)


def refused(site: Site, album: Album) -> None:
    """What is said to somebody unknown, to a page that was open too long, and at a gate that is shut."""
    binh = site.as_("binh")
    album.keep("not ours", binh.client.post("/me/language", data={"locale": "vi"}), 400)
    album.keep("not allowed so", binh.client.delete("/me"), 405)
    album.keep("absent", binh.get(f"doors/{uuid.uuid4()}"), 404)
    stranger = site.stranger()
    sent = stranger.client.post(site.path("queue/find"), data={"q": "Hoa"}, headers={"Sec-Fetch-Site": "same-origin"})
    album.keep("sign in first", sent, 401)
    album.keep("wrong password", stranger.post("/login", {"login": "binh", "password": "không phải"}), 422)
    album.keep("described", binh.client.get("/api/v1/"), 200)


@pytest.mark.parametrize("group", [paper, desk, plan, doors, refused], ids=lambda group: group.__name__)
def test_axe_finds_nothing_on_pages_that_no_link_leads_to(site: Site, chrome: Browser, group) -> None:
    album = Album(site.app)
    group(site, album)
    wrong: list[str] = []
    with served(album) as base, window(chrome, base) as page:
        looker = Looker(page)
        for path in album.kept:
            wrong += [f"{path} {each}" for each in looker.wrongs_at(path)]

    assert wrong == [], "\n".join(wrong)
