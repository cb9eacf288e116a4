"""Vietnamese text: stored in one form, matched without accents, sorted as ICU sorts it.

The two `order_of_*.txt` were sorted once by ICU 78 (`Intl.Collator("vi")`): words as they are, names by given name, then
family name, then the words between.
"""

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.people.names import UnstorableText, fold, legacy_encoding, nfc, sort_key

HERE = Path(__file__).parent


def lines_of(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


@pytest.mark.parametrize("fixture", ["order_of_words.txt", "order_of_names.txt"])
def test_keys_sort_bytewise_as_icu_sorts(fixture):
    names = lines_of(fixture)

    assert len(names) > 150
    assert [
        (first, second) for first, second in pairwise(names) if sort_key(first).encode() > sort_key(second).encode()
    ] == []
    assert all(sort_key(name).isascii() for name in names)


def test_the_order_of_tones_is_that_of_the_alphabet():
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_the_given_name_counts_before_the_family_name():
    assert sorted(["Nguyễn Văn Bình", "Trần Văn An", "Lê Văn An"], key=sort_key) == [
        "Lê Văn An",
        "Trần Văn An",
        "Nguyễn Văn Bình",
    ]


def test_the_key_does_not_depend_on_case_or_on_decomposition():
    assert (
        sort_key("NGUYỄN VĂN ÁNH")
        == sort_key("Nguyễn Văn Ánh")
        == sort_key(unicodedata.normalize("NFD", "Nguyễn Văn Ánh"))
    )


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_any_text_has_a_key_a_folding_and_one_stored_form(text):
    stored = nfc(text)

    assert nfc(stored) == stored
    assert sort_key(stored).isascii()
    assert fold(fold(stored)) == fold(stored)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (unicodedata.normalize("NFD", "Đặng Thị Hường"), "Đặng Thị Hường"),
        ("Nguyễn\u00a0Văn\u2007A", "Nguyễn Văn A"),
        ("Ngu\u200byễn V\ufeffăn\u00ad A\u200e", "Nguyễn Văn A"),
        ("  Lê \t Văn\n A ", "Lê Văn A"),
        ("", ""),
    ],
)
def test_stored_text_is_composed_and_trimmed(written, stored):
    assert nfc(written) == stored


@pytest.mark.parametrize("text", ["a\0b", "ă\0", "ă\ud800"])
def test_text_that_no_database_keeps_is_refused(text):
    with pytest.raises(UnstorableText, match="gõ lại"):
        nfc(text)


@pytest.mark.parametrize(
    "spelling",
    [
        "Đỗ Thị Hoà",
        "Đỗ Thị Hòa",
        "ĐỖ THỊ HÒA",
        "Ðỗ Thị Hòa",
        "do thi hoa",
        unicodedata.normalize("NFD", "Đỗ Thị Hòa"),
        "Đỗ Тhị Hòа",
    ],
)
def test_spellings_of_one_name_fold_alike(spelling):
    assert fold(spelling) == "do thi hoa"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("NguyÔn V¨n A", "TCVN3"),
        ("TrÇn ThÞ H­¬ng", "TCVN3"),
        ("Leâ Vaên Tuaán", "VNI"),
        ("Nguyeãn Thò Hoàng Oanh", "VNI"),
        ("Nguyễn Thị Hoàng Oanh", None),
        ("Müller François", None),
        ("Nguyen Van A", None),
    ],
)
def test_old_font_encodings_are_recognised(text, encoding):
    assert legacy_encoding(text) == encoding


def test_no_ordinary_name_is_taken_for_an_old_encoding():
    assert [
        name for name in lines_of("order_of_names.txt") + lines_of("order_of_words.txt") if legacy_encoding(name)
    ] == []
