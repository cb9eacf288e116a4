"""What the administrator types. What may be is decided by the engine, which says it in words."""

from typing import Any

from wtforms import BooleanField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from web.forms import ChoiceField, Form
from web.i18n import _l

MISSING: Any = _l("chưa ghi")
KINDS: dict[str, Any] = {
    "office": _l("Phòng, ban chuyên môn"), "police": _l("Công an"), "union": _l("Đoàn thể"), "committee": _l("Ban chỉ đạo, hội đồng"),
    "team": _l("Tổ, đội"), "superior": _l("Cơ quan cấp trên"),
}  # fmt: skip
"""Kinds of a body, as they are shown."""


class SearchForm(Form):
    """Part of a name or login. Sent, never in the address: no address holds a name."""

    search = StringField(_l("Tìm theo tên hoặc tên đăng nhập"), [Length(max=100)])


class PersonForm(Form):
    """A new colleague."""

    name = StringField(_l("Họ và tên"), [InputRequired(MISSING), Length(max=200)])
    login = StringField(_l("Tên đăng nhập"), [InputRequired(MISSING), Length(max=40)])


class RenameForm(Form):
    """Another name."""

    name = StringField(_l("Tên"), [InputRequired(MISSING), Length(max=200)])


class PostForm(Form):
    """A post to give: `code|scope`."""

    post = ChoiceField(_l("Vị trí"), [InputRequired(_l("chưa chọn"))])


class PlaceForm(Form):
    """A new team or area."""

    code = StringField(_l("Mã"), [InputRequired(MISSING), Length(max=40)])
    name = StringField(_l("Tên"), [InputRequired(MISSING), Length(max=200)])


class BodyForm(PlaceForm):
    """A new office, union or committee."""

    kind = ChoiceField(_l("Loại"), choices=[SelectChoice(*kind) for kind in KINDS.items()])
    counts_staff = BooleanField(_l("Báo số cán bộ, nhân viên của mình"))


class AreaForm(RenameForm):
    """An area's name and the team that works it."""

    team = ChoiceField(_l("Tổ công tác phụ trách"))
