"""Tomorrow's risk stands in one line on the plan owner's first page, the same as the page it leads to."""

import re

import pytest
from sqlalchemy import update

from tests.web.plan.conftest import appoint
from tests.web.site import Site
from workflow.actions.open_plan import open_plan
from workflow.tables import Account

pytestmark = pytest.mark.slow


def note(page: str) -> str:
    """Return what the line says; empty without one."""
    found = re.search(
        r'<div class="said said-\w+" role="note">(?:(?!</div></div>).)*Kế hoạch(?:(?!</div></div>).)*', page, re.S
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


@pytest.fixture
def eve(site: Site) -> Site:
    """The evening before the last day of the campaign, with its owner (nga)."""
    appoint(site, "nga", "Tô Thị Nga", "police_chief", "plan_owner")
    with site.world.book() as (book, context):
        open_plan(book, context)
    site.world.go_to("2025-05-26 20:00")
    return site


def test_it_says_how_many_and_which_comes_first(eve: Site) -> None:
    nga = eve.as_("nga")
    page, ahead = nga.get("escalations").text, nga.get("plan/ahead?whose=mine").text
    rows = len(re.findall(r'<th scope="row">', ahead))

    assert rows > 0
    assert f"Kế hoạch: {rows} việc có thể lỡ hạn từ ngày mai" in note(page)
    assert "plan/ahead?whose=mine" in page
    assert "gần nhất là “" in note(page)
    assert "đến hết ngày 27/5" in note(page)


def test_it_stands_on_the_first_page_only_and_for_who_owns_a_part_only(eve: Site) -> None:
    assert not note(eve.as_("nga").get("plan").text)
    for login, home in (("hai", "overview"), ("khanh", "chair"), ("an", "team")):
        assert not note(eve.as_(login).get(home).text)


def test_without_a_risk_there_is_no_line(plan: Site) -> None:
    assert not note(plan.as_("lan").get("escalations").text)


def test_in_english_it_is_english(eve: Site) -> None:
    with eve.world.store.write() as session:
        session.execute(update(Account).where(Account.login == "nga").values(locale="en"))

    page = eve.as_("nga").get("escalations").text
    assert "may be late from tomorrow on" in page
    assert "See tomorrow&#39;s risks" in page or "See tomorrow's risks" in page
    assert "Kế hoạch:" not in page
