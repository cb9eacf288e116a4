"""Several rows decided at once: only what stood on the page, and the answer accounts for every one of it."""

from typing import Any

import pytest
from sqlalchemy import event

from rules.time import MINUTE
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent
from workflow.actions.record_visit import Finding
from workflow.actions.settle_chosen import Shown, ShownGroup, settle_chosen
from workflow.errors import BadInput
from workflow.queries.waiting import Wanted, waiting_list
from workflow.tables import Request

pytestmark = pytest.mark.slow

COUNTS = ("decided", "not_permitted", "at_top", "outside", "gone", "unsuited")


def page(silent: Silent, login: str, **wanted: Any) -> Shown:
    """Return everything on somebody's page as chosen."""
    rows = silent.read(login, waiting_list, wanted=Wanted(**wanted)).rows
    groups = tuple(ShownGroup(row.about.rule_id, row.about.group_key, row.n) for row in rows if row.kind == "reminder")
    exits = tuple(row.about.id for row in rows if row.kind == "exit")
    return Shown(silent.world.clock.now(), groups, exits, **wanted)


def settle(
    silent: Silent, login: str, shown: Shown, answer: Any = "decided", *, key: str | None = None, **values: Any
) -> dict[str, Any]:
    """Decide as somebody; the numbers of every answer add up."""
    values = {"reason": "đã giao các tổ đi lại", **values}
    work = lambda book, context, actor: settle_chosen(book, context, actor, shown, answer=answer, **values)  # noqa: E731
    told = silent.world.command(login, work, key=key, request={"answer": answer} if key else None)
    lists = sum(row[-1] for name in ("settled", "above", "changed", "refused") for row in told[name])
    assert sum(told[name] for name in COUNTS) + lists == told["chosen"]
    assert silent.findings() == []
    return told


def later(silent: Silent, by: int = MINUTE) -> None:
    """Let time pass without the clock looking."""
    silent.world.clock.instant += by


def ask_for_an_exit(silent: Silent) -> None:
    silent.world.visit("binh", silent.doors[1], Finding("died", silent.cases[2], evidence="giấy báo"))


def test_all_rows_at_once_and_a_repeat_changes_nothing(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "an")
    assert len(shown.groups) >= 2
    later(silent)

    first = settle(silent, "an", shown, key="k-1")
    again = settle(silent, "an", shown, key="k-1")

    assert first == again
    assert first["decided"] == first["chosen"] == shown.reminders > 0
    assert silent.read("an", waiting_list).counts["reminder"].waiting == 0


def test_what_others_settled_or_answered_since_is_said_by_name_and_left(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "an")
    later(silent)
    silent.answer("hai", silent.ids(0), "decided", reason="đã gặp")
    silent.answer("hai", silent.ids(1), "acknowledged")
    later(silent)

    told = settle(silent, "an", shown)

    name = silent.world.actor("hai").name
    assert (told["settled"], told["changed"]) == ([[name, 1]], [[name, 1]])
    assert told["decided"] == shown.reminders - 2
    assert silent.told("an", 1).is_open


def test_work_done_since_is_settled_by_nobody(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "an")
    later(silent)
    silent.world.visit("an", silent.doors[1], Finding("needs_help", silent.cases[2]))

    told = settle(silent, "an", shown)

    assert told["settled"] == [[None, 1]]


def test_what_came_into_a_group_since_is_left_and_counted(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "an")
    silent.at(
        "2025-05-18 10:00"
    )  # the fourth person of area 1 has been silent for 48 hours now, and ladders have climbed

    told = settle(silent, "an", shown)

    assert told["new"] >= 1
    assert (RULE, 2) in {(rule, level) for rule, level, _ in told["above"]}
    assert silent.opened("an")[1] == 4


def test_a_step_that_has_gone_up_is_its_posts_alone(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "an")
    silent.at(CLIMBED)

    told = settle(silent, "an", shown)

    assert sum(n for rule, _, n in told["above"] if rule == RULE) == 3
    above = page(silent, "giang")
    assert settle(silent, "giang", above)["decided"] == above.reminders


def test_filters_of_the_page_hold_for_the_decision(silent: Silent) -> None:
    silent.at("2025-05-18 10:00")
    every, overdue = page(silent, "hai", whole_unit=True), page(silent, "hai", whole_unit=True, due="overdue")
    assert every.reminders > overdue.reminders

    told = settle(silent, "hai", overdue)

    assert (told["decided"], told["new"]) == (overdue.reminders, 0)
    assert page(silent, "hai", whole_unit=True).reminders == every.reminders - overdue.reminders


def test_nobody_decides_the_whole_unit_but_who_coordinates(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "hai", whole_unit=True)
    told = settle(silent, "an", shown)
    assert told["decided"] == 0
    assert told["gone"] == told["chosen"]


def test_requests_are_confirmed_and_reminders_beside_them_are_not_touched(silent: Silent) -> None:
    ask_for_an_exit(silent)
    silent.at(NOTICED)
    shown = page(silent, "an")
    assert len(shown.exits) == 1

    told = settle(silent, "an", shown, "confirm")
    assert (told["decided"], told["unsuited"]) == (1, shown.reminders)
    assert {row.status for row in silent.world.rows(Request)} == {"confirmed"}
    late = settle(silent, "an", shown, "return", reason="thiếu giấy")
    assert late["settled"] == [[silent.world.actor("an").name, 1]]


def test_returning_or_deciding_needs_a_reason_and_something_that_suits(silent: Silent) -> None:
    ask_for_an_exit(silent)
    silent.at(NOTICED)
    shown, now = page(silent, "an"), silent.world.clock.now()
    for answer, chosen, reason in (
        ("decided", shown, ""),
        ("return", shown, ""),
        ("decided", Shown(now, (), shown.exits), "đã gặp"),
        ("confirm", Shown(now, shown.groups), "đã gặp"),
        ("decided", Shown(now), "đã gặp"),
    ):
        with pytest.raises(BadInput):
            settle(silent, "an", chosen, answer, reason=reason)
    assert page(silent, "an").reminders == shown.reminders


def test_a_thousand_cost_as_many_statements_as_three(silent: Silent) -> None:
    silent.at(NOTICED)
    costs = []
    for number in range(2):
        if number:
            for house in range(400):
                people = [(f"Ngô Văn {house}.{one}", "registered") for one in range(3)]
                silent.world.household(people, lane="Ngõ 8", house=str(house))
            silent.at("2025-05-19 12:00")
        shown = page(silent, "hai", whole_unit=True)
        seen: list[str] = []
        engine = silent.world.store.writer
        note = lambda *told: seen.append(told[2])  # noqa: B023, E731
        event.listen(engine, "before_cursor_execute", note)
        try:
            told = settle(silent, "hai", shown)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert told["decided"] == shown.reminders
        costs.append(len(seen))
    assert shown.reminders >= 1000
    assert costs[1] <= costs[0] + 12  # another kind of subject may have come
