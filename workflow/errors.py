"""Refusals: what the person at the screen can act on. Everything else is a bug.

`message` says what happened and what to do next. `details` go to the log, never to the page.
"""

from typing import Any, ClassVar

from rules.said import Said, ours


class WorkflowError(Exception):
    """A refusal with a sentence. `status` is what the web answers; `code` is what a program may branch on."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "Không thực hiện được."

    def __init__(self, details: str = "", **values: Any) -> None:
        self.details = details
        self.values = values
        super().__init__(self.message % values if values else self.message)

    @property
    def said(self) -> Said:
        """Return the sentence with its parts, for whoever says it in another language. A value that is plain text is ours, and so
        translated; somebody's own words are a value of a `Said` among the values.
        """
        return Said(self.message, **ours(self.values))


class NotFound(WorkflowError):
    """Absent, or somebody else's: the two look exactly alike."""

    status = 404
    code = "not_found"
    message = "Không tìm thấy. Kiểm tra lại địa chỉ hoặc quay về danh sách."


class NotPermitted(WorkflowError):
    """The object may be seen, but this may not be done to it."""

    status = 403
    code = "not_permitted"
    message = "“%(action)s” không thuộc quyền của vị trí này. Liên hệ %(who)s."


class MoveNotAllowed(WorkflowError):
    """The path has no such move from here."""

    code = "move_not_allowed"
    message = "Không thể “%(move)s” khi đang ở “%(state)s”. Tải lại trang để xem ai vừa cập nhật."


class GuardRefused(WorkflowError):
    """The move exists, but its condition does not hold. `why` is the comparison that decided."""

    code = "guard_refused"
    message = "Chưa thể “%(move)s”: %(why)s."


class StaleVersion(WorkflowError):
    """Somebody changed it first."""

    code = "stale"
    message = (
        "Người khác vừa cập nhật: hiện là “%(state)s” (bản %(theirs)s), bản đang mở là %(yours)s. Tải lại rồi làm tiếp."
    )


class PassedOn(StaleVersion):
    """It lies with another post by now; `state` says since when and with which. Looking again changes nothing about that."""

    code = "passed_on"
    message = "Việc này đã sang cấp khác: %(state)s. Tải lại để xem ai đang giữ."


class KeyReused(WorkflowError):
    """The same key came with another command."""

    status = 422
    code = "key_reused"
    message = "Mã gửi này đã dùng cho một việc khác. Tải lại trang rồi gửi lại."


class OutsideWindow(WorkflowError):
    """`happened_at` lies outside the campaign, or in the future."""

    status = 422
    code = "outside_window"
    message = "Thời điểm %(when)s nằm ngoài %(window)s. Sửa lại ngày giờ."


class BadInput(WorkflowError):
    """A value that cannot be used; `where` names the field."""

    status = 422
    code = "bad_input"
    message = "%(where)s: %(what)s."


class NotSure(WorkflowError):
    """Something that is rarely right, and may be: it is done when the sender says that it is meant."""

    code = "not_sure"
    message = "%(what)s. Xem lại; nếu đúng như vậy thì đánh dấu xác nhận rồi gửi lại."


class HistoryWouldBreak(WorkflowError):
    """A void or a backdated entry after which the case's history would not chain."""

    code = "history_would_break"
    message = "Không thể ghi: sau đó lịch sử không còn nối nhau (%(why)s). Hủy các bước sau trước, rồi ghi lại."


class AlreadyDecided(WorkflowError):
    """Somebody has decided it meanwhile."""

    code = "already_decided"
    message = "Việc này đã được xử lý (%(status)s). Tải lại trang."


class CountChanged(WorkflowError):
    """A change to all that match, after which not as many match as the sender saw."""

    code = "count_changed"
    message = (
        "Lúc mở trang có %(before)s hộ khớp, bây giờ có %(after)s hộ. Chưa chuyển hộ nào; xem lại rồi xác nhận lại."
    )


class TooManyExports(WorkflowError):
    """The account has fetched as many files with people in them as it may on one day."""

    status = 429
    code = "too_many_exports"
    message = "Hôm nay đã tải %(n)s tệp có thông tin cá nhân, là mức tối đa trong ngày. Dùng tệp đã tải, hoặc tải lại vào ngày mai."


class TooManyReports(TooManyExports):
    """The account has fetched as many reports as it may on one day."""

    message = "Hôm nay đã tải %(n)s tệp báo cáo, là mức tối đa trong ngày. Dùng tệp đã tải, bản in hoặc báo cáo nhanh."


class TooFast(WorkflowError):
    """The account sends faster than a person does."""

    status = 429
    code = "too_fast"
    message = "Gửi quá nhanh. Chờ %(seconds)s giây rồi gửi lại; chưa có gì được ghi."


class NotConfigured(WorkflowError):
    """The instance lacks something it needs."""

    status = 503
    code = "not_configured"
    message = "%(what)s. %(todo)s."
