"""`tungnha report`: every line of the campaign's report at one instant, and what its reader should know."""

import uuid

import click
from sqlalchemy.orm import Session

from rules.time import Instant, moment_vi
from workflow.cli.instance import Instance, UnitRow, json_option, pass_instance
from workflow.cli.kinds import BEHIND, KNOWN
from workflow.cli.output import print_findings, print_json, print_table
from workflow.cli.shell import FINDINGS, Command
from workflow.errors import BadInput
from workflow.figures.lines import ReportLine
from workflow.figures.report import Report
from workflow.figures.report import report as report_of
from workflow.figures.values import Known
from workflow.numbers import integer_vi
from workflow.queries.campaigns import CampaignContext, campaigns_of
from workflow.queries.plan_scopes import organisation_of


@click.command(cls=Command)
@click.argument("campaign_code", metavar="[ĐỢT]", required=False)
@click.option("--as-of", type=BEHIND, help="Đếm những gì xảy ra trước lúc này, giờ Việt Nam. Mặc định: bây giờ.")
@click.option(
    "--known", type=KNOWN, default="now", help="Biết đến nay (now), biết lúc đó (then), hoặc đến một số của sổ."
)
@click.option("--area", metavar="MÃ", help="Chỉ một địa bàn.")
@click.option("--team", metavar="MÃ", help="Chỉ một tổ công tác.")
@json_option
@pass_instance
def report(
    instance: Instance,
    campaign_code: str | None,
    as_of: Instant | None,
    known: Known,
    area: str | None,
    team: str | None,
    as_json: bool,
) -> int:
    """In báo cáo của một đợt: từng dòng, tổng có khớp không, và điều người ký cần biết.

    Mã thoát 1 nếu các dòng không cộng đúng bằng tổng. (Print the report; exit code 1 if it does not balance.)
    """
    with instance.store.read() as session:
        unit, context = find_campaign(instance, session, campaign_code)
        cut = instance.clock_of(unit).now() if as_of is None else as_of
        area_id = place_id(session, context, area, "area") if area else None
        team_id = place_id(session, context, team, "team") if team else None
        made = report_of(session, context, context.pack, as_of=cut, known=known, area=area_id, team=team_id)
    if as_json:
        print_json(made.to_json())
    else:
        print_report(made)
    return 0 if made.balanced else FINDINGS


def find_campaign(instance: Instance, session: Session, code: str | None) -> tuple[UnitRow, CampaignContext]:
    """Return the one campaign called `code` among the units asked for (all, without --unit); without a code the only one."""
    known = [(unit, context) for unit in instance.units() for context in campaigns_of(session, unit.id)]
    chosen = [pair for pair in known if code in (None, pair[1].code)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(f"{context.code} ({unit.code})" for unit, context in known) or "chưa có đợt nào"
    if not chosen:
        raise BadInput(where=f"Đợt {code or ''}".strip(), what=f"không có; có: {names}")
    hint = "ghi thêm --unit" if code else "ghi mã đợt"
    raise click.UsageError(f"Có nhiều đợt; {hint}: {names}.")


def place_id(session: Session, context: CampaignContext, code: str, kind: str) -> uuid.UUID:
    """Return the id of an area or team by its code; BadInput names those that the unit has."""
    organisation = organisation_of(session, context.unit_id)
    scopes = organisation.areas if kind == "area" else organisation.teams
    for scope in scopes:
        found = scope.area_id if kind == "area" else scope.team_id
        if scope.key == code and found is not None:
            return found
    names = ", ".join(f"{scope.key} ({scope.label})" for scope in scopes) or "chưa khai báo"
    where = f"Địa bàn {code}" if kind == "area" else f"Tổ công tác {code}"
    raise BadInput(where=where, what=f"đơn vị không có mã này; có: {names}")


def _row(line: ReportLine) -> tuple[str, str, str, str]:
    count = "–" if line.count is None else f"{integer_vi(line.count)} {line.unit}"
    return line.code, count, line.percent or "", f"{line.label}{f' ({line.note})' if line.note else ''}"


def print_report(made: Report) -> None:
    """Print a report for people to read: title, lines with their bases, targets, findings."""
    known = f"ghi đến số {integer_vi(made.ledger_no)} của sổ"
    click.echo(f"{made.name} ({made.campaign})")
    click.echo(f"Tính đến trước {moment_vi(made.as_of)}, {known}. Tổng: {integer_vi(made.total)}.\n")
    print_table([_row(line) for line in made.lines], right=frozenset({1, 2}))
    for base in dict.fromkeys((line.base_label, line.base) for line in made.lines if line.percent and line.base):
        click.echo(f"  Tỷ lệ {base[0]} ({integer_vi(base[1] or 0)}).")
    click.echo(
        "\nCác dòng cộng đúng bằng tổng." if made.balanced else "\nCác dòng KHÔNG cộng đúng bằng tổng: chưa được gửi."
    )
    for target in made.targets:
        click.echo(target.sentence())
    if made.findings:
        click.echo("\nCần biết trước khi ký:")
        print_findings(made.findings)
