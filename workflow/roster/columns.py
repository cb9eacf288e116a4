"""Which column of a list is what: finds the header rows, names the columns, and says what is missing or left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from rules.said import Said, either
from workflow.people.names import nfc
from workflow.roster.findings import Finding, column_letter
from workflow.roster.headers import ALIASES, FIELD_OF, OURS, REASON_OF, USUAL_NAME, squashed
from workflow.roster.sheet import Cells, NumberedRow

ROWS_LOOKED_AT = 40
"""A header further down than this is not looked for: letterheads have ten rows at most."""

_LEAST_FIELDS = 3
_LONGEST_HEADER = 60
_IDENTITY = ("id_number", "birth", "male_mark", "female_mark")
_HOUSEHOLD = ("household_key", "head", "house", "house_no")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a list must have besides names. A list of organisations' staff, say, needs no household."""

    identity: bool = True
    household: bool = True
    area: bool = False
    account: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet: its place (from 0) and its header as printed."""

    index: int
    header: str

    @property
    def label(self) -> str:
        """Letter and header, as people find it: 'E – Số ĐDCN'."""
        return f"{column_letter(self.index)} – {self.header}" if self.header else column_letter(self.index)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand on the sheet. `fields` maps a field to its column; people start after row `header_ends`."""

    header_starts: int
    header_ends: int
    fields: Mapping[str, Column]
    headers: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def added(self) -> tuple[int, ...]:
        """Columns that a file of ours has added to what somebody sent: whatever stands in them is about the row, not of it."""
        return tuple(index for index, header in enumerate(self.headers) if squashed(header) in OURS)

    @property
    def usable(self) -> bool:
        """Whether rows can be judged: no finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)


def recognise(
    rows: Iterable[NumberedRow],
    needs: Needs,
    *,
    merged: Sequence[tuple[int, int, int, int]] = (),
    aliases: Mapping[str, str] | None = None,
) -> Layout:
    """Find the header among the first rows and say what each column is.

    `aliases` adds headers (header → field) that a rule pack knows. Headers may take two or three merged rows; the row with
    the most known headers wins, and rows below it join in if they name more columns.
    """
    known = {**FIELD_OF, **{squashed(header): field for header, field in (aliases or {}).items()}}
    head = list(islice(rows, ROWS_LOOKED_AT))
    scores = [len(set(_fields_in(cells, known))) for _, cells in head]
    best = max(range(len(head)), key=lambda place: (scores[place], -place), default=-1)
    if best < 0 or scores[best] < _LEAST_FIELDS:
        return Layout(0, 0, {}, (), (_no_header(),))
    last = _last_header_row(head, best, known)
    headers = _joined([_spread(number, cells, merged) for number, cells in head[best : last + 1]], known)
    fields, findings = _named(headers, known)
    if not needs.identity and "name" not in fields and "head" in fields:
        fields["name"] = fields["head"]  # a list of households is a list of heads
    findings += _missing(fields, needs, headers, known)
    return Layout(head[best][0], head[last][0], fields, tuple(headers), tuple(findings))


def _fields_in(cells: Cells, known: Mapping[str, str]) -> list[str]:
    return [
        known[squashed(cell)] for cell in cells if cell and len(cell) <= _LONGEST_HEADER and squashed(cell) in known
    ]


def _last_header_row(head: list[NumberedRow], best: int, known: Mapping[str, str]) -> int:
    """Return the last of the rows that belong to the header: one that only names columns or parts of columns."""
    last = best
    for place in range(best + 1, min(best + 3, len(head))):
        filled = [cell for cell in head[place][1] if cell]
        named = _fields_in(filled, known) or [cell for cell in filled if squashed(cell) in REASON_OF]
        if not filled or len(named) * 2 < len(filled) or any(len(cell) > _LONGEST_HEADER for cell in filled):
            break
        last = place
    return last


def _spread(number: int, cells: Cells, merged: Sequence[tuple[int, int, int, int]]) -> Cells:
    """Return a header row with the text of each cell that is merged sideways repeated over its columns."""
    spread = list(cells)
    for top, left, _, right in merged:
        if top == number - 1 and left < len(cells):
            for index in range(left, min(right + 1, len(cells))):
                spread[index] = cells[left]
    return spread


def _joined(rows: list[Cells], known: Mapping[str, str]) -> list[str]:
    """Return one header per column: the lowest text that is known by itself, else all texts from the top down."""
    headers = []
    for texts in zip(*rows, strict=True):
        own = [text for text in reversed(texts) if text and (squashed(text) in known or squashed(text) in REASON_OF)]
        headers.append(own[0] if own else " ".join(dict.fromkeys(text for text in texts if text)))
    return headers


def _named(headers: list[str], known: Mapping[str, str]) -> tuple[dict[str, Column], list[Finding]]:
    """Give each column its field; say which ones are left out, unknown or there twice."""
    fields: dict[str, Column] = {}
    findings: list[Finding] = []
    for index, header in enumerate(headers):
        column, key = Column(index, header), squashed(header)
        field = known.get(key)
        if field in fields:
            findings.append(_twice(column, fields[field]))
        elif field is not None:
            fields[field] = column
        elif key in REASON_OF:
            message = Said("Cột %(label)s: %(why)s; cột này bị bỏ qua.", label=column.label, why=Said(REASON_OF[key]))
            findings.append(Finding("column_left_out", "info", column.label, message))
        elif key:
            findings.append(_unknown(column, known))
    return fields, findings


def _unknown(column: Column, known: Mapping[str, str]) -> Finding:
    near = get_close_matches(squashed(column.header), known, n=1, cutoff=0.75)
    if not near:
        message = Said(
            "Không nhận ra cột %(label)s; cột này bị bỏ qua. Nếu cần, đổi tiêu đề theo mẫu rồi gửi lại.",
            label=column.label,
        )
        return Finding("column_unknown", "warning", column.label, message)
    meant = next((alias for alias in ALIASES[known[near[0]]] if squashed(alias) == near[0]), USUAL_NAME[known[near[0]]])
    repair = {"where": column.label, "printed": nfc(column.header), "proposed": meant, "mends": "column_unknown"}
    message = Said(
        "Không nhận ra cột %(label)s; cột này bị bỏ qua. Có phải là “%(meant)s”? Nếu đúng, sửa tiêu đề rồi gửi lại.",
        label=column.label,
        meant=meant,
    )
    return Finding("column_unknown", "warning", column.label, message, repairs=(repair,))


def _twice(column: Column, first: Column) -> Finding:
    message = Said(
        "Cột %(label)s trùng ý nghĩa với cột %(first)s; chỉ đọc cột %(first)s.",
        label=column.label,
        first=first.label,
    )
    return Finding("column_twice", "warning", column.label, message)


def _missing(fields: Mapping[str, Column], needs: Needs, headers: list[str], known: Mapping[str, str]) -> list[Finding]:
    """Say which columns the list must have and does not, each with the header to write."""
    lacking = []
    if "name" not in fields:
        lacking.append("“Họ và tên”")
    if needs.identity and not any(field in fields for field in _IDENTITY):
        lacking.append(either(["“Số ĐDCN”", "“Ngày sinh”"]))
    if needs.household and not any(field in fields for field in _HOUSEHOLD):
        lacking.append(either(["“Chủ hộ”, “Số hồ sơ cư trú”", "“Số nhà/Ngõ”"]))
    if needs.area and "area" not in fields:
        lacking.append("“Tổ dân phố”")
    if needs.account and not any(field in fields for field in ("account", "level_1", "level_2")):
        lacking.append("“Tình trạng định danh”")
    return [
        Finding(
            "column_missing",
            "error",
            "tiêu đề",
            Said("Thiếu cột %(column)s. Thêm cột hoặc sửa tiêu đề rồi gửi lại tệp.", column=each),
        )
        for each in lacking
    ]


def _no_header() -> Finding:
    message = Said(
        "Không thấy dòng tiêu đề trong %(n)s dòng đầu. Dòng tiêu đề cần có ít nhất “Họ và tên”, “Số ĐDCN” hoặc “Ngày sinh”, và “Chủ hộ”. Kiểm tra đúng trang tính rồi gửi lại.",
        n=ROWS_LOOKED_AT,
    )
    return Finding("header_missing", "error", "tiêu đề", message)
