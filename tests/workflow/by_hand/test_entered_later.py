"""Who enters a door that was visited before takes its attempts and contact along, and a void leaves them so."""

from tests.workflow.by_hand.test_add import AN, NewPerson, add
from tests.workflow.roster_apply.lists import person
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.void_event import void_event
from workflow.tables import Case, Door


def facts(world):
    return {case.id: (case.attempts, case.last_contact, case.follow_up_at) for case in world.rows(Case)}


def visit(world, door, *findings):
    report = VisitReport(door.id, world.clock.now(), findings)
    return world.command("an", lambda b, c, a: record_visit(b, c, a, report))["ledger_no"]


def test_a_void_keeps_what_held_at_the_door_before_somebody_entered(world, office):
    office.bring("L1", [person(1)])
    door = world.rows(Door)[0]
    first = world.rows(Case, Case.track == "path")[0]
    world.go_to("2025-05-16 08:00")
    visit(world, door, Finding("nobody_home"))
    world.go_to("2025-05-16 09:00")
    visit(world, door, Finding("needs_help", first.id))
    world.go_to("2025-05-16 10:00")
    add(world, office, NewPerson(AN, door_id=door.id))
    office.bring("L1", [person(8)], as_of="2025-05-16 07:00")
    before = facts(world)
    assert {attempts for attempts, _, _ in before.values()} == {1}
    world.go_to("2025-05-16 11:00")
    number = visit(world, door, Finding("nobody_home"))
    assert facts(world) != before

    world.command("an", lambda b, c, a: void_event(b, c, a, number, reason="nhầm hộ"))

    assert facts(world) == before
