"""`tungnha figures`: reads the figures of anybody's report and says what in them cannot be."""

import sys
from pathlib import Path

import click

from rules.findings import SEVERITY_VI
from workflow.checking.catalogue import CATALOGUE
from workflow.checking.check import Checked, check_file
from workflow.checking.read import Unreadable
from workflow.cli.instance import json_option
from workflow.cli.output import explain, print_findings, print_json, print_table
from workflow.cli.shell import FINDINGS, WRONG_USAGE, Group
from workflow.numbers import integer_vi
from workflow.operations.errors import reason

NO_FILE = "-"


@click.group(cls=Group, no_args_is_help=True)
def figures() -> None:
    """Kiểm tra số liệu của một báo cáo, của ai cũng được. (Figures of any report.)"""


@figures.command()
@click.argument("file", metavar="TỆP")
@click.option(
    "--previous", metavar="TỆP", help="Báo cáo kỳ trước: lũy kế không được giảm, trong kỳ phải bằng chênh lệch."
)
@json_option
def check(file: str, previous: str | None, as_json: bool) -> int:
    """Đọc số liệu của một báo cáo (.docx, .txt) hay bảng (.xlsx, .csv) và nói chỗ nào không thể đúng; “-” đọc từ đầu vào.

    Mã thoát: 0 không có lỗi, 1 có lỗi, 2 không đọc được. (Check the figures of any report.)
    """
    try:
        checked = check_file(
            _bytes(file), _name(file), None if previous is None else (_bytes(previous), _name(previous))
        )
    except Unreadable as refusal:
        explain(f"{file}: {refusal}")
        return WRONG_USAGE
    if as_json:
        print_json(checked.to_json())
    else:
        print_findings(checked.findings)
        explain(_summary(checked))
    return FINDINGS if checked.has_errors else 0


@figures.command()
@json_option
def checks(as_json: bool) -> None:
    """Kể những phép kiểm: tên, mức, và đòi gì ở văn bản. (The catalogue of checks.)"""
    if as_json:
        print_json([{"check": one.id, "severity": one.severity, "asks": one.asks} for one in CATALOGUE])
    else:
        print_table([(one.id, SEVERITY_VI[one.severity], one.asks) for one in CATALOGUE])


def _bytes(file: str) -> bytes:
    if file == NO_FILE:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file}: {reason(error)}.") from None


def _name(file: str) -> str:
    return "văn bản dán vào" if file == NO_FILE else Path(file).name


def _summary(checked: Checked) -> str:
    counts = {severity: sum(each.severity == severity for each in checked.findings) for severity in SEVERITY_VI}
    told = ", ".join(f"{integer_vi(n)} {SEVERITY_VI[severity]}" for severity, n in counts.items() if n) or (
        "không có phép cộng hay tỷ lệ nào để kiểm" if checked.is_silent else "không có gì sai"
    )
    numbers = integer_vi(len(checked.to_json()["numbers"]))
    return f"{checked.read.document.name}: đọc {numbers} số, {integer_vi(checked.proven)} phép kiểm khớp; {told}."
