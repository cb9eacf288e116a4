"""Says in Vietnamese what the shape check found: what is wrong and what to write instead."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

PATTERNS: Final[Mapping[str, str]] = {
    r"^[a-z][a-z0-9_]*$": "chỉ dùng chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ, như 'card_expired'",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "chỉ dùng chữ thường không dấu và chữ số, nối bằng gạch ngang, như 'daily-report'",
    r"^[A-Za-z0-9_]+$": "chỉ dùng chữ không dấu, chữ số và gạch dưới, như 'L1'",
    r"^[0-9A-ZĐ]{1,3}$": "viết 1 đến 3 chữ in hoa hoặc chữ số, như 'V' hoặc 'K2'",
    r"^[0-9]+(\.[0-9]+)*$": "viết số mục như '3' hoặc '3.1'",
    r"^([01][0-9]|2[0-3]):(00|15|30|45)$": "viết giờ và phút tròn mười lăm, trong nháy, như '21:00' hoặc '06:30'",
    r"^[A-Z][0-9]{1,2}$": "viết một chữ in hoa và số, như 'T1'",
    r"^\d{1,3}([.,]\d{1,2})? percent$": "viết số và 'percent', như '95 percent'",
    r"^(\d{1,3}([.,]\d{1,2})? percent|parameter [a-z_0-9]+)$": "viết '95 percent' hoặc 'parameter tên_tham_số'",
}
_KINDS: Final[Mapping[str, str]] = {
    "string_type": "một câu chữ",
    "int_type": "một số nguyên",
    "int_parsing": "một số nguyên",
    "int_from_float": "một số nguyên",
    "bool_type": "true hoặc false",
    "bool_parsing": "true hoặc false",
    "date_type": "một ngày như 2025-05-15",
    "date_parsing": "một ngày như 2025-05-15",
    "date_from_datetime_parsing": "một ngày như 2025-05-15",
    "date_from_datetime_inexact": "một ngày như 2025-05-15, không kèm giờ",
    "tuple_type": "một danh sách, như [một, hai]",
    "dict_type": "một nhóm khóa: giá trị",
    "model_type": "một nhóm khóa: giá trị",
    "model_attributes_type": "một nhóm khóa: giá trị",
}
_WRONG_KIND = "chờ {kind}, nhưng ở đây là {shown}{hint}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " - có phải 'x' không?" for the nearest known word, or nothing."""
    near = nearest(word, known)
    return f" - có phải '{near}' không?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like `word`; swapped letters count as nearer than others."""
    folded = {_folded(choice): choice for choice in sorted(set(known), reverse=True) if choice}
    wanted = _folded(word)
    close = difflib.get_close_matches(wanted, folded, n=5, cutoff=0.6)
    if not close:
        return None
    best = max(close, key=lambda it: (sorted(it) == sorted(wanted), difflib.SequenceMatcher(None, it, wanted).ratio()))
    return folded[best]


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_")


def one_of(known: Iterable[str], limit: int = 12) -> str:
    """Return the known words as a short list, for a message."""
    words = list(dict.fromkeys(known))
    return ", ".join(words[:limit]) + (", …" if len(words) > limit else "")


def show(value: Any) -> str:
    """Return a value as it may be quoted in a message: short, with its kind where the text does not tell."""
    if value is None:
        return "chỗ trống"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"số {value}"
    if isinstance(value, list):
        return "một danh sách"
    if isinstance(value, dict):
        return "một nhóm khóa"
    text = str(value)
    return f"'{text if len(text) <= 40 else text[:39] + '…'}'"


def missing_key(key: str, owner: str) -> str:
    """Return the sentence for a key that must be given."""
    return f"thiếu '{key}'{f' cho {owner!r}' if owner else ''}: thêm khóa này"


def unknown_key(key: str, allowed: list[str]) -> str:
    """Return the sentence for a key that is not known here."""
    near = did_you_mean(key, allowed)
    return f"khóa lạ '{key}'{near or (f'; các khóa dùng được: {one_of(allowed)}' if allowed else '')}"


def wrong_value(kind: str, value: Any, context: Mapping[str, Any], choices: list[str]) -> str:
    """Return the sentence for one error of the shape check at a value; `kind` is the checker's own name for it."""
    if choices and (kind == "literal_error" or kind in _KINDS):
        text = "true" if value is True else str(value)
        return f"không dùng được {show(value)} ở đây{did_you_mean(text, choices) or '; dùng một trong: ' + one_of(choices)}"
    if kind in _KINDS:
        quoted = "; đặt trong dấu nháy nếu là chữ" if kind == "string_type" and isinstance(value, (int, bool)) else ""
        return _WRONG_KIND.format(kind=_KINDS[kind], shown=show(value), hint=quoted)
    if kind == "string_pattern_mismatch":
        say = PATTERNS.get(str(context.get("pattern")), "viết theo mẫu của khóa này")
        return f"{show(value)} viết chưa đúng: {say}"
    return _limit(kind, value, context)


def _limit(kind: str, value: Any, context: Mapping[str, Any]) -> str:
    if kind == "string_too_short" or (kind == "too_short" and not value):
        return "để trống ở đây: viết nội dung vào"
    if kind == "string_too_long":
        return f"câu quá dài: nhiều nhất {context.get('max_length')} chữ"
    if kind == "greater_than_equal":
        return f"{show(value)} quá nhỏ: ít nhất {context.get('ge')}"
    if kind == "less_than_equal":
        return f"{show(value)} quá lớn: nhiều nhất {context.get('le')}"
    if kind == "too_short":
        return f"phải có ít nhất {context.get('min_length')} mục"
    if kind == "too_long":
        return f"có {context.get('actual_length')} mục, nhiều nhất {context.get('max_length')}: tách bớt"
    return f"{show(value)} không dùng được ở đây"
