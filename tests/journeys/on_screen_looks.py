"""How the screens look over a whole demonstration: every page that a colleague reaches by links, in a real browser."""

import re
import uuid

from tests.journeys.demo_site import DemoSite
from tests.web.browsing import PHONE, served, window
from tests.web.crawl import Found
from tests.web.test_pages_without_links import NOT_LINKED
from workflow.actions.command import check_key

NO_PAGES = {
    "close.file": "a file",
    "home.campaign": "leads on to the page of one's role",
    "home.unit": "leads on to the only campaign",
    "paper.find": "leads on to the sheet of that number",
    "papers.draft": "a file",
    "papers.file": "a file",
    "papers.seal": "a file",
    "papers.sheet": "a file",
    "papers.letter_file": "a file",
    "papers.letter_signed": "a file",
    "papers.signed": "a file",
    "papers.template_file": "a file",
    "plan.blank": "a file",
    "plan.export": "a file",
    "plan.file": "a file",
    "plan.rebased": "a file",
    "roster.blank": "a file",
    "targets.letter_in_word": "a file",
}
"""Addresses under a unit that show no page of their own, and what they do instead."""

SMALL = """() => [...document.querySelectorAll("main a.btn, main button, main summary, nav a")]
  .filter(e => { const b = e.getBoundingClientRect(); return b.width && (b.height < 44 || b.width < 44) })
  .map(e => `${e.outerHTML.slice(0, 100)} ${e.getBoundingClientRect().width} × ${e.getBoundingClientRect().height}`)"""
"""Buttons and menu items that a thumb may miss."""

_KEY = re.compile(r'name="key"[^>]*value="([^"]+)"')


def one_of_each(site: DemoSite) -> list[Found]:
    """Return one address for each page, whoever reached it first."""
    found: dict[str, Found] = {}
    for login in site.cast():
        for page in site.pages(login):
            found.setdefault(page.endpoint, page)
    return list(found.values())


class Looks:
    """Mixed into a test class of a module that has a fixture `demo`."""

    def test_thumbs_hit_what_is_tapped_at_doors(self, shown, chrome):
        wrong: list[str] = []
        login = "cat-thanh-member-t06-1"
        at_doors = [each for each in shown.pages(login) if each.endpoint.startswith(("queue.", "door."))]
        assert {"queue.mine", "door.show"} <= {each.endpoint for each in at_doors}
        with served(shown.app) as base, window(chrome, base, size=PHONE, token=shown.token_of(login)) as page:
            for each in at_doors:
                page.goto(each.path)
                wrong += [f"{each.endpoint}: {small}" for small in page.evaluate(SMALL)]

        assert wrong == [], "\n".join(wrong)

    def test_every_page_of_a_unit_is_reached_by_links_or_said_why_not(self, shown):
        reached = {page.endpoint for page in one_of_each(shown)}
        pages = {
            rule.endpoint
            for rule in shown.app.url_map.iter_rules()
            if rule.rule.startswith("/<unit>") and "GET" in (rule.methods or ())
        }

        assert pages - reached - set(NO_PAGES) - set(NOT_LINKED) == set()

    def test_no_key_of_a_form_is_refused_for_the_digits_that_chance_put_into_it(self, shown, monkeypatch):
        pages = one_of_each(shown)
        clients = {login: shown.as_(login).client for login in {page.login for page in pages}}
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=int("1234567890123456" * 2, 16)))

        keys = {key for page in pages for key in _KEY.findall(clients[page.login].get(page.path).text)}

        assert len(keys) > 2
        for key in keys:
            check_key(key)
