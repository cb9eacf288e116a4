"""`tungnha visit`: what was found at a door; one visit from options, or many from a file."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from rules.pack.model import MODES
from rules.pack.wording import nearest
from rules.time import Instant
from workflow.access import Actor
from workflow.actions.command import Answer, check_key
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.cli.instance import Instance, campaign_option, json_option, new_key, pass_instance
from workflow.cli.kinds import AHEAD, BEHIND, FILE, ID
from workflow.cli.output import print_json, print_json_line, progress
from workflow.cli.shell import FINDINGS, Command
from workflow.cli.visit_file import TypedVisit, read_visits
from workflow.cli.words import refusal_sentence
from workflow.errors import BadInput, WorkflowError
from workflow.plan.texts import typed_text
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import doors_to_visit

_ASKS = {"promised_at": " (cần --promised-at)", "evidence": " (cần --evidence)"}


@click.command(cls=Command)
@click.option("--door", type=ID, metavar="MÃ", help="Hộ nào; xem mã bằng “tungnha doors”.")
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="[NGƯỜI=]KẾT_QUẢ",
    help="Kết quả cho một người (MÃ=took_part) hoặc cả hộ (nobody_home). Ghi nhiều lần được.",
)  # fmt: skip
@click.option("--at", "happened_at", type=BEHIND, help="Đến lúc nào. Mặc định: bây giờ.")
@click.option("--done-by", metavar="TÀI KHOẢN", help="Ai đã đến. Mặc định: người ghi ở --as.")
@click.option("--mode", default="door", metavar="|".join(MODES), help="Tại nhà, qua điện thoại, hay ở điểm hỗ trợ.")
@click.option("--assisted", is_flag=True, help="Có hỗ trợ người dân thao tác.")
@click.option("--promised-at", type=AHEAD, help="Giờ hẹn, cho kết quả cần giờ hẹn.")
@click.option("--evidence", metavar="CÂU", help="Giấy tờ đã xem, cho kết quả cần chứng cứ.")
@click.option("--key", metavar="MÃ", help="Mã gửi: cùng mã thì chỉ ghi một lần. Mặc định: mã mới.")
@click.option("--file", type=FILE, metavar="TỆP.json", help="Nhiều lượt thăm cùng lúc, mỗi lượt một mã gửi riêng.")
@campaign_option
@json_option
@pass_instance
def visit(instance: Instance, /, file: Path | None, campaign_code: str | None, as_json: bool, **typed: Any) -> int:
    """Ghi kết quả một lượt thăm hộ: được trọn vẹn, hoặc không ghi gì.

    Với --file, mỗi lượt là một việc riêng: lượt bị từ chối không kéo theo lượt khác; mã thoát 1 nếu có lượt bị từ chối.
    (Record a visit, or a file of visits.)
    """
    now = instance.writing_clock(instance.unit).now()
    with instance.store.read() as session:
        campaign, actor = instance.campaign(session, campaign_code), instance.actor(session, now=now)
    if file is not None:
        if typed["door"] is not None or typed["outcomes"]:
            raise click.UsageError("Đã có --file thì không ghi thêm --door hay --outcome.")
        return _record_all(instance, campaign, actor, read_visits(file, now=now), as_json=as_json)
    typed_visit = _from_options(campaign, now=now, **typed)
    answer = _record(instance, campaign, actor, typed_visit)
    if as_json:
        print_json(answer)
    else:
        _print(answer, typed_visit, _names(instance, campaign, actor, typed_visit.door))
    return 0


def _from_options(
    campaign: CampaignContext,
    *,
    now: Instant,
    door: uuid.UUID | None,
    outcomes: tuple[str, ...],
    happened_at: Instant | None,
    promised_at: Instant | None,
    evidence: str | None,
    key: str | None,
    **rest: Any,
) -> TypedVisit:
    if door is None:
        raise click.UsageError("Thiếu --door (hộ nào), hoặc --file (tệp nhiều lượt thăm).")
    if not outcomes:
        raise click.UsageError(f"Thiếu --outcome: thấy gì ở hộ đó. Chọn trong:\n{_choices(campaign)}\n")
    findings = []
    for text in outcomes:
        who, _, name = text.rpartition("=")
        known = campaign.pack.outcomes.get(name)
        if known is None:
            near = nearest(name, campaign.pack.outcomes)
            hint = f"; có phải “{near}” không" if near else ""
            raise BadInput(
                where="--outcome",
                what=f"gói quy tắc không có kết quả “{name}”{hint}. Chọn trong:\n{_choices(campaign)}",
            )
        findings.append(
            Finding(
                name,
                ID.convert(who, None, None) if who else None,
                promised_at=promised_at if "promised_at" in known.asks else None,
                evidence=evidence if "evidence" in known.asks else None,
            )
        )
    for option, typed in (("--mode", rest["mode"]), ("--done-by", rest["done_by"]), ("--evidence", evidence)):
        typed_text(option, typed)
    if key is not None:
        check_key(key)
    at = now if happened_at is None else happened_at
    return TypedVisit(key or new_key(), door, at, tuple(findings), **rest)


def _choices(campaign: CampaignContext) -> str:
    """Return the outcomes that the campaign knows, one a line, with whom each is said of and what it asks for."""
    lines = []
    for name, outcome in campaign.pack.outcomes.items():
        asks = "".join(_ASKS.get(each, "") for each in outcome.asks)
        lines.append(f"  {'' if outcome.scope == 'door' else 'NGƯỜI='}{name}: {outcome.label.vi}{asks}")
    return "\n".join(lines)


def _record(instance: Instance, campaign: CampaignContext, actor: Actor, typed: TypedVisit) -> Answer:
    done_by = None
    if typed.done_by is not None:
        with instance.store.read() as session:
            done_by = instance.member(session, typed.done_by, now=typed.happened_at).membership_id
    report = VisitReport(
        typed.door, typed.happened_at, typed.findings, mode=typed.mode, assisted=typed.assisted, done_by=done_by
    )
    work: Callable[..., Answer] = lambda book, context, who: record_visit(book, context, who, report)  # noqa: E731
    return instance.command(campaign, actor, typed.key, typed.request(), work)


def _record_all(
    instance: Instance, campaign: CampaignContext, actor: Actor, visits: list[TypedVisit], *, as_json: bool
) -> int:
    refused = 0
    with progress(visits, "Ghi lượt thăm") as each:
        for number, typed in enumerate(each, start=1):
            try:
                answer = _record(instance, campaign, actor, typed)
            except WorkflowError as refusal:
                refused += 1
                _tell_refusal(number, typed, refusal, as_json=as_json)
                continue
            if as_json:
                print_json_line({"key": typed.key, "ok": True, "answer": answer})
            else:
                click.echo(f"Lượt {number}: đã ghi, số {answer['ledger_no']} của sổ.")
    if not as_json:
        click.echo(f"Đã ghi {len(visits) - refused} lượt, bị từ chối {refused} lượt.")
    return FINDINGS if refused else 0


def _tell_refusal(number: int, typed: TypedVisit, refusal: WorkflowError, *, as_json: bool) -> None:
    if as_json:
        told = {"code": refusal.code, "message": str(refusal)}
        print_json_line({"key": typed.key, "ok": False, "refused": told})
    else:
        click.echo(f"Lượt {number} (mã gửi {typed.key}): {refusal_sentence(refusal)}")


def _names(instance: Instance, campaign: CampaignContext, actor: Actor, door: uuid.UUID) -> dict[str, str]:
    """Return who stands behind each case of a door, as far as the actor sees it."""
    with instance.store.read() as session:
        found = doors_to_visit(session, actor, campaign, door_id=door, everything=True)
    return {str(person.case_id): person.name or "" for each in found for person in each.people}


def _print(answer: Answer, visit: TypedVisit, names: dict[str, str]) -> None:
    click.echo(f"Đã ghi lượt thăm, số {answer['ledger_no']} của sổ.")
    spoken_of = {str(finding.case_id) for finding in visit.findings if finding.case_id is not None}
    for case, told in answer["cases"].items():
        if case in spoken_of:
            click.echo(f"  {case}  {names.get(case) or '(chưa có tên)'}: {told['label']}")
    others = len(answer["cases"].keys() - spoken_of)
    if others:
        click.echo(f"  {others} việc {'khác ' if spoken_of else ''}của hộ cùng được cập nhật lượt thăm.")
