"""The application over a played demonstration, and its colleagues signed in: one for each role of Cát Thành."""

import uuid
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.signed_in import sign_in_for_good
from tests.web.crawl import Found, pages_of
from tests.web.site import AS_FAST_AS_TESTS, Browser, Site, application
from web.here import Ground
from workflow.clock import SystemClock
from workflow.ids import IdSource
from workflow.settings import Settings
from workflow.store import Store
from workflow.tables import Account
from workflow.vault import Vault

UNIT, CAMPAIGN = "cat-thanh", "cat-thanh-2025"
CAST = (
    "member-t06-1", "team-leader-t10", "area-head-a01", "duty-leader-a01", "deputy-police-chief", "office", "culture", "chair",
    "administrator", "auditor", "district", "support-desk",
)  # fmt: skip
"""Posts of Cát Thành whose holders open pages: each role at least once."""


class DemoSite(Site):
    """An application over both played campaigns. Addresses that do not start with `/` lie inside Cát Thành's campaign."""

    def __init__(self, store: Store, vault: Vault, folder: Path) -> None:
        self.store, self.vault = store, vault
        self.clock, self.ids = SystemClock(), IdSource()
        settings = Settings(folder, str(store.url), folder / "keys.json")
        self.app = application(Ground(settings, store, vault, self.clock, self.ids, paces=AS_FAST_AS_TESTS))
        self._pages: dict[str, list[Found]] = {}
        self._tokens: dict[str, str] = {}

    def path(self, path: str) -> str:
        """Return an address: as it is, or inside the campaign."""
        return path if path.startswith("/") else f"/{UNIT}/{CAMPAIGN}/{path}"

    def as_(self, login: str) -> Browser:
        """A browser in which a colleague is signed in."""
        return Browser(self, self.client_of(login))

    def client_of(self, login: str) -> FlaskClient:
        """Return a test client with a sign-in of its own."""
        with self.store.write() as session:
            token = sign_in_for_good(session, self._account(login), now=self.clock.now(), ids=self.ids)
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    def token_of(self, login: str) -> str:
        """Return a session cookie for a real browser."""
        if login not in self._tokens:
            client = self.client_of(login)
            client.get("/me")
            found = client.get_cookie("tungnha")
            assert found is not None
            self._tokens[login] = found.value
        return self._tokens[login]

    def pages(self, login: str) -> list[Found]:
        """Return what a colleague reaches by links, crawled once."""
        if login not in self._pages:
            self._pages[login] = pages_of(self, login, f"/{UNIT}/{CAMPAIGN}/")
        return self._pages[login]

    def cast(self) -> list[str]:
        """Return the logins of those who play."""
        return [f"{UNIT}-{post}" for post in CAST]

    def _account(self, login: str) -> uuid.UUID:
        with self.store.read() as session:
            return session.scalars(select(Account.id).where(Account.login == login)).one()
