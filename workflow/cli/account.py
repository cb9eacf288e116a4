"""`tungnha account`: what only whoever sits at the installation may do for an account. Passwords are typed or made, never arguments."""

from dataclasses import asdict

import click

from rules.time import moment_vi
from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.output import print_json, print_table
from workflow.cli.shell import Group
from workflow.figures.report import iso
from workflow.signing.at_installation import AccountRow, accounts_here, card_for, first_password_for


@click.group(cls=Group, no_args_is_help=True)
def account() -> None:
    """Tài khoản: liệt kê, đặt mật khẩu lần đầu, in thẻ đăng nhập. (Accounts, at the installation itself.)"""


@account.command("list")
@json_option
@pass_instance
def list_accounts(instance: Instance, as_json: bool) -> None:
    """Liệt kê mọi tài khoản (của đơn vị ghi ở --unit). (Every account.)"""
    unit_id = None if instance.unit_code is None else instance.unit.id
    with instance.store.read() as session:
        rows = accounts_here(session, unit_id)
    if as_json:
        print_json([{**asdict(row), "seen_at": None if row.seen_at is None else iso(row.seen_at)} for row in rows])
        return
    print_table([(row.login, row.name, ", ".join(row.units) or "–", _state(row)) for row in rows])
    if not rows:
        click.echo("Chưa có tài khoản nào. Chạy “tungnha init” để lập đơn vị.")


@account.command()
@click.argument("login", metavar="TÀI_KHOẢN")
@click.option("--generate", is_flag=True, help="Để máy đặt mật khẩu và in ra một lần, thay vì gõ.")
@json_option
@pass_instance
def password(instance: Instance, login: str, generate: bool, as_json: bool) -> None:
    """Đặt mật khẩu tạm cho một tài khoản; người dùng phải đổi khi đăng nhập. (A first password, to be changed.)"""
    typed = None if generate else _typed_twice()
    made = first_password_for(instance.store, login, typed, now=instance.real_now, ids=instance.ids)
    if as_json:
        print_json({"login": login, "password": made})
        return
    click.echo(f"Đã đặt mật khẩu tạm cho {login}; các máy đang đăng nhập phải đăng nhập lại bằng mật khẩu này rồi đổi.")
    if made is not None:
        click.echo(f"Mật khẩu tạm: {made}")


@account.command()
@click.argument("login", metavar="TÀI_KHOẢN")
@json_option
@pass_instance
def card(instance: Instance, login: str, as_json: bool) -> None:
    """Làm một thẻ đăng nhập dùng một lần trong 7 ngày; mã chỉ hiện lúc này. (A sign-in card, shown once.)"""
    made = card_for(instance.store, login, now=instance.real_now, ids=instance.ids)
    if as_json:
        print_json({"login": made.login, "code": made.code, "expires_at": iso(made.expires_at)})
        return
    click.echo(f"Thẻ của {made.name} ({made.login}), dùng một lần, đến {moment_vi(made.expires_at)}:")
    click.echo(f"  {made.code}")
    click.echo(
        "Mở trang đăng nhập, chọn “Có thẻ đăng nhập in sẵn”, gõ mã này rồi tự đặt mật khẩu. Thẻ cũ không còn dùng được."
    )


def _typed_twice() -> str:
    text: str = click.prompt("Mật khẩu tạm", hide_input=True)
    if text != click.prompt("Gõ lại", hide_input=True):
        raise click.UsageError("Hai lần gõ không giống nhau; chạy lại lệnh.")
    return text


def _state(row: AccountRow) -> str:
    if row.is_disabled:
        return "đã khóa"
    if not row.has_password:
        return "chưa có mật khẩu"
    if row.must_change_password:
        return "chờ đổi mật khẩu tạm"
    return "chưa đăng nhập" if row.seen_at is None else f"dùng lần cuối {moment_vi(row.seen_at)}"
