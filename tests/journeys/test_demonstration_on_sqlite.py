"""Both campaigns played on SQLite, from the lists to the report."""

import pytest

from tests.journeys.demonstration import Shows, build
from tests.journeys.on_screen_axe import WithoutBarriers
from tests.journeys.on_screen_discreet import Discreet
from tests.journeys.on_screen_looks import Looks

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demonstration, built once for this file."""
    store, vault = build("sqlite", tmp_path_factory.mktemp("demo"))
    yield store, vault
    store.dispose()


class TestDemonstration(Shows):
    """See `Shows`."""


class TestLooks(Looks):
    """See `Looks`."""


class TestDiscreet(Discreet):
    """See `Discreet`."""


class TestWithoutBarriers(WithoutBarriers):
    """See `WithoutBarriers`."""
