"""What people type has words without an end: a pasted address, a name glued together. No page scrolls sideways for it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.album import Album
from tests.web.browsing import DESK, SMALL_PHONE, chromium, served, window
from tests.web.door.test_door import Town
from tests.web.offices import OfficeSite
from tests.web.plan.conftest import appoint, url
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, silent_world
from tests.workflow.signing.conftest import office, offices
from tests.workflow.signing.office import Office
from workflow.actions.open_plan import open_plan

__all__ = ["office", "offices"]
pytestmark = pytest.mark.slow

LINK = "https://example.org/" + "duong-dan-rat-dai-khong-ngat" * 8
WORD = "Dàiơilàdài" * 9


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def too_wide(album: Album, chrome: Browser) -> list[str]:
    """Return the pages of an album that are wider than the window, on a small phone or at a desk, and what sticks out."""
    found = []
    with served(album) as base:
        for size in (SMALL_PHONE, DESK):
            with window(chrome, base, size=size) as page:
                for path in album.kept:
                    page.goto(path)
                    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > size[0]:
                        found.append(f"{path} {wide} > {size[0]}")
    return found


def test_evidence_progress_and_comments_of_a_task(site: Site, chrome: Browser) -> None:
    appoint(site, "lan", "Mai Thị Lan", "office", "plan_owner")
    with site.world.book() as (book, context):
        open_plan(book, context)
    site.world.go_to("2025-05-24 09:00")
    lan, album = site.as_("lan"), Album(site.app)
    added = [
        lan.post(url(site, "emulation", "/evidence/new/link"), {"label": LINK}),
        lan.post(url(site, "emulation", "/evidence/new/document"), {"label": WORD}),
        lan.post(url(site, "emulation", "/progress"), {"percent": "5", "note": WORD, "seen": "-"}),
    ]
    assert [answer.status_code for answer in added] == [303] * 3

    album.keep("task", lan.get(url(site, "emulation")), 200)

    assert WORD in lan.get(url(site, "emulation")).text
    assert too_wide(album, chrome) == []


def test_people_whose_names_are_one_word(office: Office, web_folder, chrome: Browser) -> None:
    place = OfficeSite(office, web_folder)
    browser, album = place.as_("admin"), Album(place.site.app)
    added = browser.post(place.url("admin/people/new"), {"name": WORD, "login": f"{office.code}-dai"})
    assert added.status_code == 303
    album.keep("person", browser.get(added.location), 200)
    for path in ("admin", "cards"):
        album.keep(path, browser.get(place.url(path)), 200)
        assert WORD in browser.get(place.url(path)).text

    assert too_wide(album, chrome) == []


def test_somebody_found_at_the_door_and_why_it_was_handed_back(world, web_folder, chrome: Browser) -> None:
    town = Town(world, web_folder)
    binh, album = town.as_("binh"), Album(town.app)
    found = binh.post(
        f"doors/{town.door}/people/new",
        {
            "name": WORD,
            "birth": "1980",
            "sex": "Nữ",
            "residence": "thường trú",
            "account": "đã kích hoạt",
            "confirmed": "y",
        },
    )
    assert found.status_code == 303, found.text
    album.keep("door", binh.get(f"doors/{town.door}"), 200)
    album.keep("queue", binh.get("queue"), 200)
    album.keep("people", town.as_("an").get("team/doors"), 200)
    assert WORD in binh.get(f"doors/{town.door}").text

    assert too_wide(album, chrome) == []


def test_what_was_noted_about_an_escalation(worlds: NewWorld, web_folder, chrome: Browser) -> None:
    silent = silent_world(worlds)
    site = Site(silent.world, web_folder)
    silent.at(NOTICED)
    an, album = site.as_("an"), Album(site.app)
    address = f"escalations/{silent.ids(0)[0]}"
    seen = re.search(r'name="state_version" value="(\d+)"', an.get(address).text)
    assert seen is not None
    note = {"answer": "noted", "state_version": seen.group(1), "reason": WORD, "to": "", "until": ""}
    assert an.post(address, note).status_code == 303
    album.keep("episode", an.get(address), 200)
    assert WORD in an.get(address).text

    assert too_wide(album, chrome) == []
