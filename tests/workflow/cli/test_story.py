"""A day told at a terminal, and a day rehearsed in a database that is thrown away."""

import json

import pytest

from tests.workflow.cli.conftest import Place, call


def test_a_unit_tells_what_its_clock_did(place: Place) -> None:
    place.run("tick", now="2025-05-20 15:30")
    told = place.json("story", "--since", "2025-05-20 06:00", "--until", "2025-05-20 15:31", now="2025-05-20 15:45")
    text = place.run("story", "--since", "2025-05-20 06:00", now="2025-05-20 15:45").stdout

    assert {one["at"] for one in told["called"]} <= {
        f"2025-05-20T{h:02}:{m:02}:00+07:00" for h in range(6, 16) for m in range(60)
    }
    assert "từ 06:00 ngày 20/5/2025" in text
    assert f"nhắc {sum(one['n'] for one in told['called'] if one['level'] == 1)} lượt" in text


def test_a_stretch_that_ends_before_it_begins_is_refused(place: Place) -> None:
    refused = place.refused(
        "story", "--since", "2025-05-20 06:00", "--until", "2025-05-20 05:00", now="2025-05-20 15:45"
    )
    assert "không ở sau 06:00 ngày 20/5/2025" in refused


@pytest.mark.slow
def test_a_rehearsed_day_touches_no_database_of_the_unit() -> None:
    args = (
        "rehearse",
        "--day",
        "2025-05-15 00:00",
        "--people",
        150,
        "--stop",
        "2025-05-15 14:50",
        "--resume",
        "2025-05-15 15:20",
    )
    told = json.loads(call(*args, "--json", env={"TUNGNHA_INSTANCE": "/nowhere/at/all"}).stdout)

    reminded = [one for one in told["called"] if one["rule"] == "daily-report-due-soon"]
    assert {one["at"][11:16] for one in reminded} == {"15:00"}
    assert {one["opened_until"][11:16] for one in reminded} <= {"15:20", *(f"15:{m:02}" for m in range(20))}
    assert any(one["opened_until"][11:16] == "15:20" for one in reminded)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--day", "2025-06-20 00:00"), "đợt mẫu chỉ có từ"),
        (("--stop", "2025-05-22 15:30"), "ghi cùng nhau"),
        (("--stop", "2025-05-22 15:30", "--resume", "2025-05-22 15:00"), "dừng trước rồi mới chạy lại"),
        (("--stop", "2025-05-21 15:30", "--resume", "2025-05-22 15:00"), "phải nằm trong khoảng"),
    ],
)
def test_what_cannot_be_rehearsed_is_a_sentence(options: tuple[str, ...], told: str) -> None:
    result = call("rehearse", *options)

    assert result.exit_code == 1
    assert told in result.stderr
