"""What an auditor reads: numbers and kinds, never a person."""

from datetime import date

import pytest
from sqlalchemy import event

from rules.time import local_date
from tests.workflow.officials import appoint
from workflow.actions.record_export import EXPORTS_A_DAY, record_export
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import NotFound, TooManyExports
from workflow.ledger.seals import seal_unit
from workflow.queries.ledger_list import audit_traces, ledger_lines, sealed_so_far


def test_the_ledger_is_told_as_numbers_and_kinds(given):
    door, (one, two) = given.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Thị Hai", "activated")])
    given.go_to("2025-05-16 09:00")
    given.visit("an", door, Finding("took_part", one))
    given.visit("an", door, Finding("not_taking_part", two))
    auditor = given.actor(appoint(given, "auditor"))

    with given.store.read() as session:
        lines = ledger_lines(session, auditor)
        older = ledger_lines(session, auditor, until=lines[1].ledger_no, limit=2)

    assert [line.ledger_no for line in lines] == list(range(len(given.events()), 0, -1))
    assert [line.ledger_no for line in older] == [lines[1].ledger_no, lines[2].ledger_no]
    told = [(line.kind, line.cause, line.campaign) for line in lines]
    assert told[:2] == told[2:4]  # both visits read alike
    assert not {"case_id", "door_id", "state", "move", "data", "actor_id"} & set(lines[0]._fields)


def test_exports_are_counted_by_account_and_day_and_leave_a_trace(given):
    given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")
    auditor = given.actor(appoint(given, "auditor"))

    def export(login="hai"):
        return given.command(
            login, lambda b, c, a: record_export(b, a, what="roster_rejects", rows=3, serial="s1", sha256="00")
        )

    left = [export()["left"] for _ in range(EXPORTS_A_DAY)]
    with pytest.raises(TooManyExports, match="5 tệp"):
        export()
    assert left == [4, 3, 2, 1, 0]
    assert export("khanh")["left"] == 4  # each account by itself
    given.go_to("2025-05-17 00:00")
    assert export()["left"] == 4

    with given.store.read() as session:
        traces = audit_traces(session, auditor)
        older = audit_traces(session, auditor, before=traces[0].at)
    assert len(traces) == EXPORTS_A_DAY + 2
    assert len(older) == len(traces) - 1
    assert (traces[0].kind, traces[0].who) == ("export", "Đỗ Văn Hải")
    assert traces[0].data == {"what": "roster_rejects", "rows": 3, "serial": "s1", "sha256": "00"}


def test_how_far_the_ledger_is_sealed(given):
    auditor = given.actor(appoint(given, "auditor"))
    given.household(["Nguyễn Văn Một"])
    with given.store.read() as session:
        assert sealed_so_far(session, auditor).seal_no is None
    with given.store.write() as session:
        seal_unit(session, given.unit_id, now=given.clock.now())
    sealed_to = len(given.events())
    given.household(["Nguyễn Văn Hai"], lane="Ngõ 2")

    with given.store.read() as session:
        sealed = sealed_so_far(session, auditor)

    assert (sealed.seal_no, sealed.last_no, sealed.ledger_no) == (1, sealed_to, len(given.events()))
    assert sealed.unsealed == sealed.ledger_no - sealed_to > 0


@pytest.mark.parametrize("login", ["an", "hai", "khanh"])
def test_nobody_else_reads_it(given, login):
    with given.store.read() as session:
        for read in (ledger_lines, audit_traces, sealed_so_far):
            with pytest.raises(NotFound):
                read(session, given.actor(login))


def test_an_auditor_of_another_unit_reads_their_own(worlds):
    here, there = worlds(), worlds()
    here.household(["Nguyễn Văn Một"])
    auditor = there.actor(appoint(there, "auditor"))

    with there.store.read() as session:
        assert ledger_lines(session, auditor) == []


def test_a_line_says_who_recorded_it_in_which_post_and_for_which_team(given):
    door, (one, two) = given.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Thị Hai", "activated")])
    given.go_to("2025-05-16 09:00")
    first = given.visit("an", door, Finding("took_part", one))
    given.visit("an", door, Finding("not_taking_part", two))
    given.command("an", lambda b, c, a: void_event(b, c, a, first["ledger_no"], reason="bấm nhầm người"))
    auditor = given.actor(appoint(given, "auditor"))

    with given.store.read() as session:
        lines = ledger_lines(session, auditor)

    visits = [line for line in lines if line.kind == "visit"]
    assert len(visits) == 2
    assert visits[0]._replace(ledger_no=0, happened_at=0, recorded_at=0) == visits[1]._replace(
        ledger_no=0, happened_at=0, recorded_at=0
    )
    assert visits[0].who == given.actor("an").name
    assert visits[0].posts
    assert visits[0].team
    assert {line.reason for line in lines if line.kind == "void"} == {"bấm nhầm người"}
    assert {line.reason for line in lines if line.kind != "void"} == {None}


def test_lines_of_one_kind_or_of_one_day(given):
    given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")
    given.household(["Nguyễn Văn Hai"], lane="Ngõ 2")
    auditor = given.actor(appoint(given, "auditor"))

    with given.store.read() as session:
        every = ledger_lines(session, auditor)
        today = ledger_lines(session, auditor, day=date(2025, 5, 16))
        entered = ledger_lines(session, auditor, kind="enter")
        none = ledger_lines(session, auditor, kind="visit", day=date(2025, 5, 17))

    assert 0 < len(today) < len(every)
    assert {local_date(line.recorded_at) for line in today} == {date(2025, 5, 16)}
    assert {line.kind for line in entered} == {"enter"}
    assert none == []


def test_a_page_of_lines_costs_the_same_reads_however_long_it_is(given):
    for number in range(12):
        given.household(["Trần Văn Thêm"], lane=f"Ngõ {number}")
    auditor = given.actor(appoint(given, "auditor"))

    counts = []
    for limit in (2, 20):
        with given.store.read() as session:
            engine, asked = session.get_bind(), []
            listen = lambda *told, asked=asked: asked.append(told[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", listen)
            try:
                ledger_lines(session, auditor, limit=limit)
            finally:
                event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 3
