"""Statements of pages, put together once for each kind of reader and then only filled in.

What a page asks depends on few things: the kinds of post its reader holds, the pack in force, which tab is open. Everything else is a
value. Putting a statement together costs several times what the database needs to answer it, so `ask` calls the function that does it
once for each of those kinds, with *names* in place of values, and keeps the text.

A builder looks like any function that returns a SELECT. It must not look at its values (they are bind parameters then): what decides
about the shape of the statement is handed over in `shape`.
"""

import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from itertools import chain, cycle
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import BigInteger, BindParameter, Boolean, LargeBinary, Select, Text, bindparam
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from workflow.statements.prepared import Prepared
from workflow.tables.types import Id

Asked: TypeAlias = Select[*tuple[Any, ...]]
"""A SELECT of any columns."""
Builder = Callable[..., Asked]
Value = uuid.UUID | int | str | bytes | bool | list[Any] | tuple[Any, ...] | None

_TYPES: Final[Mapping[type, TypeEngine[Any]]] = {
    uuid.UUID: Id(), bool: Boolean(), int: BigInteger(), str: Text(), bytes: LargeBinary(),
}  # fmt: skip
_made: dict[Hashable, Prepared] = {}
"""One statement for each builder and kind of reader: a server knows some hundreds."""


def ask(
    session: Session,
    build: Builder,
    *shape: Hashable,
    row: Callable[..., Any] | None = None,
    **values: Value,
) -> list[Any]:
    """Run what `build(*shape, **names)` returns with `values` for the names; return its rows as named tuples (or what `row` makes).

    Each value reaches the builder as a bind parameter of its name; a list as a list of them, and None as None. A list must not be
    empty. `shape` is all that the builder may look at; equal shapes must mean equal statements.
    """
    kinds = tuple((name, _kind(value)) for name, value in values.items())
    key = (build, shape, kinds)
    prepared = _made.get(key)
    if prepared is None:
        names = {name: _named(name, kind) for name, kind in kinds}
        prepared = _made[key] = Prepared(build(*shape, **names), row)
    filled: dict[str, Any] = {}
    for (name, kind), value in zip(kinds, values.values(), strict=True):
        if isinstance(kind, tuple):
            fill(filled, name, kind[1], value)  # type: ignore[arg-type]
        elif kind is not None:
            filled[name] = value
    return prepared.all(session, filled)


def _kind(value: Value) -> Hashable:
    """Return what of a value shapes the statement: its type; for a list, the type of its members and a round number of them."""
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return cast(Hashable, type(value[0])), round_length(value)
    return cast(Hashable, type(value))


def _named(name: str, kind: Any) -> Any:
    if kind is None:
        return None
    if isinstance(kind, tuple):
        return [_bind(member, kind[0]) for member in _names(name, kind[1])]
    return _bind(name, kind)


def _bind(name: str, kind: type) -> BindParameter[Any]:
    return bindparam(name, type_=_TYPES[kind])


def round_length(members: Sequence[Any]) -> int:
    """Return for how many members a list of about this length has room: the next power of two, 0 for none."""
    return 1 << (len(members) - 1).bit_length() if members else 0


def fill(filled: dict[str, Any], name: str, room: int, members: Sequence[Any]) -> None:
    """Give each name of a list its value; the last member stands for those that are left over, which changes no list's meaning."""
    filled.update(zip(_names(name, room), chain(members, cycle(members[-1:]))))  # noqa: B905 - the names end it


@cache
def _names(name: str, room: int) -> tuple[str, ...]:
    return tuple(f"{name}_{number}" for number in range(room))
