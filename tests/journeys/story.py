"""A small town whose site is served to a real browser, and the people who look at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Page
from sqlalchemy import delete

from tests.web.browsing import DESK, served, window
from tests.web.site import Site
from workflow.signing.change_password import set_first_password
from workflow.tables import Throttle

PASSWORD: Final = "bốn chiếc ghế xanh biết hát"


class Story:
    """A site that is served, and the people who look at it."""

    def __init__(self, site: Site, browser: Browser, base: str) -> None:
        self.site, self.browser, self.base = site, browser, base

    @contextmanager
    def seen_by(self, login: str, *, size: tuple[int, int] = DESK) -> Iterator[Page]:
        """Open a window in which somebody is signed in already."""
        cookie = self.site.as_(login).client.get_cookie("tungnha")
        assert cookie is not None
        with window(self.browser, self.base, size=size, token=cookie.value) as page:
            yield page

    def url(self, path: str) -> str:
        """Return an address inside the campaign."""
        return self.site.path(path)


@contextmanager
def story_of(site: Site, browser: Browser, *with_password: str) -> Iterator[Story]:
    """Serve a site, some of whose people have a password."""
    with site.world.store.write() as session:
        session.execute(delete(Throttle))
    known = {"now": site.world.clock.now(), "ids": site.world.ids, "must_change": False}
    for login in with_password:
        set_first_password(site.world.store, site.world.account(login), PASSWORD, **known)
    with served(site.app) as base:
        yield Story(site, browser, base)
