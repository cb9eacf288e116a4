"""What a row of the inbox offers to who stands in for others is what the gateway would take."""

from rules.time import at
from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import NOTICED, RULE, Silent
from workflow.queries.group_shown import group_shown

TO = "2025-05-20 12:00"


def test_a_row_offers_what_will_be_accepted_for_some_of_it(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    assert "granted" in silent.read("hai", group_shown, RULE, silent.key("A1"), whole_unit=True).may
    assert set(silent.read("an", group_shown, RULE, silent.key("A1")).may) == {
        "acknowledged", "handed_on", "raised", "rested", "decided", "noted",
    }  # fmt: skip
    silent_away.plan("hai", "an", None, TO)

    offered = silent.read("an", group_shown, RULE, silent.key("A1"), whole_unit=True).may

    assert "granted" not in offered  # all of it is An's own to answer
    done = silent.answer("an", silent.group("A1", whole_unit=True), "granted", reason="mưa", until=at(TO))
    assert done["answered"] == 0


def test_nor_what_they_handed_up_themselves(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.group("A1"), "raised")
    silent_away.plan("hai", "an", None, TO)

    offered = silent.read("an", group_shown, RULE, silent.key("A1"), whole_unit=True).may

    assert set(offered) == {"raised", "rested", "noted"}
    assert silent.answer("an", silent.group("A1", whole_unit=True), "decided", reason="xong")["answered"] == 0
