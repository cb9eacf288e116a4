"""Addresses for templates: `url_for` with its answer kept.

A page writes the same address many times over with another id in it. The router builds each kind once, with a stand-in where an id or
a number goes, and the ids are put in after. Texts are part of the kind: there are few of them, and they are quoted by the router.
"""

import uuid
from collections import OrderedDict
from typing import Any, Final

from flask import request, url_for

from web.here import arrived

MOST: Final = 2000
"""Kinds of address that are kept; a text typed by somebody (an area's code) makes one of its own."""
_kinds: "OrderedDict[Any, str]" = OrderedDict()
_STAND_INS: Final = tuple(str(uuid.UUID(int=0x5AFE0000_0000_7000_8000_000000000000 + number)) for number in range(9))
"""What stands where an id goes, until it is put in: more ids than these are in no address."""


def link(endpoint: str, **values: Any) -> str:
    """Return the address of a view, as `url_for` does; values that are None are left out."""
    here = arrived()
    kind: list[Any] = [endpoint, here.unit_code, here.campaign_code, here.root]
    if endpoint.startswith("."):
        kind.append(request.blueprint)
    ids: dict[str, uuid.UUID] = {}
    for name, value in values.items():
        if isinstance(value, uuid.UUID):
            ids[name] = value
            kind.append((name, uuid.UUID))
        elif value is not None:
            kind.append((name, type(value), value))
    key = tuple(kind)
    text = _kinds.get(key)
    if text is None:
        stand_ins = {name: uuid.UUID(stand_in) for name, stand_in in zip(ids, _STAND_INS, strict=False)}
        text = _kinds[key] = url_for(endpoint, **{**values, **stand_ins})
        if len(_kinds) > MOST:
            _kinds.popitem(last=False)
    for stand_in, value in zip(_STAND_INS, ids.values(), strict=False):
        text = text.replace(stand_in, str(value))
    return text
