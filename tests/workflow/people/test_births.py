from datetime import date

import pytest

from workflow.people.births import judge_birth, whole_years


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ("05/03/1985", "1985-03-05", "day"), ("5-3-1985", "1985-03-05", "day"), ("5.3.1985", "1985-03-05", "day"),
        ("5 / 3 / 1985", "1985-03-05", "day"), ("1985-03-05", "1985-03-05", "day"), ("1985-03-05 00:00:00", "1985-03-05", "day"),
        ("05031985", "1985-03-05", "day"), ("01/01/1950", "1950-01-01", "day"), ("29/02/2000", "2000-02-29", "day"),
        ("1956", "1956", "year"), ("1956.0", "1956", "year"), ("//1956", "1956", "year"), ("00/00/1956", "1956", "year"),
        ("0/0/1956", "1956", "year"), ("xx/xx/1956", "1956", "year"), ("../../1956", "1956", "year"), ("sinh năm 1956", "1956", "year"),
        ("Sinh năm: 1956", "1956", "year"), ("năm 1956", "1956", "year"), ("/1956", "1956", "year"),
        ("03/1956", "1956-03", "month"), ("00/03/1956", "1956-03", "month"), ("//3/1956", None, None),
        ("ngày 5 tháng 3 năm 1985", "1985-03-05", "day"), ("5/3/1985 0:00:00", "1985-03-05", "day"), ("05/03/1985.", "1985-03-05", "day"),
        ("1956-00-00", "1956", "year"), ("1956-03-00", "1956-03", "month"),
    ],
)  # fmt: skip
def test_births_are_kept_as_precisely_as_they_are_written(written, value, precision):
    judged = judge_birth(written, this_year=2025)

    assert (judged.value, judged.precision) == (value, precision)


@pytest.mark.parametrize(
    ("written", "value"), [("05/23/1985", "1985-05-23"), ("20455", "1956-01-01"), ("5/3/85", "1985-03-05")]
)
def test_what_was_repaired_is_marked(written, value):
    judged = judge_birth(written, this_year=2025)

    assert (judged.value, judged.repaired) == (value, True)


def test_a_day_and_month_that_may_both_be_months_are_not_swapped():
    assert not judge_birth("05/03/1985", this_year=2025).repaired


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "empty"), ("31/02/1985", "impossible"), ("29/02/1985", "impossible"), ("23/23/1985", "impossible"), ("13/1985", "impossible"),
        ("không rõ", "unreadable"), ("5/3/15", "century"), ("05/03/1885", "too_early"), ("1885", "too_early"), ("1985-02-31", "impossible"),
        ("=1+1", "unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_birth_is_named(written, problem):
    assert (judge_birth(written, this_year=2025).value, judge_birth(written, this_year=2025).problem) == (None, problem)


@pytest.mark.parametrize(("id_year", "value"), [(1915, "1915-03-05"), (2015, "2015-03-05"), (1985, None)])
def test_the_id_number_decides_the_century(id_year, value):
    assert judge_birth("5/3/15", this_year=2025, id_year=id_year).value == value


@pytest.mark.parametrize(
    ("birth_on", "on", "years"),
    [
        ("1985-03-05", date(2025, 3, 5), 40),
        ("1985-03-05", date(2025, 3, 4), 39),
        ("1985-03", date(2025, 3, 1), 40),
        ("2004-02-29", date(2025, 2, 28), 20),
    ],
)
def test_ages_are_whole_years(birth_on, on, years):
    assert whole_years(birth_on, on) == years
