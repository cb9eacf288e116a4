"""Everything that goes wrong, as problem details (RFC 9457): what happened and what to do, in the language of the account.

`code` is what a program may branch on, `detail` what it may show. Absent and foreign things get byte for byte the same answer.
"""

import json
import logging
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Blueprint, Response, request
from marshmallow import fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from web.api.fields import SAID, Inside, Several, Shape, Told, Whole
from web.i18n import _, _l
from web.sayings import sentence_of
from workflow.errors import CountChanged, NotConfigured, PassedOn, StaleVersion, TooFast, WorkflowError
from workflow.errors import NotFound as Absent

log = logging.getLogger(__name__)
PREFIX: Final = "/api/"
MEDIA_TYPE: Final = "application/problem+json"

TITLES: Final[Mapping[str, Any]] = {
    "unreadable": _l("Không đọc được"),
    "no_key": _l("Thiếu mã gửi"),
    "not_from_here": _l("Thiếu mã của phiên"),
    "not_signed_in": _l("Chưa đăng nhập"),
    "must_change_password": _l("Phải đổi mật khẩu"),
    "not_permitted": _l("Không thuộc quyền"),
    "not_found": _l("Không tìm thấy"),
    "method_not_allowed": _l("Không có cách này"),
    "refused": _l("Không thực hiện được"),
    "move_not_allowed": _l("Bước không có từ đây"),
    "guard_refused": _l("Chưa đủ điều kiện"),
    "stale": _l("Đã có bản mới hơn"),
    "passed_on": _l("Việc đã sang vị trí khác"),
    "history_would_break": _l("Lịch sử sẽ đứt"),
    "already_decided": _l("Đã được xử lý"),
    "not_sure": _l("Phải xác nhận"),
    "count_changed": _l("Số lượng đã đổi"),
    "too_large": _l("Quá lớn"),
    "not_json": _l("Không phải JSON"),
    "not_form": _l("Không phải biểu mẫu kèm tệp"),
    "invalid": _l("Nội dung chưa đúng"),
    "bad_input": _l("Giá trị không dùng được"),
    "key_reused": _l("Mã gửi đã dùng"),
    "outside_window": _l("Ngoài thời gian"),
    "file_refused": _l("Tệp không nhận"),
    "sheet_refused": _l("Tệp không nhận"),
    "no_version": _l("Thiếu bản đang mở"),
    "too_fast": _l("Gửi quá nhanh"),
    "too_many_exports": _l("Hết lượt tải trong ngày"),
    "busy": _l("Đang bận"),
    "broken": _l("Lỗi máy chủ"),
    "not_configured": _l("Chưa cấu hình"),
}
"""Every code, with a short title."""

OF_STATUS: Final = {
    400: ("unreadable", _l("Không đọc được nội dung gửi lên. Sửa lại rồi gửi lại.")),
    401: ("not_signed_in", _l("Chưa đăng nhập, hoặc phiên đã hết. Đăng nhập rồi gửi lại.")),
    403: ("must_change_password", _l("Phải đổi mật khẩu trước. Mở trang “Cá nhân” để đổi, rồi gửi lại.")),
    405: ("method_not_allowed", _l("Địa chỉ này không nhận cách gửi đó. Xem tiêu đề Allow.")),
    413: ("too_large", _l("Nội dung gửi lên quá lớn. Chia nhỏ rồi gửi lại.")),
    415: ("not_json", _l("Chỉ nhận application/json. Đặt Content-Type rồi gửi lại.")),
}
"""What the web server refuses by its status alone: the code, and a sentence."""


class ErrorShape(Shape):
    """One field that is wrong."""

    path = Told(required=True, metadata={"description": "JSON Pointer into the body, or ?name for a query parameter"})
    message = Told(required=True)


class ProblemShape(Shape):
    """A refusal. `errors` is there where fields are wrong, `theirs` and `yours` where somebody was faster."""

    type = Told(required=True, metadata={"format": "uri-reference"})
    title = Told(required=True)
    status = Whole(required=True, least=400, most=599)
    detail = Told(required=True)
    code = Told(required=True, metadata={"enum": list(TITLES)})
    errors = Several(Inside(ErrorShape))
    theirs = fields.Raw(metadata={"description": "the version, or count, that stands now"})
    yours = fields.Raw(metadata={"description": "the version, or count, that was sent"})


class Problem(Exception):
    """A refusal of the API itself, before the engine was asked."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after: int | None = None, **more: Any) -> None:
        """`retry_after` is in seconds; `more` are members of the problem: errors, theirs, yours."""
        super().__init__(code)
        self.status, self.code, self.detail, self.retry_after, self.more = status, code, detail, retry_after, more


def invalid(messages: Mapping[str, Any]) -> Problem:
    """Return the refusal of what a schema found, by place: `messages` come by location, then by field."""
    errors = [
        {"path": path, "message": message}
        for location, found in messages.items()
        for path, message in _flat(found, "?" if location == "query" else "")
    ]
    return Problem(422, "invalid", _("Nội dung gửi lên chưa đúng. Sửa các trường nêu trong errors rồi gửi lại."), errors=errors)  # fmt: skip


def _flat(found: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(found, Mapping):
        for name, inner in found.items():
            here = path if name == "_schema" else f"?{name}" if path == "?" else f"{path}/{name}"
            yield from _flat(inner, here)
    else:
        for message in found if isinstance(found, list | tuple) else [found]:
            yield path, str(SAID.get(message, message))


def answer(status: int, code: str, detail: str, **more: Any) -> Response:
    """Return a problem as an answer."""
    told = {
        "type": f"/api/v1/#{code}",
        "title": str(TITLES.get(code, TITLES["refused"])),
        "status": status,
        "detail": detail,
        "code": code,
        **{name: value for name, value in more.items() if value is not None},
    }
    return Response(json.dumps(told, ensure_ascii=False, default=str), status, mimetype=MEDIA_TYPE)


def register(bp: Blueprint) -> None:
    """Let every error of the API's routes, and of addresses below `/api/` that do not exist, be a problem."""
    bp.register_error_handler(Problem, _said)
    bp.register_error_handler(WorkflowError, _refused)
    bp.register_error_handler(404, _http)
    bp.register_error_handler(HTTPException, _http)
    bp.register_error_handler(Exception, _broke)
    bp.before_app_request(_not_routed)


def _not_routed() -> Response | None:
    """Answer what leads nowhere below `/api/` before the pages do."""
    error = request.routing_exception
    if isinstance(error, NotFound | MethodNotAllowed) and request.path.startswith(PREFIX):
        return _http(error)
    return None


def _said(error: Problem) -> Response:
    told = answer(error.status, error.code, error.detail, **error.more)
    if error.retry_after is not None:
        told.headers["Retry-After"] = str(error.retry_after)
    return told


def _refused(error: WorkflowError) -> Response:
    if isinstance(error, NotConfigured):
        log.error("not configured: %s", error.details or type(error).__name__)
    status, values = error.status, error.values
    if isinstance(error, StaleVersion) and not isinstance(error, PassedOn):
        # RFC 9110: 412 where the version came as a precondition, 409 where it came in the body.
        status = 412 if request.headers.get("If-Match") else 409
        return answer(status, error.code, sentence_of(error), theirs=values.get("theirs"), yours=values.get("yours"))
    if isinstance(error, CountChanged):
        return answer(status, error.code, sentence_of(error), theirs=values.get("after"), yours=values.get("before"))
    told = answer(status, error.code, sentence_of(error))
    if isinstance(error, TooFast):
        told.headers["Retry-After"] = str(values["seconds"])
    return told


def _http(error: Exception) -> Response:
    status = getattr(error, "code", None) or 500
    if status == 404:
        return _refused(Absent())
    code, detail = OF_STATUS.get(status, ("refused", _l("Không thực hiện được. Sửa lại rồi gửi lại.")))
    told = answer(status, code, str(detail))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        told.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return told


def _broke(error: Exception) -> Response:
    number = uuid.uuid4().hex[:8]
    log.error("error %s at %s", number, request.endpoint, exc_info=error)
    return answer(500, "broken", _("Máy chủ gặp lỗi. Gửi lại với đúng mã gửi ấy, không ghi hai lần; nếu còn lỗi, báo quản trị mã %(number)s.", number=number))  # fmt: skip
