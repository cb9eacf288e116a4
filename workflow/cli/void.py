"""`tungnha void`: an entry that should not have been made stops counting."""

import click

from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.actions.void_event import LAST_NO, void_event
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.output import print_json
from workflow.cli.shell import Command
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext


@click.command(cls=Command)
@click.argument("number", type=click.IntRange(1, LAST_NO), metavar="SỐ")
@click.option("--reason", required=True, metavar="CÂU", help="Vì sao sửa: một câu ngắn.")
@campaign_option
@click.option("--key", metavar="MÃ", help="Mã gửi: cùng mã thì chỉ làm một lần. Mặc định: mã mới.")
@json_option
@pass_instance
def void(
    instance: Instance, number: int, reason: str, campaign_code: str | None, key: str | None, as_json: bool
) -> None:
    """Bấm nhầm, sửa lại: hủy dòng sổ SỐ và mọi điều nó đã làm. Cả hai vẫn còn trong sổ.

    (Void an entry by its ledger number.)
    """
    reason = typed_reason(reason, where="--reason", missing="chưa ghi lý do sửa; ghi một câu ngắn")
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign = instance.campaign(session, campaign_code)
        actor = instance.actor(session, now=now)

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        return void_event(book, context, who, number, reason=reason)

    request = {"what": "void", "number": number, "reason": reason}
    answer = instance.command(campaign, actor, key or new_key(), request, work)
    if as_json:
        print_json(answer)
        return
    voided = ", ".join(str(each) for each in answer["voided"])
    click.echo(f"Đã hủy dòng {voided}; ghi ở số {answer['ledger_no']} của sổ.")
