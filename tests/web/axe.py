"""What axe-core finds on pages as somebody sees them, at each width and in both themes, without loading a page again.

The script comes out of an installed Python package. A width is set by the browser's own emulation and a theme by the attribute
that our pages and `theme.js` set. To stay within a minute or so, nothing is judged twice:

- contrast, which takes most of the time, is judged once for each look: the styles of an element and of all it lies in, whatever
  page, width or theme shows it;
- in the dark theme only those rules run whose answer a colour can change;
- at a width where the same media queries hold and the same elements are shown as at the one before, only those rules run whose
  answer a line break can change.

What can be unfolded is looked at unfolded, for there is more of it. At the widest, one of each look that can be pointed at or
have the focus is put into that state by the browser itself, and its colours are judged once more.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from playwright.sync_api import CDPSession, Page

from tests.web.browsing import DESK, PHONE, SMALL_PHONE
from web.assets import packaged

SIZES: Final = (SMALL_PHONE, PHONE, DESK)
TOUCHES: Final = {"pointed at": ["hover"], "in focus": ["focus", "focus-visible", "focus-within"]}
"""States of an element, as the browser's protocol calls them."""


@cache
def script() -> str:
    """Return axe-core and what asks it."""
    axe = packaged("axe_playwright_python", "axe.min.js").read_text(encoding="utf-8")
    return axe + "\n" + Path(__file__).with_name("axe.js").read_text(encoding="utf-8")


@dataclass
class Looks:
    """Which looks were judged and found right, and which were touched: each in the words of `axe.js`."""

    judged: str = ""
    touched: str = ""


class Looker:
    """Looks at one page after the other in a window, and remembers which looks it has judged: in `looks`, if others go on from there."""

    def __init__(self, page: Page, looks: Looks | None = None) -> None:
        self.page = page
        self.looks = looks or Looks()
        self.unsure: set[str] = set()
        """What axe-core could not decide."""
        self._protocol: CDPSession = page.context.new_cdp_session(page)
        for domain in ("DOM", "CSS"):
            self._protocol.send(f"{domain}.enable")
        page.emulate_media(reduced_motion="reduce")
        page.add_init_script(script())

    def wrongs_at(self, path: str) -> list[str]:
        """Open a page and return what is wrong with it: violations, and scrolling sideways; each with where it was seen."""
        wrong: list[str] = []
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            if (width, height) == SIZES[0]:
                self.page.goto(path)
            found = self.page.evaluate("judged => lookAtPage(judged)", self.looks.judged)
            wrong += [f"{width} {each}" for each in found["wrong"]]
            self.unsure.update(found["unsure"])
            self.looks.judged = found["judged"]
        return wrong + self._wrongs_when_touched()

    def _wrongs_when_touched(self) -> list[str]:
        """Point at one of each look on the page that shows, then give it the focus, and return whose colours are wrong then."""
        self.looks.touched = self.page.evaluate("tried => markTouchable(tried)", self.looks.touched)
        whole = self._protocol.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        touched = self._protocol.send("DOM.querySelectorAll", {"nodeId": whole, "selector": "[data-touched]"})[
            "nodeIds"
        ]
        wrong: list[str] = []
        for how, states in TOUCHES.items() if touched else ():
            for node in touched:
                self._protocol.send("CSS.forcePseudoState", {"nodeId": node, "forcedPseudoClasses": states})
            found = self.page.evaluate("([judged, how]) => lookAtTouched(judged, how)", [self.looks.judged, how])
            wrong += found["wrong"]
            self.looks.judged = found["judged"]
        return wrong
