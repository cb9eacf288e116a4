"""What people are told: kinds of news, which of them somebody may do without, and how they are called."""

from typing import Final, Literal

NoticeKind = Literal["climbed", "overdue", "missing", "due_soon", "to_confirm", "returned", "taken_over", "granted"]

CLIMBED: Final = "climbed"
OVERDUE: Final = "overdue"
MISSING: Final = "missing"
"""A report that another post forwards and that was not there at the receiver's hour: never late (`workflow.plan.timing`)."""
DUE_SOON: Final = "due_soon"
TO_CONFIRM: Final = "to_confirm"
RETURNED: Final = "returned"
TAKEN_OVER: Final = "taken_over"
GRANTED: Final = "granted"

KINDS: Final[dict[str, str]] = {
    CLIMBED: "mới leo thang",
    OVERDUE: "quá hạn",
    MISSING: "chưa gửi",
    TO_CONFIRM: "đề nghị chờ xác nhận",
    RETURNED: "được trả lại hoặc giao kèm chỉ đạo",
    TAKEN_OVER: "cấp trên nhận xử lý thay",
    GRANTED: "được cho thêm thời gian",
    DUE_SOON: "sắp đến hạn",
}
"""In the order in which a digest lists them."""

MUTABLE: Final = (DUE_SOON, TO_CONFIRM, RETURNED)
"""What somebody may do without. What a post must close is told to whoever holds it, always."""
