"""The group of all commands, and the options that stand before any of them."""

from pathlib import Path

import click

from rules.time import Instant
from workflow.cli.instance import Instance
from workflow.cli.kinds import FILE, INSTANT
from workflow.cli.shell import Tool, remember

COMMANDS = {
    "demo": "workflow.cli.demo:demo",
    "init": "workflow.cli.init:init",
    "tick": "workflow.cli.tick:tick",
    "pack": "workflow.cli.pack:pack",
    "roster": "workflow.cli.roster:roster",
    "doors": "workflow.cli.doors:doors",
    "assign": "workflow.cli.assign:assign",
    "visit": "workflow.cli.visit:visit",
    "void": "workflow.cli.void:void",
    "exits": "workflow.cli.exits:exits",
    "tasks": "workflow.cli.forwarding:tasks",
    "plan": "workflow.cli.plan_file:plan",
    "notices": "workflow.cli.notices:notices",
    "report": "workflow.cli.report:report",
    "units": "workflow.cli.units:units",
    "story": "workflow.cli.story:story",
    "rehearse": "workflow.cli.rehearse:rehearse",
    "papers": "workflow.cli.paper_letters:papers",
    "answer": "workflow.cli.answer:answer",
    "counter": "workflow.cli.counter:counter",
    "figures": "workflow.cli.figures:figures",
    "close": "workflow.cli.close:close",
    "verify": "workflow.cli.verify:verify",
    "seal": "workflow.cli.seal:seal",
    "anchor": "workflow.cli.seal:anchor",
    "account": "workflow.cli.account:account",
    "whoami": "workflow.cli.whoami:whoami",
    "doctor": "workflow.cli.doctor:doctor",
    "migrate": "workflow.cli.migrate:migrate",
    "backup": "workflow.cli.backup:backup",
    "restore": "workflow.cli.backup:restore",
}


@click.group(cls=Tool, modules=COMMANDS, no_args_is_help=True)
@click.option("--instance", type=FILE, help="Thư mục dữ liệu. Mặc định: biến TUNGNHA_INSTANCE, hoặc thư mục instance.")
@click.option("--unit", metavar="MÃ", help="Mã đơn vị. Không cần nếu chỉ có một đơn vị.")
@click.option("--as", "login", metavar="TÀI KHOẢN", help="Ai đang làm: tên đăng nhập. Cần cho lệnh ghi của một người.")
@click.option("--now", type=INSTANT, help="Coi như bây giờ là lúc này, để tập dượt: “15:38 24/5/2025”, giờ Việt Nam.")
@click.option("--debug", is_flag=True, help="Hiện nguyên lỗi của chương trình, cho người phát triển.")
@click.pass_context
def cli(
    ctx: click.Context, instance: Path | None, unit: str | None, login: str | None, now: Instant | None, debug: bool
) -> None:
    """Từng Nhà: đi từng ngõ, gõ từng nhà.

    Mỗi lệnh có --help. Mã thoát: 0 tốt, 1 có điều cần xem hoặc bị từ chối, 2 gọi sai cách.
    (Runs a commune's door-to-door campaign. Exit codes: 0 fine, 1 findings or refused, 2 wrong usage.)
    """
    remember(instance, debug=debug)
    ctx.obj = ctx.with_resource(Instance.opened(instance, unit=unit, login=login, chosen_now=now, debug=debug))
