"""What an auditor reads: the ledger line by line, how far it is sealed, and who took something away. No person of a list."""

from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from web.audit.forms import LedgerForm
from web.here import here
from web.i18n import _l
from web.pages import render
from web.policy import for_roles
from workflow.queries.ledger_list import PAGE, audit_traces, ledger_lines, sealed_so_far

bp = Blueprint("audit", __name__, template_folder="templates")

KINDS: Final = {
    "enter": _l("vào danh sách"), "move": _l("chuyển bước"), "transfer": _l("chuyển tổ, chuyển hộ, giao việc"),
    "visit": _l("lượt thăm"), "request": _l("đề nghị, xác nhận"), "escalate": _l("chuyển cấp trên xử lý"),
    "task": _l("việc của kế hoạch"), "close": _l("chốt số liệu"), "note": _l("sửa thông tin"), "void": _l("hủy một dòng"),
    "migrate": _l("đổi bản quy tắc"), "leave": _l("rời danh sách"),
}  # fmt: skip
CAUSES: Final = {
    "person": _l("người ghi"), "roster": _l("theo danh sách"), "rule": _l("theo quy tắc"), "correction": _l("đính chính"),
}  # fmt: skip
TRACES: Final = {
    "export": _l("tải tệp có thông tin cá nhân"), "restore": _l("khôi phục từ bản sao lưu"),
    "look_up": _l("tra cứu một người"), "reveal": _l("xem số điện thoại để gọi"),
    "reveal_refused": _l("xin xem số điện thoại quá mức, không được"), "print": _l("in tờ giấy"), "paper": _l("giao, nhận lại, hủy tờ giấy"),
    "sign_in": _l("đăng nhập"), "sign_in_failed": _l("đăng nhập không được"), "password_changed": _l("đổi mật khẩu"),
    "password_set": _l("đặt mật khẩu tại máy chủ"), "organisation": _l("sửa tổ, địa bàn, vị trí, tài khoản"),
}  # fmt: skip


@bp.get("/<unit>/audit")
@for_roles("auditor", "administrator")
def index() -> ResponseReturnValue:
    until, before = _number("until"), _number("before")
    form = LedgerForm(request.args or None, kinds=KINDS)
    asked = not request.args or form.validate()
    kind, day = (form.kind.data or None, form.day.data) if asked else (None, None)
    return render(
        "audit/index.html",
        form=form,
        kind=kind,
        day=day,
        typed_day=request.args.get("day") or None,
        sealed=sealed_so_far(here.session, here.actor),
        lines=ledger_lines(here.session, here.actor, until=until, kind=kind, day=day) if asked else [],
        traces=audit_traces(here.session, here.actor, before=before),
        page=PAGE,
        until=until,
        before=before,
        kinds=KINDS,
        causes=CAUSES,
        traced=TRACES,
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "").replace(".", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
