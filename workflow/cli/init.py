"""`tungnha init`: a unit of one's own, from a filled-in form and a rule pack."""

import os
from dataclasses import asdict, replace
from pathlib import Path

import click

from rules.pack import Pack, load_pack, shipped_packs
from rules.time import HOUR, day_start, local_date, moment_vi, show
from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.kinds import FILE
from workflow.cli.output import explain, print_findings, print_json
from workflow.cli.pack import folder_of
from workflow.cli.shell import FINDINGS, Command
from workflow.errors import BadInput
from workflow.setup.form import Form, SetupRefused
from workflow.setup.ground import make_database, open_or_make_keys
from workflow.setup.judge import plan_of, refuse_without_pack
from workflow.setup.sample import write_sample
from workflow.setup.set_up import UnitSetUp, read_form, set_up


@click.command(cls=Command)
@click.argument("file", type=FILE, metavar="[TỆP]", required=False)
@click.option("--sample", is_flag=True, help="Chỉ ghi ra TỆP một biểu khai mẫu để điền.")
@click.option(
    "--format", "kind", type=click.Choice(["yaml", "xlsx"]), help="Dạng của biểu mẫu. Mặc định: theo tên tệp."
)
@click.option("--pack", "pack_name", metavar="TÊN|THƯ_MỤC", help="Gói quy tắc của đợt. Mặc định: như biểu khai ghi.")
@click.option("--campaign", metavar="MÃ", help="Mã đợt. Mặc định: như biểu khai ghi, hoặc tên gói.")
@click.option(
    "--rehearsal", is_flag=True, help="Đơn vị tập dượt: chỉ dùng số định danh giả (999…), được đặt giờ bằng --now."
)
@json_option
@pass_instance
def init(
    instance: Instance,
    file: Path | None,
    sample: bool,
    kind: str | None,
    pack_name: str | None,
    campaign: str | None,
    rehearsal: bool,
    as_json: bool,
) -> int:
    """Lập một đơn vị từ biểu khai (YAML hoặc XLSX) và mở một đợt theo gói quy tắc.

    Bắt đầu bằng: tungnha init --sample don-vi.yaml, điền vào, rồi: tungnha init don-vi.yaml. Mọi chỗ sai được nêu cùng lúc.
    (Set up a unit from a form; --sample writes the form.)
    """
    if sample:
        return _write_sample(file, kind, pack_name)
    if file is None:
        raise click.UsageError("Thiếu TỆP biểu khai. Lấy mẫu bằng “tungnha init --sample don-vi.yaml”.")
    try:
        form = read_form(file)
        pack = _pack(form, pack_name)
        plan = plan_of(form, pack, is_demo=rehearsal)
    except SetupRefused as refused:
        print_findings(refused.findings, err=True)
        explain(str(refused))
        return FINDINGS
    now = instance.real_now
    if instance.chosen_now is not None:
        if not rehearsal:
            raise BadInput(where="--now", what="chỉ dùng khi lập đơn vị tập dượt (--rehearsal)")
        plan, now = replace(plan, clock_offset=instance.chosen_now - now), instance.chosen_now
    make_database(instance.settings)
    open_or_make_keys(instance.settings, os.environ)
    unit = form.rows("unit")[0]
    done = set_up(
        instance.store, plan, pack, now=now, ids=instance.ids, campaign=campaign or unit.text("campaign") or None
    )
    if as_json:
        print_json(asdict(done))
    else:
        _tell(instance, done)
        if done.is_over:
            _tell_over(file, pack)
    return 0


def _write_sample(file: Path | None, kind: str | None, pack_name: str | None) -> int:
    suffix = f".{kind}" if kind else (file.suffix.lower() if file else ".yaml")
    path = file or Path(f"don-vi{suffix}")
    if suffix not in (".yaml", ".yml", ".xlsx") or path.suffix.lower() != suffix:
        raise click.UsageError(f"“{path}” phải có đuôi .yaml hoặc .xlsx, đúng với --format.")
    write_sample(path, load_pack(folder_of(pack_name or next(iter(shipped_packs())))))
    click.echo(f"Đã ghi biểu mẫu {path}. Điền vào rồi chạy: tungnha init {path}")
    return 0


def _pack(form: Form, name: str | None) -> Pack:
    """Return the pack asked for, else the one that the form names; all that is wrong with the form is said with it."""
    row = next(iter(form.rows("unit")), None)
    wanted = name or (row.text("pack") if row is not None else "")
    if not wanted:
        if row is None and form.findings:
            refuse_without_pack(form)
        where = row.where if row is not None else form.source
        form.say("pack", where, f"chưa ghi gói quy tắc (pack); có: {', '.join(shipped_packs())}")
        refuse_without_pack(form)
    try:
        return load_pack(folder_of(wanted))
    except BadInput as unknown:
        if name is not None or row is None:
            raise
        form.say("pack", row.place("pack"), str(unknown))
        refuse_without_pack(form)


def _tell(instance: Instance, done: UnitSetUp) -> None:
    click.echo(
        f"Đã lập đơn vị “{done.unit}”: {done.areas} địa bàn, {done.teams} tổ công tác, {done.accounts} tài khoản, "
        f"{done.posts} vị trí; mở đợt “{done.campaign}” với {done.tasks} việc của kế hoạch."
    )
    if done.vacant:
        click.echo(f"  {done.vacant} vị trí chưa có người giữ.")
    if done.without_team:
        click.echo(f"  {done.without_team} địa bàn chưa có tổ công tác.")
    if done.tasks_left_out:
        click.echo(f"  {done.tasks_left_out} việc của tổ, địa bàn có hạn trước lúc lập: không giao.")
    if done.reports_left_out:
        click.echo(f"  {done.reports_left_out} kỳ báo cáo có hạn trước lúc lập: không đòi.")
    click.echo(f"Dữ liệu nằm ở {instance.settings.instance}. Cất một bản của {instance.settings.key_file} ở nơi khác.")
    click.echo("Tiếp theo: tungnha serve mở các trang và in cách vào lần đầu.")
    click.echo(
        "Danh sách nạp trên trang, hoặc: tungnha --as TÀI_KHOẢN roster import danh-sach.xlsx --list MÃ_DANH_SÁCH"
    )


def _tell_over(file: Path, pack: Pack) -> None:
    """Say that the campaign is a thing of the past by the unit's clock, and how to get one that is not."""
    first_morning = show(day_start(local_date(pack.span.opens_at)) + 8 * HOUR)
    click.echo(
        f"Đợt này đã hết từ {moment_vi(pack.span.closes_at)} theo giờ của đơn vị: không ghi được lượt thăm nào. "
        "Lập lại ở thư mục dữ liệu khác:"
    )
    click.echo(
        f"  làm thật: dời gói quy tắc sang ngày của đợt mới (tungnha pack rebase {pack.id} --id TÊN --first NGÀY --out GÓI), rồi: "
        f"tungnha --instance THƯ_MỤC init {file} --pack GÓI"
    )
    click.echo(f'  tập dượt: tungnha --instance THƯ_MỤC --now "{first_morning}" init --rehearsal {file}')
