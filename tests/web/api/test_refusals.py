"""How the API refuses: always as a problem, never telling what is out of reach, in the account's language."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from tests.web.api.conftest import ABSENT, Town
from tests.web.api.program import Program, problem
from tests.web.site import Site
from workflow.tables import Account, Visit

HAPPENED = "2025-05-16T08:50:00+07:00"
NOBODY_HOME = {"happened_at": HAPPENED, "findings": [{"outcome": "nobody_home"}]}


BODIES: tuple[dict[str, Any], ...] = (
    {"json": {}},
    {"json": {"surplus": 1}},
    {"data": "no json", "content_type": "text/plain"},
)


def foreign_and_absent(town: Town) -> list[tuple[str, str, str, str]]:
    """Who asks with which method for what is foreign, and the same for what is absent."""
    foreign, absent = str(town.foreign), str(ABSENT)
    return [
        ("binh", "GET", f"doors/{foreign}", f"doors/{absent}"),
        ("binh", "POST", f"doors/{foreign}/visits", f"doors/{absent}/visits"),
        ("binh", "POST", f"doors/{foreign}/hand-back", f"doors/{absent}/hand-back"),
        ("an", "POST", f"doors/{foreign}/people", f"doors/{absent}/people"),
    ]


def test_foreign_reads_like_absent_whatever_was_sent(town: Town) -> None:
    town.world.visit("em", town.foreign, "nobody_home")
    [row] = town.world.rows(Visit)
    rows = [*foreign_and_absent(town), ("binh", "POST", f"events/{row.ledger_no}/void", "events/999999999/void")]
    programs = {login: Program(town, login) for login in ("an", "binh", "em")}

    for login, method, foreign, absent in rows:
        for sent in BODIES:
            headers = {"X-CSRF-Token": programs[login].token} if method == "POST" else {}
            more = sent if method == "POST" else {}
            answers = [
                programs[login].client.open(programs[login].path(path), method=method, headers=headers, **more)
                for path in (foreign, absent)
            ]
            problem(answers[0], 404, "not_found")
            assert answers[0].data == answers[1].data
            assert dict(answers[0].headers) == dict(answers[1].headers)
    problem(programs["em"].post(f"events/{row.ledger_no}/void", {"surplus": 1}), 422, "invalid")


@pytest.mark.parametrize("path", ["queue", "teams", "exits", "figures/report"])
def test_a_wrong_role_reads_like_nothing_there(town: Town, path: str) -> None:
    answers = {login: Program(town, login).get(path) for login in ("binh", "hai")}
    refused = [answer for answer in answers.values() if answer.status_code == 404]
    nothing = Program(town, "binh").get("no/such/thing")

    assert len(refused) == 1
    assert refused[0].data == nothing.data


def test_whoever_is_not_signed_in_gets_a_problem_and_no_page(town: Town) -> None:
    stranger = Program(town, None)
    for answer in (
        stranger.get("/api/v1/me"),
        stranger.get("queue"),
        stranger.get(f"doors/{ABSENT}"),
        stranger.post(f"doors/{town.door}/visits", NOBODY_HOME),
        stranger.get("/api/v1/no-unit/none/queue"),
    ):
        problem(answer, 401, "not_signed_in")


def test_a_unit_without_a_place_reads_like_one_that_is_not_there(town: Town) -> None:
    town.new_account("nobody")
    nobody = Program(town, "nobody")

    foreign, absent = nobody.get(f"/api/v1/{town.world.code}"), nobody.get("/api/v1/khong-co")

    problem(foreign, 404, "not_found")
    assert foreign.data == absent.data
    assert nobody.get("/api/v1/me").json["units"] == []


def test_a_first_password_has_to_be_changed_before_anything(town: Town) -> None:
    binh = Program(town, "binh")
    with town.world.store.write() as session:
        session.execute(update(Account).where(Account.login == "binh").values(must_change_password=True))
    try:
        problem(binh.get("queue"), 403, "must_change_password")
    finally:
        with town.world.store.write() as session:
            session.execute(update(Account).where(Account.login == "binh").values(must_change_password=False))


def test_a_method_that_is_not_there_names_those_that_are(town: Town) -> None:
    binh = Program(town, "binh")
    for method, path, allowed in (
        ("DELETE", "/api/v1/me", "GET, HEAD, OPTIONS"),
        ("GET", f"doors/{town.door}/visits", "OPTIONS, POST"),
        ("PUT", f"doors/{ABSENT}", "GET, HEAD, OPTIONS"),
    ):
        answer = binh.client.open(binh.path(path), method=method)
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == allowed


def test_a_change_needs_token_key_and_json_in_this_order(town: Town) -> None:
    binh = Program(town, "binh")
    path = f"doors/{town.door}/visits"

    problem(binh.post(path, NOBODY_HOME, headers={"X-CSRF-Token": ""}), 400, "not_from_here")
    problem(binh.post(path, NOBODY_HOME, headers={"X-CSRF-Token": "made-up"}), 400, "not_from_here")
    problem(binh.post(path, NOBODY_HOME, headers={"X-CSRF-Token": Program(town, "an").token}), 400, "not_from_here")
    problem(binh.post(path, NOBODY_HOME, key=""), 400, "no_key")
    problem(binh.post(path, NOBODY_HOME, key="001123456789"), 422, "bad_input")
    problem(binh.post(path, data=json.dumps(NOBODY_HOME), content_type="text/plain"), 415, "not_json")
    problem(binh.post(path, data="{", content_type="application/json"), 400, "unreadable")
    problem(binh.post(path, data='{"happened_at": NaN}', content_type="application/json"), 400, "unreadable")
    problem(binh.post(path, data="[" * 100_000, content_type="application/json"), 400, "unreadable")
    problem(binh.post(path, data=f'{{"n": {"9" * 5000}}}', content_type="application/json"), 400, "unreadable")
    problem(binh.post(path, data=" " * (1024 * 1024 + 1), content_type="application/json"), 413, "too_large")
    assert town.world.rows(Visit) == []
    assert binh.post(path, NOBODY_HOME).status_code == 201


def test_every_wrong_field_is_named(town: Town) -> None:
    sent = {
        "happened_at": "2025-05-16T08:50",
        "mode": "letter",
        "surplus": 1,
        "findings": [{"outcome": 7, "case": "nobody", "state_version": "3"}, {"evidence": "\ud800"}, None],
    }

    told = problem(Program(town, "binh").post(f"doors/{town.door}/visits", sent), 422, "invalid")

    errors = {error["path"]: error["message"] for error in told["errors"]}
    assert set(errors) == {
        "/happened_at", "/mode", "/surplus", "/findings/0/outcome", "/findings/0/case", "/findings/0/state_version",
        "/findings/1/outcome", "/findings/1/evidence", "/findings/2",
    }  # fmt: skip
    assert errors["/surplus"] == "không có trường này; bỏ đi"
    assert errors["/mode"] == "chọn một trong: door, phone, support_point"
    query = problem(Program(town, "binh").get("queue?after=x&surplus=1"), 422, "invalid")
    assert {error["path"] for error in query["errors"]} == {"?after", "?surplus"}


def test_refusals_speak_the_language_of_the_account(town: Town) -> None:
    binh = Program(town, "binh")
    with town.world.store.write() as session:
        session.execute(update(Account).where(Account.login == "binh").values(locale="en"))
    try:
        told = problem(binh.post(f"doors/{town.door}/visits", {"surplus": 1}), 422, "invalid")
        assert told["title"] == "Content not right"
        assert {"path": "/surplus", "message": "there is no such field; leave it out"} in told["errors"]
        assert problem(binh.get("doors/x"), 404, "not_found")["detail"].startswith("Not found")
    finally:
        with town.world.store.write() as session:
            session.execute(update(Account).where(Account.login == "binh").values(locale="vi"))


def test_a_fault_is_a_problem_without_its_inside(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_args: Any, **_values: Any) -> None:
        raise KeyError("inside")

    monkeypatch.setattr("web.api.queue.queue_of", break_down)

    told = problem(Program(town, "binh").get("queue"), 500, "broken")

    assert "inside" not in json.dumps(told)


def test_answers_are_kept_nowhere_and_pages_stay_pages(site: Site) -> None:
    answer = site.as_("an").get("/api/v1/me")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    page = site.as_("an").get("/nowhere/at/all")
    assert (page.status_code, page.mimetype) == (404, "text/html")
