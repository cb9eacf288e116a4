"""What happens above the doors in the story on screen: the office finishes a late task, the chair looks, figures are compared."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.story import Story
from tests.web.plan.conftest import task
from workflow.tables import Task

LATE = "staff-first"
"""Due before 20/5 by the plan, finished by counts that offices declare."""


def finish_a_late_task(story: Story) -> None:
    """On the 21st the office declares its counts, adds the evidence the plan asks for and sends; the coordinator accepts."""
    world, site = story.site.world, story.site
    world.go_to("2025-05-21 09:00")
    world.tick()
    path = story.url(f"plan/{task(site, LATE).id}")
    with story.seen_by("lan") as page:
        page.goto(story.url("plan"))
        page.get_by_role("link", name="Cán bộ, công chức, viên chức").first.click()
        page.wait_for_url(lambda url: url.endswith(path))
        expect(page.locator(".mark-late", has_text="quá hạn").first).to_be_visible()
        page.get_by_role("button", name="Bắt đầu làm").click()
        expect(page.get_by_text("Đã ghi: bắt đầu làm.")).to_be_visible()
        page.locator(".asks").get_by_role("link", name="Bổ sung").click()
        page.locator("[name=count]").fill("11")
        page.get_by_role("button", name="Bổ sung").click()
        expect(page.locator(".asks .mark-good")).to_be_visible()
        page.goto(story.url("plan/staff"))
        page.locator("main table").get_by_role("link").first.click()
        for name, count in (("staff_declared", "7"), ("staff_finished", "7"), ("relatives_declared", "4"), ("relatives_finished", "4")):  # fmt: skip
            page.locator(f"[name={name}]").fill(count)
        page.get_by_role("button", name="Ghi số").click()
        expect(page.locator(".said")).to_be_visible()
        page.goto(path)
        page.get_by_role("button", name="Gửi duyệt").click()
        expect(page.locator(".said")).to_be_visible()
    with story.seen_by("hai") as page:
        page.goto(path)
        page.get_by_role("button", name="Duyệt").click()
        expect(page.get_by_text("đã gửi, trễ hạn").first).to_be_visible()
    assert task(site, LATE).state == "done"


def check_the_chair(story: Story, *, took_part: int) -> None:
    """What the chair reads is what the report, the plan and the list of doors say, each counted in its own way."""
    with story.seen_by("khanh") as page:
        page.goto(story.url("chair"))
        tiles = page.locator(".chair-tiles .tile")
        figures = [_number(text) for text in page.locator(".chair-tiles b").all_inner_texts()]
        base = _number(tiles.first.locator(".small").inner_text())
        reports = _number(tiles.nth(2).locator(".small").inner_text())
        share = tiles.first.locator("small").first.inner_text()
        page.goto(story.url("report"))
        listed, line = _line(page, "1")[0], _line(page, "2")
        page.goto(story.url("plan?view=overdue"))
        late = _number(page.locator(".tabs a[aria-current]").inner_text())
    with story.seen_by("hai") as page:
        page.goto(story.url("team/doors"))
        doors = _number(page.locator("#found .count").inner_text())
    assert line == (took_part, share, base)
    assert figures[1] == listed  # nobody ended contact, so everybody can still take part
    due = (Task.due_at <= story.site.world.clock.now(), Task.submitted_at.is_(None), Task.is_open)
    missing = len(story.site.world.rows(Task, Task.is_relayed, *due))  # reminded of, never overdue: no tab counts them
    assert (figures[0], figures[2] + reports - missing, figures[3]) == (took_part, late, doors)


def _line(page: Page, code: str) -> tuple[int, str, int]:
    """Return the count, the share and the base of a line of the report."""
    row = page.locator("tbody tr", has=page.get_by_role("rowheader", name=code, exact=True))
    count, share, base = (row.locator("td").nth(n).inner_text() for n in (1, 2, 3))
    return _number(count), share.strip(), _number(base.rpartition(":")[2]) if ":" in base else 0


def _number(text: str) -> int:
    """Return the whole number in a text, as it is written here (5.800): the last one after a colon, else the first."""
    return int(re.findall(r"\d[\d.]*", text)[-1 if ":" in text else 0].replace(".", ""))
