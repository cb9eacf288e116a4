"""Reads a form written in YAML, with the line and column of every value."""

from pathlib import Path
from typing import Any

from rules.pack.wording import did_you_mean, one_of
from rules.pack.yaml_nodes import BROKEN, MAX_BYTES, YamlFile, read_yaml
from workflow.errors import BadInput
from workflow.setup.form import SECTIONS, Cell, Form, FormRow


def read_yaml_form(path: Path) -> Form:
    """Return the form in a YAML file; what is wrong with its writing is among its findings. Raises BadInput if it cannot be read."""
    file = read_yaml(_text(path))
    form = Form(path.name)
    for problem in file.problems:
        form.say(problem.check, f"{path.name}:{problem.position.line}:{problem.position.column}", problem.message)
    reader = _Reader(form, file)
    data = file.data
    if not isinstance(data, dict):
        if not form.findings:
            form.say("shape", f"{path.name}:1:1", f"tệp phải gồm các mục: {one_of(SECTIONS)}")
        return form
    for section, content in data.items():
        if section not in SECTIONS:
            hint = did_you_mean(section, SECTIONS)
            form.say(
                "unknown_section",
                reader.where((section,), of_key=True),
                f"mục lạ “{section}”{hint}; các mục: {one_of(SECTIONS)}",
            )
        elif content is not BROKEN:
            reader.section(section, content)
    return form


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 4).decode("utf-8")
    except OSError as error:
        raise BadInput(where=f"Tệp {path}", what=f"không đọc được ({error.strerror}); kiểm tra đường dẫn") from None
    except UnicodeDecodeError:
        raise BadInput(where=f"Tệp {path}", what="không phải chữ UTF-8; lưu lại với bảng mã UTF-8") from None


class _Reader:
    def __init__(self, form: Form, file: YamlFile) -> None:
        self.form, self.file = form, file

    def where(self, path: tuple[str | int, ...], *, of_key: bool = False) -> str:
        place = self.file.position(path, of_key=of_key)
        return f"{self.form.source}:{place.line}:{place.column}"

    def section(self, section: str, content: Any) -> None:
        if section == "unit":
            rows = [self.row((section,), section, content)]
        elif content is None:
            rows = []
        elif isinstance(content, list):
            rows = [self.row((section, number), section, item) for number, item in enumerate(content)]
        else:
            self.form.say(
                "shape", self.where((section,)), f"mục “{section}” phải là một danh sách, mỗi dòng bắt đầu bằng “-”"
            )
            return
        self.form.sections[section] = [row for row in rows if row is not None]

    def row(self, path: tuple[str | int, ...], section: str, item: Any) -> FormRow | None:
        columns = SECTIONS[section][1]
        if item is BROKEN:
            return None
        if not isinstance(item, dict):
            self.form.say("shape", self.where(path), f"phải là một nhóm khóa: giá trị, gồm {one_of(columns)}")
            return None
        cells = {}
        for key, value in item.items():
            if key not in columns:
                message = f"khóa lạ “{key}”{did_you_mean(key, columns)}; các khóa: {one_of(columns)}"
                self.form.say("unknown_key", self.where((*path, key), of_key=True), message)
            elif value is not BROKEN and value is not None:
                text = self.value((*path, key), value)
                if text is not None:
                    cells[key] = Cell(text, self.where((*path, key)))
        return FormRow(self.where(path), cells)

    def value(self, path: tuple[str | int, ...], value: Any) -> str | None:
        if isinstance(value, bool):
            return "có" if value else "không"
        if isinstance(value, str | int):
            return str(value).strip()
        if isinstance(value, list) and all(
            isinstance(each, str | int) and not isinstance(each, bool) for each in value
        ):
            return "; ".join(str(each).strip() for each in value)
        self.form.say("shape", self.where(path), "phải là một đoạn chữ, hoặc một danh sách đoạn chữ")
        return None
