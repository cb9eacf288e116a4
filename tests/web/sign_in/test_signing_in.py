"""Getting in with a password or a card, being kept out, and getting out again."""

import re

import pytest
from sqlalchemy import delete

from tests.web.site import Browser, Site
from workflow.signing.change_password import set_first_password
from workflow.tables import Throttle

PASSWORD = "bốn chiếc ghế xanh biết hát"


@pytest.fixture
def entered(site: Site) -> Site:
    """A site in which An has a password of her own."""
    give(site, "an")
    return site


def give(site: Site, login: str, *, must_change: bool = False) -> None:
    """Give somebody a password and a clean sheet: worlds in one database share their accounts, and so their tries."""
    with site.world.store.write() as session:
        session.execute(delete(Throttle))
    set_first_password(
        site.world.store,
        site.world.account(login),
        PASSWORD,
        now=site.world.clock.now(),
        ids=site.world.ids,
        must_change=must_change,
    )


def sign_in(browser: Browser, login: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    return browser.post("/login", {"login": login, "password": password, **more})


def test_a_right_password_leads_to_the_wanted_page_and_a_wrong_one_says_so(entered: Site) -> None:
    browser = entered.stranger()

    wrong, unknown = (sign_in(browser, login, "không phải thế đâu") for login in ("an", "ai-do"))
    right = sign_in(browser, "an", PASSWORD, next="/me?x=1")

    assert wrong.status_code == unknown.status_code == 422
    assert _said(wrong.text) == _said(unknown.text)
    assert "Chưa đăng nhập được</h2>" in wrong.text
    assert (right.status_code, right.location) == (303, "/me?x=1")
    assert browser.get("/me").status_code == 200


def test_who_is_signed_in_already_may_sign_in_as_somebody_else(entered: Site) -> None:
    browser = entered.as_("binh")
    assert "Trần Thị Bình" in browser.get("/me").text

    assert sign_in(browser, "an", PASSWORD, next="/me").location == "/me"
    assert "Nguyễn Văn An" in browser.get("/me").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(entered: Site, elsewhere: str) -> None:
    assert sign_in(entered.stranger(), "an", PASSWORD, next=elsewhere).location == "/"


def test_too_many_tries_have_to_wait_even_with_the_right_password(entered: Site) -> None:
    browser = entered.stranger()
    for _ in range(6):
        sign_in(browser, "an", "không phải thế đâu")

    kept_out = sign_in(browser, "an", PASSWORD)

    assert kept_out.status_code == 429
    assert int(kept_out.headers["Retry-After"]) >= 60
    assert "Chờ" in kept_out.text


def test_a_password_that_somebody_else_chose_has_to_be_changed_first(site: Site) -> None:
    give(site, "binh", must_change=True)
    browser = site.stranger()
    sign_in(browser, "binh", PASSWORD)

    assert browser.get("/").location == "/me/password"
    new = {"old_password": PASSWORD, "new_password": "tám con mèo trắng đọc báo", "again": "tám con mèo trắng đọc báo"}
    different = browser.post("/me/password", {**new, "again": "khác"})
    assert different.status_code == 422
    assert "không giống" in different.text
    assert browser.post("/me/password", new).status_code == 303
    assert browser.get("/").status_code in (200, 303)
    assert browser.get("/").location != "/me/password"


def test_out_is_out_on_the_server_too(entered: Site) -> None:
    browser = entered.stranger()
    sign_in(browser, "an", PASSWORD)
    kept = browser.client.get_cookie("tungnha")
    assert kept is not None

    out = browser.post("/logout")

    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    browser.client.set_cookie("tungnha", kept.value)
    assert browser.get("/me").status_code == 303, "a copied cookie lets nobody in again"


def test_everywhere_means_every_browser(entered: Site) -> None:
    one, other = entered.stranger(), entered.stranger()
    for browser in (one, other):
        sign_in(browser, "an", PASSWORD)

    one.post("/me/logout-everywhere")

    assert other.get("/me").status_code == 303


def test_a_device_is_ended_from_the_list_and_nobody_elses(entered: Site) -> None:
    give(entered, "binh")
    mine, lost, foreign = entered.stranger(), entered.stranger(), entered.stranger()
    sign_in(mine, "an", PASSWORD)
    sign_in(lost, "an", PASSWORD)
    sign_in(foreign, "binh", PASSWORD)
    (device,) = re.findall(r"/me/devices/([0-9a-f-]{36})/end", mine.get("/me").text)

    assert foreign.post(f"/me/devices/{device}/end").status_code == 404
    assert lost.get("/me").status_code == 200
    assert mine.post(f"/me/devices/{device}/end").status_code == 303
    assert lost.get("/me").status_code == 303
    assert mine.get("/me").status_code == 200


def test_language_and_theme_are_kept(entered: Site) -> None:
    browser = entered.as_("an")

    browser.post("/me/language", {"locale": "en", "back": "/me"})
    browser.post("/me/theme", {"theme": "dark", "back": "//evil.example"})

    page = browser.get("/me").text
    assert "Sign out everywhere" in page
    assert 'data-theme="dark"' in page
    assert "Sign out everywhere" in entered.as_("an").get("/me").text, "the account remembers its language"


def _said(page: str) -> str:
    found = re.search(r'<div class="wrong".*?</div>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found.group())
