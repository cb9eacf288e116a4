"""`tungnha verify`: the proof that the ledger and everything derived from it agree."""

from pathlib import Path

import click

from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.kinds import FILE
from workflow.cli.output import print_findings, print_json, status
from workflow.cli.seal import write_anchor_file
from workflow.cli.shell import FINDINGS, Command
from workflow.ledger.seals import read_anchors
from workflow.numbers import integer_vi
from workflow.vault import Vault, VaultError
from workflow.verify import VerifyReport
from workflow.verify import verify as prove


@click.command(cls=Command)
@click.option("--anchor", "anchor_file", type=FILE, metavar="TỆP", help="Đối chiếu với mốc niêm phong cất ở nơi khác.")
@click.option("--write-anchor", type=FILE, metavar="TỆP", help="Nếu sổ lành, ghi mốc niêm phong mới nhất ra tệp này.")
@json_option
@pass_instance
def verify(instance: Instance, anchor_file: Path | None, write_anchor: Path | None, as_json: bool) -> int:
    """Chứng minh sổ còn nguyên và mọi con số khớp với sổ. Chỉ đọc.

    Mã thoát 1 nếu có chỗ sai. (Check every invariant of the ledger; reads only.)
    """
    anchors = read_anchors(anchor_file) if anchor_file else None
    units = [unit.id for unit in instance.units()]
    with instance.store.read() as session, status() as say:
        say("Đang đối chiếu sổ …")
        made = prove(session, units, anchors=anchors, vault=_vault(instance))
    if made.ok and write_anchor is not None:
        write_anchor_file(instance, write_anchor)
    if as_json:
        print_json(made.to_json())
    else:
        _print(made)
    return 0 if made.ok else FINDINGS


def _vault(instance: Instance) -> Vault | None:
    """Return the keys if they are there; without them personal columns stay unchecked, and the report says so."""
    try:
        return instance.vault
    except VaultError:
        return None


def _print(made: VerifyReport) -> None:
    print_findings(made.violations)
    units = ", ".join(made.units) or "không có đơn vị nào"
    told = "sổ còn nguyên, mọi con số khớp" if made.ok else "CÓ CHỖ SAI, xem các dòng trên"
    click.echo(f"Đã đối chiếu {integer_vi(made.events)} dòng sổ ({units}): {told}.")
