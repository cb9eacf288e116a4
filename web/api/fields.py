"""Fields of what is sent and answered: strict in, exact out, and every refusal in the language of the account.

Marshmallow's own messages are English; each of ours says what to do, in `SAID`.
"""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import FileStorage

from rules.pack.model import Label
from rules.time import Instant, day_start, instant_of, local_datetime, read_day
from web.i18n import _, _l

SAID: Final[dict[str, Any]] = {
    "required": _l("chưa có; gửi cả trường này"),
    "null": _l("không được là null; gửi một giá trị"),
    "unknown": _l("không có trường này; bỏ đi"),
    "type": _l("phải là một đối tượng JSON"),
    "list": _l("phải là một danh sách"),
    "text": _l("phải là chữ, không có ký tự điều khiển"),
    "whole": _l("phải là số nguyên"),
    "flag": _l("phải là true hoặc false"),
    "id": _l("phải là mã UUID lấy từ một lần đọc trước"),
    "file": _l("phải là một tệp, gửi kèm tên tệp"),
    "moment": _l("phải là thời điểm ISO 8601 có múi giờ, ví dụ 2025-05-24T15:38:00+07:00"),
}
EXAMPLE_MOMENT: Final = "2025-05-24T15:38:00+07:00"
EXAMPLE_ID: Final = "01970a3e-8c00-7c3e-9f60-5d1c2b3a4e5f"
LARGEST: Final = 2**31 - 1
_FIRST, _LAST = day_start(read_day("2000-01-01")), day_start(read_day("2200-01-01"))
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Shape(Schema):
    """Base of everything sent or answered: what is not declared is refused, and the specification says so."""

    error_messages = {"unknown": "unknown", "type": "type"}  # noqa: RUF012 - marshmallow merges this one per class

    class Meta:
        unknown = RAISE


class NothingShape(Shape):
    """Nothing needs to be said."""


class _Spoken(fields.Field[Any]):
    """A field whose refusals are `SAID`."""

    wrong = "type"

    def make_error(self, key: str, **_values: Any) -> ValidationError:
        return ValidationError(str(SAID[key if key in ("required", "null") else self.wrong]))


class Length(validate.Length):
    """A length, refused in words."""

    def _format_error(self, _value: Any, _message: str) -> str:
        if self.min and self.max is None:
            return _("ít nhất %(least)s", least=self.min)
        return _("dài từ %(least)s đến %(most)s", least=self.min or 0, most=self.max)


class Range(validate.Range):
    """Bounds, refused in words."""

    def _format_error(self, _value: Any, _message: str) -> str:
        return _("phải từ %(least)s đến %(most)s", least=self.min, most=self.max)


class OneOf(validate.OneOf):
    """A closed list, refused in words."""

    def _format_error(self, _value: Any) -> str:
        return _("chọn một trong: %(known)s", known=self.choices_text)


class Text(_Spoken, fields.String):
    """A text without control characters, at most `longest` characters."""

    wrong = "text"

    def __init__(self, *, longest: int = 500, shortest: int = 0, **options: Any) -> None:
        super().__init__(validate=Length(shortest, longest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        if _UNFIT.search(text):
            raise self.make_error("invalid")
        return text


class Told(fields.String):
    """A text of an answer."""


class Whole(_Spoken, fields.Integer):
    """A whole number within bounds; 1.5, "1" and true are none."""

    wrong = "whole"

    def __init__(self, *, least: int = 0, most: int = LARGEST, **options: Any) -> None:
        super().__init__(strict=True, validate=Range(least, most), **options)

    def _validated(self, value: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class WholeInQuery(Whole):
    """The same in a query string, where everything is text."""

    def _validated(self, value: Any) -> Any:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18):
            raise self.make_error("invalid")
        return int(value)


class Flag(_Spoken, fields.Boolean):
    """True or false, as JSON or (in a query) as these words."""

    wrong = "flag"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise self.make_error("invalid")


class File(_Spoken):
    """A file of a form, under a name without control characters. What it holds is judged by whoever keeps it."""

    wrong = "file"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> FileStorage:
        if not isinstance(value, FileStorage) or not value.filename or _UNFIT.search(value.filename):
            raise self.make_error("invalid")
        return value


class Id(_Spoken, fields.UUID):
    """The id of a thing."""

    wrong = "id"

    def _validated(self, value: Any) -> uuid.UUID:
        if not isinstance(value, str) or len(value) != 36:
            raise self.make_error("invalid")
        return super()._validated(value)


class Choice(_Spoken, fields.String):
    """One of a closed list of words."""

    wrong = "text"

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(validate=OneOf(list(choices)), **options)


class Moment(_Spoken):
    """An instant: ISO 8601 with its offset. Answers always carry +07:00."""

    wrong = "moment"

    def _serialize(self, value: Instant | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else local_datetime(value).isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Instant:
        if not isinstance(value, str) or len(value) > 40 or "T" not in value:
            raise self.make_error("invalid")
        try:
            instant = instant_of(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            raise self.make_error("invalid") from None
        if not _FIRST <= instant < _LAST:
            raise ValidationError(_("phải từ năm 2000 đến năm 2199"))
        return instant


class Several(_Spoken, fields.List[Any]):
    """A list of at most `most`."""

    wrong = "list"

    def __init__(self, of: Any, *, least: int = 0, most: int | None = None, **options: Any) -> None:
        checks = None if most is None else Length(least, most)
        super().__init__(of, validate=checks, **options)


class Inside(fields.Nested):
    """An object within an object."""

    def make_error(self, key: str, **_values: Any) -> ValidationError:
        return ValidationError(str(SAID[key if key in SAID else "type"]))


class ByKey(fields.Dict):
    """An object whose members are named by what they are about."""

    def __init__(self, *, values: fields.Field[Any], **options: Any) -> None:
        super().__init__(keys=fields.String(), values=values, **options)


class LabelShape(Shape):
    """A text of the campaign's rules in both languages; `en` is null where the rules have none."""

    vi = Told(required=True)
    en = Told(required=True, allow_none=True)


class Labelled(fields.Nested):
    """A label in both languages, made of a pack's label or of a plain Vietnamese text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(LabelShape, **options)

    def _serialize(self, nested_obj: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        text = nested_obj or None
        told = Label(vi=text) if isinstance(text, str) else text
        return super()._serialize(told, attr, obj, **kwargs)  # type: ignore[no-untyped-call]
