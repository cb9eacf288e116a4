"""Deadlines and first days as offices write them in a cell: what has one meaning is read, the rest is handed back with what to write."""

import pytest

from rules.pack import Pack
from tests.workflow.plan.conftest import cat_thanh
from workflow.planfile.deadline_cells import read_due, read_opens
from workflow.planfile.unread import Unread


@pytest.fixture(scope="module")
def pack() -> Pack:
    return cat_thanh()


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("17h ngày 26/5", "before 2025-05-26 17:00"),
        ("17 giờ 30 phút ngày 26/5/2025", "before 2025-05-26 17:30"),
        ("lúc 17h00, ngày 26/5", "before 2025-05-26 17:00"),
        ("26/5/2025 17:00", "before 2025-05-26 17:00"),
        ("24h ngày 26/5", "before 2025-05-27 00:00"),
        ("trong ngày 27/5", "through 2025-05-27"),
        ("hoàn thành trong ngày 27/5/2025", "through 2025-05-27"),
        ("ngày 27 tháng 5 năm 2025", "by 2025-05-27"),
        ("ngày 27 tháng 5", "by 2025-05-27"),
        ("xong trước 28/5", "before 2025-05-28"),
        ("phải hoàn thành trước ngày 28/5", "before 2025-05-28"),
        ("hoàn thành chậm nhất ngày 27/5", "by 2025-05-27"),
        ("Xong trước 16h ngày 27/5", "before 2025-05-27 16:00"),
        ("hoàn thành trong 05 ngày làm việc", "5 working days"),
        ("45804", "by 2025-05-27"),
        ("45804.625", "before 2025-05-27 15:00"),
    ],
)
def test_what_has_one_meaning_is_read(pack, text, due):
    assert str(read_due(text, pack, {}).spec) == due


@pytest.mark.parametrize(
    ("text", "reason", "todo"),
    [
        ("không có hạn", "chưa nói vì sao không có hạn", "không có hạn: làm khi có đề nghị"),
        ("không có hạn:", "chưa nói vì sao không có hạn", "lý do"),
        ("45000", "là một con số, không phải một ngày của đợt", "như 27/5/2025"),
        ("25h ngày 26/5", "giờ không có thật", ""),
        ("ngày 31 tháng 4 năm 2025", "ngày không có thật", ""),
        ("đến 16h ngày 26/5", "không rõ đúng giờ đó còn kịp không", "“trước 16h01 ngày …” (đúng 16h còn kịp)"),
        ("đến ngày 26/5", "không rõ có tính ngày đó không", "“đến hết ngày …” hoặc “trước ngày …”"),
        ("mai", "không hiểu hạn “mai”", "“trước 16h ngày 27/5/2025”"),
    ],
)
def test_what_has_none_or_two_is_handed_back(pack, text, reason, todo):
    with pytest.raises(Unread) as refused:
        read_due(text, pack, {})

    assert reason in refused.value.reason
    assert todo in refused.value.todo


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("20/5", "at 2025-05-20 00:00"),
        ("ngày 20 tháng 5 năm 2025", "at 2025-05-20 00:00"),
        ("45797", "at 2025-05-20 00:00"),
        ("8h ngày 20/5/2025", "at 2025-05-20 08:00"),
    ],
)
def test_a_first_day_is_read(pack, text, opens):
    assert read_opens(text, pack) == opens


@pytest.mark.parametrize(
    ("text", "reason"), [("mai", "“mai” không phải một ngày"), ("18h30", "“18h30” chưa nói ngày nào")]
)
def test_a_first_day_that_is_none_gets_a_sentence_about_days(pack, text, reason):
    with pytest.raises(Unread) as refused:
        read_opens(text, pack)

    assert refused.value.reason == reason
    assert refused.value.todo == "Ghi một ngày như “20/5/2025” hoặc “8h ngày 20/5/2025”, hoặc để trống"
