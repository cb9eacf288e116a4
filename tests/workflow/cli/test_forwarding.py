"""Reports that travel through another post, at a terminal: who has sent, passing on, what comes later."""

from pathlib import Path

import pytest

from tests.workflow.cli.conftest import Place, call

BEFORE, LATER = "2025-05-20 15:50", "2025-05-20 16:30"
ITEM, BY, DAY = "daily-report", "deputy-police-chief", ("--period", "2025-05-20")


@pytest.fixture(scope="module")
def town(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A unit of the Cát Thành pack on a day of its campaign, nothing sent yet."""
    place = Place(kind, tmp_path_factory.mktemp("relay"), "cli_relay")
    form = place.folder / "don-vi.yaml"
    call("init", "--pack", "cat-thanh-2025", "--sample", form)
    place.run("init", "--rehearsal", form, now="2025-05-14 08:00")
    place.run("tick", now="2025-05-20 08:00")
    return place


def report_of(place: Place, team: str, now: str) -> str:
    lines = place.json("tasks", "relay", ITEM, *DAY, by=BY, now=now)["reports"]
    return str(next(line["task"] for line in lines if line["scope"] == team))


def test_what_has_come_is_passed_on_and_what_comes_later_too(town: Place) -> None:
    shown = town.run("tasks", "relay", ITEM, *DAY, by=BY, now=BEFORE).stdout
    assert "0/2 báo cáo đã gửi" in shown
    assert "chưa gửi" in shown
    assert "hãy đôn đốc các tổ" in town.refused("tasks", "forward", ITEM, *DAY, by=BY, now=BEFORE)
    town.run("tasks", "move", report_of(town, "T01", BEFORE), "submit", by="team-leader-t01", now=BEFORE)

    told = town.run("tasks", "forward", ITEM, *DAY, by=BY, now=BEFORE).stdout
    assert "Đã chuyển 1 báo cáo kỳ 2025-05-20, đúng hạn" in told
    assert "Còn thiếu: Tổ công tác số 2" in told
    assert "đều đã được chuyển" in town.refused("tasks", "forward", ITEM, *DAY, by=BY, now=LATER)

    town.run("tasks", "move", report_of(town, "T02", LATER), "submit", by="team-leader-t02", now=LATER)
    added = town.json("tasks", "forward", ITEM, *DAY, by=BY, now=LATER)
    assert (added["reports"], added["is_supplement"], added["missing"]) == (["T02"], True, [])
    seen = town.json("tasks", "relay", ITEM, *DAY, by=BY, now=LATER)
    assert [(one["is_supplement"], one["missing"]) for one in seen["passed"]] == [(False, ["T02"]), (True, [])]
    assert all(line["is_passed_on"] for line in seen["reports"])
    assert "thiếu lúc đó: Tổ công tác số 2" in town.run("tasks", "relay", ITEM, *DAY, by=BY, now=LATER).stdout


def test_what_nobody_forwards_names_what_is_and_others_may_not(town: Place) -> None:
    assert "có: daily-report" in town.refused("tasks", "relay", "lap-danh-sach", by=BY, now=LATER)
    assert "Việc daily-report" in town.refused("tasks", "forward", ITEM, "--period", "2024-01-01", by=BY, now=LATER)
    assert town.refused("tasks", "forward", ITEM, *DAY, by="team-leader-t01", now=LATER)


def test_setting_up_in_the_middle_says_which_reports_nobody_owes(kind: str, tmp_path: Path) -> None:
    place, form = Place(kind, tmp_path, "cli_between"), tmp_path / "don-vi.yaml"
    call("init", "--pack", "cat-thanh-2025", "--sample", form)

    told = place.run("init", "--rehearsal", form, now="2025-05-20 16:00").stdout
    place.run("tick", now="2025-05-21 08:00")

    assert "  6 kỳ báo cáo có hạn trước lúc lập: không đòi." in told
    assert "việc của tổ, địa bàn có hạn trước lúc lập: không giao" not in told
    board = place.json("tasks", "list", "--view", "all", by=BY, now="2025-05-21 08:00")["rows"]
    assert {row["occurrence"] for row in board if row["item"] in (ITEM, f"{ITEM}-forward")} == {"2025-05-21"}
