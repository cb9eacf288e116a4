"""What click itself says, in Vietnamese: headings of help, and every kind of wrong usage with what to do."""

from collections.abc import Iterable, Sequence
from typing import Any

import click

from workflow.errors import WorkflowError

_HEADINGS = {"Options": "Tùy chọn", "Commands": "Lệnh", "Positional arguments": "Đối số"}
_HELP_LINES = {"Show this message and exit.": "Hiện hướng dẫn này rồi thôi."}
_LABELS = {"[required]": "[bắt buộc]", "[default: ": "[mặc định: "}


_SEE_AGAIN = {
    "tasks": "tungnha tasks show {task}",
    "plan": "tungnha tasks list --view all",
    "exits": "tungnha exits list",
    "close": "tungnha close list",
    "papers": "tungnha papers list",
}
"""By group of commands, the one that shows how what they change stands now; doors for all others."""
_AT_THE_KEYBOARD = {
    "Không tìm thấy. Kiểm tra lại địa chỉ hoặc quay về danh sách.": "Không tìm thấy, hoặc không thuộc phạm vi của người ghi ở --as. "
    "Chép lại mã từ danh sách (“tungnha doors”, “tungnha exits list”, số của sổ) rồi làm lại.",
    "Tải lại trang để xem ai vừa cập nhật.": "Xem lại hiện trạng bằng “{see}”.",
    "Tải lại trang rồi gửi lại.": "Bỏ --key, hoặc chọn mã gửi mới, rồi gửi lại.",
    "Tải lại rồi làm tiếp.": "Xem bản mới bằng “{see}” rồi làm lại.",
    "Tải lại trang.": "Không cần làm lại.",
    "thì đánh dấu xác nhận rồi gửi lại.": "thì nêu từng tổ bằng --without, chốt sớm thì thêm --early, rồi chạy lại.",
}
"""What the screens tell people to do next, and what stands for it at the keyboard."""


def refusal_sentence(refusal: WorkflowError, *, path: Sequence[str] = (), task: object = None) -> str:
    """Return the sentence of a refusal for somebody at a terminal, where there is no page to load again.

    `path` is how the command was called, without the tool's own name; `task` the task it was about, if it was one.
    """
    shown = _SEE_AGAIN.get(path[0], "") if path else ""
    see = shown.format(task=task or "MÃ") or "tungnha doors --all"
    sentence = str(refusal)
    for on_screen, typed in _AT_THE_KEYBOARD.items():
        sentence = sentence.replace(on_screen, typed.replace("{see}", see))
    return sentence


class VietnameseHelp(click.HelpFormatter):
    """Help pages with Vietnamese headings. Program words (options, commands) stay as they are typed."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how to call the command."""
        args = args.replace("[OPTIONS]", "[TÙY CHỌN]").replace("COMMAND [ARGS]...", "LỆNH …")
        super().write_usage(prog, args, prefix or "Cách dùng: ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options or commands with their explanations."""
        super().write_dl([(name, _translated(text)) for name, text in rows], col_max, col_spacing)


def _translated(text: str) -> str:
    text = _HELP_LINES.get(text, text)
    for english, vietnamese in _LABELS.items():
        text = text.replace(english, vietnamese)
    return text


def usage_sentence(error: click.UsageError) -> str:
    """Return in Vietnamese what is wrong with how a command was called, and where to look."""
    return f"{_what_is_wrong(error)} {_where_to_look(error)}".strip()


def _what_is_wrong(error: click.UsageError) -> str:
    match error:
        case click.exceptions.NoSuchCommand():
            return f"Không có lệnh “{error.command_name}”{_near(error.possibilities)}."
        case click.NoSuchOption() if (number := _number_meant(error)) is not None:
            return f"đối số {number.human_readable_name}: {_range_sentence(number.type)}"
        case click.NoSuchOption():
            return f"Không có tùy chọn “{error.option_name}”{_near(error.possibilities)}."
        case click.MissingParameter():
            return f"Thiếu {_name_of(error)}."
        case click.BadOptionUsage():
            return f"Tùy chọn “{error.option_name}” phải có một giá trị đi kèm (hoặc không có giá trị nào)."
        case click.BadParameter():
            return f"{_name_of(error)}: {_value_sentence(error)}"
    if error.message.startswith("Got unexpected extra argument"):
        return f"Thừa đối số: {error.message.partition('(')[2].rstrip(')')}."
    if error.message.startswith("Missing command"):
        return "Thiếu tên lệnh."
    return error.message


def _value_sentence(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return f"hãy chọn một trong: {', '.join(map(str, kind.choices))}."
    if isinstance(kind, click.IntRange | click.types.IntParamType):
        return _range_sentence(kind)
    return error.message


MOST_SAID = 1_000_000
"""A larger bound is what a database holds: no help to anybody."""


def _range_sentence(kind: click.ParamType[Any]) -> str:
    least = getattr(kind, "min", None)
    most = getattr(kind, "max", None)
    low = "" if least is None else f" từ {least}"
    high = "" if most is None or most > MOST_SAID else f" đến {most}"
    return f"phải là một số nguyên{low}{high}."


def _number_meant(error: click.NoSuchOption) -> click.Argument | None:
    """Return the number that a command takes, where somebody typed a negative one: its sign makes it look like an option."""
    if not error.option_name.removeprefix("-").isdigit() or error.ctx is None:
        return None
    arguments = (each for each in error.ctx.command.params if isinstance(each, click.Argument))
    return next((each for each in arguments if isinstance(each.type, click.IntRange)), None)


def _near(possibilities: Sequence[str] | None) -> str:
    return f" – có phải “{'”, “'.join(possibilities[:3])}” không" if possibilities else ""


def _name_of(error: click.BadParameter) -> str:
    if isinstance(error.param_hint, str):
        return error.param_hint
    if isinstance(error.param, click.Option):
        return f"tùy chọn {max(error.param.opts, key=len)}"
    return f"đối số {error.param.human_readable_name}" if error.param is not None else "giá trị"


def _where_to_look(error: click.UsageError) -> str:
    return f"Xem “{error.ctx.command_path if error.ctx is not None else 'tungnha'} --help”."
