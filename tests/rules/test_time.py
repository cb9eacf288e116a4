"""Instants, local days and their Vietnamese wording."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.time import (
    DAY,
    HOUR,
    at,
    day_end,
    day_start,
    day_vi,
    exclusive_vi,
    instant_of,
    local_date,
    local_datetime,
    minute_of_day,
    moment_vi,
    read_day,
    show,
    weekday_vi,
)

FIRST, LAST = day_start(date(1, 1, 1)), day_end(date(9999, 12, 31)) - 1


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-05-15 08:00", datetime(2025, 5, 15, 1, 0, tzinfo=UTC)),
        ("2025-05-15T08:00", datetime(2025, 5, 15, 1, 0, tzinfo=UTC)),
        (" 2025-05-15 06:59 ", datetime(2025, 5, 14, 23, 59, tzinfo=UTC)),
        ("2025-05-15 08:00:30", datetime(2025, 5, 15, 1, 0, 30, tzinfo=UTC)),
        ("2025-05-15 08:00:30.5", datetime(2025, 5, 15, 1, 0, 30, 500_000, tzinfo=UTC)),
        ("2025-05-15 08:00:30.000001", datetime(2025, 5, 15, 1, 0, 30, 1, tzinfo=UTC)),
        ("2025-05-27 24:00", datetime(2025, 5, 27, 17, 0, tzinfo=UTC)),
        ("2024-02-29 00:00", datetime(2024, 2, 28, 17, 0, tzinfo=UTC)),
        ("1969-12-31 23:59:59.999999", datetime(1969, 12, 31, 16, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_local_text_is_read_as_seven_hours_ahead_of_utc(text, utc):
    assert at(text) == instant_of(utc)


@pytest.mark.parametrize(
    "text",
    [
        "", "hôm nay", "2025-05-15", "08:00", "2025-5-15 8:00", "15/5/2025 08:00", "2025-02-29 08:00", "2025-13-01 08:00",
        "2025-05-15 25:00", "2025-05-15 24:01", "2025-05-15 24:00:00.000001", "2025-05-15 08:60", "2025-05-15 08:00:60",
        "2025-05-15 08:00:00.0000001", "2025-05-15 08:00Z", "2025-05-15 08:00+07:00", "0000-01-01 00:00", "２０２５-05-15 08:00",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence_that_shows_what_to_write(text):
    with pytest.raises(ValueError, match=r"(Hãy viết|giờ phải từ).*\.$") as refusal:
        at(text)

    assert "Traceback" not in str(refusal.value)
    assert "isoformat" not in str(refusal.value)


@pytest.mark.parametrize("text", ["2025-05-20 ", "20250520", "2025-W20-1", "2025-02-30", "20/5/2025"])
def test_a_day_is_written_one_way_only(text):
    with pytest.raises(ValueError, match="Hãy viết năm-tháng-ngày"):
        read_day(text)


@given(st.integers(FIRST, LAST))
def test_showing_an_instant_loses_nothing(instant):
    assert at(show(instant)) == instant
    assert instant_of(local_datetime(instant)) == instant


@given(st.integers(FIRST, LAST))
def test_an_instant_lies_in_exactly_one_local_day(instant):
    day = local_date(instant)

    assert day_start(day) <= instant < day_end(day)
    assert local_datetime(instant).date() == day
    assert minute_of_day(instant) == local_datetime(instant).hour * 60 + local_datetime(instant).minute


def test_a_local_day_is_always_24_hours_and_ends_where_the_next_begins():
    assert day_end(date(2025, 12, 31)) == day_start(date(2026, 1, 1)) == at("2026-01-01 00:00")
    assert day_end(date(2025, 3, 30)) - day_start(date(2025, 3, 30)) == DAY == 24 * HOUR


def test_a_datetime_without_zone_is_refused():
    with pytest.raises(ValueError, match="múi giờ"):
        instant_of(datetime(2025, 5, 15))  # noqa: DTZ001 - the missing zone is the point


@pytest.mark.parametrize(
    ("due", "with_year", "words"),
    [
        ("2025-05-20 00:00", False, "hết Thứ Hai 19/5"),
        ("2025-05-20 00:00", True, "hết Thứ Hai 19/5/2025"),
        ("2026-01-01 00:00", True, "hết Thứ Tư 31/12/2025"),
        ("2025-05-19 00:00", False, "hết Chủ Nhật 18/5"),
        ("2025-05-27 16:00", False, "trước 16:00 Thứ Ba 27/5"),
        ("2025-05-27 16:00:30", False, "trước 16:00:30 Thứ Ba 27/5"),
        ("2025-05-27 00:01", False, "trước 00:01 Thứ Ba 27/5"),
    ],
)
def test_an_exclusive_deadline_is_worded_by_its_last_moment(due, with_year, words):
    assert exclusive_vi(at(due), with_year=with_year) == words


def test_moments_days_and_weekdays_in_vietnamese():
    assert moment_vi(at("2025-05-27 16:00")) == "16:00 ngày 27/5/2025"
    assert moment_vi(at("2025-05-28 00:00") - 1) == "23:59 ngày 27/5/2025"
    assert day_vi(date(2025, 5, 7)) == "7/5/2025"
    assert day_vi(date(2025, 5, 7), with_year=False) == "7/5"
    assert [weekday_vi(date(2025, 5, day)) for day in range(19, 26)] == [
        "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"
    ]  # fmt: skip
