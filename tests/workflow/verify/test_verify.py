"""The proof is clean on honest histories and finds a planted tamper of each kind, on both databases."""

import json
import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from rules.time import HOUR
from tests.databases import new_database
from tests.workflow.figures.test_counts import random_history
from tests.workflow.figures.world import World, new_store, wipe
from tests.workflow.verify.full_world import FullWorld, free_engine, tampering
from workflow.errors import NotFound
from workflow.ids import id_of
from workflow.store import Store
from workflow.verify import CHECKS, VerifyReport, verify


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Each database in turn, with all tables."""
    store = new_store(new_database(request.param, tmp_path_factory.mktemp("verify"), "verify"))
    yield store
    store.dispose()


@pytest.fixture(scope="module")
def full(store: Store, tmp_path_factory: pytest.TempPathFactory) -> FullWorld:
    """The unit in which everything has happened."""
    wipe(store)
    return FullWorld(store, tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def engine(store: Store) -> Iterator[Engine]:
    """The engine of somebody who holds the database."""
    engine = free_engine(store)
    yield engine
    engine.dispose()


def proof(
    full: FullWorld, engine: Engine, *tables: str, tamper: str = "", anchored: bool = True, **values: object
) -> VerifyReport:
    """Tamper with the database in a transaction of its own, verify in it, and roll back."""
    with tampering(engine, *tables) as session:
        for statement in filter(str.strip, tamper.split(";")):
            result = session.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})
            assert result.rowcount, f"the tamper touched nothing: {statement}"  # type: ignore[attr-defined]
        anchors = {full.unit_id: full.anchor} if anchored else None
        return verify(session, anchors=anchors, vault=full.vault)


def test_an_honest_unit_is_clean(full: FullWorld, engine: Engine) -> None:
    report = proof(full, engine)

    assert [str(finding) for finding in report.violations] == []
    assert report.ok
    assert set(report.checked) == set(CHECKS)
    assert report.events == full.anchor["last_no"] > 90
    told = json.loads(json.dumps(report.to_json()))
    assert list(told) == ["ok", "units", "events", "checked", "violations"]
    assert told["ok"] is True


ONE = "(SELECT {} FROM {} {} LIMIT 1)"
EVENTS, CASES = ("events",), ("cases",)
TAMPERS: list[tuple[str, tuple[str, ...], str, str]] = [
    ("an event is removed", EVENTS, "DELETE FROM events WHERE ledger_no = 20", "I1-numbers"),
    ("the newest event is removed", EVENTS, "DELETE FROM events WHERE ledger_no = (SELECT max(ledger_no) FROM events)", "I1-numbers"),
    ("an event is recorded before the one before it", EVENTS, "UPDATE events SET recorded_at = 0, happened_at = 0 WHERE ledger_no = 30", "I1-numbers"),
    ("an event is recorded before it happened", EVENTS, "UPDATE events SET happened_at = recorded_at + 1 WHERE ledger_no = 30", "I1-numbers"),
    ("the head forgets the newest number", (), "UPDATE unit_heads SET ledger_no = ledger_no - 1", "I1-numbers"),
    ("a void names another void", EVENTS, "UPDATE events SET voids_no = (SELECT max(ledger_no) FROM events WHERE kind = 'void' AND ledger_no < (SELECT max(ledger_no) FROM events WHERE kind = 'void')) WHERE ledger_no = (SELECT max(ledger_no) FROM events WHERE kind = 'void')", "I1-voids"),
    ("a void names the future", EVENTS, "UPDATE events SET voids_no = 100000 WHERE ledger_no = (SELECT max(ledger_no) FROM events WHERE kind = 'void')", "I1-voids"),
    ("a state in the middle of a history", EVENTS, "UPDATE events SET state = 'dead' WHERE ledger_no = (SELECT max(e.ledger_no) FROM events e JOIN events n ON n.case_id = e.case_id AND n.ledger_no > e.ledger_no AND n.kind = 'move' WHERE e.kind = 'move')", "I1-chain"),
    ("a second entry", EVENTS, "UPDATE events SET kind = 'enter', from_state = NULL WHERE ledger_no = (SELECT max(ledger_no) FROM events WHERE kind = 'move')", "I1-chain"),
    ("a stage that was never reached", EVENTS, "UPDATE events SET stage = 'submitted' WHERE kind = 'enter' AND state = 'activated'", "I1-stage"),
    ("a case's state", (), "UPDATE cases SET state = 'submitted', is_done = true, is_open = false WHERE id = :case", "I1-case"),
    ("a case's stage", (), "UPDATE cases SET stage = 'submitted' WHERE id = :case", "I1-case"),
    ("a case is hidden as left", (), "UPDATE cases SET left_at = 5 WHERE id = :case", "I1-case"),
    ("a case's clock is set back", (), "UPDATE cases SET entered_at = entered_at + 1 WHERE id = :case", "I1-case"),
    ("a paper place is passed off as named", (), "UPDATE cases SET unnamed = true WHERE id = :case", "I1-case"),
    ("a case's version", (), "UPDATE cases SET version = version + 1 WHERE id = :case", "I1-version"),
    ("an event's version", EVENTS, "UPDATE events SET version = version + 7 WHERE kind = 'request'", "I1-version"),
    ("a case disappears", CASES, "DELETE FROM cases WHERE id = :case", "I1-version"),
    ("a flag of a case", (), "UPDATE cases SET is_open = false WHERE id = :case", "I1-flags"),
    ("a move the path does not have", EVENTS, "UPDATE events SET move = 'undo_dead' WHERE ledger_no = (SELECT max(ledger_no) FROM events WHERE move = 'submit')", "I2-move"),
    ("a move by a list that may not", EVENTS, "UPDATE events SET cause = 'roster' WHERE move = 'mark_no_phone'", "I2-move"),
    ("a move without its pack", EVENTS, "UPDATE events SET pack_hash = NULL WHERE kind = 'move'", "I2-move"),
    ("a move outside the window, with its facts", EVENTS, "UPDATE events SET happened_at = 5, facts = '{\"happened_at\": 5}' WHERE move = 'submit' AND ledger_no = (SELECT max(ledger_no) FROM events WHERE move = 'submit')", "I2-guard"),
    ("facts that are not the event's", EVENTS, "UPDATE events SET facts = '{\"happened_at\": 1746200000000000}' WHERE move = 'submit'", "I2-guard"),
    ("the rules themselves", ("pack_versions",), "UPDATE pack_versions SET files = '{\"pack.yaml\": \"pack: other\"}'", "I2-pack"),
    ("a roll-up by happened day", (), "UPDATE rollups SET n = n + 1 WHERE basis = 'h' AND state = 'activated'", "I3-rollup"),
    ("a roll-up by recorded day", (), "UPDATE rollups SET n = n - 1 WHERE basis = 'r' AND state = 'submitted'", "I3-rollup"),
    ("a roll-up moved to another day", ("rollups",), "UPDATE rollups SET day = day - 1 WHERE basis = 'h'", "I3-rollup"),
    ("a case more in the table", CASES, "UPDATE cases SET left_at = NULL WHERE left_at IS NOT NULL", "I3-total"),
    ("a person counted twice", CASES, "UPDATE cases SET subject_id = :subject", "I3-one-case"),
    ("two open assignments", ("assignments",), "UPDATE assignments SET to_at = NULL, door_id = :door", "I4-assignment"),
    ("a door in another hand than assigned", (), "UPDATE doors SET assignee_id = :member WHERE id = :door", "I4-assignment"),
    ("an assignment that ends before it begins", ("assignments",), "UPDATE assignments SET to_at = 1 WHERE door_id = :door", "I4-assignment"),
    ("a holder who is no member yet", ("memberships",), "UPDATE memberships SET from_at = from_at + 900000000000000", "I4-assignment"),
    ("a case in another team than its door", (), "UPDATE cases SET team_id = :team WHERE id = :case", "I4-case"),
    ("a sealed event's data", EVENTS, "UPDATE events SET actor_id = NULL WHERE ledger_no = 3", "I5-seal"),
    ("a sealed event's text", EVENTS, "UPDATE events SET data = '{\"unnamed\": true}' WHERE kind = 'close'", "I5-seal"),
    ("a seal", ("seals",), "UPDATE seals SET seal = previous WHERE seal_no = 1", "I5-seal"),
    ("a seal's range", ("seals",), "UPDATE seals SET first_no = first_no + 1 WHERE seal_no = 2", "I5-seal"),
    ("the newest seal is removed", ("seals",), "DELETE FROM seals WHERE seal_no = 2", "I5-seal"),
    ("an older database with a consistent head", ("seals",), "DELETE FROM seals WHERE seal_no = 2; UPDATE unit_heads SET seal_no = 1, sealed_no = (SELECT max(last_no) FROM seals)", "I5-anchor"),
    ("a person's name", (), "UPDATE subjects SET name = 'Lê Khác' WHERE id = :subject", "I5-personal"),
    ("two people's personal values swapped with their MACs", (), "UPDATE subjects SET mac = (SELECT mac FROM subjects WHERE id = :subject), name = 'Trần Thử', sex = 'female' WHERE kind = 'person' AND id <> :subject AND name IS NOT NULL", "I5-personal"),
    ("a person's ID number put on somebody else", (), "UPDATE subjects SET id_cipher = (SELECT id_cipher FROM subjects WHERE id = :subject) WHERE kind = 'person' AND id <> :subject", "I5-personal"),
    ("a sealed number cut off", (), "UPDATE subjects SET phone_cipher = :bytes WHERE id = :subject", "I5-personal"),
    ("an earlier version that cannot be read", (), "UPDATE subject_versions SET \"values\" = '{\"id_index\": \"%\"}'", "I5-personal"),
    ("a seal that is no hash", ("seals",), "UPDATE seals SET digest = 'zz' WHERE seal_no = 2", "I5-seal"),
    ("facts that cannot be read", EVENTS, "UPDATE events SET facts = '[1]' WHERE move = 'submit'", "I2-guard"),
    ("a visit's own words", EVENTS, "UPDATE events SET data = '{}' WHERE kind = 'visit'", "D-contact"),
    ("rules that cannot be read", ("pack_versions",), "UPDATE pack_versions SET files = '{\"pack.yaml\": 5}'", "I2-pack"),
    ("a person's MAC removed", (), "UPDATE subjects SET mac = NULL WHERE id = :subject", "I5-personal"),
    ("an earlier version of a person", (), "UPDATE subject_versions SET \"values\" = '{\"name\": \"Khác\"}'", "I5-personal"),
    ("an earlier version removed", ("subject_versions",), "DELETE FROM subject_versions", "I5-personal"),
    ("closed figures", (), "UPDATE closes SET figures = :bytes", "I6-close"),
    ("closed figures with their hash", (), "UPDATE closes SET figures = :bytes, sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'", "I6-close"),
    ("a close passed off as another period's", (), "UPDATE closes SET period = '2025-05-06'", "I6-close"),
    ("a member's name", (), "UPDATE memberships SET name = 'Người Khác'", "I5-reference"),
    ("a campaign's end", (), "UPDATE campaigns SET ends_at = ends_at + 1", "I5-reference"),
    ("an area's name", (), "UPDATE areas SET name = 'Khác'", "I5-reference"),
    ("a unit's name", (), "UPDATE units SET name = 'Khác'", "I5-reference"),
    ("the name of an applied file", (), "UPDATE roster_files SET file_name = 'khac.xlsx'", "I5-reference"),
    ("a household's address", (), "UPDATE subjects SET house_no = '99' WHERE kind = 'household'", "I5-reference"),
    ("a close without its event", ("closes",), "UPDATE closes SET ledger_no = 1", "I6-close"),
    ("a close re-opened by one person", ("closes",), "UPDATE closes SET reopened_by_id = :member, reopened_with_id = :member", "I6-close"),
    ("an episode's level", (), "UPDATE escalations SET level = 3", "I7-escalation"),
    ("an episode opened early", (), "UPDATE escalations SET opened_at = due_at - 1", "I7-escalation"),
    ("a step of a ladder removed", ("escalation_steps",), "DELETE FROM escalation_steps WHERE level = 1", "I7-escalation"),
    ("a step opened early", (), "UPDATE escalation_steps SET opened_at = due_at - 1 WHERE level = 2", "I7-step"),
    ("steps out of order", (), "UPDATE escalation_steps SET due_at = due_at - 90000000000 WHERE level = 2", "I7-step"),
    ("a step twice", ("escalation_steps",), "INSERT INTO escalation_steps SELECT * FROM escalation_steps WHERE level = 2", "I7-step"),
    ("an episode twice", ("escalations",), "INSERT INTO escalations SELECT * FROM escalations", "I7-once"),
    ("an episode about nobody", (), "UPDATE escalations SET subject_id = :member", "I7-once"),
    ("a command from the future", (), "UPDATE commands SET ledger_no = 100000", "I8-command"),
    ("a command twice", ("commands",), "INSERT INTO commands SELECT * FROM commands", "I8-command"),
    ("a command without its hash", (), "UPDATE commands SET request_hash = 'x'", "I8-command"),
    ("rows of an import unaccounted for", ("roster_files",), "UPDATE roster_files SET rejected = 1", "I9-import"),
    ("an import twice", ("roster_files",), "INSERT INTO roster_files SELECT * FROM roster_files", "I9-import"),
    ("an import without a trace", (), "UPDATE roster_files SET batch_id = :member", "I9-import"),
    ("a door's follow-up", (), "UPDATE doors SET follow_up_at = follow_up_at + 1 WHERE id = :door", "D-follow-up"),
    ("whose follow-up it is", (), "UPDATE doors SET follow_up_case_id = :member WHERE id = :door", "D-follow-up"),
    ("a door's open cases", (), "UPDATE doors SET open_cases = open_cases + 1 WHERE id = :door", "D-follow-up"),
    ("who has no time", (), "UPDATE doors SET someone_untimed = NOT someone_untimed WHERE id = :door", "D-follow-up"),
    ("a follow-up of a finished case", (), "UPDATE cases SET follow_up_at = 5 WHERE is_done", "D-follow-up"),
    ("a door's attempts", (), "UPDATE doors SET attempts = attempts + 1 WHERE id = :door", "D-contact"),
    ("a door's last contact", (), "UPDATE doors SET last_contact = last_contact + 1 WHERE id = :door", "D-contact"),
    ("a case's attempts", (), "UPDATE cases SET attempts = 9 WHERE id = :case", "D-contact"),
    ("an outcome of a visit removed", ("visit_outcomes",), "DELETE FROM visit_outcomes", "V-visit"),
    ("a visit removed", ("visits",), "DELETE FROM visits", "V-visit"),
    ("a visit moved in time", (), "UPDATE visits SET happened_at = happened_at - 1", "V-visit"),
    ("a visit made by somebody else", (), "UPDATE visits SET done_by_id = :member", "V-visit"),
    ("a visit typed by somebody else", (), "UPDATE visits SET recorded_by_id = :member", "V-visit"),
    ("a visit that was a call", (), "UPDATE visits SET mode = 'phone'", "V-visit"),
    ("a visit with help", (), "UPDATE visits SET assisted = true", "V-visit"),
    ("a visit voided in one place only", (), "UPDATE visits SET voided_no = 5", "V-visit"),
    ("two requests waiting", ("requests",), "UPDATE requests SET status = 'waiting'", "V-request"),
    ("a request nobody asked", (), "UPDATE requests SET asked_no = 1", "V-request"),
    ("rows left in the staging table", (), "INSERT INTO staged (unit_id, batch_id, position, subject_id) SELECT unit_id, id, 1, id FROM cases WHERE id = :case", "S-staged"),
    ("an opinion in a note", (), "UPDATE visit_outcomes SET evidence = 'ông nói Không tán thành'", "I10-text"),
    ("an ID number in a note", (), "UPDATE requests SET evidence = 'CCCD 999185012345'", "I10-text"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "tables", "tamper", "check"), TAMPERS, ids=[item[0] for item in TAMPERS])
def test_a_planted_tamper_is_found(
    full: FullWorld, engine: Engine, what: str, tables: tuple[str, ...], tamper: str, check: str
) -> None:
    def key(value: object) -> object:
        return value.bytes if engine.dialect.name == "sqlite" and hasattr(value, "bytes") else value

    world = full.world
    values = {
        "case": key(full.case), "door": key(full.row["door_id"]), "subject": key(full.row["subject_id"]),
        "member": key(world.members[2]), "team": key(world.teams[1]), "bytes": b"{}",
    }  # fmt: skip

    report = proof(full, engine, *tables, tamper=tamper, **values)

    found = {finding.check for finding in report.violations}
    assert check in found, f"{what}: found {sorted(found)} only"
    assert report.ok == (check == "I10-text")
    assert all(finding.message.endswith(".") and finding.where.startswith("thu: ") for finding in report.violations)


def test_a_chain_rebuilt_whole_is_found_by_the_anchor_alone(full: FullWorld, engine: Engine) -> None:
    rebuilt = {**full.anchor, "seal": "0" * 64}

    with tampering(engine) as session:
        blind = verify(session, vault=full.vault)
        seeing = verify(session, vault=full.vault, anchors={full.unit_id: rebuilt})

    assert blind.ok
    assert [finding.check for finding in seeing.violations] == ["I5-anchor"]


def test_without_keys_the_report_says_what_was_not_checked(full: FullWorld, engine: Engine) -> None:
    with tampering(engine) as session:
        report = verify(session, [full.unit_id])

    assert report.ok
    assert [(f.check, f.severity) for f in report.violations] == [("I5-personal", "info")]


def test_no_message_holds_a_personal_value(full: FullWorld, engine: Engine) -> None:
    report = proof(
        full, engine, tamper="UPDATE subjects SET name = 'Bùi Riêng Tư'; UPDATE requests SET evidence = '999185012345'"
    )

    said = json.dumps(report.to_json(), ensure_ascii=False)
    assert "Riêng" not in said
    assert "999185012345" not in said


def test_many_findings_of_one_kind_are_cut_and_said_so(full: FullWorld, engine: Engine) -> None:
    report = proof(
        full,
        engine,
        "events",
        tamper="UPDATE events SET recorded_at = ledger_no, happened_at = recorded_at + ledger_no * 1000",
    )

    numbers = [finding for finding in report.violations if finding.check == "I1-numbers"]
    assert len(numbers) <= 2 * 51
    assert any("Còn nhiều chỗ" in finding.message for finding in numbers)


def test_an_unknown_unit_is_refused(full: FullWorld, engine: Engine) -> None:
    with tampering(engine) as session, pytest.raises(NotFound):
        verify(session, [id_of("nowhere")])


@pytest.mark.parametrize("seed", range(3))
def test_random_honest_histories_are_clean(store: Store, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World(store, seed=50 + seed, code=f"unit-{seed}")
    random_history(world, random.Random(500 + seed), steps=80)
    world.later(HOUR)

    with store.read() as session:
        report = verify(session, [world.unit_id])

    assert [str(finding) for finding in report.violations if finding.severity != "info"] == []
