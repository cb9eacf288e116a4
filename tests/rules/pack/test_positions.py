"""The true place of every character of a scalar, in every style of writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.pack.positions import Position, Source
from rules.pack.yaml_nodes import read_yaml

WORDS = st.text(alphabet="ab'\"\\:#đế≥xyz(){}", min_size=1, max_size=6)
PHRASES = st.lists(WORDS, min_size=1, max_size=8)


def place(text: str, needle: str) -> Position:
    """Where the letters `@@` (read as two characters of the value) are written."""
    read = read_yaml(text)
    assert not read.problems
    return read.character(("k",), read.data["k"].index(needle))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k: one two @@ x\n", (1, 12)),
        ("k: one\n  two @@ x\n", (2, 7)),
        ("k: 'one @@'\n", (1, 9)),
        ("k: 'it''s ''@@'\n", (1, 13)),
        ("k: 'one\n\n   two @@'\n", (3, 8)),
        ('k: "one @@"\n', (1, 9)),
        ('k: "\\u0111 \\" \\x41 @@"\n', (1, 20)),
        ('k: "one \\\n    two @@"\n', (2, 9)),
        ('k: "a\\nb\\tc @@"\n', (1, 13)),
        ("k: >-\n  one\n  two @@ x\n", (3, 7)),
        ("k: >\n\n  one\n\n  two\n    more @@\n", (6, 10)),
        ("k: |\n  one\n    @@ x\n", (3, 5)),
        ("k: |2-\n    one\n   @@ x\n", (3, 4)),
        ("k: > # a note\n  one @@\n", (2, 7)),
    ],
)
def test_the_place_of_a_character(text: str, expected: tuple[int, int]) -> None:
    found = place(text, "@@")

    assert (found.line, found.column) == expected
    assert text.split("\n")[found.line - 1][found.column - 1 :].startswith("@@")


@given(PHRASES, st.integers(0, 6))
def test_in_single_quotes_every_word_is_found(words: list[str], at: int) -> None:
    _found_again("'" + _marked(words, at).replace("'", "''") + "'")


@given(PHRASES, st.integers(0, 6))
def test_in_double_quotes_every_word_is_found(words: list[str], at: int) -> None:
    _found_again('"' + _marked(words, at).replace("\\", "\\\\").replace('"', '\\"') + '"')


@given(PHRASES, st.integers(0, 6), st.sampled_from(["|", ">", "|-", ">-", ">+"]))
def test_in_blocks_every_word_is_found(words: list[str], at: int, style: str) -> None:
    _found_again(f"{style}\n  " + _marked(words, at).replace(" ", "\n  "))


def _marked(words: list[str], at: int) -> str:
    return " ".join([*words[:at], "@@", *words[at:]])


def _found_again(written: str) -> None:
    text = f"k: {written}\n"
    found = place(text, "@@")

    assert text.split("\n")[found.line - 1][found.column - 1 :].startswith("@@")


def test_past_the_end_is_right_behind_the_last_character() -> None:
    read = read_yaml("k: 'ab'\nz: cd\n")

    assert read.character(("k",), 2) == Position(1, 7)
    assert read.character(("z",), 2) == Position(2, 6)
    assert read.character(("k",), 99) == Position(1, 8)


def test_a_source_turns_places_and_indexes_into_each_other() -> None:
    source = Source("ab\n\ncđe\n")

    assert [source.position(index) for index in (0, 2, 3, 5)] == [
        Position(1, 1), Position(1, 3), Position(2, 1), Position(3, 2),
    ]  # fmt: skip
    assert all(source.index(source.position(index)) == index for index in range(8))
