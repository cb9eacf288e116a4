"""A superior's form filled from a close: the choices that the unit made, as values in the very file that came."""

from collections.abc import Mapping
from typing import Any

from rules.said import Said
from workflow.closing.frozen import Frozen
from workflow.documents.superior import Choice, fill_form, value_of
from workflow.errors import BadInput


def fill_superior(content: bytes, extension: str, cells: Mapping[str, Mapping[str, Any]], frozen: Frozen) -> bytes:
    """Return the filled form. Raises BadInput naming every cell whose figure the close does not have, and for a form without cells."""
    if not cells:
        raise BadInput(where="Biểu mẫu", what="chưa đặt ô nào; bấm vào ô rồi chọn số liệu")
    values, missing = {}, []
    for place, told in cells.items():
        try:
            values[place] = value_of(Choice(told["what"], told["key"], told["part"]), frozen)
        except LookupError as error:
            missing.append(Said("ô %(place)s: %(why)s", place=shown_place(place), why=error.args[0]))
    if missing:
        raise BadInput(
            where="Biểu mẫu",
            what=Said("%(first)s; bỏ các ô đó hoặc nhập số liệu trước (%(n)s ô)", first=missing[0], n=len(missing)),
        )
    return fill_form(content, extension, values)


def shown_place(place: str) -> str:
    """Return the place of a cell as people call it.

    >>> shown_place("1!B3"), shown_place("1.2.3")
    ('B3', '1.2.3')
    """
    return place.partition("!")[2] or place
