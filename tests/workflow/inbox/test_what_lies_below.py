"""What lies with posts below is a list of its own for whoever is above them, with counts that are the list, and can be decided there."""

from typing import Any

import pytest

from rules.time import at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, TOP, Silent
from tests.workflow.inbox.test_settling import later, page, settle
from workflow.queries.waiting import WaitingList, WaitingRow, Wanted, waiting_list
from workflow.tables import Area

pytestmark = pytest.mark.slow

LOGINS = ("an", "binh", "dung", "giang", "hai", "khanh")


def below(silent: Silent, login: str, **wanted: Any) -> WaitingList:
    """Return somebody's list of what lies below them."""
    return silent.read(login, waiting_list, wanted=Wanted(part="below", **wanted))


def silence(listed: WaitingList) -> list[WaitingRow]:
    """Return the rows about silence."""
    return [row for row in listed.rows if row.about.rule_id == RULE]


@pytest.mark.parametrize("moment", [NOTICED, CLIMBED, TOP])
def test_the_count_is_the_list_for_everybody(silent: Silent, moment: str) -> None:
    silent.at(moment)
    for login in LOGINS:
        listed = below(silent, login)
        assert listed.beside.below == sum(row.n for row in listed.rows), login
        assert silent.read(login, waiting_list).beside.below == listed.beside.below, login
        assert listed.counts == silent.read(login, waiting_list).counts
        untils = [row.until for row in listed.rows]
        assert untils == sorted(untils)
    areas = {area.code: area.id for area in silent.world.rows(Area)}
    assert (
        below(silent, "khanh", area=areas["A1"]).beside.below < silent.read("khanh", waiting_list).beside.below
        or moment != NOTICED
    )


def test_each_post_finds_what_lies_below_it_and_nobody_elses(silent: Silent) -> None:
    silent.at(NOTICED)  # everything lies with the teams' leaders
    found = {login: {row.about.place: row.n for row in silence(below(silent, login))} for login in LOGINS}
    assert found == {
        "an": {}, "binh": {}, "dung": {}, "hai": {},
        "giang": {"Tổ dân phố 1": 3},
        "khanh": {"Tổ dân phố 1": 3, "Tổ dân phố 2": 1},
    }  # fmt: skip
    assert silence(silent.read("giang", waiting_list)) == []
    lines, total = silent.opened("giang", part="below")
    assert total == len(lines) == 3
    assert {line.waits_at.vi for line in lines} == {"Tổ trưởng tổ công tác"}

    silent.at(CLIMBED)
    assert silence(below(silent, "giang")) == []  # it is theirs now
    (row,) = (row for row in silence(below(silent, "khanh")) if row.about.place == "Tổ dân phố 1")
    assert (row.n, row.about.level) == (3, 2)
    silent.answer("giang", silent.ids(0), "returned", reason="tổ đi lại tối nay")
    assert [row.n for row in silence(below(silent, "giang"))] == [1]  # it lies below again


def test_what_was_given_to_them_or_waits_for_another_post_of_theirs_is_not_below(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "handed_on", to=silent.world.actor("giang").membership_id)
    assert [row.n for row in silence(below(silent, "giang"))] == [2]
    assert silent.opened("giang")[1] == 1


def test_rows_below_are_taken_over_and_given_time_at_once(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "giang", part="below")
    assert shown.reminders >= 3
    later(silent)
    silent.answer("an", silent.ids(0), "decided", reason="đã gặp")

    told = settle(silent, "giang", shown, "granted", until=at("2025-05-20 12:00"), reason="mưa lớn")

    assert told["settled"] == [[silent.world.actor("an").name, 1]]
    assert told["decided"] >= 2
    later(silent)
    shown = page(silent, "giang", part="below")
    later(silent)
    assert settle(silent, "giang", shown, "taken_over")["decided"] == shown.reminders
    assert below(silent, "giang").beside.below == 0
    assert [row.n for row in silence(silent.read("giang", waiting_list))] == [2]


def test_what_came_to_them_since_the_page_was_made_is_not_decided_with_it(silent: Silent) -> None:
    silent.at(NOTICED)
    shown = page(silent, "giang", part="below")
    silent.at(CLIMBED)

    told = settle(silent, "giang", shown, "taken_over")

    assert told["gone"] == 3
    assert told["decided"] + told["gone"] + len(told["settled"]) <= told["chosen"]
