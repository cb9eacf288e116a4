"""Putting aside belongs to the person: a delegate sees what the absent one put aside, and the absent one what the delegate did."""

from typing import Any

from rules.time import MINUTE, Instant, at
from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import NOTICED, RULE, Silent
from workflow.actions.settle_chosen import Shown, ShownGroup, settle_chosen
from workflow.queries.waiting import Wanted, count_waiting, waiting_list
from workflow.tables import EscalationRest

TO, EVENING = "2025-05-20 12:00", at("2025-05-17 20:00")


def resting(silent: Silent, login: str) -> tuple[int, int]:
    """Return how many reminders wait for somebody and how many they put aside, as the badge and the tab count them."""
    counts = silent.read(login, count_waiting)["reminder"]
    listed = silent.read(login, waiting_list, wanted=Wanted(due="resting", kind="reminder"))
    assert sum(row.n for row in listed.rows) == counts.resting
    return counts.waiting, counts.resting


def settle(silent: Silent, login: str, seen: Instant, *codes: str, answer: str = "noted", **values: Any) -> Any:
    """Answer the rows of these areas as a page made at `seen` showed them: three people in the first area, one in the second."""
    groups = tuple(ShownGroup(RULE, silent.key(code), 3 if code == "A1" else 1) for code in codes)
    due = values.pop("due", None)
    shown = Shown(seen, groups, due=due)
    return silent.world.command(
        login,
        lambda book, context, actor: settle_chosen(
            book, context, actor, shown, answer=answer, reason="sau giao ban", **values
        ),
    )


def test_what_the_absent_one_put_aside_waits_for_the_delegate(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "rested", reason="hẹn chiều", until=EVENING)
    alone = resting(silent, "dung")[0]
    silent_away.plan("an", "dung", None, TO)

    assert resting(silent, "an")[1] == 1
    assert resting(silent, "dung") == (alone + resting(silent, "an")[0] + 1, 0)
    assert {line.due for line in silent.opened("dung")[0]} == {"today"}


def test_what_the_delegate_put_aside_waits_for_the_absent_one(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("an", "dung", None, TO)
    before, mine = resting(silent, "an"), resting(silent, "dung")[0]

    done = silent.answer("dung", silent.ids(0, 1, 3), "rested", reason="hẹn chiều", until=EVENING)

    assert done["answered"] == 3  # two of the absent one's and one of her own, all off her own list
    assert resting(silent, "dung") == (mine - 3, 3)
    assert resting(silent, "an") == before
    dung = silent.world.actor("dung").membership_id
    assert {row.membership_id for row in silent.world.rows(EscalationRest)} == {dung}
    assert silent.told("dung", 0).line.rests_until == EVENING
    assert silent.told("an", 0).line.rests_until is None
    assert silent.told("an", 0).answers[-1].by == "Phạm Thị Dung thay Nguyễn Văn An"
    silent_away.world.go_to(TO)
    assert resting(silent, "dung")[1] == 0
    assert silent.findings() == []


def test_rows_put_aside_by_a_delegate_are_accounted_for_wherever_they_are_answered(
    silent: Silent, silent_away: Away
) -> None:
    silent.at(NOTICED)
    silent_away.plan("an", "dung", None, TO)
    seen = silent.world.clock.now()
    aside = settle(silent, "dung", seen, "A1", "A2", answer="rested", until=EVENING)
    assert (aside["chosen"], aside["decided"]) == (4, 4)

    silent.world.clock.instant += MINUTE
    again = settle(silent, "dung", silent.world.clock.now(), "A1", "A2", due="resting")
    assert (again["chosen"], again["decided"]) == (4, 4)
    theirs = settle(silent, "an", silent.world.clock.now(), "A1")
    assert (theirs["chosen"], theirs["decided"]) == (3, 3)


def test_what_was_moved_since_a_delegates_page_is_left_and_told(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    silent_away.plan("an", "dung", None, TO)
    seen = silent.world.clock.now()
    silent.world.clock.instant += MINUTE
    silent.answer("giang", silent.ids(0), "taken_over")
    silent.world.clock.instant += MINUTE

    told = settle(silent, "dung", seen, "A1", "A2", answer="acknowledged")

    assert (told["chosen"], told["decided"]) == (4, 3)
    assert told["changed"] == [["Hoàng Thị Giang", 1]]
    silent.world.clock.instant += MINUTE
    silent.answer("giang", silent.ids(0), "returned", reason="tổ đi lại tối nay")
    now = silent.world.clock.instant = silent.world.clock.now() + MINUTE
    back = settle(silent, "dung", now, "A1", answer="acknowledged")
    assert (back["chosen"], back["decided"], back["gone"]) == (3, 3, 0)
