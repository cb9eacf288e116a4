"""The layout of an official paper by NĐ 30/2020/NĐ-CP, Phụ lục I: sizes in points, lengths in millimetres, words as they must stand."""

from typing import Final

FONT: Final = "Times New Roman"
LANGUAGE: Final = "vi-VN"

PAGE_WIDTH: Final = 210
PAGE_HEIGHT: Final = 297
MARGIN_TOP: Final = 20
MARGIN_BOTTOM: Final = 20
MARGIN_LEFT: Final = 30
MARGIN_RIGHT: Final = 20
HEADER_FROM_TOP: Final = 10
TEXT_WIDTH: Final = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT

COUNTRY: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
RECIPIENTS: Final = "Nơi nhận:"
END: Final = "./."

BODY: Final = 14
COUNTRY_SIZE: Final = 12
MOTTO_SIZE: Final = 13
ISSUER_SIZE: Final = 12
NUMBER_SIZE: Final = 13
ABOUT_SIZE: Final = 12
RECIPIENTS_SIZE: Final = 12
RECIPIENT_SIZE: Final = 11
TABLE_SIZE: Final = 12
PAGE_NUMBER_SIZE: Final = 14

FIRST_LINE: Final = 12.7
"""Millimetres by which the first line of a paragraph stands in."""
AFTER_PARAGRAPH: Final = 6
LINE_SPACING: Final = 1.1

LEFT_HALF: Final = 66
RIGHT_HALF: Final = TEXT_WIDTH - LEFT_HALF

BLANK_NUMBER: Final = "Số:        "
BLANK_DAY: Final = "ngày       "


def twips(millimetres: float) -> int:
    """Return a length as Word counts it, in twentieths of a point.

    >>> twips(210), twips(297)
    (11906, 16838)
    """
    return round(millimetres * 1440 / 25.4)
