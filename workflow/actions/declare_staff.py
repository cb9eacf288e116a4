"""An office declares how many of its staff, or of their relatives, have finished: counts, never names."""

import uuid
from typing import Any, Final

from sqlalchemy import insert

from rules.said import Said, listed
from rules.time import Instant
from workflow.access import ROLE_LABELS, Actor, body_for, sits_in
from workflow.actions.task_writes import cause_of, check_sender, moment_given
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.staff_counts import may_declare_for_all
from workflow.queries.tasks import GROUPS
from workflow.tables import Body, DeclaredCount

ACTION: Final = "khai số cán bộ, thân nhân"
LARGEST: Final = 100_000
GROUP_LABELS: Final = {"staff": "cán bộ, công chức, người lao động", "relatives": "thân nhân"}


def declare_staff(
    book: Book,
    campaign: CampaignContext,
    body_id: uuid.UUID,
    group: str,
    *,
    actor: Actor | None,
    declared: int,
    finished: int,
    happened_at: Instant | None = None,
) -> uuid.UUID:
    """Record a declaration and return its id. The newest by `happened_at` (default now) counts; earlier ones stay.

    `group` is staff or relatives. `finished` means took part or chose not to: nobody asks which. Who holds a post in
    the body may declare for it; for every body the coordinator may, and the post whose task the counts complete (in the paper of
    Cát Thành the office, mục 3.2). `actor` is None for a rule alone. Raises NotFound for a body out of the actor's sight,
    NotPermitted, BadInput for counts that cannot be, OutsideWindow for the future or before the campaign.
    """
    body = _permitted_body(book, campaign, actor, body_id)
    if not body.counts_staff:
        raise BadInput(
            where="Cơ quan",
            what=Said("“%(name)s” không thuộc danh sách phải báo số cán bộ; hãy chọn cơ quan khác", name=body.name),
        )
    _check(group, declared, finished)
    happened = moment_given(
        book,
        happened_at,
        after=campaign.starts_at,
        window=Said("đợt “%(campaign)s” (đến bây giờ)", campaign=campaign.name),
    )
    declaration_id = book.new_id()
    ledger_no = book.append(
        "note",
        happened_at=happened,
        cause=cause_of(book),
        campaign_id=campaign.id,
        about_id=declaration_id,
        data={"what": "declared", "body": str(body_id), "group": group, "declared": declared, "finished": finished},
    )
    book.session.execute(
        insert(DeclaredCount).values(
            unit_id=book.unit_id, id=declaration_id, campaign_id=campaign.id, body_id=body_id, group=group,
            declared=declared, finished=finished, happened_at=happened, ledger_no=ledger_no,
        )
    )  # fmt: skip
    return declaration_id


def _permitted_body(book: Book, campaign: CampaignContext, actor: Actor | None, body_id: uuid.UUID) -> Any:
    """Return the body, if the actor (or a rule) may declare for it."""
    check_sender(book, actor, action=ACTION, cause=cause_of(book))
    if actor is None:
        body = book.session.get(Body, (book.unit_id, body_id))
        if body is None:
            raise NotFound
        return body
    bodies_of = {post.id: post.body for post in campaign.pack.model.pack.posts if post.body is not None}
    found = body_for(book.session, actor, body_id, bodies_of=bodies_of)
    own = [post for post in actor.posts if sits_in(post, found, bodies_of)]
    if not may_declare_for_all(actor, campaign) and not own:
        who = Said(
            "người của cơ quan ấy, %(coordinator)s hoặc %(owner)s phần cán bộ, thân nhân",
            coordinator=Said(ROLE_LABELS["coordinator"]),
            owner=Said(ROLE_LABELS["plan_owner"]),
        )
        raise NotPermitted(action=ACTION, who=who)
    actor.acts_under(own[0] if own else next(hat.posts[0] for hat in actor.hats if may_declare_for_all(hat, campaign)))
    if found.valid_to is not None:
        raise BadInput(where="Cơ quan", what=Said("“%(name)s” đã kết thúc, không khai thêm", name=found.name))
    return found


def _check(group: str, declared: int, finished: int) -> None:
    if group not in GROUPS:
        names = listed(
            Said("%(name)s (%(label)s)", name=name, label=Said(label)) for name, label in GROUP_LABELS.items()
        )
        raise BadInput(
            where="Nhóm", what=Said("“%(group)s” không có; hãy chọn một trong: %(names)s", group=group, names=names)
        )
    if not 0 <= declared <= LARGEST:
        raise BadInput(where="Tổng số", what=Said("hãy ghi một số từ 0 đến %(largest)s", largest=LARGEST))
    if not 0 <= finished <= declared:
        raise BadInput(
            where="Đã xong",
            what=Said(
                "có %(finished)s người, phải từ 0 đến tổng số đã khai (%(declared)s)",
                finished=finished,
                declared=declared,
            ),
        )
