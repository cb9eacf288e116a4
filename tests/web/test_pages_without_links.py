"""No barrier either on pages that no link leads to: what follows a form, what refuses, what is printed."""

import re
import uuid
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rules.time import at
from tests.databases import new_database
from tests.web.album import Album
from tests.web.axe import Looker, Looks
from tests.web.browsing import chromium, served, window
from tests.web.offices import OfficeSite
from tests.web.paper.test_paper_pages import printed
from tests.web.plan.conftest import appoint as appoint_to_plan
from tests.web.plan.conftest import url
from tests.web.site import HOUR, Site, application
from tests.workflow.conftest import KINDS
from tests.workflow.desk.posts import appoint, tell
from tests.workflow.documents.test_forms_and_sheets import workbook
from tests.workflow.documents.world_of_papers import close_by_hand
from tests.workflow.planfile.sheets import plan_file
from tests.workflow.signing.office import PASSWORD, Office
from web.app import create_app
from web.here import Ground
from web.policy import public
from workflow.actions.open_plan import open_plan
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.settings import Settings
from workflow.signing.first_account import first_visit_code
from workflow.signing.pace import Paces
from workflow.signing.throttle import Pace
from workflow.store import Store
from workflow.sweeps.duties import open_duties
from workflow.tables import Base, SaidFigure, SystemCount, TaskEvidence, UnitHead, UrgeLetter
from workflow.vault import Vault

pytestmark = pytest.mark.slow

NUMBER = "999185012345"
NOT_LINKED = {
    "answer.withdraw": "the demonstration has noted nothing that was said",
    "counter.settle": "the demonstration has entered no number of the national system",
    "counter.unsettle": "the demonstration has entered no number of the national system",
    "counter.withdraw": "the demonstration has entered no number of the national system",
    "desk.person": "opened by a search of the support desk, which is a form",
    "desk.undo": "offered after something was recorded at the desk",
    "papers.edited": "the demonstration has made no paper",
    "papers.letter": "the demonstration has written no letter",
    "papers.form": "the demonstration has no form of a superior",
    "papers.show": "the demonstration has made no paper",
    "paper.log": "the demonstration has printed no sheet",
    "paper.sheet": "the demonstration has printed no sheet",
    "paper.type_in": "the demonstration has printed no sheet",
    "plan.preview": "the demonstration has sent no file of a plan",
    "plan.withdraw": "offered for evidence of one's own that is still open",
    "team.assign": "a form with chosen doors",
}
"""Pages under a unit to which no link of the demonstration leads, and why."""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def looks() -> Looks:
    """What these tests have judged so far: pages of all groups and of both databases look much alike."""
    return Looks()


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
    hai = site.as_("hai")
    album.keep("no file of a plan", hai.post("plan/workbook", {}), 422)
    rows = [[1, "Treo băng rôn", "Văn hóa – xã hội", "", "trước ngày 28/5"], [2, "Họp", "Ai đó", "", "thường xuyên"]]
    sent = {"file": (BytesIO(plan_file(site.folder / "kh.xlsx", rows).read_bytes()), "kh.xlsx")}
    address = hai.post("plan/workbook", sent, content_type="multipart/form-data").headers["Location"]
    album.keep("preview of a plan", hai.get(address), 200)


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


def nobody_yet(store: Store, folder: Path) -> Album:
    """A new installation: without a unit, then with one, whose administrator mistypes, gets in, and prints cards."""
    clock, ids = FixedClock(at("2025-05-14 08:00")), IdSource(seed=1)
    ground = Ground(
        Settings(folder, str(store.url), folder / "keys.json"), store, Vault.create(folder / "keys.json"), clock, ids
    )
    app = application(ground)
    album = Album(app)
    album.keep("no unit", app.test_client().get("/start"), 200)

    place = OfficeSite(Office(store), folder)
    stranger, code = place.stranger(), first_visit_code(folder)
    album.keep("first visit", stranger.client.get("/start"), 200)
    typed = {"code": code, "login": place.office.login("admin"), "new_password": PASSWORD, "again": PASSWORD}
    album.keep("first visit mistyped", stranger.post("/start", typed | {"code": "AAAA", "again": ""}), 422)
    assert stranger.post("/start", typed).status_code == 303
    cards = place.as_("admin").post(place.url("cards"), {"groups": ["new"]})
    album.keep("cards", cards, 200)
    printed_code = re.findall(r'<div class="code">([A-Z2-9-]{14})</div>', cards.text)[0].replace("-", "")
    album.keep("card", stranger.client.get(f"/q/{printed_code}"), 200)
    album.keep("card mistyped", stranger.post(f"/q/{printed_code}", {"new_password": "ngắn", "again": ""}), 422)
    album.keep("no card", stranger.client.get("/q/AAAABBBBCCCC"), 422)
    while (answer := stranger.post("/login", {"login": "ai-do", "password": "không phải"})).status_code != 429:
        assert answer.status_code == 422
    album.keep("too often", answer, 429)
    return album


def told(site: Site, album: Album) -> Album:
    """Taking back what was said and what the national system showed; a table of it of which rows are handed back."""
    site.world.go_to("2025-05-16 09:00")
    hai = site.as_("hai")
    typed = {"n": "1", "as_of": "16/05/2025 08:30", "source": "Trang quản trị VNeID"}
    assert hai.post("counter", typed).status_code == 303
    newest = site.world.rows(UnitHead, UnitHead.unit_id == site.world.unit_id)[0].ledger_no
    cut = {"as_of": str(site.world.clock.now()), "known_no": str(newest), "channel": "phone"}
    assert hai.post("answer/said", {**cut, "recipient": "UBND huyện"}).status_code == 303
    album.keep("nobody named", hai.post("answer/said", {**cut, "recipient": "-"}), 422)
    for place, rows in (("answer/said", site.world.rows(SaidFigure)), ("counter", site.world.rows(SystemCount))):
        album.keep(f"take back {place.replace('/', ' ')}", hai.get(f"{place}/{rows[0].id}/withdraw"), 200)
    number = site.world.rows(SystemCount)[0].id
    album.keep("settle", hai.get(f"counter/{number}/settle"), 200)
    album.keep("nobody waits", hai.post(f"counter/{number}/settle"), 422)
    album.keep("take back settling", hai.get(f"counter/{number}/unsettle"), 200)
    table = BytesIO("Địa bàn,Số\nTDP 1,3\nTDP 8,4\nTổng cộng,ba\n".encode())
    sent = {"file": (table, "so.csv"), "as_of": typed["as_of"], "source": typed["source"]}
    album.keep("table", hai.post("counter/file", sent, content_type="multipart/form-data"), 200)
    return album


def official(site: Site, album: Album) -> None:
    """A paper of a close, the Word file that came back, a superior's form laid out, and a letter that urged."""
    site.world.go_to("2025-05-16 17:00")
    close_id, hai = close_by_hand(site.world), site.as_("hai")
    address = hai.post("papers", {"close_id": str(close_id), "kind": "daily"}).headers["Location"]
    album.keep("paper made", hai.get(address), 200)
    album.keep("number forgotten", hai.post(address, {"number": ""}), 422)
    album.keep("came back", hai.get(f"{address}/edited"), 200)
    album.keep("nothing came back", hai.post(f"{address}/edited", {}), 422)
    made = BytesIO(hai.get(f"{address}/file").data)
    album.keep("came back alike", hai.post(f"{address}/edited", {"file": (made, "bao-cao.docx")}), 200)
    asked = {"name": "Biểu 01", "file": (BytesIO(workbook()), "bieu01.xlsx")}
    form = hai.post("papers/forms/new", asked, content_type="multipart/form-data").headers["Location"]
    album.keep("form of a superior", hai.get(form), 200)
    site.world.go_to("2025-05-24 10:00")
    site.world.tick()
    to = re.search(r"papers/urge\?to=(?!nobody)[a-z0-9-]+", hai.get("papers/urge").text)
    assert to is not None, "nobody is late"
    assert hai.post(to[0], {"answer_by": "17:00 25/5/2025"}).status_code == 200
    letter = site.world.rows(UrgeLetter)[0].id
    album.keep("letter that urged", hai.get(f"papers/letters/{letter}"), 200)


def broken(site: Site, album: Album) -> None:
    """The page that is shown when the program itself failed, and the one for who is faster than a person."""
    ground = site.app.extensions["ground"]
    app = create_app(ground, testing=True)
    app.view_functions["sign_in.card"] = public(lambda: 1 / 0)
    album.keep("broken", app.test_client().get("/q"), 500)
    hurried = Site(site.world, site.folder, paces=Paces(write=Pace(1, HOUR, HOUR), search=Pace(1, HOUR, HOUR)))
    an = hurried.as_("an")
    an.post("queue/find", {"q": "Một"})
    album.keep("too fast", an.post("queue/find", {"q": "Một"}), 429)


GROUPS = (paper, desk, plan, doors, told, official, refused, broken)


def test_every_page_that_no_link_leads_to_is_looked_at(site: Site) -> None:
    album = Album(site.app)
    for group in (paper, desk, plan, doors, told, official):
        group(site, album)

    assert set(NOT_LINKED) - album.endpoints == set()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_axe_finds_nothing_on_pages_that_no_link_leads_to(site: Site, chrome: Browser, looks: Looks, group) -> None:
    album = Album(site.app)
    group(site, album)

    assert wrongs_in(album, chrome, looks) == []


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_on_the_first_pages_of_a_new_installation(
    kind: str, tmp_path: Path, chrome: Browser, looks: Looks
) -> None:
    store = Store(new_database(kind, tmp_path, "first"))
    Base.metadata.create_all(store.writer)
    try:
        assert wrongs_in(nobody_yet(store, tmp_path), chrome, looks) == []
    finally:
        store.dispose()


def wrongs_in(album: Album, chrome: Browser, looks: Looks) -> list[str]:
    """Look at every page of an album."""
    with served(album) as base, window(chrome, base) as page:
        looker = Looker(page, looks)
        return [f"{path} {each}" for path in album.kept for each in looker.wrongs_at(path)]
