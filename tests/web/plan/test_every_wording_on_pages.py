"""The same answer on the pages: tab, badge and API call the same tasks overdue, to the microsecond, over every wording of a deadline."""

import re

import pytest

from tests.web.api.program import Program
from tests.web.site import Browser, Site
from tests.workflow.conftest import NewWorld
from tests.workflow.worded_plan import EDGES, STARTS, overdue_by_then, word_plan
from workflow.queries.plan_board import PAGE
from workflow.tables import Task

pytestmark = pytest.mark.slow

TAB = re.compile(r"Quá hạn <span>(\d+)</span>")
ROW = re.compile(
    r'<th scope="row">\s*<a href="[^"]*/plan/([0-9a-f-]{36})">.*?data-l="Tình trạng">(.*?)</td>', re.DOTALL
)


def badges_of(page: str) -> dict[str, str]:
    """Return what the badge of each row says, by task."""
    return {task: " ".join(re.sub(r"<[^>]+>", " ", told).split()) for task, told in ROW.findall(page)}


def called_overdue(browser: Browser, address: str) -> set[str]:
    """Return the tasks on one page of the board whose badge says so."""
    return {task for task, told in badges_of(browser.get(address).text).items() if told.startswith("quá hạn")}


def test_tab_badge_and_program_agree_to_the_microsecond(worlds: NewWorld, web_folder) -> None:
    world = worlds(starts=STARTS)
    dues = word_plan(world)
    site = Site(world, web_folder)
    ids = {task.item: str(task.id) for task in world.rows(Task)}

    for due in sorted(set(dues.values())):
        world.clock.move_to(due - 1)
        chair, program = site.as_("khanh"), Program(site, "khanh")  # nobody stays signed in for two years
        for edge in EDGES[:2]:
            world.clock.move_to(due + edge)
            expected = {ids[item] for item in overdue_by_then(dues, due + edge)}
            pages = range(1, -(-len(ids) // PAGE) + 1)

            board = chair.get("plan?view=all").text
            told = program.get("tasks?view=overdue").json

            assert TAB.findall(board) == [str(len(expected))]
            assert set.union(*(called_overdue(chair, f"plan?view=all&page={page}") for page in pages)) == expected
            assert told["total"] == len(expected)
            assert {task["task"] for task in told["tasks"]} <= expected
