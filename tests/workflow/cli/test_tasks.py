"""The plan at a terminal: what is late, what a task needs, moving it on, evidence with a file, wrong evidence taken back."""

import uuid
from pathlib import Path

import pytest

from tests.workflow.cli.conftest import Place
from tests.workflow.files import files
from workflow.figures import plan_ahead

NOW = "2025-05-20 09:00"


def task_of(place: Place, item: str) -> str:
    """Return the id of a task that stands alone."""
    rows = place.json("tasks", "list", "--view", "all", by="coordinator", now=NOW)["rows"]
    return str(next(row["task"] for row in rows if row["item"] == item))


def test_a_task_is_worked_on_from_beginning_to_end(place: Place, tmp_path: Path) -> None:
    task, paper = task_of(place, "conference"), tmp_path / "bien-ban.pdf"
    paper.write_bytes(files.PDF)

    def chair(*arguments: object, code: int = 0) -> str:
        return place.run("tasks", *arguments, by="chair", now=NOW, code=code).stdout

    assert "đang làm" in chair("move", task, "start")
    assert "40 %" in chair("progress", task, 40, "--note", "đã họp")
    assert "thiếu “Biên bản hội nghị”" in place.refused("tasks", "move", task, "submit", by="chair", now=NOW)
    wrong = place.json("tasks", "evidence", task, "--kind", "document", "--label", "Số 9", by="chair", now=NOW)[
        "evidence"
    ]
    chair("evidence", task, "--withdraw", wrong, "--reason", "nhầm văn bản")
    chair("evidence", task, "--kind", "document", "--label", "Biên bản số 5", "--file", paper)
    chair("evidence", task, "--kind", "count", "--label", "Số hội nghị", "--count", 1)
    chair("move", task, "submit", "--at", "2025-05-20 08:00", code=1)  # before it was started
    chair("move", task, "submit")
    place.run("tasks", "move", task, "accept", by="coordinator", now=NOW)

    seen = place.json("tasks", "show", task, by="chair", now=NOW)
    assert (seen["state"], seen["progress"], seen["lacking"]) == ("done", 40, [])
    assert [(one["label"], one["file"], one["withdrawn"]) for one in seen["evidence"]] == [
        ("Số 9", None, True), ("Biên bản số 5", "bien-ban.pdf", False), ("Số hội nghị", None, False),
    ]  # fmt: skip
    assert len(list((place.instance / "uploads").iterdir())) == 1
    told = chair("show", task)
    assert "đã rút: nhầm văn bản" in told
    assert "ghi tiến độ 40 % (đã họp)" in told


def test_lists_count_and_show_what_the_actor_sees(place: Place) -> None:
    whole = place.json("tasks", "list", by="coordinator", now=NOW)
    mine = place.json("tasks", "list", "--mine", by="culture", now=NOW)

    assert whole["counts"]["open"] == sum(max(row["total"], 1) for row in whole["rows"])
    assert {row["owner"] for row in mine["rows"]} == {mine["rows"][0]["owner"]}
    assert len(mine["rows"]) < len(whole["rows"])
    assert "không có hạn" in place.run("tasks", "list", "--limit", 2, by="coordinator", now=NOW).stdout
    assert "dòng nữa" in place.run("tasks", "list", "--limit", 2, by="coordinator", now=NOW).stdout


def test_refusals_are_sentences(place: Place, tmp_path: Path) -> None:
    task, program = task_of(place, "open-column"), tmp_path / "a.exe"
    program.write_bytes(b"MZ")
    add = ("tasks", "evidence", task, "--kind", "document", "--label", "Số 1")

    assert "Không tìm thấy" in place.refused("tasks", "show", uuid.uuid4(), by="coordinator", now=NOW)
    assert "Loại tệp này không được nhận" in place.refused(*add, "--file", program, by="culture", now=NOW)
    assert "không đọc được tệp" in place.refused(*add, "--file", tmp_path / "none.pdf", by="culture", now=NOW)
    assert "không thuộc quyền" in place.refused("tasks", "move", task, "start", by="coordinator", now=NOW)
    asked = ("tasks", "evidence", task)
    assert "Thiếu --kind (loại) và --label" in place.refused(*asked, by="culture", now=NOW, code=2)
    half = place.refused(*asked, "--kind", "photo", by="culture", now=NOW, code=2)
    assert half.startswith("Thiếu --label (tên minh chứng); ")


@pytest.mark.parametrize("percent", ["101", "-5", "-55", "nửa"])
def test_a_share_is_a_number_from_0_to_100(place: Place, percent: str) -> None:
    told = place.refused("tasks", "progress", uuid.uuid4(), percent, by="culture", now=NOW, code=2)

    assert told.startswith("đối số PHẦN_TRĂM: phải là một số nguyên từ 0 đến 100.")


def test_a_move_that_is_not_possible_names_the_command_that_shows_the_task(place: Place) -> None:
    task = task_of(place, "open-column")
    place.run("tasks", "move", task, "cancel", "--reason", "gộp", by="coordinator", now=NOW)

    told = place.refused("tasks", "move", task, "start", by="culture", now=NOW)
    place.run("tasks", "move", task, "reopen", "--reason", "không gộp nữa", by="coordinator", now=NOW)

    assert f"Xem lại hiện trạng bằng “tungnha tasks show {task}”." in told


def test_a_task_tells_all_that_happened_in_words_and_what_was_said(place: Place) -> None:
    task = task_of(place, "open-column")
    place.run("tasks", "comment", task, "Đã họp với đài.\nCòn thiếu:\n\n- loa phường", by="culture", now=NOW)
    place.run("tasks", "evidence", task, "--kind", "link", "--label", "https://example.vn/a", by="culture", now=NOW)

    told = place.run("tasks", "show", task, by="culture", now=NOW).stdout
    data = place.json("tasks", "show", task, by="culture", now=NOW)["history"]

    assert "ghi trao đổi\n      Đã họp với đài.\n      Còn thiếu:\n      \n      - loa phường\n" in told
    assert ": mở nhiệm vụ\n" in told
    assert ": bổ sung minh chứng “https://example.vn/a”\n" in told
    assert "comment" not in told
    assert "evidence" not in told
    assert [line["said"] for line in data if line["what"] == "comment"] == [
        "Đã họp với đài.\nCòn thiếu:\n\n- loa phường"
    ]


def test_a_row_of_several_teams_is_named_by_its_item_which_lists_them(place: Place) -> None:
    place.run("tick", now=NOW)
    rows = place.json("tasks", "list", "--view", "all", "--limit", 500, by="coordinator", now=NOW)["rows"]
    folded = next(row for row in rows if row["task"] is None)
    text = place.run("tasks", "list", "--view", "all", "--limit", 500, by="coordinator", now=NOW).stdout

    assert any(line.startswith(f"{folded['item']} ") for line in text.splitlines())
    assert not any(line.startswith(" ") for line in text.splitlines())
    told = place.json("tasks", "show", folded["item"], by="coordinator", now=NOW)
    assert len([one for one in told["tasks"] if one["occurrence"] == folded["occurrence"]]) == folded["total"]
    one = told["tasks"][0]
    shown = place.run("tasks", "show", folded["item"], by="coordinator", now=NOW).stdout
    assert one["task"] in shown
    assert one["place"] in shown
    assert "không có kỳ này; có: " in place.refused(
        "tasks", "show", folded["item"], "--period", "2030-01-01", by="coordinator", now=NOW
    )
    near = place.refused("tasks", "show", f"{folded['item']}s", by="coordinator", now=NOW)
    assert "không phải mã nhiệm vụ hay mã việc" in near
    assert f"Có phải: {folded['item']}" in near


def test_the_plan_ahead_and_a_word_about_a_task(place: Place) -> None:
    rows = place.json("tasks", "list", "--view", "all", by="coordinator", now=NOW)["rows"]
    task = next(row["task"] for row in rows if row["task"] is not None)

    text = place.run("plan", "today", by="coordinator", now=NOW).stdout
    ahead = place.json("plan", "ahead", by="coordinator", now=NOW)
    told = place.json("plan", "today", by="coordinator", now=NOW)

    assert "nhiệm vụ đến hạn hôm nay, lập lúc" in text
    assert {"rows", "overdue", "left_out"} == set(ahead)
    assert {"rows", "overdue_before"} == set(told)
    assert place.run("plan", "ahead", by="coordinator", now=NOW).stdout.strip()
    place.run("tasks", "comment", task, "Đã nhắc đơn vị chủ trì.", by="coordinator", now=NOW)
    history = place.json("tasks", "show", task, by="coordinator", now=NOW)["history"]
    assert "comment" in {line["what"] for line in history}
    assert "chưa ghi gì" in place.refused("tasks", "comment", task, " ", by="coordinator", now=NOW)


def test_the_plan_ahead_says_how_many_rows_it_did_not_look_at(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = place.run("plan", "ahead", by="coordinator", now=NOW).stdout
    assert "chưa xét" not in whole
    monkeypatch.setattr(plan_ahead, "MOST", 1)

    told = place.run("plan", "ahead", by="coordinator", now=NOW).stdout
    left_out = place.json("plan", "ahead", by="coordinator", now=NOW)["left_out"]

    assert left_out > 0
    assert f"Kế hoạch quá dài: còn {left_out} dòng chưa xét; thêm --mine" in told


@pytest.mark.parametrize("typed", ["2025-05-20 08:00", "8:00 20/5/2025", "20/5 8h00", "8h"])
def test_a_moment_is_typed_as_anywhere_else(place: Place, typed: str) -> None:
    told = place.json("story", "--since", typed, "--until", "08:30", now=NOW)

    assert (told["since"], told["until"]) == ("2025-05-20T08:00:00+07:00", "2025-05-20T08:30:00+07:00")
