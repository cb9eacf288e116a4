"""The ledger for an auditor: numbers, kinds, moments and officers; nobody of a list."""

import re

import pytest

from tests.workflow.absence.conftest import Away
from tests.workflow.officials import appoint
from workflow.actions.record_export import record_export
from workflow.actions.record_visit import Finding
from workflow.actions.set_notices import set_notices
from workflow.actions.void_event import void_event
from workflow.tables import Event


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def town(site):
    world = site.world
    door, (one, two) = world.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Thị Hai", "activated")])
    world.go_to("2025-05-16 09:00")
    world.visit("an", door, Finding("took_part", one))
    world.visit("an", door, Finding("not_taking_part", two))
    world.command("hai", lambda b, c, a: record_export(b, a, what="roster_rejects", rows=7, serial="abc", sha256="00"))
    site.auditor = appoint(world, "auditor")
    return site


def test_numbers_kinds_and_traces_without_a_name_of_a_list(town):
    page = town.as_(town.auditor).get(f"/{town.world.code}/audit")

    text = words(page)
    assert page.status_code == 200
    assert "lượt thăm" in text
    assert "chuyển bước" in text
    assert "tải tệp có thông tin cá nhân Đỗ Văn Hải 7 abc" in text
    assert not re.search("Nguyễn Văn Một|Nguyễn Thị Hai|Đã góp ý|Không tham gia|submit|decline", text)


def test_a_trace_of_somebody_who_stood_in_says_for_whom(town):
    Away(town.world).plan("hai", "an", None, "2025-05-20 12:00")
    town.world.command("an", lambda b, c, a: set_notices(b, c, a, quiet=None, every_hours=None, most_listed=1))

    assert "Nguyễn Văn An thay Đỗ Văn Hải" in words(town.as_(town.auditor).get(f"/{town.world.code}/audit"))


def test_both_visits_read_alike(town):
    page = town.as_(town.auditor).get(f"/{town.world.code}/audit")

    rows = [re.sub(r"\d+", "#", words_of) for words_of in re.findall(r"<tr>(.*?)</tr>", page.text, re.DOTALL)]
    kinds = [row for row in rows if "lượt thăm" in row or "chuyển bước" in row]
    assert len(kinds) == 4
    assert kinds[:2] == kinds[2:]


def test_older_lines_are_one_link_away(town):
    browser, address = town.as_(town.auditor), f"/{town.world.code}/audit"
    for number in range(60):
        town.world.household(["Trần Văn Thêm"], lane=f"Ngõ {number}")

    first = browser.get(address)
    older = re.search(r'href="([^"]*until=(\d+))"', first.text)
    second = browser.get(older[1].replace("&amp;", "&"))

    assert f">{int(older[2]):,}<".replace(",", ".") in second.text
    assert browser.get(f"{address}?until=nonsense&before=9999999999999999999999").status_code == 200


@pytest.mark.parametrize("login", ["an", "binh", "hai", "khanh", "giang"])
def test_for_other_roles_it_is_not_there(town, login):
    assert town.as_(login).get(f"/{town.world.code}/audit").status_code == 404


def test_a_line_names_officer_post_and_team_and_no_answer(town):
    text = words(town.as_(town.auditor).get(f"/{town.world.code}/audit?kind=visit"))

    who = town.world.actor("an").name
    assert f"lượt thăm {who}" in text
    assert "Tổ trưởng tổ công tác" in text
    assert not re.search("Nguyễn Văn Một|Nguyễn Thị Hai|Ngõ|Đã góp ý|Không tham gia", text)


def test_the_reason_of_a_void_is_told(town):
    [first, _] = town.world.events(Event.kind == "visit")
    town.world.command("an", lambda b, c, a: void_event(b, c, a, first.ledger_no, reason="bấm nhầm người"))

    text = words(town.as_(town.auditor).get(f"/{town.world.code}/audit?kind=void"))

    assert "Lý do: bấm nhầm người" in text


def test_a_kind_and_a_day_stay_while_one_pages(town):
    browser, address = town.as_(town.auditor), f"/{town.world.code}/audit"
    for number in range(60):
        town.world.household(["Trần Văn Thêm"], lane=f"Ngõ {number}")

    page = browser.get(f"{address}?kind=enter&day=16/05/2025")
    older = re.search(r'href="([^"]*until=[^"]*)"', page.text)[1].replace("&amp;", "&")

    assert "kind=enter" in older
    assert "day=16/05/2025" in older.replace("%2F", "/")
    kinds = re.findall(r'data-l="Loại">([^<]+)<', browser.get(older).text)
    assert set(kinds) == {"vào danh sách"}
    assert "Không có dòng nào như vậy" in browser.get(f"{address}?day=17/05/2025").text


@pytest.mark.parametrize("asked", ["kind=vote", "day=31/02/2025", "day=x"])
def test_a_filter_that_makes_no_sense_is_said(town, asked):
    page = town.as_(town.auditor).get(f"/{town.world.code}/audit?{asked}")

    assert page.status_code == 422
    assert 'role="alert"' in page.text
