"""What the reader of deadlines says of a cell, and what moving a plan to other days says, is English on an English page."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from rules.calendar import CalendarGap, load_calendar
from rules.deadlines import DeadlineError, Every, Window, occurrences, outside
from rules.deadlines.recurring import recurring_from_vietnamese
from rules.deadlines.specs import BeforeDay, DailyTime
from rules.deadlines.vietnamese import from_vietnamese
from rules.pack import load_pack
from rules.pack.load import shipped_packs
from rules.pack.rebase import RebaseRefused, rebase
from rules.said import Part, Said, kept, revived
from tests.rules.pack.samples import findings_of
from tests.rules.pack.test_lint import PLAN
from tests.web.language.engine import VIETNAMESE
from tests.web.language.test_engine_in_english import QUOTED
from tests.web.plan.conftest import plan
from tests.web.site import Site
from web.i18n import speaking
from web.sayings import in_words
from web.sayings import spoken as said_in_template
from workflow.planfile.deadline_cells import read_due, read_opens
from workflow.planfile.unread import Unread
from workflow.tables import Account

__all__ = ["plan"]
WORDINGS = [
    "mai", "trước ngày 31/2/2025", "trước ngày 20/5", "trước 25h ngày 20/5/2025", "trước 16h70 hằng ngày", "x" * 301,
    "trước ngày 31 hằng tháng", "trong 99999 ngày", "trong 3 ngày sau khi kết thúc phiên", "kết thúc phiên làm việc",
    "đến ngày 27/5/2025", "đến 16h ngày 27/5/2025", "từ ngày 27/5/2025 đến hết ngày 15/5/2025", "trước 30h thứ Hai hằng tuần",
]  # fmt: skip


def spoken(sentence: str) -> str:
    """Return a sentence in English, without what it quotes."""
    with speaking("en"):
        return QUOTED.sub("", in_words(sentence))


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_wording_that_cannot_be_read(wording: str) -> None:
    with pytest.raises(DeadlineError) as refusal:
        recurring_from_vietnamese(wording) or from_vietnamese(wording)

    for part in (refusal.value.message, refusal.value.what, refusal.value.todo):
        assert part
        assert not VIETNAMESE.search(spoken(part).replace(" ngày", "")), part


@pytest.mark.parametrize(
    "cell",
    [*(word for word in WORDINGS if word != "trước ngày 20/5"), "không có hạn", "thường xuyên", "45000", "31/4", "25h ngày 26/5", "5 ngày kể từ khi xong việc 77", ""],
)  # fmt: skip
def test_a_cell_that_cannot_be_read(cell: str) -> None:
    pack = load_pack(shipped_packs()["cat-thanh-2025"])
    with pytest.raises(Unread) as refusal:
        read_due(cell, pack, {})

    for part in (refusal.value.reason, refusal.value.todo):
        with speaking("en"):
            told = QUOTED.sub("", said_in_template(part))
        assert told
        assert not VIETNAMESE.search(told.replace(" ngày", "")), told


@pytest.mark.parametrize("cell", ["mai", "18h30", "31/4", "45000", "25h ngày 20/5"])
def test_a_first_day_that_cannot_be_read(cell: str) -> None:
    with pytest.raises(Unread) as refusal:
        read_opens(cell, load_pack(shipped_packs()["cat-thanh-2025"]))

    for part in (refusal.value.reason, refusal.value.todo):
        with speaking("en"):
            assert not VIETNAMESE.search(QUOTED.sub("", said_in_template(part)))


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ({"nothing": date(2026, 5, 15)}, "moi"), ({"starts": date(2026, 5, 15), "ends": date(2026, 5, 16)}, "moi"),
        ({"starts": date(2026, 5, 15)}, "Mới"), ({"starts": date(2026, 5, 15)}, "cat-thanh-2025"), ({}, "moi"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_moved(wanted: dict[str, date], name: str) -> None:
    with pytest.raises(RebaseRefused) as refusal:
        rebase(load_pack(shipped_packs()["cat-thanh-2025"]), wanted, pack_id=name)

    assert not VIETNAMESE.search(spoken(refusal.value.args[0]))


def test_a_calendar_without_the_year() -> None:
    assert not VIETNAMESE.search(spoken(CalendarGap("vn", 2031, "2025-2027").said))


def test_the_page_of_moved_days_is_english(plan: Site) -> None:
    with plan.world.store.write() as session:
        session.execute(update(Account).where(Account.login == "hai").values(locale="en"))
    page = plan.as_("hai").get("plan/rebase?anchor=starts&day=15/5/2027&pack_id=cat-thanh-2027").text
    assert "falls on" in page
    assert "First day of the campaign" in page
    assert "rơi vào" not in page
    assert "Ngày đầu đợt" not in page
    assert "đến hết ngày" not in page.split("<ul")[0]


SPOKEN = {
    "owner-per",
    "internal-due",
    "opens-late",
    "opens-event",
    "relay-via",
    "relay-to",
    "ring",
    "deadline-outside",
    "deadline-kind",
}
"""What the pack's own check may say of a row of a spreadsheet."""


@pytest.mark.parametrize(
    "case", [case for case in PLAN if case[-1] in SPOKEN], ids=lambda case: f"{case[-1]}: {case[2]}"
)
def test_what_the_packs_check_says_of_a_plan(case: tuple[str, str, str, str, str]) -> None:
    section, old, new, _token, check = case
    found = [one for one in findings_of((section, old, new)) if one.check == check]

    assert found
    for one in found:
        assert isinstance(one.message, Said)
        assert not VIETNAMESE.search(spoken(Part(one.message)))
        assert str(revived(kept(one.message))) == one.message


@pytest.mark.parametrize(
    ("every", "due"),
    [("week", DailyTime(960)), ("once", DailyTime(960)), ("once", BeforeDay(date(2025, 5, 1))), ("month", BeforeDay(date(2025, 5, 1)))],
)  # fmt: skip
def test_a_duty_that_never_comes(every: Any, due: Any) -> None:
    span = Window.of_days("x", date(2025, 5, 13), date(2025, 5, 14))
    with pytest.raises(DeadlineError) as refusal:
        occurrences(span, Every(every, weekday=4), due, load_calendar("vn"))

    assert not VIETNAMESE.search(spoken(refusal.value.message))
    assert not VIETNAMESE.search(spoken(outside(span.closes_at + 1, span) or ""))
