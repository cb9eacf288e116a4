"""The plan of another pack as one to fill in: what of it can be taken as it is, and what the file says of the rest."""

from io import BytesIO
from pathlib import Path

import pytest

from rules.pack import Pack, load_pack, shipped_packs
from workflow.planfile.judge import judge
from workflow.planfile.model import Judged
from workflow.planfile.read import read_plan
from workflow.planfile.template import Todo, write_from_template


def pack_of(name: str) -> Pack:
    return load_pack(shipped_packs()[name])


def written(folder: Path, here: str, other: str) -> tuple[list[Todo], Judged]:
    content = BytesIO()
    todos = write_from_template(content, pack_of(here), pack_of(other), title="Kế hoạch")
    (folder / "mau.xlsx").write_bytes(content.getvalue())
    return todos, judge(read_plan(folder / "mau.xlsx"), pack_of(here))


@pytest.mark.parametrize(("here", "other"), [("an-lac-2025", "cat-thanh-2025"), ("cat-thanh-2025", "an-lac-2025")])
def test_what_the_file_says_is_to_do_is_what_its_import_says(tmp_path, here, other):
    todos, found = written(tmp_path, here, other)

    waiting = {each.row for each in found.rejections if "mà dòng ấy bị trả lại" in each.reason}
    rejected = {row.number for row in found.rows if row.outcome == "rejected"}
    assert {todo.row for todo in todos if todo.is_needed} == rejected - waiting
    assert found.counts["updated"] == 0, "a code of another plan changes nothing here"
    assert found.sheet.findings == ()


def test_an_owner_is_the_one_post_of_the_same_name_code_or_role(tmp_path):
    _, found = written(tmp_path, "an-lac-2025", "cat-thanh-2025")
    other = pack_of("cat-thanh-2025").model.plan

    owners = {
        item.id: row.cells["owner"] for item, row in zip((*other.tasks, *other.duties), found.sheet.rows, strict=True)
    }
    assert owners["media"] == "Công chức Văn hóa – xã hội", "the same code"
    assert {owners[item.id] for item in other.tasks if item.owner == "team_leader"} == {"Tổ trưởng tổ công tác"}
    assert {owners[item.id] for item in other.tasks if item.owner == "deputy_police_chief"} == {
        "Đầu mối tổng hợp của UBND phường"
    }
    assert {owners[item.id] for item in other.tasks if item.owner == "police_chief"} == {""}, "three posts own plans: which one is for people to say"  # fmt: skip


def test_a_row_without_an_owner_names_whom_the_other_plan_names(tmp_path):
    todos, _ = written(tmp_path, "an-lac-2025", "cat-thanh-2025")

    assert any(
        todo.said.startswith("Ghi đơn vị chủ trì (mẫu: Tài chính – Kế toán)") for todo in todos if todo.is_needed
    )
    assert any("Đơn vị phối hợp của mẫu không có ở đây" in todo.said for todo in todos if not todo.is_needed)


def test_the_plan_of_its_own_pack_comes_back_unchanged(tmp_path):
    todos, found = written(tmp_path, "an-lac-2025", "an-lac-2025")

    assert todos == []
    assert found.counts["unchanged"] == len(found.rows)
