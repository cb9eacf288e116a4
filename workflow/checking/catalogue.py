"""The catalogue: every check by its name in findings, what it asks, and how grave it is where the document itself says enough to be sure.

The names are stable: they stand in findings of `--json`, of the API and of closes. A sum or share that is only likely is told as a
warning; nothing here is ever an error because of rounding.
"""

from typing import Final, NamedTuple

from rules.findings import Severity
from rules.said import Said


class Check(NamedTuple):
    """A check: its name, how grave what it finds is, and what it asks of a document."""

    id: str
    severity: Severity
    asks: str


CATALOGUE: Final = (
    Check("partition", "error", Said("các phần của một tổng cộng lại bằng tổng")),
    Check("children", "error", Said("các mục con cộng lại bằng mục của chúng")),
    Check("cross-foot", "error", Said("bảng cộng khớp theo hàng và theo cột")),
    Check("subset", "error", Said("một phần không nhiều hơn số mà nó thuộc về")),
    Check("completion", "error", Said("số đã làm không nhiều hơn số còn lại sau khi trừ những người chưa làm và không thể")),
    Check("rate", "error", Said("tỷ lệ tính lại từ số và mẫu số, ở đúng số chữ số lẻ đã in")),
    Check("base", "error", Said("mẫu số in ra là tổng mà nó nói đến")),
    Check("complement", "error", Said("hai tỷ lệ bù nhau cộng lại bằng 100%")),
    Check("points", "error", Said("tăng, giảm của tỷ lệ tính bằng điểm phần trăm")),
    Check("monotone", "error", Said("số lũy kế không giảm so với kỳ trước")),
    Check("today", "error", Said("số trong kỳ bằng lũy kế trừ lũy kế kỳ trước")),
    Check("stock", "error", Said("tồn đầu kỳ cộng phát sinh trừ đã giải quyết bằng tồn cuối kỳ")),
    Check("date", "error", Said("ngày giờ có trong lịch, từ ngày không sau đến ngày")),
    Check("window", "error", Said("kết quả nằm trong thời gian thực hiện")),
    Check("unread", "warning", Said("văn bản có ít nhất một số liệu đọc được")),
    Check("malformed", "error", Said("số viết đúng: nhóm nghìn có ba chữ số, phần thập phân sau dấu phẩy")),
    Check("misplaced", "error", Said("người đã làm xong không nằm trong số không thể")),
    Check("unit", "warning", Said("người, ý kiến, hộ, hồ sơ không cộng lẫn vào nhau")),
    Check("merged", "warning", Said("ô gộp chứa số không thuộc riêng một dòng hay cột nào")),
    Check("whole", "warning", Said("không in 100% hay 0% khi số không trọn vẹn")),
    Check("base-unknown", "info", Said("tỷ lệ nào không in mẫu số thì không kiểm được")),
    Check("no-total", "info", Said("bảng nào không có dòng tổng thì không kiểm được phép cộng")),
    Check("decimals", "info", Said("các tỷ lệ có cùng số chữ số lẻ")),
    Check("cut", "info", Said("tỷ lệ bị cắt bỏ thay vì làm tròn")),
    Check("written", "info", Said("các số viết thống nhất")),
    Check("edited", "error", Said("bản trình ký: số đã bị sửa so với bản chốt")),
    Check("removed", "error", Said("bản trình ký: số của bản chốt không còn")),
    Check("typed", "warning", Said("bản trình ký: số gõ thêm, không có trong bản chốt")),
    Check("conflict", "warning", Said("số trên giấy khác số trong sổ")),
)  # fmt: skip

__all__ = ["CATALOGUE", "Check"]
