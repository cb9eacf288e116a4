"""The screens over a played demonstration: one application for each module that has a fixture `demo`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.demo_site import DemoSite
from tests.web.browsing import chromium
from workflow.store import Store
from workflow.vault import Vault


@pytest.fixture(scope="module")
def shown(demo: tuple[Store, Vault], tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    """The application over the module's demonstration."""
    folder: Path = tmp_path_factory.mktemp("shown")
    return DemoSite(*demo, folder)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A Chromium for the module."""
    with chromium() as browser:
        yield browser
