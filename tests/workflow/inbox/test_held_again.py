"""A visit that is taken back does not switch a ladder off: whoever was silent is silent again, where the ladder would have been."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, insert

from rules.time import HOUR, MINUTE, at, show
from tests.workflow.gateway.test_voids import void
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, TOP, Silent
from tests.workflow.inbox.test_settling import page, settle
from workflow.actions.add_door import DoorInput
from workflow.actions.move_household import move_household, move_person
from workflow.actions.record_visit import Finding
from workflow.gateway.batch import move_staged
from workflow.queries.waiting import waiting_list
from workflow.tables import Area, Case, Escalation, EscalationStep, Event, Staged
from workflow.vault import Vault

MISSED = "promised-missed"


def called(silent: Silent, number: int) -> list[tuple[str, str]]:
    """Return when which post was called about a silent person."""
    steps = silent.world.rows(EscalationStep, EscalationStep.rule_id == RULE)
    mine = [step for step in steps if step.subject_id == silent.cases[number]]
    return [(show(step.due_at), step.to_post) for step in sorted(mine, key=lambda step: step.level)]


def one(silent: Silent, number: int) -> Escalation:
    """Return somebody's episode of silence, of which there is one."""
    found = silent.world.rows(Escalation, Escalation.rule_id == RULE, Escalation.subject_id == silent.cases[number])
    [episode] = found
    return episode


def by_mistake(silent: Silent, moment: str, outcome: str = "needs_help", number: int = 0) -> int:
    """Record a visit at the wrong door; return its number in the ledger."""
    silent.world.go_to(moment)
    door, login = silent.world.case(silent.cases[number]).door_id, "dung" if number == 3 else "an"
    return int(silent.world.visit(login, door, Finding(outcome, silent.cases[number], evidence="giấy"))["ledger_no"])


def taken_back(silent: Silent, moment: str, number: int) -> None:
    silent.world.go_to(moment)
    void(silent.world, "hai", number)


def told(silent: Silent, number: int) -> list[str]:
    """Return in which order somebody's episode was closed and opened again."""
    events = silent.world.events(Event.kind == "escalate", Event.about_id == one(silent, number).id)
    return [name for row in events for name in ("closed", "reopened") if name in row.data]


@pytest.mark.parametrize(
    "ticks",
    [
        (NOTICED, "2025-05-17 08:11", "2025-05-17 08:15", "2025-05-18 00:00", "2025-05-19 00:00", TOP),
        (NOTICED, TOP),
        (CLIMBED, TOP),
        (TOP,),
    ],
    ids=["in time", "stopped", "late", "once"],
)
@pytest.mark.parametrize("outcome", ["needs_help", "activated_now", "not_met"])
def test_a_visit_by_mistake_leaves_the_ladder_as_if_it_had_never_been(
    silent: Silent, ticks: tuple[str, ...], outcome: str
) -> None:
    silent.at(NOTICED)  # what the door's own command would settle first
    for moment in sorted({*ticks, "2025-05-17 08:10", "2025-05-17 08:12"}):
        if moment == "2025-05-17 08:10":
            number = by_mistake(silent, moment, outcome)
        elif moment == "2025-05-17 08:12":
            taken_back(silent, moment, number)
        if moment in ticks:
            silent.at(moment)

    levels = [("2025-05-17 00:00", "team_leader"), ("2025-05-18 00:00", "duty_leader"), ("2025-05-19 00:00", "chair")]
    assert called(silent, 0) == called(silent, 1) == called(silent, 2) == levels
    assert (one(silent, 0).is_open, one(silent, 1).is_open) == (True, True)
    assert silent.findings() == []


def test_it_is_in_every_list_again_at_once(silent: Silent) -> None:
    silent.at(NOTICED)
    stood = [row.n for row in silent.groups("an")], silent.opened("an")[1], waits(silent)
    number = by_mistake(silent, "2025-05-17 08:10")
    assert silent.opened("an")[1] == stood[1] - 2

    taken_back(silent, "2025-05-17 08:12", number)

    assert ([row.n for row in silent.groups("an")], silent.opened("an")[1], waits(silent)) == stood
    assert silent.told("an", 0).is_open
    assert silent.told("an", 0).opened_again_at == silent.world.clock.now()
    assert silent.told("an", 2).opened_again_at is None
    assert silent.told("an", 0).may == silent.told("an", 2).may
    assert told(silent, 0) == told(silent, 1) == ["closed", "reopened"]
    assert silent.findings() == []


def waits(silent: Silent) -> int:
    """Return how many reminders wait for the leader of the first team: what a badge counts."""
    return int(silent.read("an", waiting_list).counts["reminder"].waiting)


def test_who_decides_a_page_at_once_decides_nothing_that_came_back_since(silent: Silent) -> None:
    silent.at(NOTICED)
    number = by_mistake(silent, "2025-05-17 08:10")
    silent.world.go_to("2025-05-17 08:15")
    shown = page(silent, "an")
    taken_back(silent, "2025-05-17 08:20", number)
    silent.world.go_to("2025-05-17 08:21")

    done = settle(silent, "an", shown)

    assert (done["decided"], done["new"]) == (shown.reminders, 2)
    assert [one(silent, number).is_open for number in (0, 1, 2)] == [True, True, False]


def test_what_would_have_been_called_meanwhile_is_called_at_once(silent: Silent) -> None:
    silent.at(NOTICED)
    number = by_mistake(silent, "2025-05-17 08:10")
    taken_back(silent, "2025-05-18 09:00", number)
    silent.at("2025-05-18 12:00")

    assert called(silent, 0) == [("2025-05-17 00:00", "team_leader"), ("2025-05-18 09:00", "duty_leader")]
    silent.at("2025-05-19 12:00")
    assert called(silent, 0)[2:] == [("2025-05-19 09:00", "chair")]
    assert silent.findings() == []


def test_what_a_visit_opened_by_mistake_goes_with_it(silent: Silent) -> None:
    """Two days after the mistake the people are silent anew; without it they have been silent all the time."""
    silent.at(NOTICED)
    number = by_mistake(silent, "2025-05-17 08:10", "not_met")
    silent.world.visit("hai", silent.doors[1], Finding("needs_help", silent.cases[2]))
    again = by_mistake(silent, "2025-05-17 08:20", number=1)
    silent.at("2025-05-19 09:00")
    rows = silent.world.rows(Escalation, Escalation.rule_id == RULE, Escalation.subject_id == silent.cases[1])
    assert [(show(row.anchor), row.is_open) for row in sorted(rows, key=lambda row: row.anchor)] == [
        ("2025-05-14 08:00", False), ("2025-05-17 08:20", True),
    ]  # fmt: skip

    taken_back(silent, "2025-05-19 09:10", again)
    taken_back(silent, "2025-05-19 09:11", number)

    rows = silent.world.rows(Escalation, Escalation.rule_id == RULE, Escalation.subject_id == silent.cases[1])
    assert [(show(row.anchor), row.is_open) for row in sorted(rows, key=lambda row: row.anchor)] == [
        ("2025-05-14 08:00", True), ("2025-05-17 08:20", False),
    ]  # fmt: skip
    assert silent.findings() == []


def test_what_somebody_decided_stays_closed(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "decided", reason="gia đình đi vắng cả tháng")
    number = by_mistake(silent, "2025-05-17 08:10")
    taken_back(silent, "2025-05-17 08:12", number)
    silent.at(TOP)

    assert (one(silent, 0).is_open, one(silent, 0).closed_because) == (False, "decided")
    assert [post for _, post in called(silent, 0)] == ["team_leader"]
    assert [post for _, post in called(silent, 1)] == ["team_leader", "duty_leader", "chair"]
    assert silent.findings() == []


def test_time_that_was_granted_holds(silent: Silent) -> None:
    silent.at(NOTICED)
    until = at("2025-05-18 17:00")
    silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=until)
    number = by_mistake(silent, "2025-05-17 08:10")
    taken_back(silent, "2025-05-18 08:12", number)
    assert (one(silent, 0).next_action_at, one(silent, 0).answer_by) == (until, until)
    silent.at("2025-05-19 18:00")

    assert called(silent, 0)[1:] == [("2025-05-18 17:00", "duty_leader"), ("2025-05-19 17:00", "chair")]
    assert silent.findings() == []


def test_a_level_that_was_called_early_changes_no_later_one(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "raised")
    number = by_mistake(silent, "2025-05-17 08:10")
    taken_back(silent, "2025-05-17 08:40", number)
    silent.at(TOP)

    assert called(silent, 0)[1:] == [("2025-05-17 08:00", "duty_leader"), ("2025-05-19 00:00", "chair")]
    assert silent.findings() == []


def test_who_had_it_has_it_again(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("khanh", silent.ids(0), "taken_over", reason="tôi gọi trực tiếp")
    silent.answer("an", silent.ids(1), "handed_on", to=silent.world.actor("binh").membership_id)
    stood = [silent.told("hai", number).with_whom for number in (0, 1)], one(silent, 1).given_to
    number = by_mistake(silent, "2025-05-17 08:10")
    taken_back(silent, "2025-05-17 08:40", number)

    assert ([silent.told("hai", number).with_whom for number in (0, 1)], one(silent, 1).given_to) == stood
    assert one(silent, 0).is_open
    assert one(silent, 1).is_open
    assert silent.findings() == []


def test_a_person_taken_to_another_household_and_back(silent: Silent) -> None:
    """Attempts and contact are those of the household: behind another door the silence is another one."""
    silent.at(NOTICED)
    move(silent, "2025-05-17 08:10", silent.doors[3])
    assert not one(silent, 0).is_open

    move(silent, "2025-05-17 08:20", silent.doors[0])

    assert one(silent, 0).is_open
    silent.at(TOP)
    assert called(silent, 0) == called(silent, 1)
    assert silent.findings() == []


def move(silent: Silent, moment: str, door: Any) -> None:
    silent.world.go_to(moment)
    subject = silent.world.rows(Case, Case.id == silent.cases[0])[0].subject_id
    silent.world.command("hai", lambda b, c, a: move_person(b, c, a, subject, door, reason="ghi nhầm hộ"))


def test_it_lies_where_its_case_lies_now(silent: Silent, tmp_path: Path) -> None:
    silent.at(NOTICED)
    number = by_mistake(silent, "2025-05-17 08:10", number=3)
    assert silent.opened("dung", "A2")[1] == 0
    area = next(area.id for area in silent.world.rows(Area) if area.code == "A1")
    vault, to = Vault.create(tmp_path / "vault.json"), DoorInput(area, "Lê Thị Bốn", "Ngõ 2", "9")
    silent.world.go_to("2025-05-17 08:20")
    silent.world.command(
        "hai", lambda b, c, a: move_household(b, c, a, vault, silent.doors[2], to, reason="chuyển nhà")
    )
    assert silent.opened("an")[1] == 3

    taken_back(silent, "2025-05-17 08:30", number)

    assert (silent.opened("an")[1], silent.opened("dung", "A2")[1]) == (4, 0)
    silent.at(CLIMBED)
    assert silent.opened("giang")[1] == 4
    assert silent.findings() == []


@pytest.mark.parametrize("cause", ["roster", "rule"])
def test_a_batch_that_moves_somebody_away_and_back(silent: Silent, cause: str) -> None:
    """People were met on the 15th; what a list says of the 14th ends their silence, and begins it again, of the same instant."""
    silent.world.go_to("2025-05-15 09:00")
    silent.world.visit("an", silent.doors[1], Finding("needs_help", silent.cases[2]))
    silent.at("2025-05-17 10:00")
    assert show(one(silent, 2).anchor) == "2025-05-15 09:00"
    for moment, move_, happened in (
        ("2025-05-17 11:00", "mark_army", "2025-05-14 12:00"), ("2025-05-17 12:00", "resume_registered", "2025-05-14 13:00"),
    ):  # fmt: skip
        silent.world.go_to(moment)
        in_batch(silent, [silent.cases[2]], move_, at(happened), cause)
        assert one(silent, 2).is_open == (move_ == "resume_registered")

    silent.at("2025-05-18 10:00")
    assert called(silent, 2) == [("2025-05-17 09:00", "team_leader"), ("2025-05-18 09:00", "duty_leader")]
    assert [told for told in silent.findings() if "mark_army" not in told and "resume_registered" not in told] == []


def in_batch(silent: Silent, cases: list[Any], move_: str, happened: int, cause: str) -> None:
    with silent.world.book() as (book, context):
        batch = book.new_id()
        rows = [
            {"unit_id": book.unit_id, "batch_id": batch, "position": n, "subject_id": case, "move": move_, "happened_at": happened}
            for n, case in enumerate(cases)
        ]  # fmt: skip
        book.session.execute(insert(Staged), rows)
        assert move_staged(book, context, batch, by="roster", cause=cause) == {"moved": len(cases)}
        book.session.execute(delete(Staged).where(Staged.unit_id == book.unit_id))


def test_a_promise_typed_late_that_was_missed_already_is_missed_again(silent: Silent) -> None:
    """A sheet of the morning is typed after the evening's: its promise is the last word, and was missed before."""
    door, case = silent.doors[1], silent.cases[2]
    silent.world.go_to("2025-05-16 09:30")
    promised = at("2025-05-16 12:00")
    silent.world.visit("an", door, Finding("promised", case, promised_at=promised))
    silent.at("2025-05-16 16:00")
    [missed] = silent.world.rows(Escalation, Escalation.rule_id == MISSED)
    assert missed.is_open
    silent.world.go_to("2025-05-16 17:00")
    silent.world.visit("an", door, Finding("promised", case, promised_at=promised + 24 * HOUR))
    assert not silent.world.rows(Escalation, Escalation.rule_id == MISSED)[0].is_open

    silent.world.go_to("2025-05-16 18:00")
    silent.world.visit("an", door, Finding("promised", case, promised_at=promised), happened="2025-05-16 10:00")

    [missed] = silent.world.rows(Escalation, Escalation.rule_id == MISSED)
    assert missed.is_open
    assert silent.findings() == []


def test_time_to_answer_that_ran_out_meanwhile_is_given_anew_and_no_other(silent: Silent) -> None:
    silent.at("2025-05-19 08:00")  # the chair has them, until the end of this day
    assert show(one(silent, 0).answer_by) == "2025-05-20 00:00"
    number = by_mistake(silent, "2025-05-19 20:00")
    taken_back(silent, "2025-05-19 21:00", number)
    assert show(one(silent, 0).answer_by) == "2025-05-20 00:00"
    number = by_mistake(silent, "2025-05-19 22:00")
    taken_back(silent, "2025-05-20 09:00", number)
    assert show(one(silent, 0).answer_by) == "2025-05-21 00:00"
    assert [line.due for line in silent.opened("khanh")[0]].count("today") == 2

    number = by_mistake(silent, "2025-05-21 09:00")  # they did not answer: nobody gets time by a tap
    taken_back(silent, "2025-05-21 09:05", number)

    assert show(one(silent, 0).answer_by) == "2025-05-21 00:00"
    assert silent.findings() == []


def statements(silent: Silent, work: Any) -> int:
    seen: list[str] = []
    note = lambda *told: seen.append(told[2])  # noqa: E731
    event.listen(silent.world.store.writer, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(silent.world.store.writer, "before_cursor_execute", note)
    return len(seen)


def test_a_visit_costs_no_statement_more_where_something_was_resolved(silent: Silent) -> None:
    silent.at(NOTICED)
    costs = []
    for moment, number in (("2025-05-17 08:10", 0), ("2025-05-17 08:20", 0), ("2025-05-17 08:30", 0)):
        silent.world.clock.move_to(at(moment) - MINUTE)
        costs.append(statements(silent, lambda m=moment, n=number: by_mistake(silent, m, "needs_help", n)))

    assert costs[1] == costs[2] < costs[0]
