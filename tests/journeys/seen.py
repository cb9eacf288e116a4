"""A journey on a phone and at a desk, with pictures of the way for whoever wants to look."""

import os

import pytest
from playwright.sync_api import Page

from tests.web.browsing import DESK, PHONE, fits

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


def kept(page: Page, name: str) -> None:
    """Keep a picture where `TUNGNHA_SHOTS` says, for looking at it; the page is never wider than the screen."""
    fits(page)
    if folder := os.environ.get("TUNGNHA_SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]
