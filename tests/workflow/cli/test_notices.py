"""A unit's way of telling, at a terminal."""

from tests.workflow.cli.conftest import Place

NOW = "2025-05-20 09:10"


def test_it_is_shown_set_and_set_back(place: Place) -> None:
    assert (
        "Gói quy tắc: yên lặng 21:00–06:00; 1 giờ một bản; nhiều nhất 200 dòng"
        in place.run("notices", "show", now=NOW).stdout
    )

    done = place.run("notices", "set", "--quiet", "22:15-06:30", "--every", "4", by="coordinator", now=NOW).stdout
    assert done == "Đã lưu; có hiệu lực từ 12:00 ngày 20/5/2025.\n"
    told = place.json("notices", "show", now=NOW)
    assert told["now"]["every_hours"] == 1
    assert told["to_come"] == {
        "from_at": "2025-05-20T12:00:00+07:00", "quiet_from": "22:15", "quiet_until": "06:30", "every_hours": 4, "most_listed": 200,
    }  # fmt: skip
    assert place.json("notices", "show", now="2025-05-20 12:00")["now"]["quiet_from"] == "22:15"
    place.run("notices", "set", by="coordinator", now="2025-05-20 13:00")
    assert place.json("notices", "show", now="2025-05-21 09:00")["now"]["quiet_from"] == "21:00"


def test_what_cannot_be_is_refused_in_a_sentence(place: Place) -> None:
    late = "2025-05-21 09:00"
    assert "ghi cả hai giờ" in place.refused("notices", "set", "--quiet", "tối", by="coordinator", now=late)
    assert "phải nằm trong khoảng từ 18:00 đến 08:00" in place.refused(
        "notices", "set", "--quiet", "9:00-17:00", by="coordinator", now=late
    )
    assert "trùm lên giờ chốt 22:00" in place.refused(
        "notices", "set", "--quiet", "21:30-06:00", by="coordinator", now=late
    )
    assert "gói cho đơn vị chọn: 1, 2, 3, 4" in place.refused(
        "notices", "set", "--every", "5", by="coordinator", now=late
    )
    assert "đầu mối tổng hợp hoặc quản trị" in place.refused("notices", "set", "--every", "2", by="chair", now=late)
