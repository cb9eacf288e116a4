"""`tungnha plan`: the plan as a whole: what is due today, what may be missed tomorrow."""

import click

from workflow.cli.instance import Instance, campaign_option, json_option, pass_instance
from workflow.cli.output import print_json
from workflow.cli.shell import Group
from workflow.cli.task_words import row_as_data, task_line
from workflow.days import as_date
from workflow.figures.plan_ahead import due_today, risks_of_tomorrow, text_of, today_text


@click.group(cls=Group, no_args_is_help=True)
def plan() -> None:
    """Kế hoạch: đến hạn hôm nay, rủi ro ngày mai. (The plan ahead.)"""


@plan.command()
@click.option("--mine", is_flag=True, help="Chỉ việc giao cho vị trí của người ghi ở --as.")
@campaign_option
@json_option
@pass_instance
def today(instance: Instance, mine: bool, campaign_code: str | None, as_json: bool) -> None:
    """Việc chưa xong mà giờ cuối nằm trong hôm nay, thành văn bản để gửi. (Due today, to paste.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor, campaign = instance.actor(session, now=now), instance.campaign(session, campaign_code)
        found = due_today(session, actor, campaign, now=now, only_own=mine)
    if as_json:
        print_json({"rows": [row_as_data(row) for row in found.rows], "overdue_before": found.overdue_before})
        return
    click.echo(text_of(today_text(found, unit=instance.unit.name, campaign=campaign.name, now=now)))


@plan.command()
@click.option("--mine", is_flag=True, help="Chỉ việc giao cho vị trí của người ghi ở --as.")
@campaign_option
@json_option
@pass_instance
def ahead(instance: Instance, mine: bool, campaign_code: str | None, as_json: bool) -> None:
    """Việc ngày mai đến hạn, hoặc dự kiến xong sau hạn, ít thời gian nhất trước. (Tomorrow's risks.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor, campaign = instance.actor(session, now=now), instance.campaign(session, campaign_code)
        found = risks_of_tomorrow(session, actor, campaign, now=now, only_own=mine)
    told = [
        (risk, None if risk.forecast is None or not risk.forecast.is_told else risk.forecast) for risk in found.risks
    ]
    if as_json:
        print_json({
            "overdue": found.overdue,
            "left_out": found.left_out,
            "rows": [
                row_as_data(risk.row) | {
                    "due_tomorrow": risk.is_due_tomorrow, "days_late": 0 if one is None else one.late,
                    "expected_on": None if one is None or one.day is None else as_date(one.day).isoformat(),
                }
                for risk, one in told
            ],
        })  # fmt: skip
        return
    for risk, one in told:
        why = "ngày mai đến hạn" if risk.is_due_tomorrow else ""
        late = f"dự kiến muộn {one.late} ngày" if one is not None and one.late else ""
        click.echo(f"{task_line(risk.row, now)}; {', '.join(filter(None, (why, late)))}")
    if not told:
        click.echo("Không có việc nào có nguy cơ trong ngày mai.")
    if found.overdue:
        click.echo(f"{found.overdue} việc đã quá hạn: xem bằng “tungnha tasks list --view overdue”.")
    if found.left_out:
        todo = "" if mine else "; thêm --mine để xét riêng việc giao cho vị trí của mình"
        click.echo(f"Kế hoạch quá dài: còn {found.left_out} dòng chưa xét{todo}.")
