"""Forms of the papers' pages."""

import uuid
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from web.forms import ChoiceField, DayField, Form
from web.i18n import _, _l
from workflow.files import LARGEST, Upload
from workflow.plan.texts import LONGEST


def upload_in(field: Any) -> Upload | None:
    """Return the chosen file, read no further than needed to see that it is too large; None if none was chosen."""
    sent = field.data
    if not sent or not getattr(sent, "filename", ""):
        return None
    return Upload(sent.filename, sent.stream.read(LARGEST + 1))


class MakeForm(Form):
    """Which paper, and of which close."""

    close_id = ChoiceField(_l("Số liệu đã chốt"))
    kind = ChoiceField(_l("Loại văn bản"), default="daily")

    def offer(self, closes: list[tuple[str, str]]) -> None:
        """Set the choices."""
        self.close_id.choices = closes
        self.kind.choices = [("daily", _("Báo cáo ngày")), ("final", _("Báo cáo tổng kết"))]

    @property
    def close(self) -> uuid.UUID:
        """The close that was chosen."""
        return uuid.UUID(str(self.close_id.data))


class RecordForm(Form):
    """The number and day of an issued paper, with the signed copy if it is there."""

    number = IntegerField(
        _l("Số văn bản"),
        [InputRequired(_l("ghi số văn bản, ví dụ 5")), NumberRange(1, 99_999, _l("ghi một số từ 1 đến 99.999"))],
    )
    issued_on = DayField(_l("Ngày ban hành"), [InputRequired(_l("ghi ngày ban hành"))])
    signed = FileField(_l("Bản đã ký (PDF, không quá 5 MB; có thể bổ sung sau)"))


class SignedForm(Form):
    """A paper that came back edited, before it is signed."""

    file = FileField(_l("Bản Word đã sửa (.docx)"))

    def upload(self) -> Upload | None:
        """Return the file; None, with a sentence at the field, if none was chosen."""
        found = upload_in(self.file)
        if found is None:
            self.file.errors = [_("chọn bản Word đã sửa")]
        return found


class TemplateForm(Form):
    """A template that was edited in Word."""

    file = FileField(_l("Mẫu đã sửa (.docx)"))

    def upload(self) -> Upload | None:
        """Return the file; None, with a sentence at the field, if none was chosen."""
        found = upload_in(self.file)
        if found is None:
            self.file.errors = [_("chọn tệp mẫu")]
        return found


class AddFormForm(Form):
    """A form that a superior sent."""

    name = StringField(
        _l("Tên biểu mẫu"),
        [InputRequired(_l("ghi tên biểu mẫu")), Length(max=LONGEST, message=_l("viết ngắn hơn, tối đa 500 ký tự"))],
    )
    file = FileField(_l("Tệp biểu mẫu (.xlsx hoặc .docx)"))

    def upload(self) -> Upload | None:
        """Return the file; None, with a sentence at the field, if none was chosen."""
        found = upload_in(self.file)
        if found is None:
            self.file.errors = [_("chọn tệp biểu mẫu")]
        return found


class CellForm(Form):
    """What goes into a cell."""

    place = HiddenField()
    version = HiddenField()
    choice = ChoiceField(_l("Điền vào ô này"), validate_choice=False)

    @property
    def seen_version(self) -> int:
        """The layout that its sender looked at; -1, which no form has, if the page did not say."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


class FillForm(Form):
    """Which close a form is filled from."""

    close_id = ChoiceField(_l("Số liệu đã chốt"))

    def offer(self, closes: list[tuple[str, str]]) -> None:
        """Set the choices."""
        self.close_id.choices = closes
