"""The first web visit to a new installation: a code from the terminal, one password, and nothing before there is a unit."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rules.time import at
from tests.databases import new_database
from tests.web.offices import OfficeSite
from tests.web.site import Site
from tests.workflow.conftest import KINDS
from tests.workflow.signing.office import PASSWORD, Office
from tests.workflow.world import World
from web.serve import tell
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.signing.first_account import first_visit_code
from workflow.store import Store
from workflow.tables import Base

CODE = re.compile(r"/start và nhập mã ([A-Z0-9-]{14})")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of its own: nobody has a password in it."""
    store = Store(new_database(request.param, tmp_path, "first"))
    Base.metadata.create_all(store.writer)
    yield store
    store.dispose()


@pytest.fixture
def place(store: Store, tmp_path: Path) -> OfficeSite:
    """A unit that was set up a minute ago."""
    return OfficeSite(Office(store), tmp_path)


def typed(place: OfficeSite, right: str, **otherwise: str) -> dict[str, str]:
    """What somebody types."""
    login = place.office.login("admin")
    return {"code": right, "login": login, "new_password": PASSWORD, "again": PASSWORD} | otherwise


def test_every_way_leads_to_the_first_visit_and_the_code_in_the_terminal_sets_the_password(
    place: OfficeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor = place.stranger()
    tell(place.site.app, place.site.app.extensions["ground"], "http://127.0.0.1:8016/")
    code = CODE.findall(capsys.readouterr().out)[0]
    assert visitor.get("/login").location == "/start"
    assert place.office.code not in visitor.get("/start").text

    done = visitor.post("/start", typed(place, code.lower()))

    assert (done.status_code, done.location) == (303, "/login")
    assert "Đã đặt mật khẩu" in visitor.get("/login").text
    entered = visitor.post("/login", {"login": place.office.login("admin"), "password": PASSWORD})
    assert (entered.status_code, entered.location) == (303, "/")
    assert place.stranger().get("/start").status_code == 404
    assert place.stranger().post("/start", typed(place, code)).status_code == 404


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"code": "AAAA-BBBB-CCCC"}, "không đúng; xem lại mã ở cửa sổ"),
        ({"code": ""}, "chưa ghi"),
        ({"login": "khong-co-ai"}, "không phải người quản trị của đơn vị nào"),
        ({"new_password": "ngắn", "again": "ngắn"}, "mới có 4 ký tự"),
        ({"again": "khác hẳn lần trên"}, "không giống lần ghi trên"),
    ],
    ids=["wrong code", "no code", "unknown login", "short", "not alike"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    place: OfficeSite, tmp_path: Path, otherwise: dict[str, str], said: str
) -> None:
    visitor, code = place.stranger(), first_visit_code(tmp_path)

    refused = visitor.post("/start", typed(place, code, **otherwise))

    assert refused.status_code == 422
    assert said in refused.text
    assert f'value="{typed(place, code, **otherwise)["login"]}"' in refused.text
    assert PASSWORD not in refused.text
    assert visitor.post("/start", typed(place, code)).status_code == 303


def test_where_no_unit_is_set_up_yet_page_and_terminal_say_how(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere: Any = SimpleNamespace(store=store, clock=FixedClock(at("2025-05-14 08:00")), ids=IdSource(seed=1))
    visitor = Site(cast(World, nowhere), tmp_path).stranger()

    page = visitor.get("/start")
    tell(visitor.site.app, visitor.site.app.extensions["ground"], "http://127.0.0.1:8016/")

    assert "tungnha init --sample" in capsys.readouterr().out
    assert visitor.get("/login").location == "/start"
    assert page.status_code == 200
    assert "tungnha init" in page.text
    assert "<form" not in page.text.split("<main")[1]
