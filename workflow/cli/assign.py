"""`tungnha assign`: doors to the teams of their areas and to members, by rule; or chosen doors to somebody, with a reason."""

import uuid

import click

from workflow.access import Actor
from workflow.actions.assign_doors import DoorFilter, assign_doors, reassign
from workflow.actions.command import Answer
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import ID
from workflow.cli.output import print_json
from workflow.cli.report import place_id
from workflow.cli.shell import Command
from workflow.errors import NotPermitted
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext

_SKIPPED = {
    "no_member": "hộ của tổ chưa có thành viên",
    "no_team": "hộ ở địa bàn chưa có tổ công tác",
    "already": "hộ đã ở đúng chỗ",
    "absent": "hộ không tìm thấy hoặc không được chuyển",
}


@click.command(cls=Command)
@click.option("--team", metavar="MÃ", help="Chỉ chia hộ của tổ này; khi chuyển hộ: tổ nhận.")
@click.option("--to", metavar="TÀI KHOẢN", help="Chuyển hộ đã chọn cho người này. Không ghi: hộ của tổ, chưa ai giữ.")
@click.option("--door", "doors", type=ID, multiple=True, metavar="MÃ", help="Chuyển hộ này. Ghi nhiều lần được.")
@click.option("--area", metavar="MÃ", help="Chuyển mọi hộ của địa bàn này.")
@click.option("--from", "giver", metavar="TÀI KHOẢN", help="Chuyển mọi hộ mà người này đang giữ.")
@click.option("--reason", metavar="CÂU", help="Vì sao chuyển: một câu ngắn.")
@campaign_option
@json_option
@pass_instance
def assign(
    instance: Instance,
    team: str | None,
    to: str | None,
    doors: tuple[uuid.UUID, ...],
    area: str | None,
    giver: str | None,
    reason: str | None,
    campaign_code: str | None,
    as_json: bool,
) -> None:
    """Chia hộ chưa ai giữ cho các tổ, các thành viên: đều và liền nhau, chạy lại không đổi gì.

    Với --door, --area hoặc --from: chuyển những hộ đó cho --team và --to, kèm --reason.
    (Assign doors by rule, or hand chosen doors over.)
    """
    handing_over = bool(doors or area or giver)
    if not handing_over and (to or reason):
        raise click.UsageError("Chuyển hộ nào? Ghi --door, --area hoặc --from.")
    if handing_over and (team is None or reason is None):
        raise click.UsageError("Chuyển hộ thì phải ghi --team (tổ nhận) và --reason (vì sao).")
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
        team_id = place_id(session, campaign, team, "team") if team else None
        area_id = place_id(session, campaign, area, "area") if area else None
        receiver = instance.member(session, to, now=now).membership_id if to else None
        holder = instance.member(session, giver, now=now).membership_id if giver else None
    chosen = list(doors) if doors else DoorFilter(area_id=area_id, assignee_id=holder)

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        if team_id is None or reason is None or not handing_over:
            return assign_doors(book, context, who, team_id=team_id)
        return reassign(book, context, who, chosen, team_id=team_id, assignee_id=receiver, reason=reason)

    told = {
        "team": team,
        "to": to,
        "doors": [str(each) for each in doors],
        "area": area,
        "from": giver,
        "reason": reason,
    }
    try:
        answer = instance.command(campaign, actor, new_key(), {"what": "assign", **told}, work)
    except NotPermitted as refused:
        if team is None and actor.holds("team_leader"):
            raise click.UsageError("Tổ trưởng chỉ chia hộ của tổ mình: ghi --team MÃ_TỔ.") from refused
        raise
    if as_json:
        print_json(answer)
    else:
        _print(answer)


def _print(answer: Answer) -> None:
    if "moved" in answer:
        click.echo(f"Đã chuyển {answer['moved']} hộ ({answer['cases']} việc).")
        if not answer["moved"] and not any(answer["skipped"].values()):
            click.echo("  Không có hộ nào như đã chọn trong phạm vi được chuyển; xem lại --door, --area, --from.")
    else:
        click.echo(f"Đã đưa {answer['to_team']} hộ về tổ, {answer['to_member']} hộ cho thành viên.")
    for why, count in answer["skipped"].items():
        if count:
            click.echo(f"  Bỏ qua {count} {_SKIPPED.get(why, why)}.")
