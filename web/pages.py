"""Making a page: with the status that its form deserves, and pages for everything that went wrong."""

import logging
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from rules.said import ours
from web.forms import Form
from web.i18n import _
from web.sayings import in_words, sentence_of, spoken
from web.templating import render_template
from workflow.errors import NotConfigured, NotFound, PassedOn, StaleVersion, TooFast, WorkflowError

log = logging.getLogger(__name__)


CARRIED: Final = frozenset({"csrf_token", "key", "state_version", "expected", "first", "next", "draft"})
"""What forms carry unseen."""


def render(template: str, **values: Any) -> Response:
    """Render a page; 422 (or what the engine's refusal says) if a form in it has something to mend."""
    wrong = [form for form in values.values() if isinstance(form, Form) and form.is_wrong]
    return make_response(render_template(template, **values), wrong[0].status if wrong else 200)


def refusal_page(sentence: str, status: int, *, stale: dict[str, Any] | None = None) -> ResponseReturnValue:
    """Return a page with one sentence, what was typed (so that nothing is lost), and the way back."""
    sent = request.form if status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE else {}  # what is too large is not read again
    typed = [(name, value) for name, value in sent.items() if _is_typed(name, value)]
    return render_template("refusal.html", sentence=sentence, status=status, stale=stale, typed=typed), status


def _is_typed(name: str, value: str) -> bool:
    """Whether somebody wrote or chose it: what a form carries for itself, and ids, say nothing to who reads them."""
    if not value or name in CARRIED:
        return False
    try:
        uuid.UUID(value)
    except ValueError:
        return True
    return False


def register(app: Flask) -> None:
    """Answer every error with a page of ours: no traceback, no bare status line; let templates say what the engine says."""
    app.jinja_env.filters["said"] = spoken
    app.jinja_env.filters["who"] = in_words
    app.jinja_env.globals["is_answer_of_a_page"] = is_answer_of_a_page
    app.register_error_handler(WorkflowError, _refused)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(CSRFError, _not_ours)
    app.register_error_handler(HTTPException, _other)
    app.register_error_handler(Exception, _broke)


def is_answer_of_a_page() -> bool:
    """Whether what is shown answers a form that was sent to the address of a page: that page can be opened in its place."""
    if request.method != "POST" or g.get("is_absent"):
        return False
    try:
        current_app.create_url_adapter(request).match(method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return True


def _refused(error: WorkflowError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        return _not_found(error)
    if isinstance(error, NotConfigured):
        log.error("not configured: %s", error.details or type(error).__name__)
    stale = (
        {"values": _in_our_language(error.values)}
        if isinstance(error, StaleVersion) and not isinstance(error, PassedOn)
        else None
    )
    answer = make_response(refusal_page(sentence_of(error), error.status, stale=stale))
    if isinstance(error, TooFast):
        answer.headers["Retry-After"] = str(error.values["seconds"])
    return answer


def _in_our_language(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: in_words(each) if isinstance(each, str) else each for name, each in ours(values).items()}


def _not_found(_error: Exception) -> ResponseReturnValue:
    g.is_absent = True  # one page, however it was asked for
    return render_template("not_found.html"), 404


def _not_ours(_error: CSRFError) -> ResponseReturnValue:
    return refusal_page(_("Trang đã mở quá lâu hoặc không gửi từ đây. Tải lại trang rồi gửi lại."), 400)


def _other(error: HTTPException) -> ResponseReturnValue:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return error
    said = {
        400: _("Không đọc được nội dung gửi lên. Tải lại trang rồi gửi lại."),
        405: _("Không mở được trang này bằng cách đó. Quay về danh sách."),
        413: _("Tệp quá lớn. Chọn tệp nhỏ hơn rồi gửi lại."),
        429: _("Gửi quá nhiều lần. Chờ ít phút rồi thử lại."),
    }
    answer = make_response(
        refusal_page(said.get(status, _("Không thực hiện được. Tải lại trang rồi thử lại.")), status)
    )
    if allowed := error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = allowed
    return answer


def _broke(error: Exception) -> ResponseReturnValue:
    number = uuid.uuid4().hex[:8]
    g.is_broken = True  # the page asks the database for nothing
    log.error("error %s at %s", number, request.endpoint, exc_info=error)
    return render_template("broke.html", number=number), 500
