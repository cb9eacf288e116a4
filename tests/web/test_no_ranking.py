"""No page and no address for programs lists people in the order of their results: whoever did more stands where they stood before."""

import re

import pytest

from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.world import PEOPLE
from workflow.actions.record_visit import Finding

LISTS = (
    "team", "team/doors", "overview", "overview?by=area", "chair", "dashboard", "dashboard?by=team", "plan?view=all",
    "plan/owners", "plan/ahead", "plan/today", "plan/sheet", "escalations", "escalations/teams", "report", "targets", "quality", "shift",
    "papers/urge", "/{unit}/absences", "/{unit}/notices", "/api/v1/{unit}/{campaign}/team",
)  # fmt: skip
READERS = ("an", "giang", "hai", "khanh")
TEAM = ("binh", "cuong")


def names_in_order(text: str) -> list[str]:
    """The members' names as they first come on a page."""
    found = [(text.find(PEOPLE[login]), login) for login in TEAM]
    return [login for place, login in sorted(found) if place >= 0]


def listed(site: Site) -> dict[tuple[str, str], list[str]]:
    """In which order each page names the members, for each reader who may open it."""
    found = {}
    for login in READERS:
        browser = site.as_(login)
        for path in LISTS:
            answer = browser.get(path.format(unit=site.world.code, campaign=site.world.context().code))
            if answer.status_code == 200:
                found[login, path] = names_in_order(re.sub(r"<(select|datalist).*?</\1>", "", answer.text, flags=re.S))
    return found


@pytest.mark.parametrize("best", TEAM)
def test_results_change_no_order(worlds: NewWorld, web_folder, best: str) -> None:
    world = worlds()
    other = next(login for login in TEAM if login != best)
    world.go_to("2025-05-15 08:00")
    for login, many in ((other, 1), (best, 5)):
        for number in range(many):
            door, people = world.household(
                [f"Bùi Văn {login} {number}"], house=f"{len(login)}{number}", lane=f"Ngõ {login}"
            )
            world.visit(login, door, Finding("took_part", people[0]))
    world.go_to("2025-05-16 08:00")

    found = listed(Site(world, web_folder))

    both = {key: order for key, order in found.items() if len(order) == len(TEAM)}
    assert both, "no page names both members: this test looks at nothing"
    assert set(map(tuple, both.values())) == {TEAM}
