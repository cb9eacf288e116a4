"""The ground of an installation: folder, database, keys. Made once, readable by their owner only, never overwritten."""

import os
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from workflow.errors import NotConfigured
from workflow.migrations import migrate
from workflow.operations.errors import CannotWrite, reason
from workflow.queries.campaigns import all_units
from workflow.settings import Settings
from workflow.store import Store
from workflow.vault import Vault


def make_database(settings: Settings) -> tuple[str | None, str]:
    """Make the folder and the database if they are not there, bring the tables to this release; return the revisions before and after.

    Raises CannotWrite or NotConfigured with what to do.
    """
    store = Store(settings.database_url)
    try:
        _make_folder(settings.instance)
        if store.is_sqlite and store.url.database:
            _make_file(Path(store.url.database))
        with store.writer.begin() as connection:
            before = migrate.current(connection)
            if before is not None and before not in migrate.revisions():
                raise NotConfigured(
                    what=f"Cơ sở dữ liệu ở bản {before} mà chương trình này chưa biết", todo="Cài bản phát hành mới hơn"
                )
            migrate.upgrade_connection(connection)
    except DBAPIError as error:
        where = store.url.render_as_string(hide_password=True)
        raise NotConfigured(
            what=f"Không dùng được cơ sở dữ liệu {where} ({str(error.orig).splitlines()[0]})",
            todo="Kiểm tra địa chỉ, máy chủ và quyền rồi chạy lại",
        ) from error
    finally:
        store.dispose()
    return before, migrate.head()


def open_or_make_keys(settings: Settings, environment: Mapping[str, str]) -> Vault:
    """Return the keys; make them if neither keys nor units are there yet.

    New keys beside old data would leave its ID numbers unreadable, so that is refused.
    """
    known = Vault.from_environment(environment)
    if known is not None:
        return known
    if settings.key_file.exists():
        return Vault.open(settings.key_file)
    store = Store(settings.database_url)
    try:
        with store.read() as session:
            units = len(all_units(session))
    finally:
        store.dispose()
    if units:
        raise NotConfigured(
            what=f"Cơ sở dữ liệu đã có {units} đơn vị nhưng không thấy tệp khóa {settings.key_file}",
            todo="Chép lại tệp khóa cất riêng; tạo khóa mới thì số định danh cũ không đọc được nữa",
        )
    return Vault.create(settings.key_file)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(path=folder, why=reason(error)) from None


def _make_file(database: Path) -> None:
    """Make the file closed to others before anything stands in it."""
    try:
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise CannotWrite(path=database, why=reason(error)) from None
