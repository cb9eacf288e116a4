"""A plan's spreadsheet as an office has it, judged row by row against the town's real plan."""

from datetime import date
from io import BytesIO
from pathlib import Path
from unittest.mock import Mock

import pytest
import xlsxwriter

from rules.deadlines import Window
from rules.pack import Pack, load_files, load_pack, shipped_packs
from rules.pack.model import Duty, Label, PlanFile, PlanTask
from rules.pack.plan_text import plan_text, with_plan
from rules.pack.rebase import rebase
from tests.workflow.plan.conftest import cat_thanh
from tests.workflow.planfile.sheets import HEADER, plan_file
from workflow.errors import BadInput
from workflow.planfile.deadline_cells import read_due
from workflow.planfile.export import Stand, write_empty, write_plan
from workflow.planfile.judge import judge
from workflow.planfile.model import Judged
from workflow.planfile.read import read_plan
from workflow.planfile.template import write_from_template
from workflow.planfile.words import due_words, same_due
from workflow.roster.archive import SheetRefused


@pytest.fixture
def pack() -> Pack:
    return cat_thanh()


def judged(tmp_path: Path, rows: list, pack: Pack, **options: object) -> Judged:
    return judge(read_plan(plan_file(tmp_path / "kh.xlsx", rows, **options)), pack)  # type: ignore[arg-type]


def new(
    label: str = "Treo băng rôn", owner: str = "Văn hóa – xã hội", due: object = "trước ngày 20/5", **cells: object
) -> list:
    """A row of a new task, in the order of the usual header."""
    told = {"no": 1, "label": label, "owner": owner, "support": "", "due": due, "evidence": "", "note": "", "after": ""}
    return list((told | cells).values())


def test_a_plan_as_an_office_has_it_is_read_in_whatever_order_its_columns_stand(tmp_path, pack):
    header = (
        "Ghi chú",
        "Thời hạn hoàn thành",
        "TT",
        "Cơ quan, đơn vị chủ trì",
        "Nhiệm vụ",
        "Phối hợp",
        "Sản phẩm",
        "Làm sau",
    )
    rows = [
        "I. TUYÊN TRUYỀN",
        ("Mục 3.3", "trước ngày 20/5", 1, "VĂN HÓA - XÃ HỘI UBND THỊ TRẤN", "Treo 15 băng rôn", "Công an thị trấn; Đoàn Thanh niên", "Số lượng: Số băng rôn (ít nhất 15)", ""),
        ("", date(2025, 5, 22), "2", "Hội Phụ nữ", "Họp chi hội", "", "Biên bản họp; Ảnh: cuộc họp", "1"),
        "II. BÁO CÁO",
        ("", "trước 16h thứ Sáu hằng tuần", "3", "Văn phòng - Thống kê UBND thị trấn", "Báo cáo tuần", "", "", ""),
        ("", "05 ngày làm việc kể từ khi xong việc 2", "4", "Tổ trưởng tổ công tác", "Rà soát lại địa bàn", "", "", "1; 2"),
    ]  # fmt: skip

    found = judged(tmp_path, rows, pack, header=header, above=("UBND THỊ TRẤN CÁT THÀNH", "", "KẾ HOẠCH"))

    by_no = {row.no: row for row in found.rows}
    assert [row.outcome for row in found.rows] == ["created", "created", "rejected", "created"]
    banner, meeting, review = (by_no[n].item for n in ("1", "2", "4"))
    assert isinstance(banner, PlanTask)
    assert isinstance(meeting, PlanTask)
    assert isinstance(review, PlanTask)
    assert (banner.owner, banner.support, banner.due) == ("culture", ("police_chief", "youth"), "before 2025-05-20") or banner.support == ("police", "youth")  # fmt: skip
    assert (banner.evidence[0].kind, banner.evidence[0].at_least, banner.source) == ("count", 15, "Mục 3.3")
    assert (meeting.owner, meeting.due, meeting.after) == ("women", "by 2025-05-22", (banner.id,))
    assert [each.kind for each in meeting.evidence] == ["document", "photo"]
    assert (review.per, review.due, set(review.after)) == ("team", f"within 5 working days of {meeting.id}", {banner.id, meeting.id})  # fmt: skip
    assert by_no["1"].due == "trước ngày 20/5 (hết Thứ Hai 19/5)"
    assert by_no["1"].section == "I. TUYÊN TRUYỀN"
    assert banner.clause == "I. TUYÊN TRUYỀN, việc 1"
    assert "giai đoạn" in by_no["3"].rejections[0].reason, "the town's campaign has two phases: which one is asked"


def test_a_weekly_report_is_a_duty_of_the_phase_that_the_row_names(tmp_path, pack):
    found = judged(
        tmp_path,
        [[*new("Báo cáo tuần", due="trước 16h thứ Sáu hằng tuần"), "Lấy ý kiến"]],
        pack,
        header=(*HEADER, "Giai đoạn"),
    )

    duty = found.rows[0].item
    assert isinstance(duty, Duty)
    assert (duty.every, duty.due) == ("Friday in collect", "before 16:00")
    assert found.rows[0].due == "trước 16:00 Thứ Sáu hằng tuần"


@pytest.mark.parametrize(
    ("cells", "column", "reason", "todo"),
    [
        ({"due": "thường xuyên"}, "E", "không tính được hạn", "không có hạn"),
        ({"due": ""}, "E", "chưa ghi thời hạn", "không có hạn"),
        ({"due": "đến ngày 27/5"}, "E", "không rõ có tính ngày đó không", "đến hết ngày"),
        ({"due": "trước ngày 31/2"}, "E", "không có ngày này trong lịch", ""),
        ({"due": "trước ngày 20/6"}, "E", "nằm ngoài đợt", ""),
        ({"due": "5 ngày làm việc kể từ khi xong việc 77"}, "E", "là lúc nào", "với số của một việc"),
        ({"owner": "Văn hoá - xã hôịi UBDN"}, "C", "không có đơn vị", "Có phải “Văn hóa – xã hội UBND thị trấn”"),
        ({"owner": "Công an thị trấn, Hội Phụ nữ"}, "C", "ghi 2 đơn vị chủ trì", "phối hợp"),
        ({"owner": "Ban Chỉ đạo"}, "C", "có nhiều chức danh", "Chủ tịch UBND thị trấn"),
        ({"owner": ""}, "C", "chưa ghi đơn vị chủ trì", "Ghi đúng một"),
        ({"support": "Hội Phụ nữ, Hội Người cao tủi"}, "D", "Hội Người cao tủi", ""),
        ({"after": "9"}, "H", "không thấy việc số “9”", "cột STT"),
        ({"after": "1"}, "H", "", ""),
        ({"label": ""}, "B", "chưa ghi nội dung", "xóa dòng"),
        ({"note": "Gọi 0912345678"}, "G", "số điện thoại", "Hãy bỏ"),
        ({"evidence": "Danh sách 034085012345"}, "F", "số định danh", ""),
        ({"label": "Ghi ai không tán thành"}, "B", "", ""),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_where_what_and_what_to_do(tmp_path, pack, cells, column, reason, todo):
    found = judged(tmp_path, [new(**cells)], pack)

    assert found.counts["rejected"] == 1 == sum(found.counts.values())
    wrong = found.rejections[0]
    assert (wrong.row, wrong.column[:1]) == (2, column)
    assert reason in wrong.reason
    assert todo in wrong.todo


def test_everything_wrong_with_a_row_is_said_at_once(tmp_path, pack):
    found = judged(tmp_path, [new(owner="Ai đó", due="liên tục", after="8")], pack)

    assert [each.column[:1] for each in found.rejections] == ["C", "E", "H"]


def test_what_waits_for_a_row_that_was_handed_back_is_handed_back_with_its_reason(tmp_path, pack):
    found = judged(tmp_path, [new("Một", due="liên tục"), new("Hai", no=2, after="1"), new("Ba", no=3)], pack)

    assert [row.outcome for row in found.rows] == ["rejected", "rejected", "created"]
    assert "dòng 2" in found.rows[1].rejections[0].reason


def test_tasks_that_wait_for_each_other_are_refused_with_the_pack_s_own_sentence(tmp_path, pack):
    found = judged(tmp_path, [new("Một", after="2"), new("Hai", no=2, after="1"), new("Ba", no=3)], pack)

    assert found.counts["rejected"] >= 1
    assert found.rows[2].outcome == "created"
    assert "vòng (“Một” → “Hai” → “Một”)" in found.rejections[0].reason


def test_a_column_that_is_absent_says_nothing_and_one_that_is_empty_says_none(tmp_path, pack):
    known = next(task for task in pack.model.plan.tasks if task.id == "media")
    short = ("Nội dung công việc", "Đơn vị chủ trì", "Thời hạn")
    row = (known.label.vi, "Văn hóa – xã hội UBND thị trấn", "đến hết ngày 25/5/2025")

    alone = judged(tmp_path, [row], pack, header=short)
    emptied = judged(tmp_path, [(*row, "")], pack, header=(*short, "Đơn vị phối hợp"))

    assert [change.field for change in alone.rows[0].changes] == ["due"]
    assert alone.rows[0].item == known.model_copy(update={"due": "through 2025-05-25"})
    assert {change.field for change in emptied.rows[0].changes} == {"due", "support"}


def test_what_the_file_does_not_mention_is_named_and_stays(tmp_path, pack):
    found = judged(tmp_path, [new()], pack)

    assert len(found.vanished) == len(pack.model.plan.tasks) + len(pack.model.plan.duties)
    assert found.plan.tasks[: len(pack.model.plan.tasks)] == pack.model.plan.tasks


@pytest.mark.parametrize("name", sorted(shipped_packs()))
@pytest.mark.parametrize(
    "stands", [None, {}, {"media": Stand("hết Thứ Hai 19/5/2025", "đang làm", "quá hạn", True, 30, 2)}]
)
def test_a_plan_that_was_written_out_is_read_back_without_a_change(tmp_path, name, stands):
    pack = load_pack(shipped_packs()[name])
    content = BytesIO()
    count = write_plan(content, pack, title="Kế hoạch", subtitle="Thử", marked="bản của An", stands=stands)
    (tmp_path / "ra.xlsx").write_bytes(content.getvalue())

    found = judge(read_plan(tmp_path / "ra.xlsx"), pack)

    assert [row for row in found.rows if row.outcome != "unchanged"] == []
    assert len(found.rows) == count
    assert found.vanished == ()
    assert found.plan == pack.model.plan
    assert found.sheet.findings == ()


def test_a_template_that_cannot_be_moved_to_the_campaigns_days_is_refused_with_a_sentence(pack):
    last_days = Mock(id="cuoi-nam")
    last_days.model.pack.starts = date(2027, 12, 20)

    with pytest.raises(BadInput, match="không dời được sang ngày của đợt này: lịch “vn” chưa có ngày nghỉ năm 2028"):
        write_from_template(BytesIO(), last_days, pack, title="Kế hoạch")


def test_the_empty_workbook_says_that_it_is_empty(tmp_path, pack):
    content = BytesIO()
    write_empty(content, pack, title="Kế hoạch")
    (tmp_path / "mau.xlsx").write_bytes(content.getvalue())

    with pytest.raises(SheetRefused, match="không có việc nào"):
        read_plan(tmp_path / "mau.xlsx")


def test_cells_merged_downwards_hold_for_each_row(tmp_path, pack):
    with xlsxwriter.Workbook(tmp_path / "gop.xlsx") as book:
        sheet = book.add_worksheet()
        for index, text in enumerate(HEADER):
            sheet.write(0, index, text)
        sheet.merge_range(1, 2, 2, 2, "Hội Phụ nữ")
        sheet.merge_range(1, 4, 2, 4, "trước ngày 20/5")
        sheet.write_row(1, 0, [1, "Họp chi hội"])
        sheet.write_row(2, 0, [2, "Phát tờ rơi"])

    found = judge(read_plan(tmp_path / "gop.xlsx"), pack)

    assert [(row.item.owner, row.item.due) for row in found.rows if row.item] == [("women", "before 2025-05-20")] * 2


def test_what_a_file_hides_is_named_and_a_hidden_row_is_not_taken(tmp_path, pack):
    with xlsxwriter.Workbook(tmp_path / "an.xlsx") as book:
        sheet = book.add_worksheet()
        for index, text in enumerate(HEADER):
            sheet.write(0, index, text)
        sheet.write_row(1, 0, [1, "Họp chi hội", "Hội Phụ nữ", "", "trước ngày 20/5"])
        sheet.write_row(2, 0, [2, "Phát tờ rơi", "Hội Phụ nữ", "", "trước ngày 20/5"])
        sheet.write_formula(1, 6, '="Mục "&3', None, "Mục 3")
        sheet.set_row(2, None, None, {"hidden": True})

    found = judge(read_plan(tmp_path / "an.xlsx"), pack)

    assert [row.outcome for row in found.rows] == ["created", "rejected"]
    assert "đang bị ẩn" in found.rejections[0].reason
    assert [each.check for each in found.sheet.findings] == ["formula", "hidden_rows"]
    assert found.rows[0].item.source == "Mục 3"


def test_a_hidden_column_is_refused(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "an.xlsx") as book:
        sheet = book.add_worksheet()
        for index, text in enumerate(HEADER):
            sheet.write(0, index, text)
        sheet.write_row(1, 0, [1, "Họp chi hội", "Hội Phụ nữ", "", "trước ngày 20/5"])
        sheet.set_column(4, 4, None, None, {"hidden": True})

    with pytest.raises(SheetRefused, match="đang bị ẩn"):
        read_plan(tmp_path / "an.xlsx")


def test_files_that_are_no_plan_get_a_sentence(tmp_path):
    many = plan_file(tmp_path / "nhieu.xlsx", [new(f"Việc {n}", no=n) for n in range(2001)])
    no_header = plan_file(tmp_path / "khong.xlsx", [], header=("Họ và tên", "Ngày sinh"))
    macro = tmp_path / "macro.xlsx"
    with xlsxwriter.Workbook(macro) as book:
        book.add_worksheet()
    import zipfile

    with zipfile.ZipFile(macro, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    for path, said in ((many, "vượt mức 2000"), (no_header, "Không thấy dòng tiêu đề"), (macro, "macro")):
        with pytest.raises(SheetRefused, match=said):
            read_plan(path)
    (tmp_path / "kh.xlsm").write_bytes(many.read_bytes())
    with pytest.raises(SheetRefused, match="macro"):
        read_plan(tmp_path / "kh.xlsm")


def test_a_date_cell_with_an_hour_is_a_moment(tmp_path, pack):
    found = judged(tmp_path, [new(due="2025-05-24 16:00:00")], pack)

    assert found.rows[0].item.due == "before 2025-05-24 16:00"  # type: ignore[union-attr]
    assert found.rows[0].due == "trước 16:00 ngày 24/5 (trước 16:00 Thứ Bảy 24/5)" or "16:00" in found.rows[0].due


def test_seconds_of_a_date_cell_are_kept_and_read_back(tmp_path, pack):
    found = judged(tmp_path, [new(due="2025-05-24 16:00:30")], pack)

    made = found.rows[0].item
    assert made is not None
    assert made.due == "before 2025-05-24 16:00:30"
    words = due_words(made, pack, {})
    assert same_due(made.due, read_due(words, pack, {}).spec)


@pytest.mark.parametrize("due", ["2025-02-30 16:00", "2025-13-01 10:00", "2025-05-20 25:00"])
def test_a_moment_that_cannot_be_is_handed_back(tmp_path, pack, due):
    found = judged(tmp_path, [new(due=due), new("Hai", no=2)], pack)

    assert [row.outcome for row in found.rows] == ["rejected", "created"]
    assert due[:10] in found.rejections[0].reason


@pytest.fixture
def over_new_year() -> Pack:
    """The town's plan from 20/12/2026, so that the campaign ends in January."""
    return load_files(rebase(cat_thanh(), {"starts": date(2026, 12, 20)}, pack_id="cuoi-nam").files)


@pytest.mark.parametrize(
    ("words", "opens", "due"),
    [
        ("trước ngày 5/1", None, "before 2027-01-05"),
        ("trước ngày 28/12", None, "before 2026-12-28"),
        ("từ 22/12 đến hết ngày 3/1", "at 2026-12-22 00:00", "through 2027-01-03"),
        ("từ 2/1 đến hết ngày 4/1", "at 2027-01-02 00:00", "through 2027-01-04"),
        ("4/1", None, "by 2027-01-04"),
    ],
)
def test_a_day_without_a_year_is_of_the_year_that_lies_in_the_campaign(over_new_year, words, opens, due):
    read = read_due(words, over_new_year, {})

    assert (read.opens, str(read.spec)) == (opens, due)


def test_a_day_that_only_one_year_of_the_campaign_has(pack):
    head = pack.model.pack.model_copy(update={"starts": date(2027, 12, 20), "ends": date(2028, 3, 5)})
    leap = Mock(span=Window.of_days("đợt", head.starts, head.ends), calendar=pack.calendar)
    leap.model.pack = head

    assert str(read_due("đến hết ngày 29/2", leap, {}).spec) == "through 2028-02-29"
    assert str(read_due("29/2", leap, {}).spec) == "by 2028-02-29"


@pytest.mark.parametrize("more", [(), ("Giai đoạn",)])
def test_a_report_without_a_phase_is_told_to_add_the_column_only_where_there_is_none(tmp_path, pack, more):
    found = judged(tmp_path, [[*new("Báo cáo tuần", due="trước 16h thứ Sáu hằng tuần"), *("" for _ in more)]], pack, header=(*HEADER, *more))  # fmt: skip

    assert ("Thêm cột" in found.rejections[0].todo) == (not more)
    assert "Ghi một trong: “Lấy ý kiến”" in found.rejections[0].todo or not more


def test_a_duty_that_comes_once_may_get_another_deadline(tmp_path, pack):
    duty = next(duty for duty in pack.model.plan.duties if duty.id == "final-count")
    row = [1, duty.label.vi, "Tổ trưởng tổ công tác", "", "trước 10:00 ngày 28/5/2025", "", "", ""]

    found = judged(tmp_path, [row], pack)
    recurring = judged(tmp_path, [[*row[:4], "trước 16h hằng ngày", *row[5:]]], pack)

    assert [change.field for change in found.rows[0].changes] == ["due"]
    assert found.rows[0].item == duty.model_copy(update={"due": "before 2025-05-28 10:00"})
    assert "làm một lần" in recurring.rejections[0].reason


def test_what_opens_after_its_deadline_is_handed_back(tmp_path, pack):
    rows = [[*new(), "25/5/2025"], [*new("Hai", no=2), "15/5/2025"]]

    found = judged(tmp_path, rows, pack, header=(*HEADER, "Bắt đầu từ"))

    assert [row.outcome for row in found.rows] == ["rejected", "created"]
    assert "phải mở trước hạn" in found.rejections[0].reason
    assert found.rejections[0].column.startswith("I")


def test_what_only_the_pack_is_warned_of_stops_no_other_row(tmp_path, pack):
    late = PlanTask(
        id="mo-muon", label=Label(vi="Mở muộn"), clause="9", owner="office", opens="at 2025-05-25 00:00", due="before 2025-05-20",
    )  # fmt: skip
    plan = PlanFile(tasks=(*pack.model.plan.tasks, late), duties=pack.model.plan.duties)
    warned = load_files(with_plan(pack.files, plan_text(plan), version=pack.version + 1))

    found = judged(tmp_path, [new()], warned)

    assert [row.outcome for row in found.rows] == ["created"]


def test_a_monthly_report_by_a_clock_is_read_back_without_a_change(pack):
    duty = Duty(id="thang", label=Label(vi="Tháng"), clause="9", owner="office", every="month in collect", due="before 16:00")  # fmt: skip

    read = read_due(due_words(duty, pack, {}), pack, {})

    assert str(read.every) == "month"
    assert same_due(duty.due, read.spec)
    assert not same_due("before 15:00", read.spec)
