"""A program that talks to the API as one person: JSON in and out, with the token, a key and a version where they belong."""

import uuid
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from tests.web.site import Site


class Program:
    """Somebody's program, signed in as `login` (nobody: a stranger). Paths lie inside the campaign unless they start with `/`."""

    def __init__(self, site: Site, login: str | None) -> None:
        self.site = site
        self.client = (site.as_(login) if login else site.stranger()).client
        self.token = self.get("/api/v1/me").json.get("csrf_token", "") if login else ""

    def path(self, path: str) -> str:
        """Return an address as it is, or inside the campaign."""
        return path if path.startswith("/") else f"/api/v1{self.site.path(path)}"

    def get(self, path: str, **options: Any) -> Any:
        """Read."""
        return self.client.get(self.path(path), **options)

    def post(self, path: str, body: Any = None, *, key: str | None = None, version: Any = None, **options: Any) -> Any:
        """Change something, under a key of its own unless one is given; `version` goes into If-Match as a tag."""
        headers = {"X-CSRF-Token": self.token, "Idempotency-Key": uuid.uuid4().hex if key is None else key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        headers = {name: text for name, text in (headers | options.pop("headers", {})).items() if text}
        if "data" not in options:
            options["json"] = {} if body is None else body
        return self.client.post(self.path(path), headers=headers, **options)

    def send(self, path: str, name: str, content: bytes, **told: Any) -> Any:
        """Send a form with a file; `key`, `headers` and the like are options, everything else its fields."""
        options = {each: told.pop(each) for each in ("key", "version", "headers") if each in told}
        form = {**told, "file": (BytesIO(content), name)}
        return self.post(path, data=form, content_type="multipart/form-data", **options)


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Return the problem that an answer is, after checking that it is one."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = answer.get_json(force=True)
    assert {"type", "title", "status", "detail", "code"} <= set(told)
    assert (told["status"], told["code"], told["type"]) == (status, code, f"/api/v1/#{code}")
    return told
