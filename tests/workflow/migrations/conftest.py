"""Databases for going up and down: each test gets one of its own."""

import pytest

from tests.databases import new_database
from workflow.migrations import migrate
from workflow.store import Store

KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def url(kind, tmp_path):
    """The address of an empty database."""
    return new_database(kind, tmp_path, "migrations")


@pytest.fixture
def store(url):
    """A database at the newest revision."""
    migrate.upgrade(url)
    store = Store(url)
    yield store
    store.dispose()
