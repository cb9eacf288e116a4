"""What a revision works out for rows that are there already is what the program would have written."""

from importlib import import_module

from sqlalchemy import text

from rules.time import DAY
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, silent_world
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.tables import Door, Escalation


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


def test_escalations_of_an_earlier_version_learn_by_when_to_answer_and_to_whom_they_were_given(
    worlds: NewWorld,
) -> None:
    module = import_module("workflow.migrations.versions.0014_escalations_say_who_has_them")
    silent = silent_world(worlds)
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "handed_on", to="team")
    silent.answer("an", silent.ids(0), "handed_on", to=silent.world.actor("binh").membership_id)
    silent.answer("binh", silent.ids(0), "acknowledged")
    silent.at(CLIMBED)

    def stand() -> dict[object, tuple[int | None, str | None]]:
        return {row.id: (row.answer_by, row.given_to) for row in silent.world.rows(Escalation, Escalation.is_open)}

    written = stand()
    with silent.world.store.write() as session:
        session.execute(text("UPDATE escalations SET answer_by = NULL, given_to = NULL"))
        of_data = (
            "json_extract(e.data, '$.{key}')" if session.get_bind().dialect.name == "sqlite" else "e.data ->> '{key}'"
        )
        session.execute(text(module.ANSWER_BY))
        session.execute(text(module.GIVEN_TO.format(to=of_data.format(key="to"), answer=of_data.format(key="answer"))))

    assert stand() == written
    assert sum(given is not None for _, given in written.values()) == 1
