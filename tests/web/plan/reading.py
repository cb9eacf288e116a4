"""How tests of the plan's pages read a page and send a file."""

import re
from io import BytesIO

from werkzeug.test import TestResponse

from tests.web.site import Browser

LABEL = "Số cán bộ và thân nhân đã hoàn thành, theo từng cơ quan"


def marked(text: str) -> str:
    """The page without tags, spaces as one."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)


def upload(browser: Browser, path: str, name: str, content: bytes, **typed: object) -> TestResponse:
    """Send a form with a file."""
    return browser.post(
        path, {"label": "Biên bản", "file": (BytesIO(content), name), **typed}, content_type="multipart/form-data"
    )
