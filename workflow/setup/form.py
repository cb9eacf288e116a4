"""The form of a unit as it was filled in: sections of rows, every value with the place it was written at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rules.findings import Finding
from workflow.errors import WorkflowError

SECTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "unit": (
        "Đơn vị",
        {"code": "Mã", "name": "Tên", "kind": "Loại", "parent": "Mã cấp trên", "pack": "Gói quy tắc", "campaign": "Mã đợt"},
    ),
    "areas": ("Địa bàn", {"code": "Mã", "name": "Tên", "kind": "Loại", "aliases": "Tên gọi khác"}),
    "teams": ("Tổ công tác", {"code": "Mã", "name": "Tên", "areas": "Mã địa bàn"}),
    "bodies": ("Bộ phận", {"code": "Mã", "name": "Tên", "kind": "Loại", "counts_staff": "Báo số cán bộ"}),
    "accounts": ("Tài khoản", {"login": "Tên đăng nhập", "name": "Họ và tên"}),
    "posts": ("Vị trí", {"post": "Vị trí", "scope": "Thuộc", "holders": "Người giữ"}),
}  # fmt: skip
"""Each section by its YAML key: the name of its sheet, and its columns by YAML key with their headers."""

NEEDED: Final = ("unit", "areas", "accounts")
"""Sections that no unit can do without."""

_SEPARATOR: Final = re.compile(r"\s*[;,\n]\s*")


class SetupRefused(WorkflowError):
    """A form that cannot be used; `findings` has everything wrong with it, and nothing was made."""

    status = 422
    code = "setup_refused"
    message = "Biểu khai có %(count)s chỗ sai, chưa lập gì. Sửa hết rồi chạy lại."

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(count=len(findings))


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and where it stands: `file:line:column`, or sheet and cell."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a section."""

    where: str
    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        """Return the value, '' if it was left out."""
        return self.cells[name].text if name in self.cells else ""

    def place(self, name: str) -> str:
        """Return where the value stands, or the row if it was left out."""
        return self.cells[name].where if name in self.cells else self.where

    def words(self, name: str) -> tuple[str, ...]:
        """Return the values of a cell that may hold several, parted by a comma or a semicolon."""
        return tuple(word for word in _SEPARATOR.split(self.text(name).strip()) if word)


@dataclass
class Form:
    """A filled-in form and what was wrong with reading it."""

    source: str
    sections: dict[str, list[FormRow]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def rows(self, section: str) -> list[FormRow]:
        """Return the rows of a section."""
        return self.sections.get(section, [])

    def say(self, check: str, where: str, message: str) -> None:
        """Note something wrong."""
        self.findings.append(Finding(f"setup.{check}", "error", where, message))
