"""`tungnha tasks relay` and `forward`: reports that travel through another post, who has sent, and passing them on."""

from typing import Any

import click

from rules.time import Instant, moment_vi
from workflow.actions.forward_reports import forward_reports
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import BEHIND
from workflow.cli.output import print_json, print_table
from workflow.cli.tasks import tasks
from workflow.errors import BadInput, NotFound
from workflow.figures.report import iso
from workflow.plan.standing import STANDINGS
from workflow.queries.campaigns import CampaignContext
from workflow.queries.forwarding_page import ForwardingPage, ReportLine, forwarding_page

PERIOD = click.option("--period", metavar="KỲ", help="Kỳ báo cáo, như 2025-05-24. Mặc định: kỳ phải chuyển tiếp theo.")


@tasks.command()
@click.argument("item", metavar="VIỆC")
@PERIOD
@campaign_option
@json_option
@pass_instance
def relay(instance: Instance, item: str, period: str | None, campaign_code: str | None, as_json: bool) -> None:
    """Xem báo cáo đi qua một nơi chuyển: tổ nào đã gửi, đã chuyển những gì, còn thiếu ai. (Relayed reports.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
        page = _found(campaign, item, lambda: forwarding_page(session, actor, campaign, item, period, now=now))
    if as_json:
        print_json(_as_data(page))
        return
    due = f", hạn {page.due_words}" if page.due_words else ""
    click.echo(
        f"{page.label.vi}, kỳ {page.task['occurrence']}{due}: {STANDINGS[page.standing]}; {page.sent}/{page.asked} báo cáo đã gửi."
    )
    print_table([(line.report.scope, line.report.place or "", _stands(line)) for line in page.lines])
    for passed in page.passed:
        how = "chuyển bổ sung" if passed.is_supplement else "chuyển"
        lack = f"; thiếu lúc đó: {', '.join(page.places(passed.missing))}" if passed.missing else ""
        click.echo(f"{moment_vi(passed.happened_at)}: {how} {len(passed.reports)} báo cáo{lack}.")


@tasks.command()
@click.argument("item", metavar="VIỆC")
@PERIOD
@click.option("--at", "happened_at", type=BEHIND, help="Đã chuyển lúc nào. Mặc định: bây giờ.")
@campaign_option
@json_option
@pass_instance
def forward(
    instance: Instance,
    item: str,
    period: str | None,
    happened_at: Instant | None,
    campaign_code: str | None,
    as_json: bool,
) -> None:
    """Chuyển mọi báo cáo đã gửi của một kỳ lên nơi nhận; gửi sau đó thì chuyển bổ sung. (Pass reports on.)"""
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, who = instance.campaign(session, campaign_code), instance.actor(session, now=now)
        page = _found(campaign, item, lambda: forwarding_page(session, who, campaign, item, period, now=now))
    task_id, version = page.task["id"], int(page.task["state_version"])

    def work(book: Any, context: CampaignContext, actor: Any) -> dict[str, Any]:
        done = forward_reports(book, context, task_id, actor=actor, state_version=version, happened_at=happened_at)
        return {
            "reports": list(done.reports), "missing": list(done.missing), "is_supplement": done.is_supplement,
            "timing": done.timing, "ledger_no": done.ledger_no,
        }  # fmt: skip

    asked = {"what": "forward_reports", "task": str(task_id), "version": version, "at": happened_at}
    told = instance.command(campaign, who, new_key(), asked, work)
    if as_json:
        print_json({"task": str(task_id), "occurrence": page.task["occurrence"], **told})
        return
    how = "chuyển bổ sung" if told["is_supplement"] else "chuyển"
    when = "" if told["is_supplement"] else ", trễ hạn" if told["timing"] == "late" else ", đúng hạn"
    click.echo(
        f"Đã {how} {len(told['reports'])} báo cáo kỳ {page.task['occurrence']}{when}, số {told['ledger_no']} của sổ."
    )
    if told["missing"]:
        click.echo(
            f"Còn thiếu: {', '.join(page.places(told['missing']))}. Khi có, chạy lại lệnh này để chuyển bổ sung."
        )


def _found(campaign: CampaignContext, item: str, read: Any) -> ForwardingPage:
    """Return the page; a sentence that names the relayed duties where it is none, or none that the actor has a part in."""
    try:
        page: ForwardingPage = read()
    except NotFound:
        known = ", ".join(sorted(campaign.pack.forwardings)) or "đợt này không có báo cáo nào đi qua nơi chuyển"
        raise BadInput(
            where=f"Việc {item}", what=f"không có kỳ nào để xem hoặc chuyển ở vị trí này; có: {known}"
        ) from None
    return page


def _stands(line: ReportLine) -> str:
    report = line.report
    if report.is_excused:
        return "được miễn"
    if report.submitted_at is None:
        return f"chưa gửi{': ' + ', '.join(line.holders) if line.holders else ''}"
    gone = ", đã chuyển" if line.gone_at == report.submitted_at else ", sẽ chuyển lần này" if line.is_going else ""
    return f"{moment_vi(report.submitted_at)}{gone}"


def _as_data(page: ForwardingPage) -> dict[str, Any]:
    return {
        "task": str(page.task["id"]), "occurrence": page.task["occurrence"], "standing": page.standing, "sent": page.sent,
        "asked": page.asked, "may_forward": page.may_forward,
        "reports": [
            {
                "task": str(line.report.id), "scope": line.report.scope, "place": line.report.place,
                "submitted_at": None if line.report.submitted_at is None else iso(line.report.submitted_at),
                "is_passed_on": line.report.submitted_at is not None and line.gone_at == line.report.submitted_at,
            }
            for line in page.lines
        ],
        "passed": [
            {
                "happened_at": iso(passed.happened_at), "is_supplement": passed.is_supplement,
                "reports": sorted(passed.reports), "missing": list(passed.missing),
            }
            for passed in page.passed
        ],
    }  # fmt: skip


__all__ = ["tasks"]
