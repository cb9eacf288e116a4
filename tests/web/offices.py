"""A site over an office whose logins nobody else in the database uses: what accounts and cards need."""

from pathlib import Path
from typing import cast

from tests.web.site import Browser, Site
from tests.workflow.signing.office import Office
from tests.workflow.world import World


class OfficeSite:
    """The application over an office. Addresses are given whole; `url` makes those of the unit."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.site = Site(cast(World, office), folder)  # it asks a world only for store, clock, ids, code and accounts

    def as_(self, name: str) -> Browser:
        """A browser in which somebody of the office is signed in."""
        return self.site.as_(name)

    def stranger(self) -> Browser:
        """A browser in which nobody is."""
        return self.site.stranger()

    def url(self, path: str) -> str:
        """Return an address of the unit."""
        return f"/{self.office.code}/{path}"
