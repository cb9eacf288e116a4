"""The gate: what somebody sees who is not signed in, has no place here, or holds another post."""

import pytest

from tests.web.site import Site
from web.app import create_app
from web.policy import require_policies


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(site: Site) -> None:
    answer = site.stranger().get("/me?x=1")

    assert answer.status_code == 303
    assert answer.location == "/login?next=/me?x%3D1"


def test_a_unit_without_a_place_reads_like_one_that_is_not_there(site: Site) -> None:
    site.new_account("nobody")
    browser = site.as_("nobody")

    foreign, absent = browser.get(f"/{site.world.code}/"), browser.get("/khong-co/")

    assert foreign.status_code == absent.status_code == 404
    assert foreign.text == absent.text
    assert "Thử Nghiệm" not in foreign.text
    assert site.as_("an").get(f"/{site.world.code}/").status_code == 303


def test_every_answer_carries_the_headers(site: Site) -> None:
    for answer in (site.stranger().get("/login"), site.as_("an").get("/nowhere/at/all"), site.as_("an").get("/me")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "style=" not in answer.text


def test_a_route_without_a_policy_stops_the_application(site: Site) -> None:
    app = create_app(site.app.extensions["ground"], testing=True)
    app.view_functions["planted"] = lambda: ""
    app.url_map.add(app.url_rule_class("/planted", endpoint="planted"))

    with pytest.raises(RuntimeError, match=r"/planted .*declares no policy"):
        require_policies(app)


def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    browser = site.as_("an")

    answer = browser.client.post("/me/logout-everywhere", data={})

    assert answer.status_code == 400
    assert "Tải lại trang" in answer.text
    assert browser.get("/me").status_code == 200
