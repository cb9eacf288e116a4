"""Wrong values for every operation of the specification: each is refused as a problem, none breaks anything or is written."""

import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.api.conftest import Town
from tests.web.api.program import Program
from tests.web.api.test_document import document, found, operations
from tests.web.roster.lists import content_of
from tests.workflow.paper.sheets import print_for
from tests.workflow.roster_apply.lists import person
from workflow.tables import Event

pytestmark = pytest.mark.slow

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", " ", "x", "\x00", "\ud800", "ý" * 600, "9" * 20, "2025-13-45T99:99:99+07:00", "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+07:00", str(uuid.UUID(int=3)), [], [None], {}, {"a": {}}, [[[]]], "'; DROP TABLE doors; --", "%", "../../etc",
)  # fmt: skip
QUERIES = (
    "",
    "-1",
    "1e9",
    "999999999999999999999",
    "\x00",
    "é",
    "null",
    "true",
    "%",
    "2025-05-16T09:00:00+07:00",
    "9999-12-31T23:59:59-23:59",
)


def valid(made: dict[str, Any], shape: dict[str, Any]) -> Any:
    """Return something that fits a shape: the simplest there is."""
    if "$ref" in shape:
        return valid(made, found(made, shape["$ref"]))
    if "anyOf" in shape:
        return valid(made, shape["anyOf"][0])
    if "enum" in shape:
        return shape["enum"][0]
    kinds = shape.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        return {name: valid(made, inner) for name, inner in shape.get("properties", {}).items()}
    if kind == "array":
        return [valid(made, shape["items"])]
    if kind == "string":
        told = {"uuid": str(uuid.UUID(int=5)), "date-time": "2025-05-16T08:00:00+07:00"}
        return told.get(shape.get("format", ""), "một chữ")
    return {"integer": shape.get("minimum", 1), "boolean": False}[kind]


def spoiled(value: Any) -> Iterator[Any]:
    """Yield a body with one place spoiled, place by place: another value, a member too many, a member missing."""
    if isinstance(value, dict):
        yield {**value, "surplus": 1}
        for name, inner in value.items():
            yield {each: told for each, told in value.items() if each != name}
            for odd in ODD:
                yield {**value, name: odd}
            for wrong in spoiled(inner):
                yield {**value, name: wrong}
    elif isinstance(value, list) and value:
        for wrong in spoiled(value[0]):
            yield [wrong]
        yield value * 501


def address(town: Town, path: str, door: uuid.UUID, **known: Any) -> str:
    named = {
        "unit": town.world.code,
        "campaign": "cat-thanh-2025",
        "door_id": door,
        "ledger_no": 1,
        "serial": 1,
        **known,
    }
    ids = dict.fromkeys(("escalation_id", "request_id", "task_id", "evidence_id", "case_id", "file_id"), door)
    for name, value in (ids | named).items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


def judge(answer: Any, what: Any) -> None:
    assert answer.status_code < 500, f"{what}: {answer.text}"
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json", what
        assert answer.get_json(force=True)["status"] == answer.status_code


def test_no_body_breaks_anything(town: Town, tmp_path: Path) -> None:
    made, dice = document(town), random.Random(1)
    programs = [Program(town, login) for login in ("binh", "an", "hai")]
    print_for(town.world, "an")
    form = {"list_code": "L1", "as_of": "2025-05-13T17:00:00+07:00"}
    roster = programs[2].send("rosters", "a.xlsx", content_of([person(1)], tmp_path), **form).json["file"]
    before = [event.kind for event in town.world.events()]
    for path, method, operation in operations(made):
        content = operation["requestBody"]["content"] if method == "post" else {}
        if "application/json" in content:
            bodies = [*ODD, *spoiled(valid(made, content["application/json"]["schema"]))]
            for program in programs:
                for body in dice.sample(bodies, min(len(bodies), 25)):
                    answer = program.post(address(town, path, town.door, file_id=roster), body, version=1)
                    judge(answer, (path, body))
    written = [event.kind for event in town.world.events()][len(before) :]
    assert set(written) <= {"visit", "transfer", "enter", "note", "void", "move"}, written


def test_no_query_breaks_anything(town: Town) -> None:
    made = document(town)
    programs = [Program(town, login) for login in ("binh", "hai")]
    for path, method, operation in operations(made):
        if method == "get":
            names = [each["name"] for each in operation["parameters"] if each.get("in") == "query"]
            for name in [*names, "surplus"]:
                for text in QUERIES:
                    for program in programs:
                        judge(
                            program.get(address(town, path, town.door), query_string={name: text}), (path, name, text)
                        )


def test_no_header_breaks_anything(town: Town) -> None:
    binh = Program(town, "binh")
    path, body = f"doors/{town.door}/hand-back", {"reason": "Ngoài tuyến"}
    for tag in ('W/"1"', '"1", "2"', '""', '"-1"', '"99999999999"', "1", "x" * 5000):
        answer = binh.post(path, body, headers={"If-Match": tag})
        judge(answer, tag)
        assert answer.status_code == 400
    for key in ("a b", "ý", "x" * 101, "Nguyễn", "khong-dong-y"):
        answer = binh.post(path, body, version=1, headers={"Idempotency-Key": key.encode().decode("latin-1")})
        judge(answer, key)
        assert answer.status_code in (400, 422)
    assert town.world.events(Event.kind == "transfer") == []
