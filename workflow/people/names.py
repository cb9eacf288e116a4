"""Vietnamese text: one form to store, one to match by, one to sort by.

Sorting by code point puts Ánh and Đào after Yến, so each name carries a stored key whose bytewise order is the order of
the alphabet (a ă â b c d đ e ê ... o ô ơ ... u ư ...) and, between words with the same letters, of the tones: ngang,
huyền, hỏi, ngã, sắc, nặng. The given name, which is the last word, comes first, then the family name, then the rest.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import chain

WORDS_KEPT = 1 << 16
"""How many different words the caches below hold: a commune's names share a few thousand, a hostile file may not."""

_INVISIBLE_RANGES = (range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070))
_INVISIBLE = dict.fromkeys([0xAD, 0x34F, 0x180E, 0xFEFF, *chain.from_iterable(_INVISIBLE_RANGES)])
_ANY_INVISIBLE = re.compile("[" + "".join(map(chr, _INVISIBLE)) + "]")
_SPECIAL = str.maketrans("đĐðÐøØłŁ’‘`´АВЕКМНОРСТХУавекмнорстху", "dDdDoOlL''''ABEKMHOPCTXYabekmhopctxy")
"""Letters that do not decompose (đ, and ð which only looks like it) and Cyrillic letters that look Latin."""

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_OTHER_MARK = "6"
_OWN_LETTERS = {
    "a\u0306": "a~", "a\u0302": "a~~", "e\u0302": "e~", "o\u0302": "o~", "o\u031b": "o~~", "u\u031b": "u~",
}  # fmt: skip
_PUNCTUATION = {"-": '"', ".": "#", "'": "$", "’": "$"}

_TCVN3_SIGNS = re.compile("[¡-¿×Þß÷þ]|[a-z][À-Þ]")
_VNI_PAIRS = re.compile("[ae][âêáàåãäéèúüëùøûõï]|o[âùøûõï]|u[ùøûõï]|ö[ôùøûõï]", re.IGNORECASE)


class UnstorableText(ValueError):
    """The text holds U+0000 or half of a surrogate pair: no database keeps it, and no keyboard makes it."""

    def __init__(self) -> None:
        super().__init__("Có ký tự không lưu được. Hãy xóa ô này và gõ lại.")


def nfc(text: str) -> str:
    """Return `text` as it is stored: composed (NFC), invisible characters removed, every run of spaces one space.

    Non-breaking and other wide spaces count as spaces; letters are otherwise kept as written.

    Raises UnstorableText for U+0000 and for lone surrogates.

    >>> nfc("  Nguye\\u0302\\u0303n\\u00a0 Văn\\u200b A ")
    'Nguyễn Văn A'
    """
    if not text.isascii():
        text = _composed(text)
    elif "\0" in text:
        raise UnstorableText
    return " ".join(text.split())


def _composed(text: str) -> str:
    if "\0" in text or _SURROGATE.search(text):
        raise UnstorableText
    return unicodedata.normalize("NFC", without_invisible(text))


def without_invisible(text: str) -> str:
    """Return `text` without zero-width characters, soft hyphens and marks of writing direction."""
    return text.translate(_INVISIBLE) if _ANY_INVISIBLE.search(text) else text


def fold(text: str) -> str:
    """Return `text` without accents, in lower case, with single spaces: what two spellings of one name share.

    >>> fold("ĐẶNG Thị  Hoà"), fold("Ðặng thị Hòa")
    ('dang thi hoa', 'dang thi hoa')
    """
    return " ".join(filter(None, map(_folded_word, text.split())))


@lru_cache(WORDS_KEPT)
def _folded_word(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", without_invisible(word).translate(_SPECIAL).lower())
    return "".join(each for each in apart if not unicodedata.combining(each) and not each.isspace()).lower()


_DIGITS = re.compile(r"\d+")


def natural_order(text: str) -> str:
    """Return the key that puts names in order with numbers by size, whatever accents and capitals.

    >>> sorted(["Tổ 10", "Tổ 2", "tổ 1"], key=natural_order)
    ['tổ 1', 'Tổ 2', 'Tổ 10']
    """
    return _DIGITS.sub(lambda digits: digits[0].zfill(6), fold(text))


def sort_key(full_name: str) -> str:
    """Return the ASCII key that puts names in Vietnamese order: given name, family name, then the words between.

    Compare keys byte by byte (COLLATE "C" or BINARY). Case does not count.

    >>> sorted(["Trần Thị Yến", "Lê Văn Đạt", "Lê Văn Dũng", "Ngô Thị Ánh", "Vũ Thị Ân", "Hà Thị Ảnh"], key=sort_key)
    ['Hà Thị Ảnh', 'Ngô Thị Ánh', 'Vũ Thị Ân', 'Lê Văn Dũng', 'Lê Văn Đạt', 'Trần Thị Yến']
    """
    words = full_name.split()
    if not words:
        return ""
    given, given_tones = _word_key(words[-1])
    fields = [given, given_tones.rstrip("0")]
    if len(words) > 1:
        family, family_tones = _word_key(words[0])
        fields += [family, family_tones.rstrip("0")]
    if len(words) > 2:
        middle = [_word_key(word) for word in words[1:-1]]
        fields += ["!".join(letters for letters, _ in middle), "".join(tones for _, tones in middle).rstrip("0")]
    return " ".join(fields).rstrip()


@lru_cache(WORDS_KEPT)
def _word_key(word: str) -> tuple[str, str]:
    """Return the letters of a word and one tone digit per letter.

    A letter of its own is its base and tildes: 'a' < 'a~' (ă) < 'a~~' (â) < 'b', because '~' sorts after every letter.
    """
    letters: list[str] = []
    tones: list[str] = []
    for mark in unicodedata.normalize("NFD", word.lower()):
        if not unicodedata.combining(mark):
            letters.append(_letter_key(mark))
            tones.append("0")
        elif letters:
            own = _OWN_LETTERS.get(letters[-1] + mark)
            if own:
                letters[-1] = own
            elif tones[-1] == "0":
                tones[-1] = _TONES.get(mark, _OTHER_MARK)
    return "".join(letters), "".join(tones)


def _letter_key(letter: str) -> str:
    if letter in "đð":
        return "d~"
    if letter.isascii():
        return letter if letter.isalnum() else _PUNCTUATION.get(letter, "%")
    return _PUNCTUATION.get(letter) or f"z~{ord(letter):06x}"


def legacy_encoding(text: str) -> str | None:
    """Return 'TCVN3' or 'VNI' if `text` was typed in that old font encoding, None if it reads as Unicode.

    >>> legacy_encoding("NguyÔn V¨n Hïng"), legacy_encoding("Nguyeãn Vaên Huøng"), legacy_encoding("Nguyễn Văn Hùng")
    ('TCVN3', 'VNI', None)
    """
    if text.isascii():
        return None
    composed = unicodedata.normalize("NFC", text)
    if _VNI_PAIRS.search(composed):
        return "VNI"
    return "TCVN3" if _TCVN3_SIGNS.search(composed) else None
