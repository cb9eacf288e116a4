"""The routes' common ground: how a request is read, in which order it is judged, and how a change is sent to the engine.

The order is the same everywhere: signed in and of the right role (the gate), sent from our own session, the object there and within
reach, key and version, and only then what was sent. So nobody learns from a refusal what they may not see.
"""

import json
import re
from collections.abc import Callable
from typing import Any, ClassVar, Final, NoReturn

from flask import request
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_wtf.csrf import validate_csrf
from webargs.flaskparser import FlaskParser
from wtforms.validators import ValidationError as TokenError

from web.api import problems
from web.api.problems import Problem, invalid
from web.here import here
from web.i18n import _
from workflow.access import Actor
from workflow.actions.command import Answer, check_key
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext

KEY: Final = "Idempotency-Key"
TOKEN: Final = "X-CSRF-Token"  # noqa: S105 - the header's name
VERSION: Final = "If-Match"
REPLAY: Final = "Idempotent-Replay"
MOST_BYTES: Final = 1024 * 1024
FORM: Final = "multipart/form-data"
FORM_BYTES: Final = 64 * 1024
"""What a form may hold besides its file, and what lies around its parts."""
_TAG: Final = re.compile(r'"(\d{1,9})"', re.ASCII)


BYTES: Final = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
"""What a file is, in the words of OpenAPI 3.1 and in those that older tools read."""


class Parser(FlaskParser):
    """Reads bodies, forms and queries: nothing undeclared, nothing of another kind, every refusal by its field."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - as webargs declares it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": None,
        "json": None,
        "files": None,
    }

    def load_json(self, req: Any, schema: Any) -> Any:
        """Return the body. 415 for another type, 413 if too large, 400 for what is no JSON."""
        return json_of(req)

    def load_files(self, req: Any, schema: Any) -> Any:
        """Return a form with its file. 415 for another type, 413 if too large."""
        return form_of(req)

    def handle_error(self, error: Any, req: Any, schema: Any, **_options: Any) -> NoReturn:
        """Refuse what the schema refused."""
        raise invalid(error.messages)


class ApiBlueprint(Blueprint):
    """Keeps what its routes are about, so that the specification can be made of them."""

    ARGUMENTS_PARSER = Parser()

    def hands_out(self, *media_types: str) -> Callable[[Any], Any]:
        """Say that an operation answers a file of one of these types."""

        def mark(view: Any) -> Any:
            for media_type in media_types:
                headers = {"Content-Disposition": {"schema": {"type": "string"}}}
                view = self.response(200, dict(BYTES), content_type=media_type, headers=headers)(view)
            return view

        return mark


bp = ApiBlueprint("api", __name__, url_prefix="/api/v1", template_folder="templates")
problems.register(bp)


class Operation(MethodView):
    """What may be done at one address. Subclasses declare their policy, and `find` what a change is about."""

    init_every_request = False
    needs_version: ClassVar[bool] = False
    """Whether a change names the version it looked at, in `If-Match`."""
    changes: ClassVar[bool] = True
    """Whether a POST here changes anything; a search does not, and needs no key."""
    most_bytes: ClassVar[int] = MOST_BYTES
    """How large a body may be."""
    refuses_also: ClassVar[tuple[int, ...]] = ()
    """Further statuses by which a change here may be refused."""

    def dispatch_request(self, **values: Any) -> ResponseReturnValue:
        """Judge a change before what it says is read; reads need nothing of it."""
        request.max_content_length = self.most_bytes
        if request.method == "POST":
            check_token()
            self.find(**values)
            if self.changes:
                key_of_request()
            if self.needs_version:
                version_of_request()
        return super().dispatch_request(**values)

    def find(self, *_args: Any, **_values: Any) -> None:
        """Raise NotFound if what the address names is absent or foreign. Nothing named: nothing to do."""


def json_of(req: Any) -> Any:
    """Return the JSON of a request's body."""
    if not req.is_json:
        raise Problem(415, *_said(415))
    try:
        return json.loads(req.get_data(cache=True), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Problem(400, "unreadable", _("Nội dung gửi lên không phải JSON đúng. Sửa lại rồi gửi lại.")) from None


def form_of(req: Any) -> dict[str, Any]:
    """Return the fields of a form, texts and files, by name. One that was sent twice is a list, which no field takes."""
    if req.mimetype != FORM:
        raise Problem(415, "not_form", _("Chỉ nhận multipart/form-data. Đặt Content-Type rồi gửi lại."))
    sent: dict[str, Any] = {}
    for name, values in (*req.form.lists(), *req.files.lists()):
        sent[name] = values[0] if len(values) == 1 and name not in sent else [*values]
    return sent


def _no_number(_text: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _said(status: int) -> tuple[str, str]:
    code, detail = problems.OF_STATUS[status]
    return code, str(detail)


def check_token() -> None:
    """Raise a problem if the request does not carry the session's token: cookies alone prove nothing about who sends."""
    try:
        validate_csrf(request.headers.get(TOKEN))
    except TokenError:
        told = _("Thiếu hoặc sai tiêu đề X-CSRF-Token. Lấy mã ở GET /api/v1/me rồi gửi lại.")
        raise Problem(400, "not_from_here", told) from None


def key_of_request() -> str:
    """Return the key that makes sending twice the same as once. Raises a problem without one, BadInput for one that says too much."""
    key = request.headers.get(KEY, "")
    if not key:
        told = _(
            "Thiếu tiêu đề Idempotency-Key. Tạo một mã cho lần gửi này (ví dụ UUID), gửi lại đúng mã ấy nếu mất mạng."
        )
        raise Problem(400, "no_key", told)
    check_key(key)
    return key


def version_of_request() -> int:
    """Return the version that the sender looked at."""
    text = request.headers.get(VERSION)
    if text is None:
        told = _("Thiếu tiêu đề If-Match. Đọc lại, rồi gửi kèm ETag vừa đọc.")
        raise Problem(428, "no_version", told)
    found = _TAG.fullmatch(text.strip())
    if found is None:
        raise Problem(400, "unreadable", _('If-Match không đọc được. Gửi đúng ETag vừa đọc, ví dụ "7".'))
    return int(found[1])


def etag(version: int) -> dict[str, str]:
    """Return the header that names the version of what was read; it goes back in `If-Match`."""
    return {"ETag": f'"{version}"'}


def carry_out(
    work: Callable[[Book, CampaignContext, Actor], Answer], told: Any = None
) -> tuple[Answer, dict[str, str]]:
    """Carry out a change once and return its answer with headers; `told` is what was sent, after it was read."""
    fresh = False

    def once(book: Book, context: CampaignContext, actor: Actor) -> Answer:
        nonlocal fresh
        fresh = True
        return work(book, context, actor)

    asked = {"api": request.path, "told": told, "version": request.headers.get(VERSION)}
    done = here.command(once, asked, key_of_request())
    return done, {} if fresh else {REPLAY: "true"}


class _Unanswered(Exception):
    """Raised to leave a command that was only asked for."""


def answered_before(told: Any) -> tuple[Answer, dict[str, str]] | None:
    """Return what `carry_out` answered under the request's key; None if nothing yet. Raises KeyReused.

    For work that takes too long to hold the unit's lock meanwhile: ask, do it, and then carry out that it was done.
    """

    def leave(*_args: Any) -> NoReturn:
        raise _Unanswered

    try:
        return carry_out(leave, told)
    except _Unanswered:
        return None
