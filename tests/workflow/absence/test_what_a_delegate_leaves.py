"""What a delegate leaves behind: letters are read by whom they were made for, and a trace says for whom it was left."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from rules.time import DAY
from tests.workflow.absence.conftest import Away
from tests.workflow.absence.test_own_work_in_a_lent_post import TO, reports, take
from tests.workflow.inbox.conftest import NOTICED, Silent
from tests.workflow.officials import appoint
from workflow.actions.set_notices import set_notices
from workflow.actions.urge import urge
from workflow.errors import NotFound
from workflow.files import FileStore
from workflow.queries.late_work import late_work
from workflow.queries.ledger_list import audit_traces
from workflow.queries.urge_letters import letter_line, letters_of
from workflow.tables import Audit, Event, Task, Team


def test_letters_are_read_by_who_stands_in_now_and_by_whom_they_were_made_for(
    silent: Silent, silent_away: Away, tmp_path: Path
) -> None:
    world, files, owner = silent.world, FileStore(tmp_path), appoint(silent.world, "plan_owner")
    silent.at(NOTICED)
    team = next(row.id for row in world.rows(Team) if row.code == "T1")
    for task in world.rows(Task, Task.is_open, Task.team_id == team):
        take(
            silent, "hai", task, "waive"
        )  # what is left of the team is silence, which a plan owner does not urge about
    key = f"team-{team.hex}"

    with pytest.raises(NotFound):
        _letter(silent, owner, key, files)
    silent_away.plan("hai", owner, None, TO)
    letter = _letter(silent, owner, key, files)
    assert _letters(silent, owner) == {letter} == _letters(silent, "hai")

    world.go_to("2025-05-20 13:00")
    assert _letters(silent, owner) == set()
    assert _letters(silent, "hai") == {letter} == _letters(silent, "khanh")
    with pytest.raises(NotFound), world.store.read() as session:
        letter_line(session, world.actor(owner), world.context(), letter)


def test_a_plan_owner_finds_what_was_made_for_them_and_keeps_what_is_their_own(
    silent: Silent, silent_away: Away, tmp_path: Path
) -> None:
    world, files, owner = silent.world, FileStore(tmp_path), appoint(silent.world, "plan_owner")
    reports(silent)
    team = next(row.id for row in world.rows(Team) if row.code == "T1")
    own = _letter(silent, owner, f"team-{team.hex}", files)
    silent_away.plan(owner, "dung", None, TO)
    lent = _letter(silent, "dung", f"team-{team.hex}", files)

    assert (_letters(silent, owner), _letters(silent, "dung")) == ({own, lent}, {lent})
    world.go_to("2025-05-20 13:00")
    assert (_letters(silent, owner), _letters(silent, "dung")) == ({own, lent}, set())


def test_notices_of_the_unit_say_for_whom_they_were_set(silent: Silent, silent_away: Away) -> None:
    world, auditor = silent.world, appoint(silent.world, "auditor")

    def set_as(login: str, most_listed: int) -> None:
        world.command(
            login,
            lambda book, context, actor: set_notices(
                book, context, actor, quiet=None, every_hours=None, most_listed=most_listed
            ),
        )

    set_as("hai", 2)
    silent_away.plan("hai", "an", None, TO)
    set_as("an", 1)

    traces = [row.data for row in world.rows(Audit) if row.data.get("what") == "set_notices"]
    assert sorted(data.get("acting_for", "") for data in traces) == ["", str(silent_away.id("hai"))]
    with world.store.read() as session:
        told = [one for one in audit_traces(session, world.actor(auditor)) if one.data.get("what") == "set_notices"]
    assert [one.who for one in told] == ["Nguyễn Văn An thay Đỗ Văn Hải", "Đỗ Văn Hải"]


def _letter(silent: Silent, login: str, key: str, files: FileStore) -> uuid.UUID:
    return uuid.UUID(_urge(silent, login, key, files)["letter"])


def _letters(silent: Silent, login: str) -> set[uuid.UUID]:
    with silent.world.store.read() as session:
        return {line.id for line in letters_of(session, silent.world.actor(login), silent.world.context())}


def test_who_may_be_urged_is_shown_as_the_letter_then_names_it(
    silent: Silent, silent_away: Away, tmp_path: Path
) -> None:
    world, files, owner = silent.world, FileStore(tmp_path), appoint(silent.world, "plan_owner")
    own, _ = reports(silent)
    for task in world.rows(Task, Task.is_open, Task.team_id == own.team_id):
        take(silent, "hai", task, "waive")  # silence is left of the team: a leader sees it, a plan owner does not
    silent_away.plan(owner, "an", None, TO)
    silent_away.plan(owner, "dung", TO, "2025-05-21 12:00")

    shown = silent.read("an", late_work)

    assert shown
    assert f"team-{own.team_id.hex}" not in [late.key for late in shown]
    for late in shown:
        told = _urge(silent, "an", late.key, files)
        assert (told["tasks"], told["episodes"]) == (len(late.tasks), sum(one.n for one in late.unanswered))
        assert world.events(Event.kind == "note")[-1].acting_for_id == silent_away.id(owner)
    assert silent.read("dung", late_work) == []


def _urge(silent: Silent, login: str, key: str, files: FileStore) -> dict[str, Any]:
    told: dict[str, Any] = silent.world.command(
        login,
        lambda book, context, actor: urge(
            book, context, actor, key, answer_by=book.now + DAY, unit_name="Thử", files=files
        ),
    )
    return told
