"""Pages of an English account that refuse something: the whole sentence is English, but for names and what was typed."""

import io
import re
from html import unescape
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.web.language.engine import VIETNAMESE
from tests.web.offices import OfficeSite
from tests.web.plan.conftest import plan, url
from tests.web.queue.test_queue import press
from tests.web.roster.lists import content_of, hand_in
from tests.web.site import Browser, Site
from tests.workflow.queue.conftest import give
from tests.workflow.roster_apply.lists import person
from tests.workflow.signing.conftest import office, offices
from tests.workflow.signing.office import Office
from tests.workflow.team.conftest import Teamwork
from tests.workflow.team.test_exit_requests import ask
from workflow.actions.record_visit import Finding
from workflow.store import Store
from workflow.tables import Account

__all__ = ["office", "offices", "plan"]

_ALERT = re.compile(r'role="alert"[^>]*>(.*?)</div>', re.DOTALL)
_HEADERS = re.compile(
    "“(?:Họ và tên|Ngày sinh|Số ĐDCN|Chủ hộ|Số hồ sơ cư trú|Số nhà/Ngõ|Tổ dân phố|Tình trạng định danh)”"
)
"""What a list has to have in its first row, in whatever language somebody reads about it."""


def speaks_english(store: Store, login: str) -> None:
    with store.write() as session:
        session.execute(update(Account).where(Account.login == login).values(locale="en"))


def english(site: Site, login: str) -> Browser:
    """Return a browser of somebody whose account speaks English."""
    speaks_english(site.world.store, login)
    return site.as_(login)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def without(said: str, *names: str) -> str:
    """Return a sentence without names and without headers of lists."""
    for name in names:
        assert name in said
        said = said.replace(name, "")
    return _HEADERS.sub("", said)


def refused(answer: TestResponse, *names: str) -> str:
    """Return what a page says was refused; nothing of it may be Vietnamese, but for `names`."""
    assert answer.status_code in (403, 409, 422), answer.status
    said = " ".join(plain(found) for found in _ALERT.findall(answer.text))
    assert said
    assert not VIETNAMESE.search(without(said, *names)), said
    return said


def test_moving_a_task(plan: Site) -> None:
    lan, hai, item = english(plan, "lan"), english(plan, "hai"), "emulation"
    lan.post(url(plan, item, "/moves/start"), {"state_version": "1"})

    lacking = refused(lan.post(url(plan, item, "/moves/submit"), {"state_version": "2"}))
    uncounted = refused(lan.post(url(plan, "staff-first", "/moves/submit"), {"state_version": "1"}))
    stale = refused(lan.post(url(plan, item, "/moves/submit"), {"state_version": "1"}))
    nowhere = refused(lan.post(url(plan, item, "/moves/start"), {"state_version": "2"}))
    later = refused(
        lan.post(url(plan, item, "/moves/submit"), {"state_version": "2", "happened_at": "10:00 30/05/2025"})
    )
    unread = refused(lan.post(url(plan, item, "/moves/submit"), {"state_version": "2", "happened_at": "hom qua"}))
    foreign = refused(hai.post(url(plan, item, "/moves/start"), {"state_version": "2"}))

    assert "“send for review” is not possible yet: “Document” is lacking." in lacking
    assert "the count “Finished, by office” is lacking" in uncounted
    assert "now “in progress” (version 2), the open page has 1" in stale
    assert "“start” is not possible from “in progress”" in nowhere
    assert "10:00, 30 May 2025 lies outside the time that can be recorded (from 09:00, 24 May 2025 until now)" in later
    assert "“hom qua” cannot be read; write it like 18:30, or 18:30 24/5" in unread
    assert "Ask whoever was given this task or the team leader of the team it was given to." in foreign


def test_receiving_a_report_that_is_somebody_elses_to_receive(plan: Site) -> None:
    path = url(plan, "daily-report", "/moves/accept", scope="T1", occurrence="2025-05-23")

    said = refused(english(plan, "an").post(path, {"state_version": "1"}))

    assert "Ask coordinator or chair." in said


def test_evidence_and_progress(plan: Site) -> None:
    lan, item = english(plan, "lan"), "emulation"

    counted = refused(lan.post(url(plan, "staff-first", "/evidence/new/count"), {"label": "khac", "count": "3"}))
    personal = refused(lan.post(url(plan, item, "/evidence/new/document"), {"label": "so 0912345678"}))
    link = refused(lan.post(url(plan, item, "/evidence/new/link"), {"label": "javascript:alert(1)"}))
    progress = refused(lan.post(url(plan, item, "/progress"), {"percent": "50", "seen": "40"}))

    assert "the plan does not ask for “khac”, choose one of: “Finished, by office”" in counted
    assert "holds digits like an ID or phone number" in personal
    assert "must begin with http:// or https://" in link
    assert "the open page has 40%" in progress


def test_a_visit(site: Site) -> None:
    world = site.world
    door, cases = world.household(["Mot An", "Hai An"], house="36", tracks=("health_insurance",))
    give(world, door, "binh")
    world.go_to("2025-05-16 09:00")
    binh = english(site, "binh")
    page = binh.get(f"doors/{door}").text
    visit = {"case_id": str(cases[0]), "state_version": "1", "mode": "door", "page": "promise"}

    unread = refused(binh.post(f"doors/{door}/visit", {**visit, "outcome": "promised", "promised_at": "chieu mai"}))
    past = refused(
        binh.post(f"doors/{door}/visit", {**visit, "outcome": "promised", "promised_at": "08:00 16/05/2025"})
    )
    other = refused(binh.post(f"doors/{door}/visit", {**visit, "outcome": "insurance_linked"}))
    back = refused(binh.post(f"doors/{door}/hand-back", {"reason": ""}))
    world.visit("an", door, Finding("no_phone", cases[0]))
    stale = refused(binh.post(f"doors/{door}/visit", {**visit, "outcome": "took_part", "page": ""}))
    world.go_to("2025-06-20 09:00")
    after = refused(press(binh, page, "nobody_home"), world.pack.model.pack.label.vi)

    assert "“chieu mai” cannot be read" in unread
    assert "Outcome no. 1: the appointment at 08:00, 16 May 2025 must be after the visit." in past
    assert "Health insurance card linked: this outcome belongs to other work of the same person" in other
    assert "no reason for giving the household back" in back
    assert "No longer uses a phone" in stale
    assert "lies outside campaign" in after


def test_an_exit(site: Site) -> None:
    site.world.go_to("2025-05-16 11:00")
    team = Teamwork(site.world)
    first, second = ask(team, "died"), ask(team, "moved_out", name="Hai")
    an = english(site, "an")

    bare = refused(an.post(f"exits/{first}", {"decision": "return", "reason": ""}))
    nobody = refused(an.post("exits", {"decision": "confirm", "reason": ""}))
    an.post(f"exits/{first}", {"decision": "confirm", "reason": ""})
    again = refused(an.post(f"exits/{first}", {"decision": "confirm", "reason": ""}))
    several = plain(an.post("exits", {"decision": "confirm", "request": [str(first), str(second)]}).text)

    assert "Reason for returning: not written; write what has to be added." in bare
    assert "Chosen requests: are 0; choose 1 to 100 requests at once." in nobody
    assert "This has been handled (confirmed)." in again
    assert "not done This has been handled (confirmed). Reload the page." in several


def test_assigning_households(site: Site) -> None:
    team = Teamwork(site.world)
    door = team.door()
    fields = {"door": str(door), "to": f"{team.teams['T1']}.{team.member('cuong')}"}
    an = english(site, "an")
    an.get("team/assign", query_string=fields)

    bare = refused(an.post("team/assign", {**fields, "expected": "1", "reason": ""}))
    phone = refused(an.post("team/assign", {**fields, "expected": "1", "reason": "goi 0912345678"}))

    assert "Reason:" in bare
    assert "holds digits like an ID or phone number" in phone


def test_an_administrators_forms(office: Office, web_folder: Path) -> None:
    place = OfficeSite(office, web_folder)
    speaks_english(office.store, office.login("admin"))
    admin, taken = place.as_("admin"), office.login("member")

    login = refused(admin.post(place.url("admin/people/new"), {"name": "Ai Do", "login": taken}), taken)
    bare = refused(admin.post(place.url("admin/people/new"), {"name": "", "login": "ai.do"}))
    code = refused(admin.post(place.url("admin/teams"), {"team-code": "T1", "team-name": "To Khac"}))
    accents = refused(admin.post(place.url("admin/teams"), {"team-code": "T 9!", "team-name": "To Khac"}))
    area = refused(admin.post(place.url("admin/areas"), {"area-code": "A9", "area-name": "Thôn 2"}), "Thôn 2")

    assert f"“{taken}” is taken; add a number or a middle name, for example {taken}2" in login
    assert "Full name: not filled in" in bare
    assert "“T1” is taken; every area, team and body has a code of its own" in code
    assert "cannot be used: only plain letters" in accents
    assert "is the name of another area already" in area


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0 old", "a.xlsx", "The file is an old Excel file or has a password"),
        (b"a;b", "a.csv", ".csv files are not taken yet."),
        (b"", "a.xlsx", "File “a.xlsx” is empty."),
    ],
)
def test_what_is_no_list(site: Site, content: bytes, name: str, said: str) -> None:
    assert said in refused(hand_in(english(site, "hai"), content, name))


def test_a_list_from_the_future(site: Site, tmp_path: Path) -> None:
    answer = hand_in(english(site, "hai"), content_of([person(1)], tmp_path), as_of="01/01/2030 10:00")

    assert "Moment of the list: 10:00, 1 Jan 2030 is after the present hour" in refused(answer)


def test_a_list_with_wrong_columns(site: Site) -> None:
    hai, content = english(site, "hai"), io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for column, header in enumerate(("STT", "Họ và tên", "So DDCM", "Sex", "Que quan", "Giới tính", "CMND")):
            sheet.write_string(0, column, header)

    page = hai.get(hand_in(hai, content.getvalue()).location).text
    said = plain(page[page.index("panel late") :].partition("</ul>")[0])

    assert "Column “Chủ hộ”, “Số hồ sơ cư trú” or “Số nhà/Ngõ” is missing." in said
    assert "is not known; it is left out." in said
    assert not VIETNAMESE.search(re.sub("Giới tính", "", _HEADERS.sub("", said))), said


def test_rows_that_are_handed_back(site: Site, tmp_path: Path) -> None:
    people = [person(1), person(2, birth="31/02/1985"), person(3, id="12345"), person(4, name="=HYPERLINK(1)")]
    hai = english(site, "hai")

    page = hai.get(hand_in(hai, content_of(people, tmp_path)).location).text
    rows = plain(page[page.index("<tbody") :])

    assert "There is no such birth date Correct the birth date, as day/month/year" in rows
    assert "The ID number has too few or too many digits" in rows
    assert "The name holds abbreviations: 3 times. (row 2, 3, 4)" in rows
    assert not VIETNAMESE.search(without(rows.partition("To know")[2].partition("Plan")[0])), rows
