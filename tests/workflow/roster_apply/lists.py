"""Rosters for tests: a file from a few words, and an import by the coordinator."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from rules.time import at
from tests.workflow.world import World
from workflow.actions.import_roster import import_roster
from workflow.roster.apply import Import, Tools
from workflow.roster.declare import Declaration
from workflow.vault import Vault

HEADERS = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số ĐDCN", "Tổ dân phố", "Số nhà/Ngõ", "Chủ hộ", "Quan hệ với chủ hộ",
           "Số điện thoại", "Tình trạng định danh")  # fmt: skip
AS_OF = "2025-05-13 17:00"


def person(number: int, **cells: str) -> dict[str, str]:
    """Return the cells of an invented person; `number` makes the ID number, `cells` say what matters."""
    row = {
        "name": f"Nguyễn Văn Thử {_letters(number)}", "birth": "05/03/1985", "sex": "Nam", "id": f"999085{number:06d}",
        "area": "Tổ dân phố 1", "house": "Số 1, Ngõ 1", "head": "Nguyễn Văn Chủ", "relation": "Con", "phone": "", "account": "",
    }  # fmt: skip
    return {**row, **cells}


def _letters(number: int) -> str:
    return "".join("ABCDEGHIKL"[int(digit)] for digit in str(number))


def write_list(path: Path, people: Sequence[dict[str, str]]) -> Path:
    """Write people to a roster file with the office's headers."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Danh sách")
        for column, header in enumerate(HEADERS):
            sheet.write_string(0, column, header)
        for row, cells in enumerate(people, start=1):
            sheet.write_number(row, 0, row)
            for column, value in enumerate(cells.values(), start=1):
                sheet.write_string(row, column, value)
    return path


class Office:
    """Hands files in: `office.bring("L1", people)` writes a file and imports it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder, self.files = world, folder, 0
        self.vault = Vault.create(folder / "vault.json")
        self.tools = Tools(world.store, self.vault, world.clock, world.ids)

    def bring(
        self, list_code: str, people: Sequence[dict[str, str]], *, as_of: str = AS_OF, by: str = "hai", **declared: Any
    ) -> Import:
        """Write a new file and import it."""
        self.files += 1
        return self.bring_file(
            write_list(self.folder / f"list-{self.files}.xlsx", people), list_code, as_of=as_of, by=by, **declared
        )

    def bring_file(
        self,
        path: Path,
        list_code: str,
        *,
        as_of: str = AS_OF,
        by: str = "hai",
        rejects: Path | None = None,
        **declared: Any,
    ) -> Import:
        """Import a file as it is."""
        world = self.world
        declaration = Declaration(list_code, at(as_of), **declared)
        return import_roster(self.tools, world.context(), world.actor(by), path, declaration, rejects_to=rejects)


def names_of(model: Any) -> set[str]:
    """Return the names of a table's columns."""
    return {column.name for column in model.__table__.columns}


def values_of(row: Any) -> dict[str, Any]:
    """Return a row as values by column."""
    return {name: getattr(row, name) for name in names_of(type(row))}
