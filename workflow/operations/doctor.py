"""Look an installation over: what is wrong or unsafe, and what to do about it. Changes nothing."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from rules.findings import Finding, Severity
from rules.pack import PackRefused
from rules.time import DAY, Instant, at, moment_vi
from workflow.migrations import migrate
from workflow.migrations.guards import missing_guards
from workflow.operations.database_settings import database_settings, integrity
from workflow.operations.file_findings import ON_DISK, file_findings
from workflow.operations.named_files import NamedFile, faults_on_disk, named_files
from workflow.queries.campaigns import all_units, campaigns_of
from workflow.queries.clock_watch import silence_of
from workflow.settings import Settings
from workflow.store import Store
from workflow.tables import Campaign, Run, Unit, UnitHead
from workflow.vault import ENVIRONMENT_NAME, Vault, VaultError

GIB = 1024**3
LEAST_FREE = GIB // 4
COMFORTABLE_FREE = 2 * GIB
LOCAL_OFFSET_SECONDS = 7 * 3600
EARLIEST, LATEST = at("2025-01-01 00:00"), at("2100-01-01 00:00")


def doctor(settings: Settings, *, now: Instant, environment: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what is wrong with the installation, worst first; an empty list means that nothing was found.

    `now` is what the machine's clock says. `environment` defaults to the process's own. A database that cannot be reached is a
    finding, never an exception.
    """
    surroundings = os.environ if environment is None else environment
    findings = [
        *_folder(settings),
        *_keys(settings, surroundings),
        *_disk(settings.instance),
        *_clock(now, surroundings),
    ]
    findings += _database(settings, now)
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])


def _found(check: str, severity: Severity, where: object, message: str, **numbers: object) -> Finding:
    return Finding(f"doctor.{check}", severity, str(where), message, numbers)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.instance
    if not folder.is_dir():
        yield _found("folder", "error", folder, "Không có thư mục dữ liệu. Hãy chạy “tungnha init”.")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _found("folder", "error", folder, "Không ghi được vào thư mục dữ liệu. Hãy kiểm tra quyền của thư mục.")
    yield from _rights(folder, settings)


def _rights(folder: Path, settings: Settings) -> Iterator[Finding]:
    """Files of the instance hold names: nobody but their owner reads them, unless the folder itself is closed."""
    if os.name != "posix" or not folder.stat().st_mode & 0o077:
        return
    public = [path for path in sorted(folder.rglob("*")) if _others_may_read(path) and path != settings.key_file]
    if public:
        message = f"Người khác trên máy đọc được {len(public)} tệp ở đây, như {public[0].name}. Hãy chạy “chmod 700 {folder}”."
        yield _found(
            "rights", "warning", folder, message, files=[str(path.relative_to(folder)) for path in public[:20]]
        )


def _others_may_read(path: Path) -> bool:
    mode = path.lstat().st_mode
    return stat.S_ISREG(mode) and bool(mode & 0o077) and path.name != "README.md"


def _keys(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    try:
        if Vault.from_environment(environment) is None:
            Vault.open(settings.key_file)
    except VaultError as error:
        yield _found("keys", "error", settings.key_file, str(error))
        return
    if environment.get(ENVIRONMENT_NAME) and settings.key_file.exists():
        message = f"Có cả biến {ENVIRONMENT_NAME} lẫn tệp khóa; chỉ biến được dùng. Hãy cất tệp khóa đi nơi khác."
        yield _found("keys", "warning", settings.key_file, message)


def _disk(folder: Path) -> Iterator[Finding]:
    place = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    if free < COMFORTABLE_FREE:
        severity: Severity = "error" if free < LEAST_FREE else "warning"
        message = f"Đĩa chỉ còn trống {free / GIB:.1f} GiB. Hãy dọn đĩa hoặc chuyển dữ liệu sang đĩa lớn hơn."
        yield _found("disk", severity, place, message, free_bytes=free)


def _clock(now: Instant, environment: Mapping[str, str]) -> Iterator[Finding]:
    if not EARLIEST <= now < LATEST:
        message = f"Đồng hồ máy chỉ {moment_vi(now)}, không thể đúng. Hãy chỉnh giờ trước khi làm việc."
        yield _found("clock", "error", "đồng hồ", message, now=now)
    zone = environment.get("TZ")
    if zone and zone not in {"Asia/Ho_Chi_Minh", "Asia/Saigon", "Asia/Bangkok", "UTC", "UTC0", "Etc/UTC"}:
        message = (
            f"Múi giờ của máy là {zone}. Từng Nhà luôn dùng giờ Việt Nam, nhưng lịch hẹn của hệ thống (cron) sẽ lệch."
        )
        yield _found("time_zone", "info", "TZ", message)


def _database(settings: Settings, now: Instant) -> Iterator[Finding]:
    store = Store(settings.database_url)
    where = store.url.render_as_string(hide_password=True)
    if store.is_sqlite and store.url.database and not Path(store.url.database).exists():
        yield _found("database", "error", where, "Chưa có cơ sở dữ liệu. Hãy chạy “tungnha init”.")
        return
    named: list[NamedFile] = []
    try:
        with store.read() as session:
            yield from database_settings(session, where)
            yield from integrity(session, where)
            yield from _schema(session, where)
            yield from _ledger_clock(session, now)
            yield from _campaigns(session, now)
            yield from _silent_clock(session, now)
            if migrate.current(session.connection()) == migrate.head():
                named = named_files(session)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        message = f"Không đọc được cơ sở dữ liệu ({cause}). Hãy kiểm tra địa chỉ, máy chủ và quyền, rồi thử lại."
        yield _found("database", "error", where, message)
    finally:
        store.dispose()
    faults = faults_on_disk(settings.uploads, named)
    yield from file_findings(faults, settings.uploads, check="doctor.files", words=ON_DISK)


def _schema(session: Session, where: str) -> Iterator[Finding]:
    connection = session.connection()
    revision, newest = migrate.current(connection), migrate.head()
    if revision != newest:
        message = (
            f"Cơ sở dữ liệu ở bản {revision or 'trống'}, chương trình cần bản {newest}. "
            "Hãy sao lưu rồi chạy “python -m workflow.migrations”."
        )
        yield _found("migrations", "error", where, message, found=revision, needed=newest)
    elif missing := missing_guards(connection):
        message = f"Sổ cái không được bảo vệ khỏi sửa, xóa: thiếu {', '.join(missing)}. Hãy khôi phục từ bản sao lưu và tìm ai đã gỡ."
        yield _found("guards", "error", where, message, missing=missing)


def _ledger_clock(session: Session, now: Instant) -> Iterator[Finding]:
    """A clock behind the ledger would stamp every new event with the last one's instant. Rehearsals move theirs as they like."""
    if migrate.current(session.connection()) != migrate.head():
        return
    rows = session.execute(
        select(Unit.code, Unit.clock_offset, UnitHead.recorded_at)
        .join(UnitHead, UnitHead.unit_id == Unit.id)
        .where(~Unit.is_demo)
    )
    for unit, offset, recorded_at in rows:
        ahead = recorded_at - (now + offset)
        if ahead > 0:
            severity: Severity = "error" if ahead > DAY else "warning"
            message = (
                f"Đồng hồ máy chậm hơn sổ cái: lần ghi cuối lúc {moment_vi(recorded_at)}, máy đang chỉ {moment_vi(now + offset)}. "
                "Hãy chỉnh giờ máy; đừng ghi thêm trước đó."
            )
            yield _found("clock", severity, unit, message, microseconds_behind=ahead)


def _campaigns(session: Session, now: Instant) -> Iterator[Finding]:
    """A unit whose campaigns are all over by its own clock can record no visit any more."""
    if migrate.current(session.connection()) != migrate.head():
        return
    rows = session.execute(
        select(Unit.code, Unit.clock_offset, func.max(Campaign.ends_at))
        .join(Campaign, Campaign.unit_id == Unit.id)
        .group_by(Unit.code, Unit.clock_offset)
        .order_by(Unit.code)
    )
    for unit, offset, ends_at in rows:
        if ends_at <= now + offset:
            message = (
                f"Mọi đợt của đơn vị đã hết từ {moment_vi(ends_at)}: xem và báo cáo được, không ghi được lượt thăm nào nữa. "
                "Đợt mới: dời gói quy tắc bằng “tungnha pack rebase”, rồi lập ở thư mục dữ liệu khác bằng “tungnha init … --pack”; "
                "tập dượt thì thêm --rehearsal và --now."
            )
            yield _found("campaign_over", "warning", unit, message, ends_at=ends_at)


def _silent_clock(session: Session, now: Instant) -> Iterator[Finding]:
    """A unit with a running campaign whose clock has stopped: nothing is reminded of, nothing climbs, no report opens."""
    if migrate.current(session.connection()) != migrate.head():
        return
    newest = select(Run.unit_id, func.max(Run.now).label("at")).group_by(Run.unit_id)
    ticked = {row.unit_id: row.at for row in session.execute(newest)}
    for unit in all_units(session):
        there = now + unit.clock_offset
        try:
            campaigns = campaigns_of(session, unit.id)
        except PackRefused:
            continue  # a pack that does not load has no limit to judge by
        silence = silence_of(ticked.get(unit.id), campaigns, now=there)
        if silence is not None:
            since = f"dừng từ {moment_vi(silence.since)}" if silence.since is not None else "chưa chạy lần nào"
            message = (
                f"Đồng hồ của đơn vị {since} (bây giờ ở đó là {moment_vi(there)}): không nhắc việc, không chuyển cấp trên, không mở báo cáo ngày. "
                "Hãy chạy “tungnha serve” không kèm --no-tick, hoặc hẹn “tungnha tick” mỗi phút; việc bị lỡ sẽ được làm bù, không mất gì."
            )
            yield _found("clock_silent", "error", unit.code, message, since=silence.since, limit=silence.limit)
