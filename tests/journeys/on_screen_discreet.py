"""Discretion over a whole demonstration: nothing tells who did not take part from who did, whoever looks and wherever."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from tests.journeys.demo_site import CAMPAIGN, UNIT, DemoSite
from tests.web.crawl import Found
from workflow.figures.report import report
from workflow.queries.campaigns import find_campaign, unit_by_code
from workflow.queries.door_list import ENDED_LABEL
from workflow.tables import Area, Case, Subject, Team

ABOUT_PEOPLE = ("queue.", "door.", "team.", "exits.", "escalations.", "area.", "desk.", "paper.")
"""Groups of pages that show people."""

_SECTION = re.compile(r'<section class="person".*?</section>', re.S)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
_WHO = re.compile(r'(</b>) <span class="quiet">[^<]*</span>')
_BUTTON = re.compile(r"<button.*?</button>", re.S)
_CALL = re.compile(r'<a class="[^"]*\bcall".*?</a>', re.S)


@dataclass(frozen=True)
class Ended:
    """Somebody who is done, one way or the other."""

    name: str
    door: str
    area: str
    team: str


def one_of_each_ending(site: DemoSite) -> tuple[Ended, Ended]:
    """Return somebody who did not take part and somebody who submitted, of the same area and team."""
    with site.store.read() as session:
        context = find_campaign(session, CAMPAIGN)
        statement = (
            select(Case.state, Subject.name, Case.door_id, Area.code, Team.code)
            .join(Subject, (Subject.unit_id == Case.unit_id) & (Subject.id == Case.subject_id))
            .join(Area, (Area.unit_id == Case.unit_id) & (Area.id == Case.area_id))
            .join(Team, (Team.unit_id == Case.unit_id) & (Team.id == Case.team_id))
            .where(Case.unit_id == context.unit_id, Case.campaign_id == context.id, Case.track == context.pack.main_track.id)
            .where(Case.state.in_(("declined", "submitted")), Subject.name.is_not(None), Case.left_at.is_(None))
            .order_by(Case.id)
        )  # fmt: skip
        rows = session.execute(statement).all()
        names = dict(
            session.execute(
                select(Subject.name, func.count()).where(Subject.unit_id == context.unit_id).group_by(Subject.name)
            ).all()  # type: ignore[arg-type]
        )
    for state, name, door, area, team in rows:
        if state == "declined" and names[name] == 1:
            for other, its_name, its_door, *place in rows:
                if other == "submitted" and names[its_name] == 1 and place == [area, team] and its_door != door:
                    return Ended(name, str(door), area, team), Ended(its_name, str(its_door), area, team)
    pytest.fail("the demonstration has nobody to compare")


def handlers(of: Ended) -> list[str]:
    """Return the logins of those who may open the door of somebody: their own team and area, and the coordinator."""
    area, team = of.area.lower(), of.team.lower()
    posts = [
        f"member-{team}-1",
        f"team-leader-{team}",
        f"area-head-{area}",
        f"duty-leader-{area}",
        "deputy-police-chief",
    ]
    return [f"{UNIT}-{post}" for post in posts]


def row_of(text: str, person: Ended) -> str:
    """Return the row of a person on a door's page, without what tells any two people apart: name, age, number, ids."""
    rows = [row for row in _SECTION.findall(text) if f'aria-label="{person.name}"' in row]
    assert len(rows) == 1
    return _CALL.sub("", _WHO.sub(r"\1", _ID.sub("ID", rows[0]).replace(person.name, "NAME")))


def assert_discreet(text: str, where: object) -> None:
    """Nothing on a page says that somebody did not take part; that it can be recorded, a button may say."""
    said = _BUTTON.sub("", text)
    for words in ("declined", "Không tham gia", "từ chối"):
        at = said.find(words)
        assert at < 0, (where, said[max(at - 200, 0) : at + 100])


class Discreet:
    """Mixed into a test class of a module that has a fixture `demo`."""

    def test_no_page_about_people_says_who_did_not_take_part(self, shown):
        seen: set[str] = set()
        for login in shown.cast():
            client = shown.as_(login).client
            pages: list[Found] = [each for each in shown.pages(login) if each.endpoint.startswith(ABOUT_PEOPLE)]
            for each in pages:
                assert_discreet(client.get(each.path).text, each)
                seen.add(each.endpoint)

        assert {
            "queue.mine",
            "door.show",
            "team.doors",
            "exits.inbox",
            "exits.show",
            "escalations.inbox",
            "area.index",
        } <= seen

    def test_both_read_alike_at_the_door_and_in_the_api(self, shown):
        declined, submitted = one_of_each_ending(shown)
        opened = 0
        for login in handlers(declined):
            client = shown.as_(login).client
            answers = [client.get(shown.path(f"doors/{each.door}")) for each in (declined, submitted)]
            for answer, person in zip(answers, (declined, submitted), strict=True):
                if answer.status_code == 200:
                    assert_discreet(answer.text, login)
                    assert ENDED_LABEL in row_of(answer.text, person)
                    api = client.get(f"/api/v1/{UNIT}/{CAMPAIGN}/doors/{person.door}")
                    assert api.status_code == 200
                    assert_discreet(api.get_data(as_text=True), login)
            if [answer.status_code for answer in answers] == [200, 200]:
                assert row_of(answers[0].text, declined) == row_of(answers[1].text, submitted), login
                opened += 1

        assert opened >= 3, "the leader of the team, of the area, and the coordinator at least"

    def test_neither_is_found_in_the_queue_by_name(self, shown):
        for person in one_of_each_ending(shown):
            for login in handlers(person)[:2]:
                answer = shown.as_(login).post("queue/find", {"q": person.name})
                assert answer.status_code == 200
                assert f'aria-label="{person.name}"' not in answer.text
                assert f'<b class="name">{person.name}' not in answer.text

    def test_the_lines_of_the_report_add_up(self, shown):
        with shown.store.read() as session:
            context = find_campaign(session, CAMPAIGN)
            data = report(session, context, context.pack, as_of=_now(shown), known="now").to_json()
        lines = {line["code"]: line["count"] or 0 for line in data["lines"]}

        assert data["balanced"]
        assert sum(lines.get(code, 0) for code in ("2", "3", "4")) == data["total"] > 0


def _now(site: DemoSite) -> int:
    """Return the time in Cát Thành, by the clock of its demonstration."""
    with site.store.read() as session:
        return site.clock.now() + unit_by_code(session, UNIT).clock_offset
