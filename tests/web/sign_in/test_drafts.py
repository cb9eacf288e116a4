"""What was typed when the session had ended is still there after signing in; what others send is not taken."""

import json
import re
from html import unescape

from tests.web.sign_in.test_signing_in import PASSWORD, give
from tests.web.site import Site

OWN = {"Sec-Fetch-Site": "same-origin"}


def test_a_form_sent_after_the_session_ended_can_be_sent_again(site: Site) -> None:
    give(site, "an")
    browser = site.stranger()

    kept = browser.client.post("/me/theme/nowhere", data={"note": "x"}, headers=OWN)
    assert kept.status_code == 404, "an address that is not there keeps nothing"
    page = browser.client.post("/me/password", data={"new_password": "bí mật", "hint": "nhà có chó"}, headers=OWN)
    assert page.status_code == 401
    draft = unescape(re.search(r'name="draft"[^>]*value="([^"]*)"', page.text).group(1))  # type: ignore[union-attr]
    assert json.loads(draft) == {"to": "/me/password", "fields": [["hint", "nhà có chó"]]}

    entered = browser.post("/login", {"login": "an", "password": PASSWORD, "draft": draft, "next": "/"})

    assert entered.status_code == 200
    assert 'action="/me/password"' in entered.text
    assert 'name="hint" value="nhà có chó"' in entered.text
    assert "bí mật" not in page.text + entered.text


def test_what_another_site_sends_is_not_carried_along(site: Site) -> None:
    page = site.stranger().client.post("/me/password", data={"hint": "x"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert page.status_code == 401
    assert "hint" not in page.text


def test_a_draft_that_leads_elsewhere_leads_home(site: Site) -> None:
    give(site, "an")
    draft = json.dumps({"to": "https://evil.example/", "fields": [["a", "b"]]})

    page = site.stranger().post("/login", {"login": "an", "password": PASSWORD, "draft": draft})

    assert "evil.example" not in page.text
    assert 'action="/"' in page.text


def test_a_damaged_draft_is_dropped(site: Site) -> None:
    give(site, "an")

    page = site.stranger().post("/login", {"login": "an", "password": PASSWORD, "draft": '{"to": 1'})

    assert page.status_code == 303
