"""Addresses that are kept are the addresses that the router makes."""

import uuid

import pytest
from flask import Flask, url_for

from tests.web.site import Site
from web import links
from web.here import open_here
from web.links import link


@pytest.fixture
def app(site: Site, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(links, "_kinds", type(links._kinds)())
    return site.app


def _at(app: Flask, unit: str = "xa", campaign: str = "dot"):
    context = app.test_request_context("/")
    context.push()
    open_here(app, {"unit": unit, "campaign": campaign})
    return context


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("queue.mine", {}),
        ("queue.mine", {"show": "later", "area": "Tổ 1 & 2", "open": uuid.UUID(int=7), "_anchor": "now"}),
        ("queue.mine", {"show": None, "area": None}),
        ("door.show", {"door_id": uuid.UUID(int=8)}),
        ("door.promise", {"door_id": uuid.UUID(int=8), "case_id": uuid.UUID(int=9), "state_version": 3, "next": uuid.UUID(int=8)}),
        ("door.undo_now", {"door_id": uuid.UUID(int=8), "number": 12}),
        ("me.index", {}),
    ],
)  # fmt: skip
def test_a_kept_address_is_the_routers_the_first_and_every_other_time(app, endpoint, values):
    context = _at(app)
    try:
        from web.here import arrived

        whole = {"unit": "xa", "campaign": "dot"} if endpoint != "me.index" else {}
        wanted = url_for(endpoint, **whole, **values)
        assert arrived().unit_code == "xa"
        assert [link(endpoint, **whole, **values) for _ in range(3)] == [wanted] * 3
    finally:
        context.pop()


def test_what_differs_in_an_id_shares_a_kind_and_what_differs_in_a_text_does_not(app):
    context = _at(app)
    try:
        for number in range(5):
            assert str(uuid.UUID(int=number)) in link(
                "door.show", unit="xa", campaign="dot", door_id=uuid.UUID(int=number)
            )
        assert len(links._kinds) == 1
        assert link("queue.mine", unit="xa", campaign="dot", after=1).endswith("after=1")
        assert link("queue.mine", unit="xa", campaign="dot", after="1").endswith("after=1")
        assert link("queue.mine", unit="xa", campaign="dot", after=True).endswith("after=True")
        assert len(links._kinds) == 4
    finally:
        context.pop()


def test_no_more_kinds_are_kept_than_fit(app, monkeypatch):
    monkeypatch.setattr(links, "MOST", 3)
    context = _at(app)
    try:
        for number in range(9):
            link("queue.mine", unit="xa", campaign="dot", area=f"T{number}")
        assert len(links._kinds) == 3
    finally:
        context.pop()
