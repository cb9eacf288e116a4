"""Walks the types of the pack model beside the data: what may stand at a place, and a harmless value to put there."""

import types
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rules.pack.yaml_nodes import Path

PLACEHOLDER_TEXTS: Final = ("x", "0ZZ", "0.0.0", "Z99", "0 percent")
"""One that each pattern of the model lets through."""


def bare(annotation: Any) -> Any:
    """Return the type without constraints and without `| None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        return bare(members[0]) if len(members) == 1 else annotation
    return annotation


def annotation_at(model: type[BaseModel], path: Path) -> Any:
    """Return the bare type of what stands at `path` in a file of `model`, or None if nothing may stand there."""
    current: Any = model
    for step in path:
        current = _child(current, step)
        if current is None:
            return None
    return current


def keys_of(annotation: Any) -> list[str]:
    """Return the keys that a mapping of this type may have, as written in YAML; none if it is no model."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return []
    return [field.alias or name for name, field in annotation.model_fields.items()]


def choices_of(annotation: Any) -> list[str]:
    """Return the values of a closed list, as text."""
    found: list[str] = []
    for member in _members(bare(annotation)):
        if get_origin(member) is Literal:
            found.extend("true" if value is True else str(value) for value in get_args(member))
    return found


def is_required(model: type[BaseModel], path: Path) -> bool:
    """Whether the last step of `path` is a key that its mapping cannot do without."""
    owner = annotation_at(model, path[:-1])
    field = _field(owner, path[-1]) if path else None
    return field is None or field.is_required()


def placeholder_at(model: type[BaseModel], path: Path, attempt: int) -> Any:
    """Return JSON-ready data that may pass for what stands at `path`, to go on checking around a mistake.

    Patterns are not looked at: the caller validates, and asks again with the next `attempt`.
    """
    field = _field(annotation_at(model, path[:-1]), path[-1]) if path else None
    return _of_field(field, attempt) if field else _placeholder(annotation_at(model, path), attempt)


def _of_field(field: FieldInfo, attempt: int) -> Any:
    needs_one = any(getattr(rule, "min_length", None) for rule in field.metadata)
    return _placeholder(field.annotation, attempt, needs_one=needs_one)


def _placeholder(annotation: Any, attempt: int, *, needs_one: bool = False) -> Any:
    plain = bare(annotation)
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        fields = plain.model_fields.items()
        return {field.alias or name: _of_field(field, attempt) for name, field in fields if field.is_required()}
    origin, arguments = get_origin(plain), get_args(plain)
    if origin is Literal:
        return arguments[0]
    if origin is dict:
        return {PLACEHOLDER_TEXTS[0]: _placeholder(arguments[1], attempt)} if needs_one else {}
    if origin is tuple:
        return [_placeholder(arguments[0], attempt)] if needs_one or arguments[-1] is not Ellipsis else []
    text = PLACEHOLDER_TEXTS[attempt % len(PLACEHOLDER_TEXTS)]
    simple: dict[Any, Any] = {int: 1, bool: False, date: "2000-01-01"}
    return simple.get(plain, text)


def _members(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        yield from (bare(member) for member in get_args(annotation))
    else:
        yield annotation


def _field(owner: Any, key: str | int) -> FieldInfo | None:
    if not (isinstance(owner, type) and issubclass(owner, BaseModel)):
        return None
    matching = (field for name, field in owner.model_fields.items() if key in (field.alias or name,))
    return next(matching, None)


def _child(annotation: Any, key: str | int) -> Any:
    field = _field(annotation, key)
    if field is not None:
        return bare(field.annotation)
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return bare(arguments[1])
    if get_origin(annotation) is tuple and isinstance(key, int):
        return bare(arguments[0 if arguments[-1] is Ellipsis else min(key, len(arguments) - 1)])
    return None
