"""Checks of documents, goals, units side by side and re-visits through the API: what their pages say, for whom they say it."""

from pathlib import Path

from sqlalchemy import event

from tests.web.api.program import Program, problem
from tests.web.api.test_document import INSIDE, check, document
from tests.web.site import Site
from tests.workflow.closing.test_side_by_side import PERIOD, closed, put_above
from tests.workflow.officials import appoint
from workflow.figures.target_board import target_board
from workflow.tables import Audit, Event

REPORT = Path(__file__).parents[2] / "workflow" / "checking" / "documents" / "an-lac.txt"


def statements(site: Site, read) -> int:
    """Return how many statements a read costs."""
    seen: list[str] = []
    engines = {site.world.store.reader, site.world.store.writer}

    def listen(*args):
        seen.append(args[2])

    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    try:
        assert read().status_code == 200
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", listen)
    return len([sql for sql in seen if not sql.startswith(("BEGIN", "PRAGMA", "SET"))])


def test_a_document_is_checked_and_forgotten(site: Site) -> None:
    made, hai = document(site), Program(site, "hai")
    written = len(site.world.rows(Event)), len(site.world.rows(Audit))
    told = hai.post("figures/checks/texts", {"text": REPORT.read_text("utf-8")}, key="")
    check(made, site, told, f"{INSIDE}figures/checks/texts", "post")
    assert told.json["has_errors"] is True
    found = [one for one in told.json["findings"] if one["check"] == "partition"]
    assert found[0]["repairs"][0]["proposed"] == "3.975"
    sent = hai.send("figures/checks/files", "bao-cao.txt", REPORT.read_bytes(), key="")
    check(made, site, sent, f"{INSIDE}figures/checks/files", "post")
    assert sent.json["findings"] == told.json["findings"]
    assert statements(site, lambda: hai.post("figures/checks/texts", {"text": "1. Có 5 người."}, key="")) < 6
    refused = problem(hai.post("figures/checks/texts", {"text": "không có gì"}, key=""), 422, "invalid")
    assert "Không có con số nào" in str(refused["errors"])
    problem(hai.send("figures/checks/files", "a.pdf", b"%PDF-1.4", key=""), 422, "invalid")
    problem(hai.post("figures/checks/texts", {}, key=""), 422, "invalid")
    for path in ("figures/checks/texts", "figures/checks/files"):
        problem(Program(site, "binh").post(path, {"text": "1. Có 5 người."}), 404, "not_found")
    assert written == (len(site.world.rows(Event)), len(site.world.rows(Audit)))


def test_goals_under_every_base(site: Site) -> None:
    made, hai = document(site), Program(site, "hai")
    told = hai.get("figures/targets")
    check(made, site, told, f"{INSIDE}figures/targets")
    with site.world.store.read() as session:
        goals = target_board(session, site.world.context(), as_of=site.world.clock.now())[1]
    assert [one["id"] for one in told.json["goals"]] == [one.judged.status.id for one in goals]
    assert [one["standings"] for one in told.json["goals"]] == [
        [standing.to_json() for standing in one.judged.standings] for one in goals
    ]
    assert statements(site, lambda: hai.get("figures/targets")) < 20
    problem(hai.get("figures/targets?as_of=2099-01-01T00:00:00%2B07:00"), 422, "invalid")
    for login in ("an", "binh"):
        problem(Program(site, login).get("figures/targets"), 404, "not_found")


def test_units_side_by_side(sites) -> None:
    first, second = sites(), sites()
    for site in (first, second):
        site.world.go_to("2025-05-24 17:00")
    login = appoint(first.world, "superior")
    put_above(second.world, first.world, login)
    made, above = document(first), Program(first, login)
    check(made, first, above.get("figures/units"), f"{INSIDE}figures/units")
    closed(first.world)

    told = above.get("figures/units")

    check(made, first, told, f"{INSIDE}figures/units")
    assert (told.json["period"], told.json["periods"], told.json["total"]) == (PERIOD, [PERIOD], 9000)
    assert sorted(one["has_closed"] for one in told.json["units"]) == [False, True]
    assert [one["missing_teams"] for one in told.json["units"] if one["has_closed"]] == [["Tổ công tác 6"]]
    assert statements(first, lambda: above.get("figures/units")) < 10
    problem(above.get("figures/units?period=2025-05-01"), 404, "not_found")
    for other in ("hai", "khanh", "an"):
        problem(Program(first, other).get("figures/units"), 404, "not_found")
