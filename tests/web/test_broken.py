"""When the program itself fails, somebody reads one sentence with a number, and whoever runs it finds that number in the log."""

import logging
import re

import pytest

from tests.web.site import Site
from web.app import create_app
from web.policy import public

SECRET = "Trần Thị Bí Mật"


@pytest.fixture
def breaking(site: Site) -> Site:
    """The same world, and an application in which the page of sign-in codes fails."""
    app = create_app(site.app.extensions["ground"], testing=True)
    endpoint = app.url_map.bind("localhost").match("/q")[0]

    @public
    def fail() -> str:
        raise KeyError(SECRET)

    app.view_functions[endpoint] = fail
    site.app = app
    return site


def test_the_page_says_that_nothing_was_recorded_and_gives_the_number_in_the_log(
    breaking: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="web.pages"):
        answer = breaking.stranger().get("/q")

    assert answer.status_code == 500
    assert "chưa được ghi" in answer.text
    assert "Traceback" not in answer.text
    assert SECRET not in answer.text
    number = re.search(r"mã lỗi ([0-9a-f]{8})", answer.text)
    assert number is not None
    assert f"error {number.group(1)} at " in caplog.text


def test_whoever_is_signed_in_goes_on_afterwards(breaking: Site) -> None:
    an = breaking.as_("an")

    assert [an.get(path).status_code for path in ("/q", "/me", "/q", "/me")] == [500, 200, 500, 200]
