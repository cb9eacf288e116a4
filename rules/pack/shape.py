"""Checks the data of one file against its model: every error in Vietnamese at its place, and a model to go on with.

A mistake in one key must not hide the others, so wrong pieces are replaced by placeholders (remembered in `touched`) and
the checks across files run on what remains. A pack with any error is never loaded.
"""

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from rules.pack.annotations import annotation_at, choices_of, is_required, keys_of, placeholder_at
from rules.pack.wording import missing_key, unknown_key, wrong_value
from rules.pack.yaml_nodes import BROKEN, Path

M = TypeVar("M", bound=BaseModel)
_MAX_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """One error of shape: at the key or at the value of `path`."""

    check: str
    path: Path
    message: str
    at_key: bool = False


@dataclass(slots=True)
class Shaped(Generic[M]):
    """What came out: the model (None if nothing could be made of the file), the problems, the places made up."""

    model: M | None = None
    problems: list[ShapeProblem] = field(default_factory=list)
    touched: set[Path] = field(default_factory=set)

    def is_touched(self, path: Path) -> bool:
        """Whether the value at `path`, or something around it, was made up."""
        return any(path[:length] in self.touched for length in range(len(path) + 1))


def shape(model: type[M], data: Any, broken: Iterable[Path]) -> Shaped[M]:
    """Check `data` against `model`; `broken` are the places that could not be read, of which nothing more is said."""
    result: Shaped[M] = Shaped(touched=set(broken))
    current = copy.deepcopy({} if data is None else data)
    for path in sorted(result.touched, key=len):
        current = _put(model, current, path, 0)
    for round_number in range(_MAX_ROUNDS):
        try:
            result.model = model.model_validate_json(json.dumps(current), strict=True)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        else:
            return result
        if round_number == 0:
            result.problems = _describe_all(model, current, errors, result)
        current = _patch(model, current, errors, result.touched, round_number)
    return result


def _describe_all(model: type[M], data: Any, errors: Iterable[Any], known: Shaped[M]) -> list[ShapeProblem]:
    found: dict[tuple[Path, bool, str], ShapeProblem] = {}
    for error in errors:
        path, at_key, rest = _locate(data, error["loc"])
        if known.is_touched(path) or _only_follows(data, error, path):
            continue
        problem = _describe(model, data, error, path, at_key, rest)
        group = f"missing {rest}" if error["type"] == "missing" else ""
        found.setdefault((problem.path, problem.at_key, group), problem)
    return list(found.values())


def _only_follows(data: Any, error: Mapping[str, Any], path: Path) -> bool:
    """Whether a list is called too short only because its items are wrong, which is said at each of them."""
    return bool(error["type"] == "too_short" and len(_value_at(data, path)) >= error["ctx"]["min_length"])


def _describe(
    model: type[M], data: Any, error: Mapping[str, Any], path: Path, at_key: bool, rest: Path
) -> ShapeProblem:
    kind: str = error["type"]
    if kind == "missing":
        owner = next((step for step in reversed(path) if isinstance(step, str)), "")
        name = owner if path and isinstance(path[-1], str) else _name_of(_value_at(data, path))
        return ShapeProblem("missing-key", path, missing_key(str(rest[-1]), name), at_key=True)
    if kind == "extra_forbidden":
        owner_path = path if rest else path[:-1]
        allowed = [key for key in keys_of(annotation_at(model, owner_path)) if key not in _keys(data, owner_path)]
        key = rest[-1] if rest else path[-1]
        return ShapeProblem("unknown-key", path, unknown_key(str(key), allowed), at_key=not rest)
    if at_key:
        return ShapeProblem("bad-name", path, wrong_value(kind, path[-1], error.get("ctx", {}), []), at_key=True)
    value = _value_at(data, path)
    message = wrong_value(kind, value, error.get("ctx", {}), choices_of(annotation_at(model, path)))
    return ShapeProblem("bad-value", path, message)


def _name_of(item: Any) -> str:
    return (
        next((str(item[key]) for key in ("id", "code", "rule", "to") if key in item), "")
        if isinstance(item, dict)
        else ""
    )


def _keys(data: Any, path: Path) -> Iterable[str]:
    found = _value_at(data, path)
    return found if isinstance(found, dict) else ()


def _value_at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _locate(data: Any, loc: tuple[int | str, ...]) -> tuple[Path, bool, Path]:
    """Split a location into the part that is written, whether it means the key, and the part that is not written."""
    path: list[int | str] = []
    for number, step in enumerate(loc):
        if step == "[key]" and number == len(loc) - 1:
            return tuple(path), True, ()
        if _has(data, step):
            path.append(step)
            data = data[step]
        elif isinstance(data, dict) or number == len(loc) - 1:
            return tuple(path), False, tuple(loc[number:])
    return tuple(path), False, ()


def _has(data: Any, step: int | str) -> bool:
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _patch(model: type[M], data: Any, errors: Iterable[Any], touched: set[Path], attempt: int) -> Any:
    for error in errors:
        path, at_key, rest = _locate(data, error["loc"])
        if error["type"] == "missing":
            holder, lacking = _value_at(data, path), placeholder_at(model, (*path, rest[-1]), attempt)
            if isinstance(holder, list):  # a list that is too short
                holder.append(lacking)
            else:
                holder[rest[-1]] = lacking
            touched.add((*path, rest[-1]))
        elif (error["type"] == "extra_forbidden" and not rest) or at_key:
            touched.add(path)
            _value_at(data, path[:-1]).pop(path[-1], None)
        else:
            touched.add(path)
            data = _put(model, data, path, attempt)
    return data


def _put(model: type[M], data: Any, path: Path, attempt: int) -> Any:
    """Put a harmless value at `path`: nothing where the key may be left out, else a placeholder."""
    if not path:
        return placeholder_at(model, (), attempt)
    try:
        owner = _value_at(data, path[:-1])
    except (KeyError, IndexError, TypeError):
        return data  # something around it was replaced already
    if owner is BROKEN:
        return data
    if isinstance(owner, dict) and not is_required(model, path):
        owner.pop(path[-1], None)
    else:
        owner[path[-1]] = placeholder_at(model, path, attempt)
    return data
