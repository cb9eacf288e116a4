"""What looks for barriers finds them: each kind planted once, in a page that is right without it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.web.axe import Looker
from tests.web.browsing import chromium, served, window

pytestmark = pytest.mark.slow

CSS = """
body { color: #222; background: #fff } [data-bs-theme=dark] body { color: #eee; background: #111; color-scheme: dark }
.dim { color: #999 } [data-bs-theme=dark] .dim { color: #bbb }
[data-bs-theme=dark] .dark-dim { color: #333 }
.broad { width: 380px; } li.odd:nth-child(3) { color: #aaa }
.desk { display: none } @media (min-width: 992px) { .desk { display: block } }
.shy:hover { color: #999 } .timid:focus-visible { color: #999 } [data-bs-theme=dark] .night:hover { color: #333 } tr.pale:focus-within { color: #999 }
summary { min-height: 48px } button, input { min-width: 48px; min-height: 48px } .small { width: 12px; height: 12px; padding: 0; display: inline-block }
"""
PLANTED = {
    "": [],
    "<img src='data:,'>": ["360 light: image-alt", "1366 light: image-alt"],
    "<p class='dim'>Chữ mờ</p>": ["360 light: color-contrast", "390 light: color-contrast", "1366 light: color-contrast"],
    "<p class='dark-dim'>Chữ mờ</p>": ["360 dark: color-contrast", "390 dark: color-contrast", "1366 dark: color-contrast"],
    "<ul><li class='odd'>Ngõ một</li><li class='odd'>Ngõ hai</li><li class='odd'>Ngõ ba</li></ul>": [
        "360 light: color-contrast", "390 light: color-contrast", "1366 light: color-contrast",
    ],
    "<p class='broad'>Rộng</p>": ["360 folded: scrolls sideways", "360 unfolded: scrolls sideways"],
    "<details><summary>Mở</summary><p class='broad'>Rộng</p></details>": ["360 unfolded: scrolls sideways"],
    "<details><summary>Mở</summary><input></details>": ["360 light: label", "1366 light: label"],
    "<div class='desk'><input></div>": ["1366 light: label"],
    "<button class='shy'>Ghi</button>": ["pointed at, light: color-contrast", "pointed at, dark: color-contrast"],
    "<button class='timid'>Ghi</button>": ["in focus, light: color-contrast", "in focus, dark: color-contrast"],
    "<table><tr class='pale'><td>Ghi</td></tr></table>": ["in focus, light: color-contrast"],
    "<button class='night'>Ghi</button>": ["pointed at, dark: color-contrast"],
    "<a class='small' href='/a'>a</a><a class='small' href='/b'>b</a>": ["360 light: target-size", "390 light: target-size", "1366 light: target-size"],
}  # fmt: skip
"""What is planted, and the beginnings of what must be found."""


@pytest.fixture(scope="module")
def looker() -> Iterator[Looker]:
    """One looker over a site whose page says what its address holds, under a policy as strict as ours."""
    app = Flask("planted")

    @app.get("/<int:number>")
    def show(number: int) -> tuple[str, dict[str, str]]:
        html = f"""<!doctype html><html lang="vi" data-bs-theme="light"><head><title>Thử</title><link rel="icon" href="data:,">
          <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/css"></head>
          <body><main><h1>Thử</h1><p>Đọc được</p>{list(PLANTED)[number]}</main></body></html>"""
        return html, {"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:"}

    @app.get("/css")
    def css() -> tuple[str, dict[str, str]]:
        return CSS, {"Content-Type": "text/css"}

    browser: Browser
    page: Page
    with chromium() as browser, served(app) as base, window(browser, base) as page:
        yield Looker(page)


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=lambda number: list(PLANTED)[number][:24] or "nothing")
def test_what_is_planted_is_found_where_it_is(looker: Looker, number: int) -> None:
    wanted = list(PLANTED.values())[number]

    found = looker.wrongs_at(f"/{number}")

    assert [each for each in found if not each.startswith(tuple(wanted))] == []
    assert [each for each in wanted if not any(one.startswith(each) for one in found)] == []


def test_a_look_that_was_found_wrong_is_found_again(looker: Looker) -> None:
    number = list(PLANTED).index("<p class='dim'>Chữ mờ</p>")

    assert looker.wrongs_at(f"/{number}") == looker.wrongs_at(f"/{number}") != []
