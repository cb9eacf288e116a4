"""Quiet hours as somebody types them: two real times of day, or none."""

import pytest

from workflow.errors import BadInput
from workflow.notices.hours import typed_quiet


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("21:75", "6:00"), ("21:00", "06:60"), ("24:00", "6"), ("21", ""), ("", "6:00"), ("-1:90", "6"), ("24/5 20h", "6"), ("tối", "6")],
)  # fmt: skip
def test_what_is_no_time_of_day_is_refused(begins: str, ends: str) -> None:
    with pytest.raises(BadInput, match=r"Giờ yên lặng: (ghi cả hai giờ|“.+” không phải là giờ trong ngày)"):
        typed_quiet(begins, ends)


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [
        ("20h30", "6:00", (1230, 360)),
        ("21", "6h", (1260, 360)),
        ("20g30", "0:00", (1230, 0)),
        ("23:59", "00:01", (1439, 1)),
    ],
)
def test_times_as_people_write_them(begins: str, ends: str, minutes: tuple[int, int]) -> None:
    assert typed_quiet(begins, ends) == minutes
