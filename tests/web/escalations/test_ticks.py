"""Ticks and the bar under them stand where something can be decided from the list, and nowhere else."""

import pytest

from tests.web.plan.conftest import appoint
from tests.web.site import Site
from tests.workflow.inbox.conftest import NOTICED, Silent
from workflow.actions.open_plan import open_plan

pytestmark = pytest.mark.slow


def test_who_has_only_tasks_is_not_asked_to_tick(site: Site, silent: Silent) -> None:
    appoint(site, "lan", "Mai Thị Lan", "office", "plan_owner")
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at(NOTICED)
    for login, ticks in (("lan", False), ("an", True)):
        page = site.as_(login).get("escalations").text
        assert "data-row" in page
        assert [part in page for part in ("data-tick-all", 'id="bulk"', 'type="checkbox"')] == [ticks] * 3
