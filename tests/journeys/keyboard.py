"""Somebody who has no mouse and no touch screen: they go on with Tab, press Enter or Space, type, and see where they are."""

from playwright.sync_api import Locator, Page

from tests.journeys.story import PASSWORD

MOST = 150
"""Steps from one place of a page to any other."""
_SEEN = """() => {
  const here = document.activeElement, style = getComputedStyle(here), box = here.getBoundingClientRect();
  const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const spots = [[.5, .5], [.1, .5], [.9, .5], [.5, .2], [.5, .8]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
  const open = spots.some(([x, y]) => { const top = document.elementFromPoint(x, y); return top && (here.contains(top) || top.contains(here)
    || [...(here.labels || [])].some(label => label.contains(top))); });
  return marked && open ? "" : `${marked ? "" : "no mark "}${open ? "" : "covered "}${here.outerHTML.slice(0, 200)}`;
}"""
"""What is wrong with how the focus shows: no outline and no shadow around it, or something lies over it."""


class Keyboard:
    """The keys of one window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.emulate_media(reduced_motion="reduce")  # a page that still glides shows its focus a moment later

    def tab(self) -> None:
        """Go one step on; where that leads is marked and not covered."""
        self.page.keyboard.press("Tab")
        if self.page.evaluate("document.activeElement !== document.body"):
            wrong = self.page.evaluate(_SEEN)
            assert wrong == "", wrong

    def reach(self, wanted: Locator) -> None:
        """Go on until the focus is on what is wanted; the keyboard comes to everything."""
        target = wanted.first.element_handle()
        for _step in range(MOST):
            if target.evaluate("each => each === document.activeElement"):
                return
            self.tab()
        raise AssertionError(f"the keyboard does not come to {wanted}")

    def press(self, wanted: Locator) -> None:
        """Reach a link or a button and press Enter."""
        self.reach(wanted)
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def type(self, wanted: Locator, text: str) -> None:
        """Reach a field and type."""
        self.reach(wanted)
        self.page.keyboard.type(text)

    def sign_in(self, login: str, path: str) -> None:
        """Open an address, sign in where it asks for that, and get there."""
        self.page.goto(path)
        self.type(self.page.locator("[name=login]"), login)
        self.type(self.page.locator("[name=password]"), PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)
