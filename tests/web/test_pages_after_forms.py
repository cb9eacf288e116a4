"""No barrier either on what follows a form: absences, a shift, notices, decisions, forwarding, and each of them filled in wrong.

Links of the demonstration reach these pages empty; here they are full, refused, and seen by whoever they concern.
"""

import re

import pytest
from playwright.sync_api import Browser

from rules.time import at
from tests.web.album import Album
from tests.web.axe import Looks
from tests.web.plan.conftest import appoint, task
from tests.web.site import Site
from tests.web.test_pages_without_links import chrome, looks, wrongs_in
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, silence_in
from tests.workflow.shift.test_hand_over_shift import give
from workflow.actions.open_plan import open_plan

__all__ = ["chrome", "looks"]

pytestmark = pytest.mark.slow


def absence(site: Site, album: Album) -> None:
    """An absence that is refused, then planned: what the absent one, the delegate and the coordinator see of it."""
    site.world.go_to("2025-05-16 11:00")
    place = f"/{site.world.code}/absences"
    who = {login: str(site.world.actor(login).membership_id) for login in ("binh", "giang", "dung")}
    an, hai = site.as_("an"), site.as_("hai")
    album.keep("absence mistyped", an.post(place, {"from_at": "mai", "to_at": "", "delegate": ""}), 422)
    an.post(place, {"to_at": "18/5 12h", "delegate": who["binh"]})
    hai.post(f"{place}?who={who['giang']}", {"from_at": "17/5 8h", "to_at": "18/5 12h", "delegate": who["dung"]})
    album.keep("absence of others", hai.get(f"{place}?who={who['giang']}"), 200)
    for login, page in (("an", "team"), ("binh", "queue"), ("binh", "team"), ("giang", "escalations")):
        album.keep(f"absence {login} {page}", site.as_(login).get(page), 200)
    album.keep("absence of the delegate", site.as_("binh").get(place), 200)


def shift(site: Site, album: Album) -> None:
    """A shift with nothing to hand over, one handed over, told to the next one, and received."""
    doors = [site.world.household(["Đặng Thị Hoa"], lane="Ngõ 8", house=str(number))[0] for number in (1, 2)]
    site.world.go_to("2025-05-16 11:00")
    binh, cuong = site.as_("binh"), site.as_("cuong")
    to = {"to": str(site.world.actor("cuong").membership_id), "note": ""}
    album.keep("shift with nothing", binh.post("shift", to), 422)
    for door in doors:
        give(site.world, door, "T1", "binh")
    album.keep("shift", binh.get("shift"), 200)
    assert binh.post("shift", to | {"note": "Nhà số 2 có chó dữ " * 6}).status_code == 303
    album.keep("shift handed over", binh.get("shift"), 200)
    told = cuong.get("queue")
    album.keep("shift told", told, 200)
    received = re.search(r'action="([^"]+/receive)"', told.text)
    assert received is not None
    cuong.post(received.group(1))
    album.keep("shift received", binh.get("shift"), 200)
    album.keep("nobody to hand over to", site.as_("khanh").get("shift"), 200)


def notices(site: Site, album: Album) -> None:
    """The list with what was read and what was not, digests of each kind, and settings that are refused."""
    silent = silence_in(site.world)
    with site.world.book() as (book, context):
        open_plan(book, context)
    silent.at(NOTICED)
    silent.at(CLIMBED)
    silent.answer("giang", silent.ids(0), "returned", reason="tổ đi lại tối nay")
    silent.at("2025-05-18 09:00")
    place = f"/{site.world.code}/notices"
    kept = set[str]()
    for login in ("an", "hai", "giang"):
        browser = site.as_(login)
        listed = browser.get(place)
        for number, digest in enumerate(dict.fromkeys(re.findall(rf'href="({place}/[0-9a-f-]{{36}})"', listed.text))):
            opened = browser.get(digest)
            kept.update(re.findall(r'<h2 id="([a-z]+)"', opened.text))
            album.keep(f"digest of {login} {number}", opened, 200)
            if number == 0:
                browser.post(f"{digest}/read")
        album.keep(f"notices of {login}", browser.get(place), 200)
    assert {"climbed", "overdue", "missing", "soon", "returned"} <= kept
    an = site.as_("an")
    an.post(f"{place}/read")
    album.keep("all read", an.get(place), 200)
    wrong = {"quiet_from": "12:00", "quiet_until": "14:00", "due_soon": "y"}
    album.keep("settings refused", an.post(f"{place}/settings", wrong), 422)
    album.keep("whom to urge", site.as_("hai").get("papers/urge"), 200)
    to = re.search(r"papers/urge\?to=[a-z0-9-]+", site.as_("hai").get("papers/urge").text)
    assert to is not None
    album.keep("letter that urges", site.as_("hai").get(to[0]), 200)
    album.keep("urged by no time", site.as_("hai").post(to[0], {"answer_by": ""}), 422)


def decisions(site: Site, album: Album) -> None:
    """An episode that was taken over, one sent back, one with time and put aside, and an answer that says too little."""
    silent = silence_in(site.world)
    silent.at(CLIMBED)
    first, second, third = (f"escalations/{silent.ids(number)[0]}" for number in (0, 1, 2))
    silent.answer("khanh", silent.ids(0), "taken_over", reason="tôi gọi trực tiếp", until=at("2025-05-18 18:00"))
    silent.answer("giang", silent.ids(1), "returned", reason="tổ đi lại tối nay", until=at("2025-05-18 21:00"))
    silent.answer("khanh", silent.ids(2), "granted", reason="mưa lớn", until=at("2025-05-19 12:00"))
    silent.answer("giang", silent.ids(2), "rested", reason="hẹn hộ này 17 giờ", until=at("2025-05-18 17:00"))
    for login, name, path in (
        ("khanh", "taken over", first), ("an", "sent back", second), ("giang", "time granted", third), ("an", "only a note", first),
        ("giang", "what rests", "escalations?due=resting"), ("giang", "a group", f"escalations/group/{RULE}/{silent.key('A1')}"),
        ("hai", "teams of the day", "escalations/teams"),
    ):  # fmt: skip
        album.keep(name, site.as_(login).get(path), 200)
    wrong = {"answer": "decided", "reason": "", "to": "", "until": "hôm qua"}
    album.keep("decided without reason", site.as_("giang").post(third, wrong), 422)
    listed = site.as_("an").get("escalations").text
    ticked = {"group": re.findall(r'name="group" value="([^"]+)"', listed), "answer": "handed_on", "reason": "đi ngay"}
    album.keep("given to whom", site.as_("an").post("escalations", ticked), 200)
    album.keep("given to nobody", site.as_("an").post("escalations", ticked | {"to": "huh"}), 422)
    binh = str(site.world.actor("binh").membership_id)
    album.keep("given", site.as_("an").post("escalations", ticked | {"to": binh}), 200)
    album.keep("who was given what", site.as_("an").get("escalations"), 200)


def forwarding(site: Site, album: Album) -> None:
    """What travels through the police: who has sent and who is missing, forwarded, and a reason that is asked for."""
    appoint(site, "minh", "Đoàn Văn Minh", "deputy_police_chief", "coordinator")
    with site.world.book() as (book, context):
        open_plan(book, context)
    site.world.go_to("2025-05-16 09:00")
    site.world.tick()
    items = "plan/items/daily-report"
    place = f"{items}/forward?period=2025-05-16"
    minh, report = site.as_("minh"), task(site, "daily-report", "T1", "2025-05-16")
    site.as_("an").post(f"plan/{report.id}/moves/submit", {"state_version": str(report.state_version)})
    album.keep("before the hour", minh.get(place), 200)
    site.world.go_to("2025-05-16 16:05")
    album.keep("after the hour", minh.get(place), 200)
    album.keep("waived for no reason", minh.post(f"{items}/waive?period=2025-05-16", {"scope": "T2"}), 422)
    for name in (
        "plan",
        "plan/ahead",
        "plan/today",
        "plan/owners",
        "plan/owners?by=body",
        "plan/sheet",
        "plan?view=all",
    ):
        album.keep(f"town {name.replace('/', ' ').replace('?', ' ').replace('=', ' ')}", minh.get(name), 200)


GROUPS = (absence, shift, notices, decisions, forwarding)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_axe_finds_nothing_on_what_follows_a_form(site: Site, chrome: Browser, looks: Looks, group) -> None:
    album = Album(site.app)
    group(site, album)

    wrong = wrongs_in(album, chrome, looks)
    assert wrong == [], "\n".join(wrong)
