"""`tungnha papers urge`: who has late work, the letter that urges one of them, and the file of any paper or letter."""

import uuid
from pathlib import Path

import click

from rules.time import HOUR, Instant, moment_vi
from workflow.access.posts import roles_in_words
from workflow.actions.urge import ACTION
from workflow.actions.urge import urge as write_letter
from workflow.cli.instance import Instance, campaign_option, json_option, pass_instance
from workflow.cli.kinds import AHEAD, FILE, ID
from workflow.cli.output import print_json, print_table, writing
from workflow.cli.papers import do, files_of, papers
from workflow.days import day_start, local_day
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.queries.late_work import URGERS, Late, late_work
from workflow.queries.papers import PaperLine, paper_line
from workflow.queries.urge_letters import LetterLine, letter_line


@papers.command()
@click.option(
    "--to",
    metavar="MÃ",
    help="Đôn đốc nơi nào: mã như danh sách in ra. Không ghi: liệt kê nơi có việc quá hạn, báo cáo chưa gửi.",
)
@click.option("--answer-by", type=AHEAD, help="Trả lời trước lúc nào. Mặc định: 17:00 ngày mai.")
@click.option("-o", "--output", type=FILE, help="Ghi bản Word ra tệp này.")
@campaign_option
@json_option
@pass_instance
def urge(
    instance: Instance,
    to: str | None,
    answer_by: Instant | None,
    output: Path | None,
    campaign_code: str | None,
    as_json: bool,
) -> None:
    """Công văn đôn đốc: ai có việc quá hạn, và lập công văn gửi một nơi. (A letter that urges.)"""
    everybody, now = _late(instance, campaign_code)
    if to is None:
        if as_json:
            print_json({"late": [_as_data(late) for late in everybody]})
            return
        print_table([(late.key, late.name, f"{len(late.tasks) - late.missing} việc quá hạn", f"{late.missing} báo cáo chưa gửi", f"{_episodes(late)} trường hợp chưa trả lời") for late in everybody])  # fmt: skip
        if not everybody:
            click.echo("Không nơi nào có việc quá hạn.")
        return
    if to not in {late.key for late in everybody}:
        known = ", ".join(late.key for late in everybody) or "không nơi nào có việc quá hạn"
        raise BadInput(where=f"--to {to}", what=f"không có việc quá hạn trong phạm vi được thấy; có: {known}")
    until = day_start(local_day(now) + 1) + 17 * HOUR if answer_by is None else answer_by
    files, unit_name = files_of(instance), instance.unit.name
    told = do(
        instance,
        campaign_code,
        {"urge": to, "answer_by": until},
        lambda book, context, actor: write_letter(
            book, context, actor, to, answer_by=until, unit_name=unit_name, files=files
        ),
    )
    if output is not None:
        content = files.read(told["sha256"])
        with writing(output):
            output.write_bytes(content)
    if as_json:
        print_json({key: told[key] for key in ("letter", "to", "name", "tasks", "episodes", "sha256")})
        return
    click.echo(
        f"Đã lập công văn gửi {told['name']}: {told['letter']} ({told['sha256'][:12]}), trả lời trước {moment_vi(until)}."
    )


def _late(instance: Instance, campaign_code: str | None) -> tuple[list[Late], Instant]:
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor = instance.actor(session, now=now)
        if not actor.holds(*URGERS):
            raise NotPermitted(action=ACTION, who=roles_in_words(URGERS))
        return late_work(session, actor, instance.campaign(session, campaign_code), now=now), now


def _as_data(late: Late) -> dict[str, object]:
    return {
        "to": late.key,
        "name": late.name,
        "tasks": len(late.tasks),
        "missing": late.missing,
        "episodes": _episodes(late),
    }


def _episodes(late: Late) -> int:
    return sum(one.n for one in late.unanswered)


@papers.command()
@click.argument("paper_id", type=ID, metavar="MÃ")
@click.option("-o", "--output", type=FILE, required=True, help="Ghi bản Word ra tệp này.")
@click.option("--signed", is_flag=True, help="Bản đã ký (PDF) thay cho bản Word.")
@campaign_option
@pass_instance
def save(instance: Instance, paper_id: uuid.UUID, output: Path, signed: bool, campaign_code: str | None) -> None:
    """Lấy tệp của một văn bản hoặc công văn đã lập. (Save the file of a paper or letter.)"""
    with instance.store.read() as session:
        context = instance.campaign(session, campaign_code)
        line: PaperLine | LetterLine
        try:
            line = letter_line(session, None, context, paper_id)
        except NotFound:
            line = paper_line(session, context, paper_id)
    sha256 = line.signed_sha256 if signed else line.file_sha256
    if sha256 is None:
        raise BadInput(
            where=f"Văn bản {paper_id}", what="chưa có bản đã ký; ghi bằng “tungnha papers record … --signed”"
        )
    content = files_of(instance).read(sha256)
    with writing(output):
        output.write_bytes(content)
    click.echo(f"Đã ghi {output}.")


__all__ = ["papers"]
