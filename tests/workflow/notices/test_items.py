"""What a digest lists of tasks: what its news is about, and nothing that merely had the same hour."""

import uuid

from sqlalchemy import update

from rules.time import HOUR, at
from tests.workflow.plan.conftest import Town, store, town
from workflow.actions.open_plan import open_plan
from workflow.queries.notice_items import Items, items_of
from workflow.queries.notices import Digest
from workflow.tables import Task

__all__ = ["store", "town"]
DUE = at("2025-05-20 16:30")


def told(town: Town, kind: str, shown: str, **columns: dict[str, object]) -> Items:
    """Give tasks of the office other instants, and open a digest of the hour that counts one thing of a kind."""
    office = town.posts["office", "unit"]
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    with town.store.write() as session:
        for item, values in columns.items():
            mine = (Task.unit_id == town.unit_id, Task.item == item.replace("_", "-"))
            session.execute(update(Task).where(*mine).values(owner_post_id=office, due_at=DUE, **values))
    digest = Digest(uuid.uuid4(), town.campaign.id, office, at(shown), counts={kind: 1})
    with town.store.read() as session:
        return items_of(session, town.holding(("office", "unit")), town.campaign, digest, now=at("2025-05-20 18:00"))


def named(items: Items, kind: str) -> list[str]:
    return sorted(task.standing for task in items.tasks_of(kind))


def test_overdue_lists_what_was_not_there_in_time(town: Town) -> None:
    found = told(
        town,
        "overdue",
        "2025-05-20 16:00",
        staff_first={},
        media={"state": "submitted_for_review", "submitted_at": DUE - 1},
        support_point={"state": "submitted_for_review", "submitted_at": DUE},
    )

    assert named(found, "overdue") == ["late", "overdue"]


def test_coming_near_lists_what_had_not_been_handed_over_by_then(town: Town) -> None:
    ahead = town.campaign.pack.model.pack.notices.due_soon_hours * HOUR
    near = DUE - ahead
    hour = f"2025-05-{19 if ahead > 16 * HOUR else 20} 16:00"
    found = told(
        town,
        "due_soon",
        hour,
        staff_first={},
        media={"state": "submitted_for_review", "submitted_at": near - 1},
        support_point={"state": "submitted_for_review", "submitted_at": near},
    )

    assert len(found.tasks_of("due_soon")) == 2
