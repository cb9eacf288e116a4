"""`tungnha tick`: what time alone brings about, for every unit."""

from typing import Any

import click

from rules.time import Instant, moment_vi
from workflow.cli.instance import Instance, UnitRow, json_option, pass_instance
from workflow.cli.kinds import BEHIND
from workflow.cli.output import explain, print_json, print_table, progress
from workflow.cli.shell import FINDINGS, Command, explain_failure
from workflow.errors import BadInput
from workflow.queries.campaigns import unit_by_code
from workflow.sweeps.tick import TickReport, tick_unit

_CLOCKS_DIFFER = 60_000_000
"""A chosen instant may lie this far (a minute) after the machine's clock in a real unit: clocks differ."""


@click.command(cls=Command)
@click.option("--as-of", type=BEHIND, help="Xét theo lúc này, giờ Việt Nam. Mặc định: bây giờ.")
@json_option
@pass_instance
def tick(instance: Instance, as_of: Instant | None, as_json: bool) -> int:
    """Làm những việc đến giờ: mở việc định kỳ, nhắc, chuyển cấp. Chạy bao nhiêu lần cũng được.

    (Open what is due, remind, escalate. Safe to run twice. A unit where it fails does not keep the others waiting: exit code 1.)
    """
    wanted = instance.chosen_now if as_of is None else as_of
    units = instance.units()
    for unit in units:
        _check(instance, unit, wanted)
    done, failed = [], list[tuple[str, Exception]]()
    with progress(units, "Đơn vị") as each:
        for unit in each:
            try:
                done.append(_tick(instance, unit, wanted))
            except Exception as error:
                failed.append((unit.code, error))
    if as_json:
        print_json([_as_data(report) for report in done])
    for report in () if as_json else done:
        _print(report)
    for code, why in failed:
        explain(
            f"“{code}” chưa xét được lần này; đơn vị khác không phải chờ. Sửa điều dưới đây rồi chạy lại “tungnha tick”."
        )
        explain_failure(why)
    return FINDINGS if failed else 0


def _check(instance: Instance, unit: UnitRow, wanted: Instant | None) -> None:
    """A ledger never goes back, and a real unit's must not be dated ahead of the machine's clock."""
    instance.check_not_back(unit, wanted)
    if wanted is not None and not unit.is_demo and wanted > instance.real_now + _CLOCKS_DIFFER:
        raise BadInput(
            where="--as-of",
            what=f"{moment_vi(wanted)} ở sau giờ máy; “{unit.code}” là đơn vị thật, không ghi trước giờ được",
        )


def _tick(instance: Instance, unit: UnitRow, wanted: Instant | None) -> TickReport:
    with instance.store.read() as session:
        row = unit_by_code(session, unit.code)
    now = instance.clock_of(unit).now() if wanted is None else wanted
    return tick_unit(instance.store, now, instance.ids, row, worker="cli")


def _as_data(report: TickReport) -> dict[str, Any]:
    return {"unit": report.unit, "now": report.now, "written": report.written, **report.lines()}


def _print(report: TickReport) -> None:
    click.echo(f"{report.unit}, {moment_vi(report.now)}: ghi {report.written} dòng vào sổ.")
    rows = [(rule, str(count)) for rule, count in sorted(report.rules.items()) if count]
    told = (
        ("(chuyển cấp)", report.levels),
        ("(việc định kỳ mở ra)", report.duties),
        ("(việc xong hoặc được miễn)", report.completed),
    )
    rows += [(name, str(count)) for name, count in told if count]
    print_table(rows, right=frozenset({1}))
