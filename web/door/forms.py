"""What is typed at a door: an outcome, why something is undone or given back, a person found there."""

import uuid
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from rules.pack.model import MODES
from rules.time import Instant
from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from workflow.actions.person_input import PersonInput
from workflow.actions.record_visit import Finding, VisitReport


class VisitForm(Form):
    """One outcome, of one person or (no person) of the whole door."""

    outcome = StringField(_l("Kết quả"), [InputRequired(_l("chọn một kết quả"))])
    case_id = HiddenField(_l("Người"))
    state_version = HiddenField(_l("Bản đang mở"))
    mode = HiddenField(_l("Hình thức"), default="door")
    page = HiddenField(default="")
    at = HiddenField(default="")
    next = HiddenField(default="")
    promised_at = MomentField(_l("Giờ hẹn"), [Optional()], ahead=True)
    evidence = TextAreaField(_l("Căn cứ"), [Length(max=500, message=_l("tối đa 500 ký tự; viết ngắn hơn"))])
    evidence_kind = StringField(_l("Loại căn cứ"), [Length(max=500)])
    assisted = BooleanField(_l("Làm trên máy của cán bộ"))

    def validate_case_id(self, field: Any) -> None:
        """A person is named by an id."""
        if field.data and _uuid(field.data) is None:
            raise ValidationError(_("không đọc được; tải lại trang rồi chọn lại"))

    def validate_state_version(self, field: Any) -> None:
        """A version is a number."""
        if field.data and not (field.data.isascii() and field.data.isdigit() and len(field.data) < 10):
            raise ValidationError(_("không đọc được; tải lại trang rồi chọn lại"))

    def validate_mode(self, field: Any) -> None:
        """At the door, by phone, at a support point."""
        if field.data not in MODES:
            raise ValidationError(_("không có hình thức này; tải lại trang rồi chọn lại"))

    @property
    def about(self) -> uuid.UUID | None:
        """Return whose outcome it is; None for the whole door."""
        return _uuid(self.case_id.data or "")

    @property
    def next_door(self) -> uuid.UUID | None:
        """Return the door whose card opens next."""
        return _uuid(self.next.data or "")

    def report(self, door_id: uuid.UUID, happened_at: Instant) -> VisitReport:
        """Return the visit that was typed."""
        finding = Finding(
            outcome=self.outcome.data,
            case_id=self.about,
            state_version=int(self.state_version.data) if self.state_version.data else None,
            promised_at=self.promised_at.data,
            evidence=self.evidence.data or None,
            evidence_kind=self.evidence_kind.data or None,
        )
        return VisitReport(door_id, happened_at, (finding,), mode=self.mode.data, assisted=self.assisted.data)

    def as_request(self, door_id: uuid.UUID) -> dict[str, Any]:
        """Return what tells this sending from another one."""
        names = ("outcome", "case_id", "state_version", "mode", "evidence", "evidence_kind", "assisted", "promised_at")
        return {"visit": str(door_id), **{name: self[name].data for name in names}}


class ReasonForm(Form):
    """One short sentence; `state_version` is what the page showed."""

    reason = TextAreaField(_l("Lý do"))
    state_version = HiddenField()

    @property
    def version(self) -> int | None:
        """Return the version that the page showed, if it can be read."""
        text = self.state_version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class PersonForm(Form):
    """A person found at the door. The engine judges each value as it judges a row of a list."""

    name = StringField(_l("Họ và tên"))
    birth = StringField(_l("Ngày sinh"))
    sex = ChoiceField(
        _l("Giới tính"), choices=[SelectChoice("", "–"), SelectChoice("Nam", _l("Nam")), SelectChoice("Nữ", _l("Nữ"))]
    )
    relation = StringField(_l("Quan hệ với chủ hộ"))
    residence = ChoiceField(
        _l("Cư trú"),
        choices=[
            SelectChoice("thường trú", _l("Thường trú")),
            SelectChoice("tạm trú", _l("Tạm trú")),
            SelectChoice("tạm vắng", _l("Tạm vắng")),
        ],
    )
    account = ChoiceField(
        _l("Tài khoản định danh"),
        choices=[
            SelectChoice("chưa có mức 2", _l("Chưa có mức 2")),
            SelectChoice("đã đăng ký, chưa kích hoạt", _l("Đã đăng ký, chưa kích hoạt")),
            SelectChoice("đã kích hoạt", _l("Mức 2 đang hoạt động")),
        ],
    )
    id_number = StringField(_l("Số định danh cá nhân"))
    phone = StringField(_l("Số điện thoại"))
    confirmed = BooleanField(_l("Đã xem lại, vẫn thêm người này"))

    def person(self) -> PersonInput:
        """Return what was typed."""
        names = ("name", "birth", "sex", "relation", "residence", "account", "id_number", "phone")
        return PersonInput(**{name: self[name].data or "" for name in names})

    def as_request(self, door_id: uuid.UUID) -> dict[str, Any]:
        """Return what tells this sending from another one; only its hash is kept."""
        return {
            "add_person": str(door_id),
            **{name: str(value) for name, value in vars(self.person()).items()},
            "sure": self.confirmed.data,
        }


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
