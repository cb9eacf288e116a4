"""Working days: the Vietnamese calendar as data, its arithmetic, and broken calendar files."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar, CalendarError, CalendarGap, load_calendar
from rules.calendars.read import read_calendar
from rules.time import at

VN = load_calendar("vn")
DAYS = st.dates(date(2025, 1, 1), date(2027, 6, 30))
SMALL = """
calendar: small
hours: {monday: ["07:30-11:30", "13:30-17:00"], saturday: ["07:30-11:30"]}
years:
  2025: {status: confirmed, off: [{day: 2025-05-19, label: Nghỉ}], worked: [{day: 2025-05-18, label: Bù, status: assumed}]}
"""


def written(folder: Path, text: str, name: str = "small") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "is_working", "status"),
    [
        ("2025-01-01", False, "confirmed"),
        ("2025-01-24", True, "confirmed"),  # Friday before Tết
        ("2025-01-27", False, "confirmed"),
        ("2025-01-31", False, "confirmed"),
        ("2025-02-03", True, "confirmed"),  # Monday after Tết
        ("2025-04-07", False, "confirmed"),  # Giỗ Tổ
        ("2025-04-26", True, "confirmed"),  # swapped Saturday
        ("2025-04-27", False, "confirmed"),
        ("2025-04-30", False, "confirmed"),
        ("2025-05-01", False, "confirmed"),
        ("2025-05-02", False, "confirmed"),  # swapped Friday
        ("2025-05-05", True, "confirmed"),
        ("2025-05-17", False, "confirmed"),  # an ordinary Saturday
        ("2025-09-01", False, "confirmed"),
        ("2025-09-02", False, "confirmed"),
        ("2025-09-03", True, "confirmed"),
        ("2026-01-02", False, "confirmed"),
        ("2026-01-10", True, "confirmed"),  # swapped Saturday
        ("2026-02-13", True, "confirmed"),
        ("2026-02-16", False, "confirmed"),
        ("2026-02-20", False, "confirmed"),
        ("2026-02-23", True, "confirmed"),
        ("2026-04-26", False, "confirmed"),  # Giỗ Tổ on a Sunday
        ("2026-04-27", False, "confirmed"),  # the day off in its place
        ("2026-08-22", True, "assumed"),
        ("2026-08-31", False, "assumed"),
        ("2026-11-24", True, "pending"),  # announced, not law: shown, not counted
        ("2027-02-05", False, "assumed"),
        ("2027-02-11", False, "assumed"),
        ("2027-02-12", True, "assumed"),
        ("2027-05-03", False, "assumed"),
    ],
)
def test_days_of_vietnam(day, is_working, status):
    row = VN.on(date.fromisoformat(day))

    assert (row.is_working, row.status) == (is_working, status)
    assert (row.opens is None) == (row.closes is None) == (not is_working)


def test_each_year_has_its_eleven_holidays():
    """Days off that are weekdays, less swapped Saturdays and holidays that fell on a weekend, are the legal eleven."""
    off = Counter(row.day.year for row in VN.rows() if not row.is_working and row.day.weekday() < 5)
    worked = Counter(row.day.year for row in VN.rows() if row.is_working and row.day.weekday() >= 5)

    assert {year: off[year] - worked[year] for year in off} == {2025: 11, 2026: 11, 2027: 11}


def test_opening_hours_are_instants_of_that_day_and_a_swapped_saturday_has_them_too():
    assert VN.on(date(2025, 5, 30)).opens == at("2025-05-30 07:30")
    assert VN.on(date(2025, 5, 30)).closes == at("2025-05-30 17:00")
    assert VN.on(date(2025, 4, 26)).closes == at("2025-04-26 17:00")


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2025-05-15", 1, "2025-05-16"),
        ("2025-05-16", 1, "2025-05-19"),  # Friday to Monday
        ("2025-05-17", 1, "2025-05-19"),  # from a Saturday
        ("2025-05-18", 5, "2025-05-23"),  # from a Sunday
        ("2025-05-15", 5, "2025-05-22"),
        ("2025-04-29", 1, "2025-05-05"),
        ("2025-04-25", 1, "2025-04-26"),  # the swapped Saturday counts
        ("2025-04-25", 2, "2025-04-28"),
        ("2025-01-24", 1, "2025-02-03"),  # across Tết
        ("2025-12-31", 1, "2026-01-05"),  # across the year and its swap
        ("2026-01-09", 1, "2026-01-10"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-11-23", 1, "2026-11-24"),  # a pending holiday is still worked
        ("2027-02-04", 1, "2027-02-12"),
    ],
)
def test_adding_working_days(start, count, expected):
    assert VN.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(expected)


@given(DAYS, st.integers(1, 80))
def test_adding_working_days_agrees_with_walking_and_with_the_join(start, count):
    walked, left = start, count
    while left:
        walked += timedelta(days=1)
        left -= VN.is_working(walked)
    joined = [r.day for r in VN.rows() if r.is_working and r.working_no == VN.on(start).working_no + count]

    assert [VN.add_working_days(start, count)] == [walked] == joined


@given(DAYS, DAYS)
def test_counting_working_days_agrees_with_walking(first, last):
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]

    assert VN.working_days(first, last) == sum(VN.is_working(day) for day in span)


def test_a_day_rolls_only_if_it_is_not_worked():
    assert VN.working_day_from(date(2025, 5, 16)) == date(2025, 5, 16)
    assert VN.working_day_from(date(2025, 5, 17)) == date(2025, 5, 19)
    assert VN.working_day_from(date(2025, 4, 30)) == date(2025, 5, 5)


def test_what_is_not_settled_is_said():
    unsettled = VN.unsettled(date(2026, 8, 1), date(2026, 12, 31))

    assert [(row.day, row.status) for row in unsettled] == [
        (date(2026, 8, 22), "assumed"), (date(2026, 8, 31), "assumed"), (date(2026, 11, 24), "pending"),
    ]  # fmt: skip
    assert VN.unsettled(date(2025, 1, 1), date(2025, 12, 31)) == []


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2028, 1, 1)])
def test_a_missing_year_is_a_gap_and_not_a_guess(day):
    with pytest.raises(CalendarGap, match=rf"chưa có ngày nghỉ năm {day.year} \(mới có 2025–2027\)"):
        VN.on(day)


def test_adding_beyond_the_last_year_names_the_year_to_add():
    with pytest.raises(CalendarGap) as gap:
        VN.add_working_days(date(2027, 12, 31), 1)

    assert gap.value.year == 2028
    with pytest.raises(ValueError, match="từ 1 trở lên"):
        VN.add_working_days(date(2025, 5, 15), 0)


def test_a_small_calendar_with_a_worked_saturday_morning(tmp_path):
    small = Calendar(read_calendar(written(tmp_path, SMALL)))

    assert small.on(date(2025, 5, 17)).closes == at("2025-05-17 11:30")
    assert not small.is_working(date(2025, 5, 19))
    assert small.on(date(2025, 5, 18)).status == "assumed"
    assert small.on(date(2025, 5, 18)).closes == at("2025-05-18 17:00")
    assert small.add_working_days(date(2025, 5, 12), 2) == date(2025, 5, 18)


def test_a_calendar_may_extend_another_and_change_only_its_hours(tmp_path):
    written(tmp_path, SMALL)
    written(tmp_path, 'calendar: late\nextends: small\nhours: {monday: ["09:00-18:00"]}', "late")
    late = load_calendar("late", tmp_path)

    assert late.on(date(2025, 5, 12)).closes == at("2025-05-12 18:00")
    assert not late.is_working(date(2025, 5, 19))
    assert not late.is_working(date(2025, 5, 17))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("calendar: small", ""), r"tệp: thiếu “calendar”"),
        (("monday", "mondya"), r"hours: không có thứ “mondya”"),
        (("07:30-11:30", "7h30-11h30"), r"hours.monday: “7h30-11h30” không phải là khoảng giờ"),
        (("07:30-11:30", "11:30-07:30"), r"giờ đóng phải sau giờ mở"),
        (("13:30-17:00", "11:00-17:00"), r"các khoảng giờ phải nối tiếp nhau"),
        (("2025: {", "25: {"), r"years.25: năm phải là bốn chữ số"),
        (("status: confirmed", "status: sure"), r"years.2025: “status” phải là một trong confirmed, pending, assumed"),
        (("off:", "of:"), r"years.2025: không biết khóa “of”"),
        (("day: 2025-05-19", "day: 2025-05-32"), r"years.2025.off\[0\]: “2025-05-32” không phải là một ngày có thật"),
        (("day: 2025-05-19", "day: 2026-05-19"), r"ngày 2026-05-19 không thuộc năm 2025"),
        (("day: 2025-05-18", "day: 2025-05-19"), r"years.2025.worked\[0\]: ngày 2025-05-19 được ghi hai lần"),
        (("day: 2025-05-19", "from: 2025-05-19"), r"hãy ghi “day”, hoặc cả “from” và “to”"),
        (("day: 2025-05-19", "from: 2025-05-19, to: 2025-05-01"), r"không phải là một kỳ nghỉ"),
        ((", label: Nghỉ", ""), r"years.2025.off\[0\]: thiếu “label”"),
        (("[{day: 2025-05-19, label: Nghỉ}]", "Nghỉ"), r"years.2025.off: cần một danh sách"),
        (("years:", "years: x\nlabel:"), r"years: cần các dòng “khóa: giá trị”"),
        (("calendar: small", "calendar: small\ncalendar: two"), r"dòng 3: khóa “calendar” được ghi hai lần"),
        (("calendar: small", "calendar: [small"), r"small.yaml: dòng \d+: "),
        (("calendar: small", "calendar: small\nextends: ../secret"), r"“../secret” không phải là tên lịch"),
        (("calendar: small", "calendar: small\nextends: small"), r"kế thừa nhau thành vòng"),
        (("calendar: small", "calendar: small\nextends: nowhere"), r"nowhere.yaml: không có tệp lịch này"),
        (("calendar: small", "calendar: sm\x07all"), r"ký tự lạ"),
    ],
)
def test_a_broken_file_is_refused_with_file_place_and_remedy(tmp_path, change, sentence):
    path = written(tmp_path, SMALL.replace(*change))

    with pytest.raises(CalendarError, match=sentence) as refusal:
        read_calendar(path)
    assert str(refusal.value).startswith(("small.yaml: ", "nowhere.yaml: "))
    assert str(refusal.value).endswith(".")


def test_files_that_are_empty_absent_or_not_utf8_are_refused(tmp_path):
    with pytest.raises(CalendarError, match=r"small\.yaml: tệp: cần các dòng"):
        read_calendar(written(tmp_path, ""))
    with pytest.raises(CalendarError, match="không có tệp lịch này"):
        load_calendar("nowhere", tmp_path)
    (tmp_path / "small.yaml").write_bytes("label: Lịch".encode("utf-16"))
    with pytest.raises(CalendarError, match="không phải UTF-8"):
        read_calendar(tmp_path / "small.yaml")


def test_a_year_left_out_in_the_middle_is_refused(tmp_path):
    path = written(tmp_path, SMALL + "  2027: {status: assumed}\n")

    with pytest.raises(CalendarError, match="thiếu năm 2026"):
        Calendar(read_calendar(path))
