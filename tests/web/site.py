"""The application over a small world, and people signed in to it: what tests of screens start from."""

import re
import uuid
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, update
from werkzeug.test import TestResponse

from tests.signed_in import sign_in_for_good
from tests.workflow.world import World
from web.app import create_app
from web.here import Ground
from workflow.settings import Settings
from workflow.signing.pace import Paces
from workflow.signing.throttle import Pace
from workflow.tables import Account
from workflow.vault import Vault

HOUR = 3_600_000_000
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Somebody's browser, signed in. Addresses that do not start with `/` lie inside the world's campaign."""

    def __init__(self, site: "Site", client: FlaskClient) -> None:
        self.site, self.client = site, client

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(self.site.path(path), **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form, with the token of the page and a key of its own unless `data` has one."""
        typed = {"csrf_token": self.token(), "key": uuid.uuid4().hex, **(data or {})}
        return self.client.post(self.site.path(path), data=typed, **options)

    def token(self) -> str:
        """Return the token that our pages give to this browser."""
        found = _TOKEN.search(self.client.get("/me").text) or _TOKEN.search(self.client.get("/q").text)
        assert found is not None
        return found.group(1)


AS_FAST_AS_TESTS = Paces(write=Pace(10**9, 1, 1), search=Pace(10**9, 1, 1))
"""A world's clock stands still, so whatever a test sends is sent within one minute."""


def application(ground: Ground) -> Flask:
    """Return an application over `ground`. Routes and templates are read once for each instance folder and shared: they never change.

    Reading them takes longer than most tests ask anything of the application.
    """
    made = _read_once(ground.settings.instance, https=ground.https)
    app = copy(made)
    app.extensions = {**made.extensions, "ground": ground}
    files: Any = copy(made.wsgi_app)
    files.application = Flask.wsgi_app.__get__(app)
    app.wsgi_app = files  # type: ignore[method-assign]
    return app


@cache
def _read_once(instance: Path, *, https: bool) -> Flask:
    """Return an application that only lends what it has read: nobody's ground is under it."""
    settings = Settings(instance, "sqlite://", instance / "keys.json")
    nowhere: Any = None
    return create_app(Ground(settings, nowhere, nowhere, nowhere, nowhere, https=https), testing=True)


class Site:
    """An application over a world. `as_(login)` gives a browser in which that person is signed in."""

    def __init__(self, world: World, folder: Path, *, paces: Paces = AS_FAST_AS_TESTS) -> None:
        self.world, self.folder = world, folder
        with (
            world.store.write() as session
        ):  # worlds in one database share their accounts: nobody's language is left over
            session.execute(update(Account).where(Account.locale != "vi").values(locale="vi"))
        keys = folder / "keys.json"
        self.vault = Vault.open(keys) if keys.exists() else Vault.create(keys)
        settings = Settings(folder, str(world.store.url), keys)
        self.app = application(Ground(settings, world.store, self.vault, world.clock, world.ids, paces=paces))

    def path(self, path: str) -> str:
        """Return an address: as it is, or inside the campaign."""
        return path if path.startswith("/") else f"/{self.world.code}/{self.world.pack.model.pack.pack}/{path}"

    def new_account(self, login: str) -> None:
        """Make an account that has a place nowhere."""
        with self.world.store.write() as session:
            session.execute(delete(Account).where(Account.login == login))
            row = {"id": uuid.uuid4(), "login": login, "name": "Ai Đó", "locale": "vi", "created_at": 0, "version": 1}
            session.execute(insert(Account), row)

    def stranger(self) -> Browser:
        """A browser in which nobody is signed in."""
        return Browser(self, self.app.test_client())

    def as_(self, login: str) -> Browser:
        """A browser in which `login` is signed in, whatever their password."""
        with self.world.store.write() as session:
            token = sign_in_for_good(session, self.world.account(login), now=self.world.clock.now(), ids=self.world.ids)
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return Browser(self, client)
