"""What may be said of a person is exactly what the engine would accept: no button that is refused, none missing."""

import pytest

from tests.workflow.queue.conftest import page
from tests.workflow.world import World
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.errors import WorkflowError


def offered(world: World, door, case, login: str = "an") -> set[str]:
    """Return the outcomes that somebody is offered for a case."""
    return {
        choice.outcome
        for person in page(world, door, login).people
        if person.case_id == case
        for choice in person.choices
    }


class _Undo(Exception):
    """Nothing of the rehearsal is kept."""


def accepted(world: World, door, case, login: str = "an") -> set[str]:
    """Return the outcomes that the engine accepts for a case, each tried and taken back."""
    found = set()
    pack, now = world.pack, world.clock.now()
    for name, outcome in pack.outcomes.items():
        if outcome.scope != "person" or pack.track_of(name).id != world.case(case).track:
            continue
        finding = Finding(
            name, case, promised_at=now + 3600_000_000 if "promised_at" in outcome.asks else None, evidence="giấy"
        )

        def rehearse(book, context, actor, finding=finding):
            record_visit(book, context, actor, VisitReport(door, now, (finding,)))
            raise _Undo

        try:
            world.command(login, rehearse)
        except _Undo:
            found.add(name)
        except WorkflowError:
            pass
    return found


@pytest.mark.parametrize(
    ("account", "login", "first"),
    [
        ("none", "binh", None),
        ("registered", "binh", "no_phone"),
        ("activated", "binh", None),
        ("activated", "an", "went_abroad"),
        ("none", "an", "card_expired"),
    ],
)
def test_offered_is_accepted(given: World, account: str, login: str, first: str | None) -> None:
    door, (case, _) = given.household([("Nguyễn Văn Một", account), "Trần Thị Hai"])
    given.go_to("2025-05-16 09:00")
    if first is not None:
        given.visit(login, door, Finding(first, case))
    given.go_to("2025-05-16 09:10")

    assert offered(given, door, case, login) == accepted(given, door, case, login)


def test_nothing_is_offered_once_contact_has_ended(given: World) -> None:
    door, (one, two) = given.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    given.go_to("2025-05-16 09:00")
    given.visit("an", door, Finding("took_part", one), Finding("not_taking_part", two))

    assert offered(given, door, one) == offered(given, door, two) == set()


def test_outside_the_days_of_collecting_nobody_takes_part(given: World) -> None:
    door, (case,) = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-14 09:00")
    early = offered(given, door, case)
    given.go_to("2025-05-15 00:00")

    assert "took_part" not in early
    assert "took_part" in offered(given, door, case)


def test_each_choice_says_where_it_belongs(given: World) -> None:
    door, (_case,) = given.household([("Nguyễn Văn Một", "registered")])
    given.go_to("2025-05-16 09:00")
    kinds = {choice.outcome: choice for choice in page(given, door).people[0].choices}

    assert {name: kinds[name].kind for name in ("activated_now", "activated_and_took_part")} == {
        "activated_now": "onward",
        "activated_and_took_part": "onward",
    }
    assert (kinds["needs_help"].kind, kinds["promised"].asks_time) == ("again", True)
    assert (kinds["died"].kind, kinds["died"].needs_confirming, kinds["died"].asks_evidence) == ("cannot", True, True)
    assert kinds["died"].evidence
    assert kinds["card_expired"].kind == "cannot"
    assert not kinds["card_expired"].needs_confirming
    assert kinds["not_taking_part"].kind == "quiet"


def test_who_may_not_go_there_is_offered_nothing(given: World) -> None:
    door, (case,) = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")

    assert offered(given, door, case, "binh")
    assert page(given, door, "hai").may_visit
