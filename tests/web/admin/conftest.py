"""A site over an office, on each database."""

from pathlib import Path

import pytest

from tests.web.offices import OfficeSite
from tests.workflow.signing.conftest import NewOffice, office, offices
from tests.workflow.signing.office import Office

__all__ = ["office", "offices"]


@pytest.fixture
def place(office: Office, web_folder: Path) -> OfficeSite:
    """One office on screen."""
    return OfficeSite(office, web_folder)


@pytest.fixture
def elsewhere(offices: NewOffice, web_folder: Path) -> OfficeSite:
    """Another office in the same database."""
    return OfficeSite(offices(), web_folder)
