"""Forms of the list pages: what a file is declared to be, what somebody agreed to, and why an import is taken back."""

from collections.abc import Iterable

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from rules.pack import Pack
from rules.time import Instant
from web.format import label
from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from workflow.queries.open_work import Place
from workflow.roster.declare import WHOLE, Declaration
from workflow.roster.results import Counts


class UploadForm(Form):
    """A file and what it is said to be."""

    file = FileField(_l("Tệp danh sách (.xlsx)"), validators=[FileRequired(_l("chọn tệp danh sách"))])
    list_code = ChoiceField(_l("Danh sách nào"))
    area = ChoiceField(_l("Địa bàn"), default="")
    as_of = MomentField(
        _l("Danh sách chốt lúc"),
        with_day=True,
        validators=[InputRequired(_l("ghi thời điểm chốt danh sách, như 15:38 24/5/2025"))],
    )
    complete = ChoiceField(_l("Đầy đủ hay một phần"), default="partial")
    sheet = StringField(_l("Trang tính"), validators=[Length(max=100, message=_l("tên trang tính dài quá 100 ký tự"))])

    def offer(self, pack: Pack, areas: Iterable[Place]) -> None:
        """Set the choices: the pack's lists and the unit's areas."""
        lists = [(each.id, f"{each.id}: {label(each.label)}") for each in pack.model.pack.lists]
        self.list_code.choices = [*lists, (WHOLE, _("Toàn bộ: mỗi dòng tự ghi tình trạng định danh"))]
        self.area.choices = [("", _("Mỗi dòng tự ghi địa bàn")), *((area.code, area.name) for area in areas)]
        self.complete.choices = [
            ("partial", _("Một phần: ai không có tên thì giữ nguyên")),
            ("complete", _("Đầy đủ: báo ai không còn tên, không xóa ai")),
        ]

    def declaration(self) -> Declaration:
        """Return what was declared, once the form is valid."""
        as_of: Instant = self.as_of.data or 0
        return Declaration(
            str(self.list_code.data), as_of, self.area.data or None, complete=self.complete.data == "complete"
        )


class ApplyForm(Form):
    """Agreeing to the four counts that stand on the page."""

    seen = HiddenField()

    def agreed(self) -> Counts | None:
        """Return the counts that somebody saw; None if that is no account of rows."""
        try:
            return Counts(*(int(part) for part in str(self.seen.data).split(",")))
        except (ValueError, TypeError, AssertionError):
            return None


class UndoForm(Form):
    """Why an import is taken back."""

    reason = StringField(
        _l("Lý do hủy"),
        validators=[
            InputRequired(_l("ghi một câu ngắn")),
            Length(max=500, message=_l("lý do dài quá 500 ký tự")),
        ],
    )
