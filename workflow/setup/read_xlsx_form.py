"""Reads a form filled in as a spreadsheet: one sheet for each section, headers in the first row that has any."""

from pathlib import Path

from rules.pack.wording import did_you_mean
from workflow.people.names import fold
from workflow.roster.findings import column_letter
from workflow.roster.sheet import open_sheet
from workflow.setup.form import NEEDED, SECTIONS, Cell, Form, FormRow

NOTES_SHEET = "Hướng dẫn"
"""A sheet that only explains."""

LONGEST = 5_000
"""Rows read of one sheet at most; no unit has more areas or accounts."""


def read_xlsx_form(path: Path) -> Form:
    """Return the form in a spreadsheet; raises SheetRefused if it is no honest spreadsheet."""
    form = Form(path.name)
    with open_sheet(path) as first:
        names = {first.name, *first.other_names}
    by_name = {fold(label): section for section, (label, _) in SECTIONS.items()}
    labels = [label for label, _ in SECTIONS.values()]
    for name in sorted(names - {NOTES_SHEET}):
        section = by_name.get(fold(name))
        if section is None:
            form.say(
                "unknown_section", name, f"trang tính lạ{did_you_mean(name, labels)}; các trang: {', '.join(labels)}"
            )
        else:
            _read_section(form, path, name, section)
    return form


def _read_section(form: Form, path: Path, name: str, section: str) -> None:
    columns: dict[int, str] = {}
    rows: list[FormRow] = []
    with open_sheet(path, sheet=name) as sheet:
        for number, cells in sheet.rows():
            if not any(cells):
                continue
            if not columns:
                columns = _columns(form, name, number, cells, section)
                if not columns:
                    return
                continue
            if number > LONGEST:
                form.say("rows", f"{name}!A{number}", f"quá {LONGEST} dòng; xóa các dòng thừa ở cuối trang")
                break
            here = {
                field: Cell(cells[index], f"{name}!{column_letter(index)}{number}")
                for index, field in columns.items()
                if index < len(cells) and cells[index]
            }
            rows.append(FormRow(f"{name}!A{number}", here))
    form.sections[section] = rows


def _columns(form: Form, name: str, number: int, cells: list[str], section: str) -> dict[int, str]:
    """Return which field stands in which column, saying what is unknown, twice, or missing."""
    headers = SECTIONS[section][1]
    by_header = {fold(header): field for field, header in headers.items()}
    columns: dict[int, str] = {}
    for index, text in enumerate(cells):
        where = f"{name}!{column_letter(index)}{number}"
        field = by_header.get(fold(text.rstrip(" *")))
        if not text:
            continue
        if field is None:
            listed = ", ".join(headers.values())
            form.say(
                "unknown_column", where, f"cột lạ “{text}”{did_you_mean(text, headers.values())}; các cột: {listed}"
            )
        elif field in columns.values():
            form.say("column_twice", where, f"cột “{text}” có hai lần; giữ một cột")
        else:
            columns[index] = field
    if not columns and section in NEEDED:
        form.say("no_header", f"{name}!A{number}", f"không thấy dòng tiêu đề; cần: {', '.join(headers.values())}")
    return columns
