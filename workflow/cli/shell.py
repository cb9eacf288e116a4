"""Runs the tool: what may go wrong becomes a sentence and an exit code, never a traceback.

0 fine · 1 findings, or refused · 2 wrong usage. Whatever nobody foresaw gets a number; the details go to a file in the instance.
"""

import gc
import sys
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.exc import DBAPIError, StatementError

from rules.pack import PackRefused
from workflow.cli.output import explain, use_utf8
from workflow.cli.words import VietnameseHelp, refusal_sentence, usage_sentence
from workflow.errors import WorkflowError
from workflow.settings import Settings
from workflow.store import is_worth_retrying

FINDINGS, WRONG_USAGE = 1, 2


class Context(click.Context):
    """A click context whose help is Vietnamese."""

    formatter_class = VietnameseHelp


class Command(click.Command):
    """A command whose help is Vietnamese."""

    context_class = Context

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it was called as is known to whoever explains why it did not work."""
        _asked.path, _asked.task = tuple(ctx.command_path.split()[1:]), ctx.params.get("task")
        return super().invoke(ctx)


class Group(click.Group):
    """Commands under one name, each loaded from its module only when it is wanted (or listed)."""

    context_class = Context
    command_class = Command

    def __init__(self, *args: Any, modules: dict[str, str] | None = None, **kwargs: Any) -> None:
        """`modules` has for each command the place it is found at, as `module:name`."""
        super().__init__(*args, **kwargs)
        self.modules = modules or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in their order."""
        return [*self.modules, *(name for name in super().list_commands(ctx) if name not in self.modules)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading its module the first time."""
        if cmd_name in self.modules and cmd_name not in self.commands:
            module, _, name = self.modules[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)


def collect_seldom() -> None:
    """Let Python look for cycles less often: what was imported stays, rows come and go by the hundred thousand and hold none."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class Tool(Group):
    """The whole program: runs a command and turns every ending into an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run the tool and leave the process with its exit code."""
        use_utf8()
        collect_seldom()
        kwargs["standalone_mode"] = False
        sys.exit(_ending_of(lambda: super(Tool, self).main(*args, **kwargs)))


def _ending_of(run: Callable[[], Any]) -> int:
    try:
        code = run()
    except click.UsageError as error:
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            click.echo(error.format_message(), err=True)
        else:
            explain(usage_sentence(error))
        return WRONG_USAGE
    except click.ClickException as error:
        explain(error.format_message())
        return FINDINGS
    except (click.Abort, KeyboardInterrupt):
        explain("Đã dừng theo yêu cầu. Việc nào đã báo xong thì còn nguyên; chạy lại lệnh để làm tiếp.")
        return FINDINGS
    except BrokenPipeError:
        sys.stdout = sys.stderr  # nobody reads any more; do not fail again while closing
        return FINDINGS
    except Exception as error:
        return explain_failure(error)
    return code if isinstance(code, int) else 0


def explain_failure(error: Exception) -> int:
    """Say in sentences why a command, or a part of it, did not work; return its exit code. With --debug, raise the error itself."""
    if isinstance(error, PackRefused):
        for finding in error.findings:
            explain(str(finding))
    elif isinstance(error, WorkflowError):
        explain(refusal_sentence(error, path=_asked.path, task=_asked.task))
    else:
        return _unforeseen(error)
    return FINDINGS


def _unforeseen(error: Exception) -> int:
    if _asked.debug:
        raise error
    if isinstance(error, DBAPIError) and (sentence := _database_sentence(error)):
        explain(sentence)
        return FINDINGS
    number = uuid.uuid4().hex[:8].upper()
    written = _log(number, error)
    where = (
        f"Chi tiết nằm ở {written}; gửi tệp đó cho người phụ trách kỹ thuật." if written else "Không ghi được chi tiết."
    )
    explain(f"Có lỗi ngoài dự tính (số {number}); việc đang làm đã được hủy trọn vẹn. {where}")
    return FINDINGS


def _database_sentence(error: DBAPIError) -> str | None:
    """Return what to do when the database itself is the trouble; None for anything else."""
    text = str(error.orig)
    if "no such table" in text or "does not exist" in text:
        return "Cơ sở dữ liệu chưa có bảng hoặc ở bản cũ. Chạy “tungnha migrate” (hoặc “tungnha init” cho nơi mới) rồi làm lại."
    if "disk is full" in text or getattr(error.orig, "sqlstate", None) == "53100":
        return "Hết chỗ trên đĩa; chưa ghi gì. Giải phóng dung lượng rồi làm lại."
    if "readonly" in text or "unable to open" in text:
        return "Không mở hoặc không ghi được cơ sở dữ liệu. Kiểm tra quyền của thư mục dữ liệu rồi làm lại."
    if is_worth_retrying(error) or "connection" in text:
        return (
            "Không nối được cơ sở dữ liệu, hoặc nó đang bận. Chạy lại sau ít phút; nếu vẫn vậy, chạy “tungnha doctor”."
        )
    return None


def _log(number: str, error: Exception) -> Path | None:
    """Write the traceback beside the data, readable by its owner only and without the values of statements."""
    each: BaseException | None = error
    while each is not None:
        if isinstance(each, StatementError):
            each.hide_parameters = True
        each = each.__cause__ or each.__context__
    folder = Settings.read(_asked.instance).instance / "logs"
    path = folder / f"loi-{number}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text("".join(traceback.format_exception(error)), "utf-8")
    except OSError:
        return None
    return path


@dataclass
class _Asked:
    """What the options before the command asked for, as far as an error needs it."""

    instance: Path | None = None
    debug: bool = False
    path: tuple[str, ...] = ()
    task: object = None


_asked = _Asked()


def remember(instance: Path | None, *, debug: bool) -> None:
    """Note in which folder errors are written down, and whether they are to be shown whole instead."""
    _asked.instance, _asked.debug = instance, debug
