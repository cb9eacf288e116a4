"""Reading YAML: what is special, what is refused, and that nothing hostile takes time."""

import pytest

from rules.pack.yaml_nodes import BROKEN, MAX_BYTES, canonical_text, read_yaml
from tests.effort import calls_made, ends


def said(text: str) -> list[str]:
    return [f"{p.position.line}:{p.position.column} {p.check}" for p in read_yaml(text).problems]


def test_only_true_false_null_and_plain_integers_are_special() -> None:
    text = "on: no\nyes: on\nt: 12:30\no: 010\nd: 2025-05-15\nf: 1.5\ni: -7\nb: true\nn: null\ne:\nq: '3'\nh: 0x1F\nu: 1_000\n"

    assert read_yaml(text).data == {
        "on": "no", "yes": "on", "t": "12:30", "o": "010", "d": "2025-05-15", "f": "1.5", "i": -7, "b": True,
        "n": None, "e": None, "q": "3", "h": "0x1F", "u": "1_000",
    }  # fmt: skip


def test_keys_and_values_know_their_place() -> None:
    read = read_yaml("a:\n  - b: 1\n    c: [x, 'y']\n")

    assert (read.keys["a", 0, "c"].line, read.keys["a", 0, "c"].column) == (3, 5)
    assert (read.values["a", 0, "c", 1].line, read.values["a", 0, "c", 1].column) == (3, 12)
    assert read.position(("a", 0, "missing")) == read.values["a", 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ["3:1 yaml-duplicate-key"]),
        ("x: {y: 1, z: 2, y: 3}\n", ["1:17 yaml-duplicate-key"]),
        ("a: &x 1\nb: *x\n", ["1:4 yaml-anchor", "2:4 yaml-alias"]),
        ("<<: *x\n", ["1:5 yaml-alias"]),
        ("a: !!python/object/apply:os.system [ls]\n", ["1:4 yaml-tag"]),
        ("a: !!str 1\n", ["1:4 yaml-tag"]),
        ("? [a]\n: 1\nb: &y 2\n", ["1:3 yaml-key", "3:4 yaml-anchor"]),
        ("a: 1\n---\nb: 2\n", ["2:1 yaml-document"]),
        ("a: [1, 2\nb: &x 3\n", ["1:4 yaml-syntax", "2:4 yaml-anchor"]),
        ("a: {b: 1\nc: {d: 2\ne: 3\n", ["1:4 yaml-syntax", "2:4 yaml-syntax"]),
        ("a: 'open\nb: &x 3\n", ["1:4 yaml-syntax", "2:4 yaml-anchor"]),
        ('a: "open\nb: 3\n', ["1:4 yaml-syntax"]),
        ("a: b: c\n", ["1:5 yaml-syntax"]),
        ("a:\n\tb: 1\n", ["2:1 yaml-syntax"]),
        ("a: 1\n  b: 2\n", ["2:4 yaml-syntax"]),
        ("a: @x\n", ["1:4 yaml-syntax"]),
        ("a: x\x07y\n", ["1:5 yaml-character"]),
        ("a: x\u202ey\n", ["1:5 yaml-character"]),
        ("a: \ud800\n", ["1:4 yaml-character"]),
    ],
)
def test_what_is_refused_and_where(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_an_open_bracket_costs_only_its_own_piece() -> None:
    read = read_yaml("a:\n  - {m: [x, y\n  - {m: n}\nline: [one,\n  two,\nb: 2\n")

    assert read.data == {"a": [BROKEN, {"m": "n"}], "line": BROKEN, "b": 2}
    assert {("a", 0), ("line",)} <= read.broken


BOMBS = {
    "aliases": "a: &a [x, x]\n"
    + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "flow": "[" * 200_000,
    "maps": "{a: " * 50_000,
    "dashes": "- " * 100_000,
    "lines": "".join(" " * depth + "a:\n" for depth in range(600)),
    "closed": "[" * 40 + "]" * 40,
    "quotes": "a: '" + "x" * 200_000,
    "long key": "x" * 200_000 + ": 1",
    "too long": "a: 1\n" * (MAX_BYTES // 5 + 1),
    "brackets": "".join(f"k{number}: [\n" for number in range(5_000)),
    "colons": "a" + ": a" * 50_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused_at_once(bomb: str) -> None:
    with ends():
        read = read_yaml(bomb)

    assert read.problems
    assert calls_made(lambda: read_yaml(bomb)) < 20_000 + 2 * len(bomb)


def test_a_bomb_of_aliases_is_never_unfolded() -> None:
    read = read_yaml(BOMBS["aliases"])

    assert read.data["i"] == [BROKEN] * 3
    assert sum(problem.check == "yaml-alias" for problem in read.problems) == 24


def test_twice_as_many_moves_are_twice_the_work() -> None:
    def text_of(moves: int) -> str:
        return "moves:\n" + "".join(f"  m{n}:\n    from: a\n    to: b\n    by: [member]\n" for n in range(moves))

    assert len(read_yaml(text_of(2_000)).data["moves"]) == 2_000
    assert calls_made(lambda: read_yaml(text_of(2_000))) < 2.1 * calls_made(lambda: read_yaml(text_of(1_000)))


def test_the_canonical_text_has_one_kind_of_line_end_and_composed_letters() -> None:
    assert canonical_text("\ufeffa: Tổ\r\nb: 1\rc: 2") == "a: Tổ\nb: 1\nc: 2"
