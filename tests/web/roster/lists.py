"""Files for the list pages, and a coordinator's browser that hands them in."""

import io
import re
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from tests.web.site import Browser
from tests.workflow.roster_apply.lists import write_list

SAID = {"list_code": "L1", "area": "", "as_of": "13/05/2025 17:00", "complete": "partial", "sheet": ""}


def content_of(people: Any, folder: Path) -> bytes:
    """Return the bytes of a list of people."""
    return write_list(folder / "list.xlsx", people).read_bytes()


def hand_in(browser: Browser, content: bytes, name: str = "Danh sách tổ 1.xlsx", **declared: str) -> TestResponse:
    """Send a file with the upload form."""
    data = {**SAID, **declared, "file": (io.BytesIO(content), name)}
    return browser.post("roster/new", data, content_type="multipart/form-data")


def seen_on(page: TestResponse) -> str:
    """Return the counts that the page asks to agree to."""
    found = re.search(r'name="seen"[^>]*value="([\d,]+)"', page.text) or re.search(
        r'value="([\d,]+)"[^>]*name="seen"', page.text
    )
    assert found is not None
    return found.group(1)
