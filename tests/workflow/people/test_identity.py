"""ID numbers. Numbers here start with 999, or claim a birth in the 2300s, so that nobody can have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.people.identity import KNOWN_PREFIXES, PROVINCES, birth_year_of, judge_id, make_id, sex_of


def test_there_are_63_province_codes_and_the_synthetic_one():
    assert len(PROVINCES) == 63
    assert {"999"} == KNOWN_PREFIXES - PROVINCES


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("999185012345", "999185012345"),
        ("999 185 012 345", "999185012345"),
        ("999.185.012.345", "999185012345"),
        ("'999185012345", "999185012345"),
        ("999185012345.0", "999185012345"),
    ],
)
def test_decoration_is_taken_off(written, value):
    assert judge_id(written).value == value


@pytest.mark.parametrize(
    ("written", "value", "zeros"),
    [("31985000001", "031985000001", 1), ("1985000001", "001985000001", 2), ("31985000001.0", "031985000001", 1)],
)
def test_zeros_that_a_spreadsheet_dropped_are_put_back(written, value, zeros):
    judged = judge_id(written, sex="female", birth_year=2385)

    assert (judged.value, judged.zeros_added, judged.doubts) == (value, zeros, ())


@pytest.mark.parametrize(
    ("written", "sex", "birth_year"),
    [
        ("31985000001", "male", 2385),
        ("31985000001", "female", 1985),
        ("5985000001", None, None),
        ("41985000001", None, None),
    ],
)
def test_zeros_are_not_put_back_where_the_result_does_not_fit(written, sex, birth_year):
    judged = judge_id(written, sex=sex, birth_year=birth_year)

    assert (judged.value, judged.problem) == (None, "unsafe_repair")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "empty"), ("  ", "empty"), ("123456789", "old_card"), ("12345678", "old_card"), ("3.0123E+10", "scientific"), ("9,99185E+11", "scientific"),
        ("99918501234", "unsafe_repair"), ("9991850123456", "length"), ("1234", "length"), ("99918501234O", "not_digits"), ("chưa có", "not_digits"),
        ("٩٩٩١٨٥٠١٢٣٤٥", "not_digits"),
    ],
)  # fmt: skip
def test_what_is_no_id_number_is_named(written, problem):
    assert (judge_id(written).value, judge_id(written).problem) == (None, problem)


def test_doubts_name_what_does_not_agree_but_keep_the_number():
    judged = judge_id("998185012345", sex="male", birth_year=1986)

    assert judged.value == "998185012345"
    assert judged.doubts == ("unknown_province", "sex", "birth_year")


@given(st.sampled_from(["male", "female"]), st.integers(1900, 2399), st.integers(0, 999_999))
def test_a_number_states_the_sex_and_year_it_was_made_from(sex, year, serial):
    number = make_id("999", sex, year, serial)

    assert (sex_of(number), birth_year_of(number)) == (sex, year)
    assert judge_id(number, sex=sex, birth_year=year).doubts == ()


@pytest.mark.parametrize(("year", "serial"), [(1899, 1), (2400, 1), (1985, -1), (1985, 1_000_000)])
def test_a_number_that_cannot_be_written_is_not_made(year, serial):
    with pytest.raises(ValueError, match="1900"):
        make_id("999", "male", year, serial)
