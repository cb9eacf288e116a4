"""Every page that somebody can reach by following links from their first page: one address for each page and role."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.web.site import Browser, Site

_HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
MOST = 400
"""Pages fetched for one person at most."""


@dataclass(frozen=True)
class Found:
    """A page: its endpoint, an address of it, and who came there."""

    endpoint: str
    path: str
    login: str


def endpoint_of(site: Site, path: str) -> str | None:
    """Return the endpoint behind an address; None if no route fits."""
    adapter = site.app.url_map.bind("localhost")
    try:
        return str(adapter.match(urlsplit(path).path, method="GET")[0])
    except (HTTPException, RequestRedirect):
        return None


def pages_of(site: Site, login: str, start: str) -> list[Found]:
    """Return one address for each endpoint that `login` reaches from `start`. A link that leads nowhere fails the test."""
    browser: Browser = site.as_(login)
    found: dict[str, Found] = {}
    waiting, seen = [start, "/me"], {start, "/me"}
    fetched = 0
    while waiting and fetched < MOST:
        path = waiting.pop(0)
        if endpoint_of(site, path) in found:  # another address of a page that was reached since
            continue
        fetched += 1
        answer = browser.client.get(path)
        assert answer.status_code in (200, 303), f"{login} follows a link to {path}: {answer.status_code}"
        if answer.status_code == 303:
            links: Iterable[str] = [answer.location]
        else:
            endpoint = endpoint_of(site, path)
            if endpoint is not None and answer.mimetype == "text/html":
                found.setdefault(endpoint, Found(endpoint, path, login))
            links = map(unescape, _HREF.findall(answer.text)) if answer.mimetype == "text/html" else ()
        for link in links:
            wanted = endpoint_of(site, link) if link.startswith("/") else None
            if wanted is not None and link not in seen and wanted not in found:
                seen.add(link)
                waiting.append(link)
    return list(found.values())
