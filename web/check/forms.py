"""The form that takes a document to be checked: a file or pasted text, and the report of the period before if there is one."""

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import TextAreaField
from wtforms.validators import Length

from web.forms import Form
from web.i18n import _, _l
from workflow.checking.check import Checked, check_document
from workflow.checking.read import Unreadable, read_document, read_pasted

LONGEST = 400_000
"""Characters of pasted text: some two hundred pages."""


class CheckForm(Form):
    """A document and, if wanted, the one before it."""

    text = TextAreaField(
        _l("Dán văn bản"),
        render_kw={"rows": 8},
        validators=[Length(max=LONGEST, message=_l("văn bản dán dài quá 400.000 ký tự"))],
    )
    file = FileField(_l("Hoặc chọn tệp (.docx, .xlsx, .csv, .txt)"))
    previous = FileField(_l("Báo cáo kỳ trước (không bắt buộc)"))

    def checked(self) -> Checked | None:
        """Return what is wrong with the document; None, with a sentence at the field, if it cannot be read."""
        sent, pasted = _sent(self.file.data), str(self.text.data or "").rstrip()
        if sent is None and not pasted:
            self.text.errors = [_("dán văn bản, hoặc chọn một tệp")]
            return None
        field = self.text if sent is None else self.file
        try:
            document = read_pasted(pasted, str(_("văn bản dán vào"))) if sent is None else read_document(*sent)
            field = self.previous
            before = _sent(self.previous.data)
            return check_document(document, read_document(*before) if before is not None else None)
        except Unreadable as refusal:
            field.errors = [_(refusal.why.message)]
            return None


def _sent(file: FileStorage | None) -> tuple[bytes, str] | None:
    """Return (bytes, name) of a file that was sent; None if none was chosen."""
    if not isinstance(file, FileStorage) or not file.filename:
        return None
    return file.read(), file.filename
