"""What must be so for a task to move: whose move it is, from which state, when it happened, and that the work is done."""

import uuid

from rules.machine import MoveRefused
from rules.said import At, Said, all_of, listed
from rules.time import MINUTE, Instant
from workflow.access import Actor, require_task_post, task_for
from workflow.actions.task_condition import condition_holds
from workflow.actions.task_writes import Row, check_sender, moment_given, relays_of
from workflow.errors import BadInput, GuardRefused, MoveNotAllowed
from workflow.ledger import Book
from workflow.plan.conditions import FigureValue
from workflow.plan.evidence import missing_evidence
from workflow.plan.life import MOVES, STATE_LABELS, TaskMove, state_after
from workflow.plan.scopes import parts_in
from workflow.queries.campaigns import CampaignContext
from workflow.queries.forwarding import last_told_missing
from workflow.queries.task_record import handed_in_by
from workflow.queries.tasks import evidence_of_task, open_predecessors_of, task_with_codes

WORKED_ON = ("start", "submit")
"""What an owner does with work of their own; reports are forwarded instead."""
SHOWN = 3
"""How many open predecessors a refusal names."""


def permit_move(
    book: Book, campaign: CampaignContext, actor: Actor | None, task_id: uuid.UUID, move: str, cause: str
) -> None:
    """Refuse a task outside the actor's scope, a move that no person makes, and a move that is not this actor's."""
    label = MOVES[move].label if move in MOVES else move
    check_sender(book, actor, action=label, cause=cause)
    if actor is None:
        return
    relays = relays_of(campaign)
    task = task_for(book.session, actor, campaign.id, task_id, **parts_in(campaign.pack))
    if move not in MOVES or not MOVES[move].is_plain:
        raise MoveNotAllowed(move=label, state=STATE_LABELS[task["state"]])
    book.flush()
    handed_in = handed_in_by(book.session, actor, [task]).get(task_id, ()) if move == "accept" else ()
    require_task_post(actor, task, move, action=label, relay=relays.get(task["item"]), handed_in=handed_in)


def chosen_move(campaign: CampaignContext, task: Row, move: str, cause: str) -> tuple[TaskMove, str]:
    """Return the move of that name and the state that it leads to; MoveNotAllowed or GuardRefused if it does not start from here."""
    label = MOVES[move].label if move in MOVES else move
    refusal = MoveNotAllowed(move=label, state=STATE_LABELS[task["state"]])
    try:
        target = state_after(task["state"], move)
    except MoveRefused as refused:
        raise refusal from refused
    if (MOVES[move].by_rule and cause != "rule") or MOVES[move].own_way:
        raise refusal
    if move in WORKED_ON and task["item"] in campaign.pack.forwarded:
        raise GuardRefused(
            move=MOVES[move].label,
            why=Said("việc này xong khi bấm “Chuyển” ở trang chuyển báo cáo, không gửi duyệt ở đây"),
        )
    return MOVES[move], target


def moment_of_move(
    book: Book, campaign: CampaignContext, task: Row, move: TaskMove, happened_at: Instant | None
) -> Instant:
    """Return when the move happened: not in the future, not before the step before it, no report before its period opens.

    A task of the plan came to be when it opened, or when the plan was put in force if that was earlier; nothing was done before.
    Figures may have got there before anybody said that they had started; then the steps follow the figures.
    """
    if move.by_rule:
        return moment_given(book, happened_at, after=task["opens_at"], window="khoảng từ lúc mở việc đến bây giờ")
    steps = [task[name] for name in ("started_at", "submitted_at", "done_at") if task[name] is not None]
    came_to_be = min(task["opens_at"], task["created_at"])
    if move.name == "submit" and task["is_duty"]:
        came_to_be = task["opens_at"]
        _check_told_missing(book, campaign, task, happened_at)
    earliest = max([came_to_be - came_to_be % MINUTE, *steps])
    window = Said("khoảng được ghi (từ %(at)s đến bây giờ)", at=At(earliest))
    return moment_given(book, happened_at, after=earliest, window=window)


def _check_told_missing(book: Book, campaign: CampaignContext, task: Row, happened_at: Instant | None) -> None:
    """Refuse a report that is said to have been there before others were passed on, when it was told to be missing then."""
    if happened_at is None or not task["is_relayed"]:
        return
    told_at = last_told_missing(book.session, campaign, task["item"], task["occurrence"], task["scope"])
    if told_at is not None and happened_at <= told_at:
        raise BadInput(
            where="Gửi lúc",
            what=Said(
                "lúc %(at)s các báo cáo đã được chuyển mà ghi chưa có báo cáo này; nhập giờ sau lúc ấy", at=At(told_at)
            ),
        )


def check_work(
    book: Book, campaign: CampaignContext, task: Row, move: TaskMove, figures: FigureValue | None, happened: Instant
) -> None:
    """Refuse what is not finished: predecessors first, then evidence, then the condition on figures."""
    if task["open_predecessors"]:
        labels = open_predecessors_of(book.session, book.unit_id, task["id"])
        named, more = listed(Said("“%(name)s”", name=label) for label in labels[:SHOWN]), len(labels) - SHOWN
        if more > 0:
            named = Said("%(named)s và %(n)s việc khác", named=named, n=more)
        raise GuardRefused(move=move.label, why=Said("phải xong trước: %(named)s", named=named))
    plan = {item.id: item for item in campaign.pack.model.plan.tasks}.get(task["item"])
    if plan is not None and not task["is_duty"]:
        lacking = missing_evidence(plan.evidence, evidence_of_task(book.session, book.unit_id, task["id"]))
        if lacking:
            raise GuardRefused(move=move.label, why=all_of(lacking))
    if plan is not None and task["is_conditional"]:
        row = task_with_codes(book.session, book.unit_id, task["id"])
        if figures is None or not condition_holds(book, campaign, row, figures, happened + 1):
            raise GuardRefused(
                move=move.label,
                why=Said("số liệu chưa đạt điều kiện của kế hoạch (%(done_when)s)", done_when=plan.done_when),
            )
