"""Ladders in hours and in working time: when each rung is called, and by when whom it calls must have answered."""

import pytest

from rules.calendar import load_calendar
from rules.pack.ladder import LadderTimes, times_of
from rules.pack.rules_model import Rung
from rules.time import HOUR, at, show


def ladder(*rungs: tuple[str | None, str | None]) -> LadderTimes:
    """Return the times of a ladder, each rung given by its wait and its time to answer."""
    return times_of(
        tuple(Rung(to="chair", after=after, answer_within=answer) for after, answer in rungs), load_calendar("vn")
    )


@pytest.mark.parametrize(
    ("after", "due", "called"),
    [
        ("24 hours", "2025-05-16 15:00", "2025-05-17 15:00"),
        ("90 minutes", "2025-05-16 23:00", "2025-05-17 00:30"),
        ("4 working hours", "2025-05-16 07:30", "2025-05-16 11:30"),  # a morning, and no midday break
        ("4 working hours", "2025-05-16 10:30", "2025-05-16 16:30"),  # one hour before the break, three after it
        (
            "4 working hours",
            "2025-05-16 16:00",
            "2025-05-19 10:30",
        ),  # Friday afternoon: Saturday and Sunday are no hours
        ("4 working hours", "2025-05-17 09:00", "2025-05-19 11:30"),  # begun on a Saturday
        ("4 working hours", "2025-04-29 15:00", "2025-05-05 09:30"),  # over the holidays of April and May
        ("4 working hours", "2025-04-25 15:00", "2025-04-26 09:30"),  # a Saturday that is worked
        ("1 working day", "2025-05-16 10:00", "2025-05-20 00:00"),
        ("1 working day", "2025-05-15 10:00", "2025-05-17 00:00"),
    ],
)
def test_a_rung_is_called_when_its_wait_has_passed(after, due, called):
    assert show(ladder((None, None), (after, None)).called_at(2, at(due))) == called


def test_rungs_count_from_the_one_below():
    times = ladder((None, None), ("4 working hours", None), ("4 working hours", None))

    assert show(times.called_at(3, at("2025-05-16 10:30"))) == "2025-05-19 11:00"
    assert times.next_at(2, times.called_at(2, at("2025-05-16 10:30"))) == times.called_at(3, at("2025-05-16 10:30"))
    assert times.next_at(3, at("2025-05-16 10:30")) is None
    assert times.asks_calendar


def test_an_answer_is_expected_when_the_pack_says_else_before_the_next_is_called_else_the_same_day():
    times = ladder((None, "4 working hours"), ("24 hours", None))
    came, next_at = at("2025-05-16 15:00"), at("2025-05-17 15:00")

    assert show(times.answer_by(1, came, next_at)) == "2025-05-19 09:30"
    assert times.answer_by(2, came, came + HOUR) == came + HOUR
    assert show(times.answer_by(2, came, None)) == "2025-05-17 00:00"
    assert times.asks_calendar
    assert not ladder((None, "4 hours"), ("24 hours", None)).asks_calendar
