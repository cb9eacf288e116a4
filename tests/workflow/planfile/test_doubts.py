"""What a plan's file says that is taken and yet looked at first, or that cannot be taken: a deadline long past, one task that becomes fifteen."""

from io import BytesIO
from pathlib import Path

import pytest

from rules.pack import Pack
from rules.time import at
from tests.workflow.plan.conftest import cat_thanh
from tests.workflow.planfile.sheets import HEADER, plan_file
from workflow.plan.scopes import Organisation, Scope
from workflow.planfile.doubts import Present
from workflow.planfile.export import Stand, stand_texts, write_plan
from workflow.planfile.judge import judge
from workflow.planfile.model import Judged
from workflow.planfile.read import read_plan

FIVE_AREAS = Organisation(areas=[Scope(f"tdp-{n}", f"Tổ dân phố {n}") for n in range(1, 6)])
NOW = Present(at("2025-05-24 09:00"), FIVE_AREAS)


@pytest.fixture
def pack() -> Pack:
    return cat_thanh()


def row(
    no: object, label: str = "Treo băng rôn", due: str = "trước ngày 28/5", *more: object, evidence: str = ""
) -> list:
    return [no, label, "Văn phòng", "", due, evidence, "", "", *more]


def judged(folder: Path, rows: list, pack: Pack, *more: str) -> Judged:
    return judge(read_plan(plan_file(folder / "kh.xlsx", rows, header=(*HEADER, *more))), pack, present=NOW)


@pytest.mark.parametrize(
    ("due", "passed"),
    [
        ("trước ngày 14/5", True),
        ("trước 9h ngày 24/5", True),
        ("đến hết ngày 24/5", False),
        ("trước 16h hằng ngày", False),
        ("02 ngày kể từ bắt đầu đợt", True),
        ("không có hạn: tùy lúc", False),
    ],
)  # fmt: skip
def test_a_deadline_that_has_passed_is_taken_and_said(tmp_path, pack, due, passed):
    phase = pack.model.pack.windows["collect"].label.vi
    found = judged(tmp_path, [row(1, "Treo", due, phase)], pack, "Giai đoạn")

    assert found.rows[0].outcome == "created"
    assert [("hạn đã qua" in each) for each in found.rows[0].doubts] == [True] * passed
    assert found.to_look_at == int(passed)


def test_what_stands_as_it_was_is_not_looked_at_again(tmp_path, pack):
    known = next(task for task in pack.model.plan.tasks if task.due == "before 2025-05-20")
    content = BytesIO()
    write_plan(content, pack, title="Kế hoạch", subtitle="")
    (tmp_path / "ra.xlsx").write_bytes(content.getvalue())

    found = judge(read_plan(tmp_path / "ra.xlsx"), pack, present=NOW)

    assert known.id in {each.item.id for each in found.rows if each.item}
    assert found.to_look_at == 0


def test_one_post_that_gets_a_task_for_each_area_is_told_how_many(tmp_path, pack):
    rows = [row(1, "Kiểm tra", "trước ngày 28/5", "từng địa bàn"), row(2, "Họp", "trước ngày 28/5", "cả đơn vị")]

    found = judged(tmp_path, rows, pack, "Áp dụng cho")

    many, one = found.rows
    assert [str(each) for each in many.doubts] == ["một chức danh nhận 5 việc, vì ghi “từng địa bàn”; nếu chỉ là một việc thì ghi “cả đơn vị”"]  # fmt: skip
    assert one.doubts == ()


def test_a_number_that_two_rows_bear_is_said_at_both(tmp_path, pack):
    found = judged(tmp_path, [row(1, "Một"), row(1, "Hai"), row(2, "Ba")], pack)

    assert [list(map(str, each.doubts)) for each in found.rows] == [
        ["số “1” còn ở dòng 3"],
        ["số “1” còn ở dòng 2"],
        [],
    ]
    assert found.to_look_at == 2


@pytest.mark.parametrize(
    "evidence", ["Số lượng: Số tin (ít nhất ba mươi)", "Tin bài (tối thiểu ba mươi tin)", "ít nhất ba mươi tin bài"]
)
def test_a_least_number_in_words_is_handed_back(tmp_path, pack, evidence):
    found = judged(tmp_path, [row(1, evidence=evidence)], pack)

    assert found.rejections[0].column[:1] == "F"
    assert "không đọc được con số ít nhất" in found.rejections[0].reason
    assert "(ít nhất 30)" in found.rejections[0].todo


def test_columns_of_states_that_say_something_else_are_said_not_to_be_read(tmp_path, pack):
    wrote = {"media": Stand("hết Thứ Hai 19/5/2025", "đã xong", "quá hạn", True, 30, 2)}
    stands = {"media": Stand("hết Thứ Hai 19/5/2025", "đang làm", "quá hạn", True, 30, 2)}
    content = BytesIO()
    write_plan(content, pack, title="Kế hoạch", subtitle="", stands=wrote)
    (tmp_path / "ra.xlsx").write_bytes(content.getvalue())
    sheet = read_plan(tmp_path / "ra.xlsx")

    same, other = (
        judge(
            sheet, pack, present=Present(NOW.now, FIVE_AREAS, {name: stand_texts(each) for name, each in now.items()})
        )
        for now in (wrote, stands)
    )

    number = next(each.number for each in other.rows if each.item and each.item.id == "media")
    assert same.findings == ()
    assert other.counts["unchanged"] == len(other.rows)
    assert f"dòng {number} “đã xong” (nay: “đang làm”)" in other.findings[0].message
    assert other.findings[0].message.startswith("Cột “Trạng thái” chỉ để xem, không được nhập")


def test_a_long_cell_is_quoted_by_its_beginning(tmp_path, pack):
    long = "dài " * 400
    found = judged(tmp_path, [row(1, long, long), row(2, "Họp", "dài " * 60)], pack)

    assert found.counts["rejected"] == 2
    for each in found.rejections:
        assert max(len(each.value), len(each.reason), len(each.todo)) < 300
    assert len(found.rows[0].label) <= 120
