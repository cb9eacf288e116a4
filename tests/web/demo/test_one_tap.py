"""The page of a demonstration on which one tap signs in as somebody, on a database in which everybody is made up."""

import re
from pathlib import Path

import pytest

from tests.databases import new_database
from tests.web.site import Site
from tests.workflow.conftest import KINDS
from tests.workflow.world import new_world
from workflow.queries.who_is_who import players


@pytest.mark.parametrize("kind", KINDS)
def test_a_seat_of_ones_own_choice_else_the_first(kind: str, tmp_path: Path) -> None:
    world = new_world(new_database(kind, tmp_path, "demonstration"))
    with world.store.read() as session:
        first = {each.role: each.scope for each in players(session, now=world.clock.now())}
        chosen = players(session, now=world.clock.now(), seats={(world.code, "team_leader"): "T2"})

    assert first["team_leader"] == "T1"
    assert {each.role: each.scope for each in chosen} == first | {"team_leader": "T2"}
    world.store.dispose()


@pytest.mark.parametrize("kind", KINDS)
def test_one_tap_and_another_is_somebody_else(kind: str, tmp_path: Path) -> None:
    site = Site(new_world(new_database(kind, tmp_path, "demonstration")), tmp_path)
    browser, world = site.stranger(), site.world
    shown = browser.client.get("/demo").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    labels = re.findall(r'aria-label="(Vào vai[^"]*)"', shown)
    assert {"Vào vai Trưởng ban chỉ đạo", "Vào vai Tổ trưởng tổ công tác T1"} <= set(labels)
    assert [label for label in labels if label != label.strip()] == []

    for login, name in (("an", "Nguyễn Văn An"), ("khanh", "Ngô Thị Khánh")):
        tapped = browser.client.post(f"/demo/{world.account(login)}", data={"csrf_token": token[1]})
        assert (tapped.status_code, tapped.location) == (303, f"/{world.code}/")
        assert name in browser.client.get("/me").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.client.get("/demo").text)
        assert token is not None
    world.store.dispose()
