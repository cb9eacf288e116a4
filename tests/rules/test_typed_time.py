"""Times as people write them: every way that is taken, and what is refused with which sentence."""

from typing import Any

import pytest

from rules.time import at, show
from rules.typed_time import NO_SUCH_DAY, NO_SUCH_TIME, UNREAD, typed_day, typed_moment

SINCE = at("2025-05-16 09:00")


@pytest.mark.parametrize(
    ("text", "instant", "with_day"),
    [
        ("18h30", "2025-05-16 18:30", False),
        ("18", "2025-05-16 18:00", False),
        ("18 giờ", "2025-05-16 18:00", False),
        ("09:00", "2025-05-17 09:00", False),
        ("18.30", "2025-05-16 18:30", False),
        ("8h30 25/5", "2025-05-25 08:30", True),
        ("24/5 18h30", "2025-05-24 18:30", True),
        ("24.5, 18h30", "2025-05-24 18:30", True),
        ("15:38 ngày 24/5/2025", "2025-05-24 15:38", True),
        ("24:00 27/5/2025", "2025-05-28 00:00", True),
        ("2025-05-24T15:38", "2025-05-24 15:38", True),
    ],
)
def test_a_moment_is_read(text: str, instant: str, with_day: bool) -> None:
    found, has_day = typed_moment(text, since=SINCE)

    assert (show(found), has_day) == (instant, with_day)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", UNREAD),
        ("chiều mai", UNREAD),
        ("24/5/2025", UNREAD),
        ("8h30 25/5/25", UNREAD),
        ("25h", NO_SUCH_TIME),
        ("24h00", NO_SUCH_TIME),
        ("18h75 24/5", NO_SUCH_TIME),
        ("30/2 8h00", NO_SUCH_DAY),
    ],
)
def test_what_is_no_moment_is_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        typed_moment(text, since=SINCE)


@pytest.mark.parametrize(("text", "instant"), [("15:00", "2025-05-16 15:00"), ("7:30", "2025-05-16 07:30")])
def test_a_time_alone_may_be_of_the_day_itself(text: str, instant: str) -> None:
    found, has_day = typed_moment(text, since=SINCE, on_day=True)

    assert (show(found), has_day) == (instant, False)


@pytest.mark.parametrize("text", ["26/5", "26/05/2025", "2025-05-26"])
def test_a_day_alone_may_be_its_beginning_or_its_end(text: str) -> None:
    found = [show(typed_moment(text, since=SINCE, alone=alone)[0]) for alone in ("start", "end")]

    assert found == ["2025-05-26 00:00", "2025-05-27 00:00"]
    with pytest.raises(ValueError, match="không có thật"):
        typed_moment("31/4", since=SINCE, alone="end")
    with pytest.raises(ValueError, match=UNREAD):
        typed_moment(text, since=SINCE)


def test_a_day_without_its_year_is_of_this_one() -> None:
    assert str(typed_day("25/5", since=SINCE)) == "2025-05-25"
    with pytest.raises(ValueError, match="ngày không có thật"):
        typed_day("31/4/2025", since=SINCE)


@pytest.mark.parametrize(
    ("text", "today", "side", "day"),
    [
        ("2/1", "2025-12-30", "ahead", "2026-01-02"),
        ("2/1", "2025-12-30", "near", "2026-01-02"),
        ("2/1", "2025-12-30", "behind", "2025-01-02"),
        ("2/1", "2025-12-30", None, "2025-01-02"),
        ("30/12", "2026-01-02", "behind", "2025-12-30"),
        ("30/12", "2026-01-02", "near", "2025-12-30"),
        ("30/12", "2026-01-02", "ahead", "2026-12-30"),
        ("30/12", "2026-01-02", None, "2026-12-30"),
        ("1/1", "2025-12-31", "ahead", "2026-01-01"),
        ("31/12", "2025-12-31", "ahead", "2025-12-31"),
        ("31/12", "2025-12-31", "behind", "2025-12-31"),
        ("1/1", "2026-01-01", "behind", "2026-01-01"),
        ("31/12", "2026-01-01", "behind", "2025-12-31"),
        ("24/5", "2025-05-26", "ahead", "2025-05-24"),
        ("28/5", "2025-05-26", "behind", "2025-05-28"),
        ("1/9", "2026-01-02", "ahead", "2026-09-01"),
        ("1/9", "2026-01-02", "near", "2025-09-01"),
        ("1/3", "2025-12-30", "behind", "2025-03-01"),
        ("2/1/2025", "2025-12-30", "ahead", "2025-01-02"),
        ("2025-01-02", "2025-12-30", "ahead", "2025-01-02"),
        ("29/2", "2027-12-30", "ahead", "2028-02-29"),
        ("29/2", "2028-01-02", "ahead", "2028-02-29"),
    ],
)
def test_a_day_without_its_year_lies_on_the_side_where_it_must(text: str, today: str, side: Any, day: str) -> None:
    for clock in ("00:00", "23:59"):
        assert str(typed_day(text, since=at(f"{today} {clock}"), side=side)) == day


@pytest.mark.parametrize("side", ["ahead", "near", "behind", None])
def test_a_day_that_there_is_not_in_its_year_is_not_looked_for_far_away(side: Any) -> None:
    with pytest.raises(ValueError, match=NO_SUCH_DAY):
        typed_day("29/2", since=at("2027-02-20 09:00"), side=side)


@pytest.mark.parametrize(
    ("text", "since", "side", "instant"),
    [
        ("18:30 2/1", "2025-12-30 20:00", "ahead", "2026-01-02 18:30"),
        ("2/1 8h", "2025-12-30 20:00", "behind", "2025-01-02 08:00"),
        ("15:38 ngày 30/12", "2026-01-02 08:00", "behind", "2025-12-30 15:38"),
        ("24:00 31/12", "2026-01-01 00:00", "behind", "2026-01-01 00:00"),
        ("8:00 30/12", "2025-12-30 09:00", "ahead", "2025-12-30 08:00"),
    ],
)
def test_so_does_a_moment(text: str, since: str, side: Any, instant: str) -> None:
    assert show(typed_moment(text, since=at(since), side=side)[0]) == instant


def test_so_does_a_day_alone() -> None:
    found, with_day = typed_moment("2/1", since=at("2025-12-30 20:00"), alone="end", side="ahead")

    assert (show(found), with_day) == ("2026-01-03 00:00", True)
