"""Answers as they were given, shown again at addresses of their own: for looking at pages that no link leads to."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Flask
from werkzeug.test import TestResponse

PLACE: Final = "/shown/"


class Album:
    """An application that shows kept answers; everything else (styles, scripts) comes from the application they are of."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.kept: dict[str, tuple[str, list[tuple[str, str]], bytes]] = {}
        self.endpoints: set[str] = set()
        """Whose answers they are."""

    def keep(self, name: str, answer: TestResponse, status: int) -> None:
        """Keep a page under a name. AssertionError if it is no page, or its status is another."""
        assert (answer.status_code, answer.mimetype) == (status, "text/html"), f"{name}: {answer.status}"
        headers = [(key, value) for key, value in answer.headers if key.lower() not in ("set-cookie", "content-length")]
        self.kept[PLACE + name.replace(" ", "-")] = ("200 OK", headers, answer.data)
        if status == 200:
            self.endpoints.add(
                str(self.app.url_map.bind("localhost").match(answer.request.path, method=answer.request.method)[0])
            )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kept = self.kept.get(environ["PATH_INFO"])
        if kept is None:
            return self.app(environ, start_response)
        status, headers, page = kept
        start_response(status, [*headers, ("Content-Length", str(len(page)))])
        return [page]
