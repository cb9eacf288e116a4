"""An office whose logins nobody else uses: accounts are shared by all units of a database, and here they get passwords."""

from collections.abc import Callable

import pytest

from tests.workflow.conftest import NewWorld
from tests.workflow.signing.office import Office

NewOffice = Callable[..., Office]


@pytest.fixture
def offices(worlds: NewWorld) -> NewOffice:
    """Make offices in one database, each a unit of its own."""
    store = worlds().store

    def new(**options: object) -> Office:
        return Office(store, **options)  # type: ignore[arg-type]

    return new


@pytest.fixture
def office(offices: NewOffice) -> Office:
    """One office."""
    return offices()
