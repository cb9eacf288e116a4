"""Pages around absences, shifts, notices, decisions and the plan ahead cost few statements, and no more the more stands on them."""

import re
from collections.abc import Iterable

import pytest

from rules.time import at
from tests.web.site import Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent, silence_in
from tests.workflow.plan.statements import statements_of
from tests.workflow.shift.test_hand_over_shift import give, hand_over
from workflow.actions.open_plan import open_plan
from workflow.actions.plan_absence import plan_absence

pytestmark = pytest.mark.slow

MOST, MOST_SIDE_BY_SIDE = 12, 28
"""Reads of a page; of one that shows an inbox beside a row or an episode, or a whole team."""


@pytest.fixture
def silent(site: Site) -> Silent:
    """A town with its plan, two levels of silence, an absence and a shift handed over."""
    town = silence_in(site.world)
    with town.world.book() as (book, context):
        open_plan(book, context)
    town.at(NOTICED)
    give(town.world, town.doors[0], "T1", "binh")
    hand_over(town.world, "binh", "cuong", "Nhà số 2 có chó dữ")
    away(town, "an", "binh", "2025-05-20 12:00")
    town.at(CLIMBED)
    town.answer("giang", town.ids(0), "returned", reason="tổ đi lại tối nay")
    town.answer("khanh", town.ids(1), "taken_over", reason="tôi gọi trực tiếp")
    town.answer("giang", town.ids(2), "acknowledged")
    return town


def away(silent: Silent, login: str, delegate: str, until: str) -> None:
    """Let somebody be away from now on."""
    world = silent.world
    who, stands_in = (world.actor(one).membership_id for one in (login, delegate))
    world.command(
        "hai",
        lambda b, c, a: plan_absence(
            b, a, absent_id=who, delegate_id=stands_in, from_at=world.clock.now(), to_at=at(until)
        ),
    )


def pages(site: Site, silent: Silent) -> list[tuple[str, str]]:
    """Return who opens what."""
    unit = f"/{site.world.code}"
    digest = re.search(rf'href="({unit}/notices/[0-9a-f-]{{36}})"', site.as_("an").get(f"{unit}/notices").text)
    assert digest is not None
    group, episode = f"escalations/group/{RULE}/{silent.key('A1')}", f"escalations/{silent.ids(0)[0]}"
    everybody = {
        "an": (f"{unit}/notices", digest[1], f"{unit}/notices/settings", "shift", f"{unit}/absences", "team", episode, group),
        "binh": ("shift", f"{unit}/absences", "queue", "team"),
        "cuong": ("queue", "shift"),
        "hai": (f"{unit}/absences", "escalations/teams", "papers/urge", "plan/ahead", "plan/today", "plan/owners",
                "plan/owners?by=body", "plan/sheet", "plan/items/daily-report/forward", "escalations"),
        "giang": ("escalations", "escalations?due=resting", group),
        "khanh": (episode, "escalations"),
    }  # fmt: skip
    return [(login, path) for login, paths in everybody.items() for path in paths]


def cost(site: Site, opened: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return how many reads each page costs, once its statements are known."""
    told = {}
    for login, path in opened:
        browser = site.as_(login)
        assert browser.get(path).status_code == 200, (login, path)
        with statements_of(site.world.store) as sent:
            browser.get(path)
        told[login, path] = len([one for one in sent if one.lstrip().upper().startswith("SELECT")])
    return told


def most(path: str) -> int:
    """Return how many reads a page may cost."""
    return MOST_SIDE_BY_SIDE if path == "team" or "escalations/" in path or "due=" in path else MOST


def test_few_and_no_more_the_more_there_is(site: Site, silent: Silent) -> None:
    opened = pages(site, silent)
    first = cost(site, opened)
    assert {page: n for page, n in first.items() if n > most(page[1])} == {}

    for number in range(12):
        site.world.household([f"Đặng Thị {number}"], lane="Ngõ 5", house=str(number + 20))
    doors = [site.world.household(["Bùi Văn Tám"], lane="Ngõ 6", house=str(number))[0] for number in range(4)]
    for door in doors:
        give(site.world, door, "T1", "cuong")
    hand_over(site.world, "cuong", "binh", "Bốn hộ ngõ 6")
    away(silent, "giang", "dung", "2025-05-20 17:00")
    silent.at("2025-05-20 09:00")
    away(silent, "khanh", "dung", "2025-05-21 17:00")

    assert {page: (first[page], n) for page, n in cost(site, opened).items() if n > first[page]} == {}
