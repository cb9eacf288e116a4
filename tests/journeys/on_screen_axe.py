"""No barrier on any screen of a whole demonstration: axe-core finds nothing, and nothing scrolls sideways, in light and dark."""

from tests.journeys.demo_site import CAMPAIGN, UNIT
from tests.journeys.on_screen_looks import one_of_each
from tests.web.axe import Looker
from tests.web.browsing import let_in, served, window

BEFORE_SIGNING_IN = ("/login", "/q", "/start", "/demo", "/nothing-here")
"""Pages for whoever is not signed in; the last one does not exist."""


class WithoutBarriers:
    """Mixed into a test class of a module that has a fixture `demo`. One database is enough: both give the same pages."""

    def test_axe_finds_nothing_on_any_page_at_any_width_in_both_themes(self, shown, chrome):
        wrong: list[str] = []
        pages = one_of_each(shown)
        assert len(pages) > 40
        with served(shown.app) as base, window(chrome, base) as page:
            looker = Looker(page)
            for path in BEFORE_SIGNING_IN:
                wrong += [f"{path} {each}" for each in looker.wrongs_at(path)]
            for each in pages:
                let_in(page.context, base, shown.token_of(each.login))
                wrong += [f"{each.endpoint} {found}" for found in looker.wrongs_at(each.path)]
            wrong += [f"not found {each}" for each in looker.wrongs_at(f"/{UNIT}/{CAMPAIGN}/nothing-here")]

        assert wrong == [], "\n".join(wrong)
