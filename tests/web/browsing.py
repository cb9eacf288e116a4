"""A real browser against the real server: Chromium over a site that listens on a port of its own, and nothing else to reach."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from waitress import create_server
from waitress.server import TcpWSGIServer

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PHONE, SMALL_PHONE, DESK = (390, 844), (360, 740), (1366, 768)


def chromium_path() -> str:
    """Return where Chromium is; the test run stops with what to install if it is nowhere."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("Chromium is needed for browser tests: apt-get install chromium (or make browser)", pytrace=False)
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium with a new profile, for one module's tests."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=SWITCHES)
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine and give its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(partial(_hang_up, server))
        thread.join(5)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive(), "the server did not stop"


def _hang_up(server: TcpWSGIServer) -> None:
    """Close every connection from within the server's own loop, which ends then: it must not wait on what another thread closed."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


def let_in(context: BrowserContext, base: str, token: str) -> None:
    """Sign somebody in by the cookie of their session, whoever was signed in before."""
    context.add_cookies([{"name": "tungnha", "value": token, "url": base, "httpOnly": True, "sameSite": "Lax"}])


@contextmanager
def window(
    browser: Browser, base: str, *, size: tuple[int, int] = PHONE, scheme: str = "light", token: str | None = None
) -> Iterator[Page]:
    """Open a window that refuses other hosts and fails on errors in the console. `token`: the session cookie of somebody."""
    context: BrowserContext = browser.new_context(
        base_url=base, viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, has_touch=size[0] < 600
    )
    strangers: list[str] = []
    complaints: list[str] = []

    context.on("request", lambda asked: None if asked.url.startswith((base, "data:")) else strangers.append(asked.url))
    if token is not None:
        let_in(context, base, token)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text) if said.type == "error" and "Content Security Policy" in said.text else None
        ),
    )
    try:
        yield page
    finally:
        context.close()
    assert strangers == [], "a page asked another host"
    assert complaints == [], "the browser complained"


def followed(page: Page, what: Locator) -> None:
    """Touch something that leads to another page, and wait until that page has come: a click alone waits for nothing."""
    with page.expect_navigation():
        what.click()


def fits(page: Page) -> None:
    """Nothing of a page that has come lies beside the screen."""
    page.wait_for_load_state()
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide on a screen of {room}"
