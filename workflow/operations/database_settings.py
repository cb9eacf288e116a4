"""What a database must be set to so that an acknowledged write survives a power cut, and whether its file is whole."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from rules.findings import Finding

SQLITE = {
    "journal_mode": ("wal", "WAL"),
    "synchronous": (2, "FULL"),
    "foreign_keys": (1, "ON"),
}
"""PRAGMA, its value, and how people write that. EXTRA (3) would be stricter than FULL and is fine too."""

POSTGRESQL = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    "server_encoding": ("UTF8",),
}
"""Setting and the values that keep what was acknowledged."""


def database_settings(session: Session, where: str) -> Iterator[Finding]:
    """Yield a finding for each setting that could lose or corrupt acknowledged work."""
    if session.get_bind().dialect.name == "sqlite":
        for name, (value, shown) in SQLITE.items():
            found = session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            if found != value and not (name == "synchronous" and found == 3):
                yield _setting(name, found, shown, where)
        return
    for name, accepted in POSTGRESQL.items():
        found = session.connection().exec_driver_sql(f"SHOW {name}").scalar()
        if found not in accepted:
            yield _setting(name, found, accepted[0], where)


def _setting(name: str, found: object, wanted: str, where: str) -> Finding:
    message = f"{name} = {found}: mất điện có thể làm mất việc đã ghi. Hãy đặt {name} = {wanted} rồi khởi động lại."
    return Finding(f"doctor.{name}", "error", where, message, {"found": found, "wanted": wanted})


def integrity(session: Session, where: str) -> Iterator[Finding]:
    """Yield a finding if the SQLite file is damaged or a row points nowhere. PostgreSQL checks its pages itself."""
    if session.get_bind().dialect.name != "sqlite":
        return
    connection = session.connection()
    problems = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(5)") if row[0] != "ok"]
    if problems:
        message = f"Tệp cơ sở dữ liệu bị hỏng ({problems[0]}). Ngừng ghi ngay, giữ tệp này lại và khôi phục bản sao lưu mới nhất."
        yield Finding("doctor.integrity", "error", where, message, {"problems": problems})
    orphans = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    if orphans:
        message = f"{len(orphans)} dòng trỏ tới dòng không có (bảng {', '.join(sorted(set(orphans)))}). Hãy khôi phục bản sao lưu mới nhất."
        yield Finding("doctor.foreign_keys_hold", "error", where, message, {"rows": len(orphans)})
