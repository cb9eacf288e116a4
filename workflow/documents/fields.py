"""What a template may name: every field with its meaning, in the words of the person who edits the template in Word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rules.pack import Pack
from workflow.documents.make_template import Kind


@dataclass(frozen=True, slots=True)
class Text:
    """A field that is printed."""

    meaning: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: `line["2"].count`."""

    meaning: str
    parts: Mapping[str, "Shape"]


@dataclass(frozen=True, slots=True)
class Many:
    """A list to go through with `for`."""

    meaning: str
    each: "Shape"


@dataclass(frozen=True, slots=True)
class Keyed:
    """Fields of one kind by a key in quotes; `keys` are those the pack has."""

    meaning: str
    keys: tuple[str, ...]
    each: "Shape"


Shape: TypeAlias = Text | Group | Many | Keyed

_UNIT: Final[dict[str, Shape]] = {
    "unit": Text("Tên đơn vị"),
    "month": Text("Tháng của số liệu"),
    "year": Text("Năm của số liệu"),
    "draft": Text("Đúng khi là bản dự thảo (chỉ dùng trong if)"),
}
_LINE: Final = Group(
    "Một dòng của báo cáo",
    {
        "code": Text("Số mục, như 3.8"),
        "label": Text("Nội dung của dòng"),
        "count": Text("Số lượng"),
        "unit": Text("Đơn vị tính"),
        "percent": Text("Tỷ lệ"),
        "base": Text("Mẫu số"),
        "base_label": Text("Tính trên gì"),
        "said": Text("Số lượng, tỷ lệ và mẫu số, viết thành câu"),
    },
)
_SECTION: Final = Group(
    "Một mục của báo cáo",
    {
        "number": Text("Số mục: I, 1, 3.1"),
        "level": Text("1 là mục I, II; 2 là khoản bên trong (chỉ dùng trong if)"),
        "title": Text("Tên mục"),
        "paragraphs": Many("Các đoạn của mục", Text("Một đoạn")),
    },
)
_TARGET: Final = Group(
    "Một chỉ tiêu",
    {"id": Text("Mã chỉ tiêu"), "label": Text("Tên chỉ tiêu"), "sentence": Text("Đạt hay chưa, thành câu")},
)
_PLACE: Final = Group(
    "Một địa bàn trong phụ lục",
    {"order": Text("Số thứ tự"), "name": Text("Tên địa bàn"), "cells": Many("Các ô số liệu", Text("Một ô"))},
)
_LETTER: Final[dict[str, Shape]] = {
    **_UNIT,
    "about": Text("Về việc gì"),
    "addressees": Many("Kính gửi", Text("Một nơi")),
    "paragraphs": Many("Các đoạn của công văn", Text("Một đoạn")),
    "closing": Text("Câu kết"),
    "recipients": Many("Nơi nhận", Text("Một dòng")),
}


@dataclass(frozen=True, slots=True)
class FieldHelp:
    """A field as a page explains it: how it is written, and what it stands for."""

    written: str
    meaning: str
    inside: tuple["FieldHelp", ...] = field(default=())


def fields_of(kind: Kind, pack: Pack) -> dict[str, Shape]:
    """Return what a template of that kind may name."""
    if kind == "letter":
        return _LETTER
    figures = pack.model.figures
    return {
        **_UNIT,
        "campaign": Text("Tên đợt"),
        "as_of": Text("Thời điểm của số liệu: 22 giờ ngày 29/5/2025"),
        "day": Text("Ngày của số liệu: 29/5/2025"),
        "abstract": Text("Trích yếu"),
        "line": Keyed("Một dòng của báo cáo, theo số mục", tuple(line.code for line in figures.lines), _LINE),
        "figure": Keyed(
            "Một số liệu của gói quy tắc, theo tên", tuple(each.id for each in figures.figures), Text("Số lượng")
        ),
        "sections": Many("Các mục của báo cáo theo bố cục", _SECTION),
        "targets": Many("Các chỉ tiêu", _TARGET),
        "place_kind": Text("Gọi địa bàn là gì: Tổ dân phố"),
        "place_kind_caps": Text("Như trên, chữ in hoa"),
        "columns": Many("Tên các cột của phụ lục", Text("Một tên cột")),
        "places": Many("Các địa bàn trong phụ lục", _PLACE),
        "notes": Many("Các ghi chú dưới phụ lục", Text("Một ghi chú")),
    }


def help_on(fields: Mapping[str, Shape]) -> list[FieldHelp]:
    """Return the fields as somebody writes them."""
    return [_help(name, shape) for name, shape in fields.items()]


def _help(name: str, shape: Shape) -> FieldHelp:
    if isinstance(shape, Keyed):
        first = f'{name}["{shape.keys[0]}"]' if shape.keys else f'{name}["…"]'
        inside = _parts(first, shape.each)
        return FieldHelp(first if inside else f"{{{{ {first} }}}}", shape.meaning, inside)
    if isinstance(shape, Many):
        return FieldHelp(f"{{%p for x in {name} %}} … {{%p endfor %}}", shape.meaning, _parts("x", shape.each))
    return FieldHelp(f"{{{{ {name} }}}}", shape.meaning, _parts(name, shape))


def _parts(name: str, shape: Shape) -> tuple[FieldHelp, ...]:
    if isinstance(shape, Group):
        return tuple(_help(f"{name}.{part}", inner) for part, inner in shape.parts.items())
    return (FieldHelp(f"{{{{ {name} }}}}", shape.meaning),) if isinstance(shape, Text) and name == "x" else ()
