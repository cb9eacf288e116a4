"""`tungnha backup` and `tungnha restore`: rows and files into one encrypted file, and back into a new, empty place."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.kinds import FILE
from workflow.cli.output import print_findings, print_json, status
from workflow.cli.shell import FINDINGS, Command
from workflow.numbers import integer_vi
from workflow.operations.backup import backup as write_backup
from workflow.operations.errors import CannotWrite, reason
from workflow.operations.file_findings import AT_BACKUP_TIME, ON_DISK, file_findings
from workflow.operations.manifest import FILES
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
def backup(instance: Instance, file: Path, with_keys: bool, passphrase_file: Path | None, as_json: bool) -> int:
    """Sao lưu mọi dòng và tệp minh chứng vào một TỆP có mật khẩu; công việc vẫn chạy trong lúc đó.

    Danh sách tải lên đang chờ xử lý không được kèm. Mã thoát 1 nếu thiếu tệp minh chứng; bản sao lưu vẫn dùng được.
    (Back up all rows and all files handed in as evidence, encrypted.)
    """
    uploads = instance.settings.uploads
    passphrase = _passphrase(passphrase_file, confirm=True)
    with status() as say:
        manifest = write_backup(
            instance.store,
            file,
            passphrase,
            now=instance.real_now,
            uploads=uploads,
            key_file=instance.settings.key_file if with_keys else None,
            progress=_teller(say, "Sao lưu"),
        )
    files = len(manifest.whole_files)
    findings = list(file_findings(manifest.faults, uploads, check="backup.files", words=ON_DISK))
    if as_json:
        told = {"file": str(file), "rows": manifest.rows, "files": files, "sha256": manifest.sha256()}
        print_json({**told, "keys": with_keys, "findings": [finding.to_json() for finding in findings]})
        return FINDINGS if findings else 0
    print_findings(findings)
    click.echo(f"Đã sao lưu {integer_vi(manifest.rows)} dòng và {integer_vi(files)} tệp minh chứng vào {file}.")
    if findings:
        click.echo(f"Bản sao lưu dùng được nhưng thiếu {integer_vi(len(manifest.faults))} tệp: xem các dòng trên.")
    if not with_keys:
        click.echo(
            f"Bản sao lưu không có khóa. Cất riêng một bản của {instance.settings.key_file}: mất khóa là mất số định danh."
        )
    return FINDINGS if findings else 0


@click.command(cls=Command)
@click.argument("file", type=FILE, metavar="TỆP")
@click.option(
    "--into", type=FILE, metavar="THƯ_MỤC", help="Thư mục dữ liệu mới. Mặc định: thư mục đang chọn, nếu còn trống."
)
@click.option(
    "--verify/--no-verify",
    "check",
    default=True,
    help="Đọc lại và so từng dòng, từng tệp sau khi khôi phục (mặc định có).",
)
@_passphrase_option
@json_option
@pass_instance
def restore(
    instance: Instance, file: Path, into: Path | None, check: bool, passphrase_file: Path | None, as_json: bool
) -> int:
    """Khôi phục dòng và tệp của một bản sao lưu vào nơi mới, còn trống. Không bao giờ ghi đè.

    Mã thoát 1 nếu bản sao lưu thiếu tệp minh chứng; mọi thứ khác vẫn trở lại đủ. (Restore into a new, empty place.)
    """
    settings = _place(instance.settings, into)
    passphrase = _passphrase(passphrase_file, confirm=False)
    with status() as say:
        done = bring_back(
            file,
            passphrase,
            settings.database_url,
            now=instance.real_now,
            uploads=settings.uploads,
            key_file=settings.key_file,
            verify=check,
            progress=_teller(say, "Khôi phục"),
        )
    findings = list(
        file_findings(done.faults, settings.uploads, check="restore.files", words=AT_BACKUP_TIME, severity="warning")
    )
    if as_json:
        told = {"into": str(settings.instance), "rows": done.manifest.rows, "files": done.files}
        told |= {"revision": done.revision, "verified": done.verified, "keys": done.keys_restored}
        print_json({**told, "findings": [finding.to_json() for finding in findings]})
        return FINDINGS if findings else 0
    print_findings(findings)
    checked = "đã đọc lại, giống bản sao lưu từng dòng, từng tệp" if done.verified else "chưa đọc lại để so"
    click.echo(
        f"Đã khôi phục {integer_vi(done.manifest.rows)} dòng và {integer_vi(done.files)} tệp minh chứng "
        f"vào {settings.instance} ({checked})."
    )
    if not done.keys_restored:
        click.echo(
            f"Bản sao lưu không có khóa: chép tệp khóa cất riêng vào {settings.key_file}, rồi chạy “tungnha doctor”."
        )
    return FINDINGS if findings else 0


def _teller(say: Callable[[str], None], doing: str) -> Callable[[str, int], None]:
    """Return what tells of progress: the table and its rows, or how many files there are so far."""

    def tell(name: str, number: int) -> None:
        say(f"{doing}: {integer_vi(number)} tệp" if name == FILES else f"{doing}: {name}, {integer_vi(number)} dòng")

    return tell


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
