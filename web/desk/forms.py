"""Forms of the support desk: whom to look for, what was done, and taking it back."""

from collections.abc import Sequence

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from workflow.actions.look_up_person import LookUp


class LookUpForm(Form):
    """An ID number, or full name, year of birth and area."""

    id_number = StringField(_l("Số định danh (12 chữ số)"), validators=[Length(max=40, message=_l("dài quá 40 ký tự"))])
    name = StringField(_l("Họ và tên"), validators=[Length(max=100, message=_l("dài quá 100 ký tự"))])
    birth_year = StringField(_l("Năm sinh"), validators=[Length(max=10, message=_l("ghi bốn chữ số"))])
    area = ChoiceField(_l("Nơi ở"), default="")
    house_no = StringField(
        _l("Số nhà (nếu có nhiều người trùng)"), validators=[Length(max=60, message=_l("dài quá 60 ký tự"))]
    )

    def offer(self, areas: Sequence[tuple[str, str]]) -> None:
        """Set the areas to choose from."""
        self.area.choices = [("", _("Chọn địa bàn")), *areas]

    def look_up(self) -> LookUp:
        """Return what was typed."""
        fields = (self.id_number, self.name, self.birth_year, self.area, self.house_no)
        return LookUp(*(field.data or "" for field in fields))


class DoneForm(Form):
    """What was done for the person at the desk."""

    outcome = ChoiceField(_l("Kết quả"), default="")
    promised_at = MomentField(_l("Giờ hẹn"), ahead=True)
    evidence_kind = StringField(_l("Loại căn cứ"), validators=[Length(max=500)])
    evidence = StringField(_l("Căn cứ"), validators=[Length(max=500, message=_l("dài quá 500 ký tự"))])
    assisted = BooleanField(_l("Làm trên máy của cán bộ (người dân tự nhập mật khẩu, đã đăng xuất)"))


class SlipForm(Form):
    """Why something recorded at the desk is taken back."""

    reason = StringField(_l("Lý do sửa"), validators=[InputRequired(_l("ghi một câu ngắn"))])
