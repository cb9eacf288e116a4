"""`tungnha pack`: look a rule pack over before anybody uses it."""

import json
from pathlib import Path

import click

from rules.findings import SEVERITY_VI, errors
from rules.pack import PackFinding, check_folder, shipped_packs
from rules.pack.schema import pack_schema
from rules.pack.wording import did_you_mean
from workflow.cli.instance import json_option
from workflow.cli.kinds import FILE
from workflow.cli.output import explain, print_json
from workflow.cli.shell import FINDINGS, Group
from workflow.errors import BadInput
from workflow.operations.errors import CannotWrite, reason


@click.group(cls=Group, no_args_is_help=True)
def pack() -> None:
    """Xem và kiểm tra gói quy tắc của một đợt. (Rule packs.)"""


@pack.command()
@click.argument("where", metavar="THƯ_MỤC|TÊN")
@json_option
def check(where: str, as_json: bool) -> int:
    """Kiểm tra một gói: mọi chỗ sai cùng lúc, mỗi chỗ một dòng tệp:dòng:cột: câu.

    Mã thoát 1 nếu có lỗi. (Check a pack; every mistake at its file:line:column.)
    """
    findings = check_folder(folder_of(where))
    wrong = errors(findings)
    if as_json:
        print_json({"ok": not wrong, "findings": [_as_data(finding) for finding in findings]})
        return FINDINGS if wrong else 0
    for finding in findings:
        kind = "" if finding.severity == "error" else f"{SEVERITY_VI[finding.severity]}: "
        click.echo(f"{finding.where}: {kind}{finding.message}")
    explain(
        f"{where}: {len(wrong)} lỗi, {len(findings) - len(wrong)} điều khác." if findings else f"{where}: không có lỗi."
    )
    return FINDINGS if wrong else 0


def _as_data(finding: PackFinding) -> dict[str, object]:
    return {**finding.to_json(), "file": finding.file, "line": finding.line, "column": finding.column}


@pack.command("list")
@json_option
def list_packs(as_json: bool) -> None:
    """Liệt kê các gói đi kèm chương trình. (List the packs that come with the product.)"""
    packs = shipped_packs()
    if as_json:
        print_json({name: str(folder) for name, folder in packs.items()})
        return
    for name in packs:
        click.echo(name)


@pack.command()
@click.option("--out", type=FILE, metavar="THƯ_MỤC", help="Ghi mỗi lược đồ thành một tệp trong thư mục này.")
def schema(out: Path | None) -> None:
    """In lược đồ JSON của các tệp trong gói, để trình soạn thảo gợi ý khi viết. (JSON Schema, for editors.)"""
    schemas = pack_schema()
    if out is None:
        print_json(schemas)
        return
    for name, content in schemas.items():
        path = out / f"{name.removesuffix('.yaml')}.schema.json"
        try:
            out.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
        except OSError as error:
            raise CannotWrite(path=path, why=reason(error)) from None
        click.echo(str(path))


def folder_of(where: str) -> Path:
    """Return the folder of a pack: a folder as given, else the shipped pack of that name."""
    if Path(where).is_dir():
        return Path(where)
    packs = shipped_packs()
    if where not in packs:
        hint = did_you_mean(where, packs).replace("'", '"')
        raise BadInput(
            where=f"Gói “{where}”",
            what=f"không phải là thư mục, cũng không phải tên một gói đi kèm{hint} (có: {', '.join(packs)})",
        )
    return packs[where]
