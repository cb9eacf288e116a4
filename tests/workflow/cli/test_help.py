"""Help and wrong usage: in Vietnamese, with what to do, and exit code 2."""

import re
from pathlib import Path

import click
import pytest

from tests.workflow.cli.conftest import call
from workflow.cli import cli
from workflow.cli.root import COMMANDS

ENGLISH = ("Usage:", "Options:", "Commands:", "Show this message", "[required]", "[default:", "Error:", "Try '")


def every_command():
    """Yield the path of every command and group."""
    ctx = click.Context(cli)
    for name in COMMANDS:
        yield (name,)
        command = cli.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from ((name, inner) for inner in command.list_commands(ctx))


@pytest.mark.parametrize("path", list(every_command()), ids=" ".join)
def test_every_command_explains_itself_in_vietnamese_with_a_word_of_english(path):
    result = call(*path, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Cách dùng: ")
    assert not [word for word in ENGLISH if word in result.stdout]
    assert re.search(r"\([A-Z][^()]{8,}\.\)", " ".join(result.stdout.split())), "no English sentence"


def test_the_page_about_the_plan_names_every_command_and_option_of_it():
    page = (Path(__file__).parents[3] / "docs" / "plan.md").read_text("utf-8")
    ctx = click.Context(cli)
    groups = {name: cli.get_command(ctx, name) for name in ("plan", "tasks", "notices")}
    of_plan = [
        (f"{name} {inner}", group.get_command(ctx, inner)) for name, group in groups.items() for inner in group.commands
    ]
    of_plan += [(name, cli.get_command(ctx, name)) for name in ("story", "rehearse")]
    options = {each.opts[0] for _, command in of_plan for each in command.params if isinstance(each, click.Option)}

    assert [name for name, _ in of_plan if not re.search(rf"[` ]{name}[` ]", page)] == []
    assert [option for option in sorted(options) if not re.search(rf"{option}\b", page)] == []


def test_the_tool_lists_every_command():
    shown = call("--help").stdout

    assert [name for name in COMMANDS if not re.search(rf"^  {name}  ", shown, re.MULTILINE)] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["reprot"], "Không có lệnh “reprot” – có phải “report” không."),
        (["report", "--as-off", "x"], "Không có tùy chọn “--as-off” – có phải “--as-of” không."),
        (["report", "--as-of"], "Tùy chọn “--as-of” phải có một giá trị đi kèm"),
        (["report", "--as-of", "hôm qua"], "tùy chọn --as-of: “hôm qua” không phải là thời điểm."),
        (["report", "--as-of", "2025-05-29"], "Hãy viết giờ và ngày, ví dụ 15:38 24/5/2025."),
        (["report", "--as-of", "2025-02-30 08:00"], "không phải là thời điểm"),
        (["report", "--known", "later"], "ghi now (biết đến nay), then (biết lúc đó) hoặc một số của sổ"),
        (["--now", "25:00", "tick"], "không phải là thời điểm"),
        (["pack", "check"], "Thiếu đối số THƯ_MỤC|TÊN."),
        (["pack", "check", "a", "b"], "Thừa đối số: b."),
        (["void", "x", "--reason", "y"], "phải là một số nguyên từ 1."),
        (["void", "5"], "Thiếu tùy chọn --reason."),
        (["visit", "--door", "12"], "“12” không phải là mã"),
        (["demo", "--only", "ha-noi"], "hãy chọn một trong: an-lac, cat-thanh."),
        (["init"], "Thiếu TỆP biểu khai."),
        (["init", "--sample", "form.doc"], "phải có đuôi .yaml hoặc .xlsx"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_wrong_usage_is_a_sentence_and_exit_code_2(arguments, sentence, tmp_path):
    result = call(*arguments, env={"TUNGNHA_INSTANCE": str(tmp_path)})

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "--help”." in result.stderr
    assert not [word for word in ENGLISH if word in result.stderr]


def test_no_command_shows_the_help_and_counts_as_wrong_usage():
    result = call()

    assert result.exit_code == 2
    assert "Cách dùng: " in result.stderr
