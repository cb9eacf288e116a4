"""What a revision works out for rows that are there already is what the program would have written."""

from importlib import import_module

from sqlalchemy import text

from rules.time import DAY
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.tables import Door


def test_doors_of_an_earlier_version_learn_who_has_no_time(given: World) -> None:
    fill = import_module("workflow.migrations.versions.0003_doors_say_who_has_no_time").UNTIMED
    one, [first, _] = given.household(["Nguyễn Văn An", "Trần Thị Bình"], house="1")
    both, [third, fourth] = given.household(["Lê Văn Cường", "Phạm Thị Dung"], house="2")
    nobody, [fifth] = given.household(["Võ Văn Em"], house="3")
    now = given.go_to("2025-05-16 09:00")
    given.visit("an", one, Finding("promised", first, promised_at=now + DAY))
    given.visit("an", both, Finding("promised", third, promised_at=now + DAY))
    given.visit("an", both, Finding("promised", fourth, promised_at=now + 2 * DAY))
    given.visit("an", nobody, Finding("took_part", fifth))
    written = {door.id: door.someone_untimed for door in given.rows(Door)}

    with given.store.write() as session:
        session.execute(text("UPDATE doors SET someone_untimed = NOT someone_untimed"))
        session.execute(text(fill))

    assert written == {one: True, both: False, nobody: False}
    assert {door.id: door.someone_untimed for door in given.rows(Door)} == written
