"""Addresses for templates: `url_for` with its answer kept.

A page writes the same address many times over with another id in it. The router builds each kind once, with a stand-in where an id or
a number goes, and the ids are put in after. Texts are part of the kind: there are few of them, and they are quoted by the router.
"""

import re
import uuid
from collections import OrderedDict
from typing import Any, Final

from flask import request, url_for

from web.here import arrived

MOST: Final = 2000
"""Kinds of address that are kept; a text typed by somebody (an area's code) makes one of its own."""
_Address = tuple[str, tuple[tuple[int, str], ...]]
"""How an address begins; then which of its ids comes next, and what follows it."""
_kinds: Final[OrderedDict[Any, _Address]] = OrderedDict()
_STAND_INS: Final = tuple(str(uuid.UUID(int=0x5AFE0000_0000_7000_8000_000000000000 + number)) for number in range(9))
"""What stands where an id goes, until it is put in: more ids than these are in no address."""
_STAND_IN: Final = re.compile(f"({'|'.join(_STAND_INS)})")


def link(endpoint: str, **values: Any) -> str:
    """Return the address of a view, as `url_for` does; values that are None are left out."""
    here = arrived()
    kind: list[Any] = [endpoint, here.unit_code, here.campaign_code, here.root]
    if endpoint[0] == ".":
        kind.append(request.blueprint)
    ids: list[str] = []
    for name, value in values.items():
        if type(value) is uuid.UUID:
            ids.append(str(value))
            kind += name, uuid.UUID
        elif value is not None:
            kind += name, type(value), value
    key = tuple(kind)
    address = _kinds.get(key)
    if address is None:
        address = _kinds[key] = _address(endpoint, values)
        if len(_kinds) > MOST:
            _kinds.popitem(last=False)
    text, holes = address
    if not holes:
        return text
    parts = [text]
    for number, piece in holes:
        parts += ids[number], piece
    return "".join(parts)


def _address(endpoint: str, values: dict[str, Any]) -> _Address:
    """Return what stands around the ids of an address."""
    names = [name for name, value in values.items() if type(value) is uuid.UUID]
    stand_ins = dict(zip(names, _STAND_INS, strict=False))
    text = url_for(endpoint, **{**values, **{name: uuid.UUID(stand_in) for name, stand_in in stand_ins.items()}})
    first, *rest = _STAND_IN.split(text)
    return first, tuple(
        (_STAND_INS.index(stand_in), piece) for stand_in, piece in zip(rest[::2], rest[1::2], strict=True)
    )
