"""Recurring deadlines as plans word them."""

import pytest

from rules.deadlines import DeadlineError, from_vietnamese, recurring_from_vietnamese


@pytest.mark.parametrize(
    ("text", "every", "due"),
    [
        ("trước 16h hằng ngày", "day", "before 16:00"),
        ("Trước 16 giờ 30 phút hàng ngày.", "day", "before 16:30"),
        ("trước 15h30 mỗi ngày làm việc", "working day", "before 15:30"),
        ("trước 16h thứ Sáu hằng tuần", "Friday", "before 16:00"),
        ("trước 16:00 Thứ Hai hằng tuần", "Monday", "before 16:00"),
        ("trước 10h vào Chủ nhật hàng tuần", "Sunday", "before 10:00"),
        ("trước 24h thứ 7 hằng tuần", "Saturday", "before 24:00"),
        ("trước ngày 25 hằng tháng", "month", "before day 25"),
        ("đến hết ngày 25 hằng tháng", "month", "through day 25"),
        ("trước 16:00 ngày 25 hằng tháng", "month", "before 16:00 on day 25"),
        ("trước 16:00 ngày cuối tháng", "month", "before 16:00 on last day"),
        ("đến hết ngày cuối tháng", "month", "through last day"),
        ("trước ngày cuối hằng tháng", "month", "before last day"),
    ],
)
def test_how_often_and_until_when_are_read_together(text, every, due):
    found = recurring_from_vietnamese(text)

    assert found is not None
    assert (str(found[0]), str(found[1])) == (every, due)


@pytest.mark.parametrize(
    "text", ["trước ngày 20/5/2025", "đến hết ngày 27/5", "thường xuyên", "", "trước 16h ngày 24/5/2025"]
)
def test_what_does_not_recur_is_left_to_the_other_reader(text):
    assert recurring_from_vietnamese(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "trước 25h hằng ngày",
        "trước 16h75 thứ Hai hằng tuần",
        "trước ngày 30 hằng tháng",
        "trước 16:00 ngày 31 hằng tháng",
    ],
)
def test_hours_and_days_that_cannot_be_are_refused(text):
    with pytest.raises(DeadlineError):
        recurring_from_vietnamese(text)


def test_a_period_counted_from_an_event_needs_no_leading_word_and_a_reason_may_stand_for_a_deadline():
    assert str(from_vietnamese("05 ngày làm việc kể từ khi xong việc 3")) == "within 5 working days of khi xong việc 3"
    assert str(from_vietnamese("không có hạn: kế hoạch ghi kịp thời")) == "none because kế hoạch ghi kịp thời"
    assert str(from_vietnamese("không có hạn tính được: làm cả đợt")) == "none because làm cả đợt"
