"""Which task a row speaks of: the same file twice is the same plan, whatever its rows have in common."""

from pathlib import Path

import pytest

from rules.pack import Pack, load_files
from rules.pack.model import PlanTask
from rules.pack.plan_text import plan_text, with_plan
from tests.workflow.plan.conftest import cat_thanh
from tests.workflow.planfile.sheets import HEADER, plan_file
from workflow.planfile.judge import judge
from workflow.planfile.model import Judged
from workflow.planfile.read import read_plan

CODED = (*HEADER, "Mã việc")


@pytest.fixture
def pack() -> Pack:
    return cat_thanh()


def row(
    no: object,
    label: str = "Treo băng rôn",
    due: str = "trước ngày 20/5",
    owner: str = "Văn hóa – xã hội",
    after: str = "",
) -> list:
    return [no, label, owner, "", due, "", "", after]


def judged(folder: Path, rows: list, pack: Pack, header: tuple[str, ...] = HEADER) -> Judged:
    return judge(read_plan(plan_file(folder / "kh.xlsx", rows, header=header)), pack)


def in_force(found: Judged, pack: Pack) -> Pack:
    """The pack with what a file came to."""
    return load_files(with_plan(pack.files, plan_text(found.plan), version=pack.version + 1))


def told(found: Judged) -> list[str]:
    return [each.outcome for each in found.rows]


def test_two_rows_that_nothing_tells_apart_are_both_handed_back_the_first_time(tmp_path, pack):
    found = judged(tmp_path, [row(1), row(2, due="trước ngày 20/5/2025"), row(3, "Họp")], pack)

    assert told(found) == ["rejected", "rejected", "created"]
    first, second = found.rejections
    assert (first.row, second.row, first.column[:1]) == (2, 3, "B")
    assert "trùng với dòng 3: cùng nội dung, đơn vị chủ trì và hạn" in first.reason
    assert "trùng với dòng 2" in second.reason
    assert "ghi nội dung cho khác nhau" in first.todo


def test_two_rows_of_a_task_that_is_there_are_both_handed_back(tmp_path, pack):
    known = pack.model.plan.tasks[20]

    found = judged(tmp_path, [row(1, known.label.vi), row(2, known.label.vi)], pack)

    assert told(found) == ["rejected", "rejected"]
    assert known.id in found.rejections[0].todo
    assert known not in found.vanished, "it is in the file, twice"


@pytest.mark.parametrize(
    "rows",
    [
        [row(1), row(2, due="trước ngày 27/5")],
        [row("", due="trước ngày 27/5"), row("")],
        [row(1), row(2, owner="Văn phòng")],
        [
            row(1, "Họp"),
            row(2, due="02 ngày làm việc kể từ khi xong việc 1"),
            row(3, due="03 ngày kể từ khi xong việc 1"),
        ],
        [row(1), row(2, due="thường xuyên")],
        [row(n, due=f"trước ngày {n + 14}/5") for n in range(1, 6)],
    ],
)
def test_rows_of_the_same_words_are_known_again(tmp_path, pack, rows):
    first = judged(tmp_path, rows, pack)
    again = judged(tmp_path, rows, in_force(first, pack))

    assert "created" in told(first)
    assert told(again) == [{"created": "unchanged"}.get(each, each) for each in told(first)]


def test_one_of_two_tasks_of_the_same_words_gets_another_deadline(tmp_path, pack):
    after = in_force(judged(tmp_path, [row(1), row(2, due="trước ngày 25/5")], pack), pack)

    found = judged(tmp_path, [row(1), row(2, due="trước ngày 27/5")], after)

    assert told(found) == ["unchanged", "updated"]
    assert [(each.before[:16], each.after[:16]) for each in found.rows[1].changes] == [
        ("trước ngày 25/5 ", "trước ngày 27/5 ")
    ]


def test_a_row_that_was_mended_comes_in_beside_its_namesake(tmp_path, pack):
    after = in_force(judged(tmp_path, [row(1), row(2, due="thường xuyên")], pack), pack)

    assert told(judged(tmp_path, [row(1), row(2, due="trước ngày 27/5")], after)) == ["unchanged", "created"]


def test_which_of_two_tasks_is_meant_is_asked_when_nothing_says(tmp_path, pack):
    after = in_force(judged(tmp_path, [row(1), row(2, due="trước ngày 25/5")], pack), pack)

    found = judged(tmp_path, [row(7, due="trước ngày 27/5")], after)

    assert "kế hoạch có 2 việc cùng tên này" in found.rejections[0].reason
    assert "treo-bang-ron, treo-bang-ron-2" in found.rejections[0].todo


def test_a_code_that_is_unknown_is_handed_back_with_the_nearest(tmp_path, pack):
    rows = [[*row(1, "Mã gõ nhầm"), "lead-campain"], [*row(2, "Mã lạ"), "khong-co-ma"], [*row(3, "Mới"), ""]]

    found = judged(tmp_path, rows, pack, CODED)

    assert told(found) == ["rejected", "rejected", "created"]
    near, far = found.rejections
    assert near.reason == "kế hoạch không có việc nào mang mã “lead-campain”"
    assert "Có phải “lead-campaign”" in near.todo
    assert "để trống" in far.todo


@pytest.mark.parametrize("due", ["trước ngày 25/5", "02 ngày làm việc kể từ khi xong việc 101"])
def test_what_hangs_on_a_row_that_was_handed_back_says_so(tmp_path, pack, due):
    rows = [row(101), row(102), row(103, "Sau", due=due, after="101" if "kể từ" not in due else "")]

    found = judged(tmp_path, rows, pack)

    assert found.rejections[-1].reason == "chờ việc ở dòng 2, mà dòng ấy bị trả lại"


@pytest.mark.parametrize(
    ("due", "after", "column"), [("trước ngày 25/5", "1", "H"), ("02 ngày kể từ khi xong việc 1", "", "E")]
)
def test_a_number_that_two_rows_bear_names_neither(tmp_path, pack, due, after, column):
    found = judged(tmp_path, [row(1, "Một"), row(1, "Hai"), row(2, "Ba", due=due, after=after)], pack)

    assert told(found) == ["created", "created", "rejected"]
    assert found.rejections[0].column[:1] == column
    assert found.rejections[0].reason == "“1” là số hay tên của nhiều dòng: dòng 2, 3"


def test_numbers_with_a_comma_between_them_are_not_one_number(tmp_path, pack):
    rows = [row(n, f"Việc {n}", due="trước ngày 27/5") for n in range(1, 14)] + [row(14, "Sau hai việc", after="1, 3")]

    found = judged(tmp_path, rows, pack).rows[-1].item

    assert isinstance(found, PlanTask)
    assert found.after == ("viec-1", "viec-3")


def test_a_task_of_the_plan_that_is_not_in_the_file_is_named_by_its_code(tmp_path, pack):
    found = judged(tmp_path, [row(1, after="lead-campaign", due="trước ngày 28/5")], pack).rows[0].item

    assert isinstance(found, PlanTask)
    assert found.after == ("lead-campaign",)


def test_a_deadline_may_count_from_a_task_whose_words_begin_with_a_number(tmp_path, pack):
    found = judged(tmp_path, [row(1, "15 băng rôn"), row(2, "Họp", due="02 ngày kể từ khi xong việc 1")], pack)

    assert told(found) == ["created", "created"]
