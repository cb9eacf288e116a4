"""`tungnha demo`: both campaigns with made-up people, built through the importer, the commands and the tick."""

import os
from dataclasses import replace

import click

from rules.time import at
from workflow.cli.instance import Instance, UnitRow, json_option, pass_instance
from workflow.cli.output import called, print_json, status
from workflow.cli.report import find_campaign, print_report
from workflow.cli.shell import FINDINGS, Command
from workflow.demo.build import build_demo
from workflow.errors import BadInput
from workflow.figures.report import Report
from workflow.figures.report import report as report_of
from workflow.migrations import migrate
from workflow.setup.ground import make_database, open_or_make_keys

SHOWN = "an-lac"
"""The unit whose report is printed at the end."""

_NEXT = {
    "an-lac": (
        "report an-lac-2025 --as-of 2025-05-29T22:00 --json",
        "report an-lac-2025 --as-of 2025-05-20T22:00 --known then",
    ),
    "cat-thanh": (
        "report cat-thanh-2025",
        "--unit cat-thanh whoami",
        "--unit cat-thanh --as cat-thanh-member-t06-1 doors --limit 3",
        "--unit cat-thanh --as cat-thanh-team-leader-t10 exits list",
    ),
}


@click.command(cls=Command)
@click.option("--database-url", metavar="ĐỊA_CHỈ", help="Cơ sở dữ liệu khác. Mặc định: như cài đặt.")
@click.option("--seed", type=int, default=2025, show_default=True, help="Số gieo: cùng số, cùng người, cùng diễn biến.")
@click.option("--only", type=click.Choice(["an-lac", "cat-thanh"]), multiple=True, help="Chỉ một đơn vị.")
@click.option("--fresh", is_flag=True, help="Xóa các đơn vị trình diễn cũ và dựng lại từ đầu.")
@json_option
@pass_instance
def demo(
    instance: Instance, database_url: str | None, seed: int, only: tuple[str, ...], fresh: bool, as_json: bool
) -> int:
    """Dựng hai đơn vị trình diễn với người giả (số định danh 999…) và in báo cáo của phường An Lạc.

    Chạy lại thì dùng bản đã dựng, trừ khi có --fresh. (Build both campaigns with synthetic people.)
    """
    if database_url:
        instance.settings = replace(instance.settings, database_url=database_url)
    make_database(instance.settings)
    vault = open_or_make_keys(instance.settings, os.environ)
    wanted = only or ("an-lac", "cat-thanh")
    missing = _missing(instance, wanted, fresh=fresh)
    if missing:
        with status() as say:
            build_demo(instance.store, vault, now=instance.real_now, seed=seed, only=missing, progress=say)
    instance.unit_code = SHOWN if SHOWN in wanted else wanted[0]
    made = _report(instance)
    if as_json:
        print_json({"units": list(wanted), "built": list(missing), "report": made.to_json()})
    else:
        print_report(made)
        _say_what_next(instance, wanted, built=bool(missing))
    return 0 if made.balanced else FINDINGS


def _missing(instance: Instance, wanted: tuple[str, ...], *, fresh: bool) -> tuple[str, ...]:
    """Return the units still to build. What was left half-built (no clock of its own yet) is swept away first."""
    units = instance.units()
    real = [unit.code for unit in units if not unit.is_demo]
    if real:
        what = f"cơ sở dữ liệu đã có đơn vị thật ({', '.join(real)}); chọn nơi khác: tungnha --instance trinh-dien demo"
        raise BadInput(where="Trình diễn", what=what)
    if units and (fresh or any(_is_half_built(unit) for unit in units)):
        instance.store.dispose()
        migrate.downgrade(instance.settings.database_url, "base")
        migrate.upgrade(instance.settings.database_url)
        units = []
    there = {unit.code for unit in units}
    return tuple(code for code in wanted if code not in there)


def _is_half_built(unit: UnitRow) -> bool:
    return unit.clock_offset == 0


def _report(instance: Instance) -> Report:
    """Return the report as of the instant of the signed paper, or of now where there is none to compare with."""
    with instance.store.read() as session:
        unit, context = find_campaign(instance, session, None)
        printed = context.pack.model.examples.printed
        as_of = at(printed[0].as_of) if printed else instance.clock_of(unit).now()
        return report_of(session, context, context.pack, as_of=as_of)


def _say_what_next(instance: Instance, units: tuple[str, ...], *, built: bool) -> None:
    told = "Đã dựng" if built else "Đã có sẵn"
    chosen = "" if instance.settings.instance.name == "instance" else f" --instance {instance.settings.instance}"
    click.echo(f"\n{told} {', '.join(units)} trong {instance.settings.instance}. Thử tiếp:")
    for command in (*(each for unit in units for each in _NEXT[unit]), "tick", "verify"):
        click.echo(f"  {called()}{chosen} {command}")
