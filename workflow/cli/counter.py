"""`tungnha counter`: what the national system shows, entered by hand or from a file, and how it differs from the ledger."""

import uuid
from pathlib import Path
from typing import Any

import click

from rules.time import Instant, moment_vi
from workflow.access import Actor
from workflow.actions.add_system_count import CountEntry, add_system_count
from workflow.actions.command import Answer
from workflow.actions.import_system_counts import import_system_counts
from workflow.actions.settle_lag import settle_lag, undo_settling
from workflow.actions.withdraw_told import withdraw_system_count
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import BEHIND, FILE, ID
from workflow.cli.output import print_json, print_table
from workflow.cli.report import place_id
from workflow.cli.shell import FINDINGS, Group
from workflow.closing.counter_page import counter_page
from workflow.closing.quick_answer import SystemNumber
from workflow.closing.system_counts import PAGE, Counted
from workflow.errors import BadInput
from workflow.figures.report import iso
from workflow.ledger.book import Book
from workflow.numbers import integer_vi
from workflow.queries.campaigns import CampaignContext
from workflow.roster.counts_file import people_of, read_counts
from workflow.roster.places import Places

SOURCE = click.option("--source", required=True, metavar="CÂU", help="Số xem ở đâu, như “Trang quản trị VNeID”.")
KEY = click.option("--key", metavar="MÃ", help="Mã gửi: cùng mã thì chỉ làm một lần. Mặc định: mã mới.")


@click.group(cls=Group, no_args_is_help=True)
def counter() -> None:
    """Số trên hệ thống quốc gia: nhập, so với sổ, gỡ số nhập nhầm. (What the national system shows.)"""


@counter.command()
@click.argument("number", metavar="SỐ")
@click.option("--as-of", type=BEHIND, help="Thấy số này lúc nào. Mặc định: bây giờ.")
@click.option("--area", metavar="MÃ", help="Số của một địa bàn. Không ghi: cả đơn vị.")
@SOURCE
@campaign_option
@KEY
@json_option
@pass_instance
def add(
    instance: Instance,
    number: str,
    as_of: Instant | None,
    area: str | None,
    source: str,
    campaign_code: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Ghi một số đang thấy trên hệ thống. (Enter one number.)"""
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
        area_id = place_id(session, campaign, area, "area") if area else None
    entry = CountEntry(area_id, _people(number), now if as_of is None else as_of)

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        return add_system_count(book, context, who, entry, source=source)

    request = {"what": "system_count", "entry": [str(area_id or ""), entry.n, entry.as_of], "source": source}
    answer = instance.command(campaign, actor, key or new_key(), request, work)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Đã ghi {integer_vi(entry.n)} lúc {moment_vi(entry.as_of)}, số sổ {answer['ledger_no']}.")


@counter.command("import")
@click.argument("file", type=FILE, metavar="TỆP")
@click.option("--as-of", type=BEHIND, help="Số liệu lúc nào, cho dòng không tự ghi. Mặc định: bây giờ.")
@SOURCE
@campaign_option
@KEY
@json_option
@pass_instance
def import_(
    instance: Instance,
    file: Path,
    as_of: Instant | None,
    source: str,
    campaign_code: str | None,
    key: str | None,
    as_json: bool,
) -> int:
    """Nhập một bảng (.xlsx, .csv) có cột địa bàn và số trên hệ thống; cùng tệp nhập hai lần không đổi gì.

    Mã thoát 1 nếu có dòng trả lại. (Import a table; exit code 1 if rows were handed back.)
    """
    now = instance.writing_clock(instance.unit).now()
    if not file.is_file():
        raise BadInput(where="Tệp", what=f"không có “{file.name}”; kiểm tra đường dẫn")
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
        at = now if as_of is None else as_of
        places = Places(session, campaign.unit_id)
        read = read_counts(file, places, file_name=file.name, as_of=at, starts_at=campaign.starts_at, now=now)
    entries = [CountEntry(row.area_id, row.n, row.as_of) for row in read.rows]

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        return import_system_counts(book, context, who, entries, source=source)

    rows = [[str(entry.area_id or ""), entry.n, entry.as_of] for entry in entries]
    request = {"what": "system_counts", "rows": rows, "source": source}
    answer = instance.command(campaign, actor, key or new_key(), request, work)
    if as_json:
        rejected = [{"row": one.row, "column": one.column, "value": one.value, "why": one.why} for one in read.rejected]
        told = {"rows": read.rows_in, **answer, "rejected": rejected, "remarks": list(read.remarks)}
        print_json(told)
    else:
        for one in read.rejected:
            click.echo(f"  dòng {one.row}, cột {one.column or '–'} (“{one.value}”): {one.why}")
        for remark in read.remarks:
            click.echo(f"  {remark}")
        click.echo(
            f"{read.rows_in} dòng: {answer['created']} dòng mới, {answer['unchanged']} dòng đã có, "
            f"{len(read.rejected)} dòng trả lại."
        )
    return FINDINGS if read.rejected else 0


@counter.command("list")
@click.option("--page", type=click.IntRange(1, 10_000), default=1, help=f"Trang nào, mỗi trang {PAGE} số.")
@campaign_option
@json_option
@pass_instance
def list_(instance: Instance, page: int, campaign_code: str | None, as_json: bool) -> None:
    """Liệt kê các số đã nhập, mới nhất trước, và chênh lệch với sổ. (List the numbers and the difference.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
        seen = counter_page(session, actor, campaign, now=now, page=page)
    if as_json:
        print_json(
            {
                "ledger_no": seen.ledger_no,
                "difference": difference_json(seen.system),
                "counts": [_counted(one) for one in seen.counts],
                "has_more": seen.has_more,
            }
        )
        return
    for sentence in seen.system.difference.sentences() if seen.system else ["Chưa có số nào của hệ thống."]:
        click.echo(sentence)
    rows = [
        (str(one.id), moment_vi(one.as_of), one.area or "cả đơn vị", integer_vi(one.n), _remark(one))
        for one in seen.counts
    ]
    print_table(rows, right=frozenset({3}))
    if seen.has_more:
        click.echo(f"Còn nữa: thêm --page {page + 1}.")


@counter.command()
@click.argument("count_id", type=ID, metavar="MÃ")
@click.option("--reason", required=True, metavar="CÂU", help="Vì sao gỡ: một câu ngắn.")
@campaign_option
@KEY
@json_option
@pass_instance
def withdraw(
    instance: Instance, count_id: uuid.UUID, reason: str, campaign_code: str | None, key: str | None, as_json: bool
) -> None:
    """Gỡ một số nhập nhầm theo mã của nó; số ấy vẫn còn trong sổ. (Take a number back.)"""
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        return withdraw_system_count(book, context, who, count_id, reason=reason)

    request = {"withdraw_system_count": str(count_id), "reason": reason}
    answer = instance.command(campaign, actor, key or new_key(), request, work)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Đã gỡ, số sổ {answer['ledger_no']}.")


@counter.command()
@click.argument("count_id", type=ID, metavar="MÃ")
@click.option("--undo", "reason", metavar="CÂU", help="Hủy lần đối soát bằng số này; ghi vì sao.")
@campaign_option
@KEY
@json_option
@pass_instance
def settle(
    instance: Instance,
    count_id: uuid.UUID,
    reason: str | None,
    campaign_code: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Ghi là hệ thống đã trừ hết những người đang chờ ở lúc của một số đã nhập; chỉ khi số ấy không ít hơn sổ. (Settle the lag.)"""
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)

    def work(book: Book, context: CampaignContext, who: Actor) -> Answer:
        if reason is not None:
            return undo_settling(book, context, who, count_id, reason=reason)
        return settle_lag(book, context, who, count_id)

    request = {"settle_lag": str(count_id)} if reason is None else {"undo_settling": str(count_id), "reason": reason}
    answer = instance.command(campaign, actor, key or new_key(), request, work)
    if as_json:
        print_json(answer)
    elif reason is not None:
        click.echo(_undone(answer))
    else:
        click.echo(_settled(answer))


def _settled(told: Answer) -> str:
    if told["settled"] is None:
        return f"Đã đối soát những người đang chờ của địa bàn, số sổ {told['ledger_no']}."
    n, left = integer_vi(told["settled"]), integer_vi(told["left"])
    return f"Đã đối soát {n} người, số sổ {told['ledger_no']}; còn {left} người chờ hệ thống trừ."


def _undone(told: Answer) -> str:
    if told["undone"] is None:
        return f"Đã hủy đối soát của địa bàn, số sổ {told['ledger_no']}; ai đã có việc ghi sau đó thì giữ nguyên."
    n, kept = integer_vi(told["undone"]), integer_vi(told["kept"])
    return f"Đã hủy đối soát {n} người, số sổ {told['ledger_no']}; giữ nguyên {kept} người đã có việc ghi sau đó."


def difference_json(system: SystemNumber | None) -> dict[str, Any] | None:
    """Return the newest number of the system against the ledger as JSON-ready data; None if there is none yet."""
    if system is None:
        return None
    counted, difference = system
    return {
        "as_of": iso(counted.as_of),
        "source": counted.source,
        "system": difference.system,
        "ledger": difference.ledger,
        "difference": difference.difference,
        "lags": {lag.state: lag.n for lag in difference.lags},
        "unexplained": difference.unexplained,
        "sentences": difference.sentences(),
    }


def _counted(one: Counted) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "area": one.area,
        "n": one.n,
        "as_of": iso(one.as_of),
        "source": one.source,
        "who": one.who,
        "recorded_at": iso(one.recorded_at),
        "ledger_no": one.ledger_no,
        "withdrawn_because": one.because,
        "is_settled": one.has_settled,
        "settled": one.settled,
    }


def _remark(one: Counted) -> str:
    return one.source if one.because is None else f"{one.source} (đã gỡ: {one.because})"


def _people(text: str) -> int:
    try:
        return people_of(text)
    except ValueError as wrong:
        raise BadInput(where=f"Số {text}", what=str(wrong)) from None
