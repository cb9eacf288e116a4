"""`tungnha plan`: the plan of a campaign as a spreadsheet: read, put in force, written out."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import click

from rules.pack import load_pack
from rules.time import moment_vi
from workflow.access import Actor
from workflow.actions.import_plan import import_plan, judge_plan
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import FILE
from workflow.cli.output import explain, print_json, writing
from workflow.cli.pack import folder_of
from workflow.cli.plan import plan
from workflow.cli.shell import FINDINGS
from workflow.errors import BadInput
from workflow.ledger.book import Book
from workflow.plan.counted import waits_in
from workflow.planfile.export import write_empty, write_plan
from workflow.planfile.model import OUTCOMES, Judged
from workflow.planfile.read import read_plan
from workflow.planfile.shown import stands_in_words
from workflow.planfile.template import Todo, write_from_template
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_stands import plan_stands


@plan.command("import")
@click.argument("file", type=FILE, metavar="TỆP.xlsx")
@click.option("--sheet", metavar="TÊN", help="Trang tính nào. Mặc định: trang đầu tiên có dữ liệu.")
@click.option("--check", "only_check", is_flag=True, help="Chỉ xem trước từng dòng, chưa ghi gì.")
@campaign_option
@json_option
@pass_instance
def import_(
    instance: Instance, file: Path, sheet: str | None, only_check: bool, campaign_code: str | None, as_json: bool
) -> int:
    """Ghi kế hoạch từ một tệp: việc mới được mở, việc đã có theo hạn mới; dòng bị trả lại kèm ô, lý do, cần làm gì.

    Mã thoát 1 nếu có dòng bị trả lại. Cùng tệp hai lần không đổi gì. (Put a plan from a file in force.)
    """
    clock = instance.clock_of(instance.unit) if only_check else instance.writing_clock(instance.unit)
    read = read_plan(file, sheet=sheet)
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=clock.now())
        judged = judge_plan(session, campaign, read, actor=actor, now=clock.now())
    answer: dict[str, Any] = {**judged.told, "vanished": [item.id for item in judged.vanished]}
    if not only_check:

        def work(book: Book, context: CampaignContext, who: Actor) -> dict[str, Any]:
            return import_plan(book, context, who, read, seen=judged.seen)

        answer = instance.command(campaign, actor, new_key(), {"what": "import_plan", "seen": judged.seen}, work)
    if as_json:
        print_json({**answer, "written": not only_check, "rows": [_row(each) for each in judged.rows]})
    else:
        _tell(judged, written=not only_check)
        if left_out := answer.get("reports_left_out"):
            click.echo(f"{left_out} kỳ báo cáo có hạn trước lúc ghi: không đòi.")
    return FINDINGS if judged.counts["rejected"] else 0


def _row(row: Any) -> dict[str, Any]:
    return {
        "row": row.number, "outcome": row.outcome, "item": row.item.id if row.item else None, "label": row.label, "due": row.due,
        "changes": {change.field: [change.before, change.after] for change in row.changes},
        "doubts": [str(each) for each in row.doubts],
        "rejections": [{"cell": str(each.cell), "value": each.value, "reason": str(each.reason), "todo": str(each.todo)} for each in row.rejections],
    }  # fmt: skip


def _tell(judged: Judged, *, written: bool) -> None:
    for row in judged.rows:
        if row.outcome == "unchanged" and not row.doubts:
            continue
        click.echo(f"dòng {row.number}: {OUTCOMES[row.outcome]}: {row.label}" + (f" · {row.due}" if row.due else ""))
        for change in row.changes:
            click.echo(f"  {change.header}: {change.before or '–'} → {change.after or '–'}")
        for doubt in row.doubts:
            click.echo(f"  cần xem: {doubt}.")
        for wrong in row.rejections:
            click.echo(f"  {wrong.cell}: {wrong.reason}. {wrong.todo}.")
    for finding in judged.findings:
        explain(str(finding.message))
    if judged.vanished:
        explain(f"{len(judged.vanished)} việc của kế hoạch không có trong tệp, giữ nguyên: {_some([item.label.vi for item in judged.vanished])}.")  # fmt: skip
    counts = " + ".join(f"{n} {OUTCOMES[outcome]}" for outcome, n in judged.counts.items())
    looked = f" {judged.to_look_at} dòng cần xem." if judged.to_look_at else ""
    click.echo(f"{len(judged.rows)} dòng = {counts}.{looked} {'Đã ghi.' if written else 'Chưa ghi gì.'}")


def _some(labels: list[str]) -> str:
    more = f" và {len(labels) - 5} việc nữa" if len(labels) > 5 else ""
    return "; ".join(f"“{label}”" for label in labels[:5]) + more


@plan.command()
@click.argument("file", type=FILE, metavar="TỆP.xlsx")
@click.option("--from", "where", metavar="THƯ_MỤC|TÊN", help="Lấy kế hoạch của một gói làm mẫu, ngày dời theo đợt này.")
@campaign_option
@pass_instance
def template(instance: Instance, file: Path, where: str | None, campaign_code: str | None) -> None:
    """Ghi ra một mẫu để điền (trống, hoặc theo kế hoạch của một gói), kèm cách ghi và tên các đơn vị. (A plan to fill in.)"""
    with instance.store.read() as session:
        campaign = instance.campaign(session, campaign_code)
    todos: list[Todo] = []
    with _written(file) as target:
        if where is None:
            write_empty(target, campaign.pack, title=f"Kế hoạch: {campaign.name}")
        else:
            todos = write_from_template(
                target, campaign.pack, load_pack(folder_of(where)), title=f"Kế hoạch: {campaign.name}"
            )
    click.echo(str(file))
    needed = [todo for todo in todos if todo.is_needed]
    for todo in needed:
        click.echo(f"dòng {todo.row}: {todo.label}: {todo.said}.")
    if needed:
        explain(f"{len(needed)} dòng còn phải sửa trước khi nhập; cột “Cần làm” của tệp ghi như trên.")


@plan.command()
@click.argument("file", type=FILE, metavar="TỆP.xlsx")
@campaign_option
@pass_instance
def export(instance: Instance, file: Path, campaign_code: str | None) -> None:
    """Ghi kế hoạch hiện nay ra bảng tính: chủ trì, hạn, trạng thái, trễ hay không. Tệp này nhập lại được. (The plan as it stands.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        campaign = instance.campaign(session, campaign_code)
        stands = stands_in_words(plan_stands(session, campaign, now=now), waits_in(campaign.pack))
    with _written(file) as target:
        written = write_plan(
            target, campaign.pack, title=f"Kế hoạch: {campaign.name}", stands=stands, marked=f"{instance.unit.name} · {moment_vi(now)}",
            subtitle=f"{instance.unit.name} · tình trạng lúc {moment_vi(now)}",
        )  # fmt: skip
    click.echo(f"{file}: {written} việc.")


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """A workbook of ours, at its place once it is whole: a refusal leaves what was there.

    Raises BadInput for another ending, CannotWrite.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadInput(where=str(path), what="tệp phải có đuôi .xlsx")
    target = BytesIO()
    yield target
    with writing(path):
        path.write_bytes(target.getvalue())
