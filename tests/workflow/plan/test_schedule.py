"""When items open and fall due: what the plan's words become, and what follows from another task's completion."""

import unicodedata
import uuid
from dataclasses import replace

import pytest

from rules.pack import Pack
from rules.pack.model import Evidence, Label
from rules.time import at, show
from tests.workflow.plan.conftest import Town, a_town, cat_thanh
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.plan.evidence import Given, missing_evidence
from workflow.plan.schedule import slot_of_task, slots_of_duty
from workflow.plan.scopes import Organisation, Scope, predecessors_of
from workflow.plan.texts import TextRefused, clean_reason, clean_text
from workflow.store import Store


def with_tasks(**changes: dict) -> Pack:
    """The town's plan with some tasks changed (`_` stands for `-` in their names)."""
    pack = cat_thanh()
    by_id = {name.replace("_", "-"): values for name, values in changes.items()}
    tasks = tuple(task.model_copy(update=by_id.get(task.id, {})) for task in pack.model.plan.tasks)
    return replace(
        pack, model=pack.model.model_copy(update={"plan": pack.model.plan.model_copy(update={"tasks": tasks})})
    )


@pytest.mark.parametrize(
    ("due", "opens", "expected"),
    [
        ("before 2025-05-20", None, "2025-05-20 00:00"),
        ("through 2025-05-27", None, "2025-05-28 00:00"),
        ("by 2025-05-30 close of business", None, "2025-05-30 17:00"),
        ("before 2025-05-24 16:00", None, "2025-05-24 16:00"),
        ("none because kế hoạch ghi kịp thời", None, None),
        ("2 working days", "at 2025-05-16 09:00", "2025-05-21 00:00"),  # Friday; the weekend does not count
        ("48 hours", "at 2025-05-16 09:00", "2025-05-18 09:00"),
        ("within 2 working days of collect_until", None, "2025-05-31 00:00"),
        ("within 1 working day of starts_at", None, "2025-05-15 00:00"),
        ("within 3 working days of form-teams", None, None),  # not done yet
    ],
)
def test_deadlines_of_tasks(due: str, opens: str | None, expected: str | None) -> None:
    pack = with_tasks(budget={"due": due, "opens": opens})
    task = next(task for task in pack.model.plan.tasks if task.id == "budget")

    slot = slot_of_task(task, pack)

    assert (slot.due_at and show(slot.due_at)) == expected
    assert slot.opens_at == (at("2025-05-16 09:00") if opens else pack.span.opens_at)


def test_a_deadline_may_count_from_the_completion_of_another_task(store: Store) -> None:
    pack = with_tasks(budget={"due": "within 2 working days of mobilise"}, media={"evidence": (), "due": "48 hours"})
    town = a_town(store, pack, teams=1)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    task = town.task("mobilise")

    step(town, task, "submit", "2025-05-16 10:00")
    assert town.task("budget").due_at is None
    step(town, task, "accept", "2025-05-16 11:00")
    assert town.task("budget").due_at == at("2025-05-21 00:00")
    step(town, task, "reopen", "2025-05-16 12:00", reason="thiếu văn bản")

    assert town.task("budget").due_at is None
    told = [event.data or {} for event in town.events(town.task("budget").id)]
    assert [data.get("counts_from") for data in told] == [None, "mobilise", "mobilise"]
    assert told[1]["due_at"] == at("2025-05-21 00:00")


def step(town: Town, task, move: str, now: str, **values) -> None:
    version = town.task(task.item).state_version
    town.write(
        now,
        lambda book: move_task(
            book, town.campaign, task.id, move, actor=town.everybody, state_version=version, **values
        ),
    )


@pytest.mark.parametrize(
    ("every", "due", "count", "first", "last"),
    [
        ("working day in collect", "before 16:00", 9, "2025-05-15", "2025-05-27"),
        ("Monday in collect", "before 10:00", 2, "2025-05-19", "2025-05-26"),
        ("month", "before 10:00 on last day", 1, "2025-05", "2025-05"),
        ("once in consolidate", "through 2025-05-30", 1, "once", "once"),
    ],
)
def test_other_rhythms(every: str, due: str, count: int, first: str, last: str) -> None:
    pack = cat_thanh()
    duty = pack.model.plan.duties[0].model_copy(update={"every": every, "due": due, "internal_due": None})
    if every == "month":
        pack = replace(pack, constants={**pack.constants, "campaign.ends_at": at("2025-06-01 00:00")})

    slots = slots_of_duty(duty, pack)

    assert (len(slots), slots[0].occurrence, slots[-1].occurrence) == (count, first, last)
    assert all(slot.opens_at < (slot.due_at or 0) and slot.internal_due_at is None for slot in slots)


def test_a_duty_may_open_later_in_its_day_never_earlier() -> None:
    duty = cat_thanh().model.plan.duties[0].model_copy(update={"opens": "before 13:30"})

    slots = slots_of_duty(duty, cat_thanh())

    assert [show(slot.opens_at)[-5:] for slot in slots] == ["13:30"] * 13


def test_a_body_task_goes_to_bodies_with_the_post_or_to_those_that_count() -> None:
    bodies = [Scope("office", "Văn phòng"), Scope("police", "Công an"), Scope("club", "CLB")]
    one = Organisation(bodies=bodies, counting=frozenset({"office", "police"}))
    other = replace(one, posts={("head", "club"): uuid.uuid4()})

    assert [scope.key for scope in one.scopes_for("body", "head")] == ["office", "police"]
    assert [scope.key for scope in other.scopes_for("body", "head")] == ["club"]
    assert [scope.key for scope in one.scopes_for("unit", "head")] == ["unit"]


def test_an_area_task_waits_for_every_team_and_a_team_task_only_for_itself() -> None:
    assert predecessors_of("a1", "area", "team", ["t1", "t2"]) == ["t1", "t2"]
    assert predecessors_of("t1", "team", "unit", ["unit"]) == ["unit"]
    assert predecessors_of("t3", "team", "team", ["t1", "t2"]) == []


@pytest.mark.parametrize(
    ("from_at", "until_at", "expected"),
    [(None, None, True), (99, None, True), (100, None, False), (None, 10, False), (None, 11, True), (0, 10, False)],
)
def test_a_scope_is_on_duty_from_its_forming_to_its_end(
    from_at: int | None, until_at: int | None, expected: bool
) -> None:
    scope = Scope("t", "t", from_at=from_at, until_at=until_at)

    assert scope.is_on_duty(opens_at=10, due_at=100) is expected


def test_two_documents_need_two_pieces() -> None:
    ask = [Evidence(kind="document", label=Label(vi=name)) for name in ("Tờ trình", "Quyết định")]

    assert missing_evidence(ask, [Given("document", "Số 1")]) == ["thiếu “Quyết định”"]
    assert missing_evidence(ask, [Given("document", "Số 1"), Given("document", "Số 2")]) == []
    assert missing_evidence(ask, [Given("photo", "Ảnh")]) == ["thiếu “Tờ trình”", "thiếu “Quyết định”"]


@pytest.mark.parametrize(
    "text",
    [
        "0912345678", "+84 912 345 678", "0912.345.678", "999123456789", "012345678", "CCCD: 999123456789.",
        "0912-345678", "091-2345678", "(0912)345678", "(091) 234 5678", "001099-012345", "0010-9901-2345", "001/099/012345",
        "(+84) 912-345-678", "09-12-345678", "01/02-345678",
    ],
)  # fmt: skip
def test_numbers_that_could_be_somebodys_are_refused(text: str) -> None:
    with pytest.raises(TextRefused):
        clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.250.000.000 đồng", "QĐ 12/2025, 20/5/2025", "4.546 người", "16:00–24:00", "12345678", "ngày 05/06/2025 08:00",
        "số 05/2025/QĐ-UBND ngày 01/02/2025", "01/02-05/06/2025", "08/2025-12/2025", "số 01-2025/2026", "05.06.2025-07.06.2025",
        "ngày 01-05-2025 – 03-05-2025", "ngày 05/06/2025 - 09/06/2025 (08 giờ 30)", "tổ 01, 02, 03, 04, 05, 06, 07, 08, 09",
    ],
)  # fmt: skip
def test_amounts_dates_and_document_numbers_pass(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize("text", ["không tán thành", "KHÔNG TÁN THÀNH", "phản đối", "tán  thành"])
def test_words_about_an_answer_are_refused_in_reasons(text: str) -> None:
    for form in ("NFC", "NFD"):
        with pytest.raises(TextRefused):
            clean_reason(unicodedata.normalize(form, f"dân {text} nhiều"))
