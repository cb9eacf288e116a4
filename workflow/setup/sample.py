"""The form to fill in, made from a pack: two areas, two teams, every post the pack knows, made-up names to replace."""

from pathlib import Path

import xlsxwriter

from rules.pack import Pack
from workflow.operations.errors import AlreadyThere, CannotWrite, reason
from workflow.setup.form import SECTIONS
from workflow.setup.read_xlsx_form import NOTES_SHEET
from workflow.spreadsheets import AS_WRITTEN

Rows = list[dict[str, str]]
_NAMES = ("Nguyễn Văn Mẫu", "Trần Thị Mẫu", "Lê Văn Thử", "Phạm Thị Thử", "Hoàng Văn Ví Dụ", "Vũ Thị Ví Dụ")
_NOTES = {
    "unit": "Đơn vị: mã chỉ gồm chữ thường không dấu, chữ số, dấu nối. Mã cấp trên: để trống nếu không có.",
    "areas": "Địa bàn: mỗi tổ dân phố, khu dân cư, thôn một dòng. Tên gọi khác: những cách danh sách hay ghi.",
    "teams": "Tổ công tác: mỗi địa bàn thuộc nhiều nhất một tổ.",
    "bodies": "Bộ phận: cơ quan, đoàn thể. Báo số cán bộ: “có” nếu phải báo cáo số cán bộ, thân nhân.",
    "accounts": "Tài khoản: tất cả người dùng. Tên ở đây chỉ là ví dụ, hãy thay hết.",
    "posts": "Vị trí: ai giữ việc gì. Thuộc: mã địa bàn, tổ hoặc bộ phận; để trống nếu là của cả đơn vị.",
}


class FormThere(AlreadyThere):
    """A form that somebody may have filled in is never overwritten."""

    code = "form_there"
    message = "Đã có tệp %(path)s và tệp đó không bị ghi đè. Chọn một tên khác cho biểu mẫu."


def write_sample(path: Path, pack: Pack) -> None:
    """Write the form for `pack` to a new file: XLSX or YAML, by its extension. Raises FormThere or CannotWrite."""
    if path.exists():
        raise FormThere(path=path)
    sections = sample_rows(pack)
    try:
        if path.suffix.lower() == ".xlsx":
            _write_xlsx(path, sections)
        else:
            path.write_text(_as_yaml(sections), "utf-8")
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        cause = error if isinstance(error, OSError) else OSError(2, str(error))
        raise CannotWrite(path=path, why=reason(cause)) from None


def sample_rows(pack: Pack) -> dict[str, Rows]:
    """Return the rows of every section."""
    about = pack.model.pack
    seed = about.areas
    numbers = (1, 2)
    areas: Rows = [
        {
            "code": f"A{n:02}",
            "name": seed.label.format(n=n) if seed else f"Khu vực {n}",
            "kind": seed.kind.vi.lower() if seed else "khu vực",
            "aliases": "; ".join(alias.format(n=n) for alias in seed.aliases) if seed else "",
        }
        for n in numbers
    ]
    teams: Rows = [{"code": f"T{n:02}", "name": f"Tổ công tác số {n}", "areas": f"A{n:02}"} for n in numbers]
    bodies: Rows = [
        {"code": b.id, "name": b.label.vi, "kind": b.kind, "counts_staff": "có" if b.counts_staff else "không"}
        for b in about.bodies
    ]
    codes = {
        "unit": [""], "area": [a["code"] for a in areas], "team": [t["code"] for t in teams], "body": [b["code"] for b in bodies]
    }  # fmt: skip
    accounts: Rows = []
    posts: Rows = []
    for post in about.posts:
        for scope in codes[post.per]:
            login = "-".join(part for part in (post.id.replace("_", "-"), scope.lower().replace("_", "-")) if part)
            accounts.append({"login": login, "name": f"{_NAMES[len(accounts) % len(_NAMES)]} {len(accounts) + 1}"})
            posts.append({"post": post.id, "scope": scope, "holders": login})
    unit = {
        "code": "phuong-mau",
        "name": "Phường Mẫu",
        "kind": "phường",
        "parent": "",
        "pack": pack.id,
        "campaign": pack.id,
    }
    return {"unit": [unit], "areas": areas, "teams": teams, "bodies": bodies, "accounts": accounts, "posts": posts}


def _as_yaml(sections: dict[str, Rows]) -> str:
    lines = ["# Biểu khai lập đơn vị. Sửa các giá trị, giữ nguyên tên khóa, rồi chạy: tungnha init <tệp này>", ""]
    for section, rows in sections.items():
        lines += [f"# {_NOTES[section]}", f"{section}:"]
        if section == "unit":
            lines += [f"  {key}: {_quoted(value)}" for key, value in rows[0].items()]
        else:
            lines += [f"  - {{{', '.join(f'{key}: {_quoted(value)}' for key, value in row.items())}}}" for row in rows]
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_xlsx(path: Path, sections: dict[str, Rows]) -> None:
    with xlsxwriter.Workbook(str(path), AS_WRITTEN) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for section, rows in sections.items():
            label, headers = SECTIONS[section]
            sheet = book.add_worksheet(label)
            sheet.freeze_panes(1, 0)
            for column, (key, header) in enumerate(headers.items()):
                sheet.set_column(column, column, 34 if key in ("name", "holders", "aliases") else 18)
                sheet.write_string(0, column, header, bold)
                for number, row in enumerate(rows, start=1):
                    sheet.write_string(number, column, row.get(key, ""))
        notes = book.add_worksheet(NOTES_SHEET)
        notes.set_column(0, 0, 100)
        for number, note in enumerate(_NOTES.values()):
            notes.write_string(number, 0, note)
