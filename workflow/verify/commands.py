"""I8: one effect for each key. A stored command is one that the ledger knows, with the hash of its request."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Account, Command
from workflow.verify.scope import Scope


def check_commands(scope: Scope) -> Iterator[Finding]:
    """Yield each command with a number the ledger has not reached, no true hash, no known sender, or a key used twice."""
    command, account = alias_of(Command), alias_of(Account)
    known = select(account.id).where(account.id == command.account_id).exists()
    wrong = or_(
        command.ledger_no > scope.head.ledger_no,
        command.recorded_at > scope.head.recorded_at,
        func.length(command.request_hash) != 64,
        ~known,
    )
    for row in scope.rows(select(command.key, command.ledger_no).where(command.unit_id == scope.unit_id, wrong)):
        message = (
            f"Lệnh đã ghi nhận (số sổ {row.ledger_no}) không khớp sổ: số chưa có, mã băm sai hoặc người gửi không còn."
        )
        yield scope.wrong("I8-command", f"lệnh {row.key}", message, ledger_no=row.ledger_no)
    key = (command.account_id, command.key)
    twice = select(*key).where(command.unit_id == scope.unit_id).group_by(*key).having(func.count() > 1)
    for row in scope.rows(twice):
        yield scope.wrong("I8-command", f"lệnh {row.key}", "Một mã gửi có hai kết quả; chỉ được một.")
