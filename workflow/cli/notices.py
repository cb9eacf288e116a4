"""`tungnha notices`: in which way the posts of a unit are told: quiet hours, hours and lines of a digest."""

import click

from rules.time import clock_text, moment_vi
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.actions.set_notices import set_notices
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.output import print_json
from workflow.cli.shell import Group
from workflow.figures.report import iso
from workflow.ledger.book import Book
from workflow.notices.hours import typed_quiet
from workflow.notices.ways import Way, longest, most_lines, widest
from workflow.queries.campaigns import CampaignContext
from workflow.queries.notice_ways import way_to_come, ways_of


@click.group(cls=Group, no_args_is_help=True)
def notices() -> None:
    """Cách báo tin của đơn vị: giờ yên lặng, gộp tin, số dòng. (How the unit's posts are told.)"""


@notices.command()
@campaign_option
@json_option
@pass_instance
def show(instance: Instance, campaign_code: str | None, as_json: bool) -> None:
    """Gói đặt gì, đơn vị đang dùng gì, được đặt đến đâu. (What holds, and how far the unit may go.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        campaign = instance.campaign(session, campaign_code)
        ways = ways_of(session, campaign)
    said, coming = ways.said, way_to_come(ways, now)
    most = Way(widest(said), longest(said), most_lines(said))
    if as_json:
        to_come = None if coming is None else {"from_at": iso(coming[0]), **_as_data(coming[1])}
        print_json({"pack": _as_data(Way.of(said)), "now": _as_data(ways.at(now)), "to_come": to_come, "most": _as_data(most)})  # fmt: skip
        return
    click.echo(f"Gói quy tắc: {_in_words(Way.of(said))}")
    click.echo(f"Đang dùng: {_in_words(ways.at(now))}")
    if coming is not None:
        click.echo(f"Từ {moment_vi(coming[0])}: {_in_words(coming[1])}")
    click.echo(f"Đặt được đến: {_in_words(most)}")


@notices.command("set")
@click.option("--quiet", metavar="TỪ-ĐẾN", help="Giờ yên lặng, như 20:30-06:30. Không ghi: theo gói.")
@click.option("--every", type=int, metavar="GIỜ", help="Gộp mấy giờ vào một bản: 1, 2, 3, 4, 6. Không ghi: theo gói.")
@click.option("--lines", type=int, metavar="SỐ", help="Một bản tin liệt kê nhiều nhất mấy dòng. Không ghi: theo gói.")
@campaign_option
@json_option
@pass_instance
def set_(
    instance: Instance,
    quiet: str | None,
    every: int | None,
    lines: int | None,
    campaign_code: str | None,
    as_json: bool,
) -> None:
    """Đặt cách báo tin của đơn vị; không ghi gì là trở về theo gói. (Set it; nothing given: as the pack says.)"""
    hours, now = _typed(quiet), instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, who = instance.campaign(session, campaign_code), instance.actor(session, now=now)

    def work(book: Book, context: CampaignContext, actor: Actor) -> Answer:
        return set_notices(book, context, actor, quiet=hours, every_hours=every, most_listed=lines)

    said = {"quiet": hours, "every_hours": every, "most_listed": lines}
    done = instance.command(campaign, who, new_key(), {"set_notices": said}, work)
    if as_json:
        print_json({"from_at": iso(done["from_at"])})
        return
    click.echo(f"Đã lưu; có hiệu lực từ {moment_vi(done['from_at'])}.")


def _typed(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    begins, _, ends = text.replace("–", "-").partition("-")
    return typed_quiet(begins, ends)


def _as_data(way: Way) -> dict[str, object]:
    return {
        "quiet_from": clock_text(way.quiet.begins), "quiet_until": clock_text(way.quiet.ends),
        "every_hours": way.every_hours, "most_listed": way.most_listed,
    }  # fmt: skip


def _in_words(way: Way) -> str:
    quiet = "không có giờ yên lặng"
    if way.quiet.length:
        quiet = f"yên lặng {clock_text(way.quiet.begins)}–{clock_text(way.quiet.ends)}"
    return f"{quiet}; {way.every_hours} giờ một bản; nhiều nhất {way.most_listed} dòng"
