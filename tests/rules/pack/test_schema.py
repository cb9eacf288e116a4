"""The JSON Schemas for editors: shipped packs pass, strangers do not, and every key is explained."""

import re
from pathlib import Path
from typing import Any

import pytest

from rules.pack import shipped_packs
from rules.pack.schema import pack_schema
from rules.pack.yaml_nodes import canonical_text, read_yaml
from tests.rules.pack.samples import SMALL

KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
SAID_ONLY = {"$defs", "$schema", "title", "description", "default", "format"}


def complaints(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> list[str]:
    """A validator for exactly the keywords our schemas use; an unknown keyword is itself a complaint."""
    if "$ref" in schema:
        return complaints(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, at)
    found: list[str] = []
    for keyword, wanted in schema.items():
        if keyword not in SAID_ONLY:
            found += CHECKS[keyword](value, wanted, schema, root, at)
    return found


def _type(value: Any, wanted: str, _schema: Any, _root: Any, at: str) -> list[str]:
    fits = isinstance(value, KINDS[wanted]) and not (wanted == "integer" and isinstance(value, bool))
    return [] if fits else [f"{at}: not {wanted}"]


def _properties(value: Any, wanted: dict[str, Any], _schema: Any, root: Any, at: str) -> list[str]:
    mine = value if isinstance(value, dict) else {}
    return [line for key in wanted if key in mine for line in complaints(mine[key], wanted[key], root, f"{at}.{key}")]


def _patterns(value: Any, wanted: dict[str, Any], _schema: Any, root: Any, at: str) -> list[str]:
    mine = value if isinstance(value, dict) else {}
    return [
        line
        for pattern, inner in wanted.items()
        for key in mine
        if re.search(pattern, key)
        for line in complaints(mine[key], inner, root, f"{at}.{key}")
    ]


def _additional(value: Any, wanted: Any, schema: dict[str, Any], root: Any, at: str) -> list[str]:
    patterns = schema.get("patternProperties", {})
    extra = [
        key
        for key in (value if isinstance(value, dict) else {})
        if key not in schema.get("properties", {}) and not any(re.search(pattern, key) for pattern in patterns)
    ]
    if wanted is False:
        return [f"{at}: strange key {key}" for key in extra]
    return [
        line
        for key in extra
        if isinstance(wanted, dict)
        for line in complaints(value[key], wanted, root, f"{at}.{key}")
    ]


def _items(value: Any, wanted: dict[str, Any], _schema: Any, root: Any, at: str) -> list[str]:
    return [
        line
        for n, item in enumerate(value if isinstance(value, list) else [])
        for line in complaints(item, wanted, root, f"{at}[{n}]")
    ]


CHECKS: dict[str, Any] = {
    "type": _type,
    "properties": _properties,
    "patternProperties": _patterns,
    "additionalProperties": _additional,
    "items": _items,
    "prefixItems": lambda v, w, _s, r, at: [x for n, one in enumerate(w[: len(v)]) for x in complaints(v[n], one, r, at)],
    "anyOf": lambda v, w, _s, r, at: [] if any(not complaints(v, one, r, at) for one in w) else [f"{at}: none of anyOf"],
    "required": lambda v, w, _s, _r, at: [f"{at}: no {key}" for key in w if isinstance(v, dict) and key not in v],
    "enum": lambda v, w, _s, _r, at: [] if v in w else [f"{at}: {v!r} not in the list"],
    "const": lambda v, w, _s, _r, at: [] if v == w else [f"{at}: not {w}"],
    "pattern": lambda v, w, _s, _r, at: [f"{at}: pattern"] if isinstance(v, str) and not re.search(w, v) else [],
    "minLength": lambda v, w, _s, _r, at: [f"{at}: short"] if isinstance(v, str) and len(v) < w else [],
    "maxLength": lambda v, w, _s, _r, at: [f"{at}: long"] if isinstance(v, str) and len(v) > w else [],
    "minItems": lambda v, w, _s, _r, at: [f"{at}: few"] if isinstance(v, list) and len(v) < w else [],
    "maxItems": lambda v, w, _s, _r, at: [f"{at}: many"] if isinstance(v, list) and len(v) > w else [],
    "maxProperties": lambda v, w, _s, _r, at: [f"{at}: many"] if isinstance(v, dict) and len(v) > w else [],
    "minProperties": lambda v, w, _s, _r, at: [f"{at}: few"] if isinstance(v, dict) and len(v) < w else [],
    "minimum": lambda v, w, _s, _r, at: [f"{at}: small"] if isinstance(v, int) and v < w else [],
    "maximum": lambda v, w, _s, _r, at: [f"{at}: big"] if isinstance(v, int) and v > w else [],
    "propertyNames": lambda v, w, _s, r, at: [x for key in v if isinstance(v, dict) for x in complaints(key, w, r, at)],
}  # fmt: skip


def judge(name: str, text: str) -> list[str]:
    schema = pack_schema()[name]
    return complaints(read_yaml(canonical_text(text)).data, schema, schema)


@pytest.mark.parametrize("folder", shipped_packs().values(), ids=shipped_packs().keys())
def test_shipped_packs_validate(folder: Path) -> None:
    for path in sorted(folder.glob("*.yaml")):
        assert judge(path.name, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", SMALL)
def test_the_small_pack_validates(name: str) -> None:
    assert judge(name, SMALL[name]) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("path.yaml", "main: true", "mian: true"),
        ("path.yaml", "main: true", "main: yes"),
        ("path.yaml", "{label: Đã đăng ký}", "{}"),
        ("path.yaml", "[count_attempt,", "[count_atempt,"),
        ("pack.yaml", "version: 1", "version: 0"),
        ("pack.yaml", "role: chair", "role: king"),
        ("figures.yaml", "more_than: 95 percent", "more_than: 95%"),
    ],
)
def test_strangers_do_not_validate(name: str, old: str, new: str) -> None:
    assert judge(name, SMALL[name].replace(old, new, 1))


def test_no_object_takes_strange_keys_and_every_key_is_explained() -> None:
    for schema in pack_schema().values():
        for model in (schema, *schema["$defs"].values()):
            if "properties" in model:
                assert model["additionalProperties"] is False
                assert all(field["description"] for field in model["properties"].values())
