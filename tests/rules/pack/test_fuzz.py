"""However a pack is damaged, checking it ends in sentences at places that exist, and a pack without errors compiles."""

import os
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.findings import errors
from rules.pack import check_files, load_files
from rules.pack.yaml_nodes import canonical_text, read_yaml
from tests.rules.pack.samples import SMALL

EXAMPLES = int(os.environ.get("TUNGNHA_PACK_DAMAGES", "60"))
RELAXED = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = st.sampled_from(sorted(SMALL))
PIECES = st.sampled_from(
    [
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "'",
        '"',
        "&a ",
        "*a",
        "!!str ",
        "#",
        "\n",
        "  ",
        "\t",
        "|",
        ">",
        "ế",
        "0",
        "~",
        "true",
        ",",
        "? ",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.sampled_from(["", "x", "line", "exits", "path", "2025-05-20"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "label", "vi", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def judge(files: dict[str, str]) -> None:
    findings = check_files(files)

    for found in findings:
        lines = canonical_text(files.get(found.file, "")).split("\n")
        assert 1 <= found.line <= len(lines), found
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1, found
    if not errors(findings):
        assert load_files(files).main_track.machine


@RELAXED
@given(NAMES, st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4))
def test_damaged_text(name: str, damages: list[tuple[float, int, str]]) -> None:
    text = SMALL[name]
    for share, length, piece in damages:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + length :]

    judge({**SMALL, name: text})


@RELAXED
@given(NAMES, st.lists(st.tuples(st.floats(0, 1), VALUES), min_size=1, max_size=3))
def test_damaged_data(name: str, damages: list[tuple[float, Any]]) -> None:
    data = read_yaml(SMALL[name]).data
    for share, value in damages:
        places = list(_places(data))
        owner, key = places[int(share * (len(places) - 1))]
        owner[key] = value

    judge({**SMALL, name: yaml.safe_dump(data, allow_unicode=True, sort_keys=False)})


@RELAXED
@given(NAMES, st.floats(0, 1), st.booleans())
def test_a_line_lost_or_doubled(name: str, share: float, doubled: bool) -> None:
    lines = SMALL[name].split("\n")
    at = int(share * (len(lines) - 1))
    lines[at : at + 1] = [lines[at]] * 2 if doubled else []

    judge({**SMALL, name: "\n".join(lines)})


def _places(data: Any) -> Any:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(pairs):
        yield data, key
        yield from _places(value)
