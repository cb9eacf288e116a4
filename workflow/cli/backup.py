"""`tungnha backup` and `tungnha restore`: everything into one encrypted file, and back into a new, empty place."""

import os
from dataclasses import replace
from pathlib import Path

import click

from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.kinds import FILE
from workflow.cli.output import print_json, status
from workflow.cli.shell import Command
from workflow.figures.numbers import integer_vi
from workflow.operations.backup import backup as write_backup
from workflow.operations.errors import CannotWrite, reason
from workflow.operations.passphrase import read_passphrase
from workflow.operations.restore import restore as bring_back
from workflow.settings import Settings

_passphrase_option = click.option(
    "--passphrase-file", type=FILE, metavar="TỆP", help="Tệp có mật khẩu sao lưu ở dòng đầu. Không có thì hỏi."
)


@click.command(cls=Command)
@click.argument("file", type=FILE, metavar="TỆP")
@click.option("--with-keys", is_flag=True, help="Kèm cả khóa của số định danh, điện thoại. Chỉ khi thật cần.")
@_passphrase_option
@json_option
@pass_instance
def backup(instance: Instance, file: Path, with_keys: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Sao lưu toàn bộ vào một TỆP có mật khẩu; công việc vẫn chạy trong lúc đó. (Back everything up, encrypted.)"""
    passphrase = _passphrase(passphrase_file, confirm=True)
    with status() as say:
        manifest = write_backup(
            instance.store,
            file,
            passphrase,
            now=instance.real_now,
            key_file=instance.settings.key_file if with_keys else None,
            progress=lambda table, rows: say(f"Sao lưu: {table}, {integer_vi(rows)} dòng"),
        )
    if as_json:
        print_json({"file": str(file), "rows": manifest.rows, "sha256": manifest.sha256(), "keys": with_keys})
        return
    click.echo(f"Đã sao lưu {integer_vi(manifest.rows)} dòng vào {file}.")
    if not with_keys:
        click.echo(
            f"Bản sao lưu không có khóa. Cất riêng một bản của {instance.settings.key_file}: mất khóa là mất số định danh."
        )


@click.command(cls=Command)
@click.argument("file", type=FILE, metavar="TỆP")
@click.option(
    "--into", type=FILE, metavar="THƯ_MỤC", help="Thư mục dữ liệu mới. Mặc định: thư mục đang chọn, nếu còn trống."
)
@click.option(
    "--verify/--no-verify", "check", default=True, help="Đọc lại và so từng dòng sau khi khôi phục (mặc định có)."
)
@_passphrase_option
@json_option
@pass_instance
def restore(
    instance: Instance, file: Path, into: Path | None, check: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Khôi phục một bản sao lưu vào nơi mới, còn trống. Không bao giờ ghi đè. (Restore into a new, empty place.)"""
    settings = _place(instance.settings, into)
    passphrase = _passphrase(passphrase_file, confirm=False)
    with status() as say:
        done = bring_back(
            file,
            passphrase,
            settings.database_url,
            now=instance.real_now,
            key_file=settings.key_file,
            verify=check,
            progress=lambda table, rows: say(f"Khôi phục: {table}, {integer_vi(rows)} dòng"),
        )
    if as_json:
        told = {"into": str(settings.instance), "rows": done.manifest.rows, "revision": done.revision}
        print_json({**told, "verified": done.verified, "keys": done.keys_restored})
        return
    checked = "đã đọc lại, giống bản sao lưu từng dòng" if done.verified else "chưa đọc lại để so"
    click.echo(f"Đã khôi phục {integer_vi(done.manifest.rows)} dòng vào {settings.instance} ({checked}).")
    if not done.keys_restored:
        click.echo(
            f"Bản sao lưu không có khóa: chép tệp khóa cất riêng vào {settings.key_file}, rồi chạy “tungnha doctor”."
        )


def _place(settings: Settings, into: Path | None) -> Settings:
    """Return the settings of the place to restore into, with its folder made."""
    if into is not None:
        folder = into.absolute()
        own_database = settings.database_url == f"sqlite:///{settings.instance / 'tungnha.db'}"
        database = f"sqlite:///{folder / 'tungnha.db'}" if own_database else settings.database_url
        settings = replace(settings, instance=folder, database_url=database, key_file=folder / "keys.json")
    try:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(path=settings.instance, why=reason(error)) from None
    return settings


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    """Return the passphrase: from the file, the environment, or the person at the keyboard."""
    known = read_passphrase(file, os.environ)
    if known is not None:
        return known
    answer: str = click.prompt(
        "Mật khẩu sao lưu", hide_input=True, err=True, confirmation_prompt="Gõ lại mật khẩu" if confirm else False
    )
    return answer
