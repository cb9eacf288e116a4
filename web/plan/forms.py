"""Forms of the plan."""

import uuid
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from workflow.files import LARGEST, Upload
from workflow.plan.texts import LONGEST

_SHORT = Length(max=LONGEST, message=_l("viết ngắn hơn, tối đa 500 ký tự"))
_ABSENT = ("", "-")


def _number(low: int, high: int, message: Any) -> list[Any]:
    return [InputRequired(_l("ghi một số")), NumberRange(low, high, message)]


class ProgressForm(Form):
    """How far a task is. `seen` is the share that the page showed: it must still be so."""

    percent = IntegerField(_l("Đã làm được (%)"), _number(0, 100, _l("ghi một số từ 0 đến 100")))
    note = StringField(_l("Ghi chú (không bắt buộc)"), [_SHORT])
    seen = HiddenField(default="-")

    @property
    def seen_percent(self) -> int | None:
        """The share that its sender looked at; None if there was none."""
        return int(self.seen.data) if str(self.seen.data).isascii() and str(self.seen.data).isdigit() else None


class CommentForm(Form):
    """A word about a task."""

    said = TextAreaField(_l("Nội dung"), [InputRequired(_l("chưa ghi gì; hãy viết một câu")), _SHORT])


class LookedAtForm(Form):
    """Something done to a task, with the version it was looked at in."""

    state_version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that its sender looked at; -1, which no task has, if the page did not say."""
        text = str(self.state_version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


class ForwardForm(LookedAtForm):
    """Passing on what has come; `happened_at` if it was done before it is recorded."""

    happened_at = MomentField(_l("Đã chuyển lúc (không bắt buộc)"))


class MoveForm(LookedAtForm):
    """A move of a task."""

    reason = TextAreaField(_l("Lý do"), [_SHORT])
    happened_at = MomentField(_l("Gửi lúc (không bắt buộc)"))
    owner = ChoiceField(_l("Giao cho"), choices=[], validate_choice=False)

    def keep_only(self, *names: str) -> None:
        """Leave out the fields that the move does not ask for."""
        for name in {"reason", "happened_at", "owner"} - set(names):
            delattr(self, name)

    def owner_id(self) -> uuid.UUID | None:
        """The chosen post, if the move asks for one."""
        return uuid.UUID(str(self.owner.data)) if self.owner is not None else None


class EvidenceForm(Form):
    """A piece of evidence of one kind; fields of other kinds are left out."""

    label = StringField(_l("Số, ký hiệu hoặc tên văn bản"), [InputRequired(_l("chưa ghi")), _SHORT])
    count = IntegerField(_l("Số lượng"), _number(0, 1_000_000, _l("ghi một số từ 0 đến 1.000.000")))
    is_lower_bound = BooleanField(_l("Nhiều hơn số này (“trên …”)"))
    file = FileField(_l("Tệp"))

    def suit(self, kind: str, asked: list[str]) -> None:
        """Ask for what this kind of evidence has. A count that the plan names is chosen, not typed."""
        if kind != "count":
            del self.count, self.is_lower_bound
        if kind not in ("document", "photo"):
            del self.file
        labels = {"link": _("Địa chỉ trang"), "count": _("Tên số lượng"), "photo": _("Ảnh chụp gì")}
        if self.label is not None:
            self.label.label.text = labels.get(kind, self.label.label.text)
        if kind == "photo":
            self.file.label.text = _("Ảnh (PNG hoặc JPG, không quá 5 MB)")
        elif kind == "document":
            self.file.label.text = _("Tệp kèm theo (không bắt buộc): PDF, ảnh, DOCX, XLSX, không quá 5 MB")
        self.asked = asked if kind == "count" else []

    asked: list[str]

    def upload(self) -> Upload | None:
        """The chosen file, read no further than needed to see that it is too large."""
        sent = self.file.data if self.file is not None else None
        if not sent or not getattr(sent, "filename", ""):
            return None
        return Upload(sent.filename, sent.stream.read(LARGEST + 1))


class ReasonForm(Form):
    """Something that needs a sentence."""

    reason = TextAreaField(_l("Lý do"), [InputRequired(_l("ghi một câu ngắn")), _SHORT])


class WaiveForm(ReasonForm):
    """Whom to excuse from what is left of a duty."""

    scope = ChoiceField(_l("Miễn cho"), [InputRequired(_l("chưa chọn; chọn một trong danh sách"))], choices=[])


class AcceptForm(Form):
    """Reports chosen to be accepted, each as `id:version`."""

    chosen = SelectMultipleField(_l("Báo cáo"), choices=[], validate_choice=False)

    def looked_at(self) -> dict[uuid.UUID, int]:
        """Return the version that each chosen report was looked at in; what cannot be read is left out."""
        found = {}
        for text in self.chosen.data or []:
            task, _colon, version = str(text).partition(":")
            try:
                found[uuid.UUID(task)] = int(version)
            except ValueError:
                continue
        return found


class StaffForm(Form):
    """What an office declares: counts, never names."""

    staff_declared = IntegerField(_l("Tổng số cán bộ, công chức, người lao động"), _number(0, 100_000, _l("ghi một số từ 0 đến 100.000")))  # fmt: skip
    staff_finished = IntegerField(_l("Trong đó đã xong"), _number(0, 100_000, _l("ghi một số từ 0 đến 100.000")))
    relatives_declared = IntegerField(_l("Tổng số thân nhân"), _number(0, 100_000, _l("ghi một số từ 0 đến 100.000")))
    relatives_finished = IntegerField(_l("Trong đó đã xong"), _number(0, 100_000, _l("ghi một số từ 0 đến 100.000")))
    seen = HiddenField(default="")

    def groups(self) -> dict[str, tuple[int, int]]:
        """Return declared and finished by group."""
        return {
            "staff": (int(self.staff_declared.data or 0), int(self.staff_finished.data or 0)),
            "relatives": (int(self.relatives_declared.data or 0), int(self.relatives_finished.data or 0)),
        }


class PlanFileForm(Form):
    """A plan's spreadsheet."""

    file = FileField(_l("Tệp kế hoạch (.xlsx)"), validators=[FileRequired(_l("chọn tệp kế hoạch"))])
    sheet = StringField(_l("Trang tính"), validators=[Length(max=100, message=_l("tên trang tính dài quá 100 ký tự"))])


class AgreeForm(Form):
    """Agreeing to what a plan's file comes to; `seen` is the mark of what the page showed."""

    seen = HiddenField()


class RebaseForm(Form):
    """To which day a campaign moves, by one of its own, and what the new pack is called."""

    anchor = ChoiceField(_l("Mốc của đợt này"), default="starts")
    day = StringField(_l("Ngày mới của mốc ấy"), [InputRequired(_l("ghi một ngày, như 15/5/2026")), Length(max=20)])
    pack_id = StringField(_l("Tên gói mới"), [InputRequired(_l("ghi một tên, như cat-thanh-2026")), Length(max=60)])
