"""I5, seals: the chain over the events is whole, and agrees with the anchor that was kept outside the database."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from rules.findings import Finding
from workflow.ledger.seals import GENESIS, chained, digest_of
from workflow.tables import Seal, table_of
from workflow.verify.scope import Scope

CHECK = "I5-seal"


def check_seals(scope: Scope) -> Iterator[Finding]:
    """Yield each seal that does not cover its events or does not chain. Reads every sealed event once, streamed."""
    before, last_no, number = GENESIS, 0, 0
    seals = table_of(Seal)
    rows = scope.session.execute(select(seals).where(seals.c.unit_id == scope.unit_id).order_by(seals.c.seal_no)).all()
    for seal in rows:
        why = _broken(scope, seal, before, last_no, number)
        if why:
            message = f"Niêm phong số {seal.seal_no}: {why}. Sổ đã bị sửa sau khi niêm phong; so với bản sao lưu."
            yield scope.wrong(
                CHECK, f"niêm phong {seal.seal_no}", message,
                seal_no=seal.seal_no, first_no=seal.first_no, last_no=seal.last_no,
            )  # fmt: skip
        before, last_no, number = seal.seal, seal.last_no, seal.seal_no
    if (scope.head.seal_no, scope.head.sealed_no) != (number, last_no):
        message = f"Đầu sổ ghi niêm phong số {scope.head.seal_no} đến số sổ {scope.head.sealed_no}, thực có {number} đến {last_no}."
        yield scope.wrong(CHECK, "đầu sổ", message, head=scope.head.seal_no, newest=number)


def _broken(scope: Scope, seal: Any, before: str, last_no: int, number: int) -> str | None:
    if (seal.seal_no, seal.first_no) != (number + 1, last_no + 1):
        return "không nối tiếp niêm phong trước"
    if seal.previous != before or seal.seal != _chained(before, seal.digest):
        return "mã không nối với niêm phong trước"
    count, digest = digest_of(scope.session, scope.unit_id, seal.first_no, seal.last_no)
    if count != seal.events:
        return f"phải có {seal.events} sự kiện, nay có {count}"
    return None if digest == seal.digest else f"sự kiện từ số {seal.first_no} đến {seal.last_no} đã đổi nội dung"


def _chained(before: str, digest: str) -> str | None:
    try:
        return chained(before, digest)
    except ValueError:
        return None


def check_anchor(scope: Scope) -> Iterator[Finding]:
    """Yield a finding if the anchor's seal is missing here or is another one: the database is older, or was rebuilt whole."""
    anchor = scope.anchor
    if anchor is None or anchor["seal_no"] == 0:
        return
    seals = table_of(Seal)
    seal = scope.session.execute(
        select(seals.c.seal, seals.c.last_no).where(
            seals.c.unit_id == scope.unit_id, seals.c.seal_no == anchor["seal_no"]
        )
    ).one_or_none()
    number = anchor["seal_no"]
    if seal is None:
        message = (
            f"Mốc giữ ngoài có niêm phong số {number}, dữ liệu chỉ có đến {scope.head.seal_no}: đây là bản cũ hơn mốc."
        )
    elif (seal.seal, seal.last_no) != (anchor["seal"], anchor["last_no"]):
        message = f"Niêm phong số {number} khác với mốc giữ ngoài: sổ đã bị dựng lại. Không dùng dữ liệu này."
    else:
        return
    yield scope.wrong("I5-anchor", f"niêm phong {number}", message, anchor=number, newest=scope.head.seal_no)
