"""`tungnha papers`: official papers out of closes, their templates, and what became of them."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from rules.pack import load_pack
from rules.pack.load import shipped_packs
from rules.time import Instant, moment_vi
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.actions.make_paper import REPORTS, make_again, make_paper, pack_of_close, report_kind
from workflow.actions.record_paper import record_letter, record_paper
from workflow.actions.save_template import TemplateRefused, save_template
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import BEHIND, FILE, ID
from workflow.cli.output import print_json, print_table, writing
from workflow.cli.shell import FINDINGS, Group
from workflow.documents.fields import fields_of
from workflow.documents.kept_close import frozen_of_close
from workflow.documents.make_paper import make_report
from workflow.documents.make_template import FILES, KINDS, NAMES, make_template
from workflow.documents.preview import preview_frozen
from workflow.documents.quick_text import quick_text
from workflow.documents.read_back import author_marks
from workflow.documents.template_check import check_template
from workflow.errors import BadInput
from workflow.files import LARGEST, FileStore, Upload
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.papers import CloseLine, closes_of_unit, narrative_of, paper_line, papers_of
from workflow.queries.urge_letters import letters_of

day_type = click.DateTime(["%d/%m/%Y", "%Y-%m-%d"])


@click.group(cls=Group, no_args_is_help=True)
def papers() -> None:
    """Văn bản: lập từ số đã chốt, ghi số và bản đã ký, mẫu để sửa trong Word. (Official papers.)"""


@papers.command("list")
@campaign_option
@json_option
@pass_instance
def list_papers(instance: Instance, campaign_code: str | None, as_json: bool) -> None:
    """Liệt kê văn bản đã lập, mới nhất trước. (Papers, newest first.)"""
    with instance.store.read() as session:
        context = instance.campaign(session, campaign_code)
        found = papers_of(session, context)
        letters = letters_of(session, None, context)
    if as_json:
        print_json({
            "papers": [{**each._asdict(), "id": str(each.id), "close_id": str(each.close_id)} for each in found],
            "letters": [{**each._asdict(), "id": str(each.id), "made_by_id": str(each.made_by_id)} for each in letters],
        })  # fmt: skip
        return
    rows = [
        (each.made_at, str(each.id), NAMES[report_kind(each.kind)], moment_vi(each.as_of), _status(each))
        for each in found
    ]
    rows += [
        (each.made_at, str(each.id), f"Công văn đôn đốc, {each.addressee}", moment_vi(each.as_of), _status(each))
        for each in letters
    ]
    print_table([row[1:] for row in sorted(rows, key=lambda row: -row[0])])
    if not rows:
        click.echo("Chưa có văn bản nào.")


def _status(paper: Any) -> str:
    if paper.number is None:
        return "chưa ghi số"
    return f"số {paper.number}, {'có bản ký' if paper.signed_sha256 else 'chưa có bản ký'}"


@papers.command()
@click.argument("kind", type=click.Choice(REPORTS))
@click.option("--period", metavar="KỲ", help="Kỳ đã chốt, như 2025-05-24. Mặc định: kỳ chốt mới nhất.")
@click.option(
    "--draft", is_flag=True, help="Bản dự thảo của số liệu lúc này, chưa chốt; không giữ lại, không có chỗ ký."
)
@click.option("--as-of", type=BEHIND, help="Cùng với --draft: số liệu trước lúc này.")
@click.option("-o", "--output", type=FILE, help="Ghi bản Word ra tệp này.")
@campaign_option
@json_option
@pass_instance
def make(
    instance: Instance,
    kind: str,
    period: str | None,
    draft: bool,
    as_of: Instant | None,
    output: Path | None,
    campaign_code: str | None,
    as_json: bool,
) -> None:
    """Lập báo cáo ngày (daily) hoặc tổng kết (final) từ một kỳ đã chốt. (Make a report from a close.)"""
    if draft:
        _draft(instance, kind, as_of, output, campaign_code)
        return
    files = files_of(instance)
    with instance.store.read() as session:
        close = _close(closes_of_unit(session, instance.campaign(session, campaign_code)), period)
    told = do(
        instance,
        campaign_code,
        {"what": "make_paper", "close": str(close.id), "kind": kind},
        lambda book, context, actor: make_paper(book, context, actor, close.id, kind=kind, files=files),
    )
    content = files.read(told["sha256"])
    if output is not None:
        with writing(output):
            output.write_bytes(content)
    if as_json:
        print_json(told)
        return
    click.echo(f"{'Đã lập trước đó' if told['again'] else 'Đã lập'}: {told['paper']} ({told['sha256'][:12]}).")
    for mark in author_marks(content):
        click.echo(f"  {mark.text}")


def _draft(
    instance: Instance, kind: str, as_of: Instant | None, output: Path | None, campaign_code: str | None
) -> None:
    if output is None:
        raise click.UsageError("Bản dự thảo không được giữ lại; ghi tệp bằng -o.")
    unit = instance.unit
    with instance.store.read() as session:
        context = instance.campaign(session, campaign_code)
        cut = instance.clock_of(unit).now() if as_of is None else as_of
        frozen = preview_frozen(session, context, (unit.code, unit.name), as_of=cut)
        pack, narrative = pack_of_close(session, context, frozen), narrative_of(session, context)
    content = make_report(frozen, pack, narrative, report_kind(kind), draft=True)
    with writing(output):
        output.write_bytes(content)
    click.echo(f"Đã ghi bản dự thảo: {output}.")


def _close(closes: list[CloseLine], period: str | None) -> CloseLine:
    found = [close for close in closes if period in (None, close.period)]
    if not found:
        names = ", ".join(dict.fromkeys(close.period for close in closes)) or "chưa có kỳ nào chốt"
        raise BadInput(where=f"Kỳ {period or ''}".strip(), what=f"chưa chốt; có: {names}")
    return found[0]


@papers.command()
@click.argument("paper_id", type=ID)
@click.option("--number", type=click.IntRange(1, 99_999), required=True, help="Số văn bản, như 5.")
@click.option("--day", type=day_type, required=True, help="Ngày ban hành, như 30/5/2025.")
@click.option("--signed", type=FILE, help="Bản đã ký (PDF); có thể bổ sung sau với cùng số và ngày.")
@campaign_option
@pass_instance
def record(
    instance: Instance, paper_id: uuid.UUID, number: int, day: Any, signed: Path | None, campaign_code: str | None
) -> None:
    """Ghi số, ngày ban hành và bản đã ký của một văn bản hoặc công văn. (Record number, day and the signed copy.)"""
    upload = _upload(signed) if signed is not None else None
    with instance.store.read() as session:
        known = {each.id for each in letters_of(session, None, instance.campaign(session, campaign_code))}
    how = record_letter if paper_id in known else record_paper
    do(
        instance,
        campaign_code,
        {"what": how.__name__, "paper": str(paper_id), "number": number, "day": str(day.date())},
        lambda book, context, actor: how(
            book, context, actor, paper_id, number=number, issued_on=day.date(), signed=upload, files=files_of(instance)
        ),
    )
    click.echo("Đã ghi.")


@papers.command()
@click.argument("paper_id", type=ID)
@campaign_option
@pass_instance
def check(instance: Instance, paper_id: uuid.UUID, campaign_code: str | None) -> int:
    """Làm lại một văn bản từ những gì đã giữ và so từng byte. (Make it again and compare; exit code 1 if it differs.)"""
    with instance.store.read() as session:
        context = instance.campaign(session, campaign_code)
        paper_line(session, context, paper_id)
        again = make_again(session, context, paper_id, files_of(instance))
    click.echo("Làm lại được đúng từng byte." if again.is_same else f"Làm lại ra tệp khác ({again.sha256[:12]}).")
    return 0 if again.is_same else FINDINGS


@papers.command()
@click.option("--period", metavar="KỲ", help="Kỳ đã chốt. Mặc định: kỳ chốt mới nhất.")
@campaign_option
@pass_instance
def quick(instance: Instance, period: str | None, campaign_code: str | None) -> None:
    """In vài dòng để dán vào tin nhắn, từ một kỳ đã chốt. (A short text to paste.)"""
    with instance.store.read() as session:
        context = instance.campaign(session, campaign_code)
        frozen = frozen_of_close(session, context, _close(closes_of_unit(session, context), period).id)
        click.echo(quick_text(frozen, pack_of_close(session, context, frozen)), nl=False)


@papers.group(cls=Group, no_args_is_help=True)
def template() -> None:
    """Mẫu văn bản: lập, kiểm tra, dùng mẫu đã sửa trong Word. (Templates.)"""


@template.command("make")
@click.argument("folder", type=FILE)
@click.option("-o", "--output", type=FILE, help="Ghi vào thư mục này. Mặc định: thư mục đang đứng.")
def make_templates(folder: Path, output: Path | None) -> None:
    """Lập các mẫu của một gói quy tắc (thư mục, hoặc tên gói có sẵn) thành tệp Word. (Make a pack's templates.)"""
    source = folder if folder.is_dir() else shipped_packs().get(str(folder), folder)
    pack, target = load_pack(source), output or Path()
    with writing(target):
        target.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        with writing(target / FILES[kind]):
            (target / FILES[kind]).write_bytes(make_template(pack, kind))
        click.echo(f"{NAMES[kind]}: {target / FILES[kind]}")


@template.command("check")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=FILE)
@campaign_option
@pass_instance
def check_file(instance: Instance, kind: Any, file: Path, campaign_code: str | None) -> int:
    """Kiểm tra một mẫu đã sửa: từng chỗ sai, ở đâu, có phải là gì. (Exit code 1 if it has faults.)"""
    with instance.store.read() as session:
        pack = instance.campaign(session, campaign_code).pack
    problems = check_template(_upload(file).content, fields_of(kind, pack))
    for problem in problems:
        click.echo(f"- {problem.sentence()}")
    click.echo(f"{len(problems)} chỗ phải sửa." if problems else "Mẫu dùng được.")
    return FINDINGS if problems else 0


@template.command("use")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=FILE, required=False)
@campaign_option
@pass_instance
def use(instance: Instance, kind: str, file: Path | None, campaign_code: str | None) -> int:
    """Dùng mẫu đã sửa từ nay; không ghi tệp thì trở lại mẫu của gói. (Use an edited template.)"""
    upload = _upload(file) if file is not None else None
    try:
        do(
            instance,
            campaign_code,
            {"what": "save_template", "kind": kind, "file": file.name if file else None},
            lambda book, context, actor: save_template(book, context, actor, kind, upload, files=files_of(instance)),
        )
    except TemplateRefused as refusal:
        for problem in refusal.problems:
            click.echo(f"- {problem.sentence()}")
        return FINDINGS
    click.echo("Đã dùng mẫu này." if upload else "Đã trở lại mẫu của gói quy tắc.")
    return 0


def do(
    instance: Instance,
    campaign_code: str | None,
    request: dict[str, Any],
    work: Callable[[Book, CampaignContext, Actor], Answer],
) -> Answer:
    """Carry out `work` in the campaign once, as whoever is named before the command."""
    with instance.store.read() as session:
        context = instance.campaign(session, campaign_code)
        actor = instance.actor(session, now=instance.clock_of(instance.unit).now())
    return instance.command(context, actor, new_key(), request, work)


def files_of(instance: Instance) -> FileStore:
    """Return where files are kept."""
    return FileStore(instance.settings.uploads)


def _upload(path: Path) -> Upload:
    if not path.is_file():
        raise BadInput(where=f"Tệp {path}", what="không có")
    with path.open("rb") as stream:
        return Upload(path.name, stream.read(LARGEST + 1))
