import pytest

from workflow.people.phones import judge_phone


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0500123456", "0500123456"),
        ("0500 123 456", "0500123456"),
        ("0500.123.456", "0500123456"),
        ("(0500) 123-456", "0500123456"),
        ("+84500123456", "0500123456"),
        ("84500123456", "0500123456"),
        ("0084500123456", "0500123456"),
        ("+84 (0)500123456", "0500123456"),
        ("500123456", "0500123456"),
        ("500123456.0", "0500123456"),
        ("'0500123456", "0500123456"),
        ("02203000000", "02203000000"),
    ],
)
def test_forms_of_one_number_become_one(written, value):
    assert judge_phone(written).value == value


@pytest.mark.parametrize(
    ("written", "value"), [("01660000000", "0360000000"), ("1230000000", None), ("+841230000000", "0830000000")]
)
def test_eleven_digit_numbers_become_what_they_are_since_2018(written, value):
    judged = judge_phone(written)

    assert judged.value == (value or "0830000000")
    assert judged.renumbered


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "empty"),
        (" / ", "empty"),
        ("không có", "not_a_number"),
        ("05001234", "length"),
        ("050012345678", "length"),
        ("0100000000", "length"),
    ],
)
def test_what_is_no_phone_number_is_named(written, problem):
    assert (judge_phone(written).value, judge_phone(written).problem) == (None, problem)


def test_the_first_usable_of_several_numbers_is_kept():
    judged = judge_phone("123 / 0500123456; 0500654321")

    assert (judged.value, judged.several) == ("0500123456", True)
