"""What both databases must show once the two campaigns have been played: the checks, shared by a test file each."""

import json
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from rules.time import DAY, at
from tests.databases import new_database
from workflow.access import actor_by_login
from workflow.demo.build import build_demo
from workflow.figures.patterns import questions
from workflow.figures.report import report
from workflow.figures.text import report_text
from workflow.migrations.migrate import upgrade
from workflow.queries.campaigns import find_campaign, unit_by_code
from workflow.store import Store
from workflow.tables import Case, Escalation, EscalationStep, Event, Request, Task
from workflow.vault import Vault

PAPER = {
    "1": 4546, "2": 3975, "3": 571, "3.1": 4, "3.2": 185, "3.3": 5, "3.4": 207, "3.5": 111, "3.6": 36, "3.7": 17, "3.8": 6,
}  # fmt: skip
"""The ward's breakdown, with line 2 as the sum allows it."""


def build(kind: str, folder: Path) -> tuple[Store, Vault]:
    """Play both campaigns on a new database of `kind`."""
    url = new_database(kind, folder, "demo")
    upgrade(url)
    store, vault = Store(url), Vault.create(folder / "keys.json")
    build_demo(store, vault, now=time.time_ns() // 1000)
    return store, vault


class Shows:
    """Mixed into a test class that has a fixture `demo` giving the store and the vault."""

    def test_the_ward_report_has_the_papers_breakdown_and_balances(self, demo):
        data = self._report(demo, "an-lac-2025", "2025-05-29T22:00").to_json()

        counts = {line["code"]: line["count"] for line in data["lines"] if line["count"] is not None}
        assert counts == PAPER
        assert data["total"] == 4546 == counts["2"] + counts["3"]
        assert data["balanced"]
        assert list(data) == ["campaign", "as_of", "known_at", "ledger_no", "total", "balanced", "lines", "findings"]
        by_code = {line["code"]: line for line in data["lines"]}
        assert by_code["2"]["percent"] == "87,44 %"
        assert by_code["3"]["percent"] == "12,56 %"
        assert by_code["2.1"]["count"] is None
        assert by_code["2.2"]["count"] is None
        assert "4" not in by_code, "a line of nobody is not printed"

    def test_what_3_8_adds_and_who_owns_2_1_is_said(self, demo):
        text = report_text(self._report(demo, "an-lac-2025", "2025-05-29T22:00"))

        assert "3.981 (87,57 %)" in text
        assert text.count("số liệu thuộc cơ quan chủ quản") >= 2

    def test_the_printed_paper_cannot_be_right_and_the_reading_that_repairs_it_is_named(self, demo):
        findings = self._report(demo, "an-lac-2025", "2025-05-29T22:00").to_json()["findings"]

        errors = [finding for finding in findings if finding["severity"] == "error"]
        said = json.dumps(errors, ensure_ascii=False)
        assert "3.976" in said
        assert "87,44" in said
        assert "4.547" in said
        best = {(e["repairs"][0]["where"], e["repairs"][0]["proposed"]) for e in errors}
        assert best == {("mục 2, mục 2.1", "3.975")}

    def test_half_way_the_figures_balance_as_known_then_and_now(self, demo):
        for known in ("then", "now"):
            half = self._report(demo, "an-lac-2025", "2025-05-18T12:00", known=known)
            assert half.balanced
            assert half.total == 4546

    def test_cat_thanh_stands_in_mid_campaign(self, demo):
        store, _ = demo
        with store.read() as session:
            unit = unit_by_code(session, "cat-thanh")
            context = find_campaign(session, "cat-thanh-2025")

            def count(model: Any, *where: Any) -> int:
                return session.scalar(select(func.count()).select_from(model).where(model.unit_id == unit.id, *where))

            assert count(Case, Case.track == "path") == 5800
            now = at("2025-05-24 15:38")
            late = Task.is_open & (Task.due_at <= now)
            assert count(Task, late, ~Task.is_duty) >= 1, "a task of the plan is late"
            assert count(Task, late, Task.is_duty) >= 3, "reports are missing"
            assert count(Request, Request.status == "waiting") >= 3
            assert 1 <= count(Case, Case.exit_class == "declined") <= 60
            assert count(Escalation, Escalation.is_open) >= 50
            assert unit.clock_offset != 0
            assert context.pack.id == "cat-thanh-2025"

    def test_every_step_of_every_episode_is_there_once_and_in_order(self, demo):
        store, _ = demo
        with store.read() as session:
            episodes = session.execute(
                select(
                    Escalation.id, Escalation.level, func.count(EscalationStep.level), func.max(EscalationStep.level)
                )
                .join(
                    EscalationStep,
                    (EscalationStep.unit_id == Escalation.unit_id) & (EscalationStep.escalation_id == Escalation.id),
                )
                .group_by(Escalation.id, Escalation.level)
            ).all()

        assert episodes
        assert all(level == steps == highest for _, level, steps, highest in episodes)

    def test_the_ledger_is_without_gaps_and_verifies(self, demo):
        from workflow.verify import verify

        store, vault = demo
        with store.read() as session:
            for code in ("an-lac", "cat-thanh"):
                unit = unit_by_code(session, code)
                numbers = session.execute(
                    select(func.count(), func.min(Event.ledger_no), func.max(Event.ledger_no)).where(
                        Event.unit_id == unit.id
                    )
                ).one()
                assert numbers[0] == numbers[2] - numbers[1] + 1
            found = verify(session, vault=vault)
        assert found.ok, found.to_json()

    def test_nobody_in_either_honest_campaign_is_asked_about(self, demo):
        store, _ = demo
        with store.read() as session:
            for code, login in (("an-lac", "an-lac-coordinator"), ("cat-thanh", "cat-thanh-deputy-police-chief")):
                unit, context = unit_by_code(session, code), find_campaign(session, f"{code}-2025")
                actor = actor_by_login(session, unit.id, login, now=context.starts_at + DAY)
                assert questions(session, actor, context) == []

    def _report(self, demo, code: str, as_of: str, known="now"):
        store, _ = demo
        with store.read() as session:
            context = find_campaign(session, code)
            return report(session, context, context.pack, as_of=at(as_of), known=known)
