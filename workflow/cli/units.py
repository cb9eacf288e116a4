"""`tungnha units`: the units of a superior side by side, with what is missing and what does not add up."""

from pathlib import Path

import click

from rules.time import moment_vi
from workflow.cli.instance import Instance, campaign_option, json_option, pass_instance
from workflow.cli.kinds import FILE
from workflow.cli.output import print_findings, print_json, print_table, writing
from workflow.cli.shell import FINDINGS, Command
from workflow.closing.consolidate import Consolidated
from workflow.closing.side_by_side import side_by_side
from workflow.closing.side_by_side_sheet import write_side_by_side
from workflow.numbers import integer_vi


@click.command(cls=Command)
@campaign_option
@click.option("--period", metavar="KỲ", help="Kỳ nào. Mặc định: kỳ mới nhất có đơn vị đã chốt.")
@click.option("-o", "--output", type=FILE, help="Ghi thêm bảng tính .xlsx ra tệp này.")
@json_option
@pass_instance
def units(instance: Instance, campaign_code: str | None, period: str | None, output: Path | None, as_json: bool) -> int:
    """Số đã chốt của các đơn vị mà người ghi ở --as là cấp trên, đặt cạnh nhau và cộng lại.

    Mã thoát 1 nếu có đơn vị chưa chốt, hoặc có chỗ không cộng đúng. (A superior's units side by side, and their sum.)
    """
    clock = instance.clock_of(instance.unit)
    with instance.store.read() as session:
        actor, campaign = instance.actor(session, now=clock.now()), instance.campaign(session, campaign_code)
        real_now = clock.now() - instance.unit.clock_offset
        seen = side_by_side(session, actor.account_id, campaign.code, now=real_now, period=period).seen
    if output is not None:
        _write(output, seen, campaign.name, actor.name)
    if as_json:
        print_json(_as_data(seen))
    else:
        for unit in seen.units:
            stands = "chưa nhận" if unit.frozen is None else f"đã chốt, số liệu trước {moment_vi(unit.frozen.as_of)}"
            click.echo(f"{unit.code}  {unit.name}: {stands}")
        print_table(
            [
                (line.code, line.label, "–" if line.count is None else integer_vi(line.count), line.percent or "")
                for line in seen.lines
            ]
        )
        print_findings(seen.findings)
    return FINDINGS if any(finding.severity != "info" for finding in seen.findings) else 0


def _write(output: Path, seen: Consolidated, campaign: str, who: str) -> None:
    with writing(output), output.open("wb") as file:
        write_side_by_side(file, seen, campaign=campaign, marked=who)


def _as_data(seen: Consolidated) -> dict[str, object]:
    return {
        "period": seen.period,
        "units": [
            {"unit": unit.code, "name": unit.name, "closed": unit.frozen is not None, "total": unit.frozen and unit.frozen.total}
            for unit in seen.units
        ],
        "total": seen.total,
        "lines": [
            {
                "code": line.code, "label": line.label, "count": line.count, "base": line.base, "percent": line.percent,
                "by_unit": line.by_unit, "why": line.why,
            }
            for line in seen.lines
        ],
        "findings": [finding.to_json() for finding in seen.findings],
    }  # fmt: skip
