"""Every address × every role × an object of one's own, of somebody else, and of nobody: who is answered what.

A town has two of everything that addresses name: the first belongs to team T1 and area A1, the second to T2 and A2. A second town is
foreign as a whole. `leaks` walks the addresses and tells every answer by which somebody could learn that a foreign object exists.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from rules.time import DAY, at
from tests.web.roster.lists import content_of
from tests.web.site import Browser, Site
from tests.workflow.documents.test_forms_and_sheets import workbook
from tests.workflow.documents.world_of_papers import close_by_hand
from tests.workflow.files import files
from tests.workflow.officials import appoint
from tests.workflow.roster_apply.lists import person
from tests.workflow.world import World
from web.policy import Policy, policy_of
from workflow.actions.add_evidence import add_evidence
from workflow.actions.add_system_count import CountEntry, add_system_count
from workflow.actions.draw_revisits import draw_revisits
from workflow.actions.hand_in_roster import hand_in_roster
from workflow.actions.make_paper import make_paper
from workflow.actions.open_plan import open_plan
from workflow.actions.print_route import print_route
from workflow.actions.record_paper import record_letter, record_paper
from workflow.actions.record_visit import Finding
from workflow.actions.say_figures import say_figures
from workflow.actions.superior_forms import add_form
from workflow.actions.urge import urge
from workflow.days import local_day
from workflow.files import FileStore, Upload
from workflow.queries.campaigns import campaign_by_id
from workflow.queries.late_work import late_work
from workflow.queries.paper_route import RouteWish
from workflow.roster.declare import Declaration
from workflow.roster.results import Tools
from workflow.roster.uploads import Uploads
from workflow.sweeps.duties import open_duties
from workflow.tables import (
    Area,
    Body,
    Campaign,
    Case,
    Escalation,
    Membership,
    Notice,
    Post,
    PostHolding,
    PrintedList,
    Request,
    Revisit,
    Task,
    Team,
)

NOW = "2025-05-19 09:00"
BY_TEAM = (
    "door_id", "case_id", "request_id", "number", "ledger_no", "escalation_id", "serial", "team_id", "task_id", "evidence_id",
    "digest_id",
)  # fmt: skip
"""Arguments whose object belongs to a team or area: the second one is foreign for those who work in the first."""
OWN_TEAM_ONLY = ("member", "team_leader", "area_head", "duty_leader")
TEXTS: dict[str, tuple[str, str]] = {
    "item": ("daily-report", "khong-co"), "rule_id": ("silent-activated", "khong-co"), "key": ("A1", "khong-co"),
    "kind": ("document", "document"), "move": ("start", "start"), "step": ("returned", "returned"), "code": ("x", "y"),
    "places": ("teams", "teams"), "target": ("T1", "khong-co"), "period": ("2025-05-18", "khong-co"), "revision": ("1", "2"), "answer": ("agree", "agree"),
    "report": ("daily", "khong-co"), "template": ("daily", "khong-co"),
}  # fmt: skip
"""Arguments that are words: one that exists and one that does not (or, where it names no object, the same twice)."""
ANSWERED = ("raised", "taken_over", "returned", "granted", "rested", "decided")
SAID: dict[str, list[dict[str, str]]] = {
    "escalations.answer": [{"answer": one, "reason": "mưa lớn", "until": "17:00 20/5/2025", "to": ""} for one in ANSWERED],
    "api.EpisodeAnswers": [
        {"answer": one, "reason": "mưa lớn", **({} if one in ("raised", "decided") else {"until": "2025-05-20T17:00:00+07:00"})}
        for one in ANSWERED
    ],
}  # fmt: skip
"""What is sent to an address besides nothing at all: decisions that could each be refused in a way of their own."""
_NOISE = re.compile(
    r'name="(csrf_token|key)" value="[^"]*"|"instance": ?"[^"]*"|"id": ?"[^"]*"|next=[^"&]*|[0-9a-f]{32}'
)


@dataclass
class Town:
    """A site whose world has two of everything."""

    site: Site
    first: dict[str, Any] = field(default_factory=dict)
    second: dict[str, Any] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)


def build(site: Site) -> Town:
    """Fill a new world: doors, cases, visits, requests, tasks, episodes, sheets in both teams; somebody for every role."""
    world, town = site.world, Town(site)
    with world.book() as (book, context):
        open_plan(book, context)
    homes = [
        world.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Thị Hai", "activated")], area=area)
        for area in ("A1", "A2")
    ]
    world.go_to("2025-05-16 09:00")
    for number, (login, (door, cases)) in enumerate(zip(("an", "dung"), homes, strict=True)):
        objects = town.second if number else town.first
        told = world.visit(login, door, Finding("died", cases[0], evidence="giấy"))
        sheet = world.command(login, lambda book, context, actor: print_route(book, context, actor, RouteWish()))
        objects.update(
            door_id=door,
            case_id=cases[1],
            number=told["ledger_no"],
            ledger_no=told["ledger_no"],
            serial=sheet["serial"],
        )
    world.go_to(NOW)
    world.tick()
    with world.book() as (book, context):
        open_duties(book, context, at(NOW))
    for number, objects in enumerate((town.first, town.second)):
        objects.update(_found(world, objects, number))
        objects.update(evidence_id=_evidence(site, ("an", "dung")[number], objects["task_id"]))
    town.first["file_id"] = _roster(site)
    town.first |= _papers(site)
    town.first.update(_told(world))
    _revisits(town)
    area = town.first["area"]
    town.logins = {
        "member": "binh", "team_leader": "an", "duty_leader": "giang", "coordinator": "hai", "chair": "khanh",
        "area_head": appoint(world, "area_head", area_id=area),
        **{role: appoint(world, role) for role in ("support_desk", "auditor", "superior", "administrator", "plan_owner")},
    }  # fmt: skip
    return town


def _evidence(site: Site, login: str, task_id: uuid.UUID) -> uuid.UUID:
    """Let the leader of a team add evidence with a file to the team's task."""
    store = FileStore(site.folder / "uploads")
    told = site.world.command(
        login,
        lambda book, context, actor: {
            "evidence": str(
                add_evidence(
                    book, context, task_id, actor=actor, kind="document", label="Biên bản",
                    file=Upload("a.pdf", files.PDF), files=store,
                )
            )
        },
    )  # fmt: skip
    return uuid.UUID(told["evidence"])


def _told(world: World) -> dict[str, Any]:
    """Let the coordinator enter a number of the national system, and note that a number was said."""
    entry = CountEntry(None, 1, at(NOW))
    counted = world.command("hai", lambda b, c, a: add_system_count(b, c, a, entry, source="Trang quản trị"))
    cut = {"as_of": at(NOW), "known_no": counted["ledger_no"]}
    said = world.command("hai", lambda b, c, a: say_figures(b, c, a, recipient="UBND huyện", channel="phone", **cut))
    return {"count_id": uuid.UUID(counted["count"]), "said_id": uuid.UUID(said["said"])}


def _roster(site: Site) -> uuid.UUID:
    """Let the coordinator hand in a list; nobody applies it."""
    world = site.world
    with TemporaryDirectory() as folder, world.store.read() as session:
        content = content_of([person(1)], Path(folder))
        actor = world.actor("hai")
        context = campaign_by_id(session, world.unit_id, world.rows(Campaign)[0].id)
        tools = Tools(world.store, site.vault, world.clock, world.ids)
        uploads = Uploads(site.folder / "uploads" / "rosters")
        declared = Declaration("L1", at("2025-05-13 17:00"))
        return hand_in_roster(tools, uploads, context, actor, BytesIO(content), declared, file_name="a.xlsx").file_id


def _papers(site: Site) -> dict[str, uuid.UUID]:
    """Let the coordinator make a paper of a close, record its signed copy, and take in a superior's form."""
    world, store = site.world, FileStore(site.folder / "uploads")
    close_id = close_by_hand(world, as_of="2025-05-18 16:00", period="2025-05-18")
    made = world.command(
        "hai", lambda book, context, actor: make_paper(book, context, actor, close_id, kind="daily", files=store)
    )
    paper_id = uuid.UUID(made["paper"])
    signed = Upload("a.pdf", files.PDF)
    world.command(
        "hai",
        lambda book, context, actor: record_paper(
            book, context, actor, paper_id, number=5, issued_on=date(2025, 5, 19), signed=signed, files=store
        ),
    )
    sheet = Upload("bieu.xlsx", workbook())
    laid = world.command(
        "hai", lambda book, context, actor: add_form(book, context, actor, name="Biểu 01", upload=sheet, files=store)
    )
    return {"paper_id": paper_id, "form_id": uuid.UUID(laid["form"]), "letter_id": _letter(site, store)}


def _letter(site: Site, store: FileStore) -> uuid.UUID:
    """Let the coordinator urge whoever is late, and record the signed letter."""
    world = site.world
    with world.store.read() as session:
        late = late_work(session, world.actor("hai"), world.context(), now=world.clock.now())[0]
    told = world.command(
        "hai",
        lambda book, context, actor: urge(
            book, context, actor, late.key, answer_by=book.now + DAY, unit_name="Thị trấn Thử Nghiệm", files=store
        ),
    )
    letter_id, signed = uuid.UUID(told["letter"]), Upload("cv.pdf", files.PDF)
    world.command(
        "hai",
        lambda book, context, actor: record_letter(
            book, context, actor, letter_id, number=12, issued_on=date(2025, 5, 19), signed=signed, files=store
        ),
    )
    return letter_id


def _revisits(town: Town) -> None:
    """Draw the day of the visits: each team is to ask at the other's door."""
    world = town.site.world
    world.command(
        "hai", lambda book, context, actor: draw_revisits(book, context, actor, local_day(at("2025-05-16 09:00")))
    )
    for objects, theirs in ((town.first, town.second), (town.second, town.first)):
        objects["revisit_id"] = world.rows(Revisit, Revisit.door_id == theirs["door_id"])[0].id


def _found(world: World, objects: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the objects of the first or second team that building made on the way."""

    def nth(model: Any, *conditions: Any) -> uuid.UUID:
        return uuid.UUID(str(world.rows(model, *conditions)[number].id))

    door = world.door(objects["door_id"])
    team = world.rows(Team, Team.id == door.team_id)[0]
    cases = select(Case.id).where(Case.unit_id == world.unit_id, Case.door_id == door.id)
    leader = world.actor("an" if number == 0 else "dung").membership_id
    leading = world.rows(Post, Post.role == "team_leader", Post.team_id == team.id)[0].id
    assert world.rows(PrintedList, PrintedList.team_id == team.id)
    return {
        "request_id": world.rows(Request, Request.case_id.in_(cases))[0].id,
        "escalation_id": world.rows(Escalation, Escalation.area_id == door.area_id)[0].id,
        "task_id": world.rows(Task, Task.team_id == team.id)[0].id,
        "digest_id": world.rows(Notice, Notice.post_id == leading)[0].digest_id,
        "team": team.id,
        "place": team.id,
        "team_id": team.id,
        "area": world.rows(Area, Area.id == door.area_id)[0].id,
        "member_id": leader,
        "person": world.rows(Membership, Membership.id == leader)[0].id,
        "holding": world.rows(PostHolding, PostHolding.membership_id == leader)[0].id,
        "body_id": nth(Body) if number == 0 else uuid.uuid4(),
        "body": nth(Body) if number == 0 else uuid.uuid4(),
        "file_id": uuid.uuid4(),
        "cover_id": uuid.uuid4(),
        "upload_id": uuid.uuid4(),
        "absence": uuid.uuid4(),
        "shift_id": uuid.uuid4(),
        "account": uuid.uuid4(),
        "device": uuid.uuid4(),
    }


def unit_routes(app: Flask) -> Iterator[tuple[Rule, Policy]]:
    """Yield every address that lies in a unit, with who may open it."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        policy = policy_of(app, rule.endpoint)
        if "unit" in rule.arguments and policy is not None:
            yield rule, policy


def leaks(town: Town, other: Town) -> list[str]:
    """Return every answer that tells more than that nothing is there."""
    told: list[str] = []
    for role, login in town.logins.items():
        browser = town.site.as_(login)
        token = browser.token()
        for rule, policy in unit_routes(town.site.app):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                for said in [{}, *(SAID.get(rule.endpoint, []) if method == "POST" else [])]:
                    told += _judge(town, other, browser, token, role, rule, policy, method, said)
    return told


def _judge(
    town: Town, other: Town, browser: Browser, token: str, role: str, rule: Rule, policy: Policy, method: str, said: dict[str, str]
) -> Iterator[str]:  # fmt: skip
    where = f"{role}: {method} {rule.rule} {said.get('answer', '')}".rstrip()
    if not policy.admits(frozenset({role})):
        answer = _ask(town, browser, token, rule, method, town.first, said)
        if answer.status_code != 404:
            yield f"{where}: not for this role, but answered {answer.status_code}"
        return
    named = rule.arguments - {"unit", "campaign"} - set(TEXTS)
    if not named:
        return
    absent = _ask(town, browser, token, rule, method, {name: _nobody(rule, name) for name in named}, said)
    if absent.status_code != 404:
        yield f"{where}: nothing is there, but answered {absent.status_code}"
    counted = named <= {"serial", "number", "ledger_no"}  # from 1 in every unit: the same number is another object here
    foreigners = [] if counted else [("another town's", other.first)]
    if role in OWN_TEAM_ONLY and named & set(BY_TEAM):
        foreigners.append(("another team's", {**town.first, **{n: town.second[n] for n in named & set(BY_TEAM)}}))
    for whose, objects in foreigners:
        answer = _ask(town, browser, token, rule, method, objects, said)
        if (answer.status_code, plain(answer)) != (absent.status_code, plain(absent)):
            yield f"{where}: {whose} object answered {answer.status_code}, an absent one {absent.status_code}"


def _nobody(rule: Rule, name: str) -> Any:
    return 987_654_321 if name in ("serial", "number", "ledger_no") else uuid.uuid4()


def _ask(
    town: Town,
    browser: Browser,
    token: str,
    rule: Rule,
    method: str,
    objects: dict[str, Any],
    said: dict[str, str] | None = None,
) -> TestResponse:
    values = {name: objects.get(name, TEXTS.get(name, ("",))[0]) for name in rule.arguments - {"unit", "campaign"}}
    world = town.site.world
    values |= {"unit": world.code} | ({"campaign": world.pack.model.pack.pack} if "campaign" in rule.arguments else {})
    built = rule.build(values)
    assert built is not None, f"{rule.rule} needs other values"
    if method == "GET":
        return browser.client.get(built[1])
    data = {**(said or {}), "csrf_token": token, "key": uuid.uuid4().hex}
    if rule.endpoint.startswith("api."):
        headers = {"X-CSRF-Token": token, "Idempotency-Key": uuid.uuid4().hex, "If-Match": '"1"'}
        return browser.client.post(built[1], json=said or {}, headers=headers)
    return browser.client.post(built[1], data=data)


def plain(answer: TestResponse) -> str:
    """Return an answer's text without what differs at every asking."""
    return _NOISE.sub("", answer.text)


NOT_MADE = ("cover_id", "account", "device", "holding")
"""Objects that the town does not have: their own tests open them."""

ELSEWHERE = {
    "desk.person": "somebody has to be looked up first",
    "desk.undo": "somebody has to be looked up first",
    "door.hand_back": "the door has to be given to somebody first",
    "escalations.group": "its key is made by the inbox",
    "plan.occurrences": "asks for a period",
    "plan.preview": "a file has to be sent first",
    "plan.rebased": "asks for a day",
    "close.file": "the period has to be closed first",
    "api.GroupEpisodes": "asks for a group",
    "api.Person": "somebody has to be looked up first",
    "api.Occurrences": "asks for a period",
    "api.Forwarding": "asks for a duty that passes reports on",
}
"""Pages that need something said first; the tests of their group open them."""


def opened(town: Town) -> list[str]:
    """Return the addresses (GET) that nobody could open with an object of their own."""
    shut: list[str] = []
    browsers = {role: town.site.as_(login) for role, login in town.logins.items()}
    for rule, policy in unit_routes(town.site.app):
        if "GET" not in (rule.methods or set()) or rule.arguments & set(NOT_MADE):
            continue
        answers = {
            role: _ask(town, browser, "", rule, "GET", town.first).status_code
            for role, browser in browsers.items()
            if policy.admits(frozenset({role}))
        }
        if rule.endpoint not in ELSEWHERE and not any(status < 400 for status in answers.values()):
            shut.append(f"{rule.rule}: {answers}")
    return shut
