"""What every workbook of ours has in common: what is written stays what it is, and a printed sheet is one page wide."""

from typing import IO, Any, Final

import xlsxwriter

AS_WRITTEN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A text is a text: none becomes a formula, an address or a number because of what it looks like."""
A4: Final = 9


def workbook_in(target: IO[bytes]) -> xlsxwriter.Workbook:
    """Return a new workbook that is written to `target` when it closes, with no file of its own on the way."""
    return xlsxwriter.Workbook(target, {"in_memory": True, **AS_WRITTEN})


def lay_across(sheet: Any, marked: str = "") -> None:
    """Print a sheet on A4 across, one page wide, with whose copy it is at the foot of each page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    if marked:
        mark_foot(sheet, marked)


def mark_foot(sheet: Any, marked: str) -> None:
    """Print whose copy it is at the foot of each page."""
    sheet.set_footer("&L" + marked.replace("&", "&&")[:240])


__all__ = ["AS_WRITTEN", "lay_across", "mark_foot", "workbook_in"]
