"""`tungnha pack`: look a rule pack over before anybody uses it."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from rules.findings import SEVERITY_VI, errors
from rules.pack import PackFinding, check_folder, load_pack, shipped_packs
from rules.pack.rebase import RebaseRefused
from rules.pack.rebase import rebase as rebase_pack
from rules.pack.schema import pack_schema
from rules.pack.wording import did_you_mean
from workflow.cli.instance import json_option
from workflow.cli.kinds import DAY, FILE
from workflow.cli.output import explain, print_json, writing
from workflow.cli.shell import FINDINGS, Group
from workflow.errors import BadInput


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
        with writing(path):
            out.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
        click.echo(str(path))


@pack.command()
@click.argument("where", metavar="THƯ_MỤC|TÊN")
@click.option("--id", "pack_id", required=True, metavar="TÊN", help="Tên của gói mới, như cat-thanh-2026.")
@click.option("--first", type=DAY, metavar="NGÀY", help="Ngày đầu của đợt mới, như 2026-05-13.")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="MỐC=NGÀY",
    help="Hoặc ngày mới của một mốc, như collect_from=2026-05-15.",
)
@click.option("--out", type=FILE, required=True, metavar="THƯ_MỤC", help="Ghi gói mới vào thư mục này (chưa có).")
@json_option
def rebase(where: str, pack_id: str, first: date | None, anchors: tuple[str, ...], out: Path, as_json: bool) -> int:
    """Dời mọi ngày của một gói và kế hoạch sang đợt mới, cùng số ngày; nêu hạn nào rơi vào ngày nghỉ.

    Mã thoát 1 nếu gói mới còn lỗi. Chữ trong văn bản, nhãn không đổi. (A pack on other days.)
    """
    wanted = {"starts": first} if first is not None else {}
    for anchor in anchors:
        name, _, day = anchor.partition("=")
        wanted[name.strip()] = DAY.convert(day, None, None)
    if not wanted:
        raise click.UsageError("Ghi --first NGÀY, hoặc --anchor MỐC=NGÀY.")
    try:
        done = rebase_pack(load_pack(folder_of(where)), wanted, pack_id=pack_id)
    except RebaseRefused as refused:
        raise BadInput(where="Dời ngày", what=str(refused).rstrip(".")) from None
    _write(done.files, out)
    if as_json:
        told = [
            {"item": m.item, "before": str(m.before), "after": str(m.after), "warning": m.warning} for m in done.moved
        ]
        print_json(
            {"pack": done.pack_id, "days": done.days, "ok": done.is_clean, "moved": told, "words": dict(done.words)}
        )
        return 0 if done.is_clean else FINDINGS
    for each in done.moved:
        click.echo(
            f"{each.label}: {each.before_words} → {each.after_words}"
            + (f"  CẦN XEM: {each.warning}" if each.warning else "")
        )
    for place, text in done.words:
        explain(f"{place}: lời văn còn nhắc ngày cũ, sửa bằng tay: {text}")
    for finding in done.findings:
        if finding.severity == "error":
            click.echo(f"{finding.where}: {finding.message}")
    explain(
        f"{out}: dời {done.days} ngày, {len(done.warnings)} chỗ cần xem, {'không có lỗi' if done.is_clean else 'còn lỗi'}."
    )
    return 0 if done.is_clean else FINDINGS


def _write(files: Mapping[str, str], out: Path) -> None:
    with writing(out):
        out.mkdir(parents=True)
        for name, text in files.items():
            (out / name).write_text(text, "utf-8")


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
