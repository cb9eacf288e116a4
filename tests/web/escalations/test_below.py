"""What lies with posts below, on screen: its tab, its rows, a row opened, and what is decided there."""

import re

import pytest

from tests.web.escalations.test_bulk_decisions import GRANTED, LATER, TAKEN, send
from tests.web.escalations.test_decisions import buttons, typed
from tests.web.escalations.test_pages import plain, row
from tests.web.site import Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent

pytestmark = pytest.mark.slow
TAB = "?due=below"


def count(page: str) -> int:
    """Return the number on the tab."""
    found = re.search(r"Ở cấp dưới\s*(\d+)", plain(page))
    return int(found.group(1)) if found else 0


def test_whoever_is_above_finds_what_lies_below_and_takes_it_over(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    giang, an = site.as_("giang"), site.as_("an")
    first = giang.get("escalations").text
    n = count(first)
    assert n >= 3
    assert row(silent) not in first
    assert [count(site.as_(login).get("escalations").text) for login in ("an", "hai")] == [0, 0]

    listed = giang.get(f"escalations{TAB}").text
    assert row(silent) in listed
    assert "Đang ở: Tổ trưởng tổ công tác" in plain(listed)
    assert buttons(listed) == ["handed_on", "taken_over", "granted", "noted", "decided"]
    opened = giang.get(f"escalations/group/{RULE}/{silent.key('A1')}{TAB}").text
    assert "cả nhóm: 3 việc" in plain(opened)
    assert {"taken_over", "granted"} <= set(buttons(opened))

    assert f"{GRANTED} {n} việc." in plain(send(giang, "granted", TAB, until=LATER).text)
    assert f"{TAKEN} {n} việc." in plain(send(giang, "taken_over", TAB).text)
    assert count(giang.get("escalations").text) == 0
    assert row(silent) in giang.get("escalations").text
    assert row(silent) not in an.get("escalations").text
    assert silent.findings() == []


def test_a_row_opened_there_is_decided_as_a_whole(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    address = f"escalations/group/{RULE}/{silent.key('A1')}{TAB}"
    khanh = site.as_("khanh")
    assert "Trả lại kèm chỉ đạo" in plain(
        khanh.get(f"escalations{TAB}").text
    )  # it lies with the area's head: there is a rung below
    done = khanh.post(address, typed("taken_over", scope="all"))
    assert done.status_code == 303
    assert done.headers["Location"].endswith(TAB)
    assert f"{TAKEN} 3 việc." in plain(khanh.get(f"escalations{TAB}").text)
    assert site.as_("an").get(address).status_code in (200, 404)
    assert site.as_("dung").get(address).status_code == 404
