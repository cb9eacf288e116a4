"""Nobody learns of anything that is not theirs, at any address, by any method: foreign reads exactly like absent."""

from collections.abc import Callable

import pytest

from tests.web.access.matrix import Town, build, leaks, opened, unit_routes
from tests.web.site import Site
from web.policy import ROLES, require_policies
from workflow.access import doors

pytestmark = pytest.mark.slow


@pytest.fixture
def towns(sites: Callable[..., Site]) -> tuple[Town, Town]:
    """Two towns with two of everything."""
    return build(sites()), build(sites())


def test_no_address_leaks(towns: tuple[Town, Town]) -> None:
    town, other = towns

    assert set(town.logins) == set(ROLES)
    assert len(list(unit_routes(town.site.app))) > 100
    assert leaks(town, other) == []


def test_what_is_ones_own_is_there(towns: tuple[Town, Town]) -> None:
    """Otherwise a site that answers 404 to everybody would pass."""
    shut = opened(towns[0])
    assert shut == [], "\n".join(shut)


def test_a_forgotten_scope_is_found(towns: tuple[Town, Town], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "sees_door", lambda actor, door: door.unit_id == actor.unit_id)

    found = leaks(*towns)

    assert any("member: GET /<unit>/<campaign>/doors/" in each for each in found)


def test_a_route_that_says_nothing_stops_the_start(towns: tuple[Town, Town], monkeypatch: pytest.MonkeyPatch) -> None:
    app = towns[0].site.app
    monkeypatch.setitem(app.view_functions, "admin.index", lambda: "everything")

    with pytest.raises(RuntimeError, match=r"admin.* declares no policy"):
        require_policies(app)
