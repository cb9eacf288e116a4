"""JSON Schema of the files of a pack, for editors: completion, descriptions and a first check while writing.

What one file cannot tell (names, sums, expressions) stays with the loader.
"""

from typing import Any, Final

from rules.pack.draft import SECTIONS
from rules.pack.key_help import KEYS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def pack_schema() -> dict[str, dict[str, Any]]:
    """Return one JSON Schema for each file, by file name."""
    return {f"{section}.yaml": _schema(section) for section in SECTIONS}


def _schema(section: str) -> dict[str, Any]:
    schema = SECTIONS[section].model_json_schema(by_alias=True, mode="validation")
    for model in (schema, *schema.get("$defs", {}).values()):
        for key, field in model.get("properties", {}).items():
            field.pop("title", None)
            field.setdefault("description", KEYS[key])
    return {"$schema": DIALECT, "title": f"{section}.yaml", **{k: v for k, v in schema.items() if k != "title"}}
