"""Invented residents as the office hands them over: an XLSX list with a letterhead above the table and signatures below."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from workflow.demo.people import Account, Household, Resident
from workflow.spreadsheets import AS_WRITTEN

RosterList = Literal["L1", "L2", "L3", "all"]

_ACCOUNTS_OF: dict[RosterList, tuple[Account, ...]] = {
    "L1": ("activated",),
    "L2": ("registered",),
    "L3": ("none",),
    "all": ("activated", "registered", "none"),
}
_TITLES: dict[RosterList, str] = {
    "L1": "DANH SÁCH CÔNG DÂN ĐÃ KÍCH HOẠT TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ MỨC 2",
    "L2": "DANH SÁCH CÔNG DÂN ĐÃ ĐĂNG KÝ, CHƯA KÍCH HOẠT TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ MỨC 2",
    "L3": "DANH SÁCH CÔNG DÂN CHƯA CÓ TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ MỨC 2",
    "all": "DANH SÁCH CÔNG DÂN",
}
_ACCOUNT_WORDS: dict[Account, str] = {
    "activated": "Đã kích hoạt mức 2",
    "registered": "Đã đăng ký, chưa kích hoạt",
    "none": "Chưa có mức 2",
}
_COLUMNS = (
    ("STT", 6), ("Họ và tên", 26), ("Ngày sinh", 12), ("Giới tính", 9), ("Số ĐDCN", 15), ("Tổ dân phố", 16),
    ("Số nhà/Ngõ", 16), ("Chủ hộ", 26), ("Quan hệ với chủ hộ", 12), ("Số hồ sơ cư trú", 16), ("Nơi thường trú", 30),
    ("Nơi tạm trú", 30), ("Số điện thoại", 14), ("Tình trạng định danh", 26), ("Ghi chú", 14),
)  # fmt: skip
FIRST_DATA_ROW = 9
"""Number of the first person's row on the sheet, counted from 1: eight rows of letterhead, title and headers go before."""


def write_roster(
    path: Path,
    households: Iterable[Household],
    *,
    unit_name: str,
    as_of: date,
    area: str | None = None,
    roster_list: RosterList = "all",
) -> int:
    """Write the people of `households` who belong on `roster_list` to an XLSX file and return how many they are.

    `area` limits the list to one area; `as_of` is the day the list states. The same arguments write the same bytes.
    A head of household who is not on the list is still named in the column "Chủ hộ".
    """
    people = list(_listed(households, area, _ACCOUNTS_OF[roster_list]))
    options = {"constant_memory": True, **AS_WRITTEN}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"author": unit_name, "created": datetime.combine(as_of, time(), UTC).replace(tzinfo=None)})
        sheet = book.add_worksheet("Danh sách")
        _write_head(book, sheet, unit_name, _TITLES[roster_list], area, as_of)
        row = FIRST_DATA_ROW - 1
        for number, (household, person) in enumerate(people, start=1):
            sheet.write_row(row, 0, _cells(number, household, person, unit_name))
            row += 1
        _write_foot(book, sheet, row, len(people), unit_name)
    return len(people)


def _listed(
    households: Iterable[Household], area: str | None, accounts: Sequence[Account]
) -> Iterator[tuple[Household, Resident]]:
    for household in households:
        if area is None or household.area == area:
            for person in household.members:
                if person.account in accounts:
                    yield household, person


def _cells(number: int, household: Household, person: Resident, unit_name: str) -> list[str | int]:
    address = f"{household.area}, {unit_name}"
    permanent = household.residence == "permanent"
    return [
        number,
        person.full_name,
        "/".join(reversed(person.birth_on.split("-"))),
        "Nam" if person.sex == "male" else "Nữ",
        person.id_number,
        household.area,
        f"Số {household.house_no}, {household.lane}",
        household.head.full_name,
        person.relation,
        household.key,
        address if permanent else "",
        "" if permanent else address,
        person.phone or "",
        _ACCOUNT_WORDS[person.account],
        "",
    ]


def _write_head(book: Any, sheet: Any, unit_name: str, title: str, area: str | None, as_of: date) -> None:
    """Write the eight rows above the people: issuer and motto, title, area and day, blank rows, column headers."""
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True})
    boxed = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1})
    for column, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
    last = len(_COLUMNS) - 1
    sheet.merge_range(0, 0, 0, 4, f"CÔNG AN {unit_name.upper()}", bold)
    sheet.merge_range(0, 7, 0, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold)
    sheet.merge_range(1, 7, 1, last, "Độc lập - Tự do - Hạnh phúc", bold)
    sheet.merge_range(3, 0, 3, last, title, bold)
    stated = f"{as_of.day:02d}/{as_of.month}/{as_of.year}"
    sheet.merge_range(4, 0, 4, last, f"{area or unit_name} (số liệu đến ngày {stated})", bold)
    for column, (header, _) in enumerate(_COLUMNS):
        sheet.write_string(FIRST_DATA_ROW - 2, column, header, boxed)
    sheet.freeze_panes(FIRST_DATA_ROW - 1, 2)


def _write_foot(book: Any, sheet: Any, row: int, total: int, unit_name: str) -> None:
    """Write the total and the signature rows, as under every list of an office."""
    bold = book.add_format({"bold": True})
    sheet.write_string(row, 1, f"Tổng cộng: {total} người", bold)
    sheet.write_string(row + 2, 1, "NGƯỜI LẬP DANH SÁCH", bold)
    sheet.write_string(row + 2, 10, f"TRƯỞNG CÔNG AN {unit_name.upper()}", bold)
    sheet.write_string(row + 3, 1, "(Ký, ghi rõ họ tên)")
    sheet.write_string(row + 3, 10, "(Ký tên, đóng dấu)")
